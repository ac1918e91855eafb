import { parseProperties, removeEntry as removeProperty, removeItem, respell as respellProperty, entryAt } from '../../syntax/properties/index.js';
import { editList, listAround, pairsOf, parseYaml, removeEntry, removePair, respell, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { effectsOn } from '../../policy/views.js';
import { editSetting } from '../setting-edits.js';
import type { TextEdit } from '../../text/edit.js';
import type { Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

type Edited = readonly TextEdit[] | { readonly declined: string };

/** Is this a file whose values `editedSetting` can change? */
export function isApplicationFile(file: string): boolean {
  return /\.(?:ya?ml|properties)$/.test(file);
}

/** A change of a value that stands in an application file: another text, an entry less, credentials dropped with their key. */
export function editedSetting(files: Files, policy: Policy, change: Change): Edited {
  const { file } = change.at;
  const source = new SourceText(file, files.read(file) ?? '');
  return file.endsWith('.properties') ? editedProperty(source, files, policy, change) : editedYaml(source, policy, change);
}

function editedProperty(source: SourceText, files: Files, policy: Policy, change: Change): Edited {
  const { unit } = parseProperties(source, files);
  if (unit === undefined) return { declined: 'the file is too long' };
  const entry = entryAt(unit, change.at);
  if (change.kind === 'replace-text') return respellProperty(unit, change.at, change.text);
  if (change.kind === 'remove-entry') return entry?.key.endsWith(']') === true ? { declined: 'the items after it would have other numbers' } : removeItem(unit, change.at);
  if (change.kind === 'edit-list' && entry !== undefined) return entry.key.endsWith(']') ? { declined: 'each item has a key of its own' } : respellProperty(unit, entry.text.at, withNames(entry.text.value, change));
  if (change.kind === 'allow-only' && entry !== undefined && !policyOpensBeside(policy, change.origins)) return respellProperty(unit, entry.text.at, change.origins.join(','));
  return change.kind === 'remove-header' && entry !== undefined ? removeProperty(unit, entry) : { declined: `application files do not say ${change.kind}` };
}

function editedYaml(source: SourceText, policy: Policy, change: Change): Edited {
  const { unit } = parseYaml(source);
  if (unit === undefined) return { declined: 'the file is too long' };
  if (change.kind === 'replace-text') return respell(unit, change.at, change.text);
  if (change.kind === 'remove-entry') return isItem(unit, change.at) ? removeEntry(unit, change.at) : withoutPiece(unit, change.at);
  if (change.kind === 'edit-list') return editedList(unit, policy, change);
  if (change.kind === 'allow-only') return editSetting(unit, policy, change);
  const pair = change.kind === 'remove-header' ? pairWith(unit, change.at) : undefined;
  return pair === undefined ? { declined: `application files do not say ${change.kind}` } : removePair(unit, pair);
}

/** A list that is given as a sequence, whose first item its header stands at, or as one text. */
function editedList(file: YamlFile, policy: Policy, change: Change & { readonly kind: 'edit-list' }): Edited {
  const edits = editSetting(file, policy, change);
  const list = 'declined' in edits ? listAround(file, change.at) : undefined;
  return list === undefined ? edits : editList(file, list, change.remove, change.add);
}

/** Names in a text with commas between them. */
function withNames(text: string, { remove, add }: Change & { readonly kind: 'edit-list' }): string {
  const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '' && !remove.includes(name));
  return [...names, ...add].join(/,(\s*)/.exec(text)?.[0] ?? ',');
}

/** Everybody is let in without credentials: what allows those stands elsewhere. */
function policyOpensBeside(policy: Policy, origins: readonly string[]): boolean {
  return origins.includes('*') && effectsOn(policy, 'access-control-allow-credentials').length > 0;
}

function isItem(file: YamlFile, at: Span): boolean {
  return file.documents.some(({ root }) => [...nodesIn(root)].some((node) => node.kind === 'seq' && node.items.some((item) => item.at.start === at.start && item.at.end === at.end)));
}

/** One of several texts with commas between them, in one scalar. */
function withoutPiece(file: YamlFile, at: Span): Edited {
  const scalar = file.documents.flatMap(({ root }) => [...nodesIn(root)]).find((node) => node.kind === 'scalar' && node.at.start <= at.start && at.end <= node.at.end);
  if (scalar === undefined) return { declined: 'no text stands there' };
  const { text } = file.source;
  const after = /^[ \t]*,[ \t]*/.exec(text.slice(at.end, scalar.at.end));
  const before = /[ \t]*,[ \t]*$/.exec(text.slice(scalar.at.start, at.start));
  const edit = after !== null ? { file: file.file, start: at.start, end: at.end + after[0].length, text: '' } : before !== null ? { file: file.file, start: at.start - before[0].length, end: at.end, text: '' } : undefined;
  return edit === undefined ? { declined: 'it is the only entry' } : [edit];
}

function pairWith(file: YamlFile, at: Span): YamlPair | undefined {
  return file.documents.flatMap(({ root }) => [...nodesIn(root)]).flatMap((node) => (node.kind === 'map' ? pairsOf(node) : [])).findLast((pair) => pair.at.start <= at.start && at.end <= pair.at.end);
}

function* nodesIn(node: YamlNode | undefined): Generator<YamlNode> {
  if (node === undefined) return;
  yield node;
  if (node.kind === 'seq') for (const item of node.items) yield* nodesIn(item);
  if (node.kind === 'map') for (const pair of node.pairs) yield* nodesIn(pair.value);
}
