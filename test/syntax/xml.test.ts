import { describe, expect, test } from 'vitest';
import xml, { allElements, attributeOf, elementsAt, listOf, removeElement, removeItem, respell, textAt, valueOf, type XmlElement, type XmlFile } from '../../src/syntax/xml/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Span } from '../../src/text/span.js';

function parsed(text: string): XmlFile {
  const { unit, problems } = xml.parse(new SourceText('web.xml', text), filesFrom({}));
  expect(problems).toEqual([]);
  return unit!;
}

const first = (file: XmlFile, name: string): XmlElement => [...allElements(file.root)].find((one) => one.name === name)!;

describe('what is read', () => {
  const text = `\ufeff<?xml version="1.0" encoding="UTF-8"?>\r
<!DOCTYPE web-app SYSTEM "web.dtd">\r
<!-- 😀 -->\r
<j:web-app xmlns:j='urn:x' version = "4.0" title="a &amp; 😀 b">\r
  <filter>\r
    <filter-name>CORS</filter-name>\r
    <param-value>\r
      https://a.example,\r
      https://b.example?x=1&amp;y=2,<!-- the shop -->https://c.example\r
    </param-value>\r
    <empty/><hollow></hollow>\r
    <data><![CDATA[ x <y> ]]></data>\r
  </filter>\r
</j:web-app>\r
`;
  const file = parsed(text);
  const written = (at: Span): string => text.slice(at.start, at.end);

  test('elements by their local names, with the places of everything', () => {
    expect([file.root.name, file.root.elements.map(({ name }) => name), elementsAt(file.root, 'filter', 'empty').length]).toEqual(['web-app', ['filter'], 1]);
    expect(written(first(file, 'filter-name').at)).toBe('<filter-name>CORS</filter-name>');
    expect(written(first(file, 'empty').at)).toBe('<empty/>');
    expect(written(textAt(file.root, 'filter', 'filter-name')!.at)).toBe('CORS');
  });

  test('attributes, with entities', () => {
    expect(attributeOf(file.root, 'version')?.value).toBe('4.0');
    expect(file.root.attributes.map(({ at }) => written(at))).toEqual(["xmlns:j='urn:x'", 'version = "4.0"', 'title="a &amp; 😀 b"']);
    const title = attributeOf(file.root, 'title')!;
    expect([title.value, written(title.at), written(title.place(2, 3)), written(title.place(4, 6))]).toEqual(['a & 😀 b', 'a &amp; 😀 b', '&amp;', '😀']);
  });

  test('items of a list, each at its own place', () => {
    const list = listOf(first(file, 'param-value').text, /,/);
    expect(list.items.map((item) => item.kind === 'string' && [item.value, written(item.at)])).toEqual([
      ['https://a.example', 'https://a.example'],
      ['https://b.example?x=1&y=2', 'https://b.example?x=1&amp;y=2'],
      ['https://c.example', 'https://c.example'],
    ]);
  });

  test('nothing, and character data', () => {
    expect([first(file, 'empty').text.value, first(file, 'hollow').text.value]).toEqual(['', '']);
    expect([first(file, 'data').text.value, written(first(file, 'data').text.at)]).toEqual(['x <y>', 'x <y>']);
  });

  test('tags without blanks between them', () => {
    const compact = parsed('<a><b><c>x</c></b><d>y</d></a>');
    expect([first(compact, 'c').text.value, first(compact, 'd').text.value]).toEqual(['x', 'y']);
  });

  test('placeholders are not text', () => {
    const at = (body: string): XmlFile => parsed(`<a>${body}</a>`);
    expect(valueOf(at('${cors.origins}').root.text)).toMatchObject({ kind: 'env', name: 'cors.origins' });
    expect(valueOf(at('https://${host}/x').root.text)).toMatchObject({ kind: 'concat', parts: [{ value: 'https://' }, { kind: 'env', name: 'host' }, { value: '/x' }] });
    expect(listOf(at('https://a.example, @more@').root.text, /,/)).toMatchObject({ items: [{ value: 'https://a.example' }], rest: { kind: 'env', name: 'more' } });
  });
});

describe('edits', () => {
  const text = '<a>\n  <b>one, two&amp;,three</b> <!-- kept -->\n  <c>x</c>\n</a>\n';
  const file = parsed(text);
  const items = listOf(first(file, 'b').text, /,/).items;
  const after = (edited: ReturnType<typeof respell>): string => ('declined' in edited ? edited.declined : applyEdits(text, edited));

  test('another text, spelled', () => {
    expect(after(respell(file, items[1]!.at, 'a&b<"c"'))).toBe(text.replace('two&amp;', 'a&amp;b&lt;&quot;c&quot;'));
  });

  test('an entry goes with one comma', () => {
    expect(after(removeItem(file, items[0]!.at))).toBe(text.replace('one, ', ''));
    expect(after(removeItem(file, items[2]!.at))).toBe(text.replace(',three', ''));
    expect(after(removeItem(file, first(file, 'c').text.at))).toBe('the only entry');
  });

  test('an element goes with its line, if it has one', () => {
    expect(after(removeElement(file, first(file, 'c')))).toBe(text.replace('  <c>x</c>\n', ''));
    expect(after(removeElement(file, first(file, 'b')))).toBe(text.replace('<b>one, two&amp;,three</b> ', ''));
  });

  test('what a placeholder writes is left alone', () => {
    const other = parsed('<a>${x}</a>');
    expect(respell(other, other.root.text.at, 'y')).toEqual({ declined: 'a placeholder stands there' });
  });
});

describe('what is broken', () => {
  test.each([
    ['<a><b></a>', 6],
    ['<a>😀😀<b></a>', 10],
    ['', 0],
    ['<a/><b/>', 4],
  ])('%s', (text, offset) => {
    const { unit, problems } = xml.parse(new SourceText('web.xml', text), filesFrom({}));
    expect(unit).toBeUndefined();
    expect(problems.map(({ at }) => at.start)).toEqual([offset]);
  });

  test('too deep, too long', () => {
    for (const text of ['<a>'.repeat(50_000), '<a>'.repeat(300) + '</a>'.repeat(300), `<a>${' '.repeat(2_000_001)}</a>`]) {
      const { unit, problems } = xml.parse(new SourceText('web.xml', text), filesFrom({}));
      expect([unit, problems.length]).toEqual([undefined, 1]);
    }
  });

  test('every prefix is read without a throw, with places inside the text', () => {
    const text = '\ufeff<?xml version="1.0"?>\r\n<a b="c&#x1F600;" d=\'e\'><!-- x --><f>g &amp; h</f><![CDATA[ i ]]></a>';
    for (let length = 0; length <= text.length; length += 1) {
      const { problems } = xml.parse(new SourceText('web.xml', text.slice(0, length)), filesFrom({}));
      for (const { at } of problems) expect(at.start >= 0 && at.end <= length).toBe(true);
    }
    expect(parsed(text).root.attributes[0]?.text.value).toBe('c😀');
  });
});
