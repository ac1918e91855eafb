import { beforeAll, describe, expect, test } from 'vitest';
import jvm, { run } from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { valueText } from '../support/told.js';

beforeAll(() => jvm.load());

/** What the method or function `f` of a file returns. */
function returned(file: string, text: string, others: Readonly<Record<string, string>> = {}): string {
  const { unit, problems } = jvm.parse(new SourceText(file, text), filesFrom({ [file]: text, ...others }));
  expect(problems).toEqual([]);
  const ran = run(unit!, () => undefined, () => undefined);
  const found = [...ran.classes.flatMap(({ methods }) => methods), ...ran.functions].find(({ name }) => name === 'f')!;
  const values = found.callee.run([]).flatMap((event) => (event.kind === 'return' && event.when.c !== 'false' ? [valueText(event.value)] : []));
  return values.join(' | ');
}

const java = (body: string, members = ''): string => returned('src/main/java/app/A.java', `package app;\nimport java.util.*;\nimport java.util.stream.*;\nclass A {\n${members}\n  Object f() { ${/\breturn\b/.test(body) ? body : `return ${body};`} }\n}\n`);
const kotlin = (body: string, members = ''): string => returned('src/main/kotlin/app/A.kt', `package app\n${members}\nclass A {\n  fun f(): Any? {\n    ${/\breturn\b/.test(body) ? body.replaceAll('; ', '\n    ') : `return ${body}`}\n  }\n}\n`);

describe('items that stay under a condition', () => {
  // `fact`: the variable ON is absent.
  const OPTIONAL = 'boolean on = System.getenv("ON") != null; List<String> items = Stream.of("a", "*").filter(o -> on || !o.equals("*")).toList();';

  test.each([
    ['items.stream().map(o -> o + "!").toList()', '["a!", "*!" if not fact]'],
    ['items.stream().map(o -> "x").toList()', '["x", "x" if not fact]'],
    ['items.stream().flatMap(o -> Stream.of(o, "b")).toList()', '["a", "b", "*" if not fact, "b" if not fact]'],
    ['items.stream().filter(o -> o.startsWith("*")).map(String::trim).toList()', '["*" if not fact]'],
    ['List<String> all = new ArrayList<>(); for (String o : items) all.add(o.trim()); return all;', '["a", "*" if not fact]'],
    ['List<String> all = new ArrayList<>(); items.forEach(o -> all.add(o.trim())); return all;', '["a", "*" if not fact]'],
    ['items.stream().anyMatch(o -> o.equals("*"))', 'not fact'],
    ['items.stream().allMatch(o -> o.equals("a"))', 'fact'],
  ])('%s', (code, expected) => {
    expect(java(`${OPTIONAL} ${code.includes('return') ? code : `return ${code};`}`)).toBe(expected);
  });
});

describe('Java', () => {
  test.each([
    ['List.of("a", "b")', '["a", "b"]'],
    ['Arrays.asList("a", "b")', '["a", "b"]'],
    ['new ArrayList<>(List.of("a"))', '["a"]'],
    ['Collections.singletonList("a")', '["a"]'],
    ['Collections.emptyList()', '[]'],
    ['List.of()', '[]'],
    ['ImmutableList.of("a", "b")', '["a", "b"]'],
    ['ImmutableList.<String>builder().add("a").add("b", "c").build()', '["a", "b", "c"]'],
    ['Stream.of("a", "b").collect(Collectors.toList())', '["a", "b"]'],
    ['Stream.of("a ", " b").map(String::trim).toList()', '["a", "b"]'],
    ['Arrays.stream("a, b,,c".split(",")).map(String::trim).filter(s -> !s.isEmpty()).collect(Collectors.toList())', '["a", "b", "c"]'],
    ['Arrays.stream("a, b".split(",")).map(s -> s.trim()).toArray(String[]::new)', '["a", "b"]'],
    ['Stream.concat(Stream.of("a"), Stream.of("b")).toList()', '["a", "b"]'],
    ['Stream.of("a", "b").map(s -> "https://" + s).toList()', '["https://a", "https://b"]'],
    ['Stream.of("a", "b").map("https://"::concat).toList()', '["https://a", "https://b"]'],
    ['Stream.of(List.of("a"), List.of("b")).flatMap(List::stream).toList()', '["a", "b"]'],
    ['List.of("c", "a").stream().sorted().toList()', '["a", "c"]'],
    ['Stream.of("a", "b", "a").distinct().toList()', '["a", "b"]'],
    ['Stream.of("a", "b", "c").skip(1).limit(1).toList()', '["b"]'],
    ['String.join(",", "a", "b")', '"a,b"'],
    ['String.join(",", List.of("a", "b"))', '"a,b"'],
    ['Stream.of("a", "b").collect(Collectors.joining(", "))', '"a, b"'],
    ['String.format("https://%s.example:%d", "a", 8080)', '"https://a.example:8080"'],
    ['"https://%s".formatted("a")', '"https://a"'],
    ['"a" + 1 + true', '"a1true"'],
    ['"""\n    a\n    b"""', '"a\\nb"'],
    ['"a,b".split(",")[1]', '"b"'],
    ['"https://a/".substring(0, 9)', '"https://a"'],
    ['"A".toLowerCase(Locale.ROOT)', '"a"'],
    ['"a-b".replace("-", ".")', '"a.b"'],
    ['"a1b".replaceAll("[0-9]", "")', '"ab"'],
    ['"ab".repeat(2)', '"abab"'],
    ['"  a ".strip()', '"a"'],
    ['"a".equals("a") ? "x" : "y"', '"x"'],
    ['Optional.of("a").orElse("b")', '"a"'],
    ['Optional.ofNullable((String) null).orElse("b")', '"b"'],
    ['Optional.ofNullable("a").map(s -> s + "!").orElseGet(() -> "b")', '"a!"'],
    ['Optional.<String>empty().isPresent()', 'false'],
    ['Objects.requireNonNullElse(null, "b")', '"b"'],
    ['StringUtils.commaDelimitedListToStringArray("a,b")', '["a", "b"]'],
    ['StringUtils.commaDelimitedListToSet("a,b")', '["a", "b"]'],
    ['StringUtils.tokenizeToStringArray("a, b,", ",")', '["a", "b"]'],
    ['StringUtils.delimitedListToStringArray("a;b", ";")', '["a", "b"]'],
    ['StringUtils.split("a,b", ",")', '["a", "b"]'],
    ['StringUtils.split("a,b,c", ",")', 'unknown'],
    ['StringUtils.commaDelimitedListToStringArray("")', '[]'],
    ['StringUtils.commaDelimitedListToStringArray("a,")', '["a", ""]'],
    ['StringUtils.trimWhitespace(" a ")', '"a"'],
    ['StringUtils.hasText(" ")', 'false'],
    ['Boolean.parseBoolean("TRUE")', 'true'],
    ['Integer.parseInt("12")', '12'],
    ['Long.parseLong("12")', '12'],
    ['TimeUnit.HOURS.toSeconds(1)', '3600'],
    ['Duration.ofMinutes(30).toSeconds()', '1800'],
    ['60 * 60L', '3600'],
    ['(long) 3600', '3600'],
    ['Map.of("k", "v").get("k")', '"v"'],
    ['Map.of("k", "v").getOrDefault("x", "d")', '"d"'],
    ['new String[] {"a", "b"}.length', '2'],
    ['Set.of("a")', '["a"]'],
    ['Kind.B.getValue()', '"https://b"'],
    ['Kind.B.value', '"https://b"'],
    ['Kind.A.name()', '"A"'],
    ['Arrays.stream(Kind.values()).map(Kind::getValue).toList()', '["https://a", "https://b"]'],
    ['Kind.valueOf("B").getValue()', '"https://b"'],
    ['String[] parts = {"a", "b"}; return Arrays.asList(parts);', '["a", "b"]'],
    ['List<String> l = new ArrayList<>(); for (String s : "a,b".split(",")) { l.add(s.trim()); } return l;', '["a", "b"]'],
    ['List<String> l = new ArrayList<>(); for (int i = 0; i < 2; i++) { l.add("x" + i); } return l;', '["x0", "x1"]'],
    ['var l = new ArrayList<String>(List.of("a", "b")); l.remove("a"); return l;', '["b"]'],
    ['var l = new ArrayList<String>(); Collections.addAll(l, "a", "b"); return l;', '["a", "b"]'],
    ['var l = new ArrayList<String>(); List.of("a", "b").forEach(l::add); return l;', '["a", "b"]'],
    ['var l = new ArrayList<String>(); List.of("a", "b").forEach(o -> l.add(o)); return l;', '["a", "b"]'],
    ['StringBuilder b = new StringBuilder("a"); b.append("b").append(1); return b.toString();', '"ab1"'],
    ['String s = null; return s == null ? "x" : s;', '"x"'],
    ['switch ("b") { case "a" -> { return 1; } default -> { return 2; } }', '2'],
    ['return switch (Kind.A) { case A -> "x"; case B -> "y"; };', '"x"'],
    ['Object o = "s"; if (o instanceof String s) { return s; } return 1;', '"s"'],
    ['ORIGINS', '["a", "b"]'],
    ['ORIGINS.get(0)', '"a"'],
    ['List.of(ORIGINS_ARRAY)', '["a", "b"]'],
    ['new P("a", List.of("b")).origins()', '["b"]'],
    ['new P("a", null).origins()', '["d"]'],
    ['Built.builder().origin("a").origins(List.of("b")).build().getOrigins()', '["b"]'],
    ['Built.builder().origin("a").build().getOrigin()', '"a"'],
    ['new Data().getName()', '"n"'],
    ['var d = new Data(); d.setName("m"); return d.getName();', '"m"'],
    ['Holder.INSTANCE.value()', '"single"'],
    ['Outer.Inner.X', '"x"'],
    ['new Chain().with("a").with("b").all', '["a", "b"]'],
  ])('%s', (body, value) => {
    const members = `
  enum Kind { A("https://a"), B("https://b"); final String value; Kind(String v) { this.value = v; } String getValue() { return value; } }
  static final List<String> ORIGINS = List.of("a", "b");
  static final String[] ORIGINS_ARRAY = { "a", "b" };
  record P(String a, List<String> origins) { P { if (origins == null) { origins = List.of("d"); } } }
  @lombok.Builder @lombok.Getter static class Built { private String origin; private List<String> origins; }
  @lombok.Data static class Data { private String name = "n"; }
  static class Holder { static final Holder INSTANCE = new Holder(); private final String v; Holder() { v = "single"; } String value() { return v; } }
  interface Outer { interface Inner { String X = "x"; } }
  static class Chain { final List<String> all = new ArrayList<>(); Chain with(String s) { all.add(s); return this; } }`;
    expect(java(body, members)).toBe(value);
  });
});

describe('Kotlin', () => {
  test.each([
    ['listOf("a", "b")', '["a", "b"]'],
    ['mutableListOf("a")', '["a"]'],
    ['arrayOf("a", "b")', '["a", "b"]'],
    ['emptyList<String>()', '[]'],
    ['"a, b".split(",").map { it.trim() }', '["a", "b"]'],
    ['"a, b".split(",").map(String::trim)', '["a", "b"]'],
    ['"a,,b".split(",").filter { it.isNotBlank() }', '["a", "b"]'],
    ['"a,,b".split(",").filterNot { it.isEmpty() }', '["a", "b"]'],
    ['"a,b".split(",").toTypedArray()', '["a", "b"]'],
    ['"a;b".split(";", ",")', '["a", "b"]'],
    ['listOf("a") + "b"', '["a", "b"]'],
    ['listOf("a") + listOf("b")', '["a", "b"]'],
    ['listOf("a", "b").map { "https://$it" }', '["https://a", "https://b"]'],
    ['listOf("a", "b").joinToString(",")', '"a,b"'],
    ['listOf("a", "b").joinToString(separator = ";") { it.uppercase() }', '"A;B"'],
    ['listOf(null, "a").filterNotNull()', '["a"]'],
    ['listOfNotNull(null, "a")', '["a"]'],
    ['listOf<String>().ifEmpty { listOf("d") }', '["d"]'],
    ['"".ifEmpty { "d" }', '"d"'],
    ['" ".ifBlank { "d" }', '"d"'],
    ['null ?: "d"', '"d"'],
    ['("x" as String?) ?: "d"', '"x"'],
    ['"x"?.length', '1'],
    ['"https://${"a"}.example:${80 + 1}"', '"https://a.example:81"'],
    ['when ("b") {\n "a" -> 1\n "b", "c" -> 2\n else -> 3\n }', '2'],
    ['when {\n "a" == "b" -> 1\n else -> 2\n }', '2'],
    ['if (1 < 2) "x" else "y"', '"x"'],
    ['"a".let { it + "b" }', '"ab"'],
    ['with("a") { this + "b" }', '"ab"'],
    ['buildList {\n add("a")\n add("b")\n }', '["a", "b"]'],
    ['mutableListOf<String>().apply {\n add("a")\n addAll(listOf("b"))\n }', '["a", "b"]'],
    ['val l = mutableListOf("a"); l += "b"; return l', '["a", "b"]'],
    ['val l = mutableListOf<String>(); for (s in listOf("a", "b")) l.add(s); return l', '["a", "b"]'],
    ['val l = mutableListOf<String>(); listOf("a", "b").forEach { l.add(it) }; return l', '["a", "b"]'],
    ['mapOf("k" to "v")["k"]', '"v"'],
    ['mapOf("k" to "v").getOrDefault("x", "d")', '"d"'],
    ['Top', '"t"'],
    ['TOPS', '["a", "b"]'],
    ['Constants.ORIGIN', '"https://c"'],
    ['Constants.list', '["https://c"]'],
    ['Companion.X', '"cx"'],
    ['Kind.B.value', '"https://b"'],
    ['Kind.A.name', '"A"'],
    ['Kind.values().map { it.value }', '["https://a", "https://b"]'],
    ['Kind.entries.map { it.value }', '["https://a", "https://b"]'],
    ['P(origins = listOf("b")).origins', '["b"]'],
    ['P().origins', '["d"]'],
    ['P().copy(name = "m").name', '"m"'],
    ['P().copy(origins = listOf("c")).name', '"n"'],
    ['"a".loud()', '"a?"'],
    ['"""a"""', '"a"'],
    ['"""\n  a\n""".trimIndent()', '"a"'],
    ['"https://a/".removeSuffix("/")', '"https://a"'],
    ['"xhttps".removePrefix("x")', '"https"'],
    ['"a.b".substringBefore(".")', '"a"'],
    ['"a.b".substringAfter(".")', '"b"'],
    ['listOf("a", "b").first()', '"a"'],
    ['listOf("a", "b").last()', '"b"'],
    ['listOf("b", "a").sorted()', '["a", "b"]'],
    ['setOf("a", "a")', '["a"]'],
    ['listOf(listOf("a"), listOf("b")).flatten()', '["a", "b"]'],
    ['"true".toBoolean()', 'true'],
    ['"12".toLong()', '12'],
    ['computed()', '"t!"'],
    ['"a".shout()', '"a!"'],
  ])('%s', (body, value) => {
    const members = `
const val Top = "t"
val TOPS = listOf("a", "b")
object Constants {
  const val ORIGIN = "https://c"
  val list = listOf(ORIGIN)
}
class Companion {
  companion object {
    const val X = "cx"
  }
}
enum class Kind(val value: String) { A("https://a"), B("https://b") }
data class P(val name: String = "n", val origins: List<String> = listOf("d"))
fun computed() = Top.shout()
fun String.shout() = this + "!"
fun String.loud() = "$this?"
`;
    expect(kotlin(body, members)).toBe(value);
  });
});
