import { keyOf, whyNotEditable, type YamlFile, type YamlMap, type YamlNode, type YamlPair, type YamlSeq } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import { contains, type Span } from '../../text/span.js';

/** A key with its value, or an entry of a list. */
export interface YamlPart {
  readonly at: Span;
  /** The text of its key; undefined for an entry. */
  readonly key: string | undefined;
  readonly value: YamlNode | undefined;
  /** What it stands in, with all parts of that. */
  readonly container: YamlMap | YamlSeq;
  /** Undefined at the root of a document. */
  readonly around: YamlPart | undefined;
}

/** All parts of a file, outer ones before those in them. */
export function partsOf({ written, documents }: YamlFile): readonly YamlPart[] {
  const parts: YamlPart[] = [];
  const visit = (container: YamlNode | undefined, around: YamlPart | undefined): void => {
    if (container?.kind !== 'map' && container?.kind !== 'seq') return;
    for (const child of childrenOf(container)) {
      const part: YamlPart = 'key' in child ? { at: child.at, key: keyOf(child), value: child.value, container, around } : { at: child.at, key: undefined, value: child, container, around };
      parts.push(part);
      visit(part.value, part);
    }
  };
  for (const { root } of written ?? documents) visit(root, undefined);
  return parts;
}

function childrenOf(container: YamlMap | YamlSeq): readonly (YamlPair | YamlNode)[] {
  return container.kind === 'map' ? container.pairs : container.items;
}

/** The innermost part around a place that is meant. */
export function partAround(parts: readonly YamlPart[], place: Span, isMeant: (part: YamlPart) => boolean): YamlPart | undefined {
  return parts.findLast((part) => contains(part.at, place) && isMeant(part));
}

/**
 * Parts that go, and those that would be left without anything in them.
 * @returns undefined where nothing of a document would be left
 */
export function withEmptied(gone: readonly YamlPart[]): readonly YamlPart[] | undefined {
  let all = [...new Set(gone)];
  for (;;) {
    const emptied = all.find(({ container }) => childrenOf(container).every((child) => all.some(({ at }) => at.start === child.at.start && at.end === child.at.end)));
    if (emptied === undefined) return all;
    const { around } = emptied;
    if (around === undefined) return undefined;
    all = [...all.filter((part) => !contains(around.at, part.at)), around];
  }
}

/** Takes parts out with their lines and the comments right above them; undefined where one of them serves other places, or shares its line with what stays. */
export function partsRemoved(file: YamlFile, gone: readonly YamlPart[]): readonly TextEdit[] | undefined {
  const outermost = gone.filter((part) => !gone.some((other) => other !== part && contains(other.at, part.at)));
  if (file.spelling === 'toml' || outermost.some(({ at, value }) => whyNotEditable(file, at) !== undefined || hasAnchor(value))) return undefined;
  const edits: TextEdit[] = [];
  for (const container of new Set(outermost.map((part) => part.container))) {
    const children = childrenOf(container);
    const indexes = outermost.filter((part) => part.container === container).map(({ at }) => children.findIndex((child) => child.at.start === at.start)).sort((a, b) => a - b);
    for (let from = 0; from < indexes.length; from += 1) {
      const first = from;
      while (indexes[from + 1] === indexes[from]! + 1) from += 1;
      const edit = (container.flow ? flowRun : blockRun)(file, children, indexes[first]!, indexes[from]!);
      if (edit === undefined) return undefined;
      edits.push(edit);
    }
  }
  return edits;
}

/** May others use it, or something in it, through an alias? */
function hasAnchor(node: YamlNode | undefined): boolean {
  if (node === undefined) return false;
  return node.anchor !== undefined || (node.kind === 'seq' && node.items.some(hasAnchor)) || (node.kind === 'map' && node.pairs.some(({ value }) => hasAnchor(value)));
}

/** Entries between brackets, with the commas that belong to them. */
function flowRun({ file, source: { text } }: YamlFile, children: readonly { readonly at: Span }[], first: number, last: number): TextEdit | undefined {
  const [before, after] = [children[first - 1], children[last + 1]];
  if (before === undefined && after === undefined) return undefined;
  const [start, end] = after === undefined ? [before!.at.end, children[last]!.at.end] : [children[first]!.at.start, after.at.start];
  return /(?:^|\s)(?:#|\/\/)/.test(text.slice(start, children[first]!.at.start) + text.slice(children[last]!.at.end, end)) ? undefined : { file, start, end, text: '' };
}

/** Whole lines. The first key of an entry stands behind the entry's dash, where the next one takes its place. */
function blockRun({ file, source: { text } }: YamlFile, children: readonly { readonly at: Span }[], first: number, last: number): TextEdit | undefined {
  const [from, to] = [children[first]!.at, children[last]!.at];
  const next = children[last + 1];
  const lineStart = text.lastIndexOf('\n', from.start - 1) + 1;
  const lead = text.slice(lineStart, from.start);
  const isEntry = text.slice(0, from.start).endsWith('- ') && children.every(({ at }) => /-[ \t]+$/.test(text.slice(0, at.start)));
  if (!/^\uFEFF?[ \t]*$/.test(lead) && !(isEntry && /^\uFEFF?[ \t]*-[ \t]+$/.test(lead))) return next === undefined || !/^[ \t]*-[ \t]+$/.test(lead) ? undefined : { file, start: from.start, end: next.at.start, text: '' };
  const start = aboveComments(text, lineStart);
  const end = /[\r\n]/.test(text[to.end - 1] ?? '') ? to.end : to.end + /^[^\r\n]*(?:\r\n|\n|\r|$)/.exec(text.slice(to.end))![0].length;
  if (!/^[ \t]*(?:#.*)?$/.test(text.slice(to.end, end).trimEnd())) return undefined;
  // Of the blank lines above and below one is enough, and none where nothing follows.
  const above = /(?:^|\n)[ \t]*\r?\n$/.test(text.slice(0, start));
  const below = /^(?:[ \t]*(?:\r\n|\n|\r))+/.exec(text.slice(end))?.[0].length ?? 0;
  if (end + below >= text.length && above) return { file, start: start - /(?:[ \t]*\r?\n)*$/.exec(text.slice(0, start))![0].length + lineEndBefore(text, start), end, text: '' };
  return { file, start, end: above || first === 0 ? end + below : end, text: '' };
}

/** The line end that the last line before blank ones keeps. */
function lineEndBefore(text: string, offset: number): number {
  const gap = /(?:[ \t]*\r?\n)*$/.exec(text.slice(0, offset))![0];
  return /^[ \t]*\r?\n/.exec(gap)?.[0].length ?? 0;
}

/** Where the comments begin that stand right above a line, as far in as it. */
function aboveComments(text: string, lineStart: number): number {
  const indentation = /^[ \t]*/.exec(text.slice(lineStart))![0];
  let start = lineStart;
  while (start > 0) {
    const previous = text.lastIndexOf('\n', start - 2) + 1;
    const line = text.slice(previous, start);
    if (!/^[ \t]*#/.test(line) || /^[ \t]*/.exec(line)![0] !== indentation) break;
    start = previous;
  }
  return start;
}
