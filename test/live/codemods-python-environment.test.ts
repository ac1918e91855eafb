/** Lists of origins that `python-origins-from-env` reads from a variable: real servers answer as before without it, let in whom it names with it, and do not start with a wrong entry. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Difference } from '../../src/codemods/proof.js';
import { CODEMODS } from '../../src/codemods/registry.js';
import { inWords, run } from '../../src/codemods/run.js';
import type { Revised } from '../../src/engine.js';
import type { Probe } from '../../src/policy/program.js';
import { acceptedCandidates, originLeaves } from '../../src/policy/views.js';
import { chosen, repositoryOf } from '../codemods/repository.js';
import { environmentOf } from './python/environment.js';
import { realExchange, type RealExchange } from './real-verdict.js';
import { freePorts, start, type Running } from './server.js';

const NAME = 'python-origins-from-env';
const FIXTURES = join(import.meta.dirname, '../../fixtures/codemods', NAME);

/** What the variable is set to. */
const SET = ['https://set.example', 'http://localhost:9999'];
const STRANGER = 'https://attacker.example';
/** What browsers send as no origin, or what is more than one to some package. */
const WRONG = ['https://bad.example/path', 'https://bad.example/', '*', 'https://*.bad.example', 'https://.*', 'ftp://bad.example', 'https://user@bad.example', 'https://Bad.example', 'https://bad.example?x', 'bad.example', 'null', 'https://bad.example:port'];

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const HEADERS: readonly (readonly (readonly [string, string])[])[] = [[], [['content-type', 'application/json']], [['authorization', 'Bearer x']], [['x-unlisted', '1']]];

interface Case {
  readonly choices?: { readonly env?: string };
  readonly notes?: readonly string[];
}

interface Program {
  readonly kind: 'asgi' | 'wsgi' | 'django';
  readonly module: string;
}

const cases = readdirSync(FIXTURES).filter((one) => existsSync(join(FIXTURES, one, 'after'))).sort();

describe(NAME, () => {
  const work = mkdtempSync(join(tmpdir(), 'live-environment-'));
  let python = '';
  let server: Running;
  let ports: readonly number[] = [];

  beforeAll(async () => {
    ({ python } = await environmentOf('settings.txt'));
    ports = await freePorts(cases.length * 3);
    const programs = cases.flatMap((one, index) =>
      [{ side: 'before' }, { side: 'after' }, { side: 'after', env: { [variableOf(one)]: textFor(one, SET) } }].map(({ side, env }, state) => {
        const folder = join(work, `${one}-${state}`);
        cpSync(join(FIXTURES, one, side), folder, { recursive: true });
        return { ...programIn(folder), folder, port: ports[3 * index + state], ...(env === undefined ? {} : { env }) };
      }),
    );
    server = await start(python, ['-B', fileURLToPath(new URL('python/environment_host.py', import.meta.url)), JSON.stringify(programs)], ports);
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(work, { recursive: true, force: true });
  });

  test.each(cases.map((one, index) => [one, index] as const))('%s answers as before where the variable is not set', async (one, index) => {
    const repository = await repositoryOf(textsIn(join(FIXTURES, one, 'before')));
    const { done } = await run((await CODEMODS[NAME]!.load()).default, repository, chosen(caseOf(one).choices));
    expect(done.length).toBeGreaterThan(0);
    let allowed = 0;
    for (const request of requestsTo(repository, [])) {
      const [before, after] = await Promise.all([0, 1].map((state) => asked(ports[3 * index + state]!, request)));
      if (toldBy(before!) === 'allowed') allowed += 1;
      expect(`${toldBy(after!)} ${exposed(after!)}`, words(request)).toBe(`${toldBy(before!)} ${exposed(before!)}`);
    }
    expect(server.printed()).not.toContain(join(work, `${one}-`));
    expect(allowed).toBeGreaterThan(0);
  });

  test.each(cases.map((one, index) => [one, index] as const))('%s lets in whom the variable names, instead of the list', async (one, index) => {
    const repository = await repositoryOf(textsIn(join(FIXTURES, one, 'before')));
    const listed = repository.policies.flatMap((policy) => originLeaves(policy).flatMap((leaf) => (leaf.s === 'exact' && leaf.text.includes('://') ? [leaf.text] : [])));
    let allowed = 0;
    for (const request of requestsTo(repository, SET)) {
      const { origin } = request;
      // What the list said of its own origins holds for those of the variable, and what it said of strangers for its own.
      const like = SET.includes(origin) ? listed[0]! : listed.includes(origin) ? STRANGER : origin;
      const [before, after] = await Promise.all([asked(ports[3 * index]!, { ...request, origin: like }), asked(ports[3 * index + 2]!, request)]);
      if (SET.includes(origin) && toldBy(after) === 'allowed') allowed += 1;
      expect(toldBy(after), words(request)).toBe(toldBy(before));
    }
    expect(allowed).toBeGreaterThan(0);
  });

  test.each(cases)('%s does not start with a wrong entry, which it names', (one) => {
    const folder = join(work, `${one}-1`);
    const { module } = programIn(folder);
    const started = (entries: readonly string[]): { readonly status: number | null; readonly stderr: string } => spawnSync(python, ['-B', '-c', `import ${module}`], { cwd: folder, encoding: 'utf8', env: { ...process.env, [variableOf(one)]: textFor(one, entries) } });
    expect(started(SET)).toMatchObject({ status: 0 });
    for (const entry of one === 'fastapi-list-in-the-call' ? WRONG : WRONG.slice(0, 1)) {
      const { status, stderr } = started([...SET, entry]);
      expect(status, entry).not.toBe(0);
      expect(stderr).toContain(`${variableOf(one)}: '${entry}' is no origin`);
    }
  });
});

function caseOf(one: string): Case {
  return JSON.parse(readFileSync(join(FIXTURES, one, 'case.json'), 'utf8')) as Case;
}

function variableOf(one: string): string {
  return caseOf(one).choices!.env!;
}

/** Entries as the variable of a case holds them: pydantic-settings reads lists as JSON. */
function textFor(one: string, entries: readonly string[]): string {
  return caseOf(one).notes?.some((note) => note.includes('JSON')) === true ? JSON.stringify(entries) : entries.join(', ');
}

/** The module that has the application, or Django's settings. */
function programIn(folder: string): Program {
  const found = Object.entries(textsIn(folder)).flatMap(([path, text]): readonly Program[] => {
    const module = path.replace(/\.py$/, '').replaceAll('/', '.');
    if (/^ROOT_URLCONF = /m.test(text)) return [{ kind: 'django', module }];
    return /^app = /m.test(text) ? [{ kind: /\bFlask\b/.test(text) ? 'wsgi' : 'asgi', module }] : [];
  });
  expect(found, folder).toHaveLength(1);
  return found[0]!;
}

function textsIn(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.py'));
  return Object.fromEntries(files.map((entry) => join(entry.parentPath, entry.name)).map((path) => [path.slice(folder.length + 1).split(sep).join('/'), readFileSync(path, 'utf8')]));
}

/** Every request that a page may make; the settings of Django name no place, and their applications serve one. */
function requestsTo({ policies }: Revised, more: readonly string[]): readonly Difference['request'][] {
  const origins = [...new Set(['null', STRANGER, 'http://localhost:3000', ...more, ...policies.flatMap(acceptedCandidates)])];
  const probes = policies.flatMap(({ probes: own, reader }): readonly Probe[] => (reader === 'django' ? [{ ...own[0]!, path: '/books' }] : own));
  return probes.flatMap((probe) => origins.flatMap((origin) => METHODS.flatMap((method) => HEADERS.flatMap((headers) => (['omit', 'include'] as const).map((credentials) => ({ probe, origin, method, headers, credentials }))))));
}

function asked(port: number, { probe, ...client }: Difference['request']): Promise<RealExchange> {
  return realExchange(port, { ...client, url: `https://api.example${probe.path.replace(/\{\w+\}|<[\w:]+>/g, '1')}` });
}

const toldBy = ({ verdict }: RealExchange): 'allowed' | 'blocked' => (verdict.allowed === true ? 'allowed' : 'blocked');

function exposed({ response, verdict }: RealExchange): string {
  return verdict.allowed === true ? (response.headers.find(([name]) => name === 'access-control-expose-headers')?.[1] ?? '') : '';
}

function words(request: Difference['request']): string {
  return inWords({ request, what: 'verdict', before: null, after: null });
}
