import { changedInWords } from '../findings/changed-requests.js';
import type { Fix, FindingClass } from '../findings/finding.js';
import type { Proposal } from '../findings/rule.js';
import type { Comparison } from '../policy/compare.js';
import type { TextEdit } from '../text/edit.js';

/** A judgement as far as verification needs it. */
export interface Judged {
  readonly ruleId: string;
  readonly class: FindingClass;
}

export interface Trial {
  /** The finding that the change is to mend. */
  readonly mended: Judged;
  /** Rules that were silent only because the mended one spoke. */
  readonly uncovered: ReadonlySet<string>;
  /** Rules whose findings do not stand in the way. */
  readonly tolerated: ReadonlySet<string>;
  readonly before: readonly Judged[];
  readonly after: readonly Judged[];
  /** Problems of the text, before and after. */
  readonly problems: readonly [before: number, after: number];
  /** One for every policy of the file; undefined when the edited text no longer gives the same policies. */
  readonly comparisons: readonly Comparison[] | undefined;
}

const CLASSES: readonly FindingClass[] = ['hygiene', 'correctness-warning', 'broken-in-browser', 'security-error'];

export interface Offer {
  readonly fix: Fix;
  readonly automatic: boolean;
}

/** Why a change is not offered. */
export interface Dropped {
  readonly dropped: string;
}

/**
 * Decides what a proposal is worth once its edits were applied in memory and read again. Automatic: no verdict
 * changed, or only refusals came and every written origin stays in; and that is proven for every origin.
 */
export function verify(proposal: Proposal, edits: readonly TextEdit[], trial: Trial): Offer | Dropped {
  const { comparisons, problems } = trial;
  if (edits.length === 0) return { dropped: 'it changes nothing' };
  if (problems[1] > problems[0]) return { dropped: 'the text would no longer be of its language' };
  if (comparisons === undefined) return { dropped: 'other policies would be read' };
  if (!isGone(trial)) return { dropped: 'the finding would stay' };
  if (bringsNew(trial, proposal.automatic)) return { dropped: 'it would bring another finding' };
  const automatic = proposal.automatic && comparisons.every(({ relation, keepsIntent, proven }) => proven && (relation === 'same' || (relation === 'narrower' && keepsIntent)));
  const changed = comparisons.flatMap((comparison) => comparison.changed);
  return { fix: { title: proposal.title, edits, changes: automatic ? [] : changedInWords(changed) }, automatic };
}

function isGone({ mended, before, after }: Trial): boolean {
  return count(after, mended) < count(before, mended);
}

/** How many findings of the same rule are at least as bad. */
function count(all: readonly Judged[], { ruleId, class: worst }: Judged): number {
  return all.filter((other) => other.ruleId === ruleId && CLASSES.indexOf(other.class) >= CLASSES.indexOf(worst)).length;
}

/** What breaks nothing today (a Max-Age that is cut) is no reason against a change that somebody chooses. */
function bringsNew({ mended, before, after, uncovered, tolerated }: Trial, automatic: boolean): boolean {
  const counts = ({ ruleId, class: found }: Judged): boolean => ruleId !== mended.ruleId && !uncovered.has(ruleId) && !tolerated.has(ruleId) && (automatic || found !== 'hygiene');
  return [...new Set(after.filter(counts).map(({ ruleId }) => ruleId))].some((ruleId) => after.filter((one) => one.ruleId === ruleId && counts(one)).length > before.filter((one) => one.ruleId === ruleId).length);
}
