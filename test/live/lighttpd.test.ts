import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import lighttpd from '../../src/readers/lighttpd/index.js';
import { exact } from '../../src/origins/origin-set.js';
import type { Deployment, HttpRequest } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import language from '../../src/syntax/lighttpd/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { always, place, policy, set, step } from '../support/policy.js';
import { generatedLighttpd, LIGHTTPD_FILES, LIGHTTPD_HOSTS, localisedLighttpd, type LighttpdPlaces } from './lighttpd-configurations.js';
import { disagreements, requestsTo } from './prediction.js';
import { sample } from './seed.js';
import { freePorts, run, start } from './server.js';

const { random, cases } = sample('lighttpd', 60);
const root = mkdtempSync(join(tmpdir(), 'live-lighttpd-'));
/** The origin that the upstream lets in by itself. */
const PARTNER = 'https://admin.example.com';
let upstream: Server;
let upstreamPort: number;

beforeAll(async () => {
  // Fails with lighttpd's own word where it is not installed (Debian: lighttpd).
  run('lighttpd', ['-v'], root);
  for (const path of LIGHTTPD_FILES) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), 'text');
  }
  writeFileSync(join(root, 'users'), 'somebody:secret\n');
  [upstreamPort] = (await freePorts(1)) as [number];
  upstream = createServer((request, response) => {
    // eslint-disable-next-line cors-lint/vary-origin-missing -- no cache stands in front of it
    if (request.headers.origin === PARTNER) response.setHeader('Access-Control-Allow-Origin', '*');
    response.end('ok');
  });
  await new Promise<void>((resolve) => upstream.listen(upstreamPort, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

/** The upstream's own policy: one origin may read. */
const behind: Policy = policy({ steps: [step({ g: 'origin', in: exact(PARTNER, place()) }, set('ACAO', '*')), always()], options: 200 });

/** What lighttpd says of a configuration that it does not start with; undefined when it takes it. */
function refusal(file: string): string | undefined {
  const { status, stderr, stdout } = spawnSync('lighttpd', ['-tt', '-f', file], { encoding: 'utf8' });
  return status === 0 ? undefined : `${stdout}${stderr}`;
}

async function places(): Promise<LighttpdPlaces> {
  const [port, secondPort] = (await freePorts(2)) as [number, number];
  return { port, secondPort, upstream: upstreamPort, root };
}

let refused = 0;
let asked = 0;

/** Starts lighttpd on the configuration and tells where its answers are not those that the reader predicts; what it refuses is one problem. */
async function disagreementsOn(text: string, { port, secondPort }: LighttpdPlaces): Promise<readonly string[]> {
  const file = join(root, 'lighttpd.conf');
  writeFileSync(file, text);
  const { unit, problems } = language.parse(new SourceText('lighttpd.conf', text), filesFrom({}));
  const said = refusal(file);
  if (said !== undefined) {
    refused += 1;
    return problems.length === 1 ? [] : [`lighttpd refuses it: ${said}`];
  }
  if (problems.length > 0) return problems.map(({ message }) => `lighttpd takes it, not we: ${message}`);
  const readings = [...lighttpd.read(unit!)];
  const gaps = readings.flatMap((reading) => (reading.kind === 'gap' && !reading.gap.message.startsWith('mod_setenv is not') ? [reading.gap.message] : []));
  const policies = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  const ports = [port, ...(text.includes(`:${secondPort}"`) ? [secondPort] : [])];
  const server = await start('lighttpd', ['-D', '-f', file], ports);
  try {
    const found: string[] = [...gaps];
    for (const one of ports) {
      const mine = policies.find(({ listens }) => listens.includes(one));
      const deployment: Deployment | undefined = mine === undefined ? undefined : { policy: mine, inner: [{ host: '127.0.0.1', port: upstreamPort, deployment: { policy: behind, inner: [] } }] };
      for (const [index, path] of LIGHTTPD_FILES.entries()) {
        const requests: readonly HttpRequest[] = requestsTo(path, ['GET', 'PUT'], LIGHTTPD_HOSTS[index % 2]).filter(({ headers }) => deployment !== undefined || !headers.some(([, value]) => value === PARTNER));
        asked += requests.length;
        found.push(...(await disagreements(one, deployment, requests)));
      }
    }
    return found;
  } finally {
    await server.stop();
  }
}

const fixtures = readdirSync('fixtures/rules', { recursive: true, encoding: 'utf8' }).filter((name) => /lighttpd[^/]*\.conf$/.test(name)).map((name) => `fixtures/rules/${name}`).sort();

describe.runIf(fixtures.length > 0)('fixtures, and what fixes make of them', () => {
  test.each(fixtures)('%s', async (fixture) => {
    const where = await places();
    const text = localisedLighttpd(readFileSync(fixture, 'utf8'), where);
    writeFileSync(join(root, 'fixture.conf'), text);
    expect(refusal(join(root, 'fixture.conf'))).toBeUndefined();
    expect(await disagreementsOn(text, where)).toEqual([]);
  });
});

test.each(Array.from({ length: cases }, (_unused, index) => index))(`generated configuration ${random.seed}/%i`, async () => {
  const where = await places();
  const text = generatedLighttpd(random, where);
  const found = await disagreementsOn(text, where);
  expect(found, text).toEqual([]);
});

test('most configurations were taken, and asked', () => {
  process.stdout.write(`lighttpd: ${asked} answers compared, ${refused} of ${cases} configurations refused by both\n`);
  expect(refused).toBeLessThan(cases / 2);
  expect(asked).toBeGreaterThan(0);
});
