import type { Rule, SourceCode } from 'eslint';
import type { EngineOptions } from '../../engine.js';
import { lintModule } from '../../engine-module.js';
import { directivesIn, silencing } from '../../findings/ignore.js';
import { languagePaths, ruleEntries } from '../../generated/catalogue.js';
import { SourceText } from '../../text/source-text.js';
import { concernsCors, Disk } from '../disk.js';
import { isKnownFile } from '../known-file.js';
import { rootOf, type Root } from '../root.js';
import type { Shown } from './question.js';
import { documentLanguageOf, pathOf, sourceCodeOf } from './source-file.js';
import { ask } from './thread.js';

/** One file's findings, and the path that the engine knows it by. */
export interface Analysis {
  readonly path: string;
  readonly findings: readonly Shown[];
  /** Why there is nothing to say about a file that should be read. */
  readonly failure?: string;
}

/** By the options that a rule has of its own: rules without any share one. */
const analyses = new WeakMap<SourceCode, Map<string, Analysis>>();

/** The findings of every rule: the first one that asks pays, the others share. */
export function analysisOf(context: Rule.RuleContext, ruleId: string): Analysis {
  const sourceCode = sourceCodeOf(context);
  let known = analyses.get(sourceCode);
  if (known === undefined) analyses.set(sourceCode, (known = new Map()));
  const options = context.options[0] === undefined ? {} : { [ruleId]: context.options[0] };
  const key = JSON.stringify(options);
  let analysis = known.get(key);
  if (analysis === undefined) known.set(key, (analysis = analyse(context, sourceCode, options)));
  return analysis;
}

/** Every rule runs; ESLint shows what is on. Disable comments of ESLint's own are its own business. */
function analyse(context: Rule.RuleContext, sourceCode: SourceCode, ruleOptions: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Analysis {
  const { text } = sourceCode;
  const root = rootOf(context.cwd ?? context.getCwd(), []);
  const path = pathOf(context, sourceCode, root);
  if (path.startsWith('..') || !concernsCors(text)) return { path, findings: [] };
  const options: EngineOptions = {
    rules: new Map(ruleEntries.map(({ id }) => [id, { severity: 'error', options: ruleOptions[id] ?? {} }])),
    inlineConfig: false,
    ...settingsOf(context.settings['cors-lint']),
  };
  const told = isScript(sourceCode, path) ? lintScript(sourceCode, path, root, options) : isKnownFile(path) ? ask({ root, path, text, options }) : { findings: [] };
  if ('failure' in told) return { path, findings: [], failure: told.failure };
  const source = new SourceText(path, text);
  const own = directivesIn(source).filter(({ at, kind }) => kind === 'file' || /^\W+cors-lint-/.test(text.slice(at.start, at.end)));
  return { path, findings: told.findings.filter(({ at, ruleId }) => silencing(own, ruleId, source.positionAt(at.start).line) === undefined) };
}

/** A script's tree and scopes are there already. */
function lintScript({ text, ast, scopeManager }: SourceCode, path: string, root: Root, options: EngineOptions): { readonly findings: readonly Shown[] } {
  const { findings } = lintModule({ path, text, program: ast, scopeManager, files: new Disk(root) }, options);
  return { findings: findings.filter(({ at }) => at.file === path) };
}

/** Other parsers and languages (of YAML, of templates) have trees of their own, which the engine does not ask for. */
function isScript(sourceCode: SourceCode, path: string): boolean {
  return languagePaths['estree']?.test(path) === true && documentLanguageOf(sourceCode, path) === undefined;
}

/** `settings: { 'cors-lint': { strict: true, environment: 'development', trustedOrigins: ['https://*.example.com'] } }`. */
function settingsOf(written: unknown): Pick<EngineOptions, 'strict' | 'environment' | 'trustedOrigins'> {
  const { strict, environment, trustedOrigins }: Readonly<Record<string, unknown>> = { ...(typeof written === 'object' ? written : {}) };
  return {
    strict: strict === true,
    environment: typeof environment === 'string' ? environment : 'production',
    trustedOrigins: Array.isArray(trustedOrigins) ? trustedOrigins.filter((origin) => typeof origin === 'string') : [],
  };
}
