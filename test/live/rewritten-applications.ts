import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Codemod } from '../../src/codemods/codemod.js';
import { run, type Outcome } from '../../src/codemods/run.js';
import { acceptedCandidates } from '../../src/policy/views.js';
import type { Revised } from '../../src/engine.js';
import { chosen, repositoryOf } from '../codemods/repository.js';
import { compile, librariesOf, MACHINE } from './java/libraries.js';
import { realExchange } from './real-verdict.js';
import { freePorts, start, type Running } from './server.js';

const home = fileURLToPath(new URL('java/', import.meta.url));
const ROOT = fileURLToPath(new URL('../../fixtures/codemods', import.meta.url));

interface Shape {
  readonly codemod: string;
  readonly name: string;
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}

function textsIn(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

function shapesOf(codemod: string): readonly Shape[] {
  return readdirSync(join(ROOT, codemod)).flatMap((name): readonly Shape[] => {
    const folder = join(ROOT, codemod, name);
    return existsSync(join(folder, 'after')) ? [{ codemod, name, before: textsIn(join(folder, 'before')), after: textsIn(join(folder, 'after')) }] : [];
  });
}

/** Releases under test, by what a shape's `pom.xml` says. */
const RELEASES = [
  { title: 'Spring Boot 2.7', project: 'security-5', servlets: 'javax.servlet', isFor: (pom: string) => pom.includes('<version>2.7.') && !pom.includes('webflux') },
  { title: 'Spring Boot 3.5', project: 'security-6', servlets: 'jakarta.servlet', isFor: (pom: string) => pom.includes('<version>3.5.') && !pom.includes('webflux') },
  { title: 'Spring Boot 3.5 with WebFlux', project: 'security-webflux-6', servlets: undefined, isFor: (pom: string) => pom.includes('<version>3.5.') && pom.includes('webflux') },
] as const;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Compiles and starts every application that code-mods for Spring rewrite, as it was and as it is: a page's requests are
 * decided alike by what both answer, or differ as is announced. Those that are refused are not started.
 * @param codemods by their names
 * @param more files that every application has besides, by their paths
 */
export function applicationsAnswerAlike(codemods: Readonly<Record<string, Codemod>>, more: Readonly<Record<string, string>> = {}): void {
  const shapes = Object.keys(codemods).flatMap(shapesOf);
  for (const { title, project, servlets, isFor } of RELEASES) {
    describe(title, () => {
      const own = shapes.filter(({ before }) => isFor(before['pom.xml']!));
      const folder = mkdtempSync(join(tmpdir(), 'live-codemods-'));
      let server: Running | undefined;
      let ports: readonly number[] = [];

      beforeAll(async () => {
        const libraries = await librariesOf(project);
        const hosts = ['Host', ...(servlets === undefined ? [] : ['Session'])].map((name) => written(join(folder, `${name}.java`), readFileSync(`${home}codemods/${name}.java`, 'utf8').replaceAll('jakarta.servlet', servlets ?? '')));
        const sides = own.flatMap(({ before, after }, index) => [[`before${index}`, { ...more, ...before }], [`after${index}`, { ...more, ...after }]] as const);
        const sources = sides.flatMap(([name, files]) => placed(folder, name, files));
        const classPath = await compile([...hosts, ...sources], libraries, join(folder, 'classes'));
        ports = await freePorts(sides.length);
        const started = sides.map(([name, files], index) => `${name}:${ports[index]}:${files['pom.xml']!.includes('starter-security')}`);
        server = await start('java', [...MACHINE, '-classpath', classPath, 'Host', folder, ...started], ports, { patience: 240_000 });
      });

      afterAll(async () => {
        await server?.stop();
        rmSync(folder, { recursive: true, force: true });
      });

      test.each(own.map(({ codemod, name }, index) => [`${codemod}: ${name}`, index] as const))('%s', async (_title, index) => {
        const { codemod, before, after } = own[index]!;
        const [was, is] = await Promise.all([repositoryOf(before), repositoryOf(after)]);
        const { done } = await run(codemods[codemod]!, was, chosen());
        const found = await differences(ports[2 * index]!, ports[2 * index + 1]!, was, is);
        expect(found.read, 'no page reads anything').toBeGreaterThan(0);
        expect(found.differing.filter((one) => !isAnnounced(one, done))).toEqual([]);
        if (done.some(({ announces }) => announces !== undefined)) expect(found.differing.length, 'what is announced is seen').toBeGreaterThan(0);
      });
    });
  }
}

function written(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** The files of an application below a package of its own; sources are told. */
function placed(folder: string, name: string, files: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(files).flatMap(([path, text]) => {
    if (path.startsWith('src/main/resources/')) written(join(folder, name, path.slice('src/main/resources/'.length)), text);
    if (!/\.(?:java|kt)$/.test(path)) return [];
    return [written(join(folder, path.replace(/^src\/main\/(java|kotlin)\//, `$1/${name}/`)), text.replace(/\bcom\.example\b(?!")/g, `${name}.com.example`))];
  });
}

interface Differing {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly credentials: 'omit' | 'include';
  readonly before: boolean | null;
  readonly after: boolean | null;
}

/** Methods that handlers of a path serve, where these are in view: of others a page reads a 405 and no data. */
function served(path: string, { policies }: Revised): readonly string[] {
  const named = policies.flatMap(({ probes }) => probes.filter((probe) => probe.path === path).flatMap(({ methods }) => methods ?? []));
  return named.length === 0 ? METHODS : METHODS.filter((method) => named.includes(method));
}

/** Requests of pages that are decided otherwise by what the two servers answer, and how many of the first are let read. */
async function differences(before: number, after: number, was: Revised, is: Revised): Promise<{ readonly read: number; readonly differing: readonly Differing[] }> {
  const policies = [...was.policies, ...is.policies];
  const paths = [...new Set(policies.flatMap(({ probes }) => probes.map(({ path }) => path)))];
  const origins = [...new Set([...policies.flatMap(acceptedCandidates), 'null', 'https://attacker.example'])];
  const differing: Differing[] = [];
  let read = 0;
  // Spring 5 serves a path with a slash at its end, too.
  const asked = paths.flatMap((path) => served(path, was).flatMap((method) => (path === '/' ? [path] : [path, `${path}/`]).flatMap((place) => origins.map((origin) => ({ path: place, method, origin })))));
  for (const { path, method, origin } of asked) {
    for (const [credentials, headers] of [['omit', []], ['omit', [['x-custom', '1']]], ['omit', [['authorization', 'Bearer x']]], ['include', []], ['include', [['x-custom', '1']]]] as const) {
      const request = { url: `https://api.example.test${path}`, origin, method, headers, credentials };
      const [one, other] = await Promise.all([realExchange(before, request), realExchange(after, request)]);
      if (other.verdict.allowed === true) read += 1;
      if (one.verdict.allowed !== other.verdict.allowed) differing.push({ origin, method, path, headers, credentials, before: one.verdict.allowed, after: other.verdict.allowed });
      else if (one.verdict.allowed === true) expect([path, exposed(other.response.headers)]).toEqual([path, exposed(one.response.headers)]);
    }
  }
  return { read, differing };
}

function exposed(headers: readonly (readonly [string, string])[]): readonly string[] {
  return headers.filter(([name]) => name === 'access-control-expose-headers').map(([, text]) => text.replace(/\s*,\s*/g, ','));
}

function isAnnounced({ origin, method, path, headers, credentials, before, after }: Differing, done: Outcome['done']): boolean {
  const inWords = (allowed: boolean | null): string => (allowed === null ? 'undecided' : allowed ? 'allowed' : 'blocked');
  // What is told to be left: a slash at the end loses the policy.
  if (path.endsWith('/') && before === true && after === false) return done.some(({ notes }) => notes?.some((note) => note.startsWith('Spring before 6 serves')) === true);
  const probe = { path: path.replace(/(?<=.)\/$/, ''), methods: null, requestHeaders: [], at: { file: '', start: 0, end: 0 } };
  return done.some(({ announces }) => announces?.allows({ request: { probe, origin, method, headers, credentials }, what: 'verdict', before: inWords(before), after: inWords(after) }) === true);
}
