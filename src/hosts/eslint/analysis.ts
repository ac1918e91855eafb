import { isAbsolute } from 'node:path';
import type { Rule, SourceCode } from 'eslint';
import type { EngineOptions } from '../../engine.js';
import { lintModule } from '../../engine-module.js';
import { directivesIn, silencing } from '../../findings/ignore.js';
import type { Finding } from '../../findings/finding.js';
import { ruleEntries } from '../../generated/catalogue.js';
import { SourceText } from '../../text/source-text.js';
import { concernsCors, Disk } from '../disk.js';
import { rootOf, toRoot } from '../root.js';

/** One module's findings, and the path that the engine knows it by. */
export interface Analysis {
  readonly path: string;
  readonly findings: readonly Finding[];
}

const analyses = new WeakMap<SourceCode, Analysis>();

/** The findings of every rule: the first one that asks pays, the others share. */
export function analysisOf(context: Rule.RuleContext): Analysis {
  const sourceCode = context.sourceCode ?? context.getSourceCode();
  let analysis = analyses.get(sourceCode);
  if (analysis === undefined) analyses.set(sourceCode, (analysis = analyse(context, sourceCode)));
  return analysis;
}

/** Every rule runs; ESLint shows what is on. Disable comments with the `eslint-` prefix are its own business. */
function analyse(context: Rule.RuleContext, sourceCode: SourceCode): Analysis {
  const { text, ast, scopeManager } = sourceCode;
  const root = rootOf(context.cwd ?? context.getCwd(), []);
  const filename = context.filename ?? context.getFilename();
  // `<input>` and `<text>`: a text without a file.
  const path = isAbsolute(filename) ? toRoot(root, filename) : 'input.js';
  if (path.startsWith('..') || !concernsCors(text)) return { path, findings: [] };
  const options: EngineOptions = {
    rules: new Map(ruleEntries.map(({ id }) => [id, { severity: 'error', options: {} }])),
    inlineConfig: false,
    ...settingsOf(context.settings['cors-lint']),
  };
  const { findings } = lintModule({ path, text, program: ast, scopeManager, files: new Disk(root) }, options);
  const source = new SourceText(path, text);
  const own = directivesIn(source).filter(({ at }) => /^\W+cors-lint-/.test(text.slice(at.start, at.end)));
  return { path, findings: findings.filter(({ at, ruleId }) => at.file === path && silencing(own, ruleId, source.positionAt(at.start).line) === undefined) };
}

/** `settings: { 'cors-lint': { strict: true, environment: 'development' } }`. */
function settingsOf(written: unknown): Pick<EngineOptions, 'strict' | 'environment'> {
  const { strict, environment } = { strict: false, environment: 'production', ...(typeof written === 'object' ? written : {}) };
  return { strict: strict === true, environment: environment === 'development' || environment === 'test' ? environment : 'production' };
}
