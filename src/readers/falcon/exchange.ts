import { argument, pythonHeader } from '../../middleware/python-header.js';
import { requestHeaders } from '../../middleware/python-request.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import type { Span } from '../../text/span.js';
import { and, type Condition } from '../../values/condition.js';
import type { HeaderWrite, ResponseAction } from '../../values/response-action.js';
import { entry, unknown, type Event, type Handle, type Value } from '../../values/value.js';
import type { FalconPackages } from './packages.js';

/** `req` and `resp` of responders, sinks and middleware, with what was asked of the request. */
export interface Exchange {
  readonly req: Handle;
  readonly resp: Handle;
  /** Lower-case names of request headers that were read; `body` stands for a parsed body. */
  readonly reads: Set<string>;
  actionsFrom(event: Event): readonly FalconAction[];
}

export type FalconAction =
  | ResponseAction
  /** `resp.complete = True`: once the function is over, nothing else asks for the response. */
  | { readonly do: 'complete'; readonly when: Condition; readonly at: Span };

/** Properties of a response that are headers (falcon/response.py). */
const PROPERTIES: Readonly<Record<string, string>> = { vary: 'vary' };

/**
 * `allow`: the `Allow` header as a middleware finds it on the response.
 * https://falcon.readthedocs.io/en/stable/api/request_and_response_wsgi.html
 */
export function exchangeFor(at: Span, packages: FalconPackages, isAsync: boolean, allow?: Value): Exchange {
  const reads = new Set<string>();
  const headers = requestHeaders(at, reads);
  const nothing: Value = { kind: 'nothing', what: 'null', at };
  const handle = (name: string, get: Handle['get'], call: Handle['call'] = () => undefined): Handle => ({ kind: 'handle', name, at, get, call });
  // A dictionary whose keys are in one case: upper case in WSGI, lower case in ASGI.
  const dictionary = handle('req.headers', () => undefined, (method, args, place) => {
    const [name, fallback] = args;
    if (name?.kind !== 'string') return undefined;
    const spelled = isAsync ? name.value.toLowerCase() : name.value.toUpperCase();
    if (spelled === name.value) return headers.handle.call(method, args, place);
    if (method === '__contains__') return { kind: 'boolean', value: false, at: place };
    return method === 'get' ? (fallback ?? nothing) : undefined;
  });
  const environ = handle('req.env', () => undefined, (method, args, place) => {
    const name = args[0]?.kind === 'string' ? /^HTTP_(\w+)$/.exec(args[0].value)?.[1]?.replaceAll('_', '-') : undefined;
    return name === undefined ? undefined : headers.handle.call(method, [{ kind: 'string', value: name, at: place }, ...args.slice(1)], place);
  });
  const req = handle(
    'req',
    (property) => {
      switch (property) {
        case 'method':
          return { kind: 'request', part: 'method', at };
        case 'path':
        case 'relative_uri':
          return { kind: 'request', part: 'path', at };
        case 'headers':
          return dictionary;
        case 'headers_lower':
          return headers.handle;
        case 'env':
          return environ;
        case 'auth':
          return headers.handle.call('get', [{ kind: 'string', value: 'Authorization', at }], at);
        case 'media':
        case 'bounded_stream':
        case 'stream':
          reads.add('body');
          return undefined;
        default:
          return undefined;
      }
    },
    (method, args, place, keywords) => {
      if (method === 'get_media') reads.add('body');
      if (method !== 'get_header') return undefined;
      const fallback = args[2] ?? (keywords === undefined ? undefined : entry(keywords, 'default')?.value);
      return headers.handle.call('get', [args[0] ?? nothing, ...(fallback === undefined ? [] : [fallback])], place);
    },
  );
  const resp = handle('resp', () => undefined, (method, args, place, keywords) => {
    if (method !== 'get_header') return /^(?:set_|append_|delete_|unset_)/.test(method) ? nothing : undefined;
    const [name] = args;
    const fallback = args[1] ?? (keywords === undefined ? undefined : entry(keywords, 'default')?.value) ?? nothing;
    if (name?.kind !== 'string' || name.value.toLowerCase() !== 'allow' || allow === undefined) return unknown('unsupported-syntax', 'a header that was set before', place);
    return allow.kind === 'nothing' ? fallback : allow;
  });

  const actionsFrom = (event: Event): readonly FalconAction[] => {
    const { when, at: place } = event;
    const missed = headers.missed(event);
    if (missed !== undefined) return [{ do: 'fail', status: 500, fault: 'the request has no such header', when: and(when, missed), at: place }];
    if (event.kind === 'throw') return raised(event.value, packages, when, place);
    if (event.kind === 'escape') return event.receiver === resp && /cors|origin/i.test(event.detail) ? openWrites(unknown(event.reason, event.detail, place), when) : [];
    if (event.kind === 'assign') return event.receiver === resp ? assigned(event.property, event.value, event) : [];
    if (event.kind !== 'call') return [];
    if (event.receiver === req && event.method === 'get_header') return required(event, headers.handle);
    return event.receiver === resp ? written(event) : [];
  };
  return { req, resp, reads, actionsFrom };
}

function written(event: Event & { readonly kind: 'call' }): readonly FalconAction[] {
  const name = argument(event, 0, 'name');
  switch (event.method) {
    case 'set_header':
      return pythonHeader('set', name, argument(event, 1, 'value'), 'none-text', event);
    case 'append_header':
      return pythonHeader('append', name, argument(event, 1, 'value'), 'none-text', event);
    case 'set_headers':
      return several(argument(event, 0, 'headers'), event);
    case 'delete_header':
      return name?.kind === 'string' ? [removal(name.value, name, event)] : [];
    default:
      return [];
  }
}

function assigned(property: string, value: Value, event: Pick<Event, 'when' | 'at'>): readonly FalconAction[] {
  const { when, at } = event;
  if (property === 'status') return [{ do: 'status', status: statusOf(value), when, at }];
  if (property === 'complete') return value.kind === 'boolean' && !value.value ? [] : [{ do: 'complete', when, at }];
  const header = PROPERTIES[property];
  if (header === undefined) return [];
  if (value.kind === 'nothing') return [removal(header, value, event)];
  const texts = value.kind === 'list' && value.rest === undefined ? value.items.map((item) => (item.kind === 'string' ? item.value : undefined)) : [undefined];
  return pythonHeader('set', { kind: 'string', value: header, at }, texts.includes(undefined) ? value : { kind: 'string', value: texts.join(', '), at: value.at }, 'none-text', event);
}

/** A dictionary, or a list of pairs. */
function several(headers: Value | undefined, event: Pick<Event, 'when' | 'at'>): readonly HeaderWrite[] {
  const { when } = event;
  switch (headers?.kind) {
    case 'record':
      return [...headers.entries.flatMap(({ key, value, at }) => pythonHeader('set', { kind: 'string', value: key, at }, value, 'none-text', { when, at })), ...(headers.rest === undefined ? [] : openWrites(headers.rest, when))];
    case 'list':
      return headers.items.flatMap((item) => (item.kind === 'list' ? pythonHeader('set', item.items[0], item.items[1], 'none-text', { when, at: item.at }) : []));
    case 'either':
      return headers.options.flatMap((option) => several(option.value, { when: and(when, option.when), at: event.at }));
    case 'unknown':
      return openWrites(headers, when);
    default:
      return [];
  }
}

function removal(name: string, value: Value, { when, at }: Pick<Event, 'when' | 'at'>): HeaderWrite {
  return { do: 'header', op: 'remove', name: name.toLowerCase(), value, missing: 'skip', when, at };
}

/** `'204 No Content'`, `204`, `falcon.HTTP_204`, `http.HTTPStatus.NO_CONTENT`. */
export function statusOf(value: Value): Value {
  if (value.kind === 'either') return { ...value, options: value.options.map((option) => ({ ...option, value: statusOf(option.value) })) };
  const code = value.kind === 'string' ? /^(\d{3})\b/.exec(value.value)?.[1] : undefined;
  return code === undefined ? value : { kind: 'number', value: Number(code), at: value.at };
}

/** `req.get_header(name, required=True)` raises HTTPMissingHeader. */
function required(event: Event & { readonly kind: 'call' }, headers: Handle): readonly FalconAction[] {
  const asked = argument(event, 1, 'required');
  const [name] = event.args;
  if (asked?.kind !== 'boolean' || !asked.value || name === undefined) return [];
  const present = headers.call('__contains__', [name], event.at);
  if (present?.kind !== 'condition') return [];
  return [{ do: 'fail', status: 400, fault: 'a required header is missing', when: and(event.when, { c: 'not', of: present.condition }), at: event.at }];
}

/** What is raised sets its status and its headers on the response, whose other headers stay (falcon/app.py, `_compose_error_response`). */
function raised(value: Value | undefined, packages: FalconPackages, when: Condition, at: Span): readonly FalconAction[] {
  const role = packages.roleOf(value);
  const status = role?.is === 'raised' && role.status !== undefined ? statusOf(role.status) : undefined;
  const own = role?.is === 'raised' && role.headers !== undefined ? several(role.headers, { when, at }) : [];
  return [...own, { do: 'fail', status: status?.kind === 'number' ? status.value : 500, when, at }];
}
