import { stepsFrom } from '../../policy/from-actions.js';
import { whenAll, type Guard, type Step } from '../../policy/program.js';
import type { ResponseAction } from '../../values/response-action.js';
import { unknown, type FunctionValue, type Value } from '../../values/value.js';
import { restsOnData } from '../out-of-view.js';
import { exchange, expressActions } from './exchange.js';

/**
 * An error handler (`app.use((err, req, res, next) => …)`) answers for the steps in front of it that fail: what they set
 * stays, and goes out with the handler's own headers and status. An error that it passes on stays one.
 */
export function withErrorHandler(steps: readonly Step[], handler: FunctionValue, place: Guard): readonly Step[] {
  return steps.flatMap((step): readonly Step[] => {
    const status = failureOf(step);
    if (status === undefined) return [step];
    const before: Step = { when: step.when, effects: step.effects, at: step.at };
    return [...(step.effects.length > 0 ? [before] : []), ...stepsFrom(responseToError(handler, status), whenAll(step.when, place)), { ...step, effects: [] }];
  });
}

/** What a handler `(err, req, res, next)` does about an error of this status; where that is not known it is 500. */
export function responseToError(handler: FunctionValue, status: number): readonly ResponseAction[] {
  const { at } = handler;
  const rest = unknown('function-call', 'the error', at);
  const written: Value = { kind: 'number', value: status, at };
  const error: Value = status === 500 ? rest : { kind: 'record', entries: ['status', 'statusCode'].map((key) => ({ key, value: written, at })), rest, at };
  const actions = expressActions({ ...handler, run: (args) => handler.run([error, ...args]) }, exchange(at, false));
  // What depends on the error is one of the ordinary answers to errors.
  return actions.flatMap((action) => (action.do !== 'header' && restsOnData(action.when) ? [] : [action.do === 'status' ? { ...action, status: known(action.status) } : action]));
}

function known(status: Value): Value {
  if (status.kind === 'number') return status;
  const failed: Value = { kind: 'number', value: 500, at: status.at };
  if (status.kind !== 'either') return failed;
  const options = status.options.map((option) => ({ ...option, value: known(option.value) }));
  return options.every(({ value }) => value.kind === 'number' && value.value === 500) ? failed : { ...status, options };
}

/** Errors are answered with their status and a fault; what code answers by itself has none. */
function failureOf({ end }: Step): number | undefined {
  return end?.to === 'answer' && end.status >= 400 && end.fault !== undefined ? end.status : undefined;
}
