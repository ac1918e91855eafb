import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import type { Reader, Reading } from '../../src/readers/reader.js';
import language, { type PythonModule } from '../../src/syntax/python/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { disagreements } from './prediction.js';
import { environmentOf } from './python/environment.js';
import type { Case } from './recorded.js';
import { freePorts, start, type Running } from './server.js';

export interface PythonPrograms {
  readonly title: string;
  /** In the folder `python`: the releases under test, all of them pinned. */
  readonly requirements: string;
  /** In the folder `python`: what serves the programs. */
  readonly host: string;
  readonly reader: Reader<PythonModule>;
  readonly seed: number;
  /** Each is a module with an application `app`. */
  readonly cases: readonly Case[];
  /** What stood behind CORS, as its answer shows it. */
  readonly scenario?: (status: number, request: HttpRequest) => Scenario;
  /** Other modules that every program can import, by path. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Files whose readings count: the program alone unless this says otherwise. */
  readonly read?: readonly string[];
  /** Headers that the product prints from a set. */
  readonly unordered?: readonly string[];
  /** Which of several policies answers a request. Without this, a program has one policy at most. */
  readonly policyFor?: (policies: readonly Policy[], request: HttpRequest) => Policy | undefined;
}

/** Declares a test for each program: the real one's answers are those that are predicted from its text. */
export function agreeInPython({ title, requirements: file, host, reader, seed, cases, scenario, modules = {}, read = [], unordered = [], policyFor }: PythonPrograms): void {
  describe(title, () => {
    const folder = mkdtempSync(join(tmpdir(), 'live-python-'));
    let server: Running;
    let ports: readonly number[] = [];
    let requirements = '';

    beforeAll(async () => {
      await language.load();
      const environment = await environmentOf(file);
      requirements = environment.requirements;
      for (const [path, text] of [...Object.entries(modules), ...cases.map(({ source }, index) => [`case_${index}.py`, source] as const)]) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      ports = await freePorts(cases.length);
      server = await start(environment.python, [fileURLToPath(new URL(`python/${host}`, import.meta.url)), folder, ...ports.map(String)], ports);
    });

    afterAll(async () => {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    test.each(cases.map((one, index) => [index, one.title] as const))(`${seed}/%i: %s`, async (index) => {
      const { source, requests } = cases[index]!;
      const texts = { 'main.py': source, ...modules, 'requirements.txt': requirements };
      const readings = ['main.py', ...read].flatMap((path) => readingsOf(reader, texts, path));
      expect(readings.filter(({ kind }) => kind === 'gap'), source).toEqual([]);
      const policies = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
      if (policyFor === undefined) expect(policies.length, source).toBeLessThanOrEqual(1);
      const found: string[] = [];
      for (const request of requests) {
        const policy = policyFor === undefined ? policies[0] : policyFor(policies, request);
        found.push(...(await disagreements(ports[index]!, policy === undefined ? undefined : { policy, inner: [] }, [request], scenario, unordered)));
      }
      expect(found.slice(0, SHOWN), `${found.length} of ${requests.length} requests\n${source}`).toEqual([]);
    });
  });
}

/** Disagreements of one program that are told. */
const SHOWN = 5;

function readingsOf(reader: Reader<PythonModule>, texts: Readonly<Record<string, string>>, path: string): readonly Reading[] {
  const { unit, problems } = language.parse(new SourceText(path, texts[path]!), filesFrom(texts));
  expect(problems, texts[path]).toEqual([]);
  return [...reader.read(unit!)];
}
