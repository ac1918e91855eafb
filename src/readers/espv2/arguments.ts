import { nodeAt, resolve, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

/** The flags of one command line. */
export interface Arguments {
  /** By name, without dashes; the last one where a name stands twice. */
  readonly flags: ReadonlyMap<string, Flag>;
}

export interface Flag {
  /** What stands behind the equals sign; empty for a flag alone. */
  readonly text: string;
  /** Flag and value. */
  readonly at: Span;
  /** The value alone, where it stands verbatim. */
  readonly valueAt: Span;
}

const MAX_NODES = 50_000;

/** Every list of arguments with CORS flags, and every `ESPv2_ARGS`. */
export function argumentsIn(file: YamlFile): readonly Arguments[] {
  const found: Arguments[] = [];
  const pending: YamlNode[] = file.documents.flatMap(({ root }) => root ?? []).reverse();
  for (let visited = 0; pending.length > 0 && visited < MAX_NODES; visited += 1) {
    const node = pending.pop()!;
    if (node.kind === 'seq') {
      const flags = flagsOf(file, node.items);
      if ([...flags.keys()].some((name) => name.startsWith('cors_'))) found.push({ flags });
      else pending.push(...[...node.items].reverse());
    } else if (node.kind === 'map') {
      const args = textAt(node, 'name') === 'ESPv2_ARGS' ? nodeAt(node, 'value') : nodeAt(node, 'ESPv2_ARGS');
      const text = textAt(args);
      if (args !== undefined && text?.includes('--cors_') === true) found.push({ flags: flagsIn(file, args, text) });
      else pending.push(...node.pairs.flatMap(({ value }) => value ?? []).reverse());
    }
  }
  return found;
}

function flagsOf(file: YamlFile, items: readonly YamlNode[]): ReadonlyMap<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const [index, item] of items.entries()) {
    const text = textAt(item);
    const [, name, equals, value] = /^--(\w+)(=)?([\s\S]*)$/.exec(text ?? '') ?? [];
    if (name === undefined || value === undefined || (equals === undefined && value !== '')) continue;
    // `--flag value` as two arguments.
    const next = items[index + 1];
    const separate = equals === undefined ? textAt(next) : undefined;
    if (separate !== undefined && next !== undefined && !separate.startsWith('-')) flags.set(name, { text: separate, at: item.at, valueAt: next.at });
    else flags.set(name, { text: value, at: item.at, valueAt: part(file, item, value) });
  }
  return flags;
}

/** `^++^--a=b++--c`: a delimiter of one's own between carets, else commas. */
function flagsIn(file: YamlFile, node: YamlNode, text: string): ReadonlyMap<string, Flag> {
  const [, delimiter = ',', rest = text] = /^\^([^^]+)\^([\s\S]*)$/.exec(text) ?? [];
  const flags = new Map<string, Flag>();
  for (const piece of rest.split(delimiter)) {
    const [, name, value = ''] = /^--(\w+)=?([\s\S]*)$/.exec(piece.trim()) ?? [];
    if (name !== undefined) flags.set(name, { text: value, at: part(file, node, piece.trim()), valueAt: part(file, node, value) });
  }
  return flags;
}

/** Where a piece of a scalar stands; the whole scalar where that is not told. */
function part(file: YamlFile, node: YamlNode, piece: string): Span {
  const { at } = resolve(node) ?? node;
  const start = piece === '' ? -1 : file.source.text.indexOf(piece, at.start);
  return start === -1 || start + piece.length > at.end ? at : { file: at.file, start, end: start + piece.length };
}

