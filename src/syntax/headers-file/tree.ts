import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

/** One `_headers` file: paths, each with the lines below it. */
export interface HeadersFile {
  readonly file: string;
  readonly source: SourceText;
  /** What lies around the file: it does not say which host reads it. */
  readonly files: Files;
  readonly blocks: readonly HeaderBlock[];
}

/** A piece of a line, without the blanks around it. */
export interface Piece {
  readonly text: string;
  readonly at: Span;
}

export interface HeaderBlock {
  /** `/path/*`, or `https://host/path` where the host knows that. */
  readonly path: Piece;
  readonly lines: readonly BlockLine[];
}

export type BlockLine =
  | HeaderLine
  /** `! Name`: takes away what was set before. */
  | { readonly kind: 'detach'; readonly name: Piece; readonly at: Span };

export interface HeaderLine {
  readonly kind: 'header';
  readonly name: Piece;
  readonly value: Piece;
  /** From the first sign of the name to the last of the value. */
  readonly at: Span;
}
