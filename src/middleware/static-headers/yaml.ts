import { decline, type Declined } from '../../readers/reader.js';
import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { itemsOf, keyOf, pairAt, pairsOf, removeEntry, removePair, resolve, respell, textAt, valueOfPair, whyNotEditable, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { concernsCors, type HeaderWrite } from './rules.js';

/** `[{ key: Name, value: text }]` */
export function listedHeaders(file: YamlFile, node: YamlNode | undefined): readonly HeaderWrite[] {
  return (itemsOf(node) ?? []).flatMap((item) => headerEntry(file, item, 'key') ?? []);
}

/** One entry of such a list, if it concerns CORS; the key of the name differs by product. */
export function headerEntry(file: YamlFile, item: YamlNode, key: 'key' | 'name'): HeaderWrite | undefined {
  const name = textAt(item, key)?.toLowerCase();
  const [named, written] = [pairAt(item, key), pairAt(item, 'value')];
  if (name === undefined || named === undefined || written === undefined || !concernsCors(name)) return undefined;
  const [start, end] = [Math.min(named.at.start, written.at.start), Math.max(named.at.end, written.at.end)];
  return { header: name, value: valueOfPair(file, written), at: { ...named.at, start, end } };
}

/** `{ Name: text }`. `emptyRemoves`: a name with an empty text is taken away. */
export function mappedHeaders(file: YamlFile, node: YamlNode | undefined, emptyRemoves: boolean): readonly HeaderWrite[] {
  return pairsOf(node).flatMap((pair): readonly HeaderWrite[] => {
    const header = keyOf(pair)?.toLowerCase();
    if (header === undefined || !concernsCors(header)) return [];
    const value = valueOfPair(file, pair);
    return [{ header, value: emptyRemoves && value.kind === 'string' && value.value === '' ? undefined : value, at: pair.at }];
  });
}

/** The place of a text, for rules that name their path by it. */
export function placeIn(node: YamlNode, key: string): Span {
  return resolve(pairAt(node, key)?.value)?.at ?? node.at;
}

/** Spells a change where headers are entries of lists or of maps. */
export function editHeaders(file: YamlFile, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  switch (change.kind) {
    case 'replace-text':
      return respell(file, change.at, change.text);
    case 'replace-pattern':
      return respell(file, change.at, change.source);
    case 'drop-credentials': {
      const { item, pair } = holderOf(file, change.at);
      if (item !== undefined && textAt(item, 'value') !== undefined) return removeEntry(file, item.at);
      return pair === undefined ? decline('no header stands there') : removePair(file, pair);
    }
    case 'add-vary': {
      const { item } = holderOf(file, change.at);
      return item === undefined ? decline('the header is no entry of a list') : addedVary(file, item);
    }
    default:
      return decline(`not a change that a rule of ${policy.reader} can spell`);
  }
}

/** One more entry after this one, written like it. */
function addedVary(file: YamlFile, item: YamlNode): readonly TextEdit[] | Declined {
  const reason = whyNotEditable(file, item.at);
  if (reason !== undefined) return decline(reason);
  const pieces = ['key', 'name', 'value'].flatMap((key) => {
    const found = resolve(pairAt(item, key)?.value);
    return found?.kind === 'scalar' && found.style === 'double' ? [{ at: found.at, text: key === 'value' ? '"Origin"' : '"Vary"' }] : [];
  });
  const { text } = file.source;
  const written = text.slice(item.at.start, item.at.end);
  if (pieces.length !== 2 || pairsOf(item).length !== 2 || !written.startsWith('{')) return decline('an entry of another form');
  const entry = pieces.sort((a, b) => b.at.start - a.at.start).reduce((made, piece) => made.slice(0, piece.at.start - item.at.start) + piece.text + made.slice(piece.at.end - item.at.start), written);
  const blank = /\s*$/.exec(text.slice(0, item.at.start))![0];
  return [{ file: file.file, start: item.at.end, end: item.at.end, text: `,${blank === '' ? ' ' : blank}${entry}` }];
}

/** The innermost entry of a list, and the innermost pair of a map, that hold a place. */
function holderOf(file: YamlFile, at: Span): { readonly item?: YamlNode; readonly pair?: YamlPair } {
  const holds = (outer: Span): boolean => outer.start <= at.start && at.end <= outer.end;
  let item: YamlNode | undefined;
  let pair: YamlPair | undefined;
  let node = file.documents.map(({ root }) => root).find((root) => root !== undefined && holds(root.at));
  while (node !== undefined) {
    if (node.kind === 'seq') {
      node = node.items.find((candidate) => holds(candidate.at));
      item = node ?? item;
    } else if (node.kind === 'map') {
      const found: YamlPair | undefined = node.pairs.find((candidate) => holds(candidate.at));
      pair = found ?? pair;
      node = found?.value !== undefined && holds(found.value.at) ? found.value : undefined;
    } else break;
  }
  return { ...(item === undefined ? {} : { item }), ...(pair === undefined ? {} : { pair }) };
}
