import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request as httpRequest, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PRESENT } from '../../src/origins/origin-set.js';
import type { Deployment, HttpRequest } from '../../src/policy/evaluate.js';
import type { Guard, Policy } from '../../src/policy/program.js';
import { ServerProgram } from '../../src/middleware/nginx/program.js';
import { httpOf, serversOf } from '../../src/middleware/nginx/servers.js';
import { Expander } from '../../src/middleware/nginx/variables.js';
import language from '../../src/syntax/nginx/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { mismatches, normalised, predicted, truthIn, type World } from '../support/nginx-world.js';
import { always, echo, place, policy, set, step } from '../support/policy.js';
import { FILES, FOLDERS, generated, PATHS, rendered, smaller, type Node, type Surroundings } from './nginx-generator.js';
import { ORIGINS } from './prediction.js';
import { sample } from './seed.js';
import { freePorts, run, start, type Answer } from './server.js';

const { random, cases } = sample('nginx-semantics', 100);
const root = mkdtempSync(join(tmpdir(), 'live-nginx-'));
const agent = new Agent({ keepAlive: true });
/** Requests to each configuration, and configurations in one process. */
const REQUESTS = 24;
const BATCH = 50;
/** Disagreements that are made small; the rest is counted. */
const SHOWN = 6;
/** Answers of a sample that may be unknown, in hundredths. */
const MOST_UNKNOWN = 2;

let upstream: Server;
let places: Surroundings;
const world: World = { files: new Set(FILES), folders: new Set(FOLDERS) };

beforeAll(async () => {
  // Fails with nginx's own word where it is not installed (Debian: nginx-extras).
  run('nginx', ['-v'], root);
  for (const path of FILES) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), 'text');
  }
  writeFileSync(join(root, 'htpasswd'), 'user:{PLAIN}pass\n');
  const [port, behind] = (await freePorts(2)) as [number, number];
  places = { port, upstream: behind, root };
  upstream = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '');
    const { origin } = request.headers;
    if (path.endsWith('/star')) response.setHeader('Access-Control-Allow-Origin', '*');
    if (path.endsWith('/reflect') && origin !== undefined) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Allow-Credentials', 'true');
      response.setHeader('Vary', 'Origin');
    }
    response.statusCode = Number(/\/[es](\d{3})$/.exec(path)?.[1] ?? 200);
    response.end(response.statusCode === 204 ? undefined : 'ok');
  });
  await new Promise<void>((resolve) => upstream.listen(behind, '127.0.0.1', resolve));
});

afterAll(async () => {
  agent.destroy();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

/** The upstream's own policy. */
const ends = (text: string): Guard => ({ g: 'path', in: { s: 'suffix', text, subject: 'origin', ignoreCase: false, at: place() } });
const behind: Policy = policy({
  steps: [
    step(ends('/star'), set('ACAO', '*')),
    step({ g: 'and', of: [ends('/reflect'), { g: 'origin', in: PRESENT }] }, set('ACAO', echo()), set('ACAC', 'true'), set('vary', 'Origin')),
    ...[404, 500].map((status) => ({ ...step(ends(`/e${status}`)), end: { to: 'answer', status } as const })),
    ...[202, 204, 301].map((status) => ({ ...step(ends(`/s${status}`)), end: { to: 'answer', status } as const })),
    { ...always(), end: { to: 'answer', status: 200 } },
  ],
});

/** A whole file around configurations. `$who` is known to nginx wherever some pattern names it. */
function whole(configurations: string): string {
  const modules = '/usr/lib/nginx/modules';
  return `load_module ${modules}/ngx_http_headers_more_filter_module.so;
daemon off;
master_process off;
worker_processes 1;
error_log ${root}/error.log crit;
pid ${root}/nginx.pid;
events {
    worker_connections 256;
}
http {
    access_log off;
    root ${root};
    server_names_hash_bucket_size 128;
    variables_hash_max_size 4096;
    client_body_temp_path ${root}/body;
    proxy_temp_path ${root}/proxy;
    fastcgi_temp_path ${root}/fastcgi;
    uwsgi_temp_path ${root}/uwsgi;
    scgi_temp_path ${root}/scgi;
    server {
        listen 127.0.0.1:${places.port};
        server_name "~^(?<who>nobody)$";
    }
${configurations}
}
`;
}

interface Asked extends HttpRequest {
  readonly raw: string;
}

function requestsTo(id: number): readonly Asked[] {
  return Array.from({ length: REQUESTS }, () => {
    const origin = random.pick(ORIGINS as [string | undefined, ...(string | undefined)[]]);
    const method = random.pick(['GET', 'GET', 'GET', 'OPTIONS', 'OPTIONS', 'POST', 'HEAD', 'PUT', 'DELETE']);
    const raw = `${random.pick(PATHS as [string, ...string[]])}${random.chance(0.1) ? random.pick(['?z=1', '?z=0', '?z=']) : ''}`;
    const headers: (readonly [string, string])[] = [['host', `c${id}.test`]];
    if (origin !== undefined) headers.push(['origin', origin]);
    if (method === 'OPTIONS') headers.push(['access-control-request-method', 'PUT'], ['access-control-request-headers', 'content-type,x-custom']);
    if (random.chance(0.2)) headers.push(['x-custom', random.pick(['1', '0', 'https://app.example.com'])]);
    if (random.chance(0.3)) headers.push(['authorization', `Basic ${Buffer.from('user:pass').toString('base64')}`]);
    return { method, path: normalised(raw).path, headers, raw };
  });
}

function send({ method, raw, headers }: Asked): Promise<Answer> {
  return new Promise((resolve) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port: places.port, method, path: raw, headers: headers.flat(), agent, setHost: false }, (incoming) => {
      incoming.resume();
      incoming.once('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.rawHeaders.flatMap((name, index, all) => (index % 2 === 0 ? [[name.toLowerCase(), all[index + 1] ?? ''] as const] : [])) }));
    });
    // `return 444` closes the connection.
    outgoing.once('error', () => resolve({ status: 0, headers: [] }));
    outgoing.end();
  });
}

/** Statuses that files have by what stands on the disk. */
const OF_FILES: readonly number[] = [200, 206, 301, 304, 403, 404];

interface Found {
  readonly wrong: readonly string[];
  readonly unknown: readonly string[];
}

/** Asks a running nginx and says where its answers are not the predicted ones. */
async function compared(server: Policy, requests: readonly Asked[]): Promise<Found> {
  const deployment: Deployment = { policy: server, inner: [{ host: '127.0.0.1', port: places.upstream, deployment: { policy: behind, inner: [] } }] };
  const wrong: string[] = [];
  const unknown: string[] = [];
  for (const request of requests) {
    const real = await send(request);
    const told = `${request.method} ${request.raw} ${JSON.stringify(request.headers.slice(1))}`;
    const response = predicted(deployment, request, truthIn(world, normalised(request.raw)), OF_FILES.includes(real.status) ? { status: real.status } : {});
    if ('unknown' in response) unknown.push(`${told}: ${response.unknown}`);
    else {
      const found = mismatches(response, real);
      if (found.length > 0) wrong.push(`${told}: ${found.join('; ')}`);
    }
  }
  return { wrong, unknown };
}

/** The servers of a file by their names. */
function serversIn(text: string): ReadonlyMap<string, Policy> {
  const { unit, problems } = language.parse(new SourceText('nginx.conf', text), filesFrom({}));
  expect(problems, text).toEqual([]);
  const expander = new Expander(httpOf(unit!.directives));
  return new Map(
    serversOf(unit!.directives).map((level) => {
      const program = new ServerProgram(level, expander);
      const name = level.directives.find((directive) => directive.name === 'server_name')?.args[0]?.text ?? '';
      return [name, { ...policy({ steps: program.steps }), behind: { options: null }, survivesUncaught: true }];
    }),
  );
}

async function running<T>(text: string, use: () => Promise<T>): Promise<T> {
  const file = join(root, 'nginx.conf');
  writeFileSync(file, text);
  const server = await start('nginx', ['-p', root, '-c', file], [places.port]);
  try {
    return await use();
  } finally {
    await server.stop();
  }
}

/** The smallest configuration that still disagrees, with what it disagrees about. */
async function shrunk(nodes: readonly Node[], id: number, requests: readonly Asked[]): Promise<string> {
  const wrongIn = async (tried: readonly Node[]): Promise<readonly string[]> => {
    const text = whole(rendered(tried));
    try {
      return await running(text, async () => (await compared(serversIn(text).get(`c${id}.test`)!, requests)).wrong);
    } catch {
      // What nginx does not take is no example.
      return [];
    }
  };
  let best = nodes;
  let told = await wrongIn(nodes);
  for (let again = true; again; ) {
    again = false;
    for (const tried of smaller(best)) {
      const wrong = await wrongIn(tried);
      if (wrong.length === 0) continue;
      [best, told, again] = [tried, wrong, true];
      break;
    }
  }
  return `${rendered(best)}${told.slice(0, 3).join('\n')}`;
}

test(`generated configurations, ${random.seed}`, async () => {
  const counts = { configurations: 0, answers: 0, unknown: 0 };
  const reasons = new Map<string, number>();
  const failed: string[] = [];
  for (let first = 0; first < cases; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, cases - first) }, (_unused, index) => ({ id: first + index, nodes: generated(random, first + index, places), requests: requestsTo(first + index) }));
    const text = whole(batch.map(({ nodes }) => rendered(nodes)).join(''));
    const servers = serversIn(text);
    const bad: (typeof batch)[number][] = [];
    await running(text, async () => {
      for (const one of batch) {
        const { wrong, unknown } = await compared(servers.get(`c${one.id}.test`)!, one.requests);
        counts.configurations += 1;
        counts.answers += one.requests.length;
        counts.unknown += unknown.length;
        for (const reason of unknown) reasons.set(reason.replace(/^.*\]: /, ''), (reasons.get(reason.replace(/^.*\]: /, '')) ?? 0) + 1);
        if (wrong.length > 0) bad.push(one);
      }
    });
    for (const { nodes, id, requests } of bad) failed.push(failed.length < SHOWN ? await shrunk(nodes, id, requests) : 'one more');
  }
  process.stdout.write(`nginx-semantics: ${JSON.stringify(counts)}\n${[...reasons].sort((a, b) => b[1] - a[1]).slice(0, 8).map(([reason, count]) => `  ${count} ${reason}`).join('\n')}\n`);
  expect(failed.join('\n\n')).toBe('');
  expect(counts.unknown / counts.answers).toBeLessThanOrEqual(MOST_UNKNOWN / 100);
});
