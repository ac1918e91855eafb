import { and, not, or, TRUE, type Condition } from '../../values/condition.js';
import { fromCondition, join } from '../../values/cases.js';
import { mapEither } from '../../values/either.js';
import { unknown, type RecordEntry, type RecordValue, type StringValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { isThere, merged } from './collections.js';
import { inText } from './format.js';
import { asList, joined, stripText } from './lists.js';
import { matchValue, urlParts } from './request-text.js';
import { textMethod } from './texts.js';
import { truth, undecided } from './truth.js';

/** Arguments of a call as values. */
export interface Given {
  readonly args: readonly Value[];
  readonly keywords: RecordValue | undefined;
  readonly at: Span;
  /** The text at a span. */
  readonly written: (at: Span) => string;
}

type Builtin = (given: Given) => Value | undefined;

const iterable: Builtin = ({ args: [first], at }) => (first === undefined ? { kind: 'list', items: [], at } : asList(first, at));
const same: Builtin = ({ args: [first] }) => first;
const second: Builtin = ({ args }) => args[1];

/** Python's own functions and those of its library that lists of origins go through, by qualified name; undefined: nothing is known of the result. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  list: iterable,
  tuple: iterable,
  set: iterable,
  frozenset: iterable,
  sorted: iterable,
  reversed: iterable,
  iter: iterable,
  str: ({ args: [first], at }) => (first === undefined ? { kind: 'string', value: '', at } : textOf(first)),
  int: ({ args: [first] }) => (first === undefined ? undefined : mapEither(first, (one) => (one.kind === 'number' ? one : one.kind === 'env' ? unknown('env-variable', `the value of ${one.name}`, one.at) : one.kind === 'string' && /^\s*-?\d+\s*$/.test(one.value) ? { kind: 'number', value: Number(one.value), at: one.at } : unknown('unsupported-syntax', 'a number', one.at)))),
  bool: ({ args: [first], at }) => (first === undefined ? { kind: 'boolean', value: false, at } : fromCondition(truth(first), at)),
  len: ({ args: [first], at }) => (first?.kind === 'list' && first.rest === undefined && first.items.every(isThere) ? { kind: 'number', value: first.items.length, at } : first?.kind === 'string' ? { kind: 'number', value: [...first.value].length, at } : undefined),
  dict: ({ args: [first], keywords, at }) => mapEither(first === undefined ? { kind: 'record', entries: [], at } : first, (one) => record(one, keywords, at)),
  'dict.fromkeys': ({ args: [first, value], at }) => (first === undefined ? undefined : record(eachItem(first, at, (item) => ({ kind: 'list', items: [item, value ?? { kind: 'nothing', what: 'null', at }], at })) ?? first, undefined, at)),
  any: ({ args: [first], at }) => anyOrAll(first, at, 'or'),
  all: ({ args: [first], at }) => anyOrAll(first, at, 'and'),
  map: ({ args: [by, ...lists], at, written }) => (by === undefined || lists.length !== 1 ? undefined : eachItem(lists[0]!, at, (item) => applied(by, [item], at, written))),
  filter: ({ args: [by, list], at, written }) => {
    if (by === undefined || list === undefined) return undefined;
    return eachItem(list, at, (item) => (by.kind === 'nothing' || by === BOOL ? kept(item, truth(item)) : mapCondition(applied(by, [item], at, written), item)));
  },
  zip: ({ args: [a, b], at }) => (a?.kind !== 'list' || b?.kind !== 'list' || a.rest !== undefined || b.rest !== undefined ? undefined : { kind: 'list', items: a.items.slice(0, b.items.length).map((item, index) => ({ kind: 'list', items: [item, b.items[index]!], at })), at }),
  enumerate: ({ args: [first], at }) => eachItem(first, at, (item, index) => ({ kind: 'list', items: [{ kind: 'number', value: index, at }, item], at })),
  next: ({ args: [first] }) => (first?.kind === 'list' && first.rest === undefined && first.items[0] !== undefined && first.items[0].kind !== 'either' ? first.items[0] : undefined),
  'itertools.chain': ({ args, at }) => args.reduce<Value>((sum, more) => joined(sum, more, at), { kind: 'list', items: [], at }),
  'itertools.chain.from_iterable': ({ args: [first], at }) => (first?.kind === 'list' && first.rest === undefined ? first.items.reduce<Value>((sum, more) => joined(sum, more, at), { kind: 'list', items: [], at }) : undefined),
  'itertools.product': ({ args, at }) => {
    const lists = args.map((list) => asList(list, at));
    if (lists.some((list) => list.kind !== 'list' || list.rest !== undefined)) return undefined;
    const rows = lists.reduce<readonly (readonly Value[])[]>((sum, list) => sum.flatMap((row) => (list.kind === 'list' ? list.items.map((item) => [...row, item]) : [])).slice(0, 200), [[]]);
    return { kind: 'list', items: rows.map((items) => ({ kind: 'list', items, at })), at };
  },
  'copy.copy': same,
  'copy.deepcopy': same,
  'typing.cast': second,
  'typing_extensions.cast': second,
  'types.MappingProxyType': same,
  'collections.OrderedDict': ({ args: [first], keywords, at }) => record(first ?? { kind: 'record', entries: [], at }, keywords, at),
  'json.loads': ({ args: [first] }) => (first === undefined ? undefined : mapEither(first, fromJson)),
  'json.dumps': () => undefined,
  'ast.literal_eval': ({ args: [first] }) => (first === undefined ? undefined : mapEither(first, (one) => (one.kind === 'string' ? fromJson({ ...one, value: one.value.replaceAll("'", '"') }) : fromJson(one)))),
  're.compile': ({ args: [source, flags], keywords }) => regexOf(source, flags ?? keywords?.entries.find(({ key }) => key === 'flags')?.value),
  're.match': (given) => matched(given, 'match-prefix'),
  're.fullmatch': (given) => matched(given, 'full'),
  're.search': (given) => matched(given, 'search'),
  're.escape': ({ args: [first] }) => (first === undefined ? undefined : mapEither(first, (one) => (one.kind === 'string' ? { ...one, value: one.value.replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&') } : one))),
  're.split': ({ args: [pattern, text], at, written }) => {
    if (pattern?.kind !== 'string' || text === undefined) return undefined;
    if (text.kind === 'env') return { kind: 'list', items: [], rest: text, at: text.at };
    const blanks = /^\\s\*([,;|])\\s\*$/.exec(pattern.value)?.[1] ?? (/^[,;|]$/.test(pattern.value) ? pattern.value : undefined);
    if (text.kind !== 'string' || (blanks === undefined && !/^\[[,;|\\s ]+\]\+$/.test(pattern.value))) return undefined;
    if (blanks !== undefined) return eachItem(textMethod(text, 'split', [{ kind: 'string', value: blanks, at }], undefined, at, written) ?? text, at, (item) => (item.kind === 'string' && pattern.value.length > 1 ? stripText(item, 'strip', undefined, written) : item));
    return { kind: 'list', items: text.value.split(new RegExp(pattern.value)).map((value) => ({ kind: 'string', value, at: text.at })), at: text.at };
  },
  'urllib.parse.urlparse': ({ args: [first], at }) => (first === undefined ? undefined : urlParts(first, at)),
  'urllib.parse.urlsplit': ({ args: [first], at }) => (first === undefined ? undefined : urlParts(first, at)),
  'functools.reduce': ({ args: [by, list, start], at, written }) => {
    if (by === undefined || list?.kind !== 'list' || list.rest !== undefined) return undefined;
    const [head, ...others] = start === undefined ? list.items : [start, ...list.items];
    return head === undefined ? undefined : others.reduce((sum, item) => applied(by, [sum, item], at, written), head);
  },
  'operator.add': ({ args: [a, b], at }) => (a === undefined || b === undefined ? undefined : joined(a, b, at)),
};

/** Stands for `bool` where a function is expected. */
const BOOL: Value = { kind: 'unknown', reason: 'function-call', detail: 'bool', at: { file: '', start: 0, end: 0 } };

/** `str`, `str.strip`, `bool`, `str.lower` … given as a function: what calling it gives. */
export function functionNamed(name: string, at: Span, written: (at: Span) => string): Value | undefined {
  if (name === 'bool') return BOOL;
  const method = /^str\.(\w+)$/.exec(name)?.[1];
  const call = method === undefined ? BUILTINS[name] : ({ args: [text, ...args], keywords }: Given): Value | undefined => (text === undefined ? undefined : mapEither(text, (one) => textMethod(one, method, args, keywords, at, written) ?? unknown('function-call', `the call of ${name}`, at)));
  if (call === undefined) return undefined;
  return {
    kind: 'function',
    parameters: 1,
    isAsync: false,
    at,
    run: (args, keywords) => [{ kind: 'return', when: TRUE, value: call({ args, keywords, at, written }) ?? unknown('function-call', `the call of ${name}`, at), at }],
  };
}

/** What a function gives back for arguments: each `return` under its condition. */
export function applied(by: Value, args: readonly Value[], at: Span, written: (at: Span) => string, keywords?: RecordValue): Value {
  const opaque = unknown('function-call', 'the call of a function', at);
  if (by.kind === 'either') return mapEither(by, (one) => applied(one, args, at, written, keywords));
  if (by === BOOL) return BUILTINS['bool']!({ args, keywords: undefined, at, written }) ?? opaque;
  if (by.kind !== 'function') return by.kind === 'unknown' ? by : opaque;
  const events = by.run(args, keywords);
  if (events.some((event) => event.kind === 'throw' && event.when.c === 'true')) return opaque;
  const returns = events.flatMap((event) => (event.kind === 'return' ? [{ when: event.when, value: event.value }] : []));
  return returns.length === 0 ? { kind: 'nothing', what: 'null', at } : join(returns, at);
}

/** A pattern with its flags; the flags of `re` are texts here, joined where they are. */
function regexOf(source: Value | undefined, flags: Value | undefined): Value | undefined {
  if (source === undefined) return undefined;
  return mapEither(source, (one): Value => {
    if (one.kind !== 'string') return one;
    return { kind: 'regex', source: one.value, flags: flags?.kind === 'string' ? flags.value : '', dialect: 'python', at: one.at };
  });
}

function matched({ args: [pattern, text, flags], keywords, at }: Given, use: 'search' | 'match-prefix' | 'full'): Value | undefined {
  const regex = regexOf(pattern, flags ?? keywords?.entries.find(({ key }) => key === 'flags')?.value);
  return regex?.kind === 'regex' && text !== undefined ? matchValue(text, regex, use, at) : undefined;
}

/** The flags of `re` that change what matches, as letters. */
export const REGEX_FLAGS: Readonly<Record<string, string>> = { 're.I': 'i', 're.IGNORECASE': 'i', 're.S': 's', 're.DOTALL': 's', 're.M': 'm', 're.MULTILINE': 'm', 're.X': 'x', 're.VERBOSE': 'x', 're.A': '', 're.ASCII': '', 're.U': '', 're.UNICODE': '' };

/** `str(value)`: URLs and texts are themselves, lists are not followed. */
function textOf(value: Value): Value {
  return mapEither(value, (one) => (one.kind === 'list' || one.kind === 'record' ? unknown('unsupported-syntax', 'the text of a list', one.at) : inText(one)));
}

function record(first: Value, keywords: RecordValue | undefined, at: Span): Value {
  if (first.kind === 'record') return merged(first, keywords, at);
  const pairs = asList(first, at);
  if (pairs.kind !== 'list') return unknown('unsupported-syntax', 'a dictionary', at);
  const entries = pairs.items.flatMap((pair): RecordEntry[] => (pair.kind === 'list' && pair.items[0]?.kind === 'string' && pair.items[1] !== undefined ? [{ key: pair.items[0].value, value: pair.items[1], at: pair.at }] : []));
  if (entries.length < pairs.items.length || pairs.rest !== undefined) return merged({ kind: 'record', entries, rest: unknown('dynamic-key', 'the entries of a dictionary', at), at }, keywords, at);
  return merged({ kind: 'record', entries, at }, keywords, at);
}

function eachItem(source: Value | undefined, at: Span, each: (item: Value, index: number) => Value): Value | undefined {
  if (source === undefined) return undefined;
  return mapEither(asList(source, at), (list): Value => {
    if (list.kind !== 'list') return list;
    return { ...list, items: list.items.flatMap((item, index) => inCase(item, (one) => each(one, index))) };
  });
}

/** An item that is there only under conditions stays so; one that is nowhere is gone. */
export function inCase(item: Value, each: (item: Value) => Value): readonly Value[] {
  if (item.kind !== 'either') return present(each(item));
  const options = item.options.flatMap(({ when, value }) => inCase(value, each).flatMap((made) => (made.kind === 'either' ? made.options.map((one) => ({ when: and(when, one.when), value: one.value })) : [{ when, value: made }])));
  return options.length === 0 ? [] : [{ ...item, options }];
}

function present(value: Value): readonly Value[] {
  return value.kind === 'either' && value.options.length === 0 ? [] : [value];
}

/** An item that is there where a condition holds. */
export function kept(item: Value, condition: Condition): Value {
  return condition.c === 'true' ? item : { kind: 'either', options: condition.c === 'false' ? [] : [{ when: condition, value: item }], at: item.at };
}

function mapCondition(test: Value, item: Value): Value {
  return kept(item, truth(test));
}

function anyOrAll(list: Value | undefined, at: Span, c: 'or' | 'and'): Value | undefined {
  const items = list === undefined ? undefined : asList(list, at);
  if (items?.kind !== 'list') return undefined;
  const tests = [...items.items.map(presence), ...(items.rest === undefined ? [] : [{ when: TRUE, test: undecided(at, `whether ${c === 'or' ? 'any' : 'all'} of a list holds`) }])];
  return fromCondition(c === 'or' ? or(...tests.map(({ when, test }) => and(when, test))) : and(...tests.map(({ when, test }) => or(not(when), test))), at);
}

/** When an item is in its list, and when it is true then. */
function presence(item: Value): { readonly when: Condition; readonly test: Condition } {
  return item.kind === 'either' ? { when: or(...item.options.map(({ when }) => when)), test: truth(item) } : { when: TRUE, test: truth(item) };
}

/** A JSON text's strings stand where the text stands. */
function fromJson(text: Value): Value {
  if (text.kind === 'env') return unknown('env-variable', `the value of ${text.name}`, text.at);
  if (text.kind !== 'string') return unknown('function-call', 'a text that is parsed', text.at);
  const { at }: StringValue = text;
  const convert = (value: unknown): Value => {
    if (typeof value === 'string') return { kind: 'string', value, at };
    if (typeof value === 'number') return { kind: 'number', value, at };
    if (typeof value === 'boolean') return { kind: 'boolean', value, at };
    if (Array.isArray(value)) return { kind: 'list', items: value.map(convert), at };
    if (value === null || typeof value !== 'object') return { kind: 'nothing', what: 'null', at };
    return { kind: 'record', entries: Object.entries(value).map(([key, item]) => ({ key, value: convert(item), at })), at };
  };
  try {
    return convert(JSON.parse(text.value));
  } catch {
    return unknown('function-call', 'a text that is parsed', at);
  }
}
