import type { FetchObjects, HeaderWrite } from '../../middleware/fetch-response.js';
import { headerWrite, recordWrites } from '../../syntax/estree/index.js';
import { NEVER, whenAny, type Guard, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { and, type Condition } from '../../values/condition.js';
import type { ResponseAction } from '../../values/response-action.js';
import { entry, type Event, type Handle, type Value } from '../../values/value.js';
import { settings } from './packages.js';

/** What Hono hands to a handler, with what was asked of the request. */
export interface Exchange {
  readonly context: Handle;
  readonly next: Handle;
  /** Lower-case names of request headers that were read; `body` stands for a JSON body. */
  readonly reads: Set<string>;
  /** What an event means for the response; `late`: when the handler behind is done. */
  actionsFrom(event: Event, late: boolean, touched: boolean): readonly ResponseAction[];
  /** Does the event ask for `c.res`? */
  touches(event: Event): boolean;
  /** What is done when a value is returned, by whether something stands on `c.res`: undefined for a value that is no response. */
  responseOf(value: Value, when: Condition, at: Span, touched: boolean): readonly ResponseAction[] | undefined;
}

/**
 * What was written on the response of a request so far. Hono keeps what `c.header()` writes aside for the responses that
 * `c.json()` and its like make; once `c.res` was asked for, what stands there is put over the response of the handler.
 * (https://github.com/honojs/hono/blob/main/src/context.ts)
 */
export class Written {
  /** Requests for which `c.res` was asked for before the handler. */
  touched: Guard = NEVER;
  /** Headers that were set aside. */
  readonly aside = new Set<string>();
  /** What middleware does when the handler is done, the innermost first. */
  late: readonly Step[] = [];

  touch(when: Guard): void {
    this.touched = whenAny(this.touched, when);
  }

  /** A `Response` of the handler's own has nothing of what was set aside. */
  forgotten(when: Condition, at: Span): readonly HeaderWrite[] {
    const value: Value = { kind: 'nothing', what: 'undefined', at };
    return [...this.aside].map((name) => ({ do: 'header', op: 'remove', name, value, missing: 'skip', when, at }));
  }
}

/** A write of a handler's own response, below what stands on `c.res`. */
function below(write: HeaderWrite): readonly HeaderWrite[] {
  return write.op === 'remove' ? [] : [{ ...write, op: 'set-if-absent' }];
}

/** A response that a handler made by `c.json(…)` and the like. */
interface Made {
  readonly status: Value | undefined;
  readonly headers: Value | undefined;
}

/** `c` and `next`. */
export function exchange(at: Span, objects: FetchObjects, written: Written): Exchange {
  const reads = new Set<string>();
  const made = new WeakMap<Handle, Made>();
  const header = (name: string): Value => {
    reads.add(name.toLowerCase());
    return { kind: 'request', part: 'header', header: name.toLowerCase(), at };
  };
  /** Headers of the request by `Headers`, where missing ones are `null`. */
  const nullable = new WeakSet<Value>();
  const nullableHeader = (name: string): Value => {
    const value = header(name);
    nullable.add(value);
    return value;
  };
  const requestHeaders = handle('headers', at, () => undefined, (method, args) => (method === 'get' && args[0]?.kind === 'string' ? nullableHeader(args[0].value) : undefined));
  const about = (property: string): Value | undefined => {
    if (property === 'method') return { kind: 'request', part: 'method', at };
    if (property === 'path') return { kind: 'request', part: 'path', at };
    if (property === 'headers') return requestHeaders;
    return property === 'raw' ? raw : undefined;
  };
  const raw: Handle = handle('request', at, (property) => (property === 'raw' || property === 'path' ? undefined : about(property)), () => undefined);
  const request = handle('c.req', at, (property) => (property === 'headers' ? undefined : about(property)), (method, args) => {
    if (method === 'json' || method === 'valid') reads.add('body');
    return method === 'header' && args[0]?.kind === 'string' ? header(args[0].value) : undefined;
  });
  const responseHeaders = handle('c.res.headers', at, () => undefined, () => undefined);
  const response = handle('c.res', at, (property) => (property === 'headers' ? responseHeaders : undefined), () => undefined);
  const context: Handle = handle('c', at, (property) => {
    return property === 'req' ? request : property === 'res' ? response : property === 'env' ? settings(at) : undefined;
  }, (method, args, callAt) => {
    const answer = answerOf(method, args, callAt);
    if (answer === undefined) return method === 'header' || method === 'status' ? nothing(callAt) : undefined;
    const result = handle('response', callAt, () => undefined, () => undefined);
    made.set(result, answer);
    return result;
  });
  const next = handle('next', at, () => undefined, (_method, _args, callAt) => nothing(callAt));

  const headerActions = (event: Event & { kind: 'call' }): readonly ResponseAction[] => {
    const { receiver, method, args, when } = event;
    const [first, second, third] = args;
    if (receiver === context && method === 'header') {
      const op = appends(third) ? 'append' : 'set';
      // `c.header(name, undefined)` takes the header away.
      return [...(op === 'set' && mayBeMissing(second) ? removal(first, when, event.at) : []), ...headerWrite(op, first, second, 'skip', when, event.at)];
    }
    if (receiver !== responseHeaders) return [];
    if (method === 'delete') return removal(first, when, event.at);
    return method === 'set' || method === 'append' ? headerWrite(method, first, second, second !== undefined && nullable.has(second) ? 'null-text' : 'text', when, event.at) : [];
  };
  const actionsFrom = (event: Event, late: boolean, touched: boolean): readonly ResponseAction[] => {
    const { when } = event;
    if (event.kind === 'throw') return [{ do: 'fail', status: 500, when, at: event.at }];
    if (event.kind === 'escape') return event.receiver === next ? [{ do: 'next', when, at: event.at }] : [];
    if (event.kind === 'assign' && event.receiver === context && event.property === 'res') return (responseOf(event.value, when, event.at, touched || late) ?? []).filter((action) => !late || action.do === 'header');
    if (event.kind !== 'call') return [];
    if (event.receiver === next && event.method === '') return [{ do: 'next', when, at: event.at }];
    if (event.receiver === context && event.method === 'status' && event.args[0] !== undefined) return [{ do: 'status', status: event.args[0], when, at: event.at }];
    const actions = headerActions(event);
    if (!late && event.receiver === context) for (const action of actions) if (action.do === 'header') written.aside.add(action.name);
    return actions;
  };
  const responseOf = (value: Value, when: Condition, returnAt: Span, touched: boolean): readonly ResponseAction[] | undefined => {
    const answer = value.kind === 'handle' ? made.get(value) : undefined;
    const own = answer === undefined ? objects.madeOf(value, when) : { writes: headersOf(answer.headers, when), status: answer.status };
    if (own === undefined) return undefined;
    const lost = answer === undefined && !touched ? written.forgotten(when, returnAt) : [];
    return [...lost, ...(touched ? own.writes.flatMap(below) : own.writes), ...statusOf(own.status, when, returnAt), { do: 'end', when, at: returnAt }];
  };
  const holdsResponse = (value: Value): boolean => value === response || value === responseHeaders || (value.kind === 'record' && value.entries.some((one) => holdsResponse(one.value))) || (value.kind === 'either' && value.options.some((option) => holdsResponse(option.value)));
  // `new Response(null, { status: 204, headers: c.res.headers })`, as Hono's own middleware has it.
  const touches = (event: Event): boolean => event.kind === 'call' && (event.receiver === responseHeaders || event.args.some(holdsResponse));
  return { context, next, reads, actionsFrom, responseOf, touches };
}

function removal(name: Value | undefined, when: Condition, at: Span): readonly ResponseAction[] {
  return name?.kind === 'string' ? [{ do: 'header', op: 'remove', name: name.value.toLowerCase(), value: name, missing: 'skip', when, at }] : [];
}

function mayBeMissing(value: Value | undefined): boolean {
  if (value?.kind === 'either') return value.options.some((option) => mayBeMissing(option.value));
  return value === undefined || value.kind === 'nothing' || value.kind === 'request';
}

function answerOf(method: string, args: readonly Value[], at: Span): Made | undefined {
  const [, second, third] = args;
  switch (method) {
    case 'json':
    case 'text':
    case 'html':
    case 'body':
    case 'newResponse':
      // `c.json(body, { status, headers })` and `c.json(body, status, headers)`
      if (second?.kind === 'record') return { status: entry(second, 'status')?.value, headers: entry(second, 'headers')?.value };
      return { status: second, headers: third };
    case 'redirect':
      return { status: second ?? { kind: 'number', value: 302, at }, headers: undefined };
    case 'notFound':
      return { status: { kind: 'number', value: 404, at }, headers: undefined };
    case 'render':
      return { status: undefined, headers: undefined };
    default:
      return undefined;
  }
}

function headersOf(headers: Value | undefined, when: Condition): readonly HeaderWrite[] {
  if (headers?.kind === 'either') return headers.options.flatMap((option) => headersOf(option.value, and(when, option.when)));
  if (headers?.kind !== 'record') return [];
  return recordWrites(headers, 'text', when).flatMap((action) => (action.do === 'header' ? [action] : []));
}

function statusOf(status: Value | undefined, when: Condition, at: Span): readonly ResponseAction[] {
  return status === undefined || status.kind === 'nothing' ? [] : [{ do: 'status', status, when, at }];
}

function appends(options: Value | undefined): boolean {
  const append = options?.kind === 'record' ? entry(options, 'append')?.value : undefined;
  return append?.kind === 'boolean' && append.value;
}

function nothing(at: Span): Value {
  return { kind: 'nothing', what: 'undefined', at };
}

function handle(name: string, at: Span, get: Handle['get'], call: Handle['call']): Handle {
  return { kind: 'handle', name, at, get, call };
}
