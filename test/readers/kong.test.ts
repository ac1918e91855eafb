import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/policy/change.js';
import { effectsOn, originLeaves } from '../../src/policy/views.js';
import kong from '../../src/readers/kong/index.js';
import language from '../../src/syntax/yaml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { answer, edited, fixtureDifferences, fixtures, lines, preflightHeaders, readYaml } from '../support/gateways.js';

describe('fixtures', () => {
  const all = fixtures('kong');

  test('are ten', () => expect(all).toHaveLength(10));

  test.each(all)('$name', (fixture) => {
    expect(kong.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, kong)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(kong, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});

describe('origins of browsers against what is written', () => {
  const config = (origins: string, credentials = false): string => `_format_version: "3.0"\nplugins:\n  - name: cors\n    config:\n      origins: ${origins}\n      credentials: ${String(credentials)}\n`;
  // Section 3.2 of the reference for gateways, line by line.
  test.each([
    ["['https://a.example', 'https://b.example:8443']", 'https://b.example:8443', 'https://b.example:8443'],
    ["['https://a.example', 'https://b.example:8443']", 'https://b.example', undefined],
    ["['https://a.example:443', 'b']", 'https://a.example', 'https://a.example'],
    ["['a.example', 'https://b.example']", 'https://a.example', undefined],
    ["['a.example']", 'https://stranger.test', 'a.example'],
    ["['^https://a\\.example|https://b\\.example$']", 'https://a.example.stranger.test', 'https://a.example.stranger.test'],
    ["['^https://a\\.example|https://b\\.example$']", 'https://b.example.stranger.test', undefined],
    ["['https://a\\.example']", 'https://a.example.stranger.test', undefined],
    ["['https://a\\.example']", 'http://x/https://a.example', undefined],
    ["['https://*.a.example']", 'https://sub.a.example', undefined],
    ["['https://*.a.example']", 'https://Xa.example', 'https://Xa.example'],
    ["['(.*\\.)?a\\.example']", 'http://sub.a.example:8080', 'http://sub.a.example:8080'],
    ["['(?:[a-z]+\\.)?a\\.example']", 'https://sub.a.example', undefined],
    ["['https://A\\.example']", 'https://a.example', undefined],
  ])('%s and %s', (origins, origin, allowed) => {
    const { policies } = readYaml(kong, config(origins));
    expect(lines(answer(policies[0]!, 'GET', { origin }), 'access-control-allow-origin')).toEqual(allowed === undefined ? [] : [allowed]);
  });

  test('what the upstream says about the origin is replaced or removed, the rest is kept', () => {
    const { policies } = readYaml(kong, config("['https://a.example', 'https://b.example']", true));
    const upstream = (origin: string): unknown => lines(answer(policies[0]!, 'GET', { origin }, undefined, [['Access-Control-Allow-Origin', '*'], ['Access-Control-Max-Age', '5']]), 'access-control-allow-origin');
    expect(upstream('https://a.example')).toEqual(['https://a.example']);
    expect(upstream('https://stranger.test')).toEqual([]);
    const kept = answer(policies[0]!, 'GET', { origin: 'https://stranger.test' }, undefined, [['Access-Control-Max-Age', '5']]);
    expect(lines(kept, 'access-control-max-age')).toEqual(['5']);
    expect(lines(kept, 'access-control-allow-credentials')).toEqual(['true']);
  });

  test('a `*` among others waits for an Origin', () => {
    const { policies } = readYaml(kong, config("['*', 'https://a.example']"));
    const upstream = [['Access-Control-Allow-Origin', 'https://upstream.example']] as const;
    expect(lines(answer(policies[0]!, 'GET', {}, undefined, upstream), 'access-control-allow-origin')).toEqual([]);
    expect(lines(answer(policies[0]!, 'GET', { origin: 'https://stranger.test' }, undefined, upstream), 'access-control-allow-origin')).toEqual(['*']);
  });

  test('a plain OPTIONS is passed on, a preflight is answered with 200', () => {
    const { policies } = readYaml(kong, config("['https://a.example']"));
    expect(answer(policies[0]!, 'OPTIONS', { origin: 'https://a.example' }).status).toBeNull();
    expect(answer(policies[0]!, 'OPTIONS', preflightHeaders('https://stranger.test')).status).toBe(200);
  });
});

describe('which plugin counts', () => {
  const places = (text: string): unknown => readYaml(kong, text).policies.map(({ title, probes }) => [title, probes.map(({ path }) => path)]);
  const config = (service: string, route: string): string => `_format_version: "3.0"
plugins:
  - name: cors
services:
  - name: api
    ${service}
    routes:
      - {name: one, paths: [/one], plugins: [${route}]}
      - {name: two, paths: [/two, /three]}
routes:
  - {name: free, paths: [/free]}
`;

  test.each([
    ['url: x', '', [['cors plugin on every service', ['/one', '/two', '/three', '/free']]]],
    ['url: x', '{name: cors}', [['cors plugin on route one', ['/one']], ['cors plugin on every service', ['/two', '/three', '/free']]]],
    ['plugins: [{name: cors}]', '{name: cors}', [['cors plugin on route one', ['/one']], ['cors plugin on service api', ['/two', '/three']], ['cors plugin on every service', ['/free']]]],
    ['plugins: [{name: cors, enabled: false}]', '{name: cors, enabled: false}', [['cors plugin on every service', ['/one', '/two', '/three', '/free']]]],
  ])('the nearest that is switched on: %s %s', (service, route, expected) => {
    expect(places(config(service, route))).toEqual(expected);
  });

  test('a plugin may name its service or route from afar', () => {
    const text = '_format_version: "3.0"\nplugins:\n  - {name: cors, service: api}\n  - {name: cors, route: {name: two}}\nservices:\n  - name: api\n    routes: [{name: one, paths: [/one]}, {name: two, paths: [/two]}]\n';
    expect(places(text)).toEqual([['cors plugin on route two', ['/two']], ['cors plugin on service api', ['/one']]]);
  });

  test('not one of a consumer', () => {
    const { policies, gaps } = readYaml(kong, '_format_version: "3.0"\nplugins: [{name: cors, consumer: bob}]\nconsumers: [{username: eve, plugins: [{name: cors}]}]\n');
    expect(policies).toEqual([]);
    expect(gaps.map(({ message }) => message)).toEqual(Array.from({ length: 2 }, () => 'Kong refuses this configuration: the plugin cannot belong to a consumer'));
  });
});

describe('changes', () => {
  const text = `_format_version: "3.0" # head
plugins:
  - name: cors
    config:
      origins: # ours
        - https://a.example/
        - "null" # frames
        - '^https://b\\.example|https://c\\.example$' # two
      credentials: true # cookies
`;
  const { policies: [policy] } = readYaml(kong, text);
  const leaf = (source: string): Change['at'] => originLeaves(policy!).find((candidate) => ('source' in candidate ? candidate.source : candidate.text) === source)!.at;

  test.each<[string, () => Change, string, string]>([
    ['an entry is respelled in its own quotes', () => ({ kind: 'replace-text', at: leaf('https://a.example/'), text: 'https://a.example' }), '- https://a.example/\n', '- https://a.example\n'],
    ['an entry is taken out, its comment stays', () => ({ kind: 'remove-entry', at: leaf('null') }), '- "null" # frames', '# frames'],
    ['a pattern is replaced', () => ({ kind: 'replace-pattern', at: leaf('https://b\\.example|https://c\\.example$'), source: '^(?:https://b\\.example|https://c\\.example)$' }), "'^https://b\\.example|https://c\\.example$'", "'^(?:https://b\\.example|https://c\\.example)$'"],
    ['credentials are switched off', () => ({ kind: 'remove-header', at: effectsOn(policy!, 'access-control-allow-credentials')[0]!.effect.at }), 'credentials: true', 'credentials: false'],
  ])('%s', (_name, change, before, after) => {
    expect(edited(kong, text, change())).toBe(text.replace(before, () => after));
    expect(text).toContain(before);
  });

  test.each<[string, string, (at: Change['at']) => Change]>([
    ['the only entry stays', "origins: ['^https://b\\.example$']", (at) => ({ kind: 'remove-entry', at })],
    ['a pattern for hosts stays one', "origins: ['b\\.example']", (at) => ({ kind: 'replace-pattern', at, source: '^https://b\\.example$' })],
    ['an anchored list is not touched', "origins: &all ['^https://b\\.example$']\n    tags: *all", (at) => ({ kind: 'replace-pattern', at, source: '^https://c\\.example$' })],
    ['Vary is not for the author to add', "origins: ['^https://b\\.example$']", (at) => ({ kind: 'add-vary', at })],
  ])('%s', (_name, origins, change) => {
    const declining = `_format_version: "3.0"\nplugins:\n  - name: cors\n    config:\n      ${origins}\n`;
    const [only] = readYaml(kong, declining).policies;
    expect(edited(kong, declining, change(originLeaves(only!)[0]!.at))).toMatch(/^declined: /);
  });
});

describe('objects of Kubernetes and versions', () => {
  const plugin = (kind = 'KongPlugin', labels = ''): string => `apiVersion: configuration.konghq.com/v1\nkind: ${kind}\nmetadata: {name: shop-cors, namespace: shop${labels}}\nplugin: cors\nconfig: {origins: [https://a.example]}\n`;
  const ingress = (annotations: string): string => `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: api, namespace: shop, annotations: {${annotations}}}\nspec:\n  rules: [{host: api.example, http: {paths: [{path: /v1, backend: {service: {name: items}}}]}}]\n`;
  const named = 'konghq.com/plugins: shop-cors';
  const places = (texts: Readonly<Record<string, string>>): readonly unknown[] => {
    const [file] = Object.keys(texts);
    const files = filesFrom(texts);
    const { unit } = language.parse(new SourceText(file!, texts[file!]!), files);
    return [...kong.read(unit!)].flatMap((reading): readonly unknown[] => (reading.kind === 'policy' ? reading.policy.probes.map(({ host, path, methods }) => [host, path, methods]) : [reading.kind === 'gap' ? reading.gap.message : '']));
  };
  const everywhere = [[undefined, '/', null]];

  test.each<[string, Readonly<Record<string, string>>, unknown]>([
    ['an Ingress beside names it', { 'cors.yaml': plugin(), 'ingress.yaml': ingress(`${named}, konghq.com/methods: "GET,PUT"`) }, [['api.example', '/v1', ['GET', 'PUT']]]],
    ['one of another namespace does not', { 'cors.yaml': plugin(), 'ingress.yaml': ingress(named).replace('namespace: shop', 'namespace: other') }, everywhere],
    ['a Service names it', { 'cors.yaml': plugin(), 'all.yaml': `${ingress('')}---\napiVersion: v1\nkind: Service\nmetadata: {name: items, annotations: {${named}}}\n` }, [['api.example', '/v1', null]]],
    ['a cluster’s plugin with the label is on all', { 'cors.yaml': plugin('KongClusterPlugin', ', labels: {global: "true"}'), 'ingress.yaml': ingress('konghq.com/strip-path: "true"') }, [['api.example', '/v1', null]]],
    ['a rule of an HTTPRoute has it as a filter', { 'cors.yaml': plugin(), 'route.yaml': 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec:\n  hostnames: [r.example]\n  rules:\n    - matches: [{path: {type: PathPrefix, value: /r}, method: POST}]\n      filters: [{type: ExtensionRef, extensionRef: {group: configuration.konghq.com, kind: KongPlugin, name: shop-cors}}]\n' }, [['r.example', '/r', ['POST']]]],
    ['a consumer cannot have it', { 'cors.yaml': plugin(), 'eve.yaml': `apiVersion: configuration.konghq.com/v1\nkind: KongConsumer\nmetadata: {name: eve, namespace: shop, annotations: {${named}}}\n` }, [...everywhere, 'Kong refuses this configuration: the plugin cannot belong to a consumer']],
  ])('%s', (_what, texts, expected) => expect(places(texts)).toEqual(expected));

  // kong/plugins/cors/handler.lua at 3.7.0 and 3.8.0: the pattern `*$` does not compile; from 3.8 on `*` is looked for first.
  test.each([
    ['kong:3.7', []],
    ['kong/kong-gateway:3.8.0.0', ['*']],
  ])('a `*` among others in %s', (image, allowed) => {
    const text = `services: [{name: proxy, image: "${image}"}]\n_format_version: "3.0"\nplugins: [{name: cors, config: {origins: ["*", https://a.example]}}]\n`.replace('services: [{name: proxy, image:', 'x-proxy: [{image:');
    expect(lines(answer(readYaml(kong, text).policies[0]!, 'GET', { origin: 'https://stranger.test' }), 'access-control-allow-origin')).toEqual(allowed);
  });
});
