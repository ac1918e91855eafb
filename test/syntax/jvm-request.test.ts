import { beforeAll, describe, expect, test } from 'vitest';
import jvm, { run } from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Event, Handle, Value } from '../../src/values/value.js';
import { told } from '../support/told.js';

beforeAll(() => jvm.load());

const at = { file: 'lib', start: 0, end: 0 };
const ORIGIN: Value = { kind: 'request', part: 'header', header: 'origin', at };
const METHOD: Value = { kind: 'request', part: 'method', at };

/** A request and a response in one. */
const exchange: Handle = {
  kind: 'handle',
  name: 'x',
  at,
  get: (property) => (property === 'origin' ? ORIGIN : undefined),
  call: (name, args) => (name === 'origin' ? ORIGIN : name === 'method' ? METHOD : name === 'instanceof' ? { kind: 'boolean', value: args[0]?.kind === 'string' && args[0].value === 'Http', at } : { kind: 'nothing', what: 'null', at }),
};

function events(file: string, text: string): readonly Event[] {
  const { unit, problems } = jvm.parse(new SourceText(file, text), filesFrom({ [file]: text }));
  expect(problems).toEqual([]);
  const ran = run(unit!, (name) => (name === 'lib.Base' ? { ...exchange, name: 'Base' } : undefined), () => undefined);
  const method = ran.classes.flatMap(({ methods }) => methods).find(({ name }) => name === 'f')!;
  return method.callee.run([exchange]);
}

/** Events on the exchange, the questions to it left out. */
function happened(file: string, text: string): readonly string[] {
  return told(events(file, text)).filter((line) => !/^x\.(?:origin|method|matche\w*|find)\(|^return|^a matcher/.test(line));
}

const java = (body: string, fields = ''): readonly string[] => happened('A.java', `package app;\nimport lib.*;\nimport java.util.*;\nimport java.util.regex.*;\npublic class A extends Base {\n${fields}\n  void f(X x) {\n    String o = x.origin();\n${body}\n  }\n}\n`);
const kotlin = (body: string, fields = ''): readonly string[] => happened('A.kt', `package app\nimport lib.*\nimport java.net.URI\nclass A : Base() {\n${fields}\n  fun f(x: X) {\n    val o = x.origin()\n${body}\n  }\n}\n`);

describe('what Java asks of a text of the request', () => {
  test.each([
    ['a pattern that must match all of it', 'if (Pattern.compile("https://a").matcher(o).matches()) x.set();', ['x.set() when <origin> full /https://a/']],
    ['a pattern that is searched, ignoring case', 'if (P.matcher(o).find()) x.set();', ['x.set() when <origin> search /a$/']],
    ['a pattern from its start', 'if (P.matcher(o).lookingAt()) x.set();', ['x.set() when <origin> match-prefix /a$/']],
    ['Pattern.matches', 'if (Pattern.matches("a", o)) x.set();', ['x.set() when <origin> full /a/']],
    ['a list of patterns', 'if (LIST.stream().anyMatch(p -> p.matcher(o).matches())) x.set();', ['x.set() when (<origin> full /a/ or <origin> full /b/)']],
    ['predicates', 'if (P.asPredicate().test(o)) x.set();', ['x.set() when <origin> search /a$/']],
    ['a text that is quoted', 'if (o.matches(Pattern.quote("a."))) x.set();', ['x.set() when <origin> full /\\Qa.\\E/']],
    ['indexOf', 'if (o.indexOf("a") >= 0) x.set(); if (o.indexOf("b") == 0) x.set();', ['x.set() when (<origin> starts-with "a" or (<origin> contains "a" and not <origin> starts-with "a"))', 'x.set() when <origin> starts-with "b"']],
    ['a part of a URL', 'if ("a".equals(new java.net.URI(o).getHost())) x.set();', ['x.set() when url-hostname(<origin>) == "a"']],
    ['a constant that matches', 'if (M.matches(x.method())) x.set();', ['x.set() when <method> == "OPTIONS"'], 'private static final String M = "OPTIONS";'],
    ['instanceof with a name', 'if (x instanceof Http h) { h.set(); } else { x.other(); }', ['x.set()']],
    ['instanceof of something else', 'if (!(x instanceof Other)) { x.set(); }', ['x.set()']],
    ['the class that it extends', 'super.go(x);', ['Base.go(x)']],
    ['String.join', 'x.set(String.join(", ", List.of("a", "b")));', ['x.set("a, b")']],
    ['logging is no reason to expect an exception', 'try { log.info("x"); x.set(); } catch (Exception e) { x.other(); }', ['x.set()']],
  ])('%s', (_name, body, events, fields = '') => {
    expect(java(body, `${fields}\nstatic final Pattern P = Pattern.compile("a$", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);\nstatic final List<Pattern> LIST = List.of(Pattern.compile("a"), Pattern.compile("b"));`)).toEqual(events);
  });
});

describe('what Kotlin asks of it', () => {
  test.each([
    ['a call on what may be missing', 'o?.let { x.set(it) }', ['x.set(<origin>) when present <origin>']],
    ['a value of it, and another one instead', 'if (o?.startsWith("a") ?: false) x.set()', ['x.set() when (present <origin> and <origin> starts-with "a")']],
    ['another text instead of one that is missing', 'x.set(o ?: "*")', ['x.set(<origin> if present <origin> | "*" if not present <origin>)']],
    ['Regex.matches', 'if (Regex("a").matches(o)) x.set()', ['x.set() when <origin> full /a/']],
    ['containsMatchIn', 'if ("a".toRegex(RegexOption.IGNORE_CASE).containsMatchIn(o)) x.set()', ['x.set() when <origin> search /a/']],
    ['matchEntire', 'if (Regex("a").matchEntire(o) != null) x.set()', ['x.set() when <origin> full /a/']],
    ['matches as a function of the text', 'if (o matches "a".toRegex()) x.set()', ['x.set() when <origin> full /a/']],
    ['equals without case', 'if (o.equals("a", ignoreCase = true)) x.set()', ['x.set() when <origin> == "a"']],
    ['a text in a text', 'if ("a" in o) x.set()', ['x.set() when <origin> contains "a"']],
    ['a number as a text', 'x.set(3600.toString())', ['x.set("3600")']],
    ['the name of a constant', 'val m = "OPTIONS"\n x.set(m.name)', ['x.set("OPTIONS")']],
    ['with', 'with(x) { set("a") }', ['x.set("a")']],
    ['an item that is set', 'x["a"] = "b"', ['x.set("a", "b")']],
    ['is', 'if (x !is Http) return\n x.set()', ['x.set()']],
    ['the host of a URL', 'if (URI(o).host == "a") x.set()', ['x.set() when url-hostname(<origin>) == "a"']],
  ])('%s', (_name, body, events) => {
    expect(kotlin(body)).toEqual(events);
  });
});

test.each([
  ['A.java', 'import java.util.regex.Pattern;\nclass A { void f(X x) { if (Pattern.compile("a", java.util.regex.Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE).matcher(x.origin()).find() && "b".equalsIgnoreCase(x.origin())) x.set(); } }'],
  ['A.kt', 'class A { fun f(x: X) { if (Regex("a", RegexOption.IGNORE_CASE).containsMatchIn(x.origin()) && x.origin().equals("b", ignoreCase = true)) x.set() } }'],
])('%s: case that is ignored', (file, text) => {
  const set = events(file, text).find((event) => event.kind === 'call' && event.method === 'set');
  expect(set?.when).toMatchObject({ c: 'and', of: [{ c: 'matches', regex: { source: 'a', flags: 'i', dialect: 'java' } }, { c: 'equals', ignoreCase: true }] });
});
