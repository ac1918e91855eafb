import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { removeEntry, respell, whyNotEditable, type Edited } from './edit.js';
import { trail } from './place.js';
import { spelled } from './spelling.js';
import type { YamlFile, YamlNode, YamlScalar, YamlSeq } from './tree.js';

/** The list that stands at a place, or is the value of the key there. */
export function listAt(file: YamlFile, at: Span): YamlSeq | undefined {
  const exactly = (node: YamlNode | undefined): node is YamlSeq => node?.kind === 'seq' && node.at.start === at.start && node.at.end === at.end;
  for (const { node } of trail(file, at)) {
    if (exactly(node)) return node;
    if (node.kind !== 'map') continue;
    const value = node.pairs.find((pair) => (pair.at.start === at.start && pair.at.end === at.end) || exactly(pair.value))?.value;
    if (value?.kind === 'seq') return value;
  }
  return undefined;
}

/** The list in which a text is an entry by itself. */
export function listAround(file: YamlFile, at: Span): YamlSeq | undefined {
  const found = trail(file, at).findLast(({ node }) => node.kind === 'seq' && node.items.some((item) => item.at.start === at.start && item.at.end === at.end))?.node;
  return found?.kind === 'seq' ? found : undefined;
}

/** Takes texts out of a list of scalars and puts others at its end; a list of which all goes becomes the new ones. */
export function editList(file: YamlFile, list: YamlSeq, remove: readonly string[], add: readonly string[]): Edited {
  const refusal = whyNotEditable(file, list.at);
  if (refusal !== undefined) return { declined: refusal };
  const items = list.items.filter((item): item is YamlScalar => item.kind === 'scalar');
  if (items.length !== list.items.length || items.length === 0) return { declined: 'not a list of texts' };
  const gone = items.filter(({ value }) => remove.includes(String(value)));
  const added = add.filter((text) => items.every(({ value }) => value !== text));
  const last = items.at(-1)!;
  // What comes takes the places of what goes where the last entry is one of these.
  const swapped = gone.length < items.length && gone.includes(last) ? Math.min(gone.length, added.length) : 0;
  if (swapped > 0) return together([...gone.map(({ at }, index) => (index < swapped ? respell(file, at, added[index]!) : removeEntry(file, at))), ...(added.length === swapped ? [] : [insertedAfter(file, list, last, added.slice(swapped))])]);
  if (gone.length < items.length) return together([...gone.map(({ at }) => removeEntry(file, at)), ...(added.length === 0 ? [] : [insertedAfter(file, list, last, added)])]);
  const [first] = gone;
  const [instead, ...more] = add;
  if (instead === undefined || first === undefined) return { declined: 'nothing would stay in the list' };
  const dropped = { file: file.file, start: first.at.end, end: last.at.end };
  if (file.source.text.slice(dropped.start, dropped.end).includes('#')) return { declined: 'a comment stands among the entries' };
  const rest = insertedAfter(file, list, last, more);
  if ('declined' in rest) return rest;
  // What goes behind the last entry goes where the others were.
  return together([respell(file, first.at, instead), first === last ? rest : [{ ...dropped, text: '' }, ...(more.length === 0 ? [] : rest)]]);
}

function together(parts: readonly Edited[]): Edited {
  const edits: TextEdit[] = [];
  for (const part of parts) {
    if ('declined' in part) return part;
    edits.push(...part);
  }
  return edits;
}

/** Entries behind the last one, in its quotes: on lines of their own, or after commas. */
function insertedAfter(file: YamlFile, { flow }: YamlSeq, last: YamlScalar, texts: readonly string[]): Edited {
  const written = texts.map((text) => spelled(file, text, last.style === 'literal' || last.style === 'folded' ? 'double' : last.style, flow));
  const { text, lineEnding } = file.source;
  const lineStart = text.lastIndexOf('\n', last.at.start - 1) + 1;
  const lead = text.slice(lineStart, last.at.start);
  if (texts.length === 0) return [];
  const insertion = (at: number, what: string): Edited => [{ file: file.file, start: at, end: at, text: what }];
  if (flow) return insertion(last.at.end, written.map((item) => (/^\s+$/.test(lead) ? `,${lineEnding}${lead}${item}` : `, ${item}`)).join(''));
  const rest = /^[^\r\n]*/.exec(text.slice(last.at.end))![0];
  if (!/^\s*-\s+$/.test(lead) || !/^\s*(?:#.*)?$/.test(rest)) return { declined: 'the entry shares its line' };
  return insertion(last.at.end + rest.length, written.map((item) => `${lineEnding}${lead}${item}`).join(''));
}
