import { mapEither } from '../../values/either.js';
import { unknown, type RecordValue, type StringValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { isThere } from './collections.js';
import { formatted } from './format.js';
import { splitText, stripText } from './lists.js';
import { requestMethod } from './request-text.js';
import { followedBy } from './strings.js';

type Written = (at: Span) => string;

/** A method of `str` on a text, known or not; undefined when nothing can be said. */
export function textMethod(text: Value, name: string, args: readonly Value[], keywords: RecordValue | undefined, at: Span, written: Written): Value | undefined {
  switch (text.kind) {
    case 'string':
      return knownTextMethod(text, name, args, keywords, at, written);
    case 'env':
      if (name === 'split' || name === 'rsplit' || name === 'splitlines') return { kind: 'list', items: [], rest: text, at: text.at };
      return ['strip', 'lstrip', 'rstrip', 'lower', 'upper', 'casefold', 'replace', 'removesuffix', 'removeprefix', 'encode', 'decode'].includes(name) ? text : undefined;
    case 'request':
    case 'derived':
      return requestMethod(text, name, args, at);
    case 'concat':
      return ['strip', 'encode', 'decode'].includes(name) && args.length === 0 ? text : undefined;
    default:
      return undefined;
  }
}

function knownTextMethod(text: StringValue, name: string, args: readonly Value[], keywords: RecordValue | undefined, at: Span, written: Written): Value | undefined {
  if (name === 'format') return formatted(text, args, keywords, at);
  const [first, second] = args;
  if (name === 'join') return first === undefined ? undefined : joinedBy(text, first, at);
  if (first?.kind === 'either') return mapEither(first, (one) => textMethod(text, name, [one, ...args.slice(1)], keywords, at, written) ?? unknown('unsupported-syntax', `the text that ${name} gives`, at));
  const argument = first?.kind === 'string' ? first.value : undefined;
  if ((name === 'startswith' || name === 'endswith') && first?.kind === 'list' && first.rest === undefined && first.items.every((item) => item.kind === 'string')) {
    return { kind: 'boolean', value: first.items.some((item) => item.kind === 'string' && (name === 'startswith' ? text.value.startsWith(item.value) : text.value.endsWith(item.value))), at };
  }
  if (first !== undefined && argument === undefined && first.kind !== 'nothing') return undefined;
  const limit = second?.kind === 'number' ? second.value : keywords?.entries.find(({ key }) => key === 'maxsplit')?.value;
  switch (name) {
    case 'split':
    case 'rsplit':
      if (argument === '' || limit !== undefined) return argument === undefined || argument === '' || limit !== 1 ? undefined : splitOnce(text, argument, name, written, at);
      return { kind: 'list', items: splitText(text, argument, written), at: text.at };
    case 'splitlines': {
      const lines = splitText(text, '\n', written);
      return { kind: 'list', items: lines.at(-1)?.value === '' ? lines.slice(0, -1) : lines, at: text.at };
    }
    case 'strip':
    case 'rstrip':
    case 'lstrip':
      return stripText(text, name, argument, written);
    case 'lower':
    case 'casefold':
      return { ...text, value: text.value.toLowerCase() };
    case 'upper':
      return { ...text, value: text.value.toUpperCase() };
    case 'encode':
    case 'decode':
      return text;
    case 'replace':
      return argument === undefined || argument === '' || second?.kind !== 'string' || args.length > 2 ? undefined : text.value.includes(argument) ? { ...text, value: text.value.replaceAll(argument, () => second.value) } : text;
    case 'removesuffix':
      return argument === undefined ? undefined : argument !== '' && text.value.endsWith(argument) ? piece(text, 0, text.value.length - argument.length, written) : text;
    case 'removeprefix':
      return argument === undefined ? undefined : text.value.startsWith(argument) ? piece(text, argument.length, text.value.length, written) : text;
    case 'startswith':
    case 'endswith':
      return argument === undefined || args.length > 1 ? undefined : { kind: 'boolean', value: name === 'startswith' ? text.value.startsWith(argument) : text.value.endsWith(argument), at };
  }
  return undefined;
}

/** `separator.join(list)`. */
function joinedBy(separator: StringValue, list: Value, at: Span): Value | undefined {
  return mapEither(list, (one): Value => {
    if (one.kind === 'list' && one.rest === undefined && one.items.every(isThere)) {
      return one.items.reduce<Value>((sum, item, index) => followedBy(index === 0 ? sum : followedBy(sum, { ...separator, at }, at), item, at), { kind: 'string', value: '', at });
    }
    const why = one.kind === 'list' ? one.rest : one;
    return why?.kind === 'env' || why?.kind === 'unknown' ? why : unknown('unsupported-syntax', 'a joined text', at);
  });
}

function splitOnce(text: StringValue, separator: string, how: string, written: Written, at: Span): Value {
  const index = how === 'split' ? text.value.indexOf(separator) : text.value.lastIndexOf(separator);
  if (index === -1) return { kind: 'list', items: [text], at };
  return { kind: 'list', items: [piece(text, 0, index, written), piece(text, index + separator.length, text.value.length, written)], at };
}

/** A part of a text; it stands where it is written, if the text is a piece of a literal itself. */
function piece(text: StringValue, from: number, to: number, written: Written): StringValue {
  const isPiece = written(text.at) === text.value;
  return { kind: 'string', value: text.value.slice(from, to), at: isPiece ? { ...text.at, start: text.at.start + from, end: text.at.start + to } : text.at };
}
