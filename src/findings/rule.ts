import type { Change } from '../policy/change.js';
import type { Policy } from '../policy/program.js';
import type { Span } from '../text/span.js';
import type { Ask } from './ask.js';
import type { FindingClass, Related, Witness } from './finding.js';
import type { RuleOption } from './rule-entry.js';

/** A change that would help, and how to call it. `automatic`: it may be applied unasked if it proves to be safe enough. */
export interface Proposal {
  readonly title: string;
  readonly change: Change;
  readonly automatic: boolean;
}

/** What a rule says: a judgement about one place, as facts. */
export interface Report<MessageId extends string = string> {
  readonly message: MessageId;
  /** Fills `{name}` in the message. */
  readonly data?: Readonly<Record<string, string>>;
  /** Where this finding is milder or worse than the rule's own class. */
  readonly class?: FindingClass;
  readonly at: Span;
  readonly related?: readonly Related[];
  readonly witness: Witness;
  readonly proposals?: readonly Proposal[];
}

/** What holds for each option that a rule declared. */
export type OptionValues<Option extends string> = Readonly<Record<Option, readonly string[]>>;

export interface Rule<MessageId extends string = string, Option extends string = string> {
  /** One sentence for tables. */
  readonly title: string;
  /** The worst that a finding of this rule can be. */
  readonly class: FindingClass;
  readonly set: 'recommended' | 'strict';
  /** Asked of every layer alone (when absent), of layers with what stands behind them, or of both. */
  readonly layers?: 'composed' | 'both';
  /** Rules that name the cause better: where one of them speaks of the same place, or of the same policy, this one is silent. */
  readonly yieldsTo?: Readonly<Record<string, 'place' | 'policy'>>;
  readonly references: readonly string[];
  readonly messages: Readonly<Record<MessageId, string>>;
  /** What a user may set for this rule. */
  readonly options?: Readonly<Record<Option, RuleOption>>;
  check(policy: Policy, ask: Ask, options: OptionValues<Option>): Iterable<Report<MessageId>>;
}

export function defineRule<MessageId extends string, Option extends string = never>(rule: Rule<MessageId, Option>): Rule<MessageId, Option> {
  return rule;
}

/** What holds for a rule's options: what was written, where it is of the declared kind, else the default. */
export function optionsFor(rule: Rule, written: Readonly<Record<string, unknown>>): OptionValues<string> {
  return Object.fromEntries(Object.entries(rule.options ?? {}).map(([name, option]) => [name, textsIn(written[name]) ?? option.default]));
}

function textsIn(written: unknown): readonly string[] | undefined {
  return Array.isArray(written) ? written.filter((item) => typeof item === 'string') : undefined;
}

/**
 * Does the report speak of an attacker whose origin is in truth the user's own? Such a report says nothing: who is
 * trusted may read.
 */
export function isAboutTrusted({ witness }: Report, ask: Ask): boolean {
  return witness.attacker !== undefined && ask.trusts(witness.request.origin);
}

/** The rule's message with its data. */
export function messageOf(rule: Rule, report: Report): string {
  const template = rule.messages[report.message] ?? report.message;
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => report.data?.[name] ?? whole);
}
