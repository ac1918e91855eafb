import { argument, headersFrom, pythonHeader } from '../../middleware/python-header.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import type { Span } from '../../text/span.js';
import { and, type Condition } from '../../values/condition.js';
import type { HeaderWrite, ResponseAction } from '../../values/response-action.js';
import { unknown, type Event, type Handle, type RecordValue, type Value } from '../../values/value.js';
import type { BottlePackages, Role } from './packages.js';

/** A response of its own, which replaces the one that `bottle.response` writes. */
export interface OwnResponse {
  readonly status: Value | undefined;
  readonly writes: readonly HeaderWrite[];
  /** `HTTPError`: the handlers for its status make the answer. */
  readonly isError: boolean;
}

export type BottleAction =
  | ResponseAction
  /** An `HTTPResponse` is raised or returned. */
  | { readonly do: 'reply'; readonly with: OwnResponse; readonly when: Condition; readonly at: Span }
  /** `redirect()`: an `HTTPResponse` that has the headers written so far. */
  | { readonly do: 'redirect'; readonly status: number; readonly when: Condition; readonly at: Span };

/** What followed code does with the request, in program order. `events` are all that happened in it: what is written on a response that it makes is found there. */
export function actionsIn(events: readonly Event[], packages: BottlePackages): readonly BottleAction[] {
  return events.flatMap((event): readonly BottleAction[] => {
    const { when, at } = event;
    const missed = packages.requestHeaders.missed(event);
    if (missed !== undefined) return [{ do: 'fail', status: 500, fault: 'a header that is missing is asked for', when: and(when, missed), at }];
    switch (event.kind) {
      case 'throw':
        return thrown(event.value, events, packages, when, at);
      case 'escape':
        return event.receiver === packages.response ? openWrites(unknown(event.reason, event.detail, at), when) : [];
      case 'assign':
        return event.receiver === packages.response && /^status(?:_code)?$/.test(event.property) ? [{ do: 'status', status: statusOf(event.value), when, at }] : [];
      case 'call':
        if (event.receiver === packages.abort) return [abortion(event)];
        if (event.receiver === packages.redirect) return [{ do: 'redirect', status: numberOf(argument(event, 1, 'code')) ?? 303, when, at }];
        return headerCalls(event, packages.response, packages.headers);
      case 'return':
        return [];
    }
  });
}

/** What a value that is returned or raised answers with; undefined where it is a body. */
export function ownResponse(value: Value | undefined, events: readonly Event[], packages: BottlePackages): OwnResponse | undefined {
  const role = packages.roleOf(value);
  if (role?.is !== 'response' || value?.kind !== 'handle') return undefined;
  const later = events.flatMap((event) => (event.kind === 'call' ? headerCalls(event, value, role.headers) : []));
  const assigned = events.findLast((event) => event.kind === 'assign' && event.receiver === value && /^status(?:_code)?$/.test(event.property));
  const status = assigned?.kind === 'assign' ? assigned.value : writtenStatus(role);
  return { status: status === undefined ? undefined : statusOf(status), writes: [...constructed(role, value.at), ...later], isError: role.of === 'HTTPError' };
}

function thrown(value: Value | undefined, events: readonly Event[], packages: BottlePackages, when: Condition, at: Span): readonly BottleAction[] {
  if (value?.kind === 'either') return value.options.flatMap((option) => thrown(option.value, events, packages, and(when, option.when), at));
  const reply = ownResponse(value, events, packages);
  return [reply === undefined ? { do: 'fail', status: 500, fault: 'an exception is raised, and Bottle makes another response', when, at } : { do: 'reply', with: reply, when, at }];
}

function abortion(event: Event & { readonly kind: 'call' }): BottleAction {
  return { do: 'reply', with: { status: argument(event, 0, 'code') ?? { kind: 'number', value: 500, at: event.at }, writes: [], isError: true }, when: event.when, at: event.at };
}

/** Calls that write headers, of `bottle.response` or of a response of its own (bottle.py, `BaseResponse` and `HeaderDict`). */
function headerCalls(event: Event & { readonly kind: 'call' }, response: Handle, headers: Handle): readonly HeaderWrite[] {
  const { receiver, method, when, at } = event;
  if (receiver !== response && receiver !== headers) return [];
  const [name, value] = [argument(event, 0, 'name') ?? argument(event, 0, 'key'), argument(event, 1, 'value')];
  switch (method) {
    case 'set_header':
    case 'replace':
    case '__setitem__':
      return pythonHeader('set', name, value, 'empty', event);
    case 'add_header':
    case 'append':
      return pythonHeader('append', name, value, 'empty', event);
    case 'setdefault':
      return pythonHeader('set-if-absent', name, value, 'empty', event);
    case '__delitem__':
    case 'pop':
      return name?.kind === 'string' ? [{ do: 'header', op: 'remove', name: name.value.toLowerCase(), value: name, missing: 'skip', when, at }] : [];
    case 'update':
    case '__ior__':
      return [event.args[0], event.keywords].flatMap((part) => (part === undefined ? [] : headersFrom('set', part, 'empty', { when, at })));
    default:
      return [];
  }
}

const PARAMETERS: Readonly<Record<(Role & { is: 'response' })['of'], readonly string[]>> = {
  HTTPResponse: ['body', 'status', 'headers'],
  HTTPError: ['status', 'body', 'exception', 'traceback'],
  static_file: ['filename', 'root', 'mimetype', 'download', 'charset', 'etag', 'headers'],
};

function given(role: Role & { is: 'response' }, name: string): Value | undefined {
  const index = PARAMETERS[role.of].indexOf(name);
  return (index === -1 ? undefined : role.args[index]) ?? role.keywords?.entries.findLast(({ key }) => key === name)?.value;
}

function writtenStatus(role: Role & { is: 'response' }): Value | undefined {
  return role.of === 'static_file' ? undefined : given(role, 'status');
}

/** Headers of the constructor: a dictionary, and keyword arguments whose underscores are dashes. */
function constructed(role: Role & { is: 'response' }, at: Span): readonly HeaderWrite[] {
  const when: Condition = { c: 'true' };
  const headers = given(role, 'headers');
  const more = role.of === 'static_file' || role.keywords === undefined ? undefined : ({ ...role.keywords, entries: role.keywords.entries.filter(({ key }) => !PARAMETERS[role.of].includes(key)) } satisfies RecordValue);
  return [...(headers === undefined ? [] : headersFrom('append', headers, 'empty', { when, at })), ...(more === undefined ? [] : headersFrom('append', more, 'empty', { when, at }, (key) => key.replaceAll('_', '-')))];
}

/** `'204 No Content'` is a status, too. */
function statusOf(value: Value): Value {
  const code = value.kind === 'string' ? /^\s*(\d{3})\b/.exec(value.value)?.[1] : undefined;
  return code === undefined ? value : { kind: 'number', value: Number(code), at: value.at };
}

function numberOf(value: Value | undefined): number | undefined {
  return value?.kind === 'number' ? value.value : undefined;
}
