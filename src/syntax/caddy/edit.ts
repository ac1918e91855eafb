import type { TextEdit } from '../../text/edit.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import { tokensOf } from './lexer.js';
import type { Directive, Token } from './tree.js';

/** Text edits, or why this place is not ours to change. */
export type Edited = readonly TextEdit[] | { readonly declined: string };

/** The word at a span as it is written, without what imports put in. */
function writtenAt(source: SourceText, at: Span): Token | undefined {
  return tokensOf(source.file, source.text, () => undefined).find(({ start, end }) => start === at.start && end === at.end);
}

/** Another text for a word, in the quotes that it has; a bare one that would no longer be one word gets quotes. */
export function respell(source: SourceText, at: Span, text: string): Edited {
  const token = writtenAt(source, at);
  if (token === undefined || at.file !== source.file) return { declined: 'no word stands there' };
  if (token.pieces.some(({ kind }) => kind === 'env') || /\{args[.[]/.test(token.text)) return { declined: 'the word is put together when the file is read' };
  if (token.quote === '<<' || text.includes('\n')) return { declined: 'a text of several lines is not rewritten' };
  const quote = token.quote ?? (/[\s"`]|^#|^$/.test(text) ? '"' : undefined);
  if (quote === undefined) return [{ ...spanOf(at), text }];
  if (quote === '`' && text.includes('`')) return { declined: 'a backtick cannot stand between backticks' };
  return [{ ...spanOf(at), text: quote === '`' ? `\`${text}\`` : `"${text.replaceAll('"', '\\"')}"` }];
}

/** A line behind a directive, or in front of it, with its indentation. */
export function insertDirective(source: SourceText, directive: Directive, where: 'before' | 'after', text: string): TextEdit {
  const line = lineStart(source, directive.at.start);
  const indentation = /^[ \t]*/.exec(source.text.slice(line))![0];
  if (where === 'before') return { file: source.file, start: line, end: line, text: `${indentation}${text}${source.lineEnding}` };
  const last = Math.max(directive.at.end, directive.braces?.end ?? 0);
  const rest = /^[^\n]*?(?=\r?\n|$)/.exec(source.text.slice(last))![0];
  const place = last + rest.length;
  return { file: source.file, start: place, end: place, text: `${source.lineEnding}${indentation}${text}` };
}

/** A directive taken out, with its line when nothing else stands there: a comment stays. */
export function removeDirective(source: SourceText, directive: Directive): TextEdit {
  const start = lineStart(source, directive.at.start);
  const last = Math.max(directive.at.end, directive.braces?.end ?? 0);
  const rest = /^[^\S\n]*(?:\n|$)/.exec(source.text.slice(last));
  if (rest !== null) return { file: source.file, start, end: last + rest[0].length, text: '' };
  return { file: source.file, start: directive.at.start, end: last + /^[^\S\n]*/.exec(source.text.slice(last))![0].length, text: '' };
}

/** A line at the start of a directive's block; a block of its own when it has none. */
export function insertInside(source: SourceText, directive: Directive, text: string): TextEdit {
  const indentation = /^[ \t]*/.exec(source.text.slice(lineStart(source, directive.at.start)))![0];
  const step = indentation.startsWith(' ') ? '    ' : '\t';
  if (directive.braces === undefined) {
    return { file: source.file, start: directive.at.end, end: directive.at.end, text: ` {${source.lineEnding}${indentation}${step}${text}${source.lineEnding}${indentation}}` };
  }
  const open = directive.braces.start + 1;
  const rest = /^[^\n]*?(?=\r?\n|$)/.exec(source.text.slice(open))![0];
  return { file: source.file, start: open + rest.length, end: open + rest.length, text: `${source.lineEnding}${indentation}${step}${text}` };
}

function lineStart(source: SourceText, offset: number): number {
  return source.text.lastIndexOf('\n', offset - 1) + 1;
}

function spanOf({ file, start, end }: Span): Span {
  return { file, start, end };
}
