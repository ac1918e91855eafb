import type { Severity } from '../findings/finding.js';

export type RuleLevel = 'off' | Severity;
export type RuleOptions = Readonly<Record<string, unknown>>;
/** 0, 1 and 2 are off, warn and error. */
export type WrittenLevel = RuleLevel | 0 | 1 | 2;
export type WrittenRule = WrittenLevel | readonly [level: WrittenLevel, options?: RuleOptions];
export type FailOn = Severity | 'never';

/** A configuration as its author writes it. The doc comments of `schema.ts` say what each key means. */
export interface Config {
  readonly $schema?: string;
  readonly extends?: string | readonly string[];
  readonly ignores?: readonly string[];
  readonly rules?: Readonly<Record<string, WrittenRule>>;
  readonly environments?: Readonly<Record<string, { readonly files: readonly string[] }>>;
  readonly overrides?: readonly { readonly files: readonly string[]; readonly rules: Readonly<Record<string, WrittenRule>> }[];
  readonly trustedOrigins?: readonly (string | { readonly env: string; readonly origins: readonly string[] })[];
  readonly layers?: readonly { readonly name: string; readonly files: readonly string[]; readonly inFrontOf?: readonly string[] }[];
  readonly requireDisableReason?: boolean;
  readonly failOn?: FailOn;
  readonly baseline?: string;
}

/** Types and completes a configuration that is written as a module. */
export function defineConfig(config: Config): Config {
  return config;
}

/** What a configuration file cannot mean. Shown to the user; the run ends. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
