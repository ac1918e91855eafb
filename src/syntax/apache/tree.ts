import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Word } from './lines.js';

/** A directive or a section. */
export interface ApacheDirective {
  /** Lower-case: names are compared without their case. */
  readonly name: string;
  readonly args: readonly Word[];
  /** Everything behind the name as it is written, for directives that read the rest of their line. */
  readonly rest: string;
  /** What stands in a section. */
  readonly block?: readonly ApacheDirective[];
  /** The line without blanks around it; of a section its first one. */
  readonly at: Span;
  /** The directive with its block. */
  readonly whole: Span;
}

/** One file with what it includes in its place. */
export interface ApacheFile {
  readonly source: SourceText;
  readonly files: Files;
  /** Read anew for each folder that a request leads through (`AllowOverride`). */
  readonly perFolder: boolean;
  readonly directives: readonly ApacheDirective[];
  /** Files that were read as parts of this one. */
  readonly included: readonly string[];
  /** What `Include` names and is not in view. */
  readonly missing: readonly Word[];
}
