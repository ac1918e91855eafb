import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import language, { removeLine, respell, type Edited, type HeadersFile } from '../../src/syntax/headers-file/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Span } from '../../src/text/span.js';
import { soon } from '../support/soon.js';

const parse = (text: string): ReturnType<typeof language.parse> => language.parse(new SourceText('_headers', text), filesFrom({}));

function parsed(text: string): HeadersFile {
  const { unit, problems } = parse(text);
  expect(problems).toEqual([]);
  return unit!;
}

/** Paths and lines as texts: `name=value`, `-name`. */
function shape({ blocks }: HeadersFile): unknown {
  return blocks.map(({ path, lines }) => [path.text, ...lines.map((line) => (line.kind === 'detach' ? `-${line.name.text}` : `${line.name.text}=${line.value.text}`))]);
}

describe('what is read', () => {
  // As @netlify/headers-parser 9 and workers-shared's parseHeaders read it.
  const text = '\ufeff# 😀 a comment\r\n/a/*\r\n  Access-Control-Allow-Origin : https://a.example:8443  \r\n\r\n\t# another: one\r\n  ! Vary\r\nX-Unindented:1\r\nhttps://:sub.example/b\r\n  X: # not a comment\n  a line of nothing\n/empty\n/c # d\n X:y';

  test('paths, headers and what is taken away, with the places of their parts', () => {
    const file = parsed(text);
    expect(shape(file)).toEqual([['/a/*', 'Access-Control-Allow-Origin=https://a.example:8443', '-Vary', 'X-Unindented=1'], ['https://:sub.example/b', 'X=# not a comment'], ['/empty'], ['/c # d', 'X=y']]);
    const written = (at: Span): string => text.slice(at.start, at.end);
    for (const { path, lines } of file.blocks) {
      expect(written(path.at)).toBe(path.text);
      for (const line of lines) {
        expect(written(line.name.at)).toBe(line.name.text);
        if (line.kind === 'header') expect([written(line.value.at), line.at]).toEqual([line.value.text, { file: '_headers', start: line.name.at.start, end: line.value.at.end }]);
      }
    }
  });

  test.each([
    ['X: y\n/a\n Z: 1', 'A path must stand before the first header.', 'X: y', [['/a', 'Z=1']]],
    ['/a\n  X:   \n  Y: 1', 'This header has no value.', 'X:', [['/a', 'Y=1']]],
    ['/a\n  : x', 'This header has no name.', ': x', [['/a']]],
  ])('%j is complained about', (broken, message, place, rest) => {
    const { unit, problems } = parse(broken);
    expect(problems.map((one) => [one.message, broken.slice(one.at.start, one.at.end)])).toEqual([[message, place]]);
    expect(shape(unit!)).toEqual(rest);
  });

  test('its files are those of the name', () => {
    expect(['_headers', 'public/_headers', 'a_headers', '_headers.txt'].map((path) => language.paths.test(path))).toEqual([true, true, false, false]);
  });

  test('whatever the text: no throw, and places inside of it', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('/', '*', ':', '! ', '#', 'https://', ' ', '\r\n', '\n', '\r', 'X', '\ufeff', '😀')), (pieces) => {
      const random = pieces.join('');
      const { unit, problems } = parse(random);
      for (const { at } of [...problems, ...unit!.blocks.flatMap(({ path, lines }) => [path, ...lines])]) expect(at.start >= 0 && at.start <= at.end && at.end <= random.length).toBe(true);
    }));
  });

  test('long texts', () => {
    expect(soon(1, () => parsed('/a\n  X: y\n'.repeat(99_000))).blocks).toHaveLength(99_000);
    soon(1, () => parse(`/${':'.repeat(900_000)}`));
    expect(parse(' '.repeat(2_000_001)).unit).toBeUndefined();
  });
});

describe('edits', () => {
  const text = '# site\r\n/a\r\n  X: one two  \r\n  Y: 2\r\n# end';
  const file = parsed(text);
  const [x, y] = file.blocks[0]!.lines;
  const applied = (edited: Edited): string => ('declined' in edited ? edited.declined : applyEdits(text, edited));

  test('a value, and a part of one', () => {
    if (x?.kind !== 'header') throw new Error('no header');
    expect(applied(respell(file, x.value.at, 'three'))).toBe(text.replace('one two', 'three'));
    expect(applied(respell(file, { ...x.value.at, start: x.value.at.end - 3 }, '2'))).toBe(text.replace('two', '2'));
    expect(applied(respell(file, x.name.at, 'Z'))).toBe('no value stands there');
    expect(applied(respell(file, x.value.at, 'a\nb'))).toBe('a value is one line of text');
  });

  test('a line goes with its end, the last one of a path stays', () => {
    expect(applied(removeLine(file, x!.at))).toBe('# site\r\n/a\r\n  Y: 2\r\n# end');
    expect(applied(removeLine(file, y!.at))).toBe('# site\r\n/a\r\n  X: one two  \r\n# end');
    expect(applied(removeLine(file, x!.name.at))).toBe('no line of a header stands there');
    const alone = parsed('/a\n  X: y');
    expect(removeLine(alone, alone.blocks[0]!.lines[0]!.at)).toEqual({ declined: 'it is the only header of its path' });
  });

  test('files that a tool writes are left alone', () => {
    const generated = parsed('# This file was generated by a plugin\n/a\n  X: y\n  Z: 1');
    expect(removeLine(generated, generated.blocks[0]!.lines[0]!.at)).toEqual({ declined: 'the file is generated' });
  });
});
