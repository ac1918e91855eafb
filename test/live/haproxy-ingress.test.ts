import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import haproxyIngress from '../../src/readers/haproxy-ingress/index.js';
import haproxytech from '../../src/readers/haproxytech-ingress/index.js';
import { readYaml } from '../support/gateways.js';
import { DEFAULTS } from './haproxy-configurations.js';
import { haproxyIngressFor, haproxytechFor, SERVICE } from './haproxy-ingress-template.js';
import { haproxyBag, haproxytechBag, ingressOf } from './ingress-bags.js';
import { disagreements, requestsTo } from './prediction.js';
import { sample } from './seed.js';
import { freePorts, run, start } from './server.js';

const { random, cases } = sample('haproxy-ingress', 200);
/** Proxies of one process. */
const TOGETHER = 50;
const root = mkdtempSync(join(tmpdir(), 'live-haproxy-ingress-'));
/** The origin that the upstream lets in by itself. */
const PARTNER = 'https://admin.example.com';
let upstream: Server;
let upstreamPort: number;

beforeAll(async () => {
  // Fails with HAProxy's own word where it is not installed (Debian: haproxy).
  run('haproxy', ['-v'], root);
  writeFileSync(join(root, 'service.lua'), SERVICE);
  [upstreamPort] = (await freePorts(1)) as [number];
  upstream = createServer((request, response) => {
    // eslint-disable-next-line cors-lint/vary-origin-missing -- no cache stands in front of it
    if (request.headers.origin === PARTNER) response.setHeader('Access-Control-Allow-Origin', '*');
    if (request.url === '/varies') response.setHeader('Vary', 'Accept');
    if (request.url === '/named') response.setHeader('Vary', 'Accept, Origin');
    response.end('ok');
  });
  await new Promise<void>((resolve) => upstream.listen(upstreamPort, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

const requests = [...requestsTo('/x', ['GET']), ...requestsTo('/varies', []).slice(0, 10), ...requestsTo('/named', []).slice(0, 10)];

interface Case {
  readonly text: string;
  readonly port: number;
  readonly proxy: string;
}

/** Starts HAProxy with all proxies and tells where an answer is not the one that is read from the Ingress. */
async function failures(reader: typeof haproxyIngress, all: readonly Case[]): Promise<string> {
  const file = join(root, 'haproxy.cfg');
  writeFileSync(file, `global\n    lua-load ${root}/service.lua\n\ndefaults\n${DEFAULTS}\n\n${all.map(({ proxy }) => proxy).join('\n\n')}\n`);
  const running = await start('haproxy', ['-db', '-f', file], all.map(({ port }) => port));
  try {
    const failed: string[] = [];
    for (const { port, text, proxy } of all) {
      const { policies, gaps, problems } = readYaml(reader, text);
      // A pattern that nothing matches is told as a gap; what is answered is decided all the same.
      const open = gaps.filter(({ message }) => !message.startsWith('A comma is a sign of the pattern here'));
      expect([problems, open, policies.length < 2], text).toEqual([[], [], true]);
      const [policy] = policies;
      const asked = requests.filter(({ headers }) => policy !== undefined || !headers.some(([, value]) => value === PARTNER));
      const found = await disagreements(port, policy === undefined ? undefined : { policy, inner: [] }, asked, (_status, { path, headers }) => ({
        status: 200,
        headers: [...(headers.some(([, value]) => value === PARTNER) ? [['access-control-allow-origin', '*'] as const] : []), ...(path === '/varies' ? [['vary', 'Accept'] as const] : path === '/named' ? [['vary', 'Accept, Origin'] as const] : [])],
      }));
      if (found.length > 0) failed.push(`${text}\n${proxy}\n${found.join('\n')}`);
    }
    return `${failed.length === 0 ? '' : failed.length} ${failed.slice(0, 2).join('\n\n')}`.trim();
  } finally {
    await running.stop();
  }
}

const processes = Array.from({ length: Math.ceil(cases / TOGETHER) }, (_unused, index) => index);
const portsFor = (index: number): Promise<readonly number[]> => freePorts(Math.min(TOGETHER, cases - index * TOGETHER));

describe('HAProxy Ingress', () => {
  test.each(processes)(`seed ${random.seed}, process %i`, async (index) => {
    const all = (await portsFor(index)).map((port, number): Case => {
      const bag = haproxyBag(random);
      const version = random.pick([15, 16, 17, 17]);
      // The version is that of the image beside it.
      const image = version === 17 ? '' : `---\nimage: quay.io/jcmoraisjr/haproxy-ingress:v0.${version}.1\n`;
      return { port, text: `${ingressOf(random, 'haproxy-ingress.github.io/', bag)}${image}`, proxy: haproxyIngressFor(bag, version, `p${number}`, port, upstreamPort) };
    });
    expect(await failures(haproxyIngress, all)).toBe('');
  }, 240_000);
});

describe('HAProxy Kubernetes Ingress', () => {
  test.each(processes)(`seed ${random.seed}, process %i`, async (index) => {
    const all = (await portsFor(index)).map((port, number): Case => {
      const bag = haproxytechBag(random);
      return { port, text: ingressOf(random, 'haproxy.org/', bag), proxy: haproxytechFor(bag, `p${number}`, port, upstreamPort) };
    });
    expect(await failures(haproxytech, all)).toBe('');
  }, 240_000);
});
