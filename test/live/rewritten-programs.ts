import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Difference } from '../../src/codemods/proof.js';
import { CODEMODS } from '../../src/codemods/registry.js';
import { decides, inWords, run } from '../../src/codemods/run.js';
import type { Policy, Probe } from '../../src/policy/program.js';
import { acceptedCandidates } from '../../src/policy/views.js';
import { chosen, repositoryOf } from '../codemods/repository.js';
import { install } from './programs.js';
import { realExchange, type RealExchange } from './real-verdict.js';
import { freePorts, start, type Running } from './server.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/codemods');

export interface RewrittenPrograms {
  readonly title: string;
  /** Name of the code-mod. */
  readonly codemod: string;
  /** Beside the suites; holds the packages' manifest and lock file. */
  readonly folder: string;
  /** Cases that these packages can serve, told by the name of the case and the texts before it. */
  readonly serves?: (name: string, texts: Readonly<Record<string, string>>) => boolean;
  /** How handlers answer, and how they do that throw when they are asked for `/fails`; absent: none throws. */
  readonly answer?: { readonly from: string; readonly to: string };
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'];
const HEADERS: readonly (readonly (readonly [string, string])[])[] = [[], [['content-type', 'application/json']], [['authorization', 'Bearer x']], [['x-unlisted', '1']]];
const STRANGERS = ['null', 'https://attacker.example', 'http://localhost:3000'];

/** Every request that a page may make of a place. */
function requestsTo(probe: Probe, policies: readonly Policy[], chosenOrigins: readonly string[]): readonly Difference['request'][] {
  const origins = [...new Set([...STRANGERS, ...chosenOrigins, ...policies.flatMap(acceptedCandidates)])];
  return origins.flatMap((origin) => METHODS.flatMap((method) => HEADERS.flatMap((headers) => (['omit', 'include'] as const).map((credentials) => ({ probe, origin, method, headers, credentials })))));
}

/**
 * Serves every fixture of a code-mod before and after it: browsers get the same, or what is announced. The program is the one
 * script that listens, on the port in `PORT`; scripts in TypeScript are checked with the real types, unused names included.
 */
export function answerAlike({ title, codemod, folder: name, serves = () => true, answer }: RewrittenPrograms): void {
  const root = join(FIXTURES, codemod);
  const cases = readdirSync(root).filter((one) => existsSync(join(root, one, 'after')) && serves(one, textsIn(join(root, one, 'before')))).sort();

  describe(title, () => {
    const folder = join(import.meta.dirname, name);
    /** Inside `node_modules`, so that the packages under test are found. */
    const work = join(folder, 'node_modules', `.${codemod}`);
    let server: Running;
    let ports: readonly number[] = [];

    beforeAll(async () => {
      install(folder, readFileSync(join(folder, 'package-lock.json'), 'utf8'));
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work, { recursive: true });
      const programs = cases.flatMap((one) => ['before', 'after'].map((side) => programIn(join(root, one, side), join(work, one, side), answer)));
      ports = await freePorts(programs.length);
      writeFileSync(join(work, 'all.mjs'), programs.map((path, index) => `process.env.PORT = '${ports[index]}';\nawait import(${JSON.stringify(path)});\n`).join(''));
      server = await start(process.execPath, [join(work, 'all.mjs')], ports);
    });

    afterAll(async () => {
      await server?.stop();
      rmSync(work, { recursive: true, force: true });
    });

    test.each(cases.map((one, index) => [one, index] as const))('%s', async (one, index) => {
      const { choices, seen = [] } = JSON.parse(readFileSync(join(root, one, 'case.json'), 'utf8')) as { choices?: Parameters<typeof chosen>[0]; seen?: readonly string[] };
      const repository = await repositoryOf(textsIn(join(root, one, 'before')));
      const { done } = await run((await CODEMODS[codemod]!.load()).default, repository, chosen(choices));
      const differences: Difference[] = [];
      let allowed = 0;
      const requests = repository.policies.flatMap(({ probes }) => probes).flatMap((probe) => requestsTo(probe, repository.policies, choices?.origins ?? []));
      const failing = answer === undefined ? [] : requests.filter(({ method, headers }) => method === 'GET' && headers.length === 0).map((request) => ({ ...request, scenario: { uncaught: true } }));
      for (const request of [...requests, ...failing]) {
        const { probe, scenario, ...client } = request;
        const [before, after] = await Promise.all([0, 1].map((side) => realExchange(ports[2 * index + side]!, { ...client, url: `https://api.example${scenario === undefined ? probe.path : '/fails'}` })));
        if (scenario !== undefined) expect([before, after].map((exchange) => exchange?.response.status)).toEqual([500, 500]);
        const [was, is] = [toldBy(before!), toldBy(after!)];
        if (was === 'allowed') allowed += 1;
        if (was !== is) differences.push({ request, what: 'verdict', before: was, after: is });
        else if (was === 'allowed') expect(exposed(after!), inWords({ request, what: 'verdict', before: null, after: null })).toBe(exposed(before!));
      }
      expect(allowed).toBeGreaterThan(0);
      expect(differences.filter((difference) => decides(difference) && !done.some(({ announces }) => announces?.allows(difference))).map(inWords)).toEqual([]);
      // Nothing sets the variables of the environment here that a list may come from.
      expect(differences.map(inWords)).toEqual(expect.arrayContaining(seen.map((line) => line.replace(/undecided$/, 'blocked')).filter((line) => !line.endsWith('blocked → blocked'))));
    });

    const typed = cases.flatMap((one) => ['before', 'after'].filter((side) => scriptsIn(join(root, one, side)).some(isTyped)).map((side) => [one, side] as const));
    test.runIf(typed.length > 0).each(typed)('%s is of its types %s', (one, side) => {
      expect(problemsOf(scriptsIn(join(work, one, side)).filter(isTyped).map((path) => join(work, one, side, path)))).toEqual([]);
    });
  });
}

const toldBy = ({ verdict }: RealExchange): 'allowed' | 'blocked' => (verdict.allowed === true ? 'allowed' : 'blocked');

/** Names in any order, upper or lower case, blanks or none: it is a list. */
function exposed({ response }: RealExchange): string | undefined {
  return response.headers.find(([name]) => name === 'access-control-expose-headers')?.[1].toLowerCase().split(',').map((item) => item.trim()).sort().join();
}

const isTyped = (path: string): boolean => /\.[cm]?tsx?$/.test(path);

function scriptsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !path.endsWith('.d.ts'));
}

function textsIn(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

/** Copies a program to where its packages are, its TypeScript compiled too; the path of what listens. */
function programIn(folder: string, target: string, answer: RewrittenPrograms['answer']): string {
  cpSync(folder, target, { recursive: true });
  const isModule = existsSync(join(folder, 'package.json')) && (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { type?: string }).type === 'module';
  // Without one, Node would ask the manifest of the suite.
  if (!existsSync(join(target, 'package.json'))) writeFileSync(join(target, 'package.json'), '{}');
  const scripts = scriptsIn(folder);
  for (const path of scripts.filter(isTyped)) {
    const { outputText } = ts.transpileModule(readFileSync(join(folder, path), 'utf8'), { compilerOptions: { module: isModule ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true, experimentalDecorators: true, emitDecoratorMetadata: true } });
    writeFileSync(join(target, path.replace(/tsx?$/, 'js')), outputText);
  }
  const listening = scripts.filter((path) => /\blisten\(|\bserve\(/.test(readFileSync(join(folder, path), 'utf8')));
  expect(listening, dirname(target)).toHaveLength(1);
  const program = join(target, listening[0]!.replace(/tsx?$/, 'js'));
  if (answer !== undefined) {
    const text = readFileSync(program, 'utf8');
    expect(text, program).toContain(answer.from);
    writeFileSync(program, text.replace(answer.from, answer.to));
  }
  return program;
}

function problemsOf(paths: readonly string[]): readonly string[] {
  const options: ts.CompilerOptions = { strict: true, noUnusedLocals: true, noEmit: true, skipLibCheck: true, esModuleInterop: true, experimentalDecorators: true, emitDecoratorMetadata: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: ['node'] };
  return ts.getPreEmitDiagnostics(ts.createProgram({ rootNames: paths, options })).map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}
