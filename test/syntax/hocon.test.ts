import { describe, expect, test } from 'vitest';
import hocon, { HoconConfig, removeItem, respell, rewrite, type HoconFile } from '../../src/syntax/hocon/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Value } from '../../src/values/value.js';

function parsed(text: string, others: Readonly<Record<string, string>> = {}): HoconFile {
  const { unit, problems } = hocon.parse(new SourceText('conf/application.conf', text), filesFrom({ 'conf/application.conf': text, ...others }));
  expect(problems).toEqual([]);
  return unit!;
}

/** What a path holds, without places. */
function valueIn(text: string, path: string, others: Readonly<Record<string, string>> = {}): unknown {
  return plain(new HoconConfig(parsed(text, others)).at(...path.split('.'))?.value);
}

function plain(value: Value | undefined): unknown {
  if (value === undefined) return undefined;
  switch (value.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return value.value;
    case 'nothing':
      return null;
    case 'list':
      return [...value.items.map(plain), ...(value.rest === undefined ? [] : ['…'])];
    case 'env':
      return `$${value.name}`;
    case 'either':
      return value.options.map((option) => plain(option.value));
    default:
      return value.kind;
  }
}

describe('values', () => {
  test.each([
    ['a = 1', 1],
    ['a : "x"', 'x'],
    ['a { }\na = true', true],
    ['{ "a": null }', null],
    ['a = 1 hour # soon', '1 hour'],
    ['a = """x"y"""', 'x"y'],
    ['a = "x\\u0041\\n"', 'xA\n'],
    ['a = [1, "b"\n c d\n]', [1, 'b', 'c d']],
    ['a = [ // none\n]', []],
    ['a = one, b = two', 'one'],
    ['a = "http://"example', 'http://example'],
    ['a = ["x"] ["y"]', ['x', 'y']],
    ['a += "x"\na += y', ['x', 'y']],
    ['a = ["x"]\na = ${a} ["y"]', ['x', 'y']],
    ['a = ["x"]\na += ${?MORE}', ['x', ['$MORE']]],
    ['b = ["x"]\na = ${b}', ['x']],
    ['a = ${b}\nb = "later"', 'later'],
    ['a = "x"\na = ${?NAME}', ['x', '$NAME']],
    ['a = ${NAME}', '$NAME'],
    ['a = ${?NAME}', [null, '$NAME']],
    ['a = ["x"] ${?MORE}', ['x', '…']],
    ['a = "https://"${HOST}', 'concat'],
    ['a = ${a}', undefined],
    ['b = ${a}\na = ${b}', 'unknown'],
  ])('%s', (text, expected) => {
    expect(valueIn(text, 'a')).toEqual(expected);
  });

  test.each([
    ['objects are merged', 'a { b { c = 1, d = 2 } }\na.b.c = 3', 'a.b.c', 3],
    ['what stays', 'a { b { c = 1, d = 2 } }\na.b.c = 3', 'a.b.d', 2],
    ['another value takes an object away', 'a { b = 1 }\na = 2', 'a.b', undefined],
    ['null, too', 'a { b = 1 }\na = null', 'a.b', undefined],
    ['an object from elsewhere', 'base { b = 1, c = 2 }\na = ${base} { c = 3 }', 'a.b', 1],
    ['and what is written over it', 'base { b = 1, c = 2 }\na = ${base} { c = 3 }', 'a.c', 3],
    ['quoted keys', '"a.b".c = 1', 'a.b.c', undefined],
    ['braces around all of it', '{ a { b = 1 } }', 'a.b', 1],
  ])('%s', (_name, text, path, expected) => {
    expect(valueIn(text, path)).toEqual(expected);
  });

  test('files that are included, in their place', () => {
    const others = { 'conf/base.conf': 'x = 1\ny = 1\nz = ${x}', 'conf/more.conf': 'q = 4' };
    const text = 'y = 0\ninclude "base"\nx = 2\nn { include file("more.conf") }\ninclude "missing"';
    expect(['x', 'y', 'z', 'n.q'].map((path) => valueIn(text, path, others))).toEqual([2, 1, 2, 4]);
    expect(new HoconConfig(parsed(text, others)).unread.map(({ what }) => what)).toEqual(['missing']);
    expect(valueIn('include "application"\na = 1', 'a')).toBe(1);
  });

  test('a value stands where it is written', () => {
    const text = '\ufeff# 😀\r\na {\r\n  b = [ "x", ${c} ]\r\n}\r\nc = "é"\r\n';
    const value = new HoconConfig(parsed(text)).at('a', 'b')?.value;
    expect(value?.kind === 'list' && value.items.map(({ at }) => text.slice(at.start, at.end))).toEqual(['"x"', '"é"']);
  });
});

describe('edits', () => {
  const text = 'a = ["one", two, """three"""] # kept\nb = [\n  "one" // first\n  "two",\n  "three"\n]\nc = true\n';
  const file = parsed(text);
  const config = new HoconConfig(file);
  const item = (key: string, index: number): Value['at'] => {
    const value = config.at(key)?.value;
    if (value?.kind !== 'list') throw new Error('no list');
    return value.items[index]!.at;
  };
  const after = (edited: ReturnType<typeof respell>): string => ('declined' in edited ? edited.declined : applyEdits(text, edited));

  test('another text', () => {
    expect(after(respell(file, item('a', 0), 'a"b'))).toBe(text.replace('"one"', '"a\\"b"'));
    expect(after(respell(file, item('a', 1), 'https://x'))).toBe(text.replace('two', '"https://x"'));
    expect(after(respell(file, item('a', 2), 'x'))).toBe('a text of several lines is not rewritten');
    expect(after(rewrite(file, config.at('c')!.value.at, 'false'))).toBe(text.replace('true', 'false'));
  });

  test('an item goes with its comma or its line', () => {
    expect(after(removeItem(file, item('a', 0)))).toBe(text.replace('"one", ', ''));
    expect(after(removeItem(file, item('a', 2)))).toBe(text.replace(', """three"""', ''));
    expect(after(removeItem(file, item('b', 0)))).toBe(text.replace('"one" // first', '// first'));
    expect(after(removeItem(file, item('b', 1)))).toBe(text.replace('  "two",\n', ''));
    expect(after(removeItem(file, item('b', 2)))).toBe(text.replace(',\n  "three"', ''));
  });
});

describe('what is broken', () => {
  test.each([
    ['a = [1', 6],
    ['a {', 3],
    ['a }', 2],
    ['a = "x', 4],
    ['= 1', 0],
    ['a = @x', 4],
    ['a = 1 }', 6],
  ])('%s', (text, offset) => {
    const { unit, problems } = hocon.parse(new SourceText('a.conf', text), filesFrom({}));
    expect([unit, problems.map(({ at }) => at.start)]).toEqual([undefined, [offset]]);
  });

  test('too deep', () => {
    expect(hocon.parse(new SourceText('a.conf', `a = ${'['.repeat(5000)}`), filesFrom({})).problems.length).toBe(1);
  });

  test('every prefix is read without a throw, with places inside the text', () => {
    const text = '\ufeffa { b = ["x", ${?Y}] # c\n include file("d") }\r\ne += """f\n""" ${g} // h\n';
    for (let length = 0; length <= text.length; length += 1) {
      const { unit, problems } = hocon.parse(new SourceText('a.conf', text.slice(0, length)), filesFrom({}));
      for (const { at } of problems) expect(at.start >= 0 && at.end <= length).toBe(true);
      if (unit !== undefined) new HoconConfig(unit).at('a', 'b');
    }
  });
});
