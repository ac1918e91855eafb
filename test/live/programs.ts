import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import type { Reader } from '../../src/readers/reader.js';
import type { EstreeModule } from '../../src/syntax/estree/index.js';
import { read } from '../support/estree.js';
import type { ObservedRow } from '../support/observed.js';
import { disagreements } from './prediction.js';
import { recordedIn, type Case } from './recorded.js';
import { freePorts, run, start, type Running } from './server.js';

export type { Case };

export interface Programs {
  readonly title: string;
  /** Beside the suites; holds the packages' manifest and lock file. */
  readonly folder: string;
  readonly reader: Reader<EstreeModule>;
  readonly seed: number;
  readonly cases: readonly Case[];
  /** What stood behind CORS, as its answer shows it. */
  readonly scenario?: (status: number, request: HttpRequest) => Scenario;
  /** Other modules that a program imports, by name. */
  readonly modules?: Readonly<Record<string, string>>;
}

/** The recorded configurations that a suite can ask again. */
export function recorded(wanted: (row: ObservedRow) => boolean, sourceOf: (row: ObservedRow) => string): readonly Case[] {
  return recordedIn('javascript', wanted, sourceOf);
}

/** Declares a test for each program: the real one's answers are those that are predicted from its text. */
export function agree({ title, folder: name, reader, seed, cases, scenario, modules = {} }: Programs): void {
  describe(title, () => {
    const folder = fileURLToPath(new URL(name, import.meta.url));
    /** Inside `node_modules`, so that the packages under test are found. */
    const programs = `${folder}/node_modules/.${title.replace(/\W+/g, '-').toLowerCase()}`;
    const manifests = Object.fromEntries(['package.json', 'package-lock.json'].map((file) => [file, readFileSync(`${folder}/${file}`, 'utf8')]));
    let server: Running;
    let ports: readonly number[] = [];

    beforeAll(async () => {
      install(folder, manifests['package-lock.json']!);
      mkdirSync(programs, { recursive: true });
      ports = await freePorts(cases.length);
      for (const [path, text] of Object.entries(modules)) writeFileSync(`${programs}/${path.replace(/\.ts$/, '.js')}`, compiled(text));
      const files = cases.map(({ source }, index) => {
        const text = on(source, ports[index]!);
        const file = modules['app.module.ts'] === undefined && /^import /m.test(text) ? `${index}.mjs` : `${index}.cjs`;
        writeFileSync(`${programs}/${file}`, file.endsWith('.mjs') ? text : compiled(text));
        return file;
      });
      writeFileSync(`${programs}/all.mjs`, `process.on('unhandledRejection', (error) => console.error(error));\n${files.map((file) => `await import('./${file}').catch((error) => console.error('${file}', error));\n`).join('')}`);
      server = await start(process.execPath, [`${programs}/all.mjs`], ports);
    });

    afterAll(async () => {
      await server?.stop();
      rmSync(programs, { recursive: true, force: true });
    });

    test.each(cases.map((one, index) => [index, one.title] as const))(`${seed}/%i: %s`, async (index) => {
      const source = on(cases[index]!.source, ports[index]!);
      const path = 'app.module.ts' in modules ? 'main.ts' : 'app.js';
      const { policies, gaps } = read(reader, { [path]: source, ...modules, ...manifests }, path);
      expect(gaps, source).toEqual([]);
      expect(policies.length, source).toBeLessThanOrEqual(1);
      const [policy] = policies;
      expect(await disagreements(ports[index]!, policy === undefined ? undefined : { policy, inner: [] }, cases[index]!.requests, scenario), source).toEqual([]);
    });
  });
}

/** Once for each state of the lock file: several suites share a folder. */
export function install(folder: string, lock: string): void {
  const mark = `${folder}/node_modules/.installed`;
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  writeFileSync(mark, lock);
}

function on(source: string, port: number): string {
  return source.replace(/\b(port: |listen\()3000\b/, `$1${port}`);
}

/** TypeScript and modules as Node runs them through `require`. */
function compiled(source: string): string {
  return ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, experimentalDecorators: true, emitDecoratorMetadata: true } }).outputText;
}
