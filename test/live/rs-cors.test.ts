import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exact, PRESENT } from '../../src/origins/origin-set.js';
import type { Deployment, HttpRequest } from '../../src/policy/evaluate.js';
import { unless, type Policy } from '../../src/policy/program.js';
import krakend from '../../src/readers/krakend/index.js';
import tyk from '../../src/readers/tyk/index.js';
import language from '../../src/syntax/yaml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { always, echo, place, policy, set, step } from '../support/policy.js';
import { disagreements, ORIGINS, requestsTo } from './prediction.js';
import { krakendConfiguration, tykDefinition } from './rs-cors-configurations.js';
import { sample } from './seed.js';
import { freePorts, run, start } from './server.js';

/** rs/cors as each of these products was built with it; `tags`: without the options that rs/cors did not have. */
const BUILDS = [
  { rsCors: '1.11.1', image: 'krakend:2.13.3', kind: 'krakend' },
  { rsCors: '1.11.0', image: 'krakend:2.7.0', kind: 'krakend' },
  { rsCors: '1.10.1', image: 'krakend:2.6.1', kind: 'krakend', tags: 'before27' },
  { rsCors: '1.9.0', image: 'krakend:2.6.0', kind: 'krakend', tags: 'before27' },
  { rsCors: '1.8.2', image: 'krakend:2.4', kind: 'krakend', tags: 'before27' },
  { rsCors: '1.6.0', image: 'krakend:2.1', kind: 'krakend', tags: 'before27' },
  { rsCors: '1.11.1', image: 'tykio/tyk-gateway:v5.10.0', kind: 'tyk' },
  { rsCors: '1.11.0', image: 'tykio/tyk-gateway:v5.5.0', kind: 'tyk-5.9' },
  { rsCors: '1.10.1', image: 'tykio/tyk-gateway:v5.3.0', kind: 'tyk-5.9' },
  { rsCors: '1.7.0', image: 'tykio/tyk-gateway:v5.0.0', kind: 'tyk-5.9', tags: 'before27' },
] as const;

const { random, cases } = sample('rs-cors', 250);
const root = mkdtempSync(join(tmpdir(), 'live-rs-cors-'));
const sources = join(import.meta.dirname, 'rs-cors');
/** Origins that the upstream lets in by itself. */
const PARTNER = 'https://admin.example.com';
let upstream: Server;
let upstreamPort: number;

beforeAll(async () => {
  upstream = createServer((request, response) => {
    // eslint-disable-next-line cors-lint/vary-origin-missing -- no cache stands in front of it
    if (request.headers.origin === PARTNER) response.setHeader('Access-Control-Allow-Origin', '*');
    // eslint-disable-next-line cors-lint/list-header-invalid-token -- it tells the origin that came, no names
    response.setHeader('Access-Control-Expose-Headers', request.headers.origin ?? '(none)');
    response.setHeader('Content-Type', 'application/json');
    response.end('{}');
  });
  [upstreamPort] = (await freePorts(1)) as [number];
  await new Promise<void>((resolve) => upstream.listen(upstreamPort, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

const behind: Policy = policy({
  steps: [
    step({ g: 'origin', in: exact(PARTNER, place()) }, set('ACAO', '*')),
    step({ g: 'origin', in: PRESENT }, { ...set('ACAO', echo()), header: 'access-control-expose-headers' }),
    step(unless({ g: 'origin', in: PRESENT }), { ...set('ACAO', '(none)'), header: 'access-control-expose-headers' }),
    always(),
  ],
  options: 200,
});

function deploymentOf(text: string, image: string): Deployment {
  const path = 'gateway.json';
  const { unit, problems } = language.parse(new SourceText(path, text), filesFrom({ Dockerfile: `FROM ${image}\n` }));
  expect(problems).toEqual([]);
  const readings = [...(image.startsWith('krakend') ? krakend : tyk).read(unit!)];
  const [one] = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  // A definition in which CORS is off says nothing.
  const quiet = policy({ steps: [{ ...always(), end: { to: 'upstream', upstream: { host: '127.0.0.1', port: upstreamPort, request: [], at: place() } } }] });
  return { policy: one ?? quiet, inner: [{ host: '127.0.0.1', port: upstreamPort, deployment: { policy: behind, inner: [] } }] };
}

/** What browsers send with other methods, without headers, and to a private network; and OPTIONS that is no preflight. */
function further(path: string): readonly HttpRequest[] {
  const preflight = (origin: string, method: string, ...headers: readonly (readonly [string, string])[]): HttpRequest => ({ method: 'OPTIONS', path, headers: [['origin', origin], ['access-control-request-method', method], ...headers] });
  return ORIGINS.slice(1, 5).flatMap((origin) => [
    preflight(origin!, 'GET'),
    preflight(origin!, 'patch'),
    preflight(origin!, 'PATCH', ['access-control-request-headers', 'authorization']),
    preflight(origin!, 'DELETE', ['access-control-request-private-network', 'true']),
    { method: 'DELETE', path, headers: [['origin', origin!]] },
    { method: 'OPTIONS', path, headers: [['origin', origin!]] },
  ]);
}

let asked = 0;

test.each(BUILDS)('$kind in $image, with rs/cors $rsCors', async ({ rsCors, image, kind, ...build }) => {
  const folder = join(root, image.replace(/\W/g, '-'));
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(sources)) if (name.endsWith('.go')) copyFileSync(join(sources, name), join(folder, name));
  writeFileSync(join(folder, 'go.mod'), `module live\n\ngo 1.24\n\nrequire (\n\tgithub.com/luraproject/lura/v2 v2.12.1\n\tgithub.com/rs/cors v${rsCors}\n)\n`);
  run('go', ['build', '-mod=mod', ...('tags' in build ? ['-tags', build.tags] : []), '-o', 'gateway', '.'], folder);
  const texts = Array.from({ length: Math.ceil(cases / BUILDS.length) }, () => (kind === 'krakend' ? krakendConfiguration : tykDefinition)(random, upstreamPort));
  const ports = await freePorts(texts.length);
  const listening = texts.map((text, index) => {
    const file = join(folder, `${index}.json`);
    const port = ports[index]!;
    writeFileSync(file, kind === 'krakend' ? text.replace(/^\{/, `{ "port": ${port},`) : text);
    return { text, file, port };
  });
  const server = await start(join(folder, 'gateway'), [...listening.flatMap(({ file, port }) => [kind, file, String(port)]), String(upstreamPort)], ports);
  try {
    const found: string[] = [];
    for (const { text, port } of listening) {
      const paths = kind === 'krakend' ? ['/raw', '/made/1', '/nowhere'] : ['/anything'];
      const requests = paths.flatMap((path) => [...requestsTo(path, ['GET', 'POST']), ...further(path)]);
      asked += requests.length;
      const told = await disagreements(port, deploymentOf(text, image), requests, (_status, { path }) => (path === '/nowhere' ? { status: 404 } : {}), ['access-control-allow-headers']);
      if (told.length > 0) found.push(`${text}\n${told.join('\n')}`);
    }
    expect(found.slice(0, 3)).toEqual([]);
  } finally {
    await server.stop();
  }
});

test('many requests were asked', () => {
  process.stdout.write(`rs-cors: ${asked} requests\n`);
  expect(asked).toBeGreaterThan(12 * BUILDS.length);
});
