import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import caddy from '../../src/readers/caddy/index.js';
import { ABSENT, exact, PRESENT } from '../../src/origins/origin-set.js';
import { evaluate, type Assumptions, type Deployment, type HttpRequest } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import language from '../../src/syntax/caddy/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { fromLoopback } from '../support/loopback.js';
import { differences } from '../support/observed.js';
import { always, echo, place, policy, set, step } from '../support/policy.js';
import { broken, FILES, generated, OPTIONS, PATHS } from './caddy-configurations.js';
import { requestsTo } from './prediction.js';
import { sample } from './seed.js';
import { freePorts, run, send, start } from './server.js';

const { random, cases } = sample('caddy', 60);
const root = mkdtempSync(join(tmpdir(), 'live-caddy-'));
/** The origin that the upstream lets in by itself. */
const PARTNER = 'https://admin.example.com';
/** Sites of one process. */
const BATCH = 20;
let upstream: Server;
let upstreamPort: number;
let version: string;

beforeAll(async () => {
  // Caddy keeps its last configuration below these.
  Object.assign(process.env, { XDG_CONFIG_HOME: root, XDG_DATA_HOME: root });
  // Debian's package; fails with its own word where it is not installed.
  version = run('caddy', ['version'], root).trim().replace(/^v/, '').split(' ')[0]!;
  for (const path of FILES) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), 'text');
  }
  [upstreamPort] = (await freePorts(1)) as [number];
  upstream = createServer((request, response) => {
    // eslint-disable-next-line cors-lint/vary-origin-missing -- no cache stands in front of it
    if (request.headers.origin === PARTNER) response.setHeader('Access-Control-Allow-Origin', '*');
    // eslint-disable-next-line cors-lint/list-header-invalid-token -- it tells the origin that came, no names
    response.setHeader('Access-Control-Expose-Headers', request.headers.origin ?? '(none)');
    response.end('ok');
  });
  await new Promise<void>((resolve) => upstream.listen(upstreamPort, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

/** The upstream's own policy: one origin may read, and what it saw is told. */
const behind: Policy = policy({
  steps: [
    step({ g: 'origin', in: exact(PARTNER, place()) }, set('ACAO', '*')),
    step({ g: 'origin', in: PRESENT }, { ...set('ACAO', echo()), header: 'access-control-expose-headers' }),
    step({ g: 'origin', in: ABSENT }, { ...set('ACAO', '(none)'), header: 'access-control-expose-headers' }),
    always(),
  ],
  options: 200,
});

/** The one policy of a site that is read alone; a line that nobody asks about makes it one where nothing is said of CORS. */
function deploymentOf(text: string): Deployment {
  const path = 'Caddyfile';
  const whole = OPTIONS + text.replace(/^\tbind .*$/m, '$&\n\theader /nobody-asks Access-Control-Nobody x');
  const { unit, problems } = language.parse(new SourceText(path, whole), filesFrom({}));
  expect(problems).toEqual([]);
  const readings = [...caddy.read({ ...unit!, files: filesFrom({ Dockerfile: `FROM caddy:${version}\n` }) })];
  expect(readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []))).toEqual([]);
  const [one] = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  return { policy: one!, inner: [{ host: '127.0.0.1', port: upstreamPort, deployment: { policy: behind, inner: [] } }] };
}

const told = { requests: 0, unknown: 0, reasons: new Map<string, number>() };

/** Whether files are there decides some answers; the suite knows none of the paths that rewriting leads to, so one of the answers must be the real one. */
const ofFiles = (assumed: Assumptions): boolean => [...assumed.values()].every(({ fact }) => /^whether (?:the file|one of the files) is there$|^whether NOT_SET_HERE/.test(fact.detail));

async function disagreementsOf(text: string, port: number): Promise<readonly string[]> {
  const deployment = deploymentOf(text);
  const found: string[] = [];
  for (const path of PATHS) {
    for (const request of requestsTo(path, ['GET', 'POST'])) {
      const response = await send(port, request);
      const problem = compared(deployment, request, response);
      if (problem !== undefined) found.push(`${request.method} ${path} ${JSON.stringify(request.headers)}: ${problem}`);
    }
  }
  return found;
}

function compared(deployment: Deployment, request: HttpRequest, response: Awaited<ReturnType<typeof send>>): string | undefined {
  // A prefix that is the whole path leaves an empty one, which the upstream here refuses.
  if (response.status === 400) return undefined;
  told.requests += 1;
  const scenario = response.status === 404 ? { status: 404 } : {};
  const outcomes = evaluate(deployment, request, { scenario, assumed: fromLoopback(deployment) }).filter(({ assumed }) => [...assumed.values()].every(({ fact, holds }) => fact.absentSetting === undefined || holds));
  const row = { framework: 'live', version: '', options: {}, request, response };
  const decided = outcomes.filter(({ assumed }) => ofFiles(assumed));
  const open = outcomes.find(({ assumed, response: { headers, status } }) => !ofFiles(assumed) || status === null || headers.some(({ name, text }) => text === null && /^access-control-|^vary$/.test(name)));
  if (open !== undefined) {
    told.unknown += 1;
    const reason = [...open.assumed.values()].map(({ fact }) => fact.detail).concat(open.response.headers.flatMap(({ fact }) => fact?.detail ?? [])).join('; ');
    told.reasons.set(reason, (told.reasons.get(reason) ?? 0) + 1);
    return undefined;
  }
  const problems = decided.map(({ assumed }) => differences(deployment, row, { scenario, assumed }).join('; '));
  return problems.includes('') ? undefined : problems[0];
}

/** What Caddy says of a text; `structure`: of its words and braces, not of what a directive means. */
function refusal(text: string): { readonly line: number | undefined; readonly message: string; readonly structure: boolean } | undefined {
  const file = join(root, 'Refused');
  writeFileSync(file, text);
  const { status, stderr } = spawnSync('caddy', ['adapt', '--config', file, '--adapter', 'caddyfile'], { encoding: 'utf8' });
  if (status === 0) return undefined;
  const [, line, message = stderr] = /Refused:(\d+) - (?:Error during parsing: |Syntax error: )?([\s\S]*)/.exec(stderr) ?? [];
  const structure = /matching opening brace|EOF|expecting '|on same line|at end of line|comma|curly brace|redeclaration|cycle|without any key|non-empty filepath/.test(message);
  return { line: line === undefined || !structure || /EOF|expecting/.test(message) ? undefined : Number(line), message, structure };
}

test('what Caddy refuses of broken texts is what the parser refuses, on the same line', () => {
  const wrong: string[] = [];
  let refused = 0;
  for (let index = 0; index < Math.max(20, cases / 2); index += 1) {
    const text = broken(random, generated(random, 18080, { upstream: 18090, root }));
    const [problem] = language.parse(new SourceText('Caddyfile', text), filesFrom({})).problems;
    const real = refusal(text);
    if (real?.structure === true) refused += 1;
    const line = problem === undefined ? undefined : text.slice(0, problem.at.start).split('\n').length;
    // A brace too many between sites is an address for Caddy, which it stumbles over later.
    const agrees = problem?.message.includes('no matching opening brace') === true ? real !== undefined : problem === undefined ? real?.structure !== true : real !== undefined && (real.line === undefined || real.line === line);
    if (!agrees) wrong.push(`${text}\nCaddy: ${real?.line} ${real?.message}\nparser: ${line} ${problem?.message}`);
  }
  expect(wrong.slice(0, 3).join('\n\n')).toBe('');
  expect(refused).toBeGreaterThan(2);
});

const fixtures = readdirSync('fixtures/rules', { recursive: true, encoding: 'utf8' }).filter((name) => /\.caddyfile$|(?:^|\/)Caddyfile$/.test(name)).sort();

test('what the fixtures hold, fixed ones too, Caddy accepts', () => {
  expect(fixtures.length).toBeGreaterThan(40);
  expect(fixtures.flatMap((name) => (spawnSync('caddy', ['validate', '--config', join('fixtures/rules', name), '--adapter', 'caddyfile']).status === 0 ? [] : [name]))).toEqual([]);
});

test(`generated sites, seed ${random.seed}`, async () => {
  const wrong: string[] = [];
  for (let from = 0; from < cases; from += BATCH) {
    const ports = await freePorts(Math.min(BATCH, cases - from));
    const texts = ports.map((port) => generated(random, port, { upstream: upstreamPort, root }));
    const file = join(root, 'Caddyfile');
    writeFileSync(file, OPTIONS + texts.join('\n'));
    const server = await start('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], ports);
    try {
      for (const [index, text] of texts.entries()) {
        const found = await disagreementsOf(text, ports[index]!);
        if (found.length > 0) wrong.push(`${text}\n${found.slice(0, 4).join('\n')}\n${found.length} in all`);
      }
    } finally {
      await server.stop();
    }
  }
  process.stdout.write(`caddy: ${told.requests} requests, ${told.unknown} unknown: ${[...told.reasons].map(([reason, count]) => `${count} × ${reason}`).join('\n  ')}\n`);
  expect(wrong.length, wrong.slice(0, 6).join('\n\n')).toBe(0);
  expect(told.unknown / told.requests).toBeLessThan(0.02);
});
