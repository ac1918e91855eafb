import { describe, expect, test } from 'vitest';
import yaml, { nodeAt, pairAt, removePair, respell, valueOf, type YamlFile } from '../../src/syntax/yaml/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Value } from '../../src/values/value.js';

const BASE = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: api
  annotations:
    x/on: "true"
    x/origin: https://a.example # base
    x/gone: "1"
spec:
  rules: [{host: a.example}, {host: b.example}]
---
kind: Service
metadata: {name: api}
`;
const PATCH = `# overlay
apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata:
  name: api
  annotations:
    x/origin: "*" # patch
    x/gone: null
spec:
  rules: [{host: c.example}]
`;

/** A file as its reader has it, with others around it. */
function read(path: string, texts: Readonly<Record<string, string>>): YamlFile {
  const { unit } = yaml.parse(new SourceText(path, texts[path]!), filesFrom(texts));
  return unit!;
}

function plain(value: Value): unknown {
  if (value.kind === 'record') return Object.fromEntries(value.entries.map(({ key, value: inner }) => [key, plain(inner)]));
  if (value.kind === 'list') return value.items.map(plain);
  return 'value' in value ? value.value : value.kind;
}

const around = { 'base/kustomization.yaml': 'resources: [ingress.yaml, missing.yaml, https://example.com/base]\n', 'base/ingress.yaml': BASE };

describe('strategic merge patches', () => {
  const files = { ...around, 'prod/kustomization.yaml': 'resources:\n  - ../base\npatches:\n  - path: patch.yaml\n', 'prod/patch.yaml': PATCH };
  const file = read('prod/patch.yaml', files);
  const [document] = file.documents;

  test('a patch is the object that it makes: maps merged, lists replaced, nulls taken away', () => {
    expect(file.documents).toHaveLength(1);
    expect(plain(valueOf(file, document!.root))).toEqual({ apiVersion: 'networking.k8s.io/v1beta1', kind: 'Ingress', metadata: { name: 'api', annotations: { 'x/on': 'true', 'x/origin': '*' } }, spec: { rules: [{ host: 'c.example' }] } });
  });

  test('each value has the place where it is written', () => {
    const at = (key: string): string => {
      const value = valueOf(file, nodeAt(document!.root, 'metadata', 'annotations', key));
      return `${value.at.file} ${files[value.at.file as keyof typeof files].slice(value.at.start, value.at.end)}`;
    };
    expect([at('x/on'), at('x/origin')]).toEqual(['base/ingress.yaml "true"', 'prod/patch.yaml "*"']);
  });

  test('edits change the patch, never the base from it', () => {
    const [own, other] = ['x/origin', 'x/on'].map((key) => pairAt(document!.root, 'metadata', 'annotations', key)!);
    const edited = respell(file, own!.value!.at, 'https://b.example');
    expect('declined' in edited ? edited : applyEdits(PATCH, edited)).toBe(PATCH.replace('"*"', '"https://b.example"'));
    expect(respell(file, other!.value!.at, 'x')).toMatchObject({ declined: expect.stringContaining('another file') });
    const removed = removePair(file, own!);
    expect('declined' in removed ? removed : applyEdits(PATCH, removed)).toBe(PATCH.replace('x/origin: "*" # patch', '# patch'));
  });

  test.each([
    ['patchesStrategicMerge: [patch.yaml]', 1],
    ['patches: [{path: patch.yaml, target: {kind: Ingress}}]', 1],
    ['patches: [{path: patch.yaml, target: {kind: Ingress, name: ".*"}}]', 1],
    ['patches: [{path: patch.yaml, target: {kind: Ingress, name: other}}]', undefined],
    ['patches: [{path: patch.yaml, target: {kind: Ingress, labelSelector: a=b}}]', undefined],
    ['patches: []', undefined],
  ])('%s', (patches, count) => {
    const found = read('prod/patch.yaml', { ...files, 'prod/kustomization.yaml': `resources: [../base]\n${patches}\n` });
    expect(found.bases?.length).toBe(count);
    if (count === undefined) expect(nodeAt(found.documents[0]!.root, 'metadata', 'annotations', 'x/on')).toBeUndefined();
  });

  test('a base in a circle and one without an object end', () => {
    expect(read('prod/patch.yaml', { ...files, 'base/kustomization.yaml': 'resources: [../prod]\n' }).bases).toBeUndefined();
    expect(read('prod/patch.yaml', { 'prod/patch.yaml': PATCH }).bases).toBeUndefined();
  });

  test('`$patch` deletes or replaces', () => {
    const remove = read('prod/patch.yaml', { ...files, 'prod/patch.yaml': `${PATCH}$patch: delete\n` });
    expect(remove.bases).toBeUndefined();
    const replace = read('prod/patch.yaml', { ...files, 'prod/patch.yaml': PATCH.replace('    x/gone', '    $patch: replace\n    x/gone') });
    expect(plain(valueOf(replace, nodeAt(replace.documents[0]!.root, 'metadata', 'annotations')))).toEqual({ 'x/origin': '*', 'x/gone': 'nothing' });
  });
});

describe('JSON patches', () => {
  const OPERATIONS = '- op: replace\n  path: /metadata/annotations/x~1origin\n  value: "*"\n- {op: remove, path: /metadata/annotations/x~1gone}\n- {op: add, path: /spec/rules/1, value: {host: n.example}}\n- {op: add, path: /spec/rules/-, value: {host: z.example}}\n- {op: remove, path: /spec/rules/0}\n- {op: add, path: /not/there, value: 1}\n';
  const expected = { annotations: { 'x/on': 'true', 'x/origin': '*' }, rules: [{ host: 'n.example' }, { host: 'b.example' }, { host: 'z.example' }] };
  const target = 'target: {group: networking.k8s.io, version: v1, kind: Ingress, name: api}';

  test.each([
    ['prod/ops.yaml', { 'prod/kustomization.yml': `resources: [../base]\npatchesJson6902: [{path: ops.yaml, ${target}}]\n`, 'prod/ops.yaml': OPERATIONS }],
    ['prod/kustomization.yaml', { 'prod/kustomization.yaml': `resources: [../base]\npatches:\n  - ${target}\n    patch: |-\n${OPERATIONS.replace(/^/gm, '      ').trimEnd()}\n` }],
  ])('%s', (path, texts) => {
    const all: Readonly<Record<string, string>> = { ...around, ...texts };
    const file = read(path, all);
    const root = file.documents[0]?.root;
    expect({ annotations: plain(valueOf(file, nodeAt(root, 'metadata', 'annotations'))), rules: plain(valueOf(file, nodeAt(root, 'spec', 'rules'))) }).toEqual(expected);
    const { at } = valueOf(file, nodeAt(root, 'metadata', 'annotations', 'x/origin'));
    expect([at.file, all[at.file]!.slice(at.start, at.end)]).toEqual([path, '"*"']);
  });
});
