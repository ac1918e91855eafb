import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import varnish from '../../src/readers/varnish/index.js';
import { HIT_FOR_MISS } from '../../src/readers/varnish/steps.js';
import { exact } from '../../src/origins/origin-set.js';
import type { Deployment, HttpRequest } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import language from '../../src/syntax/vcl/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Fact } from '../../src/values/fact.js';
import { differences } from '../support/observed.js';
import { always, place, policy, set, step } from '../support/policy.js';
import { requestsTo } from './prediction.js';
import { sample } from './seed.js';
import { freePorts, run, send, start, type Running } from './server.js';
import { generated, localised, PATHS } from './varnish-configurations.js';

const { random, cases } = sample('varnish', 30);
const root = mkdtempSync(join(tmpdir(), 'live-varnish-'));
/** The origin that the upstream lets in by itself. */
const PARTNER = 'https://admin.example.com';
let upstream: Server;
let upstreamPort: number;
let port: number;
let server: Running;
let loaded = 0;
let asked = 0;
/** Answers that the reader leaves open, and why. */
let unknown = 0;
const reasons = new Set<string>();
/** Answers that are one of two, as the cache remembers or not. */
let either = 0;

const admin = (...args: readonly string[]): string => run('varnishadm', ['-n', root, ...args], root);

beforeAll(async () => {
  [port, upstreamPort] = (await freePorts(2)) as [number, number];
  upstream = createServer((request, response) => {
    const path = request.url ?? '';
    // eslint-disable-next-line cors-lint/vary-origin-missing -- the cache that stands in front of it keeps nothing
    if (request.headers.origin === PARTNER || path === '/star') response.setHeader('Access-Control-Allow-Origin', '*');
    if (path.startsWith('/vary')) response.setHeader('Vary', 'Accept');
    response.statusCode = path === '/missing' ? 404 : request.method === 'OPTIONS' ? 405 : 200;
    response.end('ok');
  });
  await new Promise<void>((resolve) => upstream.listen(upstreamPort, '127.0.0.1', resolve));
  const file = join(root, 'boot.vcl');
  writeFileSync(file, 'vcl 4.1;\nbackend default none;\n');
  // Nothing is kept: the model takes every response as fresh.
  server = await start('varnishd', ['-F', '-j', 'none', '-n', root, '-a', `127.0.0.1:${port}`, '-f', file, '-s', 'default,20m', '-p', 'default_ttl=0', '-p', 'default_grace=0', '-p', 'default_keep=0'], [port]);
});

afterAll(async () => {
  await server.stop();
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

const at = (path: string): Parameters<typeof step>[0] => ({ g: 'path', in: exact(path, place()) });
const ended = (path: Parameters<typeof step>[0], status: number): Policy['steps'][number] => ({ ...step(path), end: { to: 'answer', status } });

/** The upstream's own policy. */
const behind: Policy = policy({
  steps: [
    step({ g: 'or', of: [{ g: 'origin', in: exact(PARTNER, place()) }, at('/star')] }, set('ACAO', '*')),
    step({ g: 'path', in: { s: 'prefix', text: '/vary', subject: 'origin', ignoreCase: false, at: place() } }, set('vary', 'Accept')),
    ended(at('/missing'), 404),
    ended({ g: 'method', in: ['OPTIONS'] }, 405),
    always(),
  ],
});

const REMEMBERED: Fact = { key: HIT_FOR_MISS, reason: 'database-or-io', detail: '', at: place() };

/** Whether the cache remembers a response that it may not keep depends on the requests before: the answer is one of the two. */
async function disagreementsIn(deployment: Deployment, request: HttpRequest): Promise<readonly string[]> {
  const response = await send(port, request);
  const [open, ...decided] = [undefined, false, true].map((holds) => differences(deployment, { framework: 'live', version: '', options: {}, request, response }, holds === undefined ? {} : { assumed: new Map([[HIT_FOR_MISS, { fact: REMEMBERED, holds }]]) }));
  const known = decided.some((one) => one.length === 0);
  if (known && open!.length > 0) either += 1;
  const told = known ? [] : open!;
  return told.length === 0 ? [] : [`${request.method} ${request.path} ${JSON.stringify(request.headers)}: ${told.join('; ')}`];
}

/** Loads a program and tells where answers are not those that the reader predicts. */
async function disagreementsOn(text: string): Promise<readonly string[]> {
  loaded += 1;
  const file = join(root, `${loaded}.vcl`);
  writeFileSync(file, text);
  admin('vcl.load', `p${loaded}`, file);
  admin('vcl.use', `p${loaded}`);
  if (loaded > 1) admin('vcl.discard', `p${loaded - 1}`);
  const { unit, problems } = language.parse(new SourceText('default.vcl', text), filesFrom({}));
  expect(problems).toEqual([]);
  const readings = [...varnish.read(unit!)];
  expect(readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []))).toEqual([]);
  const [one] = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  const deployment: Deployment = { policy: one ?? policy({ steps: [{ ...always(), end: { to: 'upstream', upstream: { host: '127.0.0.1', port: upstreamPort, request: [], at: place() } } }] }), inner: [{ host: '127.0.0.1', port: upstreamPort, deployment: { policy: behind, inner: [] } }] };
  const found: string[] = [];
  for (const path of PATHS) {
    const requests = requestsTo(path, ['GET', 'POST'], '127.0.0.1').filter(({ headers }) => one !== undefined || !headers.some(([, value]) => value === PARTNER));
    for (const request of one === undefined ? [] : requests) {
      const told = await disagreementsIn(deployment, request);
      asked += 1;
      const undecided = told.filter((difference) => /: (?:\d+ outcomes: |status null instead of )/.test(difference));
      unknown += undecided.length;
      for (const difference of undecided) reasons.add(difference.replace(/^.* outcomes: |^.*?: (?=status null)/, ''));
      found.push(...told.filter((difference) => !undecided.includes(difference)));
    }
  }
  return found.slice(0, 6);
}

const fixtures = readdirSync('fixtures/rules', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.vcl')).sort();

test.each(fixtures)('%s', async (fixture) => {
  const text = localised(readFileSync(join('fixtures/rules', fixture), 'utf8'), upstreamPort);
  expect(await disagreementsOn(text)).toEqual([]);
});

test.each(Array.from({ length: cases }, (_unused, index) => index))(`generated program ${random.seed}/%i`, async () => {
  const text = generated(random, upstreamPort);
  expect(await disagreementsOn(text), text).toEqual([]);
});

test('what is left open is little, and said', () => {
  process.stderr.write(`varnish: ${asked} answers, ${unknown} unknown, ${either} one of two\n`);
  expect(unknown / asked, [...reasons].join('\n')).toBeLessThan(0.02);
  expect(either / asked).toBeLessThan(0.3);
});
