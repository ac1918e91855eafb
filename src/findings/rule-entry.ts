import type { FindingClass } from './finding.js';

/** An option of a rule, a list of texts: what it means, and what holds when nobody writes one. */
export interface RuleOption {
  readonly description: string;
  readonly default: readonly string[];
}

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
  /** Why it matters: the first paragraph of the description. */
  readonly why: string;
  /** The rule's leading comment: paragraphs, divided by an empty line. */
  readonly description: string;
  /** Options of this rule, besides those that every rule has. */
  readonly options: Readonly<Record<string, RuleOption>>;
  readonly references: readonly string[];
  readonly messages: Readonly<Record<string, string>>;
}
