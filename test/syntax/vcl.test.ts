import { describe, expect, test } from 'vitest';
import varnish from '../../src/readers/varnish/index.js';
import language, { type Expression, type Statement, type VclFile } from '../../src/syntax/vcl/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { soon } from '../support/soon.js';

const parse = (text: string, files: Readonly<Record<string, string>> = {}): ReturnType<typeof language.parse> => language.parse(new SourceText('default.vcl', text), filesFrom({ 'default.vcl': text, ...files }));

function unitOf(text: string, files: Readonly<Record<string, string>> = {}): VclFile {
  const { unit, problems } = parse(text, files);
  expect(problems).toEqual([]);
  return unit!;
}

const body = (text: string): readonly Statement[] => unitOf(`vcl 4.1; sub vcl_deliver { ${text} }`).subs[0]!.body;

function condition(text: string): Expression {
  const [first] = body(`if (${text}) { }`);
  return first?.do === 'if' ? first.branches[0]!.test! : expect.fail('no if');
}

/** An expression with parentheses around everything. */
function shown(expression: Expression): string {
  switch (expression.e) {
    case 'text':
      return JSON.stringify(expression.value);
    case 'number':
      return `${expression.value}${expression.unit}`;
    case 'name':
      return expression.name;
    case 'call':
      return `${expression.name}(${expression.args.map(shown).join(', ')})`;
    case 'not':
      return `!${shown(expression.of)}`;
    case 'and':
    case 'or':
    case 'join':
      return `(${expression.of.map(shown).join({ and: ' && ', or: ' || ', join: ' + ' }[expression.e])})`;
    case 'compare':
      return `(${shown(expression.left)} ${expression.operator} ${shown(expression.right)})`;
    case 'other':
      return '…';
  }
}

describe('words', () => {
  test.each([
    ['a text without escapes', 'set resp.http.A = "a\\n\\1%20";', 'a\\n\\1%20'],
    ['a long text', 'set resp.http.A = {"a "quoted"\nline"};', 'a "quoted"\nline'],
    ['three quotes', 'set resp.http.A = """a"b""";', 'a"b'],
    ['a long text of Fastly with a name', 'set resp.http.A = {xx"a"}b"xx};', 'a"}b'],
    ['beyond the basic plane', 'set resp.http.A = "😀";', '😀'],
  ])('%s', (_name, text, value) => {
    const [statement] = body(text);
    expect(statement).toMatchObject({ do: 'set', value: { e: 'text', value } });
    const source = `vcl 4.1; sub vcl_deliver { ${text} }`;
    if (statement?.do === 'set' && statement.value.e === 'text') expect(source.slice(statement.value.inside.start, statement.value.inside.end)).toBe(value);
  });

  test('comments of three kinds', () => {
    expect(unitOf('# a {\n// b "\n/* c\n*/ vcl 4.1; # d\nsub a { /* } */ } // 😀').subs.map(({ name }) => name)).toEqual(['a']);
  });

  test('names of headers have no case, and may be quoted', () => {
    expect(body('set resp.http."X-A" = "1"; unset RESP.http.x-b;').map((one) => (one.do === 'set' || one.do === 'unset' ? one.target.name : one.do))).toEqual(['resp.http.x-a', 'resp.http.x-b']);
  });

  test('places are UTF-16 offsets', () => {
    const text = 'vcl 4.1;\r\n# 😀\r\nsub vcl_deliver {\r\n\tset resp.http.A = "b";\r\n}\r\n';
    const [statement] = unitOf(text).subs[0]!.body;
    expect(text.slice(statement!.at.start, statement!.at.end)).toBe('set resp.http.A = "b";');
  });
});

describe('expressions', () => {
  test.each([
    ['a || b && !c', '(a || (b && !c))'],
    ['!a == "x"', '!(a == "x")'],
    ['!!a', 'a'],
    ['(a || b) && c', '((a || b) && c)'],
    ['a ~ "x" + "y"', '(a ~ ("x" + "y"))'],
    ['a + "b" == c', '((a + "b") == c)'],
    ['a "b" c', '(a + "b" + c)'],
    ['resp.status >= 500', '(resp.status >= 500)'],
    ['beresp.ttl > 1.5h', '(beresp.ttl > 1.5h)'],
    ['regsub(req.url, "a(", "")', 'regsub(req.url, "a(", "")'],
    ['req.url.lower() !~ "a"', '(req.url.lower() !~ "a")'],
    ['a - 1 > 2', '(… > 2)'],
  ])('%s', (text, expected) => {
    expect(shown(condition(text))).toBe(expected);
  });
});

describe('statements', () => {
  test('every spelling of elseif', () => {
    const [statement] = body('if (a) { } elseif (b) { } else if (c) { } elsif (d) { } elif (e) { } else { }');
    expect(statement?.do === 'if' ? statement.branches.map(({ test: asked }) => (asked === undefined ? 'else' : shown(asked))) : []).toEqual(['a', 'b', 'c', 'd', 'e', 'else']);
  });

  test('what a subroutine can do', () => {
    expect(body('set resp.status = 204; set resp.http.A += "b"; add resp.http.A = "c"; unset resp.http.A; remove resp.http.A; call cors; std.log("x"); { } return; return (deliver); return (synth(204, "a" + "b")); error 601 "x"; restart; new a = b.c(); synthetic({"x"}); C{ } }C').map((one) => (one.do === 'return' ? `return ${one.action ?? ''} ${one.args.map(shown).join()}`.trim() : one.do))).toEqual(['set', 'set', 'add', 'unset', 'unset', 'call', 'function', 'block', 'return', 'return deliver', 'return synth 204,("a" + "b")', 'return error 601,"x"', 'return restart', 'nothing', 'nothing', 'nothing']);
  });

  test('declarations', () => {
    const unit = unitOf('vcl 4.0; import std; import a as b from "c"; backend none1 none; backend default { .host = "h"; .port = "81"; .probe = { .url = "/"; .window = 5; } .max_connections = 3; } acl purge { "localhost"; !"10.0.0.0"/8; } probe p { .url = "/"; } table t { "a": "b", } sub a { }');
    expect(unit.version).toBe('4.0');
    expect(unit.backends.map(({ name, fields }) => [name, ...fields])).toEqual([['default', ['host', 'h'], ['port', '81']]]);
    expect(unit.subs.map(({ name }) => name)).toEqual(['a']);
  });
});

/** What Varnish 7.1.1 says of these (`varnishd -C`), and where: line 3 of its own test files, from column 1. */
describe('what the server refuses is one problem at its place', () => {
  test.each([
    ['sub vcl_deliver { set resp.http.X = "a', 'Unterminated string', 37],
    ['sub vcl_recv { set req.http.X = {"a; }', 'Unterminated long-string', 33],
    ['sub vcl_recv { } /* abc', 'Unterminated /* ... */ comment', 18],
    ['sub vcl_deliver { set resp.http.X = "a" }', "Expected ';' got '}'", 41],
    ['sub vcl_deliver { unset resp.http.X; unset resp.http.Y }', "Expected ';' got '}'", 56],
    ['sub vcl_recv { } }', "Expected one of 'acl', 'sub', 'backend', 'probe', 'import', or 'vcl', found '}'", 18],
    ['SUB vcl_deliver { }', "Expected one of 'acl', 'sub', 'backend', 'probe', 'import', or 'vcl', found 'SUB'", 1],
    ['sub vcl_deliver { }; sub vcl_recv { }', "Expected one of 'acl', 'sub', 'backend', 'probe', 'import', or 'vcl', found ';'", 20],
    ['sub vcl_recv { if () { } }', "Unknown token ')' when looking for a value", 20],
    ['sub vcl_recv { if (req.url = "a") { } }', "Expected ')' got '='", 28],
    ['sub vcl_recv { if (req.http.a == "x" == true) {} }', "Expected ')' got '=='", 38],
    ['sub vcl_recv { if (true) return (hash); }', "Expected '{' got 'return'", 26],
    ['sub vcl_deliver { ; }', "Expected an action, 'if', '{' or '}', got ';'", 19],
    ['sub vcl_deliver { set resp.http.X = "a";; }', "Expected an action, 'if', '{' or '}', got ';'", 41],
    ['sub vcl_recv { return (); }', "Expected return action name got ')'", 24],
    ['backend b { .host = "a"; .port = "80" }', "Expected ';' got '}'", 39],
    ['sub vcl_recv { set req.http.a = "a\\"b"; }', 'Unterminated string', 38],
    ['sub vcl_recv { foo; }', "Symbol not found: 'foo'", 16],
  ])('%s', (text, message, column) => {
    const { unit, problems } = parse(`vcl 4.1;\n${text}`);
    expect(unit).toBeUndefined();
    expect(problems).toEqual([{ at: expect.objectContaining({ file: 'default.vcl', start: 9 + column - 1 }), message }]);
  });

  test('a template is none, but it is told', () => {
    const { unit, problems } = parse('vcl 4.1;\nsub vcl_deliver {\n{% if cors %}\nset resp.http.Access-Control-Allow-Origin = "*";\n{% endif %}\n}');
    expect(problems).toEqual([]);
    expect([...varnish.read(unit!)].map((reading) => (reading.kind === 'gap' ? [reading.gap.reason, reading.gap.at.start] : reading.kind))).toEqual([['template-syntax', 27]]);
  });
});

describe('includes', () => {
  test('stand for the text of the other file, wherever they are', () => {
    const unit = unitOf('vcl 4.1; include "a/backends.vcl"; sub vcl_deliver { include "./a/cors.vcl"; } include +glob "a/z*.vcl";', { 'a/backends.vcl': 'vcl 4.0; backend b { .host = "h"; }', 'a/cors.vcl': 'set resp.http.A = "b";', 'a/z1.vcl': 'sub x { }', 'a/z2.vcl': 'sub y { }' });
    expect(unit.included).toEqual(['a/backends.vcl', 'a/cors.vcl', 'a/z1.vcl', 'a/z2.vcl']);
    expect(unit.subs.map(({ name, body: statements }) => [name, ...statements.map(({ at }) => at.file)])).toEqual([['vcl_deliver', 'a/cors.vcl'], ['x'], ['y']]);
  });

  test('a file that is not there is missing; a circle is refused', () => {
    expect(unitOf('vcl 4.1; include "none.vcl"; sub a { }').missing).toHaveLength(1);
    expect(parse('include "b.vcl";', { 'b.vcl': 'include "default.vcl";' }).problems.map(({ message }) => message)).toEqual(['default.vcl includes itself']);
  });

  test('a problem in an included file is shown there', () => {
    expect(parse('include "b.vcl";', { 'b.vcl': 'sub a { set x; }' }).problems).toEqual([{ at: expect.objectContaining({ file: 'b.vcl' }), message: "Expected '=' got ';'" }]);
  });
});

describe('any text', () => {
  const text = '\uFEFFvcl 4.1;\r\n# 😀\r\nbackend default { .host = "h"; .port = "80"; }\r\nsub vcl_recv { if (req.method == "OPTIONS" && !(req.http.A ~ {"x"})) { return (synth(204, "a" + "b")); } else { unset req.http.Cookie; } }\r\nsub vcl_deliver { /* c */ set resp.http.Access-Control-Allow-Origin = req.http.Origin; }\r\n';

  test('every prefix is read without a throw, with places inside the text', () => {
    for (let length = 0; length <= text.length; length += 1) {
      const { unit, problems } = parse(text.slice(0, length));
      for (const { at } of problems) expect(at.start <= at.end && at.end <= length).toBe(true);
      if (unit === undefined) continue;
      for (const reading of varnish.read(unit)) if (reading.kind === 'policy') for (const step of reading.policy.steps) expect(step.at.end <= length).toBe(true);
    }
  });

  const origin = 'set resp.http.Access-Control-Allow-Origin = "*";';
  test.each([
    ['blocks nested 10,000 deep', `sub vcl_deliver { ${'if (a) { '.repeat(10_000)}`],
    ['parentheses nested 10,000 deep', `sub vcl_deliver { if (${'('.repeat(10_000)}a${')'.repeat(10_000)}) { } }`],
    ['100,000 exclamation marks', `sub vcl_deliver { if (${'!'.repeat(100_000)}a) { ${origin} } }`],
    ['a text of 900 kB', `sub vcl_deliver { set resp.http.Access-Control-Allow-Origin = "${'x'.repeat(900_000)}"; }`],
    ['a name of 900 kB', `sub vcl_deliver { set resp.http.${'x'.repeat(900_000)} = "a"; ${origin} }`],
    ['50,000 ifs', `sub vcl_deliver { ${Array.from({ length: 50_000 }, (_unused, index) => `if (req.http.A == "${index}") { ${origin} }`).join('\n')} }`],
    ['50,000 branches', `sub vcl_deliver { if (req.http.C) { } ${Array.from({ length: 50_000 }, (_unused, index) => `elseif (req.http.A == "${index}") { ${origin} }`).join('\n')} }`],
    ['50,000 parts of a text', `sub vcl_deliver { set resp.http.Access-Control-Allow-Origin = "a"${' + req.http.B'.repeat(50_000)}; }`],
    ['50,000 alternatives', `sub vcl_deliver { if (a${' || req.http.B == "c"'.repeat(50_000)}) { ${origin} } }`],
    ['a comment of 1 MB that does not end', `/*${'x'.repeat(1_000_000)}`],
    ['1 MB of braces', '{'.repeat(1_000_000)],
    ['subroutines that call each other twice', `${Array.from({ length: 60 }, (_unused, index) => `sub s${index} { call s${index + 1}; call s${index + 1}; }`).join('\n')} sub s60 { ${origin} } sub vcl_deliver { call s0; }`],
    ['20 variables that are chosen by each other', `sub vcl_deliver { ${Array.from({ length: 300 }, (_unused, index) => `if (req.http.H${index} == req.http.V${(index + 1) % 20} || req.http.V${(index + 7) % 20}) { set req.http.V${index % 20} = req.http.V${(index + 3) % 20} + req.http.V${(index + 5) % 20}; }`).join('\n')} if (req.http.V1 ~ "a") { ${origin} } }`],
  ])('%s: read or refused within two seconds', (_name, hostile) => {
    soon(2, () => {
      const { unit, problems } = parse(`vcl 4.1;\n${hostile}`);
      expect(problems.length).toBe(unit === undefined ? 1 : 0);
      if (unit !== undefined) expect([...varnish.read(unit)].length).toBeGreaterThanOrEqual(0);
    });
  });
});
