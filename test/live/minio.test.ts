import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import minio from '../../src/readers/minio/index.js';
import type { Deployment, HttpRequest } from '../../src/policy/evaluate.js';
import language from '../../src/syntax/yaml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences } from '../support/observed.js';
import { requestsTo } from './prediction.js';
import { sample } from './seed.js';
import { freePorts, run, send, start, type Running } from './server.js';

/** The server's last version as a Go module. */
const VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';

const { random, cases } = sample('minio', 24);
const root = mkdtempSync(join(tmpdir(), 'live-minio-'));
const binary = join(root, 'minio');

// The first build of the server takes minutes; Go keeps what it has built.
beforeAll(() => {
  writeFileSync(join(root, 'main.go'), 'package main\n\nimport (\n\t"os"\n\n\tminio "github.com/minio/minio/cmd"\n)\n\nfunc main() { minio.Main(os.Args) }\n');
  writeFileSync(join(root, 'go.mod'), `module live\n\ngo 1.24\n\nrequire github.com/minio/minio ${VERSION}\n`);
  run('go', ['build', '-mod=mod', '-o', binary, '.'], root);
}, 3_600_000);

afterAll(() => rmSync(root, { recursive: true, force: true }));

const ENTRIES = ['https://app.example.com', 'https://*.example.com', 'https://admin.example.com', 'https://app.example.com:*', '*example.com', 'http*', 'https://app*', 'null', '*', ' https://app.example.com', 'https://APP.example.com', 'https://app.example.com/', 'app.example.com'] as const;

/** Often one entry, sometimes none, or an empty one among others. */
function origins(): string {
  if (random.chance(0.1)) return '';
  const list = random.times(1, 3, () => random.pick(ENTRIES));
  return (random.chance(0.1) ? [...list, ''] : list).join(',');
}

/** In each of the spellings that containers are told it by. */
function document(value: string): string {
  const text = JSON.stringify(value);
  return random.pick([
    `services:\n  store:\n    environment:\n      MINIO_API_CORS_ALLOW_ORIGIN: ${text}\n`,
    `services:\n  store:\n    environment:\n      - ${JSON.stringify(`MINIO_API_CORS_ALLOW_ORIGIN=${value}`)}\n`,
    `kind: Pod\nmetadata: {name: store}\nspec: {containers: [{env: [{name: MINIO_API_CORS_ALLOW_ORIGIN, value: ${text}}]}]}\n`,
  ]);
}

function deploymentOf(text: string): Deployment {
  const { unit, problems } = language.parse(new SourceText('store.yaml', text), filesFrom({}));
  expect(problems).toEqual([]);
  const [one] = [...minio.read(unit!)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  return { policy: one!, inner: [] };
}

/** Other methods, preflights without headers and for methods that are not allowed, and OPTIONS that is none. */
const further: readonly HttpRequest[] = [undefined, '', 'https://app.example.com', 'https://stranger.test'].flatMap((origin) => {
  const from: HttpRequest['headers'] = origin === undefined ? [] : [['origin', origin]];
  return [
    { method: 'OPTIONS', path: '/bucket/key', headers: [...from, ['access-control-request-method', 'GET']] },
    { method: 'OPTIONS', path: '/bucket/key', headers: [...from, ['access-control-request-method', 'TRACE']] },
    { method: 'OPTIONS', path: '/bucket/key', headers: from },
    { method: 'DELETE', path: '/bucket/key', headers: from },
    { method: 'HEAD', path: '/', headers: from },
  ];
});

/** The server listens before it has read its settings, and lets everybody in until then. */
async function ready(running: Running): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!running.printed().includes('API: http')) {
    if (Date.now() > deadline) throw new Error(`not ready:\n${running.printed()}`);
    await delay(50);
  }
}

/** What the store itself says is its own: it refuses what is not signed, and may compress. */
async function disagreements(port: number, deployment: Deployment, requests: readonly HttpRequest[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const request of requests) {
    const { status, headers } = await send(port, request);
    const response = { status, headers: headers.filter(([name, text]) => !(name === 'vary' && text.toLowerCase() === 'accept-encoding')) };
    const told = differences(deployment, { framework: 'minio', version: VERSION, options: {}, request, response }, { unordered: [], scenario: { status } });
    if (told.length > 0) found.push(`${request.method} ${request.path} ${JSON.stringify(request.headers)}: ${told.join('; ')}`);
  }
  return found;
}

let asked = 0;

test('generated lists of origins', async () => {
  const found: string[] = [];
  for (let index = 0; index < cases; index += 1) {
    const value = origins();
    const text = document(value);
    const deployment = deploymentOf(text);
    const [port, console] = (await freePorts(2)) as [number, number];
    const data = join(root, `data-${index}`);
    mkdirSync(data);
    const running = await start('env', [`MINIO_API_CORS_ALLOW_ORIGIN=${value}`, 'MINIO_CI_CD=1', binary, 'server', '--address', `127.0.0.1:${port}`, '--console-address', `127.0.0.1:${console}`, data], [port], { cwd: root });
    try {
      const all = [...requestsTo('/bucket/key', ['GET', 'POST', 'PUT']), ...further];
      // What `null` gets there depends on a query, of which policies know nothing.
      const requests = all.filter(({ method, headers }) => !(method === 'POST' && headers.some(([name, text]) => name === 'origin' && text === 'null')));
      expect(all.length - requests.length).toBe(1);
      asked += requests.length;
      await ready(running);
      const told = await disagreements(port, deployment, requests);
      if (told.length > 0) found.push(`${text}\n${told.slice(0, 5).join('\n')}`);
    } finally {
      await running.stop();
    }
  }
  expect(found.slice(0, 3)).toEqual([]);
});

test('many requests were asked', () => {
  process.stdout.write(`minio: ${asked} requests\n`);
  expect(asked).toBeGreaterThan(12 * cases);
});
