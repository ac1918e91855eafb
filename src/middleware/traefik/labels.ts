import { itemsOf, keyOf, pairsOf, resolve, valueOf, type YamlFile, type YamlNode, type YamlScalar } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { unknown, type Value } from '../../values/value.js';

/** A label of a container: `traefik.http.middlewares.<name>.headers.<field>=<value>`. */
export interface Label {
  /** Parts of the key after `traefik.http.`, names as written, in lower case otherwise. */
  readonly path: readonly string[];
  readonly value: Value;
  /** The items of a value with commas, trimmed, each with its own place where that is known. */
  readonly items: readonly Value[];
  /** Key and value. */
  readonly at: Span;
}

/** The labels for Traefik in a list (`- key=value`) or a map (`key: value`). */
export function labelsIn(file: YamlFile, labels: YamlNode | undefined): readonly Label[] {
  const listed = (itemsOf(labels) ?? []).flatMap((item) => {
    const scalar = resolve(item);
    if (scalar?.kind !== 'scalar' || typeof scalar.value !== 'string') return [];
    const [key] = scalar.value.split('=', 1);
    return key === undefined || key.length === scalar.value.length ? [] : labelOf(file, key, scalar, key.length + 1, scalar.at);
  });
  const mapped = pairsOf(labels).flatMap((pair) => {
    const scalar = resolve(pair.value);
    return scalar?.kind === 'scalar' ? labelOf(file, keyOf(pair) ?? '', scalar, 0, pair.at) : [];
  });
  return [...listed, ...mapped];
}

const PREFIX = /^traefik\.http\./i;

function labelOf(file: YamlFile, key: string, scalar: YamlScalar, from: number, at: Span): readonly Label[] {
  if (!PREFIX.test(key)) return [];
  const path = key.trim().split('.').slice(2);
  return [{ path, at, ...textOf(file, scalar, from) }];
}

function textOf(file: YamlFile, scalar: YamlScalar, from: number): Pick<Label, 'value' | 'items'> {
  if (typeof scalar.value !== 'string') {
    const value = valueOf(file, scalar);
    const text: Value = value.kind === 'number' || value.kind === 'boolean' ? { kind: 'string', value: String(value.value), at: value.at } : value;
    return { value: text, items: text.kind === 'nothing' ? [] : [text] };
  }
  const all = valueOf(file, scalar);
  // Compose fills variables in and leaves one `$` of two.
  if (all.kind !== 'string') {
    const rest = after(all, from) ?? unknown('template-syntax', 'a label that a variable writes', scalar.at);
    return { value: rest, items: [rest] };
  }
  const offsets = offsetsOf(file, scalar);
  const place = (start: number, end: number): Span => (offsets === undefined ? scalar.at : { file: scalar.at.file, start: offsets[start]!, end: offsets[end]! });
  const { text, at } = undoubled(scalar.value);
  const first = at.findIndex((offset) => offset >= from);
  const inner = first === -1 ? '' : text.slice(first);
  const pieces = inner === '' ? [] : inner.split(',');
  let offset = first;
  const items = pieces.map((piece): Value => {
    const start = offset + (piece.length - piece.trimStart().length);
    const trimmed = piece.trim();
    offset += piece.length + 1;
    return { kind: 'string', value: trimmed, at: place(at[start] ?? scalar.value!.toString().length, at[start + trimmed.length] ?? String(scalar.value).length) };
  });
  return { value: { kind: 'string', value: inner, at: place(from, scalar.value.length) }, items };
}

/** A text with one `$` for two, and where each of its characters stood. */
function undoubled(text: string): { readonly text: string; readonly at: readonly number[] } {
  let result = '';
  const at: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    at.push(index);
    result += text[index]!;
    if (text[index] === '$' && text[index + 1] === '$') index += 1;
  }
  return { text: result, at };
}

/** Where each character of a scalar's text stands in the file, and its end; undefined where escapes or folds are in the way. */
function offsetsOf(file: YamlFile, { at, style, value }: YamlScalar): readonly number[] | undefined {
  const quoted = style === 'single' || style === 'double';
  const source = file.source.text.slice(at.start + (quoted ? 1 : 0), at.end - (quoted ? 1 : 0));
  const text = String(value);
  const offsets: number[] = [];
  let index = 0;
  for (const character of text.split('')) {
    offsets.push(at.start + (quoted ? 1 : 0) + index);
    const escaped = (style === 'double' && source[index] === '\\') || (style === 'single' && source.startsWith("''", index));
    if (escaped) index += 1;
    if (source[index] !== character) return undefined;
    index += 1;
  }
  return index === source.length ? [...offsets, at.start + (quoted ? 1 : 0) + index] : undefined;
}

/** What is left of a text without its first characters; undefined where those are not all known. */
function after(value: Value, from: number): Value | undefined {
  if (from === 0) return value;
  if (value.kind !== 'concat') return undefined;
  const [first, ...others] = value.parts;
  if (first?.kind !== 'string' || first.value.length < from) return undefined;
  const rest = first.value.slice(from);
  const parts: readonly Value[] = rest === '' ? others : [{ ...first, value: rest }, ...others];
  return parts.length === 1 ? parts[0] : { kind: 'concat', parts, at: value.at };
}
