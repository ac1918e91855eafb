import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { HeaderBlock, HeadersFile } from './tree.js';

/** Text edits, or why this place is not ours to change. */
export type Edited = readonly TextEdit[] | { readonly declined: string };

/** Why a place is not to be edited: a comment at the head of the file says that a tool writes it. */
function refusal({ source }: HeadersFile): string | undefined {
  const head = /^\uFEFF?(?:\s*#[^\n]*\n?)*/.exec(source.text)?.[0] ?? '';
  return /generated|do not edit/i.test(head) ? 'the file is generated' : undefined;
}

/** Another text for a value, or for a part of one. */
export function respell(file: HeadersFile, at: Span, text: string): Edited {
  const reason = refusal(file);
  if (reason !== undefined) return { declined: reason };
  const holds = file.blocks.some(({ lines }) => lines.some((line) => line.kind === 'header' && line.value.at.start <= at.start && at.end <= line.value.at.end));
  if (!holds || at.file !== file.file) return { declined: 'no value stands there' };
  if (/[\r\n]/.test(text) || text.trim() === '') return { declined: 'a value is one line of text' };
  return [{ ...at, text }];
}

/** Takes a line out of its block, which keeps others. */
export function removeLine(file: HeadersFile, at: Span): Edited {
  const reason = refusal(file);
  if (reason !== undefined) return { declined: reason };
  const block = file.blocks.find(({ lines }) => lines.some((line) => line.at.start === at.start && line.at.end === at.end));
  if (block === undefined || at.file !== file.file) return { declined: 'no line of a header stands there' };
  return isAlone(block) ? { declined: 'it is the only header of its path' } : [{ file: file.file, ...wholeLine(file.source.text, at), text: '' }];
}

function isAlone({ lines }: HeaderBlock): boolean {
  return lines.length === 1;
}

function wholeLine(text: string, at: Span): { readonly start: number; readonly end: number } {
  const start = text.lastIndexOf('\n', at.start - 1) + 1;
  const feed = text.indexOf('\n', at.end);
  return { start, end: feed < 0 ? text.length : feed + 1 };
}
