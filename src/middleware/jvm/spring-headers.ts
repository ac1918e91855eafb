import { and } from '../../values/condition.js';
import type { HeaderWrite } from '../../values/response-action.js';
import { unknown, type Event, type Handle, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { openWrites } from '../responses-out-of-view.js';
import { joinedText, jvmHeader, jvmHeaderLines } from './header.js';
import { sentBefore, unlessSent } from './servlet-exchange.js';

/** Setters of Spring's `HttpHeaders` for headers of CORS: the header, and what stands between the items of a list. */
const SETTERS: Readonly<Record<string, readonly [header: string, separator: string]>> = {
  AccessControlAllowOrigin: ['Access-Control-Allow-Origin', ''],
  AccessControlAllowCredentials: ['Access-Control-Allow-Credentials', ''],
  AccessControlAllowMethods: ['Access-Control-Allow-Methods', ','],
  AccessControlAllowHeaders: ['Access-Control-Allow-Headers', ', '],
  AccessControlExposeHeaders: ['Access-Control-Expose-Headers', ', '],
  AccessControlMaxAge: ['Access-Control-Max-Age', ''],
  Vary: ['Vary', ', '],
};

/** An object of Spring's `HttpHeaders`, of a response. */
export function springHeaders(at: Span): Handle {
  return {
    kind: 'handle',
    name: 'headers',
    at,
    get: () => undefined,
    call: (method, [name], place) => (/^contains(?:Key|Header)$/.test(method) && name?.kind === 'string' ? sentBefore('containsHeader', name.value, place) : /^(?:set|add|put|remove)/.test(method) ? { kind: 'nothing', what: 'null', at: place } : undefined),
  };
}

/** What an event writes on an object of `HttpHeaders` (org.springframework.http.HttpHeaders); `of` tells objects whose writes are copied. */
export function springHeaderWrites(event: Event, headers: Handle, of: (value: Value) => readonly HeaderWrite[]): readonly HeaderWrite[] {
  const { when, at } = event;
  if (event.kind === 'return' || event.kind === 'throw' || event.receiver !== headers) return [];
  if (event.kind === 'escape') return /cors|origin/i.test(event.detail) ? openWrites(unknown(event.reason, event.detail, at), when) : [];
  if (event.kind === 'assign') return setter(`${event.property[0]!.toUpperCase()}${event.property.slice(1)}`, event.value, event);
  const [name, value] = event.args;
  switch (event.method) {
    case 'set':
    case 'setIfAbsent': {
      const writes = value === undefined ? [] : jvmHeaderLines('set', name, value, 'skip', event);
      return event.method === 'set' ? writes.map(unlessSent) : writes.map((write) => ({ ...write, op: 'set-if-absent' as const }));
    }
    case 'put':
      return jvmHeaderLines('set', name, value, 'skip', event).map(unlessSent);
    case 'add':
    case 'addAll':
      return value === undefined ? copied(name, when, of) : jvmHeaderLines('append', name, value, 'skip', event).flatMap((write) => [unlessSent({ ...write, op: 'append' })]);
    case 'putAll':
      return copied(name, when, of);
    case 'remove':
      return name?.kind === 'string' ? [{ do: 'header', op: 'remove', name: name.value.toLowerCase(), value: name, missing: 'skip', when, at }] : [];
    default:
      return event.method.startsWith('set') ? setter(event.method.slice(3), name, event) : [];
  }
}

function setter(property: string, value: Value | undefined, event: Pick<Event, 'when' | 'at'>): readonly HeaderWrite[] {
  const found = SETTERS[property];
  if (found === undefined || value === undefined) return [];
  const [header, separator] = found;
  return jvmHeader('set', { kind: 'string', value: header, at: event.at }, joinedText(value, separator), 'remove', event);
}

function copied(value: Value | undefined, when: Event['when'], of: (value: Value) => readonly HeaderWrite[]): readonly HeaderWrite[] {
  return value === undefined ? [] : of(value).map((write) => ({ ...write, when: and(when, write.when) }));
}
