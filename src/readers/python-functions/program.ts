import { alternatives } from '../../middleware/alternatives.js';
import { gatewayAnswers } from '../../middleware/gateway-answers.js';
import { dictWrites, type MadeResponse } from '../../middleware/response-objects.js';
import { returnedAnswers, type Platform } from '../../middleware/returned-answers.js';
import type { Step } from '../../policy/program.js';
import type { PythonModule } from '../../syntax/python/index.js';
import type { Condition } from '../../values/condition.js';
import type { FunctionValue, Value } from '../../values/value.js';
import type { FunctionPackages } from './packages.js';

/** Where a function runs: what it returns, and who answers OPTIONS. */
export type Cloud = 'google' | 'azure';

/** Undefined for a function that returns nothing like an answer with headers. */
export function answersOf(callee: FunctionValue, cloud: Cloud, module: PythonModule, packages: FunctionPackages): { readonly steps: readonly Step[]; readonly makesResponses: boolean } {
  packages.reads.clear();
  const events = callee.run([packages.request(callee.at)]);
  packages.responses.follow(events);
  let makesResponses = false;
  const platform: Platform = {
    responseOf(value: Value, when: Condition) {
      if (value.kind === 'nothing') return cloud === 'google' ? { status: 500, fault: 'the function returns no response' } : { writes: [], statuses: [{ when, status: { kind: 'number', value: 204, at: value.at } }] };
      const made = packages.responses.madeOf(value, when) ?? (cloud === 'google' ? tupleOf(value, when, packages) : undefined);
      makesResponses ||= made !== undefined;
      return made ?? (value.kind === 'unknown' || value.kind === 'handle' ? undefined : { writes: [], statuses: [] });
    },
    raised: () => ({ status: 500, fault: 'the function raises' }),
    textAt: (at) => module.written(at),
  };
  const steps = returnedAnswers(events, platform);
  // Azure's host hands on the methods that a function is bound to, and can answer preflights by itself.
  return { steps: cloud === 'azure' ? gatewayAnswers(steps) : steps, makesResponses };
}

/** `(body, status)`, `(body, headers)`, `(body, status, headers)`: headers are laid over those of a response among them. */
function tupleOf(value: Value, when: Condition, packages: FunctionPackages): MadeResponse | undefined {
  if (value.kind !== 'list' || value.items.length < 2 || value.items.length > 3) return undefined;
  const [body, second, third] = value.items;
  const [status, headers] = third === undefined && isHeaders(second) ? [undefined, second] : [second, third];
  const inner = packages.responses.madeOf(body!, when);
  const writes = dictWrites(headers, true, when);
  return { writes: [...(inner?.writes ?? []), ...writes], statuses: [...(inner?.statuses ?? []), ...(status === undefined || status.kind === 'nothing' ? [] : [{ when, status }])] };
}

/** What stands second is a status or the headers. */
function isHeaders(value: Value | undefined): boolean {
  return alternatives(value).some((option) => option.value.kind === 'record');
}
