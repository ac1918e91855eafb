import { isAsked } from '../../values/asked.js';
import { fromCondition, join, onlyWhen, presenceOf } from '../../values/cases.js';
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
  const matches = (item: Value): Condition => {
    const { when, value } = presenceOf(item);
    return and(when, truth(call(value)));
  };
  switch (name) {
    case 'collect':
      return first?.kind === 'function' ? applied(first, [list], frame, at) : list;
    case 'distinct':
    case 'toSet':
    case 'toHashSet':
      return { ...list, items: unrepeated(list.items) };
    case 'sorted':
    case 'sort':
      return first === undefined && list.rest === undefined ? sorted(list) : undefined;
    case 'limit':
    case 'take':
    case 'skip':
    case 'drop':
      return first?.kind === 'number' && list.rest === undefined && list.items.every((item) => item.kind !== 'either') ? { ...list, items: name === 'limit' || name === 'take' ? list.items.slice(0, first.value) : list.items.slice(first.value) } : undefined;
    case 'build':
    case 'stream':
    case 'toList':
    case 'toMutableList':
    case 'toTypedArray':
    case 'asList':
    case 'toArray':
    case 'asStream':
    case 'parallelStream':
    case 'boxed':
    case 'peek':
    case 'filterIsInstance':
    case 'asSequence':
    case 'clone':
      return list;
    case 'map':
    case 'mapToObj':
      return { ...list, items: list.items.map(presenceOf).map(({ when, value }) => onlyWhen(when, call(value))) };
    case 'flatten': {
      return list.rest === undefined && list.items.every((part): part is ListValue => part.kind === 'list' && part.rest === undefined) ? { ...list, items: list.items.flatMap((part) => (part.kind === 'list' ? part.items : [])) } : undefined;
    }
    case 'flatMap': {
      const parts = list.items.map(presenceOf).map(({ when, value }) => ({ when, part: call(value) }));
      return parts.every((one): one is { when: Condition; part: ListValue } => one.part.kind === 'list') ? { ...list, items: parts.flatMap(({ when, part }) => part.items.map((item) => onlyWhen(when, item))) } : undefined;
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
      return first === undefined ? fromCondition(presence(list), at) : fromCondition(or(...list.items.map(matches), ...open(list, at)), at);
    case 'noneMatch':
    case 'none':
      return fromCondition(not(or(...list.items.map(matches), ...open(list, at))), at);
    case 'allMatch':
    case 'all':
      return fromCondition(and(...list.items.map(presenceOf).map(({ when, value }) => or(not(when), truth(call(value)))), ...open(list, at)), at);
    case 'isEmpty':
    case 'isNullOrEmpty':
      return fromCondition(not(presence(list)), at);
    case 'isNotEmpty':
      return fromCondition(presence(list), at);
    case 'size':
    case 'count':
      return list.rest === undefined ? { kind: 'number', value: list.items.length, at } : undefined;
    case 'get':
    case 'elementAt':
    case 'orElseThrow':
    case 'single':
    case 'first':
    case 'getFirst':
    case 'firstOrNull':
    case 'last':
    case 'getLast':
    case 'lastOrNull':
      return one(list, name, first, at);
    case 'findFirst':
    case 'findAny':
      return { kind: 'list', items: list.items.slice(0, 1), ...(list.items.length === 0 && list.rest !== undefined ? { rest: list.rest } : {}), at };
    case 'isPresent':
      return fromCondition(presence(list), at);
    case 'ifPresent':
      return listMethod(list, 'forEach', args, frame, at);
    case 'orElse':
    case 'orElseGet': {
      const otherwise = (): Value => (first === undefined ? { kind: 'nothing', what: 'null', at } : name === 'orElse' ? first : applied(first, [], frame, at));
      const there = presence(list);
      const [item] = list.items;
      if (there.c === 'true') return item ?? list.rest;
      return there.c === 'false' ? otherwise() : join([{ when: there, value: item?.kind === 'either' ? (item.options[0]?.value ?? item) : (item ?? list.rest!) }, { when: not(there), value: otherwise() }], at);
    }
    case 'ifEmpty':
      return list.items.length > 0 ? list : list.rest === undefined && first !== undefined ? applied(first, [], frame, at) : undefined;
    case 'getOrNull':
      return first?.kind === 'number' ? (list.items[first.value] ?? list.rest) : undefined;
    case 'plus': {
      const more = first?.kind === 'list' ? first : undefined;
      const rest = list.rest ?? more?.rest;
      return first === undefined ? undefined : { kind: 'list', items: [...list.items, ...(more?.items ?? [first])], ...(rest === undefined ? {} : { rest }), at };
    }
    case 'toString':
      return list.rest === undefined ? joinedText([{ kind: 'string', value: '[', at }, joinedText(list.items, { kind: 'string', value: ', ', at }, at), { kind: 'string', value: ']', at }], { kind: 'string', value: '', at }, at) : undefined;
    case 'joinToString': {
      const separator = args.find((arg) => arg.kind === 'string') ?? { kind: 'string', value: ', ', at };
      const shown = args.find((arg) => arg.kind === 'function');
      return list.rest !== undefined ? undefined : joinedText(list.items.map((item) => (shown === undefined ? item : applied(shown, [item], frame, at))), separator, at);
    }
    default:
      return undefined;
  }
}

/** Items in a row with a text between them. */
export function joinedText(items: readonly Value[], separator: Value, at: Span): Value {
  return items.reduce<Value>((sum, item, index) => (index === 0 ? item : concat(concat(sum, separator, at), item, at)), { kind: 'string', value: '', at });
}

/** The item at a place, at the beginning or at the end, where it is surely known which one that is. */
function one(list: ListValue, name: string, index: Value | undefined, at: Span): Value | undefined {
  if (list.items.some((item) => item.kind === 'either' && item.options.length === 1)) return undefined;
  if (/^(?:get|elementAt)$/.test(name) && index !== undefined) return index.kind === 'number' ? (list.items[index.value] ?? list.rest) : undefined;
  if (index !== undefined && index.kind === 'function') return undefined;
  if (/last/i.test(name)) return list.rest ?? list.items.at(-1) ?? missing(name, at);
  return list.items[0] ?? list.rest ?? missing(name, at);
}

function missing(name: string, at: Span): Value | undefined {
  return name.endsWith('OrNull') ? { kind: 'nothing', what: 'null', at } : undefined;
}

function sorted(list: ListValue): Value | undefined {
  const texts = list.items.flatMap((item) => (item.kind === 'string' ? [item] : []));
  return texts.length === list.items.length ? { ...list, items: texts.toSorted((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0)) } : undefined;
}

/** Texts that stand there twice count once. */
export function unrepeated(items: readonly Value[]): readonly Value[] {
  return items.filter((item, index) => item.kind !== 'string' || items.findIndex((other) => other.kind === 'string' && other.value === item.value) === index);
}

/** Methods that change a list in place: the list as it is then, and what the call gives back. */
export function changedList(list: ListValue, name: string, args: readonly Value[], at: Span): { readonly value: Value; readonly result: Value } | undefined {
  const value = args.at(-1);
  const done: Value = { kind: 'boolean', value: true, at };
  if (value === undefined) return name === 'clear' ? { value: { ...list, items: [] }, result: done } : undefined;
  if (name === 'add' || name === 'addFirst' || name === 'addLast') {
    const more = { ...list, items: [...list.items, ...(args.length === 2 && args[0]!.kind === 'number' ? [value] : args)] };
    // Builders of lists give themselves back.
    return { value: more, result: more };
  }
  if (name === 'addAll' || name === 'plusAssign') {
    const rest = list.rest ?? (value.kind === 'list' ? value.rest : value.kind === 'unknown' || value.kind === 'env' ? value : value.kind === 'string' && name === 'plusAssign' ? undefined : unknown('unsupported-syntax', 'a list', at));
    const more: Value = { ...list, items: [...list.items, ...(value.kind === 'list' ? value.items : value.kind === 'string' ? [value] : [])], ...(rest === undefined ? {} : { rest }) };
    return { value: more, result: more };
  }
  if (name === 'remove' && value.kind === 'string' && list.rest === undefined && list.items.every((item) => item.kind === 'string')) {
    const index = list.items.findIndex((item) => item.kind === 'string' && item.value === value.value);
    return { value: { ...list, items: list.items.filter((_item, place) => place !== index) }, result: { ...done, value: index !== -1 } };
  }
  return ['remove', 'removeIf', 'removeAll', 'retainAll', 'set', 'replaceAll'].includes(name) && list.items.length > 0 ? { value: unknown('conflicting-writes', 'a list that loses items', at), result: done } : undefined;
}

/** The same of a map. */
export function changedMap(map: RecordValue, name: string, [key, value]: readonly Value[], at: Span): { readonly value: Value; readonly result: Value } | undefined {
  const result: Value = { kind: 'nothing', what: 'null', at };
  if (name === 'clear') return { value: { kind: 'record', entries: [], at: map.at }, result };
  if (name !== 'put' || key === undefined || value === undefined) return /^(?:putAll|putIfAbsent|remove|merge|compute\w*)$/.test(name) ? { value: unknown('conflicting-writes', 'a map that is changed', at), result } : undefined;
  return { value: key.kind === 'string' ? { ...map, entries: [...map.entries.filter((one) => one.key !== key.value), { key: key.value, value, at: value.at }] } : unknown('dynamic-key', 'a map with keys that are not known', at), result };
}

function kept(list: ListValue, test: (item: Value) => Condition): Value {
  const items = list.items.flatMap((item): Value[] => {
    const { when, value } = presenceOf(item);
    const holds = and(when, test(value));
    return holds.c === 'false' ? [] : [onlyWhen(holds, value)];
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
