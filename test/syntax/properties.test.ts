import { describe, expect, test } from 'vitest';
import properties, { insertAfter, removeEntry, removeItem, respell, type PropertiesFile, type PropertyEntry } from '../../src/syntax/properties/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Span } from '../../src/text/span.js';

function parsed(text: string): PropertiesFile {
  const { unit, problems } = properties.parse(new SourceText('application.properties', text), filesFrom({}));
  expect(problems).toEqual([]);
  return unit!;
}

const named = (file: PropertiesFile, key: string): PropertyEntry => file.entries.find((one) => one.key === key)!;

describe('what is read', () => {
  const text = `\ufeff# 😀 = comment\r
! another: one\r
a=1\r
  b : two words  \r
c three\r
d\r
e=\r
caf\\u00e9\\ au\\:lait = \\u20ac\\t5\\=\\#\r
list = https://a.example, \\\r
       https://b.example,\\\r
\thttps://c.example\r
\r
path=C:\\\\x\\q\r
twice=1\r
twice=2`;
  const file = parsed(text);
  const written = (at: Span): string => text.slice(at.start, at.end);

  test('keys and values, as java.util.Properties reads them', () => {
    expect(file.entries.map(({ key, text: value }) => [key, value.value])).toEqual([
      ['a', '1'],
      ['b', 'two words  '],
      ['c', 'three'],
      ['d', ''],
      ['e', ''],
      ['café au:lait', '€\t5=#'],
      ['list', 'https://a.example, https://b.example,https://c.example'],
      ['path', 'C:\\xq'],
      ['twice', '1'],
      ['twice', '2'],
    ]);
  });

  test('with the places of everything', () => {
    expect([written(named(file, 'b').at), written(named(file, 'b').keyAt), written(named(file, 'b').text.at)]).toEqual(['b : two words  ', 'b', 'two words  ']);
    const { place } = named(file, 'list').text;
    expect([written(place(0, 17)), written(place(19, 36)), written(place(37, 54)), written(place(17, 19))]).toEqual(['https://a.example', 'https://b.example', 'https://c.example', ', ']);
    expect([written(named(file, 'path').text.place(2, 3)), written(named(file, 'café au:lait').text.place(0, 1))]).toEqual(['\\\\', '\\u20ac']);
    expect(named(file, 'e').text.at).toMatchObject({ start: named(file, 'e').at.end, end: named(file, 'e').at.end });
  });
});

test('a \\u without its digits is no properties file to Java', () => {
  const { problems } = properties.parse(new SourceText('a.properties', 'a=C:\\users\nb=\\\\users\n'), filesFrom({}));
  expect(problems.map(({ at, message }) => [at.start, at.end, message])).toEqual([[4, 6, '`\\u` is not followed by four hexadecimal digits.']]);
});

describe('what is written', () => {
  const text = '# origins\norigins=https://a.example, \\\n  https://b.example,https://c.example # not a comment\nname : ${X:y}\n\nlast=1';
  const file = parsed(text);
  const { text: list } = named(file, 'origins');
  const after = (edited: ReturnType<typeof respell>): string => ('declined' in edited ? edited.declined : applyEdits(text, edited));

  test('another text for a part of a value, its backslashes doubled', () => {
    expect(after(respell(file, list.place(19, 36), '/https:\\/\\/x/'))).toBe(text.replace('https://b.example', '/https:\\\\/\\\\/x/'));
    expect(after(respell(file, named(file, 'last').text.at, ' 2'))).toBe(text.replace('last=1', 'last=\\ 2'));
    expect(after(respell(file, named(file, 'name').text.at, 'z'))).toBe('a placeholder stands there');
    expect(after(respell(file, list.at, 'z'))).toBe('a text of several lines is not rewritten');
    expect(after(respell(file, { ...list.at, start: 0, end: 3 }, 'z'))).toBe('no value stands there');
  });

  test('items without their commas', () => {
    expect(after(removeItem(file, list.place(0, 17)))).toBe(text.replace('https://a.example, \\\n  ', ''));
    expect(after(removeItem(file, list.place(19, 36)))).toBe(text.replace('https://b.example,', ''));
    expect(after(removeItem(file, named(file, 'last').text.at))).toBe('it is the only entry');
  });

  test('keys with their lines, and below others', () => {
    expect(after(removeEntry(file, named(file, 'origins')))).toBe('# origins\nname : ${X:y}\n\nlast=1');
    expect(after(removeEntry(file, named(file, 'last')))).toBe(text.replace('last=1', ''));
    expect(after(insertAfter(file, named(file, 'name'), 'other', 'v'))).toBe(text.replace('${X:y}\n', '${X:y}\nother : v\n'));
    expect(after(insertAfter(file, named(file, 'last'), 'other', 'v'))).toBe(`${text}\nother=v`);
  });
});
