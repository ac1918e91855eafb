/** What fixes and suggestions make of nginx configurations loads, and the answers of nginx change as the tool says they do. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { urlOf } from '../../src/findings/ask.js';
import { exchanges } from '../../src/findings/exchange.js';
import type { Fix } from '../../src/findings/finding.js';
import { originKinds } from '../../src/policy/origin-kinds.js';
import { probeSet, type ProbeRequest } from '../../src/policy/compare.js';
import type { Policy } from '../../src/policy/program.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';
import { always, policy } from '../support/policy.js';
import { FILES, generated, localised, whole, type Places } from './nginx-configurations.js';
import { realExchange } from './real-verdict.js';
import { sample } from './seed.js';
import { freePorts, start, type Running } from './server.js';

const { random, cases } = sample('nginx-fixes', 25);
const root = mkdtempSync(join(tmpdir(), 'live-nginx-fixes-'));
const rules = join(import.meta.dirname, '../../fixtures/rules');
let upstream: Server;
let places: Places;
let portAfter: number;

beforeAll(async () => {
  for (const path of FILES) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), 'text');
  }
  const [port, upstreamPort, second] = (await freePorts(3)) as [number, number, number];
  [places, portAfter] = [{ port, upstream: upstreamPort, root }, second];
  upstream = createServer((_request, response) => response.end('ok'));
  await new Promise<void>((resolve) => upstream.listen(upstreamPort, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

/** Fixtures of nginx, as they were written and as fixes are expected to leave them. */
const fixtures = readdirSync(rules, { recursive: true, encoding: 'utf8' }).filter((path) => /^[^/]+\/[^/]*nginx[^/]*\.conf$/.test(path)).sort();

const written = (path: string): string => whole(localised(readFileSync(join(rules, path), 'utf8'), places), places);

/** What nginx itself says of a text; undefined when it takes it. */
function refusal(text: string): string | undefined {
  const file = join(root, 'tested.conf');
  writeFileSync(file, text);
  const { status, stderr } = spawnSync('nginx', ['-t', '-q', '-p', root, '-c', file], { encoding: 'utf8' });
  return status === 0 ? undefined : stderr;
}

interface Offer {
  readonly name: string;
  readonly fix: Fix;
  readonly automatic: boolean;
  readonly before: readonly Policy[];
  readonly after: readonly Policy[];
  readonly text: string;
}

/** Every fix and suggestion for a text, with what it makes of it. */
async function offersFor(text: string): Promise<readonly Offer[]> {
  const linted = (content: string): ReturnType<typeof lint> => lint(['nginx.conf'], filesFrom({ 'nginx.conf': content }), optionsOf());
  const { findings, policies } = await linted(text);
  const offers: Offer[] = [];
  for (const { ruleId, fix, suggestions } of findings) {
    for (const one of [fix, ...suggestions].flatMap((offered) => offered ?? [])) {
      const mended = applyEdits(text, one.edits);
      offers.push({ name: `${ruleId}: ${one.title}`, fix: one, automatic: one === fix, before: policies, after: (await linted(mended)).policies, text: mended });
    }
  }
  return offers;
}

/** Ways of writing that are the same to Lua, too. */
const WAYS_OF_LUA = 4;

/** The same configuration as others write it. */
const WAYS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'line ends of Windows': (text) => text.replaceAll('\n', '\r\n'),
  tabs: (text) => text.replaceAll('    ', '\t'),
  'letters of all kinds in front': (text) => `# café 😀\n${text}`,
  'on one line': (text) => text.replace(/#.*/g, '').replace(/\s*\n\s*/g, ' '),
  'a comment behind every line': (text) => text.replace(/([;{}])$/gm, '$1 # said; {'),
  'single quotes': (text) => text.replace(/"([^"'\n]*)"/g, "'$1'"),
};

test('nginx takes every fixture, and what each fix and each suggestion makes of it in any way of writing', async () => {
  let made = 0;
  const refused: string[] = [];
  for (const [index, path] of fixtures.entries()) {
    const others = Object.keys(WAYS).slice(1, written(path).includes('by_lua') ? WAYS_OF_LUA : undefined);
    const said = refusal(written(path));
    if (said !== undefined) refused.push(`${path}: ${said}`);
    if (/\.(?:fixed|suggested)\./.test(path)) continue;
    const counts = new Set<number>();
    // Each in two of the ways: all fixtures together go through every one often.
    for (const way of ['as it is', others[index % others.length]!, others[(index + 2) % others.length]!]) {
      const offers = await offersFor(WAYS[way]!(written(path)));
      counts.add(offers.length);
      for (const { name, text } of offers) {
        made += 1;
        const wrong = refusal(text);
        if (wrong !== undefined) refused.push(`${path} (${way}) ${name}: ${wrong}\n${text}`);
      }
    }
    // Offered is the same, however it is written.
    if (counts.size !== 1) refused.push(`${path}: ${[...counts].join(' or ')} offers`);
  }
  expect(refused).toEqual([]);
  expect(made).toBeGreaterThan(100);
});

describe('the answers change as it is told', () => {
  const bad = fixtures.filter((path) => /(?:^|\/)bad-[^/]*$/.test(path) && !/\.(?:fixed|suggested)\./.test(path));
  test.each(bad)('%s', async (path) => {
    expect(await untold(written(path))).toEqual([]);
  });

  test.each(Array.from({ length: cases }, (_unused, index) => index))(`generated configuration ${random.seed}/%i`, async () => {
    const text = whole(generated(random, places), places);
    expect(await untold(text), text).toEqual([]);
  });
});

/** The upstream sends nothing of CORS and answers everything. */
const behind: Policy = policy({ steps: [always()], options: 200 });

/** Serves a text before and after each offer: where do browsers decide otherwise than was told? */
async function untold(text: string): Promise<readonly string[]> {
  const offers = await offersFor(text);
  if (offers.length === 0) return [];
  for (const { path } of offers.flatMap(({ before }) => before.flatMap(({ probes }) => probes))) putFile(path);
  const before = await served(text, 'before', places.port);
  const found: string[] = [];
  try {
    for (const offer of offers) {
      const after = await served(offer.text.replaceAll(`127.0.0.1:${places.port}`, `127.0.0.1:${portAfter}`), 'after', portAfter);
      try {
        found.push(...(await differencesOf(offer, before, after)).map((difference) => `${offer.name}: ${difference}\n${offer.text}`));
      } finally {
        await after.running.stop();
      }
    }
  } finally {
    await before.running.stop();
  }
  return found;
}

/** What is asked for is there, so that files are served. */
function putFile(path: string): void {
  const file = join(root, path.endsWith('/') ? `${path}index.html` : path);
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file)) writeFileSync(file, 'text');
}

/** Where the client stands: in the network that fixtures let in. */
const INSIDE = '10.1.2.3';

interface Served {
  readonly running: Running;
  readonly port: number;
  /** Verdicts on what was asked already. */
  readonly known: Map<string, boolean | null>;
}

async function served(text: string, name: string, port: number): Promise<Served> {
  const file = join(root, `${name}.conf`);
  writeFileSync(file, text.replace('nginx.pid', `${name}.pid`).replace('http {', 'http {\n    set_real_ip_from 127.0.0.1;\n    real_ip_header X-Client;').replaceAll('root /srv/intranet', `root ${root}`));
  return { running: await start('nginx', ['-p', root, '-c', file], [port]), port, known: new Map() };
}

const subjectOf = ({ probe, method, origin, credentials }: ProbeRequest): string => `${method} ${probe.path} from ${origin}${credentials === 'include' ? ' with credentials' : ''}`;

/** As a fix tells of a change. */
const lineOf = (request: ProbeRequest, was: boolean | null, is: boolean | null): string => {
  const word = (verdict: boolean | null): string => (verdict === null ? 'undecided' : verdict ? 'allowed' : 'blocked');
  return `${subjectOf(request)}: ${word(was)} → ${word(is)}`;
};

async function differencesOf({ fix, automatic, before, after }: Offer, first: Served, second: Served): Promise<readonly string[]> {
  const found: string[] = [];
  const changed = new Set<string>();
  // A folder on the disk is a redirect, and leads elsewhere.
  const elsewhere = new Set<string>();
  for (const [index, policyBefore] of before.entries()) {
    const policyAfter = after[index]!;
    for (const request of policyBefore.probes.flatMap((probe) => probeSet(policyBefore, policyAfter, probe, originKinds([policyBefore, policyAfter], [new URL(urlOf(probe)).origin])))) {
      const [was, is] = [await verdictOf(first, request), await verdictOf(second, request)];
      for (const [when, one, real] of [['before', policyBefore, was], ['after', policyAfter, is]] as const) {
        const predicted = predictedFor(one, request);
        if (predicted !== null && real !== null && predicted !== real) found.push(`${when}: ${lineOf(request, predicted, real)} in truth`);
      }
      if (was !== is) changed.add(lineOf(request, was, is));
      if (was === null || is === null) elsewhere.add(subjectOf(request));
      if (automatic && was === false && is === true) found.push(`automatic, and lets in ${lineOf(request, was, is)}`);
    }
  }
  const told = fix.changes.filter((line) => !/^and \d+ more$|undecided/.test(line));
  found.push(...told.filter((line) => !changed.has(line) && !elsewhere.has(line.replace(/: \w+ → \w+$/, ''))).map((line) => `told, but not so: ${line}`));
  if (!automatic && fix.changes.length === 0 && changed.size > 0) found.push(`not told: ${[...changed].join('; ')}`);
  return found.slice(0, 4);
}

/** What browsers decide, if that is certain. */
function predictedFor(one: Policy, { probe, ...client }: ProbeRequest): boolean | null {
  const verdicts = new Set(exchanges({ policy: one, inner: [{ host: '127.0.0.1', port: places.upstream, deployment: { policy: behind, inner: [] } }] }, { ...client, url: urlOf(probe) }, 'production').map(({ verdict }) => verdict.allowed));
  return verdicts.size === 1 ? [...verdicts][0]! : null;
}

/** What browsers decide on the answers of the server that runs. */
async function verdictOf({ port, known }: Served, { probe, ...client }: ProbeRequest): Promise<boolean | null> {
  const request = { ...client, url: urlOf(probe) };
  const key = JSON.stringify(request);
  if (!known.has(key)) known.set(key, (await realExchange(port, request, [['x-client', INSIDE]])).verdict.allowed);
  return known.get(key)!;
}
