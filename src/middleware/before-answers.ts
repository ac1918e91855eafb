import { whenAll, type Step } from '../policy/program.js';

/**
 * Steps with others put in before every answer: what works on a response whoever made it, after all that was written on
 * it. A server that does not start answers nothing. `past`: answers that go out past it.
 */
export function beforeAnswers(steps: readonly Step[], late: readonly Step[], past: ReadonlySet<Step>): readonly Step[] {
  return late.length === 0 ? steps : steps.flatMap((step) => (past.has(step) ? [step] : answering(step, late)));
}

function answering(step: Step, late: readonly Step[]): readonly Step[] {
  const { end, when, at } = step;
  if (end === undefined || (end.to === 'answer' && end.status === 0)) return [step];
  const before = step.effects.length === 0 ? [] : [{ when, effects: step.effects, at }];
  const after = late.flatMap((other) => {
    const both = whenAll(when, other.when);
    return both.g === 'never' ? [] : [{ ...other, when: both }];
  });
  return [...before, ...after, { when, effects: [], end, at }];
}
