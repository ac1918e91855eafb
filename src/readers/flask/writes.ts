import { argument, pythonHeader } from '../../middleware/python-header.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import type { HeaderWrite } from '../../values/response-action.js';
import { unknown, type Event, type Handle, type Value } from '../../values/value.js';
import type { FlaskPackages } from './packages.js';

type Where = Pick<Event, 'when' | 'at'>;

/** A header that an event writes on a response, and which response that is. */
export interface Written {
  readonly on: Handle;
  readonly writes: readonly HeaderWrite[];
}

/** What an event writes on a response (werkzeug/datastructures/headers.py, werkzeug/sansio/response.py). */
export function writtenBy(event: Event, packages: FlaskPackages): Written | undefined {
  if (event.kind === 'return' || event.kind === 'throw') return undefined;
  const role = packages.roleOf(event.receiver);
  if (event.kind === 'escape') {
    const on = role?.is === 'response' ? event.receiver : role?.is === 'response-part' ? role.of : undefined;
    return on === undefined || !/cors|origin/i.test(event.detail) ? undefined : { on, writes: openWrites(unknown(event.reason, event.detail, event.at), event.when) };
  }
  if (event.kind === 'assign') return role?.is === 'response' ? { on: event.receiver, writes: assigned(event.property, event.value, event) } : undefined;
  if (role?.is !== 'response-part') return undefined;
  if (role.part === 'vary') return { on: role.of, writes: varied(event) };
  return { on: role.of, writes: changed(event) };
}

function changed(event: Event & { kind: 'call' }): readonly HeaderWrite[] {
  const [first, second] = [argument(event, 0, '_key'), argument(event, 1, '_value')];
  switch (event.method) {
    case '__setitem__':
    case 'set':
      return one('set', first, second, event);
    case 'add':
    case 'add_header':
      return one('append', first, second, event);
    case 'setdefault':
      return one('set-if-absent', first, second, event);
    case 'setlist':
      return lines('set', first, second, event);
    case 'update':
    case '__ior__':
      return [...(first === undefined ? [] : several('set', first, event)), ...(event.keywords?.entries ?? []).flatMap(({ key, value, at }) => one('set', { kind: 'string', value: key.replaceAll('_', '-'), at }, value, event))];
    case 'extend':
      return first === undefined ? [] : several('append', first, event);
    case 'remove':
    case 'pop':
    case '__delitem__':
      return first?.kind === 'string' ? [{ do: 'header', op: 'remove', name: first.value.toLowerCase(), value: first, missing: 'skip', when: event.when, at: event.at }] : [];
    default:
      return [];
  }
}

/** `response.access_control_allow_origin = …`, `response.vary = …` */
function assigned(property: string, value: Value, event: Where): readonly HeaderWrite[] {
  const name: Value = { kind: 'string', value: property.replaceAll('_', '-'), at: event.at };
  if (property === 'access_control_allow_credentials') {
    const isTrue = value.kind === 'boolean' ? value.value : undefined;
    if (isTrue === undefined) return one('set', name, value, event);
    return isTrue ? one('set', name, { kind: 'string', value: 'true', at: value.at }, event) : [{ do: 'header', op: 'remove', name: 'access-control-allow-credentials', value, missing: 'skip', when: event.when, at: event.at }];
  }
  if (!/^(?:access_control_(?:allow_(?:origin|methods|headers)|expose_headers|max_age)|vary)$/.test(property)) return [];
  const texts = value.kind === 'list' && value.rest === undefined ? value.items.map((item) => (item.kind === 'string' ? item.value : undefined)) : [undefined];
  return one('set', name, texts.includes(undefined) ? value : { kind: 'string', value: texts.join(', '), at: value.at }, event);
}

/** `response.vary.add('Origin')` */
function varied(event: Event & { kind: 'call' }): readonly HeaderWrite[] {
  if (event.method !== 'add' && event.method !== 'update') return [];
  const values = event.args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg]));
  return values.map((value): HeaderWrite => ({ do: 'header', op: 'append', name: 'vary', value, missing: 'skip', when: event.when, at: event.at }));
}

/** Headers that come as a dictionary or as a list of pairs. Lists among their values are several lines. */
export function several(op: 'set' | 'append', headers: Value, event: Where): readonly HeaderWrite[] {
  switch (headers.kind) {
    case 'record': {
      const writes = headers.entries.flatMap(({ key, value, at }) => lines(op, { kind: 'string', value: key, at }, value, { when: event.when, at }));
      return headers.rest === undefined ? writes : [...writes, ...openWrites(headers.rest, event.when)];
    }
    case 'list':
      return headers.items.flatMap((item) => (item.kind === 'list' ? lines(op, item.items[0], item.items[1], { when: event.when, at: item.at }) : []));
    case 'either':
      return headers.options.flatMap((option) => several(op, option.value, { when: { c: 'and', of: [event.when, option.when] }, at: event.at }));
    case 'unknown':
      return openWrites(headers, event.when);
    default:
      return [];
  }
}

function lines(op: 'set' | 'append', name: Value | undefined, value: Value | undefined, event: Where): readonly HeaderWrite[] {
  if (value?.kind !== 'list' || value.rest !== undefined) return one(op, name, value, event);
  return value.items.flatMap((item, index) => one(index === 0 ? op : 'append', name, item, event));
}

function one(op: HeaderWrite['op'] & ('set' | 'append' | 'set-if-absent'), name: Value | undefined, value: Value | undefined, event: Where): readonly HeaderWrite[] {
  return pythonHeader(op, name, value === undefined ? undefined : spelled(value), 'none-text', event);
}

/** `str(value)`: a list is written as Python writes it. */
function spelled(value: Value): Value {
  if (value.kind === 'either') return { ...value, options: value.options.map((option) => ({ ...option, value: spelled(option.value) })) };
  if (value.kind !== 'list') return value;
  const texts = value.items.map((item) => (item.kind === 'string' ? `'${item.value}'` : undefined));
  return value.rest !== undefined || texts.includes(undefined) ? unknown('unsupported-syntax', 'a list as a text', value.at) : { kind: 'string', value: `[${texts.join(', ')}]`, at: value.at };
}
