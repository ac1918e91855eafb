import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

/** A part of a token: written text, or an environment variable that Caddy puts in before it reads the file. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly at: Span }
  /** `{$NAME}`, `{$NAME:fallback}`. */
  | { readonly kind: 'env'; readonly name: string; readonly fallback?: string; readonly at: Span };

/** A word of a Caddyfile with quotes undone, arguments of imports put in, and where it stands with its quotes. */
export interface Token extends Span {
  /** With an environment variable's fallback, or nothing, in its place. */
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** `<<`: a heredoc. */
  readonly quote: '"' | '`' | '<<' | undefined;
  readonly firstOnLine: boolean;
  /** Where the word that an import's argument was put in for stands. */
  readonly placeholder?: Span;
}

/** A directive or a line of its block. */
export interface Directive {
  readonly name: Token;
  readonly args: readonly Token[];
  readonly block?: readonly Directive[];
  /** From the name to the last argument. */
  readonly at: Span;
  /** Where the block's brace opens and closes, when it is written in one file. */
  readonly braces?: Span;
}

/** `example.com, www.example.com { … }`. */
export interface Site {
  readonly keys: readonly Token[];
  readonly directives: readonly Directive[];
  readonly at: Span;
}

/** One file with what it imports in its place. */
export interface CaddyFile {
  readonly source: SourceText;
  readonly files: Files;
  readonly sites: readonly Site[];
  /** The block without addresses at the top. */
  readonly options: readonly Directive[];
  /** Directives outside of any site: a file that is meant to be imported. */
  readonly fragment: readonly Directive[];
  /** Files that were read as parts of this one. */
  readonly included: readonly string[];
  /** Imports of files that are not in view. */
  readonly missing: readonly Token[];
}
