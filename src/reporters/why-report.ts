import type { Mending } from '../questions/explanation.js';
import type { Why } from '../questions/why.js';
import type { Look, Report } from './report.js';

/** Why requests were kept from script, ready to be told. */
export interface WhyReport extends Pick<Report, 'sourceOf' | 'pathOf'> {
  readonly answers: readonly AnsweredWhy[];
  /** What the failures were read from; null: pasted messages. */
  readonly recording: { readonly file: string; readonly creator: string; readonly entries: number; readonly crossOrigin: number } | null;
  /** Failures that are left out since there are too many; null: nobody counted them. Absent: none is. */
  readonly more?: number | null;
}

export interface AnsweredWhy {
  readonly why: Why;
  /** How the request could be let through; null where that was not asked. */
  readonly mending: Mending | null;
}

export type WhyReporter = (report: WhyReport, look: Look) => string;

/** Is it told why every request failed? */
export function isAnswered({ answers }: Pick<WhyReport, 'answers'>): boolean {
  return answers.every(({ why: { outcome } }) => outcome !== 'unexplained' && outcome !== 'differs');
}
