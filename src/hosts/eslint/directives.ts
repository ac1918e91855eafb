import type { SourceText } from '../../text/source-text.js';
import type { CommentSyntax } from './comment-syntax.js';

interface Place {
  /** 1-based. */
  readonly line: number;
  /** 0-based. */
  readonly column: number;
}

/** A comment that ESLint acts on, in the shape of its own. */
export interface DirectiveComment {
  readonly kind: 'disable' | 'enable' | 'disable-line' | 'disable-next-line';
  /** Offsets, and the same places by line. */
  readonly range: [start: number, end: number];
  readonly loc: { readonly start: Place; readonly end: Place };
  /** What follows the word: rules, divided by commas. */
  readonly rules: string;
  readonly reason: string;
  /**
   * The words of the comment. ESLint 8.57 and 9.7 take them to start two characters behind the comment's start when they
   * cut a rule out of its list, so they do: the rest of a longer opener is blank, and `#` counts with what stands behind it.
   */
  readonly value: string;
}

const WORDS = String.raw`[^\S\r\n]*eslint-(disable-next-line|disable-line|disable|enable)(?![\w-])([^\r\n]*?)`;

/** The `eslint-…` directives of a text that is not a script; they name rules and give their reason on one line. */
export function eslintDirectives(source: SourceText, { openers }: CommentSyntax): readonly DirectiveComment[] {
  const opener = openers.map((one) => one.replace(/[*]/g, '\\$&')).join('|');
  const ends = openers.flatMap((one) => (one === '/*' ? [String.raw`\*\/`] : one === '<!--' ? ['-->'] : [])).join('|');
  const pattern = new RegExp(String.raw`(?:${opener})${WORDS}[^\S\r\n]*(?:${ends === '' ? '' : `(?:${ends})|`}(?=[\r\n]|$))`, 'g');
  return Array.from(source.text.matchAll(pattern), (match) => {
    const [whole, kind, rest = ''] = match;
    const [rules = '', ...reason] = rest.split(/\s-{2,}(?:\s|$)/);
    const start = match.index;
    const end = start + whole.length;
    return { kind: kind as DirectiveComment['kind'], range: [start, end], loc: { start: placeAt(source, start), end: placeAt(source, end) }, rules, reason: reason.join(' -- ').trim(), value: valueOf(whole) };
  });
}

function valueOf(comment: string): string {
  return comment.replace(/\s*(?:\*\/|-->)$/, '').slice(2).replace(/^(?:--|\*+)/, (rest) => ' '.repeat(rest.length));
}

/** As ESLint counts. */
export function placeAt(source: SourceText, offset: number): Place {
  const { line, column } = source.positionAt(offset);
  return { line, column: column - 1 };
}
