import { ASKED_PROPERTIES, UNSEEN } from '../../middleware/request-reads.js';
import { headerWrite, nodeRequest, nodeResponseCall, recordWrites, truthy } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { and, not, type Condition } from '../../values/condition.js';
import type { ResponseAction } from '../../values/response-action.js';
import type { Event, FunctionValue, Handle, Value } from '../../values/value.js';

/** What Fastify hands to hooks and handlers, with what was asked of the request. */
export interface Exchange {
  readonly request: Handle;
  readonly reply: Handle;
  readonly done: Handle;
  /** Lower-case names of request headers that were read; `body` stands for a parsed body. */
  readonly reads: Set<string>;
}

export function exchange(at: Span): Exchange {
  const reads = new Set<string>();
  const handle = (name: string, get: Handle['get'], call: Handle['call']): Handle => ({ kind: 'handle', name, at, get, call });
  const request: Handle = nodeRequest(
    at,
    (property) => {
      if (property === 'raw') return request;
      if (property === 'originalUrl') return { kind: 'request', part: 'path', at };
      if (ASKED_PROPERTIES.has(property)) reads.add(property);
      return undefined;
    },
    (name) => reads.add(name),
  );
  const node: Handle = handle('reply.raw', () => undefined, () => node);
  const reply: Handle = handle('reply', (property) => (property === 'raw' || property === 'res' ? node : property === 'request' ? request : undefined), (method) => (CHAINED.has(method) ? reply : undefined));
  const done: Handle = handle('done', () => undefined, () => ({ kind: 'nothing', what: 'undefined', at }));
  return { request, reply, done, reads };
}

const CHAINED = new Set(['code', 'status', 'header', 'headers', 'removeHeader', 'type', 'send', 'redirect', 'hijack', 'serializer', 'setCookie', 'clearCookie', 'callNotFound', 'trailer']);

/** Answers that `@fastify/sensible` and plugins of views and files add to the reply. */
const STATUS_OF: Readonly<Record<string, number | undefined>> = { badRequest: 400, unauthorized: 401, paymentRequired: 402, forbidden: 403, notFound: 404, callNotFound: 404, methodNotAllowed: 405, conflict: 409, gone: 410, tooManyRequests: 429, internalServerError: 500, notImplemented: 501, badGateway: 502, serviceUnavailable: 503 };
const SENDING = new Set(['send', 'view', 'sendFile', 'download', 'hijack']);

/** CORS headers that a reply may have collected, which are lost where Node's own response is sent by hand. */
const COLLECTED = ['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-methods', 'access-control-allow-headers', 'access-control-expose-headers', 'access-control-max-age', 'vary'];

/**
 * What a hook or a handler does, in order. Headers that are set on `reply` are collected and sent with the payload,
 * over those that were set on `reply.raw`; where `reply.raw` is written or ended, the collected ones are never sent.
 * `past`: where an answer is sent so, past the hooks that work on answers.
 */
export function actionsOf(callee: FunctionValue, given: Exchange, args: readonly Value[]): { readonly actions: readonly ResponseAction[]; readonly past: readonly Span[] } {
  const collected: ResponseAction[] = [];
  const direct: ResponseAction[] = [];
  for (const event of callee.run(args)) {
    if (event.kind === 'escape' && (event.receiver === given.request || event.receiver === given.reply)) given.reads.add(UNSEEN);
    const isDirect = (event.kind === 'call' || event.kind === 'assign') && event.receiver === given.reply.get('raw');
    (isDirect ? direct : collected).push(...actionsFrom(event, given));
  }
  const flushed = direct.flatMap((action) => (action.do === 'end' ? [action] : []));
  if (flushed.length === 0) return { actions: [...withoutOverwriting(direct), ...collected], past: [] };
  const lost = flushed.flatMap(({ when, at }) => COLLECTED.map((name): ResponseAction => ({ do: 'header', op: 'remove', name, value: { kind: 'string', value: '', at }, missing: 'skip', when, at })));
  const actions = [...collected.filter((action) => action.do !== 'end'), ...lost, ...direct, ...collected.filter((action) => action.do === 'end')];
  return { actions, past: flushed.map(({ at }) => at) };
}

/** A header that the reply has collected wins over one of `reply.raw`. */
function withoutOverwriting(direct: readonly ResponseAction[]): readonly ResponseAction[] {
  const written = new Set<string>();
  return direct.map((action) => {
    if (action.do !== 'header' || action.op !== 'set' || written.has(action.name)) return action;
    written.add(action.name);
    return { ...action, op: 'set-if-absent' };
  });
}

function actionsFrom(event: Event, given: Exchange): readonly ResponseAction[] {
  const { when, at } = event;
  switch (event.kind) {
    case 'throw':
      return [{ do: 'fail', status: 500, when, at }];
    case 'assign':
      return event.property === 'statusCode' && (event.receiver === given.reply || event.receiver === given.reply.get('raw')) ? [{ do: 'status', status: event.value, when, at }] : [];
    case 'call':
      if (event.receiver === given.reply) return replyCall(event.method, event.args, when, at);
      if (event.receiver === given.reply.get('raw')) return nodeCall(event.method, event.args, when, at);
      return event.receiver === given.done && event.method === '' ? doneCall(event.args[0], when, at) : [];
    default:
      return [];
  }
}

/** https://fastify.dev/docs/latest/Reference/Reply/: a header whose value is `undefined` is sent empty. */
function replyCall(method: string, args: readonly Value[], when: Condition, at: Span): readonly ResponseAction[] {
  const [first, second] = args;
  switch (method) {
    case 'header':
      return headerWrite('set', first, second, 'empty', when, at);
    case 'headers':
      return first === undefined ? [] : recordWrites(first, 'empty', when);
    case 'removeHeader':
      return first?.kind === 'string' ? [{ do: 'header', op: 'remove', name: first.value.toLowerCase(), value: first, missing: 'skip', when, at }] : [];
    case 'code':
    case 'status':
      return first === undefined ? [] : [{ do: 'status', status: first, when, at }];
    case 'redirect': {
      const status = args.find(({ kind }) => kind === 'number') ?? ({ kind: 'number', value: 302, at } as const);
      return [{ do: 'status', status, when, at }, { do: 'end', when, at }];
    }
    default: {
      const status = STATUS_OF[method];
      if (status !== undefined) return [{ do: 'status', status: { kind: 'number', value: status, at }, when, at }, { do: 'end', when, at }];
      return SENDING.has(method) ? [{ do: 'end', when, at }] : [];
    }
  }
}

/** Node's own response: whatever sends its head sends the answer. */
function nodeCall(method: string, args: readonly Value[], when: Condition, at: Span): readonly ResponseAction[] {
  const sends = method === 'writeHead' || method === 'write' || method === 'flushHeaders';
  return [...(nodeResponseCall(method, args, when, at) ?? []), ...(sends ? [{ do: 'end', when, at } as const] : [])];
}

function doneCall(error: Value | undefined, when: Condition, at: Span): readonly ResponseAction[] {
  const fails = error === undefined ? undefined : and(when, truthy(error));
  const goesOn = error === undefined ? when : and(when, not(truthy(error)));
  return [...(fails === undefined || fails.c === 'false' ? [] : [{ do: 'fail', status: 500, when: fails, at } as const]), ...(goesOn.c === 'false' ? [] : [{ do: 'next', when: goesOn, at } as const])];
}
