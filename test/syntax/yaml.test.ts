import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import yaml, { insertPairAfter, itemSpans, itemsOf, nodeAt, pairAt, removeEntry, removePair, respell, rewrite, scalarOf, textAt, truthOf, valueOf, whyNotEditable, type Edited, type YamlFile } from '../../src/syntax/yaml/index.js';
import type { Problem } from '../../src/syntax/language.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Span } from '../../src/text/span.js';
import type { Value } from '../../src/values/value.js';
import { soon } from '../support/soon.js';

function parse(text: string): { file: YamlFile; problems: readonly Problem[] } {
  const { unit, problems } = yaml.parse(new SourceText('f.yaml', text), filesFrom({}));
  if (unit === undefined) throw new Error('nothing was read');
  return { file: unit, problems };
}

/** A value without its places: texts as they are, what is not known as `?` and its reason. */
function plain(value: Value): unknown {
  switch (value.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return value.value;
    case 'nothing':
      return null;
    case 'list':
      return [...value.items.map(plain), ...(value.rest === undefined ? [] : ['…'])];
    case 'record':
      return Object.fromEntries([...value.entries.map(({ key, value: inner }) => [key, plain(inner)]), ...(value.rest === undefined ? [] : [['…', '…']])]);
    case 'env':
      return `$${value.name}`;
    case 'unknown':
      return `?${value.reason}`;
    case 'concat':
      return value.parts.map(plain).join('+');
    case 'either':
      return { either: value.options.map((option) => plain(option.value)) };
    default:
      return value.kind;
  }
}

function read(text: string): unknown {
  const { file } = parse(text);
  return plain(valueOf(file, file.documents[0]?.root));
}

function written(text: string, at: Span): string {
  return text.slice(at.start, at.end);
}

describe('documents', () => {
  test('several in one file, an empty one and comments between', () => {
    const { file, problems } = parse('---\na: 1\n---\n# nothing\n---\n- b\n...\n');
    expect(problems).toEqual([]);
    expect(file.documents.map(({ root }) => (root === undefined ? undefined : plain(valueOf(file, root))))).toEqual([{ a: 1 }, undefined, ['b']]);
  });

  test('a broken one is left out with one problem and the others stay', () => {
    const { file, problems } = parse('cors: "open\n---\nb: 1\n');
    expect(problems).toHaveLength(1);
    expect(file.documents.map(({ root }) => root?.kind)).toEqual([undefined, 'map']);
  });

  test('one of several that says nothing of CORS is parsed when it is asked for, and its mistakes are not told', () => {
    const { file, problems } = parse('# head\n---\na: "open\n---\nb: cors # 🛒\n---\r\nc: &x {d: 1}\ne: *x\n');
    expect(problems).toEqual([]);
    expect(file.documents.map(({ root }) => (root === undefined ? undefined : plain(valueOf(file, root))))).toEqual([undefined, { b: 'cors' }, { c: { d: 1 }, e: { d: 1 } }]);
    const root = file.documents[2]!.root;
    expect([root!.at, pairAt(root, 'c')!.at, nodeAt(root, 'c')!.at].map((at) => written(file.source.text, at))).toEqual(['c: &x {d: 1}\ne: *x', 'c: &x {d: 1}', '{d: 1}']);
  });

  test('workloads beside others are left out, unless they speak of CORS', () => {
    const { file } = parse('kind: Secret\r\na: 1\r\n---\nkind: Deployment\nargs: [--cors]\n---\nkind: Service\n---\nkind: "ConfigMap"\n---\na:\n  kind: Secret\n');
    expect(file.documents.map(({ root }) => textAt(root, 'kind') ?? root?.kind)).toEqual([undefined, 'Deployment', 'Service', undefined, 'map']);
    expect(parse('kind: Secret\n').file.documents[0]?.root?.kind).toBe('map');
  });

  test.each([
    ['%YAML 1.2\n---\na: cors\n', [{ a: 'cors' }]],
    ['a: cors\n...\n---\nb: 1\n', [{ a: 'cors' }, { b: 1 }]],
    ['a: |\n  ---\n  x\nb: cors ---\n', [{ a: '---\nx\n', b: 'cors ---' }]],
    ['\uFEFF--- {a: cors}\n--- b\n---c\n', [{ a: 'cors' }, 'b ---c']],
    ['a: {{ x }}\n{{- if .y }}\n---\nb: cors\n{{- end }}\n', [{ a: '?template-syntax' }, { b: 'cors' }]],
  ])('begin where three dashes stand alone (%#)', (text, expected) => {
    const { file } = parse(text);
    expect(file.documents.map(({ root }) => (root === undefined ? undefined : plain(valueOf(file, root))))).toEqual(expected);
  });

  test.each([
    ['a: *\n', 3, /quote the asterisk/],
    ['a: [*, b]\n', 4, /quote the asterisk/],
    ['a: *.example.com\n', 3, /quote it \("\*\.example\.com"\)/],
    ['a: *other\n', 3, /No anchor `&other` stands before this alias/],
    ['a:\n\t- b\n', 3, /Tabs/],
    ['a: [1\n', 6, /Flow sequence/],
    [`${'['.repeat(20_000)}\n`, undefined, /nested too deeply/],
    ['x'.repeat(2_000_001), 0, /too long/],
    ['- *\n'.repeat(10_001), 0, /too many aliases/],
    ['a: {{ x }}\n'.repeat(20_001), 0, /too many templates/],
  ])('one problem for each cause (%#)', (text, start, message) => {
    const { problems } = yaml.parse(new SourceText('f.yaml', text), filesFrom({}));
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)]);
    if (start !== undefined) expect(problems[0]!.at.start).toBe(start);
  });

  test.each([
    ['a: [*, b] # c\nb: *\n', 'a: ["*", b] # c\nb: "*"\n'],
    ['a:\n  - *.example.com # c\n', 'a:\n  - "*.example.com" # c\n'],
    ['a: *other\n', 'a: *other\n'],
  ])('quotes mend an asterisk in %j', (text, mended) => {
    const edits = parse(text).problems.flatMap(({ mend }) => mend?.edits ?? []);
    expect(applyEdits(text, edits)).toBe(mended);
  });

  test('a bare asterisk spoils its own value only', () => {
    expect(read('a: *\nb: 1\n')).toEqual({ a: '?parse-error', b: 1 });
  });

  test('JSON with tabs, byte order mark and CRLF', () => {
    const text = '\uFEFF{\r\n\t"a": ["x", null, true, 1.5]\r\n}\r\n';
    expect(read(text)).toEqual({ a: ['x', null, true, 1.5] });
  });
});

test.each([
  ['a/b.yaml', 'yaml'],
  ['a.YML', 'yaml'],
  ['a.json', 'json'],
  ['a.jsonc', 'json'],
  ['a.yml.j2', 'yaml'],
  ['a.json.tmpl', 'json'],
  ['nginx.conf.template', undefined],
  ['a.json5', undefined],
  ['json', undefined],
])('%s is %s', (path, spelling) => {
  expect(yaml.paths.test(path)).toBe(spelling !== undefined);
  if (spelling !== undefined) expect(yaml.parse(new SourceText(path, '{}'), filesFrom({})).unit?.spelling).toBe(spelling);
});

describe('JSON', () => {
  const json = (text: string): { value: unknown; file: YamlFile; problems: readonly (readonly [number, string])[] } => {
    const { unit, problems } = yaml.parse(new SourceText('f.json', text), filesFrom({}));
    if (unit === undefined) throw new Error('nothing was read');
    const root = unit.documents[0]?.root;
    return { value: root === undefined ? undefined : plain(valueOf(unit, root)), file: unit, problems: problems.map(({ at, message }) => [at.start, message]) };
  };

  test('is what JSON.parse says, with places', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        // `__proto__` is a key like any other, but not to Object.fromEntries.
        const text = JSON.stringify(value, undefined, space).replace(/__proto__|[{%#$<@]{2,}|\$\(/g, 'x');
        fc.pre(!/\$|%|@|#\{/.test(text));
        expect(json(text).value).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
    const text = '\uFEFF{\r\n "a" : [ 1 , "🛒\\u0041" ]\r\n}';
    const { file } = json(text);
    const { root } = file.documents[0]!;
    expect(written(text, pairAt(root, 'a')!.at)).toBe('"a" : [ 1 , "🛒\\u0041" ]');
    expect(itemsOf(nodeAt(root, 'a'))!.map(({ at }) => written(text, at))).toEqual(['1', '"🛒\\u0041"']);
    expect(written(text, root!.at)).toBe(text.slice(1));
  });

  test.each([
    ['{"a": 1, // x\n "b": [2, ], /* y */ }', { a: 1, b: [2] }, '// x'],
    ['{"a": [1,\n2,\n]}', { a: [1, 2] }, ','],
    ['{"a": "// no", "b": "/* no */"}', { a: '// no', b: '/* no */' }, undefined],
    ['// only\n', undefined, '// only'],
    ['', undefined, undefined],
  ])('comments and trailing commas are told (%#)', (text, value, beyond) => {
    const read = json(text);
    expect(read.problems).toEqual([]);
    expect(read.value).toEqual(value);
    expect(read.file.beyondJson && written(text, read.file.beyondJson)).toBe(beyond);
  });

  test.each([
    ['{"a": {{ x }}, "b": "y{{ z }}"}', { a: '?template-syntax', b: 'y+?template-syntax' }],
    ['{\n{{ if .x }}\n"a": 1\n{{ end }}\n}', { a: { either: [1, null] } }],
  ])('templates %j', (text, value) => {
    expect(json(text)).toMatchObject({ value, problems: [] });
  });

  test.each([
    ['{"a": 1', 7, /`\{` is not closed/],
    ['{"a": 1 "b": 2}', 8, /comma or `\}`/],
    ["{'a': 1}", 1, /key in double quotes/],
    ['{"a" 1}', 5, /colon/],
    ['[1, *]', 4, /value of JSON/],
    ['{"a":', 5, /ends where a value belongs/],
    ['["a\n"]', 1, /not closed on its line/],
    ['["a]', 1, /not closed/],
    ['["\\x"]', 1, /escape/],
    ['1 2', 2, /this is more/],
    ['[01]', 1, /value of JSON/],
    ['[1}', 2, /comma or `\]`/],
    ['/* x', 0, /comment is not closed/],
    ['['.repeat(500_000), 0, /nested too deeply/],
  ])('one problem at its place: %#', (text, start, message) => {
    expect(json(text).problems).toEqual([[start, expect.stringMatching(message)]]);
  });
});

describe('values', () => {
  test('spans are those of the scalars as written', () => {
    const text = '\uFEFF# 🛒\r\na: "x" # c\r\nb: [ \'y\', z ]\r\n';
    const { file } = parse(text);
    const { root } = file.documents[0]!;
    expect(['a', 'b'].map((key) => written(text, nodeAt(root, key)!.at))).toEqual(['"x"', "[ 'y', z ]"]);
    expect(itemsOf(nodeAt(root, 'b'))!.map(({ at }) => written(text, at))).toEqual(["'y'", 'z']);
    expect(written(text, pairAt(root, 'a')!.at)).toBe('a: "x"');
  });

  test('anchors, aliases and merge keys', () => {
    expect(read('a: &x {p: 1, q: 2}\nb: *x\nc: {<<: *x, q: 3}\nd: {q: 4, <<: [*x, {r: 5, p: 6}]}\n')).toEqual({ a: { p: 1, q: 2 }, b: { p: 1, q: 2 }, c: { p: 1, q: 3 }, d: { p: 1, q: 4, r: 5 } });
  });

  test('an alias inside its own anchor and a bomb of aliases end', () => {
    expect(JSON.stringify(read('a: &x [1, *x]\n'))).toContain('?budget');
    const bomb = ['a0: &a0 [x]', ...Array.from({ length: 9 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array.from({ length: 9 }, () => `*a${index}`).join(', ')}]`)].join('\n');
    expect(JSON.stringify(read(bomb))).toContain('?budget');
  });

  test('a key that stands twice is not guessed, unless both say the same', () => {
    expect(read('a: 1\na: 2\nb: x\nb: x\n')).toEqual({ a: '?conflicting-writes', b: 'x' });
  });

  test('tags of other tools make a value unknown', () => {
    expect(read('a: !Ref X\nb: !Sub "y"\nc: !!str 5\n')).toEqual({ a: '?template-syntax', b: '?template-syntax', c: '5' });
  });

  test('YAML 1.1 booleans count only without quotes', () => {
    const { file } = parse('[yes, "yes", off, true, on]');
    expect(itemsOf(file.documents[0]!.root)!.map((item) => plain(truthOf(file, valueOf(file, item))))).toEqual([true, 'yes', false, true, true]);
  });

  test.each([
    ['${X}', '$X'],
    ['${X:-*}', { either: ['*', '$X'] }],
    ['${X:https://a.example}', { either: ['https://a.example', '$X'] }],
    ['https://${HOST}:${PORT}', 'https://+$HOST+:+$PORT'],
    ['$(ORIGIN)', '$ORIGIN'],
    ['$ORIGIN', '$ORIGIN'],
    ['@origin@', '$origin'],
    ['#{origin}#', '$origin'],
    ['${A:-${B}}', '?env-variable'],
    ['^https://a\\.example$', '^https://a\\.example$'],
    ['(a$|b$)', '(a$|b$)'],
  ])('variables: %s', (text, expected) => {
    expect(read(`a: '${text}'\n`)).toEqual({ a: expected });
  });

  test('a plain variable may be of any type, a quoted one is a text', () => {
    expect(read('a: ${X:-true}\nb: "${X:-true}"\n')).toEqual({ a: { either: [true, '$X'] }, b: { either: ['true', '$X'] } });
  });

  test('items of a list with commas have their own places', () => {
    const text = 'a: "https://a.example , b"\nb: "x\\u002cy"\n';
    const { file } = parse(text);
    const spans = (key: string): readonly (readonly [string, string])[] => {
      const value = valueOf(file, nodeAt(file.documents[0]!.root, key));
      return value.kind === 'string' ? itemSpans(file, value).map((item) => [item.text, written(text, item.at)]) : [];
    };
    expect(spans('a')).toEqual([['https://a.example', 'https://a.example'], ['b', 'b']]);
    expect(spans('b')).toEqual([['x', '"x\\u002cy"'], ['y', '"x\\u002cy"']]);
  });
});

describe('templates', () => {
  test.each([
    ['a: {{ .Values.x }}\n', { a: '?template-syntax' }],
    ['a: "{{ .Values.x }}"\n', { a: '?template-syntax' }],
    ['a: https://{{ .Values.x }}/\n', { a: 'https://+?template-syntax+/' }],
    ['a: ${{ env "DECK_X" }}\n', { a: '$DECK_X' }],
    ['a: {% raw %}x{% endraw %}\n', { a: '?template-syntax+x+?template-syntax' }],
    ['{{- if .x }}\na: 1\n{{- end }}\n', { a: 1 }],
    ['a: 1\n{{- if .x }}\nb: 2\n{{- end }}\n', { a: 1, b: { either: [2, null] } }],
    ['a:\n  {{- toYaml .x | nindent 2 }}\nb: 1\n', { a: '?template-syntax', b: 1 }],
    ['a:\n  b: 1\n  {{- toYaml .x | nindent 2 }}\nc: 1\n', { a: { b: 1, '…': '…' }, c: 1 }],
    ['a:\n  - b\n{{ range .x }}\n  - {{ . }}\n{{ end }}\nc: 1\n', { a: ['b', '…'], c: 1 }],
    ['# {{ if .x }}\na: 1\n# {{ end }}\nb: 2\n', { a: 1, b: 2 }],
    ['a: |\n  {{ .x }}\n', { a: '?template-syntax' }],
    ['{{ .key }}: 1\na: 2\n', { a: 2, '…': '…' }],
  ])('%j', (text, expected) => {
    expect(parse(text).problems).toEqual([]);
    expect(read(text)).toEqual(expected);
  });

  test('the branches of a condition exclude each other, and equal conditions agree', () => {
    const { file } = parse('z: 0\n{{ if .on }}\na: 1\n{{ else if .half }}\na: 2\n{{ else }}\na: 3\n{{ end }}\n{{ if .on }}\nb: 1\n{{ end }}\n');
    expect(file.branches.map(({ when }) => JSON.stringify(when, (key, value: unknown) => (key === 'at' || key === 'reason' || key === 'detail' ? undefined : value)).replaceAll('template:f.yaml:', ''))).toEqual([
      '{"c":"fact","fact":{"key":".on"}}',
      '{"c":"and","of":[{"c":"not","of":{"c":"fact","fact":{"key":".on"}}},{"c":"fact","fact":{"key":".half"}}]}',
      '{"c":"and","of":[{"c":"not","of":{"c":"fact","fact":{"key":".on"}}},{"c":"not","of":{"c":"fact","fact":{"key":".half"}}}]}',
      '{"c":"fact","fact":{"key":".on"}}',
    ]);
  });

  test('masking keeps every offset and line end', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('{{', '}}', '{%', '%}', '<%', '{#', '#}', ' ', '\n', '\r\n', 'a: ', '- ', 'if x', 'end', '"', '$', '🛒', '\uFEFF'), { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const { file } = parse(text);
        expect(file.masked).toHaveLength(text.length);
        expect(file.masked.replace(/[^\r\n]/g, '')).toBe(text.replace(/[^\r\n]/g, ''));
      }),
      { numRuns: 300 },
    );
  });
});

describe('templates of a chart', () => {
  const values = '# head\ncors:\n  on: true\n  off: false\n  origin: "https://a.example" # one\n  list: [https://a.example, "https://b.example"]\n  blank: ""\n  text: {{ x }}\n  map: {p: 1}\nflag: yes\nport: 80\n';
  const inChart = (text: string, more: Readonly<Record<string, string>> = {}): YamlFile => {
    const files = filesFrom({ 'c/Chart.yaml': 'name: c\n', 'c/values.yaml': values, ...more });
    return yaml.parse(new SourceText('c/templates/sub/f.yaml', text), files).unit!;
  };
  const readIn = (text: string): unknown => {
    const file = inChart(text);
    return plain(valueOf(file, file.documents[0]?.root));
  };

  test.each([
    ['a: {{ .Values.cors.origin }}', { a: 'https://a.example' }],
    ['a: {{- $.Values.cors.origin | quote }}', { a: 'https://a.example' }],
    ['a: "{{ .Values.cors.origin }}/x"', { a: 'https://a.example+/x' }],
    ['a: {{ .Values.cors.on }}\nb: "{{ .Values.cors.on }}"\nc: {{ .Values.port | quote }}', { a: true, b: 'true', c: '80' }],
    ['a:\n  {{- toYaml .Values.cors.list | nindent 2 }}\nb: {{ .Values.cors.list | toJson }}', { a: ['https://a.example', 'https://b.example'], b: ['https://a.example', 'https://b.example'] }],
    ['a: {{ join "," .Values.cors.list | quote }}\nb: {{ .Values.cors.list | join ";" }}', { a: 'https://a.example,https://b.example', b: 'https://a.example;https://b.example' }],
    ['a: {{ toYaml .Values.cors.map | nindent 2 }}', { a: { p: 1 } }],
    ['a: {{ .Values.none | default "*" }}\nb: {{ default "*" .Values.cors.blank | quote }}\nc: {{ .Values.cors.origin | default "*" }}', { a: '*', b: '*', c: 'https://a.example' }],
    ['a: {{ .Values.cors.list }}', { a: '?template-syntax' }],
    ['a: {{ .Values.cors.blank }}\nb: {{ .Values.none }}\nc: {{ .Values.cors.text }}\nd: {{ tpl .Values.cors.origin . }}\ne: {{ .Values.cors.origin | upper }}', { a: '?template-syntax', b: '?template-syntax', c: '?template-syntax', d: '?template-syntax', e: '?template-syntax' }],
    ['z: 0\n{{ if .Values.cors.on }}\na: 1\n{{ else }}\nb: 1\n{{ end }}\n{{ if not .x }}\nc: 1\n{{ end }}\n{{ if .Values.cors.off }}\nd: 1\n{{ end }}\nl:\n  - x\n  {{ if .Values.cors.off }}\n  - y\n  {{ end }}', { z: 0, a: 1, c: { either: [1, null] }, l: ['x'] }],
  ])('%j', (text, expected) => {
    expect(readIn(text)).toEqual(expected);
  });

  test('the value has its own place, and is not edited from a template', () => {
    const file = inChart('a: {{ .Values.cors.origin | quote }}\nb: {{ .Values.flag }}\n');
    const value = valueOf(file, nodeAt(file.documents[0]!.root, 'a'));
    expect([value.at.file, written(values, value.at)]).toEqual(['c/values.yaml', '"https://a.example"']);
    expect(itemSpans(file, { value: 'https://a.example', at: value.at }).map(({ at }) => written(values, at))).toEqual(['https://a.example']);
    expect(plain(truthOf(file, valueOf(file, nodeAt(file.documents[0]!.root, 'b'))))).toBe(true);
    expect(respell(file, value.at, 'x')).toEqual({ declined: 'others may use the value, which stands in another file' });
  });

  test('elsewhere, and in a chart without values, a template stays one', () => {
    const files = filesFrom({ 'c/values.yaml': values, 'd/Chart.yaml': '' });
    for (const path of ['c/templates/f.yaml', 'd/templates/f.yaml', 'f.yaml']) {
      const { unit } = yaml.parse(new SourceText(path, 'a: {{ .Values.cors.origin }}\n'), files);
      expect(plain(valueOf(unit!, unit!.documents[0]?.root))).toEqual({ a: '?template-syntax' });
    }
  });
});

describe('edits', () => {
  const apply = (text: string, edited: Edited): string => ('declined' in edited ? `declined: ${edited.declined}` : applyEdits(text, edited));

  test.each([
    ['a: "x" # c\n', 'y"z\\', 'a: "y\\"z\\\\" # c\n'],
    ["a: 'x'\n", "it's\\.", "a: 'it''s\\.'\n"],
    ['a: x\n', 'https://b.example', 'a: https://b.example\n'],
    ['a: x\n', 'true', "a: 'true'\n"],
    ['a: x\n', '*', "a: '*'\n"],
    ['a: x\n', 'b: c', "a: 'b: c'\n"],
    ['a: [x]\n', 'a,b', "a: ['a,b']\n"],
    ['{"a": "x"}', 'y', '{"a": "y"}'],
    ['a: x\n', 'a\nb', 'declined: a text of several lines does not fit'],
    ['a: &n x\nb: *n\n', 'y', 'declined: the text is used in other places through an alias'],
    ['a: {{ x }}\n', 'y', 'declined: a template writes this text'],
    ['a: "${X:-x}"\n', 'y', 'declined: a variable stands there'],
    ['# Code generated by x. DO NOT EDIT.\na: x\n', 'y', 'declined: the file is generated'],
  ])('respell %j', (text, by, expected) => {
    const { file } = parse(text);
    const node = nodeAt(file.documents[0]!.root, 'a');
    const at = itemsOf(node)?.[0]?.at ?? node!.at;
    expect(apply(text, respell(file, at, by))).toBe(expected);
  });

  test('respell a part of a text', () => {
    const text = 'a: "https://a.example/, b"\n';
    const { file } = parse(text);
    const start = text.indexOf('https');
    expect(apply(text, respell(file, { file: 'f.yaml', start, end: start + 'https://a.example/'.length }, 'https://a.example'))).toBe('a: "https://a.example, b"\n');
  });

  test('rewrite a switch', () => {
    const text = 'a: {b: true}\n';
    const { file } = parse(text);
    expect(apply(text, rewrite(file, nodeAt(file.documents[0]!.root, 'a', 'b')!.at, 'false'))).toBe('a: {b: false}\n');
  });

  test.each([
    ['a:\n  - x # why\n  - y\n', 0, 'a:\n  # why\n  - y\n'],
    ['a:\r\n  - x\r\n  - y', 1, 'a:\r\n  - x\r\n'],
    ['a: [x, y, z]\n', 0, 'a: [y, z]\n'],
    ['a: [x, y, z]\n', 2, 'a: [x, y]\n'],
    ['a: [\n  "x",\n  "y",\n]\n', 1, 'a: [\n  "x",\n]\n'],
    ['a: [x, # why\n  y]\n', 0, 'declined: a comment stands beside the entry'],
    ['a:\n  - x\n', 0, 'declined: it is the only entry'],
    ['- - x\n  - y\n', undefined, 'declined: the entry shares its line'],
  ])('remove an entry of %j', (text, index, expected) => {
    const { file } = parse(text);
    const { root } = file.documents[0]!;
    const items = index === undefined ? itemsOf(itemsOf(root)![0]) : itemsOf(nodeAt(root, 'a'));
    expect(apply(text, removeEntry(file, items![index ?? 0]!.at))).toBe(expected);
  });

  test.each([
    ['a: 1\nb: 2 # c\nd: 3\n', 'b', 'a: 1\n# c\nd: 3\n'],
    ['{"a": 1, "b": 2}', 'b', '{"a": 1}'],
    ['a: 1\n', 'a', 'declined: it is the only entry'],
  ])('remove a pair of %j', (text, key, expected) => {
    const { file } = parse(text);
    expect(apply(text, removePair(file, pairAt(file.documents[0]!.root, key)!))).toBe(expected);
  });

  test.each([
    ['a: 1 # c\nd: 3\n', 'a: 1 # c\nb: 2\nd: 3\n'],
    ['a: 1', 'a: 1\nb: 2'],
    ['a: |\r\n  x\r\nd: 3\r\n', 'a: |\r\n  x\r\nb: 2\r\nd: 3\r\n'],
    ['{a: 1}', '{a: 1, b: 2}'],
  ])('insert after a pair of %j', (text, expected) => {
    const { file } = parse(text);
    expect(apply(text, insertPairAfter(file, pairAt(file.documents[0]!.root, 'a')!, 'b: 2'))).toBe(expected);
  });

  test('insert after the first pair of an item', () => {
    const text = 'l:\n  - a: 1\n    c: 2\n';
    const { file } = parse(text);
    expect(apply(text, insertPairAfter(file, pairAt(itemsOf(nodeAt(file.documents[0]!.root, 'l'))![0], 'a')!, 'b: 2'))).toBe('l:\n  - a: 1\n    b: 2\n    c: 2\n');
  });

  const texts = fc.oneof(fc.constantFrom('x', 'https://a.example', '*', 'null', "it's", '^a\\.b$', 'a: b', '# c', 'yes', '1', '- x', '{y}', '"q"', '🛒', ' lead', 'a,b'), fc.string({ maxLength: 12 }).map((text) => text.replace(/[^\x20-\x7E]|[{}$<#]/g, '')));
  const layouts = fc.constantFrom<(items: readonly string[]) => string>(
    (items) => `# head\nk: 1 # one\nl:\n${items.map((item) => `  - ${item} # 🛒 note\n`).join('')}after: 2 # two\n`,
    (items) => `\uFEFF# head\r\nk: 1 # one\r\nl: [ ${items.join(' , ')} ] # 🛒 note\r\nafter: 2 # two\r\n`,
    (items) => `{"k": 1, "l": [\n\t${items.join(',\n\t')}\n], "after": 2}`,
  );
  const documents = fc.tuple(layouts, fc.array(texts.map((text) => JSON.stringify(text)), { minLength: 2, maxLength: 4 }), fc.nat(3));
  const comments = (text: string): string => (text.match(/# (?:head|one|two|🛒 note)/g) ?? []).join();

  test('a number in the place of a duration is one of seconds', () => {
    const { file } = parse('l: ["0s", x]\n');
    expect(applied('l: ["0s", x]\n', respell(file, itemsOf(nodeAt(file.documents[0]!.root, 'l'))![0]!.at, '1'))).toBe('l: ["1s", x]\n');
  });

  test('respelling changes the one value and keeps every comment', () => {
    fc.assert(
      fc.property(documents, texts, ([layout, items, at], by) => {
        const text = layout(items);
        const { file } = parse(text);
        const index = at % items.length;
        const edited = applied(text, respell(file, itemsOf(nodeAt(file.documents[0]!.root, 'l'))![index]!.at, by));
        expect(edited).toBeDefined();
        const again = parse(edited!);
        expect(again.problems).toEqual([]);
        // A number in the place of a duration is one of seconds.
        const isDuration = /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$/.test(JSON.parse(items[index]!) as string) && /^\d+$/.test(by);
        const wanted = items.map((item, position) => (position === index ? `${by}${isDuration ? 's' : ''}` : (JSON.parse(item) as string)));
        expect(itemsOf(nodeAt(again.file.documents[0]!.root, 'l'))!.map((item) => (item.kind === 'scalar' ? item.value : undefined))).toEqual(wanted);
        expect(again.file.documents[0]!.root).toMatchObject({ kind: 'map' });
        expect(comments(edited!)).toBe(comments(text));
      }),
      { numRuns: 300 },
    );
  });

  test('removing an entry takes out the one value and keeps every comment', () => {
    fc.assert(
      fc.property(documents, ([layout, items, at]) => {
        const text = layout(items);
        const { file } = parse(text);
        const index = at % items.length;
        const edited = applied(text, removeEntry(file, itemsOf(nodeAt(file.documents[0]!.root, 'l'))![index]!.at));
        expect(edited).toBeDefined();
        const again = parse(edited!);
        expect(again.problems).toEqual([]);
        const wanted = items.filter((_, position) => position !== index).map((item) => JSON.parse(item) as string);
        expect(itemsOf(nodeAt(again.file.documents[0]!.root, 'l'))!.map((item) => (item.kind === 'scalar' ? item.value : undefined))).toEqual(wanted);
        expect(comments(edited!)).toBe(comments(text));
      }),
      { numRuns: 300 },
    );
  });

  function applied(text: string, edited: Edited): string | undefined {
    return 'declined' in edited ? undefined : applyEdits(text, edited);
  }
});

const ITEM = '  - name: svc\n    labels: {app: "a", tier: web}\n    spec:\n      ports:\n        - port: 80\n';

test.each([
  ['f.yaml', 6, [`items:\n${ITEM.repeat(20_000)}`]],
  ['f.yaml', 0.5, [`kind: A\nspec: {a: [1, 2]}\n---\n`.repeat(15_000)]],
  ['f.yaml', 4, ['{'.repeat(1e6), '['.repeat(1e6), '{a: '.repeat(25e4), '- '.repeat(5e5), '? '.repeat(5e5), '- *\n'.repeat(25e4), '- &a *a\n'.repeat(12e4), 'a: {{ x }}\n'.repeat(9e4), '{{'.repeat(5e5), `${'{{'.repeat(49e4)}}}`, '---\n'.repeat(25e4), '{{ if .x }}\n'.repeat(8e4), 'b: {<<: *a}\n'.repeat(7e4), '#'.repeat(1e6), ' #'.repeat(5e5), 'a: @x\n'.repeat(16e4), "'".repeat(1e6), '\t'.repeat(1e6)]],
  ['f.json', 2, [`[${'{"name": "svc", "labels": {"app": "a"}},\n'.repeat(48_000)}null]`, '[{'.repeat(5e5), '"'.repeat(1e6), '/**/'.repeat(25e4), '[1,'.repeat(3e5), `"${'\\u0041'.repeat(16e4)}"`, `[${'1,'.repeat(5e5)}]`]],
] as const)('two million characters, and a million of hostile ones, end soon: %s %#', (file, most, texts) => {
  for (const text of texts) soon(most, () => yaml.parse(new SourceText(file, text), filesFrom({})));
}, 120_000);

test('lookups by place and by path', () => {
  const text = 'a: {b: ["x", y]}\n';
  const { file } = parse(text);
  const { root } = file.documents[0]!;
  expect(textAt(root, 'a', 'c')).toBeUndefined();
  expect(scalarOf(file, { file: 'f.yaml', start: text.indexOf('"x"'), end: text.indexOf('"x"') + 3 })?.value).toBe('x');
  expect(whyNotEditable(file, { file: 'f.yaml', start: 0, end: 1 })).toBeUndefined();
  expect(whyNotEditable(file, { file: 'f.yaml', start: text.length - 1, end: text.length })).toBe('nothing that was read stands there');
});

test.each(['\n', '\r\n'])('a schema of objects is not read, alone or beside others (%j)', (end) => {
  const schema = ['kind: CustomResourceDefinition', 'spec:', '  cors: {allowOrigins: ["*"'].join(end);
  const { unit, problems } = yaml.parse(new SourceText('crds.yaml', `${schema}${end}---${end}kind: Other${end}cors: 1${end}`), filesFrom({}));
  expect(problems).toEqual([]);
  expect(unit!.documents.map(({ root }) => root === undefined)).toEqual([true, false]);
});
