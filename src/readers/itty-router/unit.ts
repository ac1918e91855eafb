import { ittyCorsify, type IttyCors } from '../../middleware/itty-cors.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { unless, whenAll, whenAny, type Guard, type Step } from '../../policy/program.js';
import type { ResponseAction } from '../../values/response-action.js';

/** What is done to a response before it is sent. */
export type Ending =
  | { readonly do: 'corsify'; readonly cors: IttyCors; readonly knowsOrigin: boolean }
  /** Hand-written: what a function does to the response's headers. */
  | { readonly do: 'write'; readonly actions: readonly ResponseAction[] };

/**
 * Steps of one way to answer, with what is done to each response in the end. Effects come in the order in which they
 * stand, so the endings stand before each `end`.
 */
export function ended(steps: readonly Step[], endings: readonly Ending[]): readonly Step[] {
  if (endings.length === 0) return steps;
  const corsify = endings.find((ending) => ending.do === 'corsify');
  const granted = whenAny(...steps.filter(({ effects }) => effects.some(({ header }) => header === 'access-control-allow-origin')).map(({ when }) => when));
  return steps.flatMap((step): readonly Step[] => {
    const { end, ...rest } = step;
    if (end === undefined) return [step];
    const after = endings.flatMap((ending) => endingSteps(ending, step.when));
    const written = rest.effects.length > 0 ? [rest] : [];
    // Version 6 makes a new response without the status of the old one.
    const forgets = corsify?.do === 'corsify' && corsify.cors.generation === 6 && !(end.to === 'answer' && end.fault !== undefined && end.status === 0);
    if (!forgets) return [...written, ...after, { ...step, effects: [] }];
    const lacking = whenAll(step.when, unless(granted));
    return [...written, ...after, ...(lacking.g === 'never' ? [] : [{ when: lacking, effects: [], end: { to: 'answer', status: 200 }, at: step.at } as const]), ...(granted.g === 'never' ? [] : [{ ...step, effects: [] }])];
  });
}

function endingSteps(ending: Ending, when: Guard): readonly Step[] {
  return ending.do === 'corsify' ? ittyCorsify(ending.cors, when, ending.knowsOrigin) : stepsFrom(ending.actions, when);
}
