import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import type { Reader } from '../../src/readers/reader.js';
import type { EstreeModule } from '../../src/syntax/estree/index.js';
import type { JvmModule } from '../../src/syntax/jvm/index.js';
import type { PythonModule } from '../../src/syntax/python/index.js';
import { read } from './estree.js';
import { differences } from './observed.js';
import { readJvm } from './jvm.js';
import { readPython } from './python.js';

type Headers = Readonly<Record<string, string>>;

/** A small program and what real software that ran it answered, in the process. Status 0: it refused to start. */
export interface Recorded {
  readonly name: string;
  /** `@hapi/hapi 21.4.10` */
  readonly software: string;
  readonly files: Readonly<Record<string, string>>;
  readonly exchanges: readonly (readonly [method: string, path: string, headers: Headers, status: number, answer: Readonly<Record<string, string | readonly string[]>>])[];
}

/** The programs in `fixtures/readers/<id>/recorded.jsonl.gz`. */
export function recorded(id: string): readonly Recorded[] {
  const text = gunzipSync(readFileSync(new URL(`../../fixtures/readers/${id}/recorded.jsonl.gz`, import.meta.url))).toString('utf8');
  return text.trim().split('\n').map((line) => JSON.parse(line) as Recorded);
}

/**
 * Reads each program and predicts each recorded answer: how many agree, and the first that do not. Where a handler
 * answers by itself, its recorded status is what it sent; OPTIONS is predicted wholly. `silent` is the policy of a program
 * of which nothing is read.
 */
export function holdRecorded(programs: readonly Recorded[], reader: Reader<EstreeModule>, silent: Policy): { readonly held: number; readonly failures: readonly string[] } {
  const policiesOf = ({ software, files }: Recorded): readonly Policy[] => {
    const lock = JSON.stringify({ packages: Object.fromEntries(releases(software).map(([product, version]) => [`node_modules/${product}`, { version }])) });
    return read(reader, { ...files, 'package-lock.json': lock }, Object.keys(files)[0]!).policies;
  };
  return holdAll(programs, { policiesOf, silent, scenario: (status, method) => (method === 'OPTIONS' || status === 0 ? {} : { status }), unordered: [] });
}

/** The same for programs in Python, of which those that nothing is read of may answer OPTIONS as they like; `scenario` is what stood behind, `unordered` are headers that are printed from a set. */
export function holdRecordedInPython(programs: readonly Recorded[], reader: Reader<PythonModule>, given: Pick<Holding, 'silent' | 'scenario' | 'unordered'>): { readonly held: number; readonly failures: readonly string[] } {
  const policiesOf = ({ software, files }: Recorded): readonly Policy[] => {
    const { policies, gaps } = readPython(reader, { ...files, 'requirements.txt': releases(software).map(([product, version]) => `${product}==${version}\n`).join('') }, Object.keys(files)[0]!);
    if (gaps.length > 0) throw new Error(gaps[0]!.message);
    return policies;
  };
  return holdAll(programs, { ...given, policiesOf, scenario: (status, method, isRead) => (isRead ? given.scenario(status, method, isRead) : { status }) });
}

/** The same for programs in Java and Kotlin; `software` names an artifact (`io.vertx:vertx-web 5.1.3`), which a build file asks for. */
export function holdRecordedInJvm(programs: readonly Recorded[], reader: Reader<JvmModule>, given: Pick<Holding, 'silent' | 'scenario' | 'unordered'>): { readonly held: number; readonly failures: readonly string[] } {
  const policiesOf = ({ software, files }: Recorded): readonly Policy[] => {
    const { policies, gaps } = readJvm(reader, { ...files, 'build.gradle': releases(software).map(([artifact, version]) => `implementation '${artifact}:${version}'\n`).join('') }, Object.keys(files)[0]!);
    if (gaps.length > 0) throw new Error(gaps[0]!.message);
    return policies;
  };
  return holdAll(programs, { ...given, policiesOf });
}

interface Holding {
  policiesOf(program: Recorded): readonly Policy[];
  readonly silent: Policy;
  scenario(status: number, method: string, isRead: boolean): Scenario;
  readonly unordered: readonly string[];
}

function holdAll(programs: readonly Recorded[], { policiesOf, silent, scenario, unordered }: Holding): { readonly held: number; readonly failures: readonly string[] } {
  let held = 0;
  const failures: string[] = [];
  for (const program of programs) {
    const { name, software, exchanges } = program;
    const policies = policiesOf(program);
    if (policies.length > 1) failures.push(`${name}: ${policies.length} policies`);
    for (const [method, path, headers, status, answer] of exchanges) {
      const pairs = Object.entries(answer).flatMap(([header, texts]) => (policies.length === 0 && header === 'vary' ? [] : [texts].flat().map((text): [string, string] => [header, String(text)])));
      const row = { framework: '', version: software, options: undefined, request: { method, path, headers: Object.entries(headers) }, response: { status, headers: pairs } };
      const wrong = differences({ policy: policies[0] ?? silent, inner: [] }, row, { scenario: scenario(status, method, policies.length > 0), unordered });
      if (wrong.length === 0) held++;
      else failures.push(`${name}: ${method} ${path} ${JSON.stringify(headers)}: ${wrong.join('; ')}`);
    }
  }
  return { held, failures: failures.slice(0, 10) };
}

/** `@hapi/hapi 21.4.10` */
function releases(software: string): readonly (readonly [product: string, version: string])[] {
  return [...software.matchAll(/(\S+) (\d[\d.]+)/g)].map(([, product = '', version = '']) => [product, version]);
}
