import { isAsked } from '../../values/asked.js';
import { fromCondition } from '../../values/cases.js';
import { and, not, or, type Condition } from '../../values/condition.js';
import { entry, unknown, type ListValue, type RecordValue, type Value } from '../../values/value.js';
import { fork } from '../../values/ways.js';
import type { Span } from '../../text/span.js';
import { concat } from './evaluate.js';
import { applied } from './functions.js';
import { equality } from './comparison.js';
import type { Frame } from './session.js';
import { presence, truth, undecided } from './truth.js';

/** Methods of lists, sets, arrays, streams and maps that change nothing; undefined for one that is not followed. */
export function listMethod(list: ListValue | RecordValue, name: string, args: readonly Value[], frame: Frame, at: Span): Value | undefined {
  const [first, second] = args;
  if (list.kind === 'record') {
    if (name === 'get' || name === 'getOrDefault') return first?.kind === 'string' ? (entry(list, first.value)?.value ?? second ?? list.rest ?? { kind: 'nothing', what: 'null', at }) : undefined;
    if (name === 'values') return { kind: 'list', items: list.entries.map((one) => one.value), ...(list.rest === undefined ? {} : { rest: list.rest }), at: list.at };
    if (name === 'keySet') return { kind: 'list', items: list.entries.map((one) => ({ kind: 'string', value: one.key, at: one.at })), ...(list.rest === undefined ? {} : { rest: list.rest }), at: list.at };
    return undefined;
  }
  const call = (item: Value): Value => (first === undefined ? item : applied(first, [item], frame, at));
  switch (name) {
    case 'stream':
    case 'toList':
    case 'toMutableList':
    case 'toSet':
    case 'toTypedArray':
    case 'asList':
    case 'toArray':
    case 'collect':
    case 'distinct':
    case 'sorted':
    case 'parallelStream':
    case 'asSequence':
    case 'clone':
      return list;
    case 'map':
    case 'mapToObj':
      return { ...list, items: list.items.map(call) };
    case 'flatMap': {
      const parts = list.items.map(call);
      return parts.every((part): part is ListValue => part.kind === 'list') ? { ...list, items: parts.flatMap((part) => part.items) } : undefined;
    }
    case 'filter':
    case 'filterNot':
      return kept(list, (item) => (name === 'filter' ? truth(call(item)) : not(truth(call(item)))));
    case 'filterNotNull':
      return kept(list, (item) => (item.kind === 'nothing' ? { c: 'false' } : { c: 'true' }));
    case 'forEach':
    case 'forEachOrdered':
    case 'onEach':
      for (const item of list.items) call(item);
      if (list.rest !== undefined) fork(undecided(at, 'whether a list has more items'), () => call(list.rest!), () => undefined, frame);
      return { kind: 'nothing', what: 'null', at };
    case 'contains':
      return first === undefined ? undefined : fromCondition(member(first, list, at), at);
    case 'anyMatch':
    case 'any':
      return first === undefined ? fromCondition(presence(list), at) : fromCondition(or(...list.items.map((item) => truth(call(item))), ...open(list, at)), at);
    case 'noneMatch':
    case 'none':
      return fromCondition(not(or(...list.items.map((item) => truth(call(item))), ...open(list, at))), at);
    case 'allMatch':
    case 'all':
      return fromCondition(and(...list.items.map((item) => truth(call(item))), ...open(list, at)), at);
    case 'isEmpty':
    case 'isNullOrEmpty':
      return fromCondition(not(presence(list)), at);
    case 'isNotEmpty':
      return fromCondition(presence(list), at);
    case 'size':
    case 'count':
      return list.rest === undefined ? { kind: 'number', value: list.items.length, at } : undefined;
    case 'get':
      return first?.kind === 'number' ? (list.items[first.value] ?? list.rest) : undefined;
    case 'plus': {
      const more = first?.kind === 'list' ? first : undefined;
      const rest = list.rest ?? more?.rest;
      return first === undefined ? undefined : { kind: 'list', items: [...list.items, ...(more?.items ?? [first])], ...(rest === undefined ? {} : { rest }), at };
    }
    case 'joinToString':
      return list.items.reduce((sum, item, index) => (index === 0 ? item : concat(concat(sum, first ?? { kind: 'string', value: ', ', at }, at), item, at)), { kind: 'string', value: '', at } satisfies Value as Value);
    default:
      return undefined;
  }
}

/** Methods that change a list in place: the list as it is then, and what the call gives back. */
export function changedList(list: ListValue, name: string, args: readonly Value[], at: Span): { readonly list: Value; readonly result: Value } | undefined {
  const value = args.at(-1);
  const done: Value = { kind: 'boolean', value: true, at };
  if (value === undefined) return name === 'clear' ? { list: { ...list, items: [] }, result: done } : undefined;
  if (name === 'add' || name === 'addFirst' || name === 'addLast') return { list: { ...list, items: [...list.items, value] }, result: done };
  if (name === 'addAll') {
    const rest = list.rest ?? (value.kind === 'list' ? value.rest : value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', 'a list', at));
    return { list: { ...list, items: [...list.items, ...(value.kind === 'list' ? value.items : [])], ...(rest === undefined ? {} : { rest }) }, result: done };
  }
  return ['remove', 'removeIf', 'removeAll', 'retainAll', 'set'].includes(name) ? { list: unknown('conflicting-writes', 'a list that loses items', at), result: done } : undefined;
}

function kept(list: ListValue, test: (item: Value) => Condition): Value {
  const items = list.items.flatMap((item): Value[] => {
    const holds = test(item);
    if (holds.c === 'false') return [];
    return [holds.c === 'true' ? item : { kind: 'either', options: [{ when: holds, value: item }], at: item.at }];
  });
  return { ...list, items };
}

function member(item: Value, list: ListValue, at: Span): Condition {
  if (item.kind === 'either') return or(...item.options.map(({ when, value }) => and(when, member(value, list, at))));
  if (isAsked(item)) return { c: 'member', item, of: list, at };
  return or(...list.items.map((one) => equality(one, item, at)), ...open(list, at));
}

/** What the part of a list that is not known may say. */
function open(list: ListValue, at: Span): readonly Condition[] {
  return list.rest === undefined ? [] : [undecided(at, 'the rest of a list')];
}
