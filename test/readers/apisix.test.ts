import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { rules } from '../../src/generated/registries.js';
import { effectsOn, originLeaves } from '../../src/policy/views.js';
import apisix from '../../src/readers/apisix/index.js';
import yaml from '../../src/syntax/yaml/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Change } from '../../src/readers/reader.js';
import { answer, fixtureDifferences, fixtures, lines } from '../support/gateways.js';

function read(text: string, name = 'apisix.yaml'): { policies: readonly Parameters<typeof answer>[0][]; write(change: Change): string } {
  const { unit } = yaml.parse(new SourceText(name, text), filesFrom({ [name]: text }));
  const policies = unit === undefined ? [] : [...apisix.read(unit)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  return {
    policies,
    write(change) {
      const edits = apisix.write(unit!, policies[0]!, change);
      return 'declined' in edits ? `declined: ${edits.declined}` : applyEdits(text, edits);
    },
  };
}

describe('fixtures', () => {
  const all = fixtures('apisix');

  test('are nine', () => expect(all).toHaveLength(9));

  test.each(all)('$name', (fixture) => {
    expect(apisix.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, apisix)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) for (const { at } of read(text.slice(0, end), name).policies) expect(at.end).toBeLessThanOrEqual(end);
  }, 60_000);
});

describe('what the plugin’s own code answered, version 3.18', () => {
  const config = (cors: string): string => `routes:\n  - uri: /*\n    plugins:\n      cors: ${cors}\n`;
  test.each<[string, string | undefined, readonly string[], readonly string[]]>([
    ['{}', undefined, ['*'], []],
    ['{allow_origins: https://app.example.com}', 'https://app.example.com', ['https://app.example.com'], ['Origin']],
    ['{allow_origins: https://app.example.com}', 'https://x.example', [], ['Origin']],
    ['{allow_origins: "**"}', undefined, ['*'], ['Origin']],
    ['{allow_origins: "**"}', 'null', ['null'], ['Origin']],
    ['{allow_origins: "null"}', 'null', ['null'], ['Origin']],
    ["{allow_origins_by_regex: ['.*\\.example\\.com']}", 'https://app.example.com.evil.example', ['https://app.example.com.evil.example'], []],
    ["{allow_origins: https://x.example, allow_origins_by_regex: ['^https://app\\.']}", 'https://x.example', [], ['Origin']],
  ])('%s and %s', (cors, origin, allowed, vary) => {
    const response = answer(read(config(cors)).policies[0]!, 'GET', origin === undefined ? {} : { origin });
    expect([lines(response, 'access-control-allow-origin'), lines(response, 'vary')]).toEqual([allowed, vary]);
  });
});

test('changes touch only their text', () => {
  const text = 'routes:\n  - uri: /* # all\n    plugins:\n      cors:\n        allow_origins: "https://a.example/,https://b.example" # two\n        allow_methods: GET\n        allow_headers: X-A\n        allow_credential: true # cookies\n#END\n';
  const { policies: [policy], write } = read(text);
  const [leaf] = originLeaves(policy!);
  expect(write({ kind: 'replace-text', at: leaf!.at, text: 'https://a.example' })).toBe(text.replace('a.example/', 'a.example'));
  expect(write({ kind: 'remove-header', at: effectsOn(policy!, 'access-control-allow-credentials')[0]!.effect.at })).toBe(text.replace('true # cookies', 'false # cookies'));
  expect(write({ kind: 'add-vary', at: leaf!.at })).toMatch(/^declined: /);
});

test.each([
  ['a switched off plugin', 'routes: [{uri: /a, plugins: {cors: {_meta: {disable: true}}}}]\n'],
  ['routes of a program with the word', 'routes:\n  - uri: /cors\n    plugins: [cors]\n'],
  ['CI that deploys APISIX', 'jobs:\n  test:\n    steps:\n      - run: apisix test --filter cors\n'],
  ['an ApisixRoute without it', 'apiVersion: apisix.apache.org/v2\nkind: ApisixRoute\nmetadata: {name: cors}\nspec: {http: [{name: a, plugins: [{name: key-auth}]}]}\n'],
])('nothing is said of %s', async (_what, text) => {
  const all = new Map(Object.keys(rules).map((id) => [id, { severity: 'error', options: {} }] as const));
  const { policies, findings, gaps } = await lint(['file.yml'], filesFrom({ 'file.yml': text }), { rules: all, strict: true, environment: 'production', trustedOrigins: [], inlineConfig: true });
  expect([policies, findings, gaps]).toEqual([[], [], []]);
});
