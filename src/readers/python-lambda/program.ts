import { alternatives } from '../../middleware/alternatives.js';
import { beforeAnswers } from '../../middleware/before-answers.js';
import { gatewayAnswers } from '../../middleware/gateway-answers.js';
import { dictWrites } from '../../middleware/response-objects.js';
import { returnedAnswers, type Platform } from '../../middleware/returned-answers.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { ALWAYS, type Step } from '../../policy/program.js';
import type { PythonModule } from '../../syntax/python/index.js';
import type { Condition } from '../../values/condition.js';
import type { HeaderWrite } from '../../values/response-action.js';
import { entry, type Event, type FunctionValue, type RecordValue, type Value } from '../../values/value.js';
import { invocation } from './event.js';

/** What a function answers, and what it reads of the request. */
export interface Answers {
  readonly steps: readonly Step[];
  readonly reads: ReadonlySet<string>;
}

/** Undefined for a function that returns no response of API Gateway: it is something else. */
export function answersOf(handler: FunctionValue, writes: readonly HeaderWrite[], module: PythonModule): Answers | undefined {
  const { args, reads } = invocation(handler.at);
  const events = handler.run(args);
  if (writes.length === 0 && !events.some(responds)) return undefined;
  const steps = returnedAnswers(events, platformOf(module));
  const failures = new Set(steps.filter(({ end }) => end?.to === 'answer' && end.fault !== undefined));
  return { steps: gatewayAnswers(beforeAnswers(steps, stepsFrom(writes, ALWAYS), failures)), reads };
}

function responds(event: Event): boolean {
  return event.kind === 'return' && alternatives(event.value).some(({ value }) => value.kind === 'record' && isResponse(value));
}

/** `{"statusCode": …}` with a status of its own: a helper that is given its status is no handler. */
function isResponse(value: RecordValue): boolean {
  return alternatives(entry(value, 'statusCode')?.value).some(({ value: status }) => status.kind !== 'unknown' || status.reason !== 'parameter');
}

/** `headers`, then `multiValueHeaders`, which win; what is raised fails the function. */
function platformOf(module: PythonModule): Platform {
  return {
    responseOf(value: Value, when: Condition) {
      if (value.kind === 'nothing') return { status: 502, fault: 'the function returns no response' };
      if (value.kind !== 'record') return undefined;
      const writes = ['headers', 'multiValueHeaders'].flatMap((key) => dictWrites(entry(value, key)?.value ?? (key === 'headers' ? value.rest : undefined), false, when));
      const status = entry(value, 'statusCode')?.value;
      return { writes, statuses: status === undefined ? [] : [{ when, status: asNumber(status) }] };
    },
    raised: () => ({ status: 502, fault: 'the function raises' }),
    textAt: (at) => module.written(at),
  };
}

/** `"200"` is as good as 200. */
function asNumber(status: Value): Value {
  if (status.kind === 'string' && /^\d+$/.test(status.value)) return { kind: 'number', value: Number(status.value), at: status.at };
  return status.kind === 'either' ? { ...status, options: status.options.map((option) => ({ ...option, value: asNumber(option.value) })) } : status;
}
