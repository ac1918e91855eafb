/** What code-mods make of nginx configurations loads, and nginx answers as before, or otherwise only where that was announced. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import duplicates from '../../src/codemods/nginx-duplicates-to-include.js';
import ifs from '../../src/codemods/nginx-if-to-map.js';
import reflection from '../../src/codemods/nginx-reflection-to-map.js';
import type { Codemod } from '../../src/codemods/codemod.js';
import { run, type Outcome } from '../../src/codemods/run.js';
import { urlOf } from '../../src/findings/ask.js';
import { probeSet, type ProbeRequest } from '../../src/policy/compare.js';
import { originKinds } from '../../src/policy/origin-kinds.js';
import type { Policy } from '../../src/policy/program.js';
import { chosen, repositoryOf } from '../codemods/repository.js';
import { conditionalServer } from './nginx-conditional.js';
import { realExchange, type RealExchange } from './real-verdict.js';
import { sample } from './seed.js';
import { freePorts, start, type Running } from './server.js';

type Texts = Readonly<Record<string, string>>;

const CODEMODS: Readonly<Record<string, Codemod>> = { 'nginx-if-to-map': ifs, 'nginx-reflection-to-map': reflection, 'nginx-duplicates-to-include': duplicates };
const FIXTURES = join(import.meta.dirname, '../../fixtures/codemods');
const { random, cases } = sample('codemods-nginx', 20);
const root = mkdtempSync(join(tmpdir(), 'live-codemods-nginx-'));
let upstream: Server;
let upstreamPort: number;
let ports: readonly [number, number];

beforeAll(async () => {
  const [first, second, third] = (await freePorts(3)) as [number, number, number];
  [upstreamPort, ports] = [first, [second, third]];
  upstream = createServer((_request, response) => response.end('ok'));
  await new Promise<void>((resolve) => upstream.listen(upstreamPort, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

function textsIn(folder: string): Texts {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.sort().map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

describe.each(Object.entries(CODEMODS))('%s', (name, codemod) => {
  const shown = readdirSync(join(FIXTURES, name)).filter((one) => existsSync(join(FIXTURES, name, one, 'after')));

  test.each(shown)('%s', async (one) => {
    const { choices } = JSON.parse(readFileSync(join(FIXTURES, name, one, 'case.json'), 'utf8')) as { readonly choices?: Parameters<typeof chosen>[0] };
    const [before, after] = ['before', 'after'].map((side) => textsIn(join(FIXTURES, name, one, side))) as [Texts, Texts];
    const outcome = await run(codemod, await repositoryOf(before), chosen(choices));
    expect(await unsaid(before, after, outcome)).toEqual([]);
  });
});

test.each(Array.from({ length: cases }, (_unused, index) => index))(`nginx-if-to-map on a generated server ${random.seed}/%i`, async () => {
  const before = { 'nginx.conf': conditionalServer(random) };
  const outcome = await run(ifs, await repositoryOf(before), chosen());
  const after = { ...before, ...Object.fromEntries([...outcome.texts].map(([path, text]) => [path, text.after])) };
  if (outcome.done.length === 0) expect(outcome.refused).not.toEqual([]);
  else expect(await unsaid(before, after, outcome), `${before['nginx.conf']}\n${JSON.stringify(after, null, 1).replaceAll('\\n', '\n')}`).toEqual([]);
});

/** Asks both sides the same: where do they differ without a word, or not where a word was said? */
async function unsaid(before: Texts, after: Texts, { done }: Outcome): Promise<readonly string[]> {
  const announcements = done.flatMap(({ announces }) => announces ?? []);
  const told = done.flatMap(({ differences }) => differences.filter(({ what }) => what === 'verdict'));
  const [was, is] = [(await repositoryOf(before)).policies, (await repositoryOf(after)).policies];
  const requests = new Map([...was.flatMap((policy) => requestsTo(policy, is.find(({ title }) => title === policy.title)!)), ...told.map(({ request }) => request)].map((request) => [JSON.stringify(request), request]));
  const found: string[] = [];
  const first = await served(before, 'before', ports[0]);
  try {
    const second = await served(after, 'after', ports[1]);
    try {
      for (const [key, request] of requests) {
        const [one, other] = [await asked(ports[0], request), await asked(ports[1], request)];
        const [verdictBefore, verdictAfter] = [wordOf(one), wordOf(other)];
        const subject = `${request.method} ${request.probe.host ?? ''}${request.probe.path} from ${request.origin} ${request.credentials}`;
        const expected = told.find((difference) => JSON.stringify(difference.request) === key);
        if (verdictBefore !== verdictAfter && !announcements.some((announcement) => announcement.allows({ request, what: 'verdict', before: verdictBefore, after: verdictAfter }))) found.push(`not announced: ${subject}: ${verdictBefore} → ${verdictAfter}`);
        if (verdictBefore === verdictAfter && expected !== undefined && verdictBefore !== expected.after) found.push(`told, but not so: ${subject}: stays ${verdictBefore}`);
        const [seenBefore, seenAfter] = [seenOf(one), seenOf(other)];
        if (verdictBefore === verdictAfter && announcements.length === 0 && seenBefore !== seenAfter) found.push(`${subject}: ${seenBefore} → ${seenAfter}`);
      }
    } finally {
      await second.stop();
    }
  } finally {
    await first.stop();
  }
  return found.slice(0, 5);
}

function requestsTo(before: Policy, after: Policy): readonly ProbeRequest[] {
  return before.probes.flatMap((probe) => probeSet(before, after, probe, originKinds([before, after], [new URL(urlOf(probe)).origin])));
}

function asked(port: number, { probe, ...client }: ProbeRequest): Promise<RealExchange> {
  return realExchange(port, { ...client, url: urlOf(probe) });
}

function wordOf({ verdict }: RealExchange): string {
  return verdict.allowed === null ? 'undecided' : verdict.allowed ? 'allowed' : 'blocked';
}

/** What a page or somebody else sees of the answer: all but what only preflights and caches are told, and what says when; names for pages only where they may read what another origin sends. */
function seenOf({ preflight, response, verdict }: RealExchange): string {
  const unseen = /^(?:access-control-(?:allow-.*|max-age)|vary|date|server|connection|keep-alive|transfer-encoding|content-(?:type|length)|etag|last-modified|accept-ranges)$/;
  return JSON.stringify([preflight?.status, response.status, response.headers.filter(([name]) => !unseen.test(name) && ((verdict.allowed === true && response.headers.some(([other]) => other === 'access-control-allow-origin')) || name !== 'access-control-expose-headers'))]);
}

/** Starts nginx on a repository's texts, with addresses and folders that exist here. */
async function served(texts: Texts, side: string, port: number): Promise<Running> {
  const folder = mkdtempSync(join(root, `${side}-`));
  const main = Object.keys(texts).find((path) => /^nginx\.conf(?:\.template)?$/.test(posix.basename(path)));
  const [anyServer] = Object.entries(texts).filter(([, text]) => /^server\b/m.test(text)).map(([path]) => path);
  const prefix = main === undefined ? dirname(anyServer!).replace(/(?:^|\/)(?:conf\.d|sites-available|templates)$/, '') : dirname(main);
  const home = join(folder, prefix);
  for (const [path, text] of Object.entries(texts)) write(join(folder, path), localised(text, home, port));
  // Debian's package has it beside the main file.
  if (Object.values(texts).some((text) => text.includes('include proxy_params;'))) write(join(home, 'proxy_params'), 'proxy_set_header Host $http_host;\n');
  const servers = Object.entries(texts).filter(([, text]) => /^server\b/m.test(text)).map(([path]) => `include ${join(folder, path)};`);
  const base = main === undefined ? `events {}\nhttp {\n${servers.join('\n')}\n}\n` : readFileSync(join(folder, main), 'utf8');
  const file = join(home, 'live.conf');
  write(file, `daemon off;\nmaster_process off;\nerror_log stderr;\npid ${folder}/nginx.pid;\n${base.replace(/^http \{/m, (head) => `${head}\naccess_log off;\n${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n')}`)}`);
  const { status, stderr } = spawnSync('nginx', ['-t', '-q', '-p', home, '-c', file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${side}: ${stderr}`);
  return start('nginx', ['-p', home, '-c', file], [port]);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function localised(text: string, home: string, port: number): string {
  return text
    .replace(/listen [^;]*;/g, `listen 127.0.0.1:${port};`)
    .replace(/proxy_pass (?:http:\/\/(?!backend;)[^/;]*|\$\{BACKEND_URL\})/g, `proxy_pass http://127.0.0.1:${upstreamPort}`)
    .replace(/\bserver [\w.]+:\d+/g, `server 127.0.0.1:${upstreamPort}`)
    .replaceAll('/etc/nginx/', `${home}/`);
}
