import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/policy/change.js';
import { effectsOn, originLeaves } from '../../src/policy/views.js';
import reader from '../../src/readers/serverless-framework/index.js';
import { piecesOf } from '../../src/readers/serverless-framework/expressions.js';
import yaml, { type YamlInProject } from '../../src/syntax/yaml/index.js';
import type { Reader } from '../../src/readers/reader.js';
import { filesFrom } from '../../src/text/files.js';
import { applyEdits } from '../../src/text/edit.js';
import { SourceText } from '../../src/text/source-text.js';
import { evaluate } from '../../src/policy/evaluate.js';
import { fixtureDifferences, fixtures } from '../support/gateways.js';
import { soon } from '../support/soon.js';

// Fixtures are read without files around them.
const alone: Reader<never> = { ...reader, read: (unit) => reader.read({ ...(unit as YamlInProject), files: filesFrom({}) }) } as Reader<never>;

function readIn(files: Readonly<Record<string, string>>, name = 'serverless.yml'): ReturnType<typeof outcome> {
  return outcome(files, name);
}

function outcome(files: Readonly<Record<string, string>>, name: string) {
  const { unit } = yaml.parse(new SourceText(name, files[name]!), filesFrom(files));
  const readings = [...reader.read(unit!)];
  return { unit: unit!, policies: readings.flatMap((one) => (one.kind === 'policy' ? [one.policy] : [])), gaps: readings.flatMap((one) => (one.kind === 'gap' ? [one.gap] : [])) };
}

describe('fixtures', () => {
  const all = fixtures('serverless-framework');

  test('are eight', () => expect(all).toHaveLength(8));

  test.each(all)('$name', (fixture) => {
    expect(reader.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, alone)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readIn({ [name]: text.slice(0, end) }, name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});

describe('variables', () => {
  const service = (origin: string, more = ''): string => `service: a\nprovider: {name: aws}\ncustom: {name: app, sites: {app: 'https://app.example'}, list: ['https://one.example']}\n${more}functions:\n  f:\n    handler: h.h\n    events:\n      - http:\n          path: a\n          method: get\n          cors:\n            origin: ${origin}\n`;
  const sent = (text: string, files: Readonly<Record<string, string>> = {}): readonly (string | null | undefined)[] => {
    const { policies } = readIn({ 'serverless.yml': text, ...files });
    return evaluate({ policy: policies[0]!, inner: [] }, { method: 'OPTIONS', path: '/a', headers: [['origin', 'https://stranger.test']] }).map(({ response }) => response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text);
  };

  // The guide of variables, form by form: self, nested, fallbacks, files, strToBool, sls; what only the run knows is open.
  test.each([
    ['${self:custom.sites.app}', ['https://app.example']],
    ['${self:custom.sites.${self:custom.name}}', ['https://app.example']],
    ['${self:custom.list.0}', ['https://one.example']],
    ["https://${self:custom.name}.example", ['https://app.example']],
    ["${self:custom.none, self:custom.sites.app}", ['https://app.example']],
    ["${self:custom.none, 'https://two.example'}", ['https://two.example']],
    ['"${file(./cors.yml):origin}"', ['https://file.example']],
    ['"${file(./${self:custom.name}.json):site.origin}"', ['https://json.example']],
    ['"${file(./none.yml):origin, \'https://two.example\'}"', ['https://two.example']],
    ['${ssm:/origin}', [null]],
    ['https://${sls:stage}.example', [null]],
    ["${env:ORIGIN, 'https://two.example'}", [null, 'https://two.example']],
    ["${opt:origin, '*'}", [null, '*']],
    ['${self:custom.loop}', [null]],
  ])('%s', (origin, expected) => {
    const files = { 'cors.yml': 'origin: https://file.example\n', 'app.json': '{"site": {"origin": "https://json.example"}}' };
    expect([...sent(service(origin).replace('list:', "loop: '${self:custom.loop}', list:"), files)].sort()).toEqual([...expected].sort());
  });

  test('a stage for development is none of production', () => {
    const text = service('${self:custom.sites.${opt:stage}}').replace("{app: 'https://app.example'}", "{dev: '*', prod: 'https://app.example'}");
    // No other stage has an origin, so none is deployed.
    expect(sent(text)).toEqual(['https://app.example']);
  });

  test('functions may be a list of maps', () => {
    expect(sent(service('https://app.example').replace('functions:\n  f:', 'functions:\n  - f:').replaceAll('\n    ', '\n      '))).toEqual(['https://app.example']);
  });

  test('what is no variable of Serverless stays text', () => {
    expect(piecesOf('https://${AWS::Region}.example')).toEqual([{ text: 'https://', start: 0 }, { text: '${AWS::Region}', start: 8 }, { text: '.example', start: 22 }]);
    expect(piecesOf('${'.repeat(20))).toBeUndefined();
  });
});

describe('changes', () => {
  const text = `service: a # head
provider:
  name: aws
custom:
  shared: &shared
    origin: '*'
    allowCredentials: true # ours
functions:
  f:
    handler: h.h
    events:
      - http: {path: a, method: get, cors: *shared}
      - http:
          path: b
          method: get
          cors:
            origins:
              - https://a.example/ # first
              - https://b.example
            allowCredentials: true # cookies
      - http: {path: c, method: get, cors: {origins: ["\${self:custom.site}", 'https://b.example'], allowCredentials: "true"}}
`;
  const { unit, policies } = readIn({ 'serverless.yml': text });
  const changed = (index: number, change: Change): string => {
    const edits = reader.write(unit, policies[index]!, change);
    return 'declined' in edits ? `declined: ${edits.declined}` : applyEdits(text, edits);
  };
  const credentials = (index: number): Change => ({ kind: 'remove-header', at: effectsOn(policies[index]!, 'access-control-allow-credentials')[0]!.effect.at });

  test('a text in its quotes, an entry with its comment', () => {
    const [leaf] = originLeaves(policies[1]!);
    expect(changed(1, { kind: 'replace-text', at: leaf!.at, text: 'https://a.example' })).toBe(text.replace('a.example/', 'a.example'));
    expect(changed(1, { kind: 'replace-text', at: leaf!.at, text: 'https://a.example,https://c.example' })).toBe('declined: not one origin');
    expect(changed(1, { kind: 'remove-entry', at: leaf!.at })).toBe(text.replace('- https://a.example/ # first', '# first'));
  });

  test('credentials, but not those of an alias', () => {
    expect(changed(1, credentials(1))).toBe(text.replace('allowCredentials: true # cookies', 'allowCredentials: false # cookies'));
    expect(changed(2, credentials(2))).toBe(text.replace('allowCredentials: "true"', 'allowCredentials: false'));
    expect(changed(0, credentials(0))).toBe('declined: the text is used in other places through an alias');
  });

  test('nothing in another file', () => {
    const files = { 'serverless.yml': "service: a\nprovider: {name: aws}\nfunctions: {f: {events: [{http: {path: a, method: get, cors: {origin: '${file(o.yml):o}'}}}]}}\n", 'o.yml': 'o: https://a.example/\n' };
    const { unit: own, policies: [policy] } = readIn(files);
    const at = effectsOn(policy!, 'access-control-allow-origin')[0]!.effect.at;
    expect([at.file, reader.write(own, policy!, { kind: 'replace-text', at, text: 'https://a.example' })]).toEqual(['o.yml', { declined: 'it stands in another file' }]);
  });
});

describe('hostile text', () => {
  const head = "service: a\nprovider: {name: aws, httpApi: {cors: '${self:custom.a0}'}}\n";
  test.each([
    ['variables in circles', `${head}custom:\n${Array.from({ length: 40 }, (_unused, index) => `  a${index}: '\${self:custom.a${(index + 1) % 40}, self:custom.a${(index + 7) % 40}}'\n`).join('')}`],
    ['an alias bomb', `${head}custom:\n  x0: &x0 [a, a, a, a, a, a, a, a, a]\n${Array.from({ length: 12 }, (_unused, index) => `  x${index + 1}: &x${index + 1} [${Array.from({ length: 9 }, () => `*x${index}`).join(', ')}]\n`).join('')}  a0: {allowedOrigins: *x12}\n`],
    ['many open braces', `${head}custom: {a0: "${'${self:'.repeat(20_000)}"}\n`],
    ['many commas', `${head}custom: {a0: "\${self:x${', self:x'.repeat(20_000)}}"}\n`],
  ])('%s', (_name, text) => {
    soon(2, () => readIn({ 'serverless.yml': `${text}functions: {f: {handler: h.h, events: [{httpApi: '*'}]}}\n` }));
  });
});
