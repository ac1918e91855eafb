import { headerWritten } from '../../middleware/jvm-headers.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import { TRUE } from '../../values/condition.js';
import type { ResponseAction } from '../../values/response-action.js';
import { unknown, type Event, type Value } from '../../values/value.js';
import type { KtorObjects } from './objects.js';

/** What code that handles a call does with the response, in order; `reads` says that it takes an object out of the body. */
export interface Handled {
  readonly actions: readonly ResponseAction[];
  readonly reads: boolean;
}

export function handledBy(events: readonly Event[], objects: KtorObjects): Handled {
  const actions: ResponseAction[] = [];
  let reads = false;
  for (const event of events) {
    if (event.kind === 'throw') actions.push({ do: 'fail', status: 500, when: event.when, at: event.at });
    if (event.kind === 'escape') actions.push(...(/cors/i.test(event.detail) && isOfCall(event.receiver, objects) ? openWrites(unknown(event.reason, event.detail, event.at), event.when) : []));
    if (event.kind === 'assign' && objects.roleOf(event.receiver)?.is === 'response' && event.property === 'status') actions.push({ do: 'status', status: event.value, when: event.when, at: event.at });
    if (event.kind !== 'call') continue;
    const { receiver, method, args, when, at } = event;
    const [first, second] = args;
    const role = objects.roleOf(receiver)?.is;
    if (role === 'response' && method === 'header') actions.push(...headerWritten('append', first, second, 'throw', event));
    else if (role === 'response' && method === 'status' && first !== undefined) actions.push({ do: 'status', status: first, when, at });
    else if (role === 'response' && method === 'appendIfAbsent') actions.push(...headerWritten('set-if-absent', first, second, 'throw', event));
    else if (role === 'response-headers' && /^append(?:IfAbsent)?$/.test(method)) actions.push(...headerWritten(method === 'append' ? 'append' : 'set-if-absent', first, second, 'throw', event));
    else if (role === 'call' && /^receive(?!Text|Stream|Channel|Multipart|Parameters)/.test(method)) reads = true;
    else if (role === 'call' && method.startsWith('respond')) {
      const status = statusOf(event, objects);
      if (status !== undefined) actions.push({ do: 'status', status, when, at });
      actions.push({ do: 'end', when, at });
    }
  }
  return { actions, reads };
}

/** `respond(HttpStatusCode.NoContent)`, `respond(status, body)`, `respondText("…", status = …)`; a redirect is 302, or 301. */
function statusOf({ method, args, keywords, at }: Event & { kind: 'call' }, objects: KtorObjects): Value | undefined {
  if (method === 'respondRedirect') return { kind: 'number', value: args.some((arg) => arg.kind === 'boolean' && arg.value) ? 301 : 302, at };
  const named = keywords?.entries.find(({ key }) => key === 'status')?.value;
  if (named !== undefined) return named;
  const [first] = args;
  if (method === 'respond' || method === 'respondNullable' || method === 'respondHtml') return first?.kind === 'number' || first?.kind === 'either' ? first : undefined;
  return args.slice(1).find((arg) => arg.kind === 'number' && arg.value >= 100 && objects.roleOf(arg) === undefined);
}

function isOfCall(value: Value, objects: KtorObjects): boolean {
  return ['call', 'response', 'response-headers', 'context'].includes(objects.roleOf(value)?.is ?? '');
}

/** Headers that `install(DefaultHeaders) { header(…) }` adds to answers that have none of the name. */
export function defaultHeaders(events: readonly Event[], objects: KtorObjects): readonly ResponseAction[] {
  return events.flatMap((event) => (event.kind === 'call' && objects.roleOf(event.receiver)?.is === 'headers-config' && event.method === 'header' ? headerWritten('set-if-absent', event.args[0], event.args[1], 'throw', event.when.c === 'true' ? { ...event, when: TRUE } : event) : []));
}
