import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exact } from '../../src/origins/origin-set.js';
import type { Deployment, HttpRequest } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import apache from '../../src/readers/apache/index.js';
import language from '../../src/syntax/apache/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences } from '../support/observed.js';
import { always, place, policy, set, step } from '../support/policy.js';
import { COMPLAINTS } from '../syntax/apache-complaints.js';
import { FILES, generated, PATHS, type Configuration } from './apache-configurations.js';
import { requestsTo } from './prediction.js';
import { sample } from './seed.js';
import { freePorts, send, start } from './server.js';

const { random, cases } = sample('apache', 150);
const root = mkdtempSync(join(tmpdir(), 'live-apache-'));
/** The origin that the upstream lets in by itself. */
const PARTNER = 'https://admin.example.com';
/** Virtual hosts of one server. */
const TOGETHER = 60;
/** Requests to each of them. */
const ASKED = 40;
let upstream: Server;
let upstreamPort: number;

const MODULES = ['mpm_event', 'authz_core', 'authn_core', 'authn_file', 'authz_user', 'authz_host', 'access_compat', 'auth_basic', 'headers', 'setenvif', 'env', 'rewrite', 'alias', 'dir', 'mime', 'proxy', 'proxy_http'];

function serverText(hosts: string): string {
  return `ServerName localhost
PidFile "${root}/pid"
ErrorLog "${root}/error.log"
${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
TypesConfig /etc/mime.types
User www-data
Group www-data
<Directory "${root}">
    Require all granted
</Directory>
${hosts}
`;
}

beforeAll(async () => {
  chmodSync(root, 0o755);
  // u:p, in the form that every system can check.
  writeFileSync(join(root, 'htpasswd'), 'u:{SHA}UWsUDjA9A+zVTcZ6jBbnLNwmGAA=\n');
  [upstreamPort] = (await freePorts(1)) as [number];
  upstream = createServer((request, response) => {
    // eslint-disable-next-line cors-lint/vary-origin-missing -- no cache stands in front of it
    if (request.headers.origin === PARTNER) response.setHeader('Access-Control-Allow-Origin', '*');
    response.statusCode = request.url?.includes('missing') === true ? 404 : 200;
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

interface Prepared {
  readonly configuration: Configuration;
  readonly port: number;
  readonly folder: string;
  /** As the server reads it. */
  readonly text: string;
}

function prepare(configuration: Configuration, port: number): Prepared {
  const folder = join(root, String(port), 'doc');
  for (const path of FILES) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), 'text');
  }
  writeFileSync(join(folder, '../htpasswd'), 'u:{SHA}UWsUDjA9A+zVTcZ6jBbnLNwmGAA=\n');
  for (const [name, rules] of Object.entries(configuration.folders)) writeFileSync(join(folder, name, '.htaccess'), rules);
  const text = `Listen 127.0.0.1:${port}\n<VirtualHost 127.0.0.1:${port}>\n    DocumentRoot "\${DOC}"\n${configuration.host}\n</VirtualHost>\n`.replaceAll('${DOC}', folder);
  return { configuration, port, folder, text };
}

/** What the reader makes of it, for a path: rules of folders are read with the folder that the path leads to. */
function policyFor({ configuration, port, text }: Prepared, path: string): Policy | undefined {
  const folders = Object.entries(configuration.folders);
  const files = filesFrom(folders.length === 0 ? { 'site.conf': text } : Object.fromEntries(folders.map(([name, rules]) => [name === '' ? '.htaccess' : `${name}/.htaccess`, rules])));
  const inside = folders.some(([name]) => name === 'sub') && path.startsWith('/sub/');
  const file = folders.length === 0 ? 'site.conf' : inside ? 'sub/.htaccess' : '.htaccess';
  const { unit, problems } = language.parse(new SourceText(file, files.read(file)!), files);
  expect(problems).toEqual([]);
  const readings = [...apache.read(unit!)];
  expect(readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []))).toEqual([]);
  const policies = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  return policies.find(({ listens }) => listens.length === 0 || listens.includes(port));
}

/** Requests that the sample takes from all that could be asked. */
function requests(): readonly HttpRequest[] {
  const all = PATHS.flatMap((path) => requestsTo(path, ['GET', 'POST', 'PUT']));
  const authorised = all.filter(({ method }) => method === 'GET').map((request): HttpRequest => ({ ...request, headers: [...request.headers, ['authorization', 'Basic dTpw']] }));
  const from = [...all, ...authorised] as [HttpRequest, ...HttpRequest[]];
  return Array.from({ length: ASKED }, () => random.pick(from));
}

const fixtures = readdirSync('fixtures/rules', { recursive: true, encoding: 'utf8' }).filter((name) => /apache|htaccess/.test(name) && /\.conf$|\.htaccess$/.test(name)).map((name) => `fixtures/rules/${name}`).sort();

/** What the server itself says of every fixture, and of what fixes make of it. */
test('fixtures, mended ones too, load', () => {
  expect(fixtures.length).toBeGreaterThan(40);
  for (const path of fixtures) {
    const text = readFileSync(path, 'utf8');
    const file = join(root, 'fixture.conf');
    // Rules of a folder are those of a section.
    writeFileSync(file, serverText(`Listen 127.0.0.1:80\n${path.endsWith('.htaccess') ? `<Directory "/srv">\n${text}</Directory>` : text}`));
    const checked = spawnSync('apache2', ['-t', '-d', root, '-f', file], { encoding: 'utf8' });
    expect(`${path}: ${checked.stderr}`).toContain('Syntax OK');
  }
});

/** Its modules are those of the suite, so what it says of a name that it does not know is left out. */
test.each(COMPLAINTS.filter(([text]) => !/^A$/m.test(text)))('the server says so of %j', (text, message) => {
  const file = join(root, 'refused.conf');
  writeFileSync(file, serverText(`Listen 127.0.0.1:80\n${text}`));
  const checked = spawnSync('apache2', ['-t', '-d', root, '-f', file], { encoding: 'utf8' });
  expect(checked.stderr).toContain(message.startsWith('Invalid command') ? 'Invalid command' : message);
});

const counted = { answers: 0, open: 0 };

async function found(prepared: Prepared): Promise<readonly string[]> {
  const told: string[] = [];
  const policies = new Map<string, ReturnType<typeof policyFor>>();
  for (const request of requests()) {
    const key = request.path.startsWith('/sub/') ? 'sub' : '';
    if (!policies.has(key)) policies.set(key, policyFor(prepared, request.path));
    const one = policies.get(key);
    // Without a policy nothing is said about what the upstream sends of itself.
    if (one === undefined && request.headers.some(([, value]) => value === PARTNER)) continue;
    const deployment: Deployment | undefined = one === undefined ? undefined : { policy: one, inner: [{ host: '127.0.0.1', port: upstreamPort, deployment: { policy: behind, inner: [] } }] };
    const response = await send(prepared.port, request);
    const here = deployment === undefined ? response.headers.filter(([name]) => name.startsWith('access-control-')).map(([name, value]) => `no policy, sent ${name}: ${value}`) : differences(deployment, { framework: 'live', version: '', options: {}, request, response }, { scenario: { status: response.status }, asLists: true });
    counted.answers += 1;
    if (here.some((text) => /outcomes: |\(unknown\)/.test(text))) counted.open += 1;
    else if (here.length > 0) told.push(`${request.method} ${request.path} ${JSON.stringify(request.headers)}: ${here.join('; ')}`);
  }
  return told;
}

const batches = Array.from({ length: Math.ceil(cases / TOGETHER) }, (_unused, index) => Math.min(TOGETHER, cases - index * TOGETHER));

test.each(batches.map((size, index) => [index, size] as const))(`generated configurations ${random.seed}/%i (%i)`, async (index, size) => {
  const ports = await freePorts(size);
  const prepared = ports.map((port, at) => prepare(generated(random, { port, upstream: upstreamPort, root }, (index * TOGETHER + at) % 3 === 2), port));
  const file = join(root, `httpd-${index}.conf`);
  writeFileSync(file, serverText(prepared.map(({ text }) => text).join('\n')));
  const checked = spawnSync('apache2', ['-t', '-d', root, '-f', file], { encoding: 'utf8' });
  expect(checked.stderr).toContain('Syntax OK');
  const server = await start('apache2', ['-d', root, '-f', file, '-D', 'FOREGROUND'], ports);
  try {
    const wrong: string[] = [];
    for (const one of prepared) {
      const told = await found(one);
      if (told.length > 0) wrong.push(`${one.text}${Object.entries(one.configuration.folders).map(([name, rules]) => `--- ${name}/.htaccess\n${rules}`).join('')}${told.slice(0, 3).join('\n')}\n${told.length} of ${ASKED}`);
    }
    expect(wrong.length === 0 ? '' : `${wrong.length} configurations:\n\n${wrong.slice(0, 6).join('\n\n')}`).toBe('');
  } finally {
    await server.stop();
  }
}, 300_000);

test('little is left open', () => {
  process.stdout.write(`apache: ${counted.open} of ${counted.answers} answers are left open\n`);
  expect(counted.open / Math.max(1, counted.answers)).toBeLessThan(0.02);
});
