import { expect, test } from 'vitest';
import type { PlainLayer } from '../../../src/policy/topology.js';
import { layersIn, readingsFor, wayOf } from '../../support/plain-layers.js';

async function only(reader: string, path: string, text: string): Promise<PlainLayer> {
  const layers = await layersIn(reader, path, text);
  expect(layers).toHaveLength(1);
  return layers[0]!;
}

const SHOP = 'http://shop.example';
const OPTIONS = { method: 'OPTIONS' };

/** A Compose file with one container and these labels. */
const container = (...labels: readonly string[]): string => `services:\n  api:\n    image: shop/api\n    labels:\n${labels.map((label) => `      - "${label}"\n`).join('')}`;
const ROUTER = 'traefik.http.routers.api.rule=Host(`shop.example`) && PathPrefix(`/api`)';
const PORT = 'traefik.http.services.api.loadbalancer.server.port=3000';

test.each<readonly [what: string, text: string, ways: Readonly<Record<string, string>>]>([
  ['the container that carries the label', container(ROUTER, PORT), { '/api/x': 'api:3000/api/x', '/x': 'behind' }],
  ['without a port it is the one that the container exposes', container(ROUTER), { '/api/x': 'api/api/x' }],
  ['stripPrefix', container(ROUTER, PORT, 'traefik.http.routers.api.middlewares=strip', 'traefik.http.middlewares.strip.stripprefix.prefixes=/api'), { '/api/x': 'api:3000/x', '/api': 'api:3000/' }],
  ['addPrefix', container(ROUTER, PORT, 'traefik.http.routers.api.middlewares=add', 'traefik.http.middlewares.add.addprefix.prefix=/v1'), { '/api/x': 'api:3000/v1/api/x' }],
  ['replacePath', container(ROUTER, PORT, 'traefik.http.routers.api.middlewares=one', 'traefik.http.middlewares.one.replacepath.path=/only'), { '/api/x': 'api:3000/only' }],
  ['a pattern of the path is not followed', container(ROUTER, PORT, 'traefik.http.routers.api.middlewares=re', 'traefik.http.middlewares.re.replacepathregex.regex=^/api/(.*)'), { '/api/x': 'a path that is not known' }],
  ['basicAuth', container(ROUTER, PORT, 'traefik.http.routers.api.middlewares=auth', 'traefik.http.middlewares.auth.basicauth.users=a:b'), { '/api/x': '401 asks' }],
  ['forwardAuth', container(ROUTER, PORT, 'traefik.http.routers.api.middlewares=auth', 'traefik.http.middlewares.auth.forwardauth.address=http://auth:4181'), { '/api/x': '401 asks or api:3000/api/x' }],
])('Traefik, labels: %s', async (_what, text, ways) => {
  const { policy, network } = await only('traefik', 'docker-compose.yml', text);
  expect(network).toBe('compose .');
  for (const [url, way] of Object.entries(ways)) expect(wayOf(policy, SHOP + url)).toBe(way);
});

test('Traefik, labels: the network of the container is where its name is meant', async () => {
  const text = `${container(ROUTER, PORT)}    networks: [edge]\nnetworks:\n  edge:\n    external: true\n`;
  expect((await only('traefik', 'deploy/compose.yml', text)).network).toBe('docker edge');
  expect((await only('traefik', 'deploy/compose.yml', text.replace('    external: true\n', '    driver: bridge\n'))).network).toBe('compose deploy edge');
});

const FILE = 'http:\n  routers:\n    api:\n      rule: PathPrefix(`/api`)\n      service: api\n    web:\n      rule: PathPrefix(`/`)\n      service: web\n  services:\n    api:\n      loadBalancer:\n        servers:\n          - url: http://api:3000\n    web:\n      loadBalancer:\n        servers:\n          - url: http://web:8080/\n';

test('Traefik, a dynamic file: the longer rule is asked first', async () => {
  const { policy, network } = await only('traefik', 'traefik/dynamic.yml', FILE);
  expect(network).toBeUndefined();
  expect(wayOf(policy, '/api/x')).toBe('api:3000/api/x');
  expect(wayOf(policy, '/x')).toBe('web:8080/x');
});

test('Traefik, a dynamic file: a priority decides, and TOML says the same', async () => {
  const { policy } = await only('traefik', 'dynamic.yml', FILE.replace('service: web\n', 'service: web\n      priority: 100\n'));
  expect(wayOf(policy, '/api/x')).toBe('web:8080/api/x');
  const toml = '[http.routers.api]\nrule = "PathPrefix(`/api`)"\nservice = "api"\n[[http.services.api.loadBalancer.servers]]\nurl = "http://api:3000"\n';
  expect(wayOf((await only('traefik', 'dynamic.toml', toml)).policy, '/api/x')).toBe('api:3000/api/x');
});

test('Traefik: a middleware about CORS stands in front of the routers that go through it, and of no other', async () => {
  const text = FILE.replace('      service: api\n', '      service: api\n      middlewares: [cors, auth]\n').replace('  services:', '  middlewares:\n    cors:\n      headers:\n        accessControlAllowOriginList: ["https://a.example"]\n    auth:\n      basicAuth:\n        users: ["a:b"]\n  services:');
  const readings = await readingsFor('traefik', 'dynamic.yml', { 'dynamic.yml': text });
  const [policy] = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  const layers = readings.flatMap((reading) => (reading.kind === 'layer' ? [reading.layer] : []));
  expect(layers.map(({ carries }) => carries)).toEqual([[policy!.at], undefined]);
  expect(wayOf(layers[0]!.policy, '/api/x')).toBe('401 asks');
  expect(wayOf(layers[0]!.policy, '/x')).toBe('behind');
  expect(wayOf(layers[1]!.policy, '/x')).toBe('web:8080/x');
  // Preflights are answered before anybody is asked for credentials.
  expect(wayOf(policy!, '/api/x', { ...OPTIONS, headers: [['origin', 'https://a.example'], ['access-control-request-method', 'GET']] })).toBe('200');
});

test('Traefik: files without routers, and routers without a service in view, are no layers', async () => {
  expect(await layersIn('traefik', 'docker-compose.yml', 'services:\n  api:\n    image: x\n')).toEqual([]);
  expect(await layersIn('traefik', 'dynamic.yml', FILE.replaceAll('service: ', 'service: other-'))).toEqual([]);
  expect(await layersIn('traefik', 'docker-compose.yml', container(ROUTER, 'traefik.http.routers.api.service=elsewhere'))).toEqual([]);
});

const kong = (service: string, more = ''): string => `_format_version: "3.0"\nservices:\n  - name: api\n${service.replace(/^/gm, '    ')}\n${more}`;

test.each<readonly [what: string, text: string, ways: Readonly<Record<string, string>>]>([
  ['the path of a route is taken off', kong('url: http://api:3000\nroutes:\n  - paths: [/api]'), { '/api/x': 'api:3000/x', '/api': 'api:3000/', '/x': 'behind' }],
  ['unless it is told to stay', kong('url: http://api:3000\nroutes:\n  - paths: [/api]\n    strip_path: false'), { '/api/x': 'api:3000/api/x' }],
  ['a path of the service comes first', kong('url: http://api:3000/v1\nroutes:\n  - paths: [/api]'), { '/api/x': 'api:3000/v1/x' }],
  ['host, port and path', kong('host: api\nport: 3000\npath: /v2\nroutes:\n  - paths: [/api/]'), { '/api/x': 'api:3000/v2/x' }],
  ['an upstream and its first target', kong('host: pool\nroutes:\n  - paths: [/]', 'upstreams:\n  - name: pool\n    targets:\n      - target: app1:4000\n      - target: app2:4000\n'), { '/x': 'app1:4000/x' }],
  ['the longer path is asked first', kong('url: http://api:3000\nroutes:\n  - name: all\n    paths: [/]\n  - name: deep\n    paths: [/deep/er]\n    strip_path: false'), { '/deep/er/x': 'api:3000/deep/er/x', '/x': 'api:3000/x' }],
  ['a pattern is not followed', kong('url: http://api:3000\nroutes:\n  - paths: ["~/v\\\\d+/x"]'), { '/v1/x': 'a path that is not known' }],
  ['a route that names its service', kong('url: http://api:3000', 'routes:\n  - paths: [/api]\n    service: {name: api}\n'), { '/api/x': 'api:3000/x' }],
  ['a key that is asked for', kong('url: http://api:3000\nplugins:\n  - name: key-auth\nroutes:\n  - paths: [/api]'), { '/api/x': '401 asks' }],
  ['a host that a variable writes', kong('host: ${{ env "DECK_HOST" }}\nroutes:\n  - paths: [/]\n    strip_path: false'), { '/': '${{ env "DECK_HOST" }}/' }],
])('Kong: %s', async (_what, text, ways) => {
  const { policy, carries } = await only('kong', 'kong.yml', text);
  expect(carries).toBeUndefined();
  for (const [url, way] of Object.entries(ways)) expect(wayOf(policy, SHOP + url)).toBe(way);
});

test('Kong: preflights are asked for a key unless the plugin lets them pass', async () => {
  const text = kong('url: http://api:3000\nplugins:\n  - name: key-auth\n    config: {run_on_preflight: false}\nroutes:\n  - paths: [/api]');
  expect(wayOf((await only('kong', 'kong.yml', text)).policy, `${SHOP}/api`, OPTIONS)).toBe('api:3000/');
  expect(wayOf((await only('kong', 'kong.yml', text.replace('false', 'true'))).policy, `${SHOP}/api`, OPTIONS)).toBe('401 asks');
});

test('Kong: the cors plugin of a service stands in front of its routes, and of no other', async () => {
  const text = `${kong('url: http://api:3000\nplugins:\n  - name: cors\n    config: {origins: ["https://a.example"]}\nroutes:\n  - paths: [/api]')}  - name: web\n    url: http://web:8080\n    routes:\n      - paths: [/web]\n`;
  const readings = await readingsFor('kong', 'kong.yml', { 'kong.yml': text });
  const [policy] = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  const layers = readings.flatMap((reading) => (reading.kind === 'layer' ? [reading.layer] : []));
  expect(layers.map(({ carries }) => carries)).toEqual([[policy!.at], undefined]);
  expect([wayOf(layers[0]!.policy, '/api/x'), wayOf(layers[0]!.policy, '/web/x')]).toEqual(['api:3000/x', 'behind']);
  expect(wayOf(layers[1]!.policy, '/web/x')).toBe('web:8080/x');
});

const envoy = (routes: string, filters = ''): string => `static_resources:
  listeners:
    - address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                route_config:
                  virtual_hosts:
                    - name: shop
                      domains: ["*"]
                      routes:
${routes.replace(/^/gm, '                        ')}
                http_filters:
${filters}                  - name: envoy.filters.http.router
  clusters:
    - name: api
      load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: api, port_value: 3000}}}}]}]}
    - name: web
      load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: web, port_value: 8081}}}}]}]}
`;

test.each<readonly [what: string, text: string, ways: Readonly<Record<string, string>>]>([
  ['the first route that takes the path', envoy('- match: {prefix: /api}\n  route: {cluster: api}\n- match: {prefix: /}\n  route: {cluster: web}'), { '/api/x': 'api:3000/api/x', '/x': 'web:8081/x' }],
  ['prefix_rewrite', envoy('- match: {prefix: /api/}\n  route: {cluster: api, prefix_rewrite: /}'), { '/api/x': 'api:3000/x', '/x': 'behind' }],
  ['one path and its rewrite', envoy('- match: {path: /ping}\n  route: {cluster: api, prefix_rewrite: /healthz}'), { '/ping': 'api:3000/healthz' }],
  ['a rewrite by a pattern', envoy('- match: {prefix: /}\n  route: {cluster: api, regex_rewrite: {pattern: {regex: "^/x"}, substitution: /y}}'), { '/x': 'a path that is not known' }],
  ['a cluster that is not in view', envoy('- match: {prefix: /api}\n  route: {cluster: api}\n- match: {prefix: /}\n  route: {cluster: elsewhere}'), { '/x': 'behind' }],
  ['basic_auth', envoy('- match: {prefix: /}\n  route: {cluster: api}', '                  - name: envoy.filters.http.basic_auth\n'), { '/x': '401 asks' }],
  ['ext_authz', envoy('- match: {prefix: /}\n  route: {cluster: api}', '                  - name: envoy.filters.http.ext_authz\n'), { '/x': '401 asks or api:3000/x' }],
])('Envoy: %s', async (_what, text, ways) => {
  const { policy, carries } = await only('envoy', 'envoy.yaml', text);
  expect(carries).toBeUndefined();
  expect(policy.listens).toEqual([8080]);
  for (const [url, way] of Object.entries(ways)) expect(wayOf(policy, SHOP + url)).toBe(way);
});

test('Envoy: the CORS policy of a virtual host stands in front of its routes', async () => {
  const text = envoy('- match: {prefix: /}\n  route: {cluster: api}\n  typed_per_filter_config:\n    envoy.filters.http.cors:\n      "@type": type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy\n      allow_origin_string_match: [{exact: "https://a.example"}]\n      filter_enabled: {default_value: {numerator: 100, denominator: HUNDRED}}', '                  - name: envoy.filters.http.cors\n');
  const readings = await readingsFor('envoy', 'envoy.yaml', { 'envoy.yaml': text });
  const [policy] = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  const layers = readings.flatMap((reading) => (reading.kind === 'layer' ? [reading.layer] : []));
  expect(layers.map(({ carries }) => carries)).toEqual([[policy!.at]]);
  expect(wayOf(layers[0]!.policy, '/x')).toBe('api:3000/x');
});
