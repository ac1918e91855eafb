/** What code-mods make of Python: real servers answer browsers before and after alike, or differ exactly as is said beforehand. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
const HOSTS: Readonly<Record<string, string>> = { 'starlette-headers-to-cors-middleware': 'asgi_host.py', 'flask-after-request-to-flask-cors': 'wsgi_host.py' };

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const HEADERS: readonly (readonly (readonly [string, string])[])[] = [[], [['content-type', 'application/json']], [['authorization', 'Bearer x']], [['x-unlisted', '1']]];
const STRANGERS = ['null', 'https://attacker.example', 'http://localhost:3000'];

/** Every request that a page may make of a place. */
function requestsTo(probe: Probe, policies: readonly Policy[]): readonly Difference['request'][] {
  const origins = [...new Set([...STRANGERS, ...policies.flatMap(acceptedCandidates)])];
  return origins.flatMap((origin) => METHODS.flatMap((method) => HEADERS.flatMap((headers) => (['omit', 'include'] as const).map((credentials) => ({ probe, origin, method, headers, credentials })))));
}

for (const [name, host] of Object.entries(HOSTS)) {
  const cases = readdirSync(join(FIXTURES, name)).filter((one) => existsSync(join(FIXTURES, name, one, 'after'))).sort();

  describe(name, () => {
    const work = mkdtempSync(join(tmpdir(), 'live-codemods-'));
    let server: Running;
    let ports: readonly number[] = [];

    beforeAll(async () => {
      const { python } = await environmentOf('current.txt');
      const programs = cases.flatMap((one) => ['before', 'after'].map((side) => readFileSync(join(FIXTURES, name, one, side, programOf(join(FIXTURES, name, one, side))), 'utf8')));
      programs.forEach((text, index) => writeFileSync(join(work, `case_${index}.py`), text));
      execFileSync(python, ['-W', 'error', '-m', 'py_compile', ...programs.map((_, index) => join(work, `case_${index}.py`))], { stdio: 'pipe' });
      ports = await freePorts(programs.length);
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
      const { done } = await run((await CODEMODS[name]!.load()).default, repository, chosen());
      const { seen = [] } = JSON.parse(readFileSync(join(folder, '../case.json'), 'utf8')) as { seen?: readonly string[] };
      const differences: Difference[] = [];
      let allowed = 0;
      for (const request of repository.policies.flatMap(({ probes }) => probes).flatMap((probe) => requestsTo(probe, repository.policies))) {
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

/** The one file that has the application. */
function programOf(folder: string): string {
  const [only, ...others] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.py') && /^app = /m.test(readFileSync(join(folder, path), 'utf8')));
  expect(others).toEqual([]);
  return only!;
}
