import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { HoconArray, HoconFile, HoconNode, HoconText } from './tree.js';

/** Text edits, or why this place is not ours to change. */
export type Edited = readonly TextEdit[] | { readonly declined: string };

/** Another text in the quotes that it has; a text without quotes gets them. */
export function respell(file: HoconFile, at: Span, text: string): Edited {
  const found = find(file, at);
  if (found === undefined) return { declined: 'no text stands there' };
  if (found.text.quotes === '"""') return { declined: 'a text of several lines is not rewritten' };
  return [{ ...at, text: `"${text.replace(/["\\]/g, '\\$&')}"` }];
}

/** Other HOCON for a whole text: `false`, a number. */
export function rewrite(file: HoconFile, at: Span, written: string): Edited {
  return find(file, at) === undefined ? { declined: 'no text stands there' } : [{ ...at, text: written }];
}

/** Takes an item out of its list, with its comma or its line. The only one stays. */
export function removeItem(file: HoconFile, at: Span): Edited {
  const list = find(file, at)?.list;
  if (list === undefined || list.items.length < 2) return { declined: 'no entry of a longer list stands there' };
  const { text } = file.source;
  const after = /^[^\S\n]*,[^\S\n]*/.exec(text.slice(at.end));
  const lineStart = text.lastIndexOf('\n', at.start - 1) + 1;
  const alone = /^[^\S\n]*$/.test(text.slice(lineStart, at.start));
  const tail = /^[^\S\n]*,?[^\S\n]*(?:\r?\n)/.exec(text.slice(at.end));
  // A comment on the line stays.
  const comment = /^[^\S\n]*,?[^\S\n]*(?=#|\/\/)/.exec(text.slice(at.end));
  if (alone && comment !== null) return [{ ...at, end: at.end + comment[0].length, text: '' }];
  const last = list.items.at(-1)!.at.start === at.start;
  const before = /,?\s*$/.exec(text.slice(list.at.start, at.start));
  if (alone && tail !== null && !(last && /,\s*$/.test(text.slice(list.at.start, at.start)))) return [{ file: file.file, start: lineStart, end: at.end + tail[0].length, text: '' }];
  if (after !== null && !last) return [{ file: file.file, start: at.start, end: at.end + after[0].length, text: '' }];
  return before === null ? { declined: 'the entry stands alone' } : [{ file: file.file, start: at.start - before[0].length, end: at.end, text: '' }];
}

/** The text at a span of the file, and the list that it is an item of. */
function find(file: HoconFile, at: Span): { readonly text: HoconText; readonly list?: HoconArray } | undefined {
  const visit = (node: HoconNode, list: HoconArray | undefined): { text: HoconText; list?: HoconArray } | undefined => {
    if (node.at.start > at.start || node.at.end < at.end) return undefined;
    switch (node.kind) {
      case 'text':
        return node.at.start === at.start && node.at.end === at.end ? { text: node, ...(list === undefined ? {} : { list }) } : undefined;
      case 'array':
        return first(node.items, (item) => visit(item, node));
      case 'concatenation':
        return first(node.parts, (part) => visit(part, undefined));
      case 'object':
        return first(node.entries, (entry) => (entry.kind === 'field' ? visit(entry.value, undefined) : undefined));
      case 'substitution':
        return undefined;
    }
  };
  return at.file === file.file ? visit({ ...file.root, at: { file: file.file, start: 0, end: file.source.text.length } }, undefined) : undefined;
}

function first<T, R>(from: readonly T[], of: (one: T) => R | undefined): R | undefined {
  for (const one of from) {
    const found = of(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
