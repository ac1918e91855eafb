/** What `consolidate` makes of chains: real proxies in front of real applications answer browsers before and after alike, or differ exactly as is said beforehand. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import consolidate from '../../src/codemods/consolidate.js';
import type { Difference } from '../../src/codemods/proof.js';
import { inWords, run } from '../../src/codemods/run.js';
import { urlOf } from '../../src/findings/ask.js';
import { placesOf } from '../../src/findings/passage.js';
import { layersOf } from '../../src/policy/deployment.js';
import { acceptedCandidates } from '../../src/policy/views.js';
import { chosen, repositoryOf } from '../codemods/repository.js';
import { compile, librariesOf, MACHINE } from './java/libraries.js';
import { whole } from './nginx-configurations.js';
import { install } from './programs.js';
import { environmentOf } from './python/environment.js';
import { realExchange } from './real-verdict.js';
import { freePorts, start, type Running } from './server.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/codemods/consolidate');
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

type Texts = Readonly<Record<string, string>>;

function textsIn(folder: string): Texts {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

/** Chains whose proxy and application can be started here. */
const cases = readdirSync(FIXTURES).filter((one) => existsSync(join(FIXTURES, one, 'after')) && Object.keys(textsIn(join(FIXTURES, one, 'after'))).some((path) => /nginx\.conf$|default\.conf$|Caddyfile$|httpd\.conf$|haproxy\.cfg$/.test(path))).sort();
const SIDES = ['before', 'after'] as const;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const HEADERS: readonly (readonly (readonly [string, string])[])[] = [[], [['content-type', 'application/json']], [['x-unlisted', '1']]];
const STRANGERS = ['null', 'https://attacker.example', 'http://localhost:3000'];

const MODULES = '/usr/lib/apache2/modules';

const APPLICATION = 'package com.example.orders;\n\n@org.springframework.boot.autoconfigure.SpringBootApplication\npublic class App {}\n';

const folder = mkdtempSync(join(tmpdir(), 'live-consolidate-'));
const running: Running[] = [];
/** Of the proxies, in the order of cases and sides. */
const outside: number[] = [];

/** Writes a chain's files with the ports of this machine, and starts what they say. */
async function deploy(texts: Texts, root: string, [outer, inner]: readonly [number, number]): Promise<void> {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text.replaceAll(/\bapi:\d+/g, `127.0.0.1:${inner}`));
  }
  running.push(await application(texts, join(root, 'api'), inner));
  running.push(await proxy(Object.keys(texts).find((path) => path.startsWith('edge/'))!, root, outer));
}

async function application(texts: Texts, root: string, port: number): Promise<Running> {
  const script = ['server.js', 'server.mjs'].find((name) => `api/${name}` in texts);
  if (script !== undefined) {
    symlinkSync(join(here('express-4'), 'node_modules'), join(root, 'node_modules'));
    writeFileSync(join(root, script), readFileSync(join(root, script), 'utf8').replace(/listen\((.*)\)/, (_all, expression: string) => `listen(${expression}, '127.0.0.1')`));
    return start('env', [`PORT=${port}`, process.execPath, join(root, script)], [port]);
  }
  const program = ['main.py', 'app.py'].find((name) => `api/${name}` in texts);
  if (program !== undefined) {
    const { python } = await environmentOf('current.txt');
    execFileSync(python, ['-W', 'error', '-m', 'py_compile', join(root, program)], { stdio: 'pipe' });
    writeFileSync(join(root, 'case_0.py'), readFileSync(join(root, program), 'utf8'));
    return start(python, [here(program === 'main.py' ? 'python/asgi_host.py' : 'python/wsgi_host.py'), root, String(port)], [port]);
  }
  if ('api/manage.py' in texts) {
    const { python } = await environmentOf('current.txt');
    writeFileSync(join(root, 'case_0.py'), 'from orders.wsgi import application as app\n');
    return start(python, [here('python/wsgi_host.py'), root, String(port)], [port]);
  }
  const sources = join(root, 'src/main/java/com/example/orders');
  if (!('api/src/main/java/com/example/orders/App.java' in texts)) writeFileSync(join(sources, 'App.java'), APPLICATION);
  mkdirSync(join(root, 'com.example.orders'));
  writeFileSync(join(root, 'com.example.orders/application.properties'), `server.port=${port}\n`);
  const classPath = await compile([here('java/boot-web/Host.java'), ...readdirSync(sources).map((name) => join(sources, name))], await librariesOf('boot-web-3'), join(root, 'classes'));
  return start('java', [...MACHINE, '-classpath', classPath, 'Host', root, 'com.example.orders'], [port], { patience: 240_000 });
}

async function proxy(path: string, root: string, port: number): Promise<Running> {
  const text = readFileSync(join(root, path), 'utf8');
  if (path.endsWith('Caddyfile')) {
    const file = join(root, 'Caddyfile');
    writeFileSync(file, `{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n}\n\n${text.replace(/^(\S+) \{/, `http://$1:${port} {`)}`);
    return start('env', [`XDG_CONFIG_HOME=${root}`, `XDG_DATA_HOME=${root}`, 'caddy', 'run', '--adapter', 'caddyfile', '--config', file], [port]);
  }
  if (path.endsWith('haproxy.cfg')) {
    const file = join(root, 'haproxy.cfg');
    writeFileSync(file, text.replace('bind :80', `bind 127.0.0.1:${port}`));
    return start('haproxy', ['-db', '-f', file], [port]);
  }
  if (path.endsWith('httpd.conf')) {
    const file = join(root, 'httpd.conf');
    const modules = ['mpm_event', 'authz_core'].map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so\n`).join('');
    writeFileSync(file, `ServerRoot "${root}"\nServerName localhost\nPidFile "${root}/apache.pid"\nErrorLog "${root}/error.log"\nUser www-data\nGroup www-data\n${modules}${text.replace('Listen 80', `Listen 127.0.0.1:${port}`).replace('*:80>', `*:${port}>`).replaceAll(' modules/', ` ${MODULES}/`)}`);
    return start('apache2', ['-d', root, '-f', file, '-D', 'FOREGROUND'], [port]);
  }
  const content = (/\bhttp \{([^]*)\}\s*$/.exec(text)?.[1] ?? text).replace(/include mime\.types;/, '').replace(/listen 80;/, `listen 127.0.0.1:${port};`);
  writeFileSync(join(root, 'nginx.conf'), whole(content, { port: 0, upstream: 0, root }));
  return start('nginx', ['-p', root, '-c', join(root, 'nginx.conf')], [port]);
}

beforeAll(async () => {
  install(here('express-4'), readFileSync(join(here('express-4'), 'package-lock.json'), 'utf8'));
  const ports = await freePorts(cases.length * 4);
  for (const one of cases) {
    for (const side of SIDES) {
      const own = ports.slice(2 * outside.length, 2 * outside.length + 2) as [number, number];
      await deploy(textsIn(join(FIXTURES, one, side)), join(folder, one, side), own);
      outside.push(own[0]);
    }
  }
});

afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  rmSync(folder, { recursive: true, force: true });
});

describe('real chains answer browsers alike, or as is announced', () => {
  test.each(cases.map((one, index) => [one, index] as const))('%s', async (one, index) => {
    const { choices, seen = [] } = JSON.parse(readFileSync(join(FIXTURES, one, 'case.json'), 'utf8')) as { choices?: Parameters<typeof chosen>[0]; seen?: readonly string[] };
    const repository = await repositoryOf(textsIn(join(FIXTURES, one, 'before')));
    const { done } = await run(consolidate, repository, chosen(choices));
    const [entry] = repository.layering.entries;
    const origins = [...new Set([...STRANGERS, ...layersOf(entry!).flatMap(acceptedCandidates)])];
    const places = placesOf(entry!, repository.environment);
    const differences: Difference[] = [];
    let readable = 0;
    for (const probe of places) {
      for (const request of origins.flatMap((origin) => METHODS.flatMap((method) => HEADERS.flatMap((headers) => (['omit', 'include'] as const).map((credentials) => ({ probe, origin, method, headers, credentials })))))) {
        const { probe: place, ...client } = request;
        const [was, is] = await Promise.all(SIDES.map(async (_side, side) => ((await realExchange(outside[2 * index + side]!, { ...client, url: urlOf(place) })).verdict.allowed === true ? 'allowed' : 'blocked')));
        if (is === 'allowed') readable += 1;
        if (was !== is) differences.push({ request, what: 'verdict', before: was!, after: is! });
      }
    }
    expect(readable).toBeGreaterThan(0);
    expect(differences.filter((difference) => !done.some(({ announces }) => announces?.allows(difference) === true)).map(inWords)).toEqual([]);
    expect(differences.map(inWords)).toEqual(expect.arrayContaining([...seen]));
  });
});

test('chains of several proxies and frameworks are among them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(6);
});
