import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import ingressNginx from '../../src/readers/ingress-nginx/index.js';
import { readYaml } from '../support/gateways.js';
import { ingressOf, nginxBag } from './ingress-bags.js';
import { serverFor } from './ingress-nginx-template.js';
import { disagreements, requestsTo } from './prediction.js';
import { sample } from './seed.js';
import { freePorts, run, start } from './server.js';

const { random, cases } = sample('ingress-nginx', 220);
/** Servers of one process. */
const TOGETHER = 55;
const root = mkdtempSync(join(tmpdir(), 'live-ingress-nginx-'));
/** The origin that the upstream lets in by itself. */
const PARTNER = 'https://admin.example.com';
let upstream: Server;
let upstreamPort: number;

beforeAll(async () => {
  // Fails with nginx's own word where it is not installed (Debian: nginx-extras).
  run('nginx', ['-v'], root);
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

const requests = [...requestsTo('/x', ['GET']), ...requestsTo('/health', ['POST']).slice(0, 12)];

test.each(Array.from({ length: Math.ceil(cases / TOGETHER) }, (_unused, index) => index))(`seed ${random.seed}, process %i`, async (index) => {
  const count = Math.min(TOGETHER, cases - index * TOGETHER);
  const ports = await freePorts(count);
  const all = ports.map((port) => {
    const bag = nginxBag(random);
    return { port, text: ingressOf(random, 'nginx.ingress.kubernetes.io/', bag), server: serverFor(bag, port, upstreamPort) };
  });
  const file = join(root, 'nginx.conf');
  writeFileSync(file, `load_module /usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so;\ndaemon off;\npid ${root}/nginx.pid;\nerror_log ${root}/error.log;\nevents {}\nhttp {\naccess_log off;\n${all.map(({ server }) => server).join('')}}\n`);
  const running = await start('nginx', ['-p', root, '-c', file], ports);
  try {
    const failed: string[] = [];
    for (const { port, text, server } of all) {
      const { policies, gaps, problems } = readYaml(ingressNginx, text);
      expect([problems, gaps.filter(({ message }) => !/not a boolean/.test(message)), policies.length < 2], text).toEqual([[], [], true]);
      const [policy] = policies;
      const found = await disagreements(port, policy === undefined ? undefined : { policy, inner: [] }, requests.filter(({ headers }) => policy !== undefined || !headers.some(([, value]) => value === PARTNER)), (_status, { headers }) => ({ status: 200, headers: headers.some(([, value]) => value === PARTNER) ? [['access-control-allow-origin', '*']] : [] }));
      if (found.length > 0) failed.push(`${text}\n${server}\n${found.join('\n')}`);
    }
    expect(`${failed.length === 0 ? '' : failed.length} ${failed.slice(0, 2).join('\n\n')}`.trim()).toBe('');
  } finally {
    await running.stop();
  }
}, 240_000);
