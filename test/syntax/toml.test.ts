import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import toml from '../../src/syntax/toml/index.js';
import { insertPairAfter, itemsOf, nodeAt, pairAt, pairsOf, removeEntry, removePair, respell, rewrite, spelledPair, textAt, valueOf, whyNotEditable, type Edited, type YamlFile, type YamlNode } from '../../src/syntax/yaml/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Span } from '../../src/text/span.js';
import type { Value } from '../../src/values/value.js';

function parse(text: string): { file: YamlFile; root: YamlNode | undefined; problems: readonly { readonly at: Span; readonly message: string }[] } {
  const { unit, problems } = toml.parse(new SourceText('f.toml', text), filesFrom({}));
  if (unit === undefined) throw new Error('nothing was read');
  return { file: unit, root: unit.documents[0]?.root, problems };
}

function plain(value: Value): unknown {
  switch (value.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return value.value;
    case 'list':
      return [...value.items.map(plain), ...(value.rest === undefined ? [] : ['…'])];
    case 'record':
      return Object.fromEntries(value.entries.map(({ key, value: inner }) => [key, plain(inner)]));
    case 'env':
      return `$${value.name}`;
    case 'concat':
      return value.parts.map(plain).join('+');
    default:
      return `?${'reason' in value ? value.reason : value.kind}`;
  }
}

const NETLIFY = `\uFEFF# head\r
[build]\r
publish = "dist" # where 🛒\r
\r
[[headers]]\r
  for = '/*'\r
  [headers.values]\r
    Access-Control-Allow-Origin = "https://app.example" # one\r
    "X-Frame-Options" = 'DENY'\r
[[headers]]\r
  for = "/api/*"\r
  values = { Vary = "Origin", b.c = [1, true,\r
    "z", # last\r
  ] }\r
`;

describe('tree', () => {
  test('tables, lists of tables, dotted keys and inline tables, with byte order mark and CRLF', () => {
    const { file, root, problems } = parse(NETLIFY);
    expect(problems).toEqual([]);
    expect(plain(valueOf(file, root))).toEqual({
      build: { publish: 'dist' },
      headers: [
        { for: '/*', values: { 'Access-Control-Allow-Origin': 'https://app.example', 'X-Frame-Options': 'DENY' } },
        { for: '/api/*', values: { Vary: 'Origin', b: { c: [1, true, 'z'] } } },
      ],
    });
  });

  test('places are those of the text as written', () => {
    const { root } = parse(NETLIFY);
    const written = (at: Span): string => NETLIFY.slice(at.start, at.end);
    const [first, second] = itemsOf(nodeAt(root, 'headers'))!;
    const values = nodeAt(first, 'values');
    expect(pairsOf(values).map(({ key, value, at }) => [written(key.at), written(value!.at), written(at)])).toEqual([
      ['Access-Control-Allow-Origin', '"https://app.example"', 'Access-Control-Allow-Origin = "https://app.example"'],
      ['"X-Frame-Options"', "'DENY'", '"X-Frame-Options" = \'DENY\''],
    ]);
    expect(written(first!.at)).toMatch(/^\[\[headers\]\]\r\n {2}for = '\/\*'[\s\S]*'DENY'$/);
    expect(written(pairAt(second, 'values', 'b', 'c')!.at)).toMatch(/^b\.c = \[[\s\S]*\]$/);
    expect(textAt(second, 'for')).toBe('/api/*');
  });

  test('a table may go on below others', () => {
    const { file, root } = parse('[a]\nx = 1\n[b]\ny = "v"\n[a.c]\nz = "w"\n');
    expect(plain(valueOf(file, root))).toEqual({ a: { x: 1, c: { z: 'w' } }, b: { y: 'v' } });
    expect(respell(file, nodeAt(root, 'b', 'y')!.at, 'u')).toMatchObject([{ text: '"u"' }]);
    expect(respell(file, nodeAt(root, 'a', 'c', 'z')!.at, 'u')).toMatchObject([{ text: '"u"' }]);
  });

  test.each([
    ['a = "${X}"\n', { a: '$X' }],
    ['a = "https://{{ .host }}/"\n', { a: 'https://+?template-syntax+/' }],
    ['a = {{ env "X" }}\nb = 1\n', { a: '?template-syntax', b: 1 }],
    ['a = [{{ .x }}, "y"]\n', { a: ['?template-syntax', 'y'] }],
    ['{{ if .x }}\na = 1\n{{ end }}\n', { a: 1 }],
    ['a = 1979-05-27\n', { a: '1979-05-27' }],
    ['a = """\nx\ny"""\nb = \'\'\'z\'\'\'\n', { a: 'x\ny', b: 'z' }],
  ])('%j', (text, expected) => {
    const { file, root, problems } = parse(text);
    expect(problems).toEqual([]);
    expect(plain(valueOf(file, root))).toEqual(expected);
  });

  test.each([
    ['a = *\n', 4],
    ['a = "x\nb = 1\n', 6],
    ['[a\n', 3],
    ['a = 1\na = 2\n', 6],
    [`a = ${'['.repeat(2000)}${']'.repeat(2000)}`, 0],
    [`${Array.from({ length: 500 }, () => 'a').join('.')} = 1`, 0],
  ])('one problem at its place (%#)', (text, start) => {
    const { root, problems } = parse(text);
    expect(root).toBeUndefined();
    expect(problems.map(({ at }) => at.start)).toEqual([start]);
  });

  test('hostile text ends soon', () => {
    const started = Date.now();
    for (const text of ['['.repeat(1_000_000), `a = "${'x'.repeat(249_000)}"`, 'a={'.repeat(60_000), '[[a]]\n'.repeat(40_000), `${'a.'.repeat(100_000)}b = 1`, '{{ x }}'.repeat(35_000)]) toml.parse(new SourceText('f.toml', text), filesFrom({}));
    expect(Date.now() - started).toBeLessThan(6 * 2000);
  });
});

describe('edits', () => {
  const apply = (text: string, edited: Edited): string => ('declined' in edited ? `declined: ${edited.declined}` : applyEdits(text, edited));

  test.each([
    ['a = "x" # c\n', 'y"z\\', 'a = "y\\"z\\\\" # c\n'],
    ["a = 'x'\n", '^a\\.b$', "a = '^a\\.b$'\n"],
    ["a = 'x'\n", "it's", 'a = "it\'s"\n'],
    ['a = ["x"]\n', 'y', 'a = ["y"]\n'],
    ["a = '''x'''\n", 'y', 'declined: a block of text is not rewritten'],
    ['a = "${X:-x}"\n', 'y', 'declined: a variable stands there'],
    ['a = {{ x }}\n', 'y', 'declined: a template writes this text'],
  ])('respell %j', (text, by, expected) => {
    const { file, root } = parse(text);
    const node = nodeAt(root, 'a')!;
    expect(apply(text, respell(file, (itemsOf(node)?.[0] ?? node).at, by))).toBe(expected);
  });

  test('a part of a text, a switch, an entry, a pair', () => {
    const text = '[t]\na = "https://a.example/, b" # one\non = true\nl = [\n  "x",\n  "y", # two\n]\nlast = 1 # three\n';
    const { file, root } = parse(text);
    const start = text.indexOf('https');
    expect(apply(text, respell(file, { file: 'f.toml', start, end: start + 18 }, 'https://a.example'))).toBe(text.replace('a.example/', 'a.example'));
    expect(apply(text, rewrite(file, nodeAt(root, 't', 'on')!.at, 'false'))).toBe(text.replace('true', 'false'));
    expect(apply(text, removeEntry(file, itemsOf(nodeAt(root, 't', 'l'))![0]!.at))).toBe(text.replace('"x",\n  ', ''));
    expect(apply(text, removePair(file, pairAt(root, 't', 'on')!))).toBe(text.replace('on = true\n', ''));
    expect(apply(text, removePair(file, pairAt(root, 't', 'last')!))).toBe(text.replace('last = 1 # three', '# three'));
    expect(apply(text, insertPairAfter(file, pairAt(root, 't', 'a')!, spelledPair(file, 'x y', ['p', 'q'])))).toBe(text.replace('# one\n', '# one\n"x y" = ["p", "q"]\n'));
    expect(apply(text, insertPairAfter(file, pairAt(root, 't')!, 'x = 1'))).toBe('declined: the line belongs to another table');
    expect(apply('a.b = 1\n', insertPairAfter(parse('a.b = 1\n').file, pairAt(parse('a.b = 1\n').root, 'a', 'b')!, 'x = 1'))).toBe('declined: the line belongs to another table');
    const tables = '[[a]]\nx = 1\n[[a]]\nx = 2\n';
    expect(apply(tables, removeEntry(parse(tables).file, itemsOf(nodeAt(parse(tables).root, 'a'))![1]!.at))).toBe('declined: a table is not taken out');
    expect(whyNotEditable(file, { file: 'f.toml', start: text.length + 1, end: text.length + 2 })).toBe('nothing that was read stands there');
  });

  const texts = fc.oneof(fc.constantFrom('x', '*', "it's", '^a\\.b$', '# c', '"q"', '🛒', 'a,b', ' lead'), fc.string({ maxLength: 12 }).map((text) => text.replace(/[^\x20-\x7E]|[{}$<#]/g, '')));

  test('respelling changes the one value and keeps every comment', () => {
    fc.assert(
      fc.property(fc.array(texts, { minLength: 2, maxLength: 4 }), fc.nat(3), texts, fc.boolean(), (items, at, by, lines) => {
        const written = items.map((item) => JSON.stringify(item));
        const text = lines ? `\uFEFF# head\r\n[t]\r\nl = [\r\n${written.map((item) => `  ${item}, # note\r\n`).join('')}]\r\nafter = 2 # two\r\n` : `# head\nt.l = [ ${written.join(' , ')} ] # note\nt.after = 2 # two\n`;
        const { file, root } = parse(text);
        const index = at % items.length;
        const edited = respell(file, itemsOf(nodeAt(root, 't', 'l'))![index]!.at, by);
        if ('declined' in edited) throw new Error(edited.declined);
        const again = parse(applyEdits(text, edited));
        expect(again.problems).toEqual([]);
        expect(itemsOf(nodeAt(again.root, 't', 'l'))!.map((item) => (item.kind === 'scalar' ? item.value : undefined))).toEqual(items.map((item, position) => (position === index ? by : item)));
        expect(again.file.source.text.match(/# (?:head|note|two)/g)).toEqual(text.match(/# (?:head|note|two)/g));
      }),
      { numRuns: 200 },
    );
  });
});
