import { ABSENT, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { and, type Condition } from '../../values/condition.js';
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
  for (const write of writes) {
    const one = { write: { ...write, when: withoutQuestions(write.when) }, only: questionIn(write.when) };
    const last = groups.at(-1);
    if (last !== undefined && last[0]!.only !== undefined && last[0]!.only.header === one.only?.header) last.push(one);
    else groups.push([one]);
  }
  return groups.flatMap((group) => group.toSorted((a, b) => turn(a) - turn(b)));
}

function turn({ write, only }: AskedWrite): number {
  if (only === undefined || only.in.s !== 'absent') return 0;
  return write.name === only.header ? 2 : 1;
}

function partsOf(condition: Condition): readonly Condition[] {
  return condition.c === 'and' ? condition.of : [condition];
}

function questionIn(condition: Condition): Question | undefined {
  return partsOf(condition).map(question).find((found) => found !== undefined);
}

function withoutQuestions(condition: Condition): Condition {
  return and(...partsOf(condition).filter((part) => question(part) === undefined));
}

function question(condition: Condition): Question | undefined {
  if (condition.c === 'fact') return condition.fact.key.startsWith(SENT) ? { header: condition.fact.key.slice(SENT.length), in: PRESENT } : undefined;
  const inner = condition.c === 'not' ? question(condition.of) : undefined;
  return inner === undefined ? undefined : { ...inner, in: ABSENT };
}
