import { unknown, type EnvValue, type ListValue, type UnknownValue, type Value } from '../../values/value.js';
import type { XmlText } from './tree.js';

/** `${name}` and `${name:-default}` are filled in as the file is deployed or read, `@name@` and `[[name]]` as it is built. */
const PLACEHOLDER = /\$\{([\w.-]+)(?::-?([^{}]*))?\}|@([\w.-]+)@/g;

/** What a text is after its placeholders are filled in; its parts have the places of the parts. */
export function valueOf(text: XmlText): Value {
  return partValue(text, 0, text.value.length);
}

/** The items of a list that is written as one text, blanks around each of them cut. What a placeholder fills in may be several. */
export function listOf(text: XmlText, separator: RegExp): ListValue {
  const items: Value[] = [];
  let rest: UnknownValue | EnvValue | undefined;
  let start = 0;
  const add = (end: number): void => {
    const piece = text.value.slice(start, end);
    const from = start + piece.length - piece.trimStart().length;
    const value = partValue(text, Math.min(from, end), Math.max(from, start + piece.trimEnd().length));
    if (value.kind === 'env' || value.kind === 'unknown') rest ??= value;
    else items.push(value);
  };
  for (const match of text.value.matchAll(new RegExp(separator, 'g'))) {
    add(match.index);
    start = match.index + match[0].length;
  }
  add(text.value.length);
  return { kind: 'list', items, ...(rest === undefined ? {} : { rest }), at: text.at };
}

function partValue(text: XmlText, start: number, end: number): Value {
  const at = text.place(start, end);
  const written = text.value.slice(start, end);
  const parts: Value[] = [];
  let from = 0;
  const literal = (until: number): void => {
    if (until > from) parts.push({ kind: 'string', value: written.slice(from, until), at: text.place(start + from, start + until) });
  };
  for (const match of written.matchAll(PLACEHOLDER)) {
    const place = text.place(start + match.index, start + match.index + match[0].length);
    literal(match.index);
    from = match.index + match[0].length;
    const name = match[1] ?? match[3] ?? '';
    parts.push(match[2] === undefined ? { kind: 'env', name, at: place } : unknown('template-syntax', `the placeholder \`${match[0]}\``, place));
  }
  if (parts.length === 0) return { kind: 'string', value: written, at };
  literal(written.length);
  return parts.length === 1 ? parts[0]! : { kind: 'concat', parts, at };
}
