import { beforeAnswers } from '../../middleware/before-answers.js';
import { ittyCorsify, type IttyCors } from '../../middleware/itty-cors.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { ALWAYS, unless, whenAll, whenAny, type Step } from '../../policy/program.js';
import type { ResponseAction } from '../../values/response-action.js';

/** What is done to a response before it is sent. */
export type Ending =
  | { readonly do: 'corsify'; readonly cors: IttyCors; readonly knowsOrigin: boolean }
  /** Hand-written: what a function does to the response's headers. */
  | { readonly do: 'write'; readonly actions: readonly ResponseAction[] };

/** Steps of one way to answer, with what is done to each response in the end; an error that nobody catches never gets there. */
export function ended(steps: readonly Step[], endings: readonly Ending[]): readonly Step[] {
  const late = endings.flatMap((ending) => (ending.do === 'corsify' ? ittyCorsify(ending.cors, ALWAYS, ending.knowsOrigin) : stepsFrom(ending.actions, ALWAYS)));
  const forgets = endings.some((ending) => ending.do === 'corsify' && ending.cors.generation === 6);
  const told = forgets ? forgetful(steps) : steps;
  return beforeAnswers(told, late, new Set(told.filter(isLost)));
}

function isLost({ end }: Step): boolean {
  return end?.to === 'answer' && end.fault !== undefined;
}

/** Version 6 makes a new response without the status of the old one, where that does not say who may read it. */
function forgetful(steps: readonly Step[]): readonly Step[] {
  const granted = whenAny(...steps.filter(({ effects }) => effects.some(({ header }) => header === 'access-control-allow-origin')).map(({ when }) => when));
  return steps.flatMap((step): readonly Step[] => {
    if (step.end === undefined || isLost(step)) return [step];
    const { when, at, effects } = step;
    const before: readonly Step[] = effects.length === 0 ? [] : [{ when, effects, at }];
    const lacking: Step = { when: whenAll(when, unless(granted)), effects: [], end: { to: 'answer', status: 200 }, at };
    return [...before, lacking, ...(granted.g === 'never' ? [] : [{ ...step, effects: [] }])].filter((one) => one.when.g !== 'never');
  });
}
