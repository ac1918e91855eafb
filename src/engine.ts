import type { Finding, Severity } from './findings/finding.js';
import type { Gap, Policy } from './policy/program.js';
import type { Files } from './text/files.js';
import type { Span } from './text/span.js';
import type { Environment } from './values/fact.js';

export interface EngineOptions {
  /** Rules that run, by bare id. */
  readonly rules: ReadonlyMap<string, { readonly severity: Severity; readonly options: Readonly<Record<string, unknown>> }>;
  readonly strict: boolean;
  readonly environment: Environment;
  /** Honour `cors-lint-disable…` comments. */
  readonly inlineConfig: boolean;
}

export interface LintResult {
  /** Sorted by path, offset, rule. */
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
  readonly policies: readonly Policy[];
  /** Disable comments that silenced nothing. */
  readonly unusedDisables: readonly Span[];
  /** Files that were parsed. */
  readonly read: number;
}

/** Lints the given files (paths relative to the root of `files`). Never throws on what the files contain. */
export async function lint(paths: readonly string[], files: Files, options: EngineOptions): Promise<LintResult> {
  void paths;
  void files;
  void options;
  throw new Error('not yet built');
}
