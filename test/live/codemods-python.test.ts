/** What code-mods make of Python: real servers answer browsers before and after alike, or differ exactly as is said beforehand. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Difference } from '../../src/codemods/proof.js';
import { CODEMODS } from '../../src/codemods/registry.js';
import { decides, inWords, run } from '../../src/codemods/run.js';
import type { Policy, Probe } from '../../src/policy/program.js';
import { acceptedCandidates } from '../../src/policy/views.js';
import { chosen, repositoryOf } from '../codemods/repository.js';
import { environmentOf } from './python/environment.js';
import { realExchange } from './real-verdict.js';
import { freePorts, start, type Running } from './server.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/codemods');

/** What serves the cases of a code-mod: those whose program has a word of the framework. */
const SUITES = [
  { name: 'starlette-headers-to-cors-middleware', host: 'asgi_host.py', framework: /starlette|fastapi/, program: /^app = /m },
  { name: 'flask-after-request-to-flask-cors', host: 'wsgi_host.py', framework: /flask/, program: /^app = /m },
  { name: 'reflection-to-allowlist', host: 'asgi_host.py', framework: /starlette|fastapi/, program: /^app = /m },
  { name: 'reflection-to-allowlist', host: 'wsgi_host.py', framework: /flask/, program: /^app = /m },
  { name: 'reflection-to-allowlist', host: 'django_host.py', framework: /django|ROOT_URLCONF/, program: /^ROOT_URLCONF = /m },
] as const;

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const HEADERS: readonly (readonly (readonly [string, string])[])[] = [[], [['content-type', 'application/json']], [['authorization', 'Bearer x']], [['x-unlisted', '1']]];
const STRANGERS = ['null', 'https://attacker.example', 'http://localhost:3000'];

/** Every request that a page may make of a place. */
function requestsTo(probe: Probe, policies: readonly Policy[], chosenOrigins: readonly string[]): readonly Difference['request'][] {
  const origins = [...new Set([...STRANGERS, ...policies.flatMap(acceptedCandidates), ...chosenOrigins])];
  return origins.flatMap((origin) => METHODS.flatMap((method) => HEADERS.flatMap((headers) => (['omit', 'include'] as const).map((credentials) => ({ probe, origin, method, headers, credentials })))));
}

for (const { name, host, framework, program } of SUITES) {
  const cases = readdirSync(join(FIXTURES, name)).filter((one) => existsSync(join(FIXTURES, name, one, 'after')) && isServed(join(FIXTURES, name, one, 'before'))).sort();

  function isServed(folder: string): boolean {
    return modulesIn(folder).some((path) => program.test(textOf(folder, path)) && framework.test(textOf(folder, path)));
  }

  describe(`${name}, ${host}`, () => {
    const work = mkdtempSync(join(tmpdir(), 'live-codemods-'));
    let server: Running;
    let ports: readonly number[] = [];

    beforeAll(async () => {
      const { python } = await environmentOf('current.txt');
      const folders = cases.flatMap((one) => ['before', 'after'].map((side) => join(FIXTURES, name, one, side)));
      folders.forEach((folder, index) => stage(folder, program, join(work, `case_${index}`)));
      execFileSync(python, ['-W', 'error', '-m', 'compileall', '-q', '-f', work], { stdio: 'pipe' });
      ports = await freePorts(folders.length);
      server = await start(python, [fileURLToPath(new URL(`python/${host}`, import.meta.url)), work, ...ports.map(String)], ports);
    });

    afterAll(async () => {
      await server?.stop();
      rmSync(work, { recursive: true, force: true });
    });

    test.each(cases.map((one, index) => [one, index] as const))('%s', async (one, index) => {
      expect(server.printed()).not.toMatch(new RegExp(`^case_(?:${2 * index}|${2 * index + 1})$`, 'm'));
      const folder = join(FIXTURES, name, one, 'before');
      const repository = await repositoryOf(Object.fromEntries(readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.\w+$/.test(path)).map((path) => [path, readFileSync(join(folder, path), 'utf8')])));
      const { seen = [], choices } = JSON.parse(readFileSync(join(folder, '../case.json'), 'utf8')) as { seen?: readonly string[]; choices?: { readonly origins: readonly string[] } };
      const { done } = await run((await CODEMODS[name]!.load()).default, repository, chosen(choices));
      const differences: Difference[] = [];
      let allowed = 0;
      for (const request of repository.policies.flatMap(({ probes }) => probes).flatMap((probe) => requestsTo(probe, repository.policies, choices?.origins ?? []))) {
        const url = `https://api.example${request.probe.path}`;
        const [before, after] = await Promise.all([0, 1].map((side) => realExchange(ports[2 * index + side]!, { url, origin: request.origin, method: request.method, headers: request.headers, credentials: request.credentials })));
        const told = [before!, after!].map(({ verdict }) => (verdict.allowed === true ? 'allowed' : 'blocked'));
        if (told[0] === 'allowed') allowed += 1;
        if (told[0] !== told[1]) differences.push({ request, what: 'verdict', before: told[0]!, after: told[1]! });
        else if (told[0] === 'allowed') expect(exposed(after!), inWords({ request, what: 'verdict', before: null, after: null })).toBe(exposed(before!));
      }
      expect(allowed).toBeGreaterThan(0);
      expect(differences.filter((difference) => decides(difference) && !done.some(({ announces }) => announces?.allows(difference))).map(inWords)).toEqual([]);
      expect(differences.map(inWords)).toEqual(expect.arrayContaining([...seen]));
    });
  });
}

function exposed({ response }: Awaited<ReturnType<typeof realExchange>>): string | undefined {
  return response.headers.find(([name]) => name === 'access-control-expose-headers')?.[1];
}

function modulesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.py'));
}

function textOf(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

/** Puts a project where a host finds it as one module: itself, where it is a single file, or one that imports it and leaves its names to the next. */
function stage(folder: string, program: RegExp, module: string): void {
  const paths = modulesIn(folder);
  const [only, ...others] = paths.filter((path) => program.test(textOf(folder, path)));
  expect(others).toEqual([]);
  if (paths.length === 1) return writeFileSync(`${module}.py`, textOf(folder, only!));
  cpSync(folder, module, { recursive: true });
  const name = only!.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.');
  writeFileSync(`${module}.py`, `import importlib
import sys

known = set(sys.modules)
sys.path.insert(0, ${JSON.stringify(module)})
globals().update(vars(importlib.import_module(${JSON.stringify(name)})))
if "ROOT_URLCONF" not in globals():
    sys.path.pop(0)
    for name in set(sys.modules) - known:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(${JSON.stringify(module)}):
            del sys.modules[name]
`);
}
