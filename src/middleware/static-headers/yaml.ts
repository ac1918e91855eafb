import { decline, type Declined } from '../../readers/reader.js';
import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { effectAt } from '../../policy/views.js';
import { itemsOf, keyOf, pairAt, pairsOf, removeEntry, removePair, resolve, respell, rewrite, textAt, valueOfPair, whyNotEditable, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import { headerName } from '../../text/header-name.js';
import type { Span } from '../../text/span.js';
import { concernsCors, MAX_WRITES_OF_RULE, type HeaderWrite } from './rules.js';

/** `[{ key: Name, value: text }]` */
export function listedHeaders(file: YamlFile, node: YamlNode | undefined): readonly HeaderWrite[] {
  return (itemsOf(node) ?? []).slice(0, MAX_WRITES_OF_RULE + 1).flatMap((item) => headerEntry(file, item, 'key') ?? []);
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
    case 'remove-header': {
      const item = itemsAround(file, change.at).at(-1);
      if (item !== undefined && textAt(item, 'value') !== undefined) return removeEntry(file, item.at);
      const pair = [...around(file, change.at)].flatMap((one) => ('pair' in one ? [one.pair] : [])).at(-1);
      return pair === undefined ? decline('no header stands there') : removePair(file, pair);
    }
    case 'rename-header':
      return renamed(file, change.at, headerName(change.header));
    case 'allow-only':
      return onlyFor(file, policy, change.at, change.origins);
    case 'add-vary':
      return addedVary(file, change.at);
    default:
      return decline(`not a change that a rule of ${policy.reader} can spell`);
  }
}

/** The name of a header, of its entry or as its key. */
function renamed(file: YamlFile, at: Span, name: string): readonly TextEdit[] | Declined {
  const item = itemsAround(file, at).at(-1);
  const own = item === undefined ? undefined : (pairAt(item, 'key') ?? pairAt(item, 'name'))?.value;
  if (own !== undefined && textAt(item, 'value') !== undefined) return respell(file, own.at, name);
  const pair = [...around(file, at)].flatMap((one) => ('pair' in one ? [one.pair] : [])).at(-1);
  if (pair === undefined) return decline('no header stands there');
  // A bare key stays one.
  return /^[\w-]/.test(file.source.text.slice(pair.key.at.start)) ? rewrite(file, pair.key.at, name) : respell(file, pair.key.at, name);
}

/** One origin as the header's text. */
function onlyFor(file: YamlFile, policy: Policy, at: Span, [only, ...others]: readonly string[]): readonly TextEdit[] | Declined {
  const value = effectAt(policy, at)?.value;
  return value?.v !== 'literal' || only === undefined || only === '*' || others.length > 0 ? decline('one origin does not fit there') : respell(file, value.at, only);
}

/** A rule in front of the one that echoes, for the same paths and every request: without an Origin the response differs too. */
function addedVary(file: YamlFile, at: Span): readonly TextEdit[] | Declined {
  const rule = itemsAround(file, at).findLast((item) => textAt(item, 'source') !== undefined);
  const source = resolve(pairAt(rule, 'source')?.value);
  const { text } = file.source;
  if (rule === undefined || source === undefined || text[source.at.start] !== '"') return decline('the header stands in no rule of a path');
  const reason = whyNotEditable(file, rule.at);
  if (reason !== undefined) return decline(reason);
  const blank = /\s*$/.exec(text.slice(0, rule.at.start))![0];
  const written = `{ "source": ${text.slice(source.at.start, source.at.end)}, "headers": [{ "key": "Vary", "value": "Origin" }] }`;
  return [{ file: file.file, start: rule.at.start, end: rule.at.start, text: `${written},${blank === '' ? ' ' : blank}` }];
}

/** The entries of lists, and the pairs of maps, that hold a place: from the outermost to the innermost. */
function* around(file: YamlFile, at: Span): Generator<{ readonly item: YamlNode } | { readonly pair: YamlPair }> {
  const holds = (outer: Span): boolean => outer.start <= at.start && at.end <= outer.end;
  let node = file.documents.map(({ root }) => root).find((root) => root !== undefined && holds(root.at));
  while (node !== undefined) {
    if (node.kind === 'seq') {
      node = node.items.find((candidate) => holds(candidate.at));
      if (node !== undefined) yield { item: node };
    } else if (node.kind === 'map') {
      const pair: YamlPair | undefined = node.pairs.find((candidate) => holds(candidate.at));
      if (pair !== undefined) yield { pair };
      node = pair?.value !== undefined && holds(pair.value.at) ? pair.value : undefined;
    } else return;
  }
}

function itemsAround(file: YamlFile, at: Span): readonly YamlNode[] {
  return [...around(file, at)].flatMap((one) => ('item' in one ? [one.item] : []));
}
