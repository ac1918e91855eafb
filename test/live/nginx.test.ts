import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import nginx from '../../src/readers/nginx/index.js';
import { exact } from '../../src/origins/origin-set.js';
import type { Deployment, HttpRequest } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import language from '../../src/syntax/nginx/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { mismatches, predicted, truthIn, type World } from '../support/nginx-world.js';
import { always, place, policy, set, step } from '../support/policy.js';
import { FILES, localised, whole, type Places } from './nginx-configurations.js';
import { requestsTo } from './prediction.js';
import { freePorts, run, send, start } from './server.js';

const root = mkdtempSync(join(tmpdir(), 'live-nginx-'));
/** The origin that the upstream lets in by itself. */
const PARTNER = 'https://admin.example.com';
const world: World = { files: new Set(FILES), folders: new Set(['/', '/a/', '/a/b/', '/c/', '/fonts/', '/items/', '/api/']) };
let upstream: Server;
let upstreamPort: number;
let answers = 0;
let unknown = 0;

beforeAll(async () => {
  // Fails with nginx's own word where it is not installed (Debian: nginx-extras).
  run('nginx', ['-v'], root);
  for (const path of FILES) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), 'text');
  }
  [upstreamPort] = (await freePorts(1)) as [number];
  upstream = createServer((request, response) => {
    // eslint-disable-next-line cors-lint/vary-origin-missing -- no cache stands in front of it
    if (request.headers.origin === PARTNER) response.setHeader('Access-Control-Allow-Origin', '*');
    response.end('ok');
  });
  await new Promise<void>((resolve) => upstream.listen(upstreamPort, '127.0.0.1', resolve));
});

afterAll(async () => {
  process.stderr.write(`nginx fixtures: ${answers} answers, ${unknown} unknown\n`);
  // What the files alone decide is told: an evaluator that knew nothing would disagree with nothing.
  expect(unknown).toBeLessThan(answers * 0.1);
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

/** The upstream's own policy: one origin may read. */
const behind: Policy = policy({ steps: [step({ g: 'origin', in: exact(PARTNER, place()) }, set('ACAO', '*')), always()], options: 200 });

/** Starts nginx on the configuration and tells where its answers are not those that the reader predicts. */
async function disagreementsOn(text: string, { port }: Places): Promise<readonly string[]> {
  const file = join(root, 'nginx.conf');
  writeFileSync(file, text);
  const { unit, problems } = language.parse(new SourceText('nginx.conf', text), filesFrom({}));
  expect(problems).toEqual([]);
  const readings = [...nginx.read(unit!)];
  expect(readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []))).toEqual([]);
  const policies = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  const server = await start('nginx', ['-p', root, '-c', file], [port]);
  try {
    const found: string[] = [];
    for (const one of policies.length === 0 ? [undefined] : policies) {
      const deployment: Deployment | undefined = one === undefined ? undefined : { policy: one, inner: [{ host: '127.0.0.1', port: upstreamPort, deployment: { policy: behind, inner: [] } }] };
      const host = one?.probes[0]?.host;
      // Without a policy nothing is said about what the upstream sends of itself.
      const asked = (path: string): readonly HttpRequest[] => requestsTo(path, ['GET', 'POST'], host).filter(({ headers }) => deployment !== undefined || !headers.some(([, value]) => value === PARTNER));
      for (const request of FILES.flatMap(asked)) found.push(...(await differenceOn(port, deployment, request)));
    }
    return found;
  } finally {
    await server.stop();
  }
}

/** How one real answer differs from the predicted one; what rests on facts that are not those of the files is left open. */
async function differenceOn(port: number, deployment: Deployment | undefined, request: HttpRequest): Promise<readonly string[]> {
  const real = await send(port, request);
  // A client names the host that it asks where the request does not.
  const asked = request.headers.some(([name]) => name === 'host') ? request : { ...request, headers: [['host', `127.0.0.1:${port}`] as const, ...request.headers] };
  const response = deployment === undefined ? undefined : predicted(deployment, asked, truthIn(world, { path: request.path, query: '' }));
  answers += 1;
  if (response !== undefined && 'unknown' in response) unknown += 1;
  const found = response === undefined ? real.headers.filter(([name]) => name.startsWith('access-control-')).map(([name]) => `no policy, sent ${name}`) : 'unknown' in response ? [] : mismatches(response, real);
  return found.map((difference) => `${request.method} ${request.path} ${JSON.stringify(request.headers)}: ${difference}`);
}

const fixtures = ['fixtures/rules', 'fixtures/showcase/edge/conf.d'].flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.conf')).map((name) => `${folder}/${name}`)).filter((path) => !/\/(?:bad|ok)-(?:apache|lighttpd|haproxy|caddy|varnish|play)/.test(path) && nginx.mayConcern.test(readFileSync(path, 'utf8'))).sort();

test.each(fixtures)('%s', async (fixture) => {
  const [port] = (await freePorts(1)) as [number];
  const places = { port, upstream: upstreamPort, root };
  expect(await disagreementsOn(whole(localised(readFileSync(fixture, 'utf8'), places), places), places)).toEqual([]);
});
