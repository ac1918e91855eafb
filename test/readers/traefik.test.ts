import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { rules } from '../../src/generated/registries.js';
import type { Policy } from '../../src/policy/program.js';
import { effectsOn, originLeaves } from '../../src/policy/views.js';
import traefik from '../../src/readers/traefik/index.js';
import toml from '../../src/syntax/toml/index.js';
import yaml from '../../src/syntax/yaml/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Change } from '../../src/readers/reader.js';
import { answer, fixtures, lines, preflightHeaders, fixtureDifferences } from '../support/gateways.js';
import { soon } from '../support/soon.js';

/** What the reader finds in one file among others. */
function read(texts: Readonly<Record<string, string>>, file = Object.keys(texts)[0]!): { policies: readonly Policy[]; gaps: readonly string[]; write(change: Change): string } {
  const files = filesFrom(texts);
  const language = file.endsWith('.toml') ? toml : yaml;
  const { unit } = language.parse(new SourceText(file, texts[file]!), files);
  const readings = unit === undefined ? [] : [...traefik.read(unit)];
  const policies = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  const write = (change: Change): string => {
    const edits = traefik.write(unit!, policies[0]!, change);
    return 'declined' in edits ? `declined: ${edits.declined}` : applyEdits(texts[file]!, edits);
  };
  return { policies, gaps: readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : [])), write };
}

const headers = (settings: string): string => `http:\n  middlewares:\n    cors:\n      headers:\n${settings.replace(/^/gm, '        ')}\n`;
const allowed = (policy: Policy, origin?: string, upstream: readonly (readonly [string, string])[] = []): readonly (string | null)[] => lines(answer(policy, 'GET', origin === undefined ? {} : { origin }, undefined, upstream), 'access-control-allow-origin');

describe('fixtures', () => {
  const all = fixtures('traefik');

  test('are fifteen', () => expect(all).toHaveLength(15));

  test.each(all)('$name', (fixture) => {
    expect(traefik.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, traefik)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) for (const { at } of read({ [name]: text.slice(0, end) }).policies) expect(at.end).toBeLessThanOrEqual(end);
  }, 60_000);
});

describe('origins', () => {
  // Section 3.1 of the reference for gateways, and the walk through the list in Traefik's source.
  test.each<[string, string | undefined, readonly string[]]>([
    ['accessControlAllowOriginList: [https://a.example]', 'https://a.example', ['https://a.example']],
    ['accessControlAllowOriginList: [https://A.example]', 'https://a.example', []],
    ['accessControlAllowOriginList: [https://a.example, "*"]', 'https://a.example', ['https://a.example']],
    ['accessControlAllowOriginList: [https://a.example, "*"]', 'https://b.example', ['*']],
    ['accessControlAllowOriginList: ["*"]', undefined, ['*']],
    ['accessControlAllowOriginList: ["*"]\naccessControlAllowCredentials: true', 'https://b.example', ['https://b.example']],
    ['accessControlAllowOriginList: ["*"]\naccessControlAllowCredentials: true', undefined, ['']],
    ['accessControlAllowOriginListRegex: ["a\\\\.example"]', 'https://a.example.stranger.test', ['https://a.example.stranger.test']],
    ['accessControlAllowOriginListRegex: ["^https://a\\\\.example$"]', 'https://a.example.stranger.test', []],
    ['accessControlAllowOriginListRegex: [".*"]', undefined, ['']],
    ['ACCESSCONTROLALLOWORIGINLIST: "https://a.example, https://b.example"', 'https://b.example', ['https://b.example']],
  ])('%s and %s', (settings, origin, expected) => {
    expect(allowed(read({ 'dynamic.yml': headers(settings) }).policies[0]!, origin)).toEqual(expected);
  });

  test('what the service says stays where the middleware knows no origin', () => {
    const [policy] = read({ 'dynamic.yml': headers('accessControlAllowOriginList: [https://a.example]') }).policies;
    expect(allowed(policy!, 'https://b.example', [['Access-Control-Allow-Origin', '*']])).toEqual(['*']);
    expect(allowed(policy!, 'https://a.example', [['Access-Control-Allow-Origin', '*']])).toEqual(['https://a.example']);
  });

  test('Vary is put after the service’s own', () => {
    const [policy] = read({ 'dynamic.yml': headers('accessControlAllowOriginList: [https://a.example]\naddVaryHeader: true') }).policies;
    const vary = (upstream: readonly (readonly [string, string])[]): unknown => lines(answer(policy!, 'GET', { origin: 'https://a.example' }, undefined, upstream), 'vary');
    expect([vary([]), vary([['Vary', 'Origin']]), vary([['Vary', 'Accept']])]).toEqual([['Origin'], ['Origin'], ['Accept,Origin']]);
    expect(lines(answer(policy!, 'OPTIONS', preflightHeaders('https://a.example')), 'vary')).toEqual([]);
  });
});

describe('routers', () => {
  const middleware = 'apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: cors, namespace: shop}\nspec:\n  headers:\n    accessControlAllowOriginList: [https://a.example]\n    accessControlAllowMethods: [PUT]\n';
  const route = (match: string): string => `apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: api}\nspec:\n  routes:\n    - match: ${match}\n      middlewares: [{name: cors}]\n`;

  test.each<[string, string, number | null]>([
    ['Host(`api.example`)', '/', 200],
    ['Host(`api.example`) && Method(`PUT`)', '/', 404],
    ['Host(`api.example`) && (Method(`PUT`) || Method(`OPTIONS`))', '/', 200],
    ['Host(`api.example`) && !Method(`OPTIONS`)', '/', 404],
    ['PathPrefix(`/v1`) && Query(`a`, `b`)', '/v1', 200],
    ['HostRegexp(`^[a-z]+\\.example$`)', '/', 200],
    ['Host(`${HOST}`)', '/', 200],
    ['Host(`api.example`', '/', 200],
  ])('beside the object: %s', (match, path, status) => {
    const { policies: [policy] } = read({ 'k8s/cors.yaml': middleware, 'k8s/route.yaml': route(match) });
    const preflight = { ...preflightHeaders('https://a.example'), host: 'api.example' };
    expect(policy!.probes[0]!.path).toBe(path);
    expect(answer(policy!, 'OPTIONS', preflight).status).toBe(status);
  });

  test('an Ingress names the object with its namespace', () => {
    const ingress = (name: string): string => `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: api\n  annotations:\n    traefik.ingress.kubernetes.io/router.middlewares: ${name}@kubernetescrd\nspec:\n  rules:\n    - host: api.example\n      http: {paths: [{path: /v1, pathType: Prefix}]}\n`;
    const hosts = (name: string): unknown => read({ 'cors.yaml': middleware, 'ingress.yaml': ingress(name) }).policies[0]!.probes.map(({ host, path }) => [host, path]);
    expect([hosts('shop-cors'), hosts('other-cors')]).toEqual([[['api.example', '/v1']], [[undefined, '/']]]);
  });

  test('labels of another container name the middleware', () => {
    const text = 'services:\n  a:\n    labels:\n      - traefik.http.middlewares.c.headers.accesscontrolalloworiginlist=https://a.example\n  b:\n    deploy:\n      labels:\n        traefik.http.routers.b.rule: Host(`b.example`) && Method(`GET`)\n        traefik.http.routers.b.middlewares: c@docker\n';
    expect(read({ 'docker-compose.yml': text }).policies[0]!.probes.map(({ host, methods }) => [host, methods])).toEqual([['b.example', ['GET']]]);
  });
});

describe('changes', () => {
  const leafAt = (policy: Policy, text: string): Change['at'] => originLeaves(policy).find((leaf) => ('source' in leaf ? leaf.source : leaf.text) === text)!.at;
  const forms: readonly [string, string][] = [
    ['dynamic.yml', headers("# ours\naccessControlAllowOriginListRegex: ['https://a\\.example'] # one\naccessControlAllowOriginList: [https://b.example/, \"null\"] # two\naccessControlAllowCredentials: true # three")],
    ['dynamic.toml', "[http.middlewares.cors.headers] # ours\n  accessControlAllowOriginListRegex = ['https://a\\.example'] # one\n  accessControlAllowOriginList = [\"https://b.example/\", \"null\"] # two\n  accessControlAllowCredentials = true # three\n"],
    ['docker-compose.yml', "services:\n  a:\n    labels: # ours\n      - 'traefik.http.middlewares.cors.headers.accesscontrolalloworiginlistregex=https://a\\.example' # one\n      - \"traefik.http.middlewares.cors.headers.accesscontrolalloworiginlist=https://b.example/, null\" # two\n      - traefik.http.middlewares.cors.headers.accesscontrolallowcredentials=true # three\n"],
  ];

  test.each(forms)('%s: only the text of the setting changes', (file, text) => {
    const { policies: [policy], write } = read({ [file]: text });
    const labels = file === 'docker-compose.yml';
    expect(write({ kind: 'replace-pattern', at: leafAt(policy!, 'https://a\\.example'), source: '^https://a\\.example$' })).toBe(text.replace('https://a\\.example', () => `^https://a\\.example${labels ? '$$' : '$'}`));
    expect(write({ kind: 'replace-text', at: leafAt(policy!, 'https://b.example/'), text: 'https://b.example' })).toBe(text.replace('b.example/', 'b.example'));
    expect(write({ kind: 'remove-entry', at: leafAt(policy!, 'null') })).toBe(text.replace(labels ? ', null' : ', "null"', ''));
    expect(write({ kind: 'remove-header', at: effectsOn(policy!, 'access-control-allow-credentials')[0]!.effect.at })).toBe(text.replace('true # three', 'false # three'));
  });

  test.each(forms)('%s: `addVaryHeader` is put after the last setting, and does what it says', (file, text) => {
    const { write, policies: [policy] } = read({ [file]: text });
    const written = write({ kind: 'add-vary', at: policy!.at });
    expect(written.startsWith(text.slice(0, text.lastIndexOf('# three') + 7))).toBe(true);
    expect(written.split('\n')).toHaveLength(text.split('\n').length + 1);
    expect(lines(answer(read({ [file]: written }).policies[0]!, 'GET', { origin: 'https://stranger.test' }), 'vary')).toEqual(['Origin']);
  });

  test.each([
    ['an anchor that an alias shares', headers('accessControlAllowOriginList: &all [https://b.example/]\naccessControlAllowHeaders: *all')],
    ['a generated file', `# Code generated, do not edit\n${headers('accessControlAllowOriginList: [https://b.example/]')}`],
  ])('%s is left alone', (_what, text) => {
    const { policies: [policy], write } = read({ 'dynamic.yml': text });
    expect(write({ kind: 'replace-text', at: leafAt(policy!, 'https://b.example/'), text: 'https://b.example' })).toMatch(/^declined: /);
  });
});

describe('silence and limits', () => {
  const all = new Map(Object.keys(rules).map((id) => [id, { severity: 'error', options: {} }] as const));
  const linted = (text: string): ReturnType<typeof lint> => lint(['file.yml'], filesFrom({ 'file.yml': text }), { rules: all, strict: true, environment: 'production', trustedOrigins: [], inlineConfig: true });

  test.each([
    ['headers without a word of CORS', headers('frameDeny: true\ncustomResponseHeaders: {X-Robots-Tag: none}')],
    ['an API that describes the field', 'openapi: 3.1.0\ncomponents:\n  schemas:\n    Headers:\n      properties:\n        accessControlAllowOriginList: {type: array}\n        accessControlAllowCredentials: {type: boolean}\n'],
    ['labels of another program', 'services:\n  a:\n    labels: [caddy.header.access-control-allow-origin=*, "note=accesscontrolalloworiginlist"]\n'],
    ['a Middleware of somebody else', 'apiVersion: example.com/v1\nkind: Middleware\nspec: {headers: {accessControlAllowOriginList: ["*"], accessControlAllowCredentials: true}}\n'],
    ['a custom resource definition', 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {versions: [{schema: {properties: {accessControlAllowOriginList: {type: array}, http: {type: object}}}}]}\n'],
  ])('%s', async (_what, text) => {
    const { policies, findings, gaps } = await linted(text);
    expect([policies, findings, gaps]).toEqual([[], [], []]);
  });

  test.each([
    ['rules of thousands of parentheses', `http:\n  routers:\n    r:\n      rule: "${'('.repeat(50_000)}Host(\`a\`)"\n      middlewares: [cors]\n  middlewares: {cors: {headers: {accessControlAllowOriginList: [https://a.example]}}}\n`],
    ['a rule that nearly has arguments', `http:\n  routers:\n    r:\n      rule: 'Host(${'`a`  '.repeat(1500)}'\n      middlewares: [cors]\n  middlewares: {cors: {headers: {accessControlAllowOriginList: [https://a.example]}}}\n`],
    ['chains in a circle', 'http:\n  routers: {r: {rule: "Path(`/`)", middlewares: [a, b, cors]}}\n  middlewares:\n    a: {chain: {middlewares: [b, a, b]}}\n    b: {chain: {middlewares: [a, b, a]}}\n    cors: {headers: {accessControlAllowOriginList: [https://a.example]}}\n'],
    ['an alias bomb', `a: &a [https://a.example]\n${Array.from({ length: 12 }, (_unused, index) => `b${index}: &b${index} [*${index === 0 ? 'a' : `b${index - 1}`}${`, *${index === 0 ? 'a' : `b${index - 1}`}`.repeat(9)}]`).join('\n')}\nhttp: {middlewares: {cors: {headers: {accessControlAllowOriginList: *b11}}}}\n`],
    ['a thousand middlewares and routers', `http:\n  routers:\n${Array.from({ length: 1000 }, (_unused, index) => `    r${index}: {rule: "Host(\`h${index}.example\`)", middlewares: [c${index}]}\n`).join('')}  middlewares:\n${Array.from({ length: 1000 }, (_unused, index) => `    c${index}: {headers: {accessControlAllowOriginList: [https://a${index}.example]}}\n`).join('')}`],
  ])('%s end', (_what, text) => {
    const { policies, gaps } = soon(10, () => read({ 'dynamic.yml': text }));
    expect(policies.length + gaps.length).toBeGreaterThan(0);
  });
});

test('a label of a middleware without settings is no change of the path', () => {
  const text = 'services:\n  api:\n    image: api\n    labels:\n      - traefik.http.routers.api.rule=PathPrefix(`/`)\n      - traefik.http.routers.api.middlewares=cors,compress\n      - traefik.http.middlewares.compress.compress=true\n      - traefik.http.middlewares.cors.headers.accesscontrolalloworiginlist=https://a.example\n      - traefik.http.services.api.loadbalancer.server.port=3000\n';
  const { unit } = yaml.parse(new SourceText('compose.yaml', text), filesFrom({ 'compose.yaml': text }));
  const layers = [...traefik.read(unit!)].flatMap((reading) => (reading.kind === 'layer' ? [reading.layer.policy] : []));
  const ends = layers.flatMap(({ steps }) => steps.flatMap(({ end }) => (end?.to === 'upstream' ? [end.upstream] : [])));
  expect(ends.map(({ host, port, path }) => [host, port, path])).toEqual([['api', 3000, undefined]]);
});
