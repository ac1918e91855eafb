import type { ConcatValue, EnvValue, StringValue } from '../../values/value.js';
import type { Data, Entry, ListData, TextData } from './tree.js';

/** Why lighttpd does not take it, in its words. */
export interface Refused {
  readonly refused: string;
}

/** `a + b`, `a += b` (configparser_merge_data): texts are joined, numbers added, lists put together. */
export function merged(first: Data, second: Data): Data | Refused {
  // What is set elsewhere may be a list too.
  if (isElsewhere(first) && second.kind === 'list') return second;
  if (isElsewhere(second) && first.kind === 'list') return first;
  if (first.kind === 'list' || second.kind === 'list') return first.kind === 'list' && second.kind === 'list' ? joined(first, second) : { refused: 'data type mismatch, cannot merge' };
  if (first.kind === 'number' && second.kind === 'number') return { ...first, value: first.value + second.value };
  const [left, right] = [asText(first), asText(second)];
  return { kind: 'text', value: concatenated(left, right), at: left.at };
}

function isElsewhere(data: Data): boolean {
  return data.kind === 'text' && data.value.kind === 'env' && data.value.name.startsWith('var.');
}

function joined(first: ListData, second: ListData): ListData | Refused {
  const entries: Entry[] = [...first.entries];
  const known = new Map(entries.flatMap((entry) => (entry.key === undefined ? [] : [[entry.key.toLowerCase(), entry] as const])));
  for (const entry of second.entries) {
    const twin = entry.key === undefined ? undefined : known.get(entry.key.toLowerCase());
    if (twin === undefined) entries.push(entry);
    // The same key with the same value is passed over.
    else if (!same(twin.value, entry.value)) return { refused: `Duplicate array-key '${entry.key}'` };
  }
  return { ...first, entries };
}

function same(a: Data, b: Data): boolean {
  if (a.kind === 'number') return b.kind === 'number' && a.value === b.value;
  return a.kind === 'text' && b.kind === 'text' && a.value.kind === 'string' && b.value.kind === 'string' && a.value.value === b.value.value;
}

export function asText(data: TextData | (Data & { kind: 'number' })): TextData {
  return data.kind === 'text' ? data : { kind: 'text', value: { kind: 'string', value: String(data.value), at: data.at }, at: data.at };
}

function concatenated({ value: left }: TextData, { value: right }: TextData): StringValue | ConcatValue {
  const parts: (StringValue | EnvValue)[] = [];
  for (const part of [...partsOf(left), ...partsOf(right)]) {
    const last = parts.at(-1);
    if (last?.kind === 'string' && part.kind === 'string') parts[parts.length - 1] = { ...last, value: last.value + part.value };
    else parts.push(part);
  }
  const [only] = parts;
  return parts.length === 1 && only?.kind === 'string' ? only : { kind: 'concat', parts, at: left.at };
}

function partsOf(value: TextData['value']): readonly (StringValue | EnvValue)[] {
  return value.kind === 'concat' ? value.parts.filter((part): part is StringValue | EnvValue => part.kind === 'string' || part.kind === 'env') : [value];
}
