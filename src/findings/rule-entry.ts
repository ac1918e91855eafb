import type { FindingClass } from './finding.js';

/**
 * What is known of a rule without loading it: its id, its words, its set. Generated from `rules/` for everything that
 * speaks about rules (tables, help, configuration, reports).
 */
export interface RuleEntry {
  /** Bare id: `no-reflected-origin`. */
  readonly id: string;
  /** One sentence. */
  readonly title: string;
  /** The worst that a finding of this rule can be. */
  readonly class: FindingClass;
  readonly set: 'recommended' | 'strict';
  /** The rule's leading comment: paragraphs, divided by an empty line. */
  readonly description: string;
  readonly references: readonly string[];
  readonly messages: Readonly<Record<string, string>>;
}
