import { ABSENT, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { and, not, or, type Condition } from '../../values/condition.js';
import { decided } from '../../values/decide.js';
import type { HeaderWrite } from '../../values/response-action.js';
import { SENT } from './packages.js';

interface Question {
  readonly header: string;
  readonly in: OriginSet;
}

/** A write with what it asks of the response so far: `if "X" not in response.headers`. */
export interface AskedWrite {
  readonly write: HeaderWrite;
  readonly only: Question | undefined;
}

/**
 * Writes with their questions. Code asks once and then writes, while the model asks for each write: those that would
 * change the answer come last, among the writes that ask the same.
 */
export function asked(writes: readonly HeaderWrite[]): readonly AskedWrite[] {
  const groups: AskedWrite[][] = [];
  for (const one of writes.flatMap(apart)) {
    const last = groups.at(-1);
    if (last !== undefined && last[0]!.only !== undefined && last[0]!.only.header === one.only?.header) last.push(one);
    else groups.push([one]);
  }
  return groups.flatMap((group) => group.toSorted((a, b) => turn(a) - turn(b)));
}

/** The write where the response has the header that is asked about, and where it has not. */
function apart(write: HeaderWrite): readonly AskedWrite[] {
  const key = askedIn(write.when);
  if (key === undefined) return [{ write, only: undefined }];
  const header = key.slice(SENT.length);
  return [PRESENT, ABSENT].flatMap((set): readonly AskedWrite[] => {
    const when = decided(supposing(write.when, key, set === PRESENT));
    return when.c === 'false' ? [] : [{ write: { ...write, when }, only: { header, in: set } }];
  });
}

/** Key of the first question in a condition. */
function askedIn(condition: Condition): string | undefined {
  if (condition.c === 'fact') return condition.fact.key.startsWith(SENT) ? condition.fact.key : undefined;
  if (condition.c === 'not') return askedIn(condition.of);
  return condition.c === 'and' || condition.c === 'or' ? condition.of.map(askedIn).find((found) => found !== undefined) : undefined;
}

function supposing(condition: Condition, key: string, holds: boolean): Condition {
  switch (condition.c) {
    case 'fact':
      return condition.fact.key === key ? { c: holds ? 'true' : 'false' } : condition;
    case 'not':
      return not(supposing(condition.of, key, holds));
    case 'and':
      return and(...condition.of.map((part) => supposing(part, key, holds)));
    case 'or':
      return or(...condition.of.map((part) => supposing(part, key, holds)));
    default:
      return condition;
  }
}

function turn({ write, only }: AskedWrite): number {
  if (only === undefined || only.in.s !== 'absent') return 0;
  return write.name === only.header ? 2 : 1;
}
