import { describe, expect, test } from 'vitest';
import azureContainerApps from '../../src/readers/azure-container-apps/index.js';
import contour from '../../src/readers/contour/index.js';
import emissary from '../../src/readers/emissary/index.js';
import envoy from '../../src/readers/envoy/index.js';
import envoyGateway from '../../src/readers/envoy-gateway/index.js';
import espv2 from '../../src/readers/espv2/index.js';
import gatewayApi from '../../src/readers/gateway-api/index.js';
import gloo from '../../src/readers/gloo/index.js';
import istio from '../../src/readers/istio/index.js';
import kgateway from '../../src/readers/kgateway/index.js';
import { secondsOf } from '../../src/middleware/envoy/fields.js';
import { refusedByRe2 } from '../../src/middleware/envoy/matchers.js';
import { effectsOn, originLeaves } from '../../src/policy/views.js';
import { edited, fixtureDifferences, fixtures, readYaml } from '../support/gateways.js';

/** Products that stand on Envoy's filter, with the number of their fixtures. */
const readers = [
  ['envoy', envoy, 8],
  ['istio', istio, 5],
  ['gateway-api', gatewayApi, 4],
  ['envoy-gateway', envoyGateway, 3],
  ['kgateway', kgateway, 3],
  ['contour', contour, 3],
  ['emissary', emissary, 4],
  ['gloo', gloo, 3],
  ['espv2', espv2, 3],
  ['azure-container-apps', azureContainerApps, 3],
] as const;

describe.each(readers)('%s', (id, reader, count) => {
  const all = fixtures(id);

  test('has its fixtures', () => expect(all).toHaveLength(count));

  test.each(all)('$name', (fixture) => {
    expect(reader.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, reader)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    // Long ones in steps: each prefix is parsed anew.
    for (let end = 0; end <= text.length; end += Math.ceil(text.length / 300)) {
      const { policies, gaps } = readYaml(reader, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});

describe('nothing is said about files that merely look alike', () => {
  const object = (apiVersion: string, kind: string, spec: string): string => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: cors-demo\n  labels: {app: cors}\nspec:\n${spec}`;
  test.each([
    ['a definition of the resource', object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', '  group: gateway.networking.k8s.io\n  names: {kind: HTTPRoute}\n  versions: [{name: v1, schema: {openAPIV3Schema: {properties: {spec: {properties: {cors: {type: object}, corsPolicy: {type: object}}}}}}}]\n')],
    ['a route without the filter', object('gateway.networking.k8s.io/v1', 'HTTPRoute', '  hostnames: [cors.example]\n  rules: [{backendRefs: [{name: cors, port: 80}]}]\n')],
    ['a VirtualService without a policy', object('networking.istio.io/v1', 'VirtualService', '  hosts: [cors.example]\n  http: [{route: [{destination: {host: cors}}]}]\n')],
    ['a VirtualService of somebody else', object('networking.example.io/v1', 'VirtualService', '  http: [{corsPolicy: {allowOrigins: [{regex: ".*"}], allowCredentials: true}}]\n')],
    ['a security policy about something else', object('gateway.envoyproxy.io/v1alpha1', 'SecurityPolicy', '  jwt: {providers: [{name: cors}]}\n')],
    ['a proxy without a policy', object('projectcontour.io/v1', 'HTTPProxy', '  virtualhost: {fqdn: cors.example}\n  routes: [{services: [{name: cors, port: 80}]}]\n')],
    ['a Mapping without a policy', object('getambassador.io/v3alpha1', 'Mapping', '  prefix: /cors\n  service: cors\n')],
    ['a policy that is switched off', object('gateway.kgateway.dev/v1alpha1', 'TrafficPolicy', '  cors: {disable: {}}\n')],
    ['an Envoy with the filter and no policy', 'static_resources:\n  listeners:\n    - filter_chains:\n        - filters:\n            - typed_config:\n                route_config: {virtual_hosts: [{name: a, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: a}}]}]}\n                http_filters: [{name: envoy.filters.http.cors}, {name: envoy.filters.http.router}]\n'],
    ['other arguments', 'services: {esp: {command: ["--service=cors", "--backend=cors:80"]}}\n'],
    ['values of a chart', 'cors:\n  enabled: false\n  allowedOrigins: ["*"]\ncorsPolicy: {allowedOrigins: ["*"]}\n'],
  ])('%s', (_what, text) => {
    for (const [id, reader] of readers) {
      const { policies, gaps } = readYaml(reader, text);
      expect([id, policies, gaps]).toEqual([id, [], []]);
    }
  });
});

describe('what is not its own is not changed', () => {
  const service = (cors: string): string => `apiVersion: networking.istio.io/v1\nkind: VirtualService\nspec:\n  hosts: [a.example]\n  http:\n    - corsPolicy: ${cors}\n`;
  const dropped = (text: string): string => {
    const [policy] = readYaml(istio, text).policies;
    const at = effectsOn(policy!, 'access-control-allow-credentials')[0]!.effect.at;
    return edited(istio, text, { kind: 'remove-header', at });
  };

  test('a value is written in its place, all else stays', () => {
    expect(dropped(service("{allowOrigins: [{exact: '*'}], allowCredentials:   true} # why"))).toBe(service("{allowOrigins: [{exact: '*'}], allowCredentials:   false} # why"));
  });

  test('a value that an alias shares', () => {
    const text = `${service('&cors {allowOrigins: [{regex: ".*"}], allowCredentials: true}')}    - corsPolicy: *cors\n`;
    expect(dropped(text)).toMatch(/^declined: .*alias/);
  });

  test('a value that a template writes', () => {
    expect(dropped(service('{allowOrigins: [{regex: ".*"}], allowCredentials: {{ .Values.credentials }}}'))).toMatch(/^declined/);
  });

  test('a file that is generated', () => {
    expect(dropped(`# Code generated by a tool. DO NOT EDIT.\n${service('{allowOrigins: [{regex: ".*"}], allowCredentials: true}')}`)).toMatch(/^declined: .*generated/);
  });

  test('a matcher leaves its list whole, the only one stays', () => {
    const list = (matchers: string): string => service(`{allowOrigins: [${matchers}]}`);
    const removed = (text: string): string => edited(istio, text, { kind: 'remove-entry', at: originLeaves(readYaml(istio, text).policies[0]!)[0]!.at });
    expect(removed(list('{exact: "null"}, {exact: https://a.example}'))).toBe(list('{exact: https://a.example}'));
    expect(removed(list('{exact: "null"}'))).toBe('declined: it is the only entry');
  });
});

describe('texts that Envoy is given', () => {
  // Go's time.ParseDuration, cut to whole seconds.
  test.each([
    ['10m', 600],
    ['1h30m', 5400],
    ['1.5s', 1],
    ['90000ms', 90],
    ['0', 0],
    ['-1s', -1],
    ['10', undefined],
    ['10 m', undefined],
    ['', undefined],
    ['m', undefined],
  ])('%s is %s', (text, seconds) => expect(secondsOf(text)).toBe(seconds));

  test.each([
    ['https://(?!evil)a', 'look-around'],
    ['(?<=a)b', 'look-around'],
    ['(a)\\1', 'backreferences'],
    ['*.example', 'quantifier'],
    ['(?P<name>a)', undefined],
    ['(?<name>a)', undefined],
    ['(?i)a', undefined],
    ['\\\\1', undefined],
    ['(?:a)+', undefined],
  ])('RE2 and %s', (source, why) => {
    if (why === undefined) expect(refusedByRe2(source)).toBeUndefined();
    else expect(refusedByRe2(source)).toContain(why);
  });
});

describe('filters around that of Envoy', () => {
  const listener = (filters: string, cors = 'cors: {allow_origin_string_match: [{exact: "https://a.example"}]}'): string =>
    `route_config:\n  virtual_hosts: [{name: a, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: a}}], ${cors}}]\nhttp_filters:\n${filters}`;
  const messages = (text: string): readonly string[] => readYaml(envoy, text).gaps.map(({ message }) => message.slice(0, 40));
  const own = '  - {name: envoy.filters.http.cors}\n  - {name: envoy.filters.http.router}\n';

  test.each([
    ['a check of tokens in front', listener(`  - {name: envoy.filters.http.jwt_authn}\n${own}`), ['this filter stands before the CORS filter']],
    ['one that lets preflights pass', listener(`  - {name: envoy.filters.http.jwt_authn, typed_config: {bypass_cors_preflight: true}}\n${own}`), []],
    ['one behind', listener('  - {name: envoy.filters.http.cors}\n  - {name: envoy.filters.http.ext_authz}\n'), []],
    ['one in front, and no policy', listener(`  - {name: envoy.filters.http.ext_authz}\n${own}`, 'name: b'), []],
    ['settings of the filter itself', listener('  - {name: envoy.filters.http.cors, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors, allow_methods: GET}}\n'), ['Envoy refuses this configuration: the filt']],
    ['no CORS filter', listener('  - {name: envoy.filters.http.router}\n'), ['this policy is not read: the CORS filter ']],
    ['filters that a template writes', listener('  {{ .Values.filters }}\n'), []],
  ])('%s', (_what, text, expected) => expect(messages(text)).toEqual(expected.map((message) => message.slice(0, 40))));
});
