import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/policy/change.js';
import { effectsOn, originLeaves } from '../../src/policy/views.js';
import ingressNginx from '../../src/readers/ingress-nginx/index.js';
import { answer, edited, fixtureDifferences, fixtures, lines, outcomes, preflightHeaders, readYaml } from '../support/gateways.js';
import { gatewayCases } from '../support/gateway-cases.js';

test('a template that may switch CORS off has both answers', () => {
  const { text } = gatewayCases().find(({ id }) => id === 'ingress-nginx-helm-template')!;
  const { policies } = readYaml(ingressNginx, text);
  const worlds = outcomes(policies[0]!, 'OPTIONS', preflightHeaders('https://a.example'));
  // Off, the upstream answers, in an unknown way; on, 204 with credentials and an origin that nobody here knows.
  const told = worlds.map(({ response }) => [response.status, response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text, response.headers.find(({ name }) => name === 'access-control-allow-credentials')?.text]);
  expect(told).toHaveLength(2);
  expect(told).toEqual(expect.arrayContaining([[null, undefined, undefined], [204, null, 'true']]));
});

describe('fixtures', () => {
  const all = fixtures('ingress-nginx');

  test('are eleven', () => expect(all).toHaveLength(11));

  test.each(all)('$name', (fixture) => {
    expect(ingressNginx.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, ingressNginx)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(ingressNginx, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  }, 30_000);
});

describe('values of cors-allow-origin', () => {
  const ingress = (origin: string): string => `kind: Ingress\nmetadata:\n  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: "true"\n    nginx.ingress.kubernetes.io/cors-allow-origin: ${JSON.stringify(origin)}\n`;
  const star = ['*'];
  // Section 2.1 of the reference for gateways, for versions from 1.13 on.
  test.each<[string, string, readonly string[]]>([
    ['*', 'https://stranger.test', star],
    ['*, https://a.example', 'https://stranger.test', star],
    ['https://a.example/', 'https://stranger.test', star],
    ['https://a.example/path', 'https://stranger.test', star],
    ['https://a_b.example', 'https://stranger.test', star],
    ['https://.*\\.a\\.example', 'https://stranger.test', star],
    ['', 'https://stranger.test', star],
    ['https://a.example,', 'https://stranger.test', []],
    ['https://a.example, ,https://b.example', 'https://b.example', ['https://b.example']],
    ['a.example', 'https://a.example', []],
    ['https://*.a.example', 'https://b-1.a.example', ['https://b-1.a.example']],
    ['https://*.a.example', 'https://a.example', []],
    ['https://*.a.example', 'https://c.b.a.example', []],
    ['https://a.example:8443', 'https://a.example', []],
    ['capacitor://localhost', 'capacitor://localhost', ['capacitor://localhost']],
    ['null,https://a.example', 'null', ['null']],
  ])('%j and %s', (value, origin, allowed) => {
    const { policies } = readYaml(ingressNginx, ingress(value));
    expect(lines(answer(policies[0]!, 'GET', { origin }), 'access-control-allow-origin')).toEqual(allowed);
    const opened = allowed === star && value !== '*';
    expect(policies[0]!.notes.map(({ id }) => id)).toEqual(opened ? ['invalid-value-opens'] : []);
  });

  test('the upstream is overruled for origins that match, and heard for others', () => {
    const { policies } = readYaml(ingressNginx, ingress('https://a.example'));
    const upstream = [['Access-Control-Allow-Origin', 'https://upstream.example'], ['Access-Control-Expose-Headers', 'X-Up']] as const;
    const matched = answer(policies[0]!, 'GET', { origin: 'https://a.example' }, undefined, upstream);
    expect([lines(matched, 'access-control-allow-origin'), lines(matched, 'access-control-expose-headers'), lines(matched, 'vary')]).toEqual([['https://a.example'], ['X-Up'], []]);
    expect(lines(answer(policies[0]!, 'GET', { origin: 'https://stranger.test' }, undefined, upstream), 'access-control-allow-origin')).toEqual(['https://upstream.example']);
  });

  // Go's strconv.ParseBool; what it refuses leaves the default, `true`.
  test.each([['false', []], ['0', []], ['F', []], ['no', ['true']], ['', ['true']], ['True', ['true']]])('cors-allow-credentials %j', (value, sent) => {
    const { policies } = readYaml(ingressNginx, `${ingress('https://a.example')}    nginx.ingress.kubernetes.io/cors-allow-credentials: "${value}"\n`);
    expect(lines(answer(policies[0]!, 'GET', { origin: 'https://a.example' }), 'access-control-allow-credentials')).toEqual(sent);
  });
});

describe('changes', () => {
  const head = 'kind: Ingress # head\nmetadata:\n  annotations:\n';
  const enable = '    nginx.ingress.kubernetes.io/enable-cors: "true" # on\n';
  const list = '    nginx.ingress.kubernetes.io/cors-allow-origin: \'null, http://A.example:80 , https://b.example\' # ours\n';
  const text = head + enable + list;
  const { policies: [policy] } = readYaml(ingressNginx, text);
  const leaf = (entry: string): Change['at'] => originLeaves(policy!).find((candidate) => 'text' in candidate && candidate.text === entry)!.at;
  const credentials = (of: string): Change => ({ kind: 'remove-header', at: effectsOn(readYaml(ingressNginx, of).policies[0]!, 'access-control-allow-credentials')[0]!.effect.at });

  test.each<[string, Change, string, string]>([
    ['an origin is respelled in its place', { kind: 'replace-text', at: leaf('http://A.example:80'), text: 'http://a.example' }, 'http://A.example:80', 'http://a.example'],
    ['the first origin is taken out', { kind: 'remove-entry', at: leaf('null') }, 'null, http', 'http'],
    ['the last origin is taken out', { kind: 'remove-entry', at: leaf('https://b.example') }, ' , https://b.example', ''],
    ['credentials are switched off by a new line', credentials(text), enable, `${enable}    nginx.ingress.kubernetes.io/cors-allow-credentials: "false"\n`],
  ])('%s', (_name, change, before, after) => {
    expect(text).toContain(before);
    expect(edited(ingressNginx, text, change)).toBe(text.replace(before, () => after));
  });

  test.each([
    [`${text}    nginx.ingress.kubernetes.io/cors-allow-credentials: 'true' # cookies\n`, "'true'", "'false'"],
    ['{"kind": "Ingress", "metadata": {"annotations": {"nginx.ingress.kubernetes.io/enable-cors": "true"}}}', 'enable-cors": "true"', 'enable-cors": "true", "nginx.ingress.kubernetes.io/cors-allow-credentials": "false"'],
    ['a:\n  nginx.ingress.kubernetes.io/enable-cors: true\n  nginx.ingress.kubernetes.io/cors-allow-credentials: true\n', 'credentials: true', 'credentials: false'],
  ])('credentials are switched off in %j', (of, before, after) => {
    expect(of).toContain(before);
    expect(edited(ingressNginx, of, credentials(of))).toBe(of.replace(before, () => after));
  });

  test('a patch inside a block of text is changed in its place', () => {
    const patch = 'kind: Kustomization\npatches:\n  - patch: |-\n      kind: Ingress\n      metadata:\n        annotations:\n          nginx.ingress.kubernetes.io/enable-cors: "true"\n';
    expect(edited(ingressNginx, patch, credentials(patch))).toBe(`${patch}          nginx.ingress.kubernetes.io/cors-allow-credentials: "false"\n`);
  });

  test.each([
    ['the only origin stays', `${head}${enable}    nginx.ingress.kubernetes.io/cors-allow-origin: "null"\n`],
    ['anchored annotations are not touched', 'x: &x\n  nginx.ingress.kubernetes.io/enable-cors: "true"\n  nginx.ingress.kubernetes.io/cors-allow-origin: "null,https://a.example"\ny: *x\n'],
  ])('%s', (_name, of) => {
    const at = originLeaves(readYaml(ingressNginx, of).policies[0]!)[0]!.at;
    expect(edited(ingressNginx, of, { kind: 'remove-entry', at })).toMatch(/^declined: /);
  });
});

describe('snippets', () => {
  const ingress = (lines: string): string => `kind: Ingress\nmetadata:\n  annotations:\n${lines}`;
  const own = '    nginx.ingress.kubernetes.io/';
  const block = (name: string, ...lines: readonly string[]): string => `${own}${name}: |\n${lines.map((line) => `      ${line}\n`).join('')}`;
  const first = (text: string) => readYaml(ingressNginx, text).policies[0]!;

  test('places of headers are those of the file', () => {
    const text = ingress(block('configuration-snippet', '# 🦊 ours', 'more_set_headers "Access-Control-Allow-Origin: $http_origin";', "add_header 'Access-Control-Allow-Credentials' 'true' always;"));
    const places = ['access-control-allow-origin', 'access-control-allow-credentials'].map((header) => effectsOn(first(text), header)[0]!.effect.at);
    expect(places.map(({ start, end }) => text.slice(start, end))).toEqual(['more_set_headers "Access-Control-Allow-Origin: $http_origin";', "add_header 'Access-Control-Allow-Credentials' 'true' always;"]);
  });

  test('an `add_header` beside `enable-cors` sends the header twice', () => {
    // Section 2.1 of the reference for gateways: duplicate-header; headers-more replaces what the upstream sent, add_header adds.
    const policy = first(ingress(`${own}enable-cors: "true"\n${block('configuration-snippet', 'add_header Access-Control-Allow-Origin https://a.example always;')}`));
    expect(lines(answer(policy, 'GET', { origin: 'https://a.example' }), 'access-control-allow-origin')).toEqual(['*', 'https://a.example']);
  });

  test('`more_set_headers "Vary: Origin"` beside a list is heard', () => {
    const policy = first(ingress(`${own}enable-cors: "true"\n${own}cors-allow-origin: "https://a.example"\n${block('configuration-snippet', 'more_set_headers "Vary: Origin";')}`));
    const response = answer(policy, 'GET', { origin: 'https://a.example' });
    expect([lines(response, 'access-control-allow-origin'), lines(response, 'vary')]).toEqual([['https://a.example'], ['Origin']]);
  });

  test.each([
    ['a server and its own location', block('server-snippet', 'location /health {', '  add_header Access-Control-Allow-Origin *;', '  return 200;', '}'), '/health', ['*']],
    ['a quoted text', `${own}configuration-snippet: 'add_header Access-Control-Allow-Origin "*";'\n`, '/', ['*']],
    ["NGINX Inc.'s controller", '    nginx.org/location-snippets: |\n      add_header Access-Control-Allow-Origin "*";\n', '/', ['*']],
  ])('%s', (_name, annotations, path, sent) => {
    const policy = first(ingress(annotations));
    expect(lines(answer(policy, 'GET', { origin: 'https://a.example' }, { path, methods: null, requestHeaders: [], at: policy.at }), 'access-control-allow-origin')).toEqual(sent);
  });

  test("the controller's ConfigMap has some for all servers", () => {
    const policy = first('kind: ConfigMap\nmetadata: {name: ingress-nginx-controller}\ndata:\n  allow-snippet-annotations: "true"\n  http-snippet: |\n    map $http_origin $allowed { default ""; "https://a.example" $http_origin; }\n  location-snippet: |\n    add_header Access-Control-Allow-Origin $allowed always;\n');
    expect(['https://a.example', 'https://b.example'].map((origin) => lines(answer(policy, 'GET', { origin }), 'access-control-allow-origin'))).toEqual([['https://a.example'], []]);
  });

  test('what nginx refuses is told at its place', () => {
    const text = ingress(block('configuration-snippet', 'add_header Access-Control-Allow-Origin *', 'return 204;'));
    const { policies, gaps } = readYaml(ingressNginx, text);
    expect([policies, gaps.map(({ message }) => message.slice(0, 48)), gaps.every(({ at }) => text.slice(at.start, at.end).includes('add_header') || text.slice(at.start).startsWith('return'))]).toEqual([[], ['nginx refuses the text in `configuration-snippet'], true]);
  });

  test.each([
    [block('configuration-snippet', 'proxy_read_timeout 60s;')],
    [block('server-snippet', 'location /health { return 200; }')],
    [`${own}auth-snippet: |\n      proxy_set_header X-A b;\n`],
  ])('nothing is said of %j', (annotations) => {
    expect(readYaml(ingressNginx, ingress(annotations))).toMatchObject({ policies: [], gaps: [] });
  });

  test('Vary is added beside the header, with its indentation, and a quoted text is left alone', () => {
    const header = 'add_header Access-Control-Allow-Origin $http_origin always;';
    const text = ingress(block('configuration-snippet', header, '# after'));
    const at = (of: string): Change['at'] => effectsOn(first(of), 'access-control-allow-origin')[0]!.effect.at;
    expect(edited(ingressNginx, text, { kind: 'add-vary', at: at(text) })).toBe(text.replace(header, () => `${header}\n      add_header Vary Origin always;`));
    const quoted = ingress(`${own}configuration-snippet: "add_header Access-Control-Allow-Origin $http_origin always;"\n`);
    expect(edited(ingressNginx, quoted, { kind: 'add-vary', at: at(quoted) })).toMatch(/^declined: /);
  });
});

describe("Traefik's provider for these annotations", () => {
  // Traefik v3.7.9: pkg/provider/kubernetes/ingress-nginx and pkg/middlewares/headers; 3.6.22 and 3.7.6 echo, before them `*` is sent.
  const ingress = (annotations: string, image = ''): string => `kind: Ingress\nmetadata:\n  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: "true"\n${annotations}spec: {ingressClassName: nginx-traefik}\n${image === '' ? '' : `---\nimage: ${image}\n`}`;
  const own = '    nginx.ingress.kubernetes.io/';
  const sent = (text: string, origin: string): readonly (string | null)[] => lines(answer(readYaml(ingressNginx, text).policies[0]!, 'GET', { origin }), 'access-control-allow-origin');

  test.each([
    ['traefik:v3.5.2', '*'],
    ['traefik:v3.6.21', '*'],
    ['traefik:v3.6.22', 'https://a.example'],
    ['traefik:v3.7.5', '*'],
    ['docker.io/library/traefik:v3.7', 'https://a.example'],
    ['', 'https://a.example'],
  ])('%s', (image, origin) => expect(sent(ingress('', image), 'https://a.example')).toEqual([origin]));

  test.each([
    ['https://*.a.example', 'https://b.a.example', []],
    ['https://a.example/', 'https://a.example', []],
    ['https://A.example', 'https://a.example', []],
    ['https://a.example, *', 'https://b.example', ['https://b.example']],
    ['null', 'null', ['null']],
  ])('%s and %s', (value, origin, expected) => expect(sent(ingress(`${own}cors-allow-origin: "${value}"\n`), origin)).toEqual(expected));

  test('a preflight gets 200 whatever its origin, another OPTIONS reaches the service', () => {
    const policy = readYaml(ingressNginx, ingress(`${own}cors-allow-origin: "https://a.example"\n${own}cors-max-age: "60"\n${own}cors-allow-headers: "*"\n`)).policies[0]!;
    const refused = answer(policy, 'OPTIONS', preflightHeaders('https://stranger.test'));
    expect([refused.status, ...['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-max-age', 'access-control-allow-headers'].map((name) => lines(refused, name))]).toEqual([200, [], ['true'], ['60'], ['x-asked']]);
    expect(answer(policy, 'OPTIONS', { origin: 'https://a.example' }).status).toBeNull();
  });
});

describe('versions of the controller, from its image', () => {
  const ingress = (origin: string, tag: string): string => `kind: Ingress\nmetadata:\n  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: "true"\n    nginx.ingress.kubernetes.io/cors-allow-origin: "${origin}"\n---\nimage: registry.k8s.io/ingress-nginx/controller:${tag}@sha256:abc\n`;

  // internal/ingress/annotations/cors of the tags: values are checked as a whole from 1.12 on, free schemes are from 1.12, `null` from 1.13.
  test.each<[string, string, string, readonly string[]]>([
    ['https://a.example, *', 'v1.11.5', 'https://b.example', ['*']],
    ['https://a.example/', 'v1.11.5', 'https://a.example', []],
    ['https://a.example/', 'v1.12.0', 'https://a.example', ['*']],
    ['https://a.example/, https://b.example', 'v1.9.6', 'https://b.example', ['https://b.example']],
    ['null', 'v1.12.1', 'null', []],
    ['null', 'v1.13', 'null', ['null']],
    ['app://a', 'v1.11.5', 'app://a', []],
    ['app://a', 'v1.12.0', 'app://a', ['app://a']],
  ])('%s with %s and %s', (value, tag, origin, allowed) => {
    const { policies } = readYaml(ingressNginx, ingress(value, tag));
    expect(lines(answer(policies[0]!, 'GET', { origin }), 'access-control-allow-origin')).toEqual(allowed);
  });

  test('before 1.2.1 the headers were others', () => {
    const { policies } = readYaml(ingressNginx, ingress('*', 'v1.2.0'));
    expect(lines(answer(policies[0]!, 'GET', {}), 'access-control-allow-headers')).toEqual(['DNT,X-CustomHeader,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Authorization']);
  });
});
