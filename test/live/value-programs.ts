import type { Random } from './seed.js';

/** A class or object whose method `f` returns a value. */
export interface ValueProgram {
  readonly file: string;
  /** As Java names it. */
  readonly className: string;
  readonly text: string;
}

const LEAVES = ['"https://a.example"', '"b.example"', '""', '"x, y ,z"', '"https://c.example/"', '"a"', '"A-b"'] as const;

/** Java: texts, lists and conditions, each of them an expression over constants and earlier variables. */
export function javaValue(index: number, picks: Random): ValueProgram {
  const names = { text: ['CONSTANT', 'Other.NAME'], list: ['LIST', 'Other.ALL'] };
  const text = (depth: number): string => (depth <= 0 ? picks.pick(LEAVES) : picks.pick<() => string>([
    () => picks.pick(LEAVES),
    () => picks.pick(['CONSTANT', 'Other.NAME', ...names.text]),
    () => `(${text(depth - 1)} + ${text(depth - 1)})`,
    () => `(${text(depth - 1)} + ${picks.below(9000)} + ${condition(depth - 1)})`,
    () => `(${condition(depth - 1)} ? ${text(depth - 1)} : ${text(depth - 1)})`,
    () => `${text(depth - 1)}.${picks.pick(['trim()', 'strip()', 'toLowerCase()', 'toUpperCase()', 'replace("example", "test")', 'replace("/", "")', 'replaceAll("[a-c]", "_")', 'concat("!")', 'repeat(2)', 'toString()', 'substring(0)', 'replaceFirst("a", "o")'])}`,
    () => `String.join(${picks.pick(['","', '""', '"://"'])}, ${list(depth - 1)})`,
    () => `String.join("-", ${text(depth - 1)}, ${text(depth - 1)})`,
    () => `String.format("%s:%d", ${text(depth - 1)}, ${picks.below(100)})`,
    () => `${list(depth - 1)}.stream().collect(Collectors.joining(", "))`,
    () => `Optional.ofNullable(${picks.pick(['(String) null', text(depth - 1)])}).${picks.pick(['orElse("d")', 'map(s -> s + "?").orElse("d")', 'filter(s -> s.isEmpty()).orElse("d")', 'orElseGet(() -> CONSTANT)'])}`,
    () => `${list(depth - 1)}.stream().findFirst().orElse("none")`,
    () => `Kind.${picks.pick(['A', 'B'])}.${picks.pick(['getValue()', 'name()', 'value', 'toString()'])}`,
    () => `Kind.valueOf("B").value`,
    () => `helper(${text(depth - 1)})`,
    () => `new Pair(${text(depth - 1)}, ${list(depth - 1)}).${picks.pick(['first()', 'second().toString().substring(0, 0)', 'first().trim()'])}`,
    () => `Map.of("k", ${text(depth - 1)}).${picks.pick(['get("k")', 'getOrDefault("z", "zz")'])}`,
    () => `new StringBuilder(${text(depth - 1)}).append(${text(depth - 1)}).append(1).toString()`,
    () => `(switch (${text(depth - 1)}) { case "a", "A-b" -> ${text(depth - 1)}; default -> ${text(depth - 1)}; })`,
    () => `StringUtils.trimWhitespace(${text(depth - 1)})`,
    () => `Objects.requireNonNullElse(${picks.pick(['null', text(depth - 1)])}, "e")`,
  ])());
  const list = (depth: number): string => (depth <= 0 ? picks.pick(['List.of("a", "b")', 'List.<String>of()', 'LIST', ...names.list] as [string, ...string[]]) : picks.pick<() => string>([
    () => `List.of(${text(depth - 1)}, ${text(depth - 1)})`,
    () => `Arrays.asList(${text(depth - 1)}, ${text(depth - 1)}, "a")`,
    () => `Arrays.asList(${text(depth - 1)}.split(","))`,
    () => `Arrays.stream(${text(depth - 1)}.split(",")).map(String::trim)${picks.pick(['', '.filter(s -> !s.isEmpty())', '.distinct()', '.sorted()', '.limit(1)', '.skip(1)'])}.toList()`,
    () => `${list(depth - 1)}.stream().map(m${depth} -> m${depth} + ${text(depth - 1)}).collect(Collectors.toList())`,
    () => `${list(depth - 1)}.stream().filter(s -> ${picks.pick(['s.startsWith("h")', 's.length() > 1', '!s.isBlank()', '"a".equals(s)', 's.contains("e")', 'LIST.contains(s)'])}).toList()`,
    () => `Stream.of(${text(depth - 1)}, ${text(depth - 1)}).toList()`,
    () => `Stream.concat(${list(depth - 1)}.stream(), ${list(depth - 1)}.stream()).toList()`,
    () => `Stream.of(${list(depth - 1)}, ${list(depth - 1)}).flatMap(List::stream).toList()`,
    () => `Collections.${picks.pick([`singletonList(${text(depth - 1)})`, '<String>emptyList()'])}`,
    () => `new ArrayList<>(${list(depth - 1)})`,
    () => `Arrays.stream(Kind.values()).map(Kind::getValue).toList()`,
    () => `Arrays.asList(StringUtils.${picks.pick(['commaDelimitedListToStringArray', 'tokenizeToStringArray'])}(${text(depth - 1)}))`.replace(/(tokenizeToStringArray\(.*)\)\)$/s, '$1, ","))'),
    () => `new Pair(${text(depth - 1)}, ${list(depth - 1)}).second()`,
    () => `(${condition(depth - 1)} ? ${list(depth - 1)} : ${list(depth - 1)})`,
  ])());
  const condition = (depth: number): string => (depth <= 0 ? picks.pick(['true', 'false']) : picks.pick<() => string>([
    () => `${text(depth - 1)}.equals(${text(depth - 1)})`,
    () => `${text(depth - 1)}.${picks.pick(['isEmpty()', 'isBlank()', 'startsWith("h")', 'contains(".")', 'equalsIgnoreCase("a")', 'endsWith("/")'])}`,
    () => `${list(depth - 1)}.${picks.pick(['isEmpty()', 'contains("a")', 'stream().anyMatch("a"::equals)', 'stream().allMatch(s -> s.length() > 0)', 'stream().noneMatch(String::isEmpty)'])}`,
    () => `!${condition(depth - 1)}`,
    () => `(${condition(depth - 1)} ${picks.pick(['&&', '||'])} ${condition(depth - 1)})`,
    () => `StringUtils.${picks.pick(['hasText', 'hasLength'])}(${text(depth - 1)})`,
    () => `(${list(depth - 1)}.size() ${picks.pick(['<', '>', '==', '>='])} ${picks.below(4)})`,
    () => `Boolean.parseBoolean(${picks.pick(['"TRUE"', '"x"'])})`,
  ])());
  const statements = picks.times(0, 4, (place) => {
    const name = `v${place}`;
    const [statement, kind] = picks.pick<() => readonly [string, 'text' | 'list']>([
      () => [`String ${name} = ${text(3)};`, 'text'],
      () => [`var ${name} = ${list(3)};`, 'list'],
      () => [`List<String> ${name} = new ArrayList<>(); for (String one : ${list(2)}) { ${picks.pick(['', 'if (one.isEmpty()) continue; ', 'if (one.length() > 12) break; '])}${name}.add(one${picks.pick(['', '.trim()', ' + "+"'])}); }`, 'list'],
      () => [`List<String> ${name} = new ArrayList<>(); for (int i = 0; i < ${picks.below(4)}; i++) { ${name}.add("n" + i); }`, 'list'],
      () => [`List<String> ${name} = new ArrayList<>(${list(1)}); ${picks.pick([`${name}.addAll(${list(2)})`, `Collections.addAll(${name}, "p", "q")`, `${list(1)}.forEach(${name}::add)`, `${name}.remove("a")`, `${name}.clear()`])};`, 'list'],
      () => [`String ${name} = null; if (${condition(2)}) { ${name} = ${text(2)}; } else { ${name} = "else"; }`, 'text'],
      () => [`StringBuilder b${name} = new StringBuilder(); for (String one : ${list(2)}) { b${name}.append(one).append(';'); } String ${name} = b${name}.toString();`, 'text'],
      () => [`String ${name}; switch (${text(1)}) { case "a": ${name} = "one"; break; case "": default: ${name} = "two"; }`, 'text'],
    ])();
    names[kind].push(name);
    return `    ${statement}`;
  });
  const className = `Case${index}`;
  const result = picks.chance(0.5) ? text(4) : list(4);
  return {
    file: `${className}.java`,
    className: `cases.${className}`,
    text: `package cases;

import java.util.*;
import java.util.stream.*;
import org.springframework.util.StringUtils;

public class ${className} {
  static final String CONSTANT = "https://" + "constant.example";
  private static final List<String> LIST = List.of("a", CONSTANT);

  enum Kind {
    A("https://a"), B("https://b");

    final String value;

    Kind(String value) {
      this.value = value;
    }

    String getValue() {
      return value;
    }
  }

  record Pair(String first, List<String> second) {
    Pair {
      if (first.isEmpty()) first = "empty";
    }
  }

  static String helper(String given) {
    if (given.startsWith("https://")) return given.substring("https://".length());
    return "[" + given + "]";
  }

  public static Object f() {
${statements.join('\n')}
    return ${result};
  }
}
`,
  };
}

/** A class whose constants the others use. */
export const OTHER = 'package cases;\n\nimport java.util.List;\n\ninterface Other {\n  String NAME = "other";\n  List<String> ALL = List.of(NAME, "all");\n}\n';

/** Kotlin: the same with its own library. */
export function kotlinValue(index: number, picks: Random): ValueProgram {
  const names: string[] = [];
  const text = (depth: number): string => (depth <= 0 ? picks.pick(LEAVES) : picks.pick<() => string>([
    () => picks.pick(LEAVES),
    () => picks.pick(['TOP', 'Shared.NAME', ...names]),
    () => `(${text(depth - 1)} + ${text(depth - 1)})`,
    () => `"\${${text(depth - 1)}}:\${${picks.below(90)} + 1}/\${TOP}"`,
    () => `(if (${condition(depth - 1)}) ${text(depth - 1)} else ${text(depth - 1)})`,
    () => `${text(depth - 1)}.${picks.pick(['trim()', 'lowercase()', 'uppercase()', 'replace("example", "test")', 'removeSuffix("/")', 'removePrefix("https://")', 'substringBefore(".")', 'substringAfter("//")', 'ifEmpty { "none" }', 'ifBlank { "blank" }', 'let { it + "!" }', 'plus("?")'])}`,
    () => `${list(depth - 1)}.joinToString(${picks.pick(['""', '", "', 'separator = ";"'])})`,
    () => `(${picks.pick(['null as String?', text(depth - 1)])} ?: "elvis")`,
    () => `${list(depth - 1)}.firstOrNull() ?: "first"`.replace(/^(.*)$/s, '($1)'),
    () => `Kind.${picks.pick(['A', 'B'])}.${picks.pick(['value', 'name'])}`,
    () => `mapOf("k" to ${text(depth - 1)})${picks.pick(['["k"]!!', '.getOrDefault("z", "zz")'])}`,
    () => `shout(${text(depth - 1)})`,
    () => `${text(depth - 1)}.loud()`,
    () => `Settings(name = ${text(depth - 1)})${picks.pick(['', '.copy(all = listOf("c"))'])}.name`,
    () => `when (${text(depth - 1)}) { "a", "b.example" -> ${text(depth - 1)}; else -> ${text(depth - 1)} }`.replace(/^(.*)$/s, '($1)'),
  ])());
  const list = (depth: number): string => (depth <= 0 ? picks.pick(['listOf("a", "b")', 'emptyList<String>()', 'ALL', 'Shared.all']) : picks.pick<() => string>([
    () => `listOf(${text(depth - 1)}, ${text(depth - 1)})`,
    () => `${text(depth - 1)}.split(",")${picks.pick(['', '.map { it.trim() }', '.map(String::trim)', '.filter { it.isNotBlank() }', '.filterNot { it.isEmpty() }'])}`,
    () => `(${list(depth - 1)} + ${text(depth - 1)})`,
    () => `(${list(depth - 1)} + ${list(depth - 1)})`,
    () => `${list(depth - 1)}.map { "<$it>" }`,
    () => `${list(depth - 1)}.${picks.pick(['distinct()', 'sorted()', 'take(1)', 'drop(1)', 'toSet().toList()', 'filter { it.length > 1 }', 'ifEmpty { listOf("d") }', 'toMutableList()'])}`,
    () => `listOfNotNull(null, ${text(depth - 1)})`,
    () => `buildList { add(${text(depth - 1)}); addAll(${list(depth - 1)}) }`,
    () => `mutableListOf<String>().apply { add(${text(depth - 1)}) }`,
    () => `Kind.entries.map { it.value }`,
    () => `Settings(all = ${list(depth - 1)}).all`,
    () => `listOf(${list(depth - 1)}, ${list(depth - 1)}).flatten()`,
    () => `(if (${condition(depth - 1)}) ${list(depth - 1)} else ${list(depth - 1)})`,
  ])());
  const condition = (depth: number): string => (depth <= 0 ? picks.pick(['true', 'false']) : picks.pick<() => string>([
    () => `(${text(depth - 1)} == ${text(depth - 1)})`,
    () => `${text(depth - 1)}.${picks.pick(['isEmpty()', 'isBlank()', 'startsWith("h")', 'contains(".")', 'isNotEmpty()'])}`,
    () => `(${text(depth - 1)} ${picks.pick(['in', '!in'])} ${list(depth - 1)})`,
    () => `${list(depth - 1)}.${picks.pick(['isEmpty()', 'any { it == "a" }', 'all { it.isNotEmpty() }', 'none { it.startsWith("h") }'])}`,
    () => `!${condition(depth - 1)}`,
    () => `(${condition(depth - 1)} ${picks.pick(['&&', '||'])} ${condition(depth - 1)})`,
  ])());
  const statements = picks.times(0, 3, (place) => {
    const name = `v${place}`;
    const statement = picks.pick<() => string>([
      () => `val ${name} = ${text(3)}`,
      () => `val l${name} = mutableListOf<String>()\n        for (one in ${list(2)}) l${name} += one\n        val ${name} = l${name}.joinToString("+")`,
      () => `var ${name} = "start"\n        if (${condition(2)}) ${name} = ${text(2)}`,
    ])();
    names.push(name);
    return `        ${statement}`;
  });
  const className = `KCase${index}`;
  const result = picks.chance(0.5) ? text(4) : list(4);
  return {
    file: `${className}.kt`,
    className: `kcases.k${index}.${className}`,
    text: `package kcases.k${index}

private const val TOP = "https://top.example"
private val ALL = listOf(TOP, "a")

private object Shared {
    const val NAME = "shared"
    val all get() = listOf(NAME)
}

private enum class Kind(val value: String) {
    A("https://a"),
    B("https://b"),
}

private data class Settings(val name: String = "n", val all: List<String> = listOf("d"))

private fun shout(text: String) = text.uppercase()

private fun String.loud() = "$this!"

object ${className} {
    @JvmStatic
    fun f(): Any? {
${statements.join('\n')}
        return ${result}
    }
}
`,
  };
}
