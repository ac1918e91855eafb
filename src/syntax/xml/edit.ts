import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { XmlElement, XmlFile } from './tree.js';

/** Text edits, or why this place is not ours to change. */
export type Edited = readonly TextEdit[] | { readonly declined: string };

/** What a text is written as, in an attribute's quotes as well. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&apos;');
}

/** Another text for one that stands between tags or quotes, or for a part of one. */
export function respell(file: XmlFile, at: Span, text: string): Edited {
  const refusal = whyNotEditable(file, at);
  if (refusal !== undefined) return { declined: refusal };
  return [{ ...at, text: inCdata(file, at) ? text : escaped(text) }];
}

/** Takes an item out of a list that is written as one text, with a separator next to it. The only one stays. */
export function removeItem(file: XmlFile, at: Span): Edited {
  const refusal = whyNotEditable(file, at);
  if (refusal !== undefined) return { declined: refusal };
  const { text } = file.source;
  const after = /^\s*,\s*/.exec(text.slice(at.end));
  if (after !== null) return [{ file: file.file, start: at.start, end: at.end + after[0].length, text: '' }];
  const before = /\s*,\s*$/.exec(text.slice(0, at.start));
  return before === null ? { declined: 'the only entry' } : [{ file: file.file, start: at.start - before[0].length, end: at.end, text: '' }];
}

/** Takes an element out, with its line where it has lines of its own. */
export function removeElement(file: XmlFile, { at }: XmlElement): Edited {
  const { text } = file.source;
  const lineStart = Math.max(text.lastIndexOf('\n', at.start - 1), text.lastIndexOf('\r', at.start - 1)) + 1;
  const tail = /^[ \t]*(?:\r\n|\n|\r)/.exec(text.slice(at.end));
  if (!/^\uFEFF?[ \t]*$/.test(text.slice(lineStart, at.start))) return [{ ...at, text: '' }];
  // What stands behind it keeps its indentation.
  if (tail === null) return [{ ...at, end: at.end + /^[ \t]*/.exec(text.slice(at.end))![0].length, text: '' }];
  return [{ file: file.file, start: lineStart, end: at.end + tail[0].length, text: '' }];
}

/** Lines as the first children of an element that has a start and an end tag, one step deeper than it; each tab at a line's start is a step more. */
export function insertFirst(file: XmlFile, { at, attributes }: XmlElement, lines: readonly string[]): Edited {
  const { text } = file.source;
  const place = text.indexOf('>', attributes.at(-1)?.at.end ?? at.start) + 1;
  if (place === 0 || place > at.end || text[place - 2] === '/') return { declined: 'the element is empty' };
  const indentation = /^[ \t]*/.exec(file.source.line(file.source.positionAt(at.start).line))![0];
  const step = indentation.includes('\t') ? '\t' : '  ';
  return [{ file: file.file, start: place, end: place, text: lines.map((line) => `${file.source.lineEnding}${indentation}${step}${line.replace(/^\t+/, (tabs) => step.repeat(tabs.length))}`).join('') }];
}

function whyNotEditable(file: XmlFile, at: Span): string | undefined {
  const written = file.source.text.slice(at.start, at.end);
  if (at.file !== file.file) return 'it stands in another file';
  if (/\$\{|@[\w.-]+@/.test(written)) return 'a placeholder stands there';
  return /[<>]/.test(written) ? 'more than text stands there' : undefined;
}

function inCdata(file: XmlFile, at: Span): boolean {
  const before = file.source.text.slice(0, at.start);
  return before.lastIndexOf('<![CDATA[') > before.lastIndexOf(']]>');
}
