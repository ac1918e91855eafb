import { headerWritten } from '../../middleware/jvm-headers.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import type { ResponseAction } from '../../values/response-action.js';
import { unknown, type Event } from '../../values/value.js';
import type { VertxObjects } from './objects.js';

/** What a handler does with its context, in order; `reads` says that it takes JSON out of the body. */
export interface Handled {
  readonly actions: readonly ResponseAction[];
  readonly reads: boolean;
}

/** Missing values: Vert.x takes a null for a mistake and fails the request. */
export function handledBy(events: readonly Event[], objects: VertxObjects): Handled {
  const actions: ResponseAction[] = [];
  let reads = false;
  for (const event of events) {
    const { when, at } = event;
    if (event.kind === 'throw') actions.push({ do: 'fail', status: 500, when, at });
    if (event.kind === 'escape' && /cors/i.test(event.detail) && ['context', 'response'].includes(objects.roleOf(event.receiver)?.is ?? '')) actions.push(...openWrites(unknown(event.reason, event.detail, at), when));
    if (event.kind !== 'call') continue;
    const { method, args } = event;
    const [first, second] = args;
    const role = objects.roleOf(event.receiver)?.is;
    if (role === 'response' && method === 'putHeader') actions.push(...headerWritten('set', first, second, 'throw', event));
    else if (role === 'response-headers' && (method === 'set' || method === 'add')) actions.push(...headerWritten(method === 'set' ? 'set' : 'append', first, second, 'throw', event));
    else if ((role === 'response' || role === 'context') && method === 'setStatusCode' && first !== undefined) actions.push({ do: 'status', status: first, when, at });
    else if (role === 'response' && /^(?:end|send|sendFile)$/.test(method)) actions.push({ do: 'end', when, at });
    else if (role === 'context' && /^(?:end|json|attachment)$/.test(method)) actions.push({ do: 'end', when, at });
    else if (role === 'context' && method === 'redirect') actions.push({ do: 'status', status: { kind: 'number', value: 302, at }, when, at }, { do: 'end', when, at });
    else if (role === 'context' && method === 'fail') actions.push({ do: 'fail', status: first?.kind === 'number' ? first.value : 500, when, at });
    else if (role === 'context' && /^getBodyAsJson/.test(method)) reads = true;
    else if (role === 'body' && /^asJson|asPojo/.test(method)) reads = true;
  }
  return { actions, reads };
}
