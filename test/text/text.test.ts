import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEdits, overlaps } from '../../src/text/edit.js';
import { filesFrom, folderOf, resolvePath } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

describe('lines', () => {
  test('LF, CRLF and CR end lines; a byte order mark counts as one', () => {
    const source = new SourceText('f', '\ufeffa\r\nb\nc\rd');
    expect(source.lineCount).toBe(4);
    expect([1, 2, 3, 4].map((line) => source.line(line))).toEqual(['\ufeffa', 'b', 'c', 'd']);
    expect(source.positionAt(4)).toEqual({ line: 2, column: 1 });
    expect(source.lineEnding).toBe('\r\n');
  });

  test('offsets outside are clamped', () => {
    expect(new SourceText('f', 'ab').positionAt(99)).toEqual({ line: 1, column: 3 });
  });

  test('a position and its offset agree', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(40), (text, at) => {
        const source = new SourceText('f', text);
        const { line, column } = source.positionAt(at);
        expect(source.lineStart(line) + column - 1).toBe(Math.min(at, text.length));
      }),
    );
  });
});

describe('edits', () => {
  const edit = (start: number, end: number, text: string): Parameters<typeof overlaps>[0] => ({ file: 'f', start, end, text });

  test('in any order', () => {
    expect(applyEdits('abcdef', [edit(4, 5, 'E'), edit(0, 1, 'A'), edit(2, 2, '+')])).toBe('Ab+cdEf');
  });

  test('overlapping ones are refused', () => {
    expect(() => applyEdits('abc', [edit(0, 2, 'x'), edit(1, 3, 'y')])).toThrow(RangeError);
    expect(() => applyEdits('abc', [edit(2, 9, 'x')])).toThrow(RangeError);
    expect([overlaps(edit(0, 2, ''), edit(1, 3, '')), overlaps(edit(0, 1, ''), edit(1, 2, '')), overlaps(edit(1, 1, 'a'), edit(1, 1, 'b'))]).toEqual([true, false, true]);
  });
});

test('paths stay below the root', () => {
  expect(resolvePath('a/b', '../c.js')).toBe('a/c.js');
  expect(resolvePath('a', '../../c.js')).toBeUndefined();
  expect(folderOf('a/b/c.js')).toBe('a/b');
});

test('a map of texts is a file system', () => {
  const files = filesFrom({ 'a/b.js': '1', 'a/c/d.js': '2', 'e.js': '3' });
  expect(files.list('a')).toEqual(['b.js', 'c/']);
  expect([files.read('a/b.js'), files.read('constructor'), files.exists('e.js')]).toEqual(['1', undefined, true]);
});
