import { presenceOf } from '../../values/cases.js';
import type { Span } from '../../text/span.js';
import { and, not, or } from '../../values/condition.js';
import { unknown, type ListValue, type Value } from '../../values/value.js';
import { atLeast, equality, join, mapCases, nothing } from './either.js';
import { textOf } from './evaluate.js';
import { methodOf } from './functions.js';
import { receiverOf, type Frame } from './session.js';
import type { Node } from './tree.js';

/** `this`. At the top of a CommonJS module it is `exports`, of which helpers of compilers ask what nobody has put there. */
export function receiver(frame: Frame, at: Span): Value {
  const own = receiverOf(frame)?.value;
  if (own !== undefined) return own;
  return frame.env.parent === undefined ? { kind: 'record', entries: [], at } : unknown('parameter', 'the receiver of the call', at);
}

/** `object.key` or `object[key]`; `key` is a text as written, or the value of a computed one. */
export function memberOf(object: Value, key: string | Value, optional: boolean, frame: Frame, node: Node): Value {
  const at = frame.module.spanOf(node);
  if (object.kind === 'either') {
    // What would throw on a missing value does not go on: that alternative ends here.
    return mapCases(object, at, (option) => (option.kind === 'nothing' && !optional ? undefined : memberOf(option, key, optional, frame, node)));
  }
  if (typeof key !== 'string' && key.kind === 'either') return mapCases(key, at, (option) => memberOf(object, option, optional, frame, node));
  const name = typeof key === 'string' ? key : textOf(key);
  switch (object.kind) {
    case 'record': {
      if (name === undefined) return lookedUp(object.entries, typeof key === 'string' ? undefined : key, object.rest !== undefined, frame, node);
      return object.entries.findLast((candidate) => candidate.key === name)?.value ?? object.rest ?? nothing(at);
    }
    case 'list': {
      if (name === 'length' || name === 'size') return lengthOf(object, at);
      const index = name === undefined ? NaN : Number(name);
      if (Number.isInteger(index) && index >= 0) return object.items[index] ?? object.rest ?? nothing(at);
      return unknown('dynamic-key', 'an item of a list', at);
    }
    case 'string':
      if (name === 'length') return { kind: 'number', value: object.value.length, at };
      return name !== undefined && /^\d+$/.test(name) ? { kind: 'string', value: object.value.charAt(Number(name)), at } : unknown('unsupported-syntax', `the property ${name ?? ''} of a text`, at);
    case 'handle':
      if (name === undefined) return unknown('dynamic-key', `a property of ${object.name}`, at);
      return frame.session.fields.get(object)?.get(name) ?? methodOf(object, name, frame) ?? object.get(name) ?? unknown('unsupported-syntax', `${object.name}.${name}`, at);
    case 'regex':
      if (name === 'source') return { kind: 'string', value: object.source, at };
      return name === 'flags' ? { kind: 'string', value: object.flags, at } : unknown('unsupported-syntax', 'a property of a pattern', at);
    case 'nothing':
      return optional ? nothing(at) : unknown('unsupported-syntax', 'a property of a missing value', at);
    case 'unknown':
      return unknown(object.reason, name === undefined ? object.detail : object.detail.replace(/^the import of /, `${name} of `), at);
    case 'request':
      // Some frameworks give the URL of a request as an object.
      return object.part === 'path' && name === 'pathname' ? object : unknown('unsupported-syntax', `the property ${name ?? ''}`, at);
    default:
      return unknown('unsupported-syntax', `the property ${name ?? ''}`, at);
  }
}

function lengthOf(list: ListValue, at: Value['at']): Value {
  const present = list.items.map((item) => presenceOf(item).when);
  const sure = present.filter((when) => when.c === 'true').length;
  if (list.rest !== undefined) return atLeast(sure, 'the length of a list', at);
  if (sure === present.length) return { kind: 'number', value: sure, at };
  const more = or(...present.filter((when) => when.c !== 'true'));
  return join([{ when: not(more), value: { kind: 'number', value: sure, at } }, { when: more, value: atLeast(sure + 1, 'the length of a list', at) }], at);
}

/** `map[origin]`: the entry whose key it is, or nothing. Keys that every object inherits are left aside. */
function lookedUp(entries: readonly { readonly key: string; readonly value: Value; readonly at: Value['at'] }[], key: Value | undefined, open: boolean, frame: Frame, node: Node): Value {
  const at = frame.module.spanOf(node);
  if (key === undefined || open || entries.length > 64 || !['request', 'derived', 'env'].includes(key.kind)) return unknown('dynamic-key', 'a computed key', at);
  const cases = entries.map((entry) => ({ when: equality(key, { kind: 'string', value: entry.key, at: { ...entry.at, end: entry.at.start + entry.key.length } }, at), value: entry.value }));
  const none = and(...cases.map(({ when }) => not(when)));
  return join([...cases, { when: none, value: nothing(at) }], at);
}
