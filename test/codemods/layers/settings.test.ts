import { describe, expect, test } from 'vitest';
import { corsSettingsRemoved } from '../../../src/codemods/layers/settings.js';
import { applyEdits } from '../../../src/text/edit.js';
import { repositoryOf } from '../repository.js';

/** A file of a product without its CORS; undefined where it is left. */
async function silent(path: string, text: string): Promise<string | undefined> {
  const repository = await repositoryOf({ [path]: text });
  expect(repository.policies).toHaveLength(1);
  const edits = corsSettingsRemoved(repository, repository.policies[0]!);
  return edits === undefined ? undefined : applyEdits(text, edits);
}

const A = 'https://a.example.com';

const istio = (policy: string): string => `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: api\nspec:\n  hosts: [api.example.com]\n  gateways: [edge]\n  http:\n    - match:\n        - uri:\n            prefix: /\n${policy}      route:\n        - destination:\n            host: api\n`;
const contour = (policy: string): string => `apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nmetadata:\n  name: api\nspec:\n  virtualhost:\n    fqdn: api.example.com\n${policy}  routes:\n    - conditions:\n        - prefix: /\n      services:\n        - name: api\n          port: 80\n`;
const emissary = (policy: string): string => `apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata:\n  name: api\nspec:\n  hostname: api.example.com\n  prefix: /\n  service: api\n${policy}`;
const apisix = (plugins: string): string => `routes:\n  - id: 1\n    uri: /items\n${plugins}    upstream:\n      type: roundrobin\n      nodes: {"127.0.0.1:8080": 1}\n#END\n`;
const haproxyIngress = (annotations: string): string => `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: api\n${annotations}spec:\n  ingressClassName: haproxy\n  rules:\n    - host: api.example.com\n      http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend:\n              service:\n                name: api\n                port:\n                  number: 80\n`;

describe('settings of CORS go with what holds nothing else', () => {
  test.each([
    ['Istio', 'api.yaml', istio(`      corsPolicy:\n        allowOrigins:\n          - exact: ${A}\n        allowMethods: [GET, PUT]\n`), istio('')],
    ['Contour', 'api.yaml', contour(`    corsPolicy:\n      allowOrigin:\n        - ${A}\n      allowMethods:\n        - GET\n`), contour('')],
    ['Emissary', 'api.yaml', emissary(`  # pages of the shop\n  cors:\n    origins:\n      - ${A}\n    methods: [GET, PUT]\n`), emissary('')],
    ['APISIX, its only plugin', 'apisix.yaml', apisix(`    plugins:\n      cors:\n        allow_origins: ${A}\n        allow_methods: GET\n`), apisix('')],
    ['APISIX, beside another one', 'apisix.yaml', apisix(`    plugins: {cors: {allow_origins: "${A}", allow_methods: GET}, prometheus: {}}\n`), apisix('    plugins: {prometheus: {}}\n')],
    ['an Ingress of HAProxy', 'api.yaml', haproxyIngress(`  annotations:\n    haproxy-ingress.github.io/cors-enable: "true"\n    haproxy-ingress.github.io/cors-allow-origin: ${A}\n    haproxy-ingress.github.io/ssl-redirect: "true"\n`), haproxyIngress('  annotations:\n    haproxy-ingress.github.io/ssl-redirect: "true"\n')],
    ['Kong in JSON', 'kong.json', `{\n  "_format_version": "3.0",\n  "plugins": [\n    { "name": "prometheus" },\n    { "name": "cors", "config": { "origins": ["${A}"] } }\n  ]\n}\n`, '{\n  "_format_version": "3.0",\n  "plugins": [\n    { "name": "prometheus" }\n  ]\n}\n'],
  ])('%s', async (_what, path, before, after) => {
    expect(await silent(path, before)).toBe(after);
  });
});

describe('settings stay', () => {
  test.each([
    ['that others use through an alias', 'kong.yml', `_format_version: "3.0"\nplugins:\n  - &cors\n    name: cors\n    config:\n      origins: [${A}]\n  - name: prometheus\nroutes:\n  - name: one\n    paths: [/one]\n    plugins:\n      - name: key-auth\n`],
    ['of a product that has no such place', 'default.json', '{ "Routes": [{ "UpstreamPathTemplate": "/", "UpstreamHeaderTransform": {}, "DownstreamHeaderTransform": { "Access-Control-Allow-Origin": "*" } }] }\n'],
  ])('%s', async (_what, path, text) => {
    const repository = await repositoryOf({ [path]: text });
    for (const policy of repository.policies) expect(corsSettingsRemoved(repository, policy)).toBeUndefined();
  });
});
