import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import haproxy from '../../src/readers/haproxy/index.js';
import { exact } from '../../src/origins/origin-set.js';
import type { Deployment, HttpRequest } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import language from '../../src/syntax/haproxy/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences } from '../support/observed.js';
import { always, place, policy, set, step } from '../support/policy.js';
import { DEFAULTS, generated, PATHS, USERS } from './haproxy-configurations.js';
import { requestsTo } from './prediction.js';
import { sample } from './seed.js';
import { freePorts, run, send, start } from './server.js';

const { random, cases } = sample('haproxy', 60);
/** Configurations of one process. */
const TOGETHER = 30;
const root = mkdtempSync(join(tmpdir(), 'live-haproxy-'));
/** The origin that the upstream lets in by itself. */
const PARTNER = 'https://admin.example.com';
let upstream: Server;
let upstreamPort: number;
/** Requests that were asked, and those of which an answer was not known. */
const asked = { all: 0, unknown: 0, reasons: new Map<string, number>() };

beforeAll(async () => {
  // Fails with HAProxy's own word where it is not installed (Debian: haproxy).
  run('haproxy', ['-v'], root);
  [upstreamPort] = (await freePorts(1)) as [number];
  upstream = createServer((request, response) => {
    response.statusCode = /\/status\/404/.test(request.url ?? '') ? 404 : 200;
    if (/star/.test(request.url ?? '')) response.setHeader('Access-Control-Allow-Origin', '*');
    // eslint-disable-next-line cors-lint/vary-origin-missing -- no cache stands in front of it
    else if (request.headers.origin === PARTNER) response.setHeader('Access-Control-Allow-Origin', PARTNER);
    response.setHeader('Vary', 'Accept');
    response.end('ok');
  });
  await new Promise<void>((resolve) => upstream.listen(upstreamPort, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

/** The upstream's own policy. */
const contains = (text: string): Policy['steps'][number]['when'] => ({ g: 'path', in: { s: 'contains', text, subject: 'origin', ignoreCase: false, at: place() } });
const behind: Policy = policy({
  steps: [
    always(set('vary', 'Accept')),
    step(contains('star'), set('ACAO', '*')),
    step({ g: 'and', of: [{ g: 'not', of: contains('star') }, { g: 'origin', in: exact(PARTNER, place()) }] }, set('ACAO', PARTNER)),
    { ...step(contains('/status/404')), end: { to: 'answer', status: 404 } },
  ],
  options: 200,
});

interface Case {
  readonly text: string;
  readonly port: number;
}

/** Tells where the answers of one configuration's frontend are not those that the reader predicts. */
async function disagreementsOn({ text, port }: Case): Promise<readonly string[]> {
  const { unit, problems } = language.parse(new SourceText('haproxy.cfg', text), filesFrom({}));
  expect(problems.filter(({ message }) => !message.includes('will never match')).map(({ message }) => message), text).toEqual([]);
  const readings = [...haproxy.read(unit!)];
  const gap = readings.find((reading) => reading.kind === 'gap');
  if (gap?.kind === 'gap') {
    asked.all += requests().length;
    note(gap.gap.message, requests().length);
    return [];
  }
  const one = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []))[0];
  const deployment: Deployment | undefined = one === undefined ? undefined : { policy: one, inner: [{ host: '127.0.0.1', port: upstreamPort, deployment: { policy: behind, inner: [] } }] };
  const found: string[] = [];
  for (const request of requests()) {
    // Without a policy nothing is said about what the upstream sends of itself.
    if (deployment === undefined && (request.path.includes('star') || request.headers.some(([, value]) => value === PARTNER))) continue;
    const response = await send(port, request);
    asked.all += 1;
    const told = deployment === undefined ? response.headers.filter(([name]) => name.startsWith('access-control-')).map(([name, value]) => `no policy, sent ${name}: ${value}`) : differences(deployment, { framework: 'live', version: '', options: {}, request, response });
    if (told.some((one) => /^\d+ outcomes|\(unknown\)/.test(one))) note(told[0] ?? '', 1);
    else if (told.length > 0) found.push(`${request.method} ${request.path} ${JSON.stringify(request.headers)}: ${told.join('; ')}`);
  }
  return found.length > 4 ? [...found.slice(0, 4), `${found.length - 4} more`] : found;
}

/** Requests whose answer is not known, for a reason that was stated. */
function note(reason: string, count: number): void {
  asked.unknown += count;
  asked.reasons.set(reason, (asked.reasons.get(reason) ?? 0) + count);
}

/** All paths from all origins, and what conditions ask besides: names, credentials, other methods. */
function requests(): readonly HttpRequest[] {
  const origin = ['origin', 'https://app.example.com'] as const;
  return [
    ...PATHS.slice(0, 2).flatMap((path) => requestsTo(path, ['GET', 'POST'])),
    ...PATHS.slice(2).flatMap((path) => requestsTo(path, ['GET'], 'api.example.com').filter((_request, index) => index % 3 !== 1)),
    ...['PUT', 'PATCH', 'DELETE', 'HEAD'].map((method): HttpRequest => ({ method, path: '/api/x', headers: [origin] })),
    { method: 'GET', path: '/', headers: [origin, ['authorization', `Basic ${Buffer.from('editor:secret').toString('base64')}`]] },
    { method: 'OPTIONS', path: '/', headers: [origin, ['access-control-request-method', 'GET']] },
  ];
}

describe('generated configurations', () => {
  test.each(Array.from({ length: Math.ceil(cases / TOGETHER) }, (_unused, index) => index))(`seed ${random.seed}, process %i`, async (index) => {
    const count = Math.min(TOGETHER, cases - index * TOGETHER);
    const ports = await freePorts(count);
    const all = ports.map((port, number): Case => ({ port, text: generated(random, number, { port, upstream: upstreamPort }) }));
    const file = join(root, 'haproxy.cfg');
    writeFileSync(file, [`global\n    maxconn 500\n\n${USERS}`, ...all.map(({ text }) => text), ''].join('\n\n'));
    const server = await start('haproxy', ['-db', '-f', file], ports);
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

  test('of few answers nothing is known', () => {
    process.stdout.write(`haproxy: ${asked.all} requests, ${asked.unknown} not known${[...asked.reasons].map(([reason, count]) => `\n  ${count} ${reason}`).join('')}\n`);
    expect(asked.unknown / Math.max(1, asked.all)).toBeLessThanOrEqual(0.02);
  });
});

/** Does HAProxy load a text? */
function loads(text: string): boolean {
  const file = join(root, 'checked.cfg');
  writeFileSync(file, text);
  return spawnSync('haproxy', ['-c', '-f', file], { encoding: 'utf8' }).status === 0;
}

test.each(readdirSync('fixtures/rules', { recursive: true, encoding: 'utf8' }).filter((name) => /haproxy[^/]*\.cfg$/.test(name)).sort())('HAProxy loads %s', (name) => {
  const text = readFileSync(join('fixtures/rules', name), 'utf8');
  // Lines of HAProxy before 2.1.
  if (name.includes('rspadd')) expect(text).toContain('rspadd');
  else expect(loads(text)).toBe(true);
});

describe('what HAProxy refuses is a problem, and nothing else', () => {
  test.each([
    'http-response set-header X-1 "abc',
    "http-response set-header X-1 'abc",
    'http-response set-header X-1 "^a$"',
    'http-response set-header X-1 "a\\$b $HOME ${HOME}"',
    "http-response set-header X-1 '^a$'",
    'http-response set-header X-1 "${HOME"',
    'htp-response set-header X 1',
    'http-reponse set-header X 1',
    'http-response sett-header X 1',
    'http-response set-headers X 1',
    'http-response set-header X 1 if foo',
    'http-response set-header X 1 if TRUE or foo',
    'http-response set-header X 1 unless !foo',
    'http-response set-header X 1 if { path /x',
    'http-response set-header X 1 if',
    'http-response set-header X 1 if TRUE or',
    'http-response set-header X 1 when TRUE',
    'http-response set-header X a b',
    'http-response set-header X',
    'http-response set-header X ""',
    'http-response set-header X "%[var(txn.o)"',
    'http-response set-header X %[var(txn.o)]',
    'http-response set-header X "100% a"',
    'http-response set-header X "100%% a"',
    'http-response set-header X %[req.hdr(origin)]',
    'http-response set-header X %[path]',
    'http-response set-header X %[method]',
    'http-request set-header X %[res.hdr(a)]',
    'http-request set-header X %[status]',
    'http-request return status 204 hdr X %[req.hdr(origin)]',
    'http-request set-var(foo.o) str(1)',
    'http-request set-var(txn.o)',
    'http-request set-var(txn.o) req.hdr(origin)',
    'http-after-response set-header X %[capture.req.hdr(0)]',
    'acl a',
    'http-request return status 204 content-type text/plain string x',
    'http-request return status 204 content-type text/plain',
    'http-request return status 200 content-type text/plain string x',
    'acl a var(txn.o) https://app.example.com',
    'acl a var(txn.o),lower https://app.example.com',
    'acl a var(txn.o) -m str https://app.example.com',
    'http-request deny if { var(txn.o) x }',
    'acl a path /',
    'use_backend b if foo',
    'use_backend b if METH_GET',
    'redirect scheme https if !{ ssl_fc }',
    'redirect scheme https if nothing',
    'http-response replace-header A b',
    'http-response del-header A',
  ])('%s', (line) => {
    const text = `defaults\n${DEFAULTS}\nfrontend f\n    bind 127.0.0.1:9\n    ${line}\n    default_backend b\nbackend b\n    server s 127.0.0.1:9\n`;
    const { problems } = language.parse(new SourceText('haproxy.cfg', text), filesFrom({}));
    // A keyword that begins otherwise may be one of a later version.
    const known = line.startsWith('htp-');
    expect(problems.length > 0 || known).toBe(!loads(text));
    if (problems.length > 0) expect(new SourceText('haproxy.cfg', text).positionAt(problems[0]!.at.start).line).toBe(8);
  });
});
