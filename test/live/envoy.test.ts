import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import envoy from '../../src/readers/envoy/index.js';
import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import language from '../../src/syntax/yaml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences } from '../support/observed.js';
import { bootstrap, HOST, listener, manager, PATHS, written, type Json } from './envoy-configurations.js';
import { requestsTo } from './prediction.js';
import { environmentOf } from './python/environment.js';
import { sample } from './seed.js';
import { freePorts, run, send, start } from './server.js';

const RELEASES = ['1.36', '1.40'] as const;
const { random, cases } = sample('envoy', 120);
/** Configurations of one process. */
const TOGETHER = 30;
const root = mkdtempSync(join(tmpdir(), 'live-envoy-'));
/** The origin that the upstream lets in by itself. */
const PARTNER = 'https://admin.example.com';
const binaries = new Map<string, string>();
let upstream: Server;
let upstreamPort: number;
const asked = { all: 0, without: 0 };

beforeAll(async () => {
  for (const release of RELEASES) {
    const { python } = await environmentOf(`envoy-${release}.txt`);
    binaries.set(release, run(python, ['-c', 'import envoy, os; print(os.path.join(os.path.dirname(envoy.__file__), "_bin", "envoy"))'], root).trim());
  }
  [upstreamPort] = (await freePorts(1)) as [number];
  upstream = createServer((request, response) => {
    for (const [name, value] of sentBehind(request.headers.origin)) response.setHeader(name, value);
    response.end('ok');
  });
  await new Promise<void>((resolve) => upstream.listen(upstreamPort, '127.0.0.1', resolve));
}, 600_000);

afterAll(async () => {
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

/** What the upstream sends of itself. */
function sentBehind(origin: string | undefined): readonly (readonly [string, string])[] {
  return [['Vary', 'Accept'], ...(origin === PARTNER ? ([['Access-Control-Allow-Origin', '*'], ['Access-Control-Expose-Headers', 'x-upstream']] as const) : [])];
}

interface Case {
  readonly text: string;
  readonly port: number;
}

function policiesIn(text: string): { readonly policies: readonly Policy[]; readonly gaps: readonly string[] } {
  const { unit, problems } = language.parse(new SourceText('envoy.yaml', text), filesFrom({ 'envoy.yaml': text }));
  expect(problems, text).toEqual([]);
  const readings = [...envoy.read(unit!)];
  return { policies: readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : [])), gaps: readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : [])) };
}

/** Tells where the answers of one configuration are not those that the reader predicts. */
async function disagreementsOn({ text, port }: Case): Promise<readonly string[]> {
  const { policies } = policiesIn(text);
  const found: string[] = [];
  for (const request of requests()) {
    const response = await send(port, request);
    const origin = request.headers.find(([name]) => name === 'origin')?.[1];
    const host = request.headers.find(([name]) => name === 'host')?.[1];
    const policy = policies.find(({ title }) => title.endsWith(host === HOST ? 'api' : 'rest'));
    asked.all += 1;
    if (policy === undefined) {
      asked.without += 1;
      // No policy: what comes is what the upstream sends, or nothing.
      const foreign = response.headers.filter(([name, value]) => name.startsWith('access-control-') && !sentBehind(origin).some(([other, text]) => other.toLowerCase() === name && text === value));
      if (foreign.length > 0) found.push(`${request.method} ${request.path} ${JSON.stringify(request.headers)}: no policy, sent ${JSON.stringify(foreign)}`);
      continue;
    }
    const scenario: Scenario = { status: 200, headers: sentBehind(origin) };
    const told = differences({ policy, inner: [] }, { framework: 'live', version: '', options: {}, request, response }, { scenario });
    if (told.length > 0) found.push(`${request.method} ${request.path} ${JSON.stringify(request.headers)}: ${told.join('; ')}`);
  }
  return found.length > 4 ? [...found.slice(0, 4), `${found.length - 4} more`] : found;
}

/** Paths from all origins, under both names; other names, methods and a preflight that asks about a private network. */
function requests(): readonly HttpRequest[] {
  const from = [['host', HOST], ['origin', 'https://app.example.com']] as const;
  const preflight = [['access-control-request-method', 'PUT'], ['access-control-request-private-network', 'true']] as const;
  return [
    ...requestsTo('/data', ['GET', 'POST', 'OPTIONS'], HOST),
    ...requestsTo('/data', ['GET'], 'other.example'),
    ...PATHS.slice(1).flatMap((path) => requestsTo(path, ['GET'], HOST).filter((_request, index) => index % 4 === 0)),
    { method: 'OPTIONS', path: '/data', headers: [...from, ...preflight] },
    { method: 'OPTIONS', path: '/data', headers: [...from, ['access-control-request-method', '']] },
    { method: 'OPTIONS', path: '/data', headers: [...from, ['access-control-request-method', 'GET']] },
    { method: 'GET', path: '/data', headers: [['host', HOST], ['origin', '*']] },
  ];
}

describe.each(RELEASES)('Envoy %s', (release) => {
  test.each(Array.from({ length: Math.ceil(cases / TOGETHER) }, (_unused, index) => index))(`seed ${random.seed}, process %i`, async (index) => {
    const ports = await freePorts(Math.min(TOGETHER, cases - index * TOGETHER));
    const managers = ports.map((port): { port: number; config: Json } => ({ port, config: manager(random) }));
    const all = managers.map(({ port, config }): Case => ({ port, text: written(random, bootstrap([listener(port, config)], upstreamPort)) }));
    const file = join(root, `envoy-${release}-${index}.json`);
    writeFileSync(file, JSON.stringify(bootstrap(managers.map(({ port, config }) => listener(port, config)), upstreamPort)));
    const server = await start(binaries.get(release)!, ['-c', file, '--use-dynamic-base-id', '--concurrency', '1', '-l', 'error'], ports);
    try {
      const failed: string[] = [];
      for (const one of all) {
        const found = await disagreementsOn(one);
        if (found.length > 0) failed.push(`${one.text}\n${found.join('\n')}`);
      }
      expect(failed.slice(0, 3).join('\n\n')).toBe('');
    } finally {
      await server.stop();
    }
  }, 240_000);
});

test('most configurations have a policy', () => {
  process.stdout.write(`envoy: ${asked.all} requests, ${asked.without} of them to hosts without a policy\n`);
  expect(asked.without / Math.max(1, asked.all)).toBeLessThanOrEqual(0.5);
});

/** Does Envoy take a file? */
function validates(release: string, text: string): boolean {
  const file = join(root, 'checked.yaml');
  writeFileSync(file, text);
  return spawnSync(binaries.get(release)!, ['--mode', 'validate', '-c', file, '-l', 'off'], { encoding: 'utf8' }).status === 0;
}

describe('what is told to be refused is refused, and the rest is not', () => {
  const around = (fields: string, host = ''): string =>
    `static_resources:\n  listeners:\n    - address: {socket_address: {address: 127.0.0.1, port_value: 1}}\n      filter_chains:\n        - filters:\n            - name: envoy.filters.network.http_connection_manager\n              typed_config:\n                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager\n                stat_prefix: in\n                route_config:\n                  virtual_hosts:\n                    - name: api\n                      domains: ["*"]\n                      routes: [{match: {prefix: "/"}, direct_response: {status: 200}}]\n${host}                      typed_per_filter_config:\n                        envoy.filters.http.cors:\n                          "@type": type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy\n                          ${fields}\n                http_filters:\n                  - name: envoy.filters.http.cors\n                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors}\n                  - name: envoy.filters.http.router\n                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}\n`;
  test.each([
    ['allow_origin_string_match: [{exact: "https://a.example"}]', true],
    ['allow_origin_string_match: {exact: "https://a.example"}', true],
    ['allow_origin_string_match: ["https://a.example"]', false],
    ['allow_origin_string_match: [{glob: "https://a.example"}]', false],
    ['allow_origin_string_match: [{}]', false],
    ['allow_origin: ["https://a.example"]', false],
    ['allow_origin_regex: [".*"]', false],
    ['allow_method: GET', false],
    ['allow_methods: [GET]', false],
    ['allow_credentials: "true"', true],
    ['allow_credentials: yes', true],
    ['max_age: 600', false],
    ['allow_origin_string_match: [{safe_regex: {regex: "https://(?!evil)a"}}]', false],
    ['allow_origin_string_match: [{safe_regex: {regex: "(a)\\\\1"}}]', false],
    ['allow_origin_string_match: [{safe_regex: {regex: "*.example"}}]', false],
    ['allow_origin_string_match: [{safe_regex: {regex: "(?<name>a)|(?:b)"}}]', true],
    ['allow_origin_string_match: [{prefix: ""}]', false],
    ['allow_origin_string_match: [{exact: ""}]', true],
  ])('%s', (fields, valid) => {
    const text = around(fields);
    const told = policiesIn(text).gaps.some((message) => message.includes('refuses'));
    expect([validates('1.40', text), told]).toEqual([valid, !valid]);
  });

  test.each(readdirSync('fixtures/readers/envoy').filter((name) => /^bootstrap.*\.(?:ya?ml|json)$/.test(name) && !name.includes('.policy.')))('Envoy takes %s', (name) => {
    expect(validates('1.40', readFileSync(join('fixtures/readers/envoy', name), 'utf8'))).toBe(true);
  });
});
