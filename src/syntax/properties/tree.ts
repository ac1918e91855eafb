import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

/** One file of `key=value` lines, in order; a key may stand several times. */
export interface PropertiesFile {
  readonly file: string;
  readonly source: SourceText;
  /** What lies around the file: build files, files of other profiles. */
  readonly files: Files;
  readonly entries: readonly PropertyEntry[];
}

export interface PropertyEntry {
  /** Escapes replaced. */
  readonly key: string;
  readonly keyAt: Span;
  readonly text: PropertyText;
  /** From the first sign of the key to the last of the value. */
  readonly at: Span;
}

/** A value as it is meant: escapes replaced, lines joined, blanks before it cut; those after it belong to it. */
export interface PropertyText {
  readonly value: string;
  /** What stands for it in the file. */
  readonly at: Span;
  /** What stands for a part of `value` in the file. */
  place(start: number, end: number): Span;
}
