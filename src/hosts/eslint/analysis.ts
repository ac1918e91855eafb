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

/** By the options that a rule has of its own: rules without any share one. */
const analyses = new WeakMap<SourceCode, Map<string, Analysis>>();

/** The findings of every rule: the first one that asks pays, the others share. */
export function analysisOf(context: Rule.RuleContext, ruleId: string): Analysis {
  const sourceCode = context.sourceCode ?? context.getSourceCode();
  let known = analyses.get(sourceCode);
  if (known === undefined) analyses.set(sourceCode, (known = new Map()));
  const options = context.options[0] === undefined ? {} : { [ruleId]: context.options[0] };
  const key = JSON.stringify(options);
  let analysis = known.get(key);
  if (analysis === undefined) known.set(key, (analysis = analyse(context, sourceCode, options)));
  return analysis;
}

/** Every rule runs; ESLint shows what is on. Disable comments with the `eslint-` prefix are its own business. */
function analyse(context: Rule.RuleContext, sourceCode: SourceCode, ruleOptions: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Analysis {
  const { text, ast, scopeManager } = sourceCode;
  const root = rootOf(context.cwd ?? context.getCwd(), []);
  const filename = context.filename ?? context.getFilename();
  // `<input>` and `<text>`: a text without a file.
  const path = isAbsolute(filename) ? toRoot(root, filename) : 'input.js';
  if (path.startsWith('..') || !concernsCors(text)) return { path, findings: [] };
  const options: EngineOptions = {
    rules: new Map(ruleEntries.map(({ id }) => [id, { severity: 'error', options: ruleOptions[id] ?? {} }])),
    inlineConfig: false,
    ...settingsOf(context.settings['cors-lint']),
  };
  const { findings } = lintModule({ path, text, program: ast, scopeManager, files: new Disk(root) }, options);
  const source = new SourceText(path, text);
  const own = directivesIn(source).filter(({ at }) => /^\W+cors-lint-/.test(text.slice(at.start, at.end)));
  return { path, findings: findings.filter(({ at, ruleId }) => at.file === path && silencing(own, ruleId, source.positionAt(at.start).line) === undefined) };
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
