import type { Span } from '../text/span.js';

/** Why something could not be known from the text. */
export type UnknownReason =
  | 'env-variable'
  | 'function-call'
  | 'parameter'
  | 'import-not-resolved'
  | 'database-or-io'
  | 'dynamic-key'
  | 'template-syntax'
  | 'unsupported-syntax'
  | 'regex-too-complex'
  | 'budget'
  | 'conflicting-writes'
  | 'upstream'
  | 'parse-error';

export type Environment = 'production' | 'development' | 'test';

/** What code knows an environment as; any other name (staging, preview) is judged like production. */
export function environmentNamed(name: string): Environment {
  if (/^dev(elopment)?$|^local$/.test(name)) return 'development';
  return /^test(ing)?$/.test(name) ? 'test' : 'production';
}

/**
 * Something that is true or false only when the program runs: an environment variable is set, a lookup succeeds,
 * the process runs in development. Two places with the same `key` are always true or false together.
 */
export interface Fact {
  readonly key: string;
  readonly reason: UnknownReason;
  /** Completes "depends on …": ``the environment variable CORS_ORIGIN``. */
  readonly detail: string;
  readonly at: Span;
  /** The fact is "the process runs in this environment"; the analysis target decides it. */
  readonly environment?: Environment;
  /** The fact is "the client is in a network that is let in": so is whoever uses the service, and a page in that client's browser. */
  readonly network?: true;
  /** The fact is "the same request was answered just before by this process"; the scenario decides it. */
  readonly repeated?: true;
  /** The fact is "what stands behind answers with this status": where that layer is in view, its own answer decides it. */
  readonly answered?: number;
  /** The fact is "this setting is missing": name of the environment variable or configuration key. */
  readonly absentSetting?: string;
}

/** The fact that a setting has no value at run time. */
export function settingIsAbsent(name: string, at: Span): Fact {
  return { key: `absent:${name}`, reason: 'env-variable', detail: `whether ${name} is set`, at, absentSetting: name };
}

export function runsIn(environment: Environment, at: Span): Fact {
  return { key: `environment:${environment}`, reason: 'env-variable', detail: `running in ${environment}`, at, environment };
}
