import { or, type Condition } from '../../values/condition.js';
import { choose, mapEither } from '../../values/either.js';
import { entry, factOf, unknown, type ListValue, type RecordEntry, type RecordValue, type UnknownValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { asList, entriesOf, joined } from './lists.js';
import { equals } from './truth.js';

/** A method of a list, tuple, set or dictionary that changes nothing; undefined when nothing can be said. */
export function collectionMethod(value: ListValue | RecordValue, name: string, args: readonly Value[], at: Span, environment: boolean): Value | undefined {
  const [first, second] = args;
  if (name === 'copy') return value;
  if (value.kind === 'list') {
    if (name === 'union' || name === '__add__') return args.reduce<Value>((sum, more) => joined(sum, more, at), value);
    if (name === 'difference' && first?.kind === 'list' && first.rest === undefined) return without(value, first.items);
    return undefined;
  }
  switch (name) {
    case 'get':
      return first === undefined ? undefined : itemOf(value, first, environment, second ?? { kind: 'nothing', what: 'null', at }, at);
    case 'keys':
      return asList(value, at);
    case 'values':
      return { kind: 'list', items: entriesOf(value).map((one) => one.value), ...(value.rest === undefined ? {} : { rest: value.rest }), at: value.at };
    case 'items':
      return { kind: 'list', items: entriesOf(value).map((one): Value => ({ kind: 'list', items: [{ kind: 'string', value: one.key, at: one.at }, one.value], at: one.at })), ...(value.rest === undefined ? {} : { rest: value.rest }), at: value.at };
  }
  return undefined;
}

/** Methods that change what they are called on. */
export const CHANGING: ReadonlySet<string> = new Set(['append', 'add', 'insert', 'extend', 'update', 'remove', 'discard', 'pop', 'popitem', 'clear', 'sort', 'reverse', 'setdefault', 'difference_update']);

/** What a list, a set or a dictionary is after a method that changes it. */
export function changed(value: Value, name: string, args: readonly Value[], keywords: RecordValue | undefined, at: Span): Value {
  return mapEither(value, (one): Value => {
    const after = one.kind === 'record' ? changedRecord(one, name, args, keywords, at) : changedList(one, name, args, at);
    return after ?? unknown('conflicting-writes', `a value that ${name} changes`, at);
  });
}

function changedList(list: Exclude<Value, RecordValue>, name: string, args: readonly Value[], at: Span): Value | undefined {
  const last = args.at(-1);
  switch (name) {
    case 'append':
    case 'add':
    case 'insert': {
      if (last === undefined) return undefined;
      const one: Value = { kind: 'list', items: [last], at };
      return name === 'insert' && args[0]?.kind === 'number' && args[0].value === 0 ? joined(one, list, at) : joined(list, one, at);
    }
    case 'extend':
    case 'update':
      return args.reduce<Value>((sum, more) => joined(sum, more, at), list);
    case 'sort':
    case 'reverse':
      return list.kind === 'list' ? list : undefined;
    case 'clear':
      return { kind: 'list', items: [], at };
    case 'remove':
    case 'discard':
      return list.kind === 'list' && last !== undefined ? without(list, [last]) : undefined;
    case 'difference_update':
      return list.kind === 'list' && last?.kind === 'list' && last.rest === undefined ? without(list, last.items) : undefined;
    case 'pop':
      if (list.kind !== 'list' || list.rest !== undefined || !list.items.every(isThere)) return undefined;
      if (last === undefined) return { ...list, items: list.items.slice(0, -1) };
      return last.kind === 'number' ? { ...list, items: list.items.toSpliced(last.value, 1) } : undefined;
  }
  return undefined;
}

function changedRecord(record: RecordValue, name: string, args: readonly Value[], keywords: RecordValue | undefined, at: Span): Value | undefined {
  const [first, second] = args;
  switch (name) {
    case 'update':
      if (first?.kind === 'either') return mapEither(first, (option) => changedRecord(record, name, [option], keywords, at) ?? record);
      if (first !== undefined && first.kind !== 'record') return { ...record, rest: unknown('dynamic-key', 'what update adds', at) };
      return merged(merged(record, first, at), keywords, at);
    case 'setdefault':
      if (first?.kind !== 'string') return undefined;
      return entry(record, first.value) !== undefined ? record : record.rest !== undefined ? undefined : withItem(record, first, second ?? { kind: 'nothing', what: 'null', at }, at);
    case 'pop':
      return first?.kind === 'string' ? withoutItem(record, first) : undefined;
    case 'clear':
      return { kind: 'record', entries: [], at };
  }
  return undefined;
}

/** `{**record, **more}`: what is unknown of `more` may stand in the place of anything before it. */
export function merged(record: RecordValue, more: RecordValue | undefined, at: Span): RecordValue {
  if (more === undefined) return record;
  const rest = more.rest ?? record.rest;
  return { kind: 'record', entries: [...(more.rest === undefined ? record.entries : overridable(record.entries, more.rest)), ...more.entries], ...(rest === undefined ? {} : { rest }), at };
}

/** Entries in whose place something unknown may stand. */
export function overridable(entries: readonly RecordEntry[], why: UnknownValue): readonly RecordEntry[] {
  const condition: Condition = { c: 'fact', fact: factOf(why) };
  return entries.map((one) => ({ ...one, value: choose(condition, why, one.value, one.value.at) }));
}

/** `record[key] = value`. */
export function withItem(record: RecordValue, key: Value, value: Value, at: Span): RecordValue {
  if (key.kind !== 'string') return { ...record, rest: unknown('dynamic-key', 'a key that is computed', at) };
  const added: RecordEntry = { key: key.value, value, at };
  return { ...record, entries: [...record.entries.filter(({ key: known }) => known !== key.value), added] };
}

/** `del record[key]`. */
export function withoutItem(record: RecordValue, key: Value): RecordValue {
  return key.kind === 'string' ? { ...record, entries: record.entries.filter(({ key: known }) => known !== key.value) } : { ...record, rest: unknown('dynamic-key', 'a key that is deleted', key.at) };
}

/**
 * `value[key]`; `missing` is what stands for a key that is not there (undefined: Python raises, so that nothing is read).
 * A dictionary that is asked by the name of the environment gives each entry in its own.
 */
export function itemOf(value: Value, key: Value, environment: boolean, missing: Value | undefined, at: Span): Value {
  const why = unknown('dynamic-key', 'the item of a key that is not known', at);
  const asked: (each: (name: Value) => Value) => Value = environment && key.kind === 'either' ? (each) => each(key) : (each) => mapEither(key, each);
  return mapEither(value, (owner) =>
    asked((name): Value => {
      // Where the rest of a list stands, and whether an item of some cases is there, moves the others.
      if (owner.kind === 'list' && name.kind === 'number') return owner.rest ?? (owner.items.every(isThere) ? owner.items.at(name.value) : undefined) ?? why;
      if (owner.kind !== 'record') return why;
      if (name.kind === 'string') return entry(owner, name.value)?.value ?? owner.rest ?? missing ?? why;
      if (owner.rest !== undefined || (name.kind !== 'env' && name.kind !== 'unknown' && name.kind !== 'either')) return why;
      const options = entriesOf(owner).map((one) => ({ when: equals(name, one.key, environment, at), value: one.value }));
      const none: Condition = { c: 'not', of: or(...options.map(({ when }) => when)) };
      return { kind: 'either', options: [...options, { when: none, value: missing ?? why }], at };
    }),
  );
}

/** `list[from:to]` of a list whose items are all known. */
export function sliceOf(value: Value, from: number | undefined, to: number | undefined, step: number | undefined, at: Span): Value {
  return mapEither(value, (one): Value => {
    if (one.kind === 'list' && one.rest === undefined && one.items.every(isThere)) {
      if (step === undefined || step === 1) return { ...one, items: one.items.slice(from ?? 0, to ?? one.items.length) };
      if (step === -1 && from === undefined && to === undefined) return { ...one, items: one.items.toReversed() };
    }
    // Python counts characters, not halves of them.
    if (one.kind === 'string' && (step === undefined || step === 1)) return { ...one, value: [...one.value].slice(from ?? 0, to).join('') };
    if (one.kind === 'env' || one.kind === 'unknown') return one;
    return unknown('unsupported-syntax', 'a part of a list', at);
  });
}

/** Is an item of a list there in any case? One that is an `either` may be there only in some. */
export function isThere(item: Value): boolean {
  if (item.kind !== 'either') return true;
  const [yes, no] = item.options;
  return item.options.length === 2 && no?.when.c === 'not' && no.when.of === yes?.when;
}

function without(list: ListValue, gone: readonly Value[]): Value | undefined {
  const texts = gone.flatMap((one) => (one.kind === 'string' ? [one.value] : []));
  if (texts.length !== gone.length || list.items.some((item) => item.kind !== 'string' && item.kind !== 'number')) return undefined;
  return { ...list, items: list.items.filter((item) => item.kind !== 'string' || !texts.includes(item.value)) };
}
