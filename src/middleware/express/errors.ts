import { stepsFrom } from '../../policy/from-actions.js';
import { whenAll, type Guard, type Step } from '../../policy/program.js';
import type { ResponseAction } from '../../values/response-action.js';
import { unknown, type FunctionValue, type Value } from '../../values/value.js';
import { exchange, expressActions } from './exchange.js';

/**
 * An error handler (`app.use((err, req, res, next) => …)`) answers for the steps in front of it that fail: what they set
 * stays, and goes out with the handler's own headers and status. An error that it passes on stays one.
 */
export function withErrorHandler(steps: readonly Step[], handler: FunctionValue, place: Guard): readonly Step[] {
  if (!steps.some(fails)) return steps;
  const actions = responseToError(handler);
  return steps.flatMap((step): readonly Step[] => {
    if (!fails(step)) return [step];
    const before: Step = { when: step.when, effects: step.effects, at: step.at };
    return [...(step.effects.length > 0 ? [before] : []), ...stepsFrom(actions, whenAll(step.when, place)), { ...step, effects: [] }];
  });
}

/** What a handler `(err, req, res, next)` does. The status of an error that is not known is 500. */
export function responseToError(handler: FunctionValue): readonly ResponseAction[] {
  const given = exchange(handler.at, false);
  const error = unknown('function-call', 'the error', handler.at);
  const actions = expressActions({ ...handler, run: (args) => handler.run([error, ...args]) }, given);
  return actions.map((action) => (action.do === 'status' ? { ...action, status: known(action.status) } : action));
}

function known(status: Value): Value {
  if (status.kind === 'either') return { ...status, options: status.options.map((option) => ({ ...option, value: known(option.value) })) };
  return status.kind === 'number' ? status : { kind: 'number', value: 500, at: status.at };
}

/** Errors are answered with 500 and a fault; what code answers by itself has none. */
function fails({ end }: Step): boolean {
  return end?.to === 'answer' && end.status === 500 && end.fault !== undefined;
}
