import { setting } from '../../values/either.js';
import { silent } from '../../values/silent.js';
import { isAsked } from '../../values/asked.js';
import { fromCondition, mapCases } from '../../values/cases.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { factOf, unknown, type ListValue, type StringValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { equality } from './comparison.js';
import { concat } from './evaluate.js';
import { applied } from './functions.js';
import { joinedText, listMethod, unrepeated } from './lists.js';
import { nativeFunction } from './native.js';
import { compiled, patternFlag, tested } from './patterns.js';
import type { Frame } from './session.js';
import { formatted, parsed } from './text-constants.js';
import { textMethod } from './texts.js';
import { presence } from './truth.js';

/** Units of `Duration.of…`, in seconds. */
const SECONDS: Readonly<Record<string, number>> = { ofDays: 86_400, ofHours: 3_600, ofMinutes: 60, ofSeconds: 1, ofMillis: 0.001 };

/** Static methods of the Java library and of libraries that everybody uses, by the class's simple name. */
export function staticMethod(type: string, name: string, args: readonly Value[], frame: Frame, at: Span): Value | undefined {
  const [first, second] = args;
  switch (`${type}.${name}`) {
    case 'List.of':
    case 'Set.of':
    case 'Arrays.asList':
    case 'Stream.of':
    case 'EnumSet.of':
    case 'Optional.of':
    case 'ImmutableList.of':
    case 'ImmutableSet.of':
    case 'Lists.newArrayList':
    case 'Sets.newHashSet':
    case 'Collections.singletonList':
    case 'Collections.singleton':
      // One array stands for its items.
      return args.length === 1 && first?.kind === 'list' && !name.startsWith('singleton') ? first : args.length === 1 && first?.kind === 'unknown' ? { kind: 'list', items: [], rest: first, at } : { kind: 'list', items: args, at };
    case 'Optional.ofNullable':
    case 'Stream.ofNullable':
      return first === undefined ? undefined : mapCases(first, at, (one) => ({ kind: 'list', items: one.kind === 'nothing' || one.kind === 'unknown' || isAsked(one) ? [] : [one], ...(one.kind === 'unknown' ? { rest: one } : {}), ...(isAsked(one) ? { items: [{ kind: 'either', options: [{ when: presence(one), value: one }], at }] } : {}), at }));
    case 'Stream.concat':
      return first === undefined || second === undefined ? undefined : listMethod(asList(first, at), 'plus', [second], frame, at);
    case 'Objects.requireNonNullElse':
      return first === undefined || second === undefined ? undefined : mapCases(first, at, (one) => (one.kind === 'nothing' ? second : one));
    case 'Objects.requireNonNullElseGet':
      return first === undefined || second === undefined ? undefined : mapCases(first, at, (one) => (one.kind === 'nothing' ? applied(second, [], frame, at) : one));
    case 'Optional.empty':
    case 'Stream.empty':
    case 'ImmutableList.builder':
    case 'ImmutableSet.builder':
    case 'Stream.builder':
    case 'Collections.emptyList':
    case 'Collections.emptySet':
      return { kind: 'list', items: [], at };
    case 'List.copyOf':
    case 'Set.copyOf':
    case 'Arrays.stream':
    case 'Collections.unmodifiableList':
    case 'Collections.unmodifiableSet':
    case 'ImmutableList.copyOf':
    case 'ImmutableSet.copyOf':
    case 'Objects.requireNonNull':
    case 'URI.create':
      return first;
    case 'String.valueOf':
    case 'Objects.toString':
      return first === undefined ? undefined : concat({ kind: 'string', value: '', at: first.at }, first, at);
    case 'Integer.valueOf':
    case 'Integer.parseInt':
    case 'Long.valueOf':
    case 'Long.parseLong':
    case 'Boolean.valueOf':
    case 'Boolean.parseBoolean':
      return first === undefined ? undefined : mapCases(first, at, (one) => parsed(one, type) ?? one);
    case 'String.format':
      return first?.kind === 'string' ? formatted(first.value, args.slice(1), at) : undefined;
    case 'Objects.equals':
      return first === undefined || second === undefined ? undefined : fromCondition(equality(first, second, at), at);
    case 'Objects.nonNull':
      return first === undefined ? undefined : fromCondition(mapped(first, (one) => (one.kind === 'nothing' ? FALSE : isAsked(one) ? presence(one) : one.kind === 'unknown' ? { c: 'fact', fact: factOf(one) } : TRUE)), at);
    case 'StringUtils.hasText':
    case 'StringUtils.isNotBlank':
      return first === undefined ? undefined : fromCondition(presence(trimmed(first)), at);
    case 'StringUtils.hasLength':
    case 'StringUtils.isNotEmpty':
      return first === undefined ? undefined : fromCondition(presence(first), at);
    case 'Objects.isNull':
      return first === undefined ? undefined : fromCondition(not(mapped(first, (one) => (one.kind === 'nothing' ? FALSE : isAsked(one) ? presence(one) : one.kind === 'unknown' ? { c: 'fact', fact: factOf(one) } : TRUE))), at);
    case 'StringUtils.isBlank':
      return first === undefined ? undefined : fromCondition(not(presence(trimmed(first))), at);
    case 'StringUtils.isEmpty':
    case 'CollectionUtils.isEmpty':
      return first === undefined ? undefined : fromCondition(not(presence(first)), at);
    case 'StringUtils.commaDelimitedListToStringArray':
    case 'StringUtils.commaDelimitedListToSet':
    case 'StringUtils.delimitedListToStringArray':
    case 'StringUtils.tokenizeToStringArray':
    case 'StringUtils.split':
      return first === undefined ? undefined : pieces(name, first, second ?? { kind: 'string', value: ',', at }, at);
    case 'StringUtils.trimWhitespace':
    case 'StringUtils.trimAllWhitespace':
    case 'StringUtils.strip':
    case 'StringUtils.trim':
      return first === undefined ? undefined : textMethod(first, 'trim', [], at);
    case 'StringUtils.join':
    case 'StringUtils.collectionToCommaDelimitedString':
    case 'StringUtils.arrayToCommaDelimitedString':
      return first?.kind !== 'list' || first.rest !== undefined ? undefined : joinedText(first.items, second ?? { kind: 'string', value: name === 'join' ? '' : ',', at }, at);
    case 'Collectors.toList':
    case 'Collectors.toUnmodifiableList':
    case 'Collectors.toCollection':
      return nativeFunction(1, at, ([list]) => list ?? unknown('parameter', 'a list', at));
    case 'Collectors.toSet':
    case 'Collectors.toUnmodifiableSet':
      return nativeFunction(1, at, ([list]) => (list?.kind === 'list' ? { ...list, items: unrepeated(list.items) } : unknown('parameter', 'a list', at)));
    case 'Collectors.joining':
      return nativeFunction(1, at, ([list]) => (list?.kind === 'list' && list.rest === undefined ? joinedText(list.items, first ?? { kind: 'string', value: '', at }, at) : unknown('unsupported-syntax', 'a joined list', at)));
    case 'Collectors.collectingAndThen':
      return first === undefined || second === undefined ? undefined : nativeFunction(1, at, (lists) => applied(second, [applied(first, lists, frame, at)], frame, at));
    case 'Profiles.of':
      return { kind: 'list', items: args, at };
    case 'System.getenv':
      return first?.kind === 'string' ? setting(first.value, { kind: 'nothing', what: 'null', at }, { kind: 'env', name: first.value, at }, at) : args.length === 0 ? variables(at) : unknown('env-variable', 'an environment variable', at);
    case 'System.getProperty':
      return first?.kind === 'string' ? setting(first.value, second ?? { kind: 'nothing', what: 'null', at }, { kind: 'env', name: first.value, at }, at) : unknown('env-variable', 'a system property', at);
    case 'StringUtils.equals':
    case 'StringUtils.equalsIgnoreCase':
      return first === undefined || second === undefined ? undefined : fromCondition(equality(first, second, at, name !== 'equals'), at);
    case 'StringUtils.contains':
    case 'StringUtils.startsWith':
    case 'StringUtils.endsWith':
      return first === undefined || second === undefined ? undefined : textMethod(first, name, [second], at);
    case 'Pattern.compile':
      return compiled(first, second === undefined ? [] : [second], at);
    case 'Pattern.matches':
      return first?.kind === 'string' && second !== undefined ? tested({ kind: 'regex', source: first.value, flags: '', dialect: 'java', at: first.at }, second, 'full', at) : undefined;
    case 'Pattern.quote':
    case 'Regex.escape':
      return first?.kind === 'string' ? { ...first, value: `\\Q${first.value}\\E` } : undefined;
    case 'Map.of':
      return { kind: 'record', entries: args.flatMap((key, index) => (index % 2 === 0 && key.kind === 'string' && args[index + 1] !== undefined ? [{ key: key.value, value: args[index + 1]!, at: key.at }] : [])), at };
    case 'String.join': {
      const list: Value = second?.kind === 'list' && args.length === 2 ? second : { kind: 'list', items: args.slice(1), at };
      return first === undefined || list.rest !== undefined ? undefined : listMethod(list, 'joinToString', [first], frame, at);
    }
  }
  const unit = type.startsWith('TimeUnit.') && name === 'toSeconds' ? TIME_UNITS[type.slice('TimeUnit.'.length)] : undefined;
  if (unit !== undefined && first?.kind === 'number') return { kind: 'number', value: first.value * unit, at };
  const seconds = type === 'Duration' && first?.kind === 'number' ? SECONDS[name] : undefined;
  return seconds === undefined || first?.kind !== 'number' ? undefined : { kind: 'number', value: first.value * seconds, at };
}

/** All environment variables, as a map. */
function variables(at: Span): Value {
  const variable = (name: Value | undefined, otherwise: Value): Value | undefined => (name?.kind === 'string' ? setting(name.value, otherwise, { kind: 'env', name: name.value, at }, at) : undefined);
  const none: Value = { kind: 'nothing', what: 'null', at };
  return silent('the environment variables', at, (name) => variable({ kind: 'string', value: name, at }, none), (method, [name, otherwise]) => (method === 'get' || method === 'getOrDefault' ? variable(name, otherwise ?? none) : undefined));
}

/** Units of `TimeUnit`, in seconds. */
const TIME_UNITS: Readonly<Record<string, number>> = { DAYS: 86_400, HOURS: 3_600, MINUTES: 60, SECONDS: 1, MILLISECONDS: 0.001 };

function asList(value: Value, at: Span): ListValue {
  return value.kind === 'list' ? value : { kind: 'list', items: [], rest: value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', 'a list', at), at };
}

function mapped(value: Value, test: (one: Value) => Condition): Condition {
  return value.kind === 'either' ? or(...value.options.map(({ when, value: option }) => and(when, mapped(option, test)))) : test(value);
}

function trimmed(value: Value): Value {
  return mapCases(value, value.at, (one) => (one.kind === 'string' ? { ...one, value: one.value.trim() } : one));
}

/** Lists that Spring's `StringUtils` makes of a text: all pieces, or those that are not blank, trimmed; of an empty text none. `split` is another one in each library. */
function pieces(name: string, text: Value, separator: Value, at: Span): Value | undefined {
  if (separator.kind !== 'string' || separator.value === '') return undefined;
  if (name === 'tokenizeToStringArray' && separator.value.length > 1) return undefined;
  return mapCases(text, at, (one): Value => {
    if (one.kind !== 'string') return textMethod(one, 'split', [separator], at) ?? unknown('function-call', name, at);
    const parts = one.value.split(separator.value);
    if (name === 'split' && (parts.length !== 2 || parts.includes(''))) return unknown('function-call', 'StringUtils.split', at);
    const kept = name === 'tokenizeToStringArray' ? parts.map((part) => part.trim()).filter((part) => part !== '') : one.value === '' ? [] : parts;
    return { kind: 'list', items: kept.map((value) => ({ ...one, value })), at: one.at };
  });
}

/** Constants of the library's classes. */
export function libraryConstant(type: string, name: string, at: Span): Value | undefined {
  if (type === 'Pattern' || type === 'RegexOption') return patternFlag(name, at);
  if (type === 'Duration' && name === 'ZERO') return { kind: 'number', value: 0, at };
  return type === 'Boolean' && (name === 'TRUE' || name === 'FALSE') ? { kind: 'boolean', value: name === 'TRUE', at } : undefined;
}

/** Functions of Kotlin's library, and constructors of collections: `new ArrayList`. */
export function libraryFunction(name: string, args: readonly Value[], _frame: Frame, at: Span): Value | undefined {
  const [first] = args;
  switch (name) {
    case 'listOf':
    case 'mutableListOf':
    case 'arrayListOf':
    case 'setOf':
    case 'mutableSetOf':
    case 'hashSetOf':
    case 'arrayOf':
    case 'sequenceOf':
    case 'emptyList':
    case 'emptySet':
    case 'emptyArray':
      return { kind: 'list', items: name.toLowerCase().includes('set') ? unrepeated(args) : args, at };
    case 'listOfNotNull':
      return { kind: 'list', items: args.filter((arg) => arg.kind !== 'nothing'), at };
    case 'new StringBuilder':
    case 'new StringBuffer':
    case 'StringBuilder':
      return first?.kind === 'number' ? { kind: 'string', value: '', at } : (first ?? { kind: 'string', value: '', at });
    case 'new ArrayList':
    case 'new LinkedList':
    case 'new HashSet':
    case 'new LinkedHashSet':
    case 'new TreeSet':
    case 'new CopyOnWriteArrayList':
      return first?.kind === 'list' ? first : ({ kind: 'list', items: [], ...(first?.kind === 'unknown' ? { rest: first } : {}), at } satisfies ListValue);
    case 'new Regex':
    case 'Regex':
      return compiled(first, args.slice(1), at);
    case 'new HashMap':
    case 'new LinkedHashMap':
    case 'mutableMapOf':
    case 'mapOf':
      return args.every(isPair) ? { kind: 'record', entries: args.flatMap((pair) => (isPair(pair) ? [{ key: pair.items[0].value, value: pair.items[1]!, at: pair.at }] : [])), at } : undefined;
    case 'new String':
    case 'new URI':
    case 'new URL':
      return first;
    default:
      return undefined;
  }
}

/** Kotlin's `"key" to value`. */
function isPair(value: Value): value is ListValue & { readonly items: readonly [StringValue, Value] } {
  return value.kind === 'list' && value.items.length === 2 && value.items[0]!.kind === 'string';
}
