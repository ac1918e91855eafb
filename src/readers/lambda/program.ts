import { alternatives } from '../../middleware/alternatives.js';
import { gatewayAnswers } from '../../middleware/gateway-answers.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import { middyCors, type MiddyCors } from '../../middleware/middy-cors.js';
import { ordinaryAnswers, type Way } from '../../middleware/ordinary-answers.js';
import { settlements } from '../../middleware/settlements.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { ALWAYS, type Step } from '../../policy/program.js';
import { recordWrites, textAt, type EstreeModule } from '../../syntax/estree/index.js';
import { and, type Condition } from '../../values/condition.js';
import type { ResponseAction } from '../../values/response-action.js';
import { entry, unknown, type FunctionValue, type Value } from '../../values/value.js';
import { invocation, type Result } from './event.js';
import type { Wrapped } from './middy.js';

/** What a function answers, and what it reads of the request. */
export interface Answers {
  readonly steps: readonly Step[];
  readonly reads: ReadonlySet<string>;
  /** Answers to errors that are thrown carry the headers too. */
  readonly survivesUncaught: boolean;
}

/** Undefined for a function that returns no response of API Gateway: it is something else. */
export function answersOf(module: EstreeModule, { handler, middleware }: Wrapped, corsVersion: string | undefined): Answers | undefined {
  const cors = middleware.flatMap(({ role }): readonly MiddyCors[] => (role?.is === 'cors' ? [middyCors({ options: role.options, at: role.at, version: corsVersion })] : []));
  const answers = handler === undefined ? (cors.length > 0 ? { steps: [], reads: new Set<string>() } : undefined) : answered(module, handler, cors.length > 0);
  if (answers === undefined) return undefined;
  const corsAt = middleware.findIndex(({ role }) => role?.is === 'cors');
  // What is thrown is handled in the opposite order: the last middleware first.
  const mends = corsAt !== -1 && middleware.findLastIndex(({ role }) => role?.is === 'error-handler') > corsAt;
  const failures = answers.steps.filter(({ end }) => end?.to === 'answer' && end.fault !== undefined);
  const others = answers.steps.filter((step) => !failures.includes(step));
  const addsVary = cors.some((one) => one.addsVary);
  return {
    steps: gatewayAnswers([
      ...cors.flatMap(({ before }) => before),
      ...(mends ? [] : failures),
      ...cors.flatMap(({ after }) => after),
      ...(mends ? failures : []),
      ...others.map((step) => (addsVary ? { ...step, effects: step.effects.map((effect) => (effect.header === 'vary' ? { ...effect, op: 'append' as const } : effect)) } : step)),
    ]),
    reads: answers.reads,
    survivesUncaught: mends,
  };
}

function answered(module: EstreeModule, handler: FunctionValue, wrapped: boolean): { readonly steps: readonly Step[]; readonly reads: ReadonlySet<string> } | undefined {
  const { args, reads, resultOf } = invocation(handler.at);
  const { ways } = settlements(handler.run(args), (event) => resultOf(event) !== undefined);
  const results = ways.flatMap(({ event, when }): readonly Result[] => {
    const result = resultOf(event);
    return result === undefined ? [] : [{ ...result, when }];
  });
  const responds = results.some((result) => result.is === 'response' && alternatives(result.value).some(({ value }) => isResponse(value)));
  if (!responds && !wrapped) return undefined;
  const steps = results.flatMap(stepsFor);
  return { steps: wrapped ? steps : ordinaryAnswers((at) => textAt(module, at), results.flatMap(waysOf), steps), reads };
}

/** The ways in which a result answers: an error without headers of CORS refuses. */
function waysOf(result: Result): readonly Way[] {
  if (result.is === 'failure') return [{ when: result.when, refuses: true }];
  return alternatives(result.value).map(({ when: inner, value }) => {
    const when = and(result.when, inner);
    if (value.kind !== 'record') return { when, refuses: false };
    const statuses = statusOf(value, when).flatMap((action) => (action.do === 'status' ? [action.status] : []));
    const fails = statuses.length > 0 && statuses.every((status) => status.kind === 'number' && status.value >= 400);
    return { when, refuses: fails && writesOf(value, when).every((action) => action.do !== 'header' || action.name !== 'access-control-allow-origin') };
  });
}

/** `{ statusCode, … }` with a status of its own: a helper that is given its status is no handler. */
function isResponse(value: Value): value is Value & { kind: 'record' } {
  return value.kind === 'record' && alternatives(entry(value, 'statusCode')?.value).some(({ value: status }) => status.kind === 'number' || status.kind === 'string' || status.kind === 'unknown');
}

function stepsFor(result: Result): readonly Step[] {
  if (result.is === 'failure') return stepsFrom([{ do: 'fail', status: 502, fault: 'the function throws', when: result.when, at: result.at }], ALWAYS);
  return alternatives(result.value).flatMap(({ when: inner, value }) => {
    const when = and(result.when, inner);
    if (value.kind !== 'record') {
      const open = value.kind === 'unknown' ? value : unknown('function-call', 'a response that is not followed', value.at);
      return [...stepsFrom(openWrites(open, when), ALWAYS), ...stepsFrom([{ do: 'status', status: open, when, at: result.at }, { do: 'end', when, at: result.at }], ALWAYS)];
    }
    return stepsFrom([...writesOf(value, when), ...statusOf(value, when), { do: 'end', when, at: result.at }], ALWAYS);
  });
}

/** `headers`, then `multiValueHeaders`, which win. What is `undefined` is not in the JSON that the function returns. */
function writesOf(response: Value & { kind: 'record' }, when: Condition): readonly ResponseAction[] {
  return ['headers', 'multiValueHeaders'].flatMap((key) => {
    const headers = entry(response, key)?.value ?? (key === 'headers' ? response.rest : undefined);
    return headers === undefined ? [] : recordWrites(headers, 'skip', when);
  });
}

function statusOf(response: Value & { kind: 'record' }, when: Condition): readonly ResponseAction[] {
  return alternatives(entry(response, 'statusCode')?.value).map(({ when: inner, value }) => ({ do: 'status', status: value.kind === 'string' && /^\d+$/.test(value.value) ? { kind: 'number', value: Number(value.value), at: value.at } : value, when: and(when, inner), at: value.at }));
}
