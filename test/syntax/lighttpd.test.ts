import { describe, expect, test } from 'vitest';
import lighttpd from '../../src/readers/lighttpd/index.js';
import language from '../../src/syntax/lighttpd/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { soon } from '../support/soon.js';

const HEAD = 'server.document-root = "/srv"\n';

function problemsOf(text: string, files: Readonly<Record<string, string>> = {}): readonly (readonly [message: string, at: string])[] {
  return language.parse(new SourceText('lighttpd.conf', text), filesFrom(files)).problems.map(({ message, at }) => [message, (files[at.file] ?? text).slice(at.start, at.end)]);
}

describe('what lighttpd refuses is one problem at its place', () => {
  test.each([
    ['a quote that stays open', 'a.b = "x\n', 'missing closing quote', '"'],
    ['`=` in a list', 'a.b = ( "x" = "y" )\n', 'use => for assignments in arrays', '='],
    ['a parenthesis too many', 'a.b = "x" )\n', 'close-parens seen open-parens', ')'],
    ['a comparison that there is not', '$HTTP["url"] =< "x" { }\n', 'only == =~ =^ =$ are allowed in the condition', '='],
    ['another comparison that there is not', '$HTTP["url"] !$ "x" { }\n', 'only !~ and != are allowed in the condition', '!'],
    ['an exclamation mark', 'a.b = !x\n', 'unexpected exclamation-marks: !', '!'],
    ['a colon', 'a.b : "x"\n', "unexpected character ':'", ':'],
    ['a character that no name has', 'a.b = "x";\n', 'invalid character in variable name', ';'],
    ['a setting twice', 'a.b = 1\na.b = 2\n', 'Duplicate config variable in conditional: a.b', 'a.b = 2'],
    ['a key twice', 'a.b = ( "K" => "x", "k" => "y" )\n', 'duplicate array-key: k. Please get rid of the duplicate entry.', '"k" => "y"'],
    ['a key twice, by `+=`', 'a.b = ( "K" => "x" )\na.b += ( "k" => "y" )\n', "Duplicate array-key 'k'", 'a.b += ( "k" => "y" )'],
    ['a variable that is not there', 'a.b = c\n', 'Undefined config variable: var.c', 'c'],
    ['a text and a list', 'a.b = "x" + ( "y" )\n', 'data type mismatch, cannot merge', '( "y" )'],
    ['a field that there is not', '$HTTP["origin"] == "x" { }\n', 'error comp_key $HTTP["origin"]', '$HTTP["origin"] == "x"'],
    ['a number where a text is compared', '$HTTP["url"] == 5 { }\n', 'rvalue must be string', '$HTTP["url"] == 5'],
    ['a block that stays open', '$HTTP["url"] == "x" {\na.b = 1\n', 'parser failed somehow near here: (end of file)', '{'],
    ['a list that stays open', 'a.b = ( "x",\n', 'parser failed somehow near here: (end of file)', '('],
    ['a condition inside of global', 'global { $HTTP["url"] == "x" { } }\n', 'Cannot use conditionals inside a global { ... } block', '$HTTP["url"] == "x"'],
    ['an else behind an else', '$HTTP["url"] == "x" { } else { } else { }\n', 'unreachable condition following else catch-all', '}'],
    ['the same condition twice in a chain', '$HTTP["url"] == "x" { } else $HTTP["url"] == "x" { }\n', 'unreachable else condition', '}'],
    ['a header that is a number', 'setenv.add-response-header = ( "Access-Control-Max-Age" => 600 )\n', 'setenv.add-response-header should have been a list of key => string values like setenv.add-response-header = ( "..." => "...", "..." => "..." )', '"Access-Control-Max-Age" => 600'],
    ['headers that are no list', 'setenv.add-response-header = "x"\n', 'setenv.add-response-header should have been a list of key => string values like setenv.add-response-header = ( "..." => "...", "..." => "..." )', '"x"'],
    ['env as a variable', 'env.X = "y"\n', 'Setting env variable is not supported in conditional: env.X', 'env.X = "y"'],
  ])('%s', (_name, text, message, at) => {
    expect(problemsOf(HEAD + text)).toEqual([[message, at]]);
  });

  test('in an included file at its place there', () => {
    expect(problemsOf(`${HEAD}include "b.conf"\na.b = c\n`, { 'b.conf': 'a.b = d\n' })).toEqual([['Undefined config variable: var.d', 'd']]);
    expect(problemsOf(`${HEAD}include "b.conf"\n`, { 'b.conf': 'include "b.conf"\n' })).toEqual([['b.conf includes itself', 'include "b.conf"']]);
  });
});

test('in a part of a configuration a variable may have been set elsewhere', () => {
  expect(problemsOf('setenv.add-response-header = var.list\nserver.port = port\nsetenv.set-response-header = list + ( "X" => "y" )\n')).toEqual([]);
  expect(problemsOf('server.tag = "t"\na.b = ( "x" ) + "y"\n')).toEqual([['data type mismatch, cannot merge', '"y"']]);
});

describe('what lighttpd passes over in silence is no problem', () => {
  test.each([
    ['a brace too many', '}\na.b = 1\n', { 'a.b': 1 }],
    ['a word between values', 'a.b = 1 ] "x" c.d = 2\n', { 'a.b': 1, 'c.d': 2 }],
    ['a name without a value takes the next one', 'x\na.b = 1\n', { 'var.x': 1 }],
    ['commas', 'a.b = 1,\n', { 'a.b': 1 }],
  ])('%s', (_name, text, settings) => {
    const { unit, problems } = language.parse(new SourceText('lighttpd.conf', HEAD + text), filesFrom({}));
    expect(problems).toEqual([]);
    expect(Object.fromEntries([...unit!.scopes[0]!.settings].filter(([name]) => name !== 'server.document-root').map(([name, { data }]) => [name, data.kind === 'number' ? data.value : data.kind]))).toEqual(settings);
  });
});

describe('any text', () => {
  const text = '\ufeff# 😀\r\nserver.port = 80\r\nvar.a = ( "Access-Control-Allow-Origin" => "https://" + "x.example", )\r\n$REQUEST_HEADER["Origin"] =~ "^https://(a|b)\\.example$" {\r\n  setenv.add-response-header = var.a + ( "Vary" => "Origin" ) # 😀\r\n} else $HTTP["url"] =$ ".js" { setenv.set-response-header += ( "Access-Control-Allow-Origin" => "" ) }\r\nelse { include "x*.conf" }\r\nglobal { server.tag = env.T }\r\n';

  test('every prefix is read without a throw, with places inside the text', () => {
    for (let length = 0; length <= text.length; length += 1) {
      const { unit, problems } = language.parse(new SourceText('a.conf', text.slice(0, length)), filesFrom({}));
      expect(problems.length <= 1).toBe(true);
      for (const { at } of problems) expect(at.start <= at.end && at.end <= Math.max(length, 1)).toBe(true);
      for (const reading of unit === undefined ? [] : lighttpd.read(unit)) if (reading.kind === 'policy') for (const step of reading.policy.steps) for (const { at } of [step, ...step.effects]) expect(at.start <= at.end && at.end <= length).toBe(true);
    }
    expect(language.parse(new SourceText('a.conf', text), filesFrom({})).problems).toEqual([]);
  });

  const deep = 10_000;
  test.each([
    ['lists in lists', `a.b = ${'( '.repeat(deep)}${' )'.repeat(deep)}\n`],
    ['lists that stay open', `a.b = ${'( '.repeat(deep)}`],
    ['blocks in blocks', `${Array.from({ length: deep }, (_unused, index) => `$HTTP["url"] =^ "/${index}" {\n`).join('')}setenv.add-response-header = ( "Access-Control-Allow-Origin" => "*" )\n${'}\n'.repeat(deep)}`],
    ['a chain of else', `$HTTP["url"] == "/" { }\n${Array.from({ length: 50_000 }, (_unused, index) => `else$HTTP["url"]=="/${index}"{}\n`).join('')}else { setenv.add-response-header = ( "Access-Control-Allow-Origin" => "*" ) }\n`],
    ['blocks in a row', `${Array.from({ length: 50_000 }, (_unused, index) => `$HTTP["url"]=="/${index}"{}\n`).join('')}${Array.from({ length: 2000 }, (_unused, index) => `$HTTP["url"] == "/x${index}" { setenv.add-response-header = ( "Access-Control-Allow-Origin" => "*" ) }\n`).join('')}`],
    ['a long text', `setenv.add-response-header = ( "Access-Control-Allow-Origin" => "${'a\\"'.repeat(300_000)}" )\n`],
    ['a long name', `${'a'.repeat(900_000)} = 1\n`],
    ['a text that never ends', `a.b = "${'\\"'.repeat(450_000)}`],
    ['a pattern of nothing but parentheses', `$REQUEST_HEADER["Origin"] =~ "${'('.repeat(20_000)}${')'.repeat(20_000)}" { setenv.add-response-header = ( "Access-Control-Allow-Origin" => "*" ) }\n`],
    ['a megabyte of commas', `a.b = ( "x" ${','.repeat(1_000_000)} )\n`],
    ['a megabyte of pluses', `a.b = "x" ${'+ "y" '.repeat(200_000)}\n`],
    ['a megabyte of blanks and comments', `${' \n#\n'.repeat(250_000)}a.b = 1\n`],
  ])('%s: in time', (_name, body) => {
    const readings = soon(3, () => {
      const { unit } = language.parse(new SourceText('a.conf', HEAD + body), filesFrom({}));
      return unit === undefined ? [] : [...lighttpd.read(unit)];
    });
    expect(readings.every(({ kind }) => kind === 'policy' || kind === 'gap')).toBe(true);
  });
});
