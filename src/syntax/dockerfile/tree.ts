import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

export interface Dockerfile {
  readonly file: string;
  readonly source: SourceText;
  readonly files: Files;
  readonly instructions: readonly Instruction[];
}

export interface Instruction {
  /** In capitals: `FROM`. */
  readonly keyword: string;
  /** `--from=build`, without the dashes. */
  readonly flags: ReadonlyMap<string, string>;
  /** Words behind the flags, variables not filled in; those of a JSON list where one is written. */
  readonly words: readonly Word[];
  /** Name and value of `ENV`, `ARG` and `LABEL`; null: a name alone. */
  readonly pairs: readonly { readonly name: string; readonly value: string | null }[];
  /** All behind the flags is a JSON list of texts: no shell reads it. */
  readonly isList: boolean;
  /** What a shell gets: joined lines, without comments among them. */
  readonly line: string;
  readonly at: Span;
}

export interface Word {
  readonly text: string;
  readonly at: Span;
}
