import { headerWrite, nodeRequest, nodeResponseCall, recordWrites, truthy, unknownWrites } from '../../syntax/estree/index.js';
import { ASKED_PROPERTIES, UNSEEN } from '../request-reads.js';
import type { Span } from '../../text/span.js';
import { and, not, TRUE, type Condition } from '../../values/condition.js';

import type { ResponseAction } from '../../values/response-action.js';
import { entry, unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';

/** What Express hands to a middleware, with what was asked of the request. */
export interface Exchange {
  readonly request: Handle;
  readonly response: Handle;
  readonly next: Handle;
  /** Lower-case names of request headers that were read; `body` stands for a parsed body. */
  readonly reads: Set<string>;
}

/** `req`, `res` and `next` of Express. Below a mounted router `req.path` is relative, so it is not followed. */
export function exchange(at: Span, mounted: boolean): Exchange {
  const reads = new Set<string>();
  const header = (name: string): Value => {
    reads.add(name.toLowerCase());
    return { kind: 'request', part: 'header', header: name.toLowerCase() === 'referrer' ? 'referer' : name.toLowerCase(), at };
  };
  const base = nodeRequest(
    at,
    (property) => {
      if (property === 'path' || property === 'originalUrl') return mounted && property === 'path' ? undefined : { kind: 'request', part: 'path', at };
      if (ASKED_PROPERTIES.has(property)) reads.add(property);
      return undefined;
    },
    (name) => reads.add(name),
  );
  const request: Handle = {
    ...base,
    get: (property) => (property === 'url' && mounted ? undefined : base.get(property)),
    call: (method, args) => ((method === 'get' || method === 'header') && args[0]?.kind === 'string' ? header(args[0].value) : undefined),
  };
  const response: Handle = { kind: 'handle', name: 'res', at, get: () => undefined, call: (method) => (CHAINED.has(method) ? response : undefined) };
  const next: Handle = { kind: 'handle', name: 'next', at, get: () => undefined, call: () => ({ kind: 'nothing', what: 'undefined', at }) };
  return { request, response, next, reads };
}

const CHAINED = new Set(['status', 'set', 'header', 'append', 'vary', 'type', 'contentType', 'cookie', 'clearCookie', 'location', 'links', 'attachment', 'setHeader', 'appendHeader', 'setHeaders', 'writeHead', 'send', 'json']);
const SENDING = new Set(['send', 'json', 'jsonp', 'render', 'sendFile', 'sendfile', 'download', 'redirect', 'end']);

/** What calling a method of the response does. */
export type ResponseCall = (method: string, args: readonly Value[], when: Condition, at: Span) => readonly ResponseAction[];

/** `cors(options)(req, res, next)`: middleware that code runs by hand. */
export interface RunByHand {
  readonly do: 'run';
  readonly middleware: Handle;
  readonly when: Condition;
  readonly at: Span;
}

/** What a middleware or handler does with its response, in order; `call` says what the methods of the response do. */
export function actionsOf(handler: FunctionValue, given: Exchange, call: ResponseCall): readonly ResponseAction[] {
  return stepwise(handler, given, call).flatMap((action) => (action.do === 'run' ? [] : [action]));
}

/** The same for Express. */
export function expressActions(handler: FunctionValue, given: Exchange): readonly ResponseAction[] {
  return actionsOf(handler, given, expressResponseCall);
}

/** The same, with the middleware that it runs by hand at its place among them. */
export function stepwise(handler: FunctionValue, given: Exchange, call: ResponseCall): readonly (ResponseAction | RunByHand)[] {
  const events = handler.run([given.request, given.response, given.next]);
  if (events.some((event) => event.kind === 'escape' && (event.receiver === given.request || event.receiver === given.response))) given.reads.add(UNSEEN);
  return events.flatMap((event) => runByHand(event, given, call) ?? actionsFrom(event, given, call));
}

function runByHand(event: Event, given: Exchange, call: ResponseCall): readonly (ResponseAction | RunByHand)[] | undefined {
  if (event.kind !== 'call' || event.method !== '' || event.args[0] !== given.request || event.args[1] !== given.response) return undefined;
  const { when, at } = event;
  const [, , next] = event.args;
  const goesOn = next?.kind === 'function' ? next.run([{ kind: 'nothing', what: 'undefined', at }]).map((inner): Event => ({ ...inner, when: and(when, inner.when) })) : [];
  return [
    { do: 'run', middleware: event.receiver, when, at },
    ...(next === given.next ? [{ do: 'next', when, at } as const] : []),
    ...goesOn.flatMap((inner) => runByHand(inner, given, call) ?? actionsFrom(inner, given, call)),
  ];
}

/** What one event means for the response. */
export function actionsFrom(event: Event, given: Exchange, call: ResponseCall): readonly ResponseAction[] {
  const { when, at } = event;
  if (event.kind === 'throw') return [{ do: 'fail', status: 500, fault: 'the code throws', when, at }];
  if (event.kind === 'assign') return event.receiver === given.response && event.property === 'statusCode' ? [{ do: 'status', status: event.value, when, at }] : [];
  // Unknown code that is given `next` calls it, or answers: which of them nobody knows, and going on is the rule.
  if (event.kind === 'escape') {
    if (event.receiver === given.response) return unknownWrites(unknown(event.reason, event.detail, at), when);
    return event.receiver === given.next ? [{ do: 'next', when, at }] : [];
  }
  if (event.kind !== 'call') return [];
  if (event.receiver === given.next && event.method === '') return nextCall(event.args[0], when, at);
  return event.receiver === given.response ? call(event.method, event.args, when, at) : [];
}

function nextCall(error: Value | undefined, when: Condition, at: Span): readonly ResponseAction[] {
  if (error === undefined || error.kind === 'nothing' || (error.kind === 'string' && (error.value === 'route' || error.value === 'router'))) return [{ do: 'next', when, at }];
  // What is named an error is one, also where its class is not in view.
  const fails = error.kind === 'unknown' && /(?:Error|Exception)\b/.test(error.detail) ? TRUE : truthy(error);
  const goesOn = and(when, not(fails));
  return [{ do: 'fail', status: statusOf(error), fault: 'an error is passed on', when: and(when, fails), at }, ...(goesOn.c === 'false' ? [] : [{ do: 'next', when: goesOn, at } as const])];
}

/** Express answers an error with its `status` or `statusCode`, where that is one of an error; else with 500. */
function statusOf(error: Value): number {
  const written = error.kind === 'record' ? [entry(error, 'status'), entry(error, 'statusCode')].flatMap((found) => (found?.value.kind === 'number' ? [found.value.value] : [])) : [];
  return written.find((status) => status >= 400 && status < 600) ?? 500;
}

/** The methods of Express's `Response`, and Node's below them. */
export const expressResponseCall: ResponseCall = (method, args, when, at) => {
  const [first, second] = args;
  switch (method) {
    case 'set':
    case 'header':
      // `String(value)`: a missing value is sent as the text `undefined`.
      return first !== undefined && second === undefined ? recordWrites(first, 'text', when) : headerWrite('set', first, second, 'text', when, at);
    case 'append':
      return headerWrite('append', first, second, 'text', when, at);
    case 'vary':
      return (first?.kind === 'list' ? first.items : first === undefined ? [] : [first]).map((value): ResponseAction => ({ do: 'header', op: 'append', name: 'vary', value, missing: 'skip', when, at }));
    case 'status':
      return first === undefined ? [] : [{ do: 'status', status: first, when, at }];
    case 'sendStatus':
      return [...(first === undefined ? [] : [{ do: 'status', status: first, when, at } as const]), { do: 'end', when, at }];
    case 'redirect':
      return [accept(when, at), { do: 'status', status: first?.kind === 'number' ? first : { kind: 'number', value: 302, at }, when, at }, { do: 'end', when, at }];
    case 'format':
      return [accept(when, at), { do: 'end', when, at }];
    default:
      return SENDING.has(method) ? [{ do: 'end', when, at }] : nodeResponseCall(method, args, when, at) ?? [];
  }
};

/** What depends on the request's `Accept` says so. */
function accept(when: Condition, at: Span): ResponseAction {
  return { do: 'header', op: 'append', name: 'vary', value: { kind: 'string', value: 'Accept', at }, missing: 'skip', when, at };
}

/**
 * What the hook of a proxy does to an answer that it passes on: the headers of `proxyRes` are written over what
 * middleware set. Those that it takes away are missing in the answer of what stands behind, and nowhere else.
 */
export function proxyActions(hook: FunctionValue): readonly ResponseAction[] {
  const given = exchange(hook.at, false);
  const { at } = hook;
  const headers: Handle = { kind: 'handle', name: 'proxyRes.headers', at, get: () => undefined, call: () => undefined };
  const answer: Handle = { kind: 'handle', name: 'proxyRes', at, get: (property) => (property === 'headers' ? headers : undefined), call: () => undefined };
  return hook.run([answer, given.request, given.response]).flatMap((event): readonly ResponseAction[] => {
    if (event.kind !== 'assign' || event.receiver !== headers) return actionsFrom(event, given, expressResponseCall);
    return [{ do: 'header', op: 'set', name: event.property.toLowerCase(), value: event.value, missing: 'skip', when: event.when, at: event.at }];
  });
}
