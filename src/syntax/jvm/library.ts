import { setting } from '../../values/either.js';
import { fromCondition } from '../../values/cases.js';
import { not } from '../../values/condition.js';
import { unknown, type ListValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { equality } from './comparison.js';
import { listMethod } from './lists.js';
import { compiled, patternFlag, tested } from './patterns.js';
import type { Frame } from './session.js';
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
    case 'ImmutableList.of':
    case 'ImmutableSet.of':
    case 'Lists.newArrayList':
    case 'Sets.newHashSet':
    case 'Collections.singletonList':
    case 'Collections.singleton':
      // One array stands for its items.
      return args.length === 1 && first?.kind === 'list' && !name.startsWith('singleton') ? first : args.length === 1 && first?.kind === 'unknown' ? { kind: 'list', items: [], rest: first, at } : { kind: 'list', items: args, at };
    case 'Collections.emptyList':
    case 'Collections.emptySet':
      return { kind: 'list', items: [], at };
    case 'List.copyOf':
    case 'Set.copyOf':
    case 'Arrays.stream':
    case 'Collections.unmodifiableList':
    case 'Collections.unmodifiableSet':
    case 'Optional.of':
    case 'Objects.requireNonNull':
    case 'URI.create':
    case 'String.valueOf':
    case 'Integer.valueOf':
    case 'Boolean.valueOf':
    case 'Boolean.parseBoolean':
      return first;
    case 'Objects.equals':
      return first === undefined || second === undefined ? undefined : fromCondition(equality(first, second, at), at);
    case 'Objects.nonNull':
    case 'StringUtils.hasText':
    case 'StringUtils.hasLength':
    case 'StringUtils.isNotBlank':
    case 'StringUtils.isNotEmpty':
      return first === undefined ? undefined : fromCondition(presence(first), at);
    case 'Objects.isNull':
    case 'StringUtils.isEmpty':
    case 'StringUtils.isBlank':
      return first === undefined ? undefined : fromCondition(not(presence(first)), at);
    case 'StringUtils.commaDelimitedListToStringArray':
    case 'StringUtils.commaDelimitedListToSet':
    case 'StringUtils.tokenizeToStringArray':
      return first === undefined ? undefined : textMethod(first, 'split', [{ kind: 'string', value: ',', at }], at);
    case 'System.getenv':
      return first?.kind === 'string' ? setting(first.value, { kind: 'nothing', what: 'null', at }, { kind: 'env', name: first.value, at }, at) : unknown('env-variable', 'an environment variable', at);
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
  const seconds = type === 'Duration' && first?.kind === 'number' ? SECONDS[name] : undefined;
  return seconds === undefined || first?.kind !== 'number' ? undefined : { kind: 'number', value: first.value * seconds, at };
}

/** Constants of the library's classes. */
export function libraryConstant(type: string, name: string, at: Span): Value | undefined {
  if (type === 'Pattern' || type === 'RegexOption') return patternFlag(name, at);
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
    case 'listOfNotNull':
    case 'sequenceOf':
    case 'emptyList':
    case 'emptySet':
    case 'emptyArray':
      return { kind: 'list', items: args, at };
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
      return args.length === 0 ? { kind: 'record', entries: [], at } : undefined;
    case 'new String':
    case 'new URI':
    case 'new URL':
      return first;
    default:
      return undefined;
  }
}
