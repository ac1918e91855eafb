import { mapCases } from '../../values/cases.js';
import { mapEither } from '../../values/either.js';
import { unknown, type EnvValue, type ListValue, type RecordEntry, type RecordValue, type StringValue, type UnknownValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';

/** Longer lists are no configuration that a person wrote; names that double would have no end. */
const MAX_ITEMS = 5000;

/** Two lists in a row; unknown parts keep what is known of the others. */
export function joined(left: Value, right: Value, at: Span): Value {
  return mapCases(left, at, (a) =>
    mapCases(right, at, (b): Value => {
      const [first, second] = [asList(a, at), asList(b, at)];
      const length = [first, second].reduce((sum, list) => sum + (list.kind === 'list' ? list.items.length : 0), 0);
      if (length > MAX_ITEMS) return unknown('budget', 'a list that is too long', at);
      const items = [first, second].flatMap((list) => (list.kind === 'list' ? list.items : []));
      const rest = [first, second].map((list): UnknownValue | EnvValue | undefined => (list.kind === 'list' ? list.rest : list.kind === 'unknown' || list.kind === 'env' ? list : unknown('unsupported-syntax', 'a list', at))).find((part) => part !== undefined);
      return { kind: 'list', items, ...(rest === undefined ? {} : { rest }), at: a.kind === 'list' && a.items.length > 0 ? a.at : at };
    }),
  );
}

/** What iterating over a value yields. */
export function asList(value: Value, at: Span): Value {
  return mapEither(value, (one): Value => {
    if (one.kind === 'list') return one;
    if (one.kind === 'record') return { kind: 'list', items: entriesOf(one).map(({ key, at: place }) => ({ kind: 'string', value: key, at: place })), ...(one.rest === undefined ? {} : { rest: one.rest }), at: one.at };
    if (one.kind === 'string') return { kind: 'list', items: [...one.value].map((character) => ({ kind: 'string', value: character, at: one.at })), at: one.at };
    if (one.kind === 'handle') return one.call('__iter__', [], at) ?? unknown('unsupported-syntax', 'a list', at);
    if (one.kind === 'unknown' || one.kind === 'env') return { kind: 'list', items: [], rest: one, at: one.at } satisfies ListValue;
    return unknown('unsupported-syntax', 'a list', at);
  });
}

/** Each key once, where it came first, with what it was given last. */
export function entriesOf(record: RecordValue): readonly RecordEntry[] {
  return [...new Map(record.entries.map((one) => [one.key, one])).values()];
}

/** A list of which more is unknown than is known. */
export function withRest(list: Value, rest: UnknownValue): Value {
  return mapEither(list, (one): Value => (one.kind === 'list' ? { ...one, rest: one.rest ?? rest } : rest));
}

/**
 * Python's `str.split`. A piece stands where its letters stand in the literal; where the literal is not written as it
 * reads (escapes, several literals), every piece stands at the whole of it. `written` is the text at a span.
 */
export function splitText(text: StringValue, separator: string | undefined, written: (at: Span) => string): readonly StringValue[] {
  const start = bodyStart(text, written);
  const pieces: StringValue[] = [];
  const pattern = separator === undefined ? /\s+/g : new RegExp(separator.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'g');
  let from = 0;
  for (const match of [...text.value.matchAll(pattern), undefined]) {
    const to = match?.index ?? text.value.length;
    const piece = text.value.slice(from, to);
    const at = start === undefined ? text.at : { ...text.at, start: start + from, end: start + to };
    if (separator !== undefined || piece !== '') pieces.push({ kind: 'string', value: piece, at });
    from = to + (match?.[0].length ?? 0);
  }
  return pieces;
}

/** Python's `strip`, `lstrip` and `rstrip`. A piece of a literal shrinks with its text. */
export function stripText(text: StringValue, how: string, characters: string | undefined, written: (at: Span) => string): StringValue {
  const dropped = (character: string): boolean => (characters === undefined ? /\s/.test(character) : characters.includes(character));
  let [from, to] = [0, text.value.length];
  if (how !== 'rstrip') while (from < to && dropped(text.value[from]!)) from += 1;
  if (how !== 'lstrip') while (to > from && dropped(text.value[to - 1]!)) to -= 1;
  const isPiece = written(text.at) === text.value;
  return { kind: 'string', value: text.value.slice(from, to), at: isPiece ? { ...text.at, start: text.at.start + from, end: text.at.start + to } : text.at };
}

/** Where the letters of a literal begin, if they stand there as they read. */
function bodyStart(text: StringValue, written: (at: Span) => string): number | undefined {
  const source = written(text.at);
  if (source === text.value) return text.at.start;
  const open = /^[rub]{0,2}("""|'''|"|')/i.exec(source);
  if (open === null) return undefined;
  return source.slice(open[0].length, -open[1]!.length) === text.value ? text.at.start + open[0].length : undefined;
}
