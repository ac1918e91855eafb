import type { TextEdit } from '../text/edit.js';
import type { Files } from '../text/files.js';
import type { SourceText } from '../text/source-text.js';
import type { Span } from '../text/span.js';

/** A place where a text is not of its language: shown as `parse-error`. One per cause, at the place where the language's own tool would complain. */
export interface Problem {
  readonly at: Span;
  readonly message: string;
  /** What makes it right without a doubt, for every reader of the text: missing quotes. */
  readonly mend?: { readonly title: string; readonly edits: readonly TextEdit[] };
}

export interface Parsed<Unit> {
  /** What could be read all the same; undefined when nothing could. */
  readonly unit: Unit | undefined;
  readonly problems: readonly Problem[];
}

/** One language: how its files are recognised and parsed; the default export of its folder. `parse` never throws, whatever the text. */
export interface Language<Unit> {
  /** As its users write it, for documents. */
  readonly title: string;
  /** Paths (with `/`) of files that are written in this language. Copied into the generated registry, so that no parser loads to ask. */
  readonly paths: RegExp;
  /** Loads the parser; called once, before the first `parse`, and only when some file needs it. */
  load(): Promise<void>;
  /** `files` is for look-ups one step away: imports, includes, package.json, lock files. */
  parse(source: SourceText, files: Files): Parsed<Unit>;
  /** Lets go what garbage collection does not see: trees in a WebAssembly memory. The unit is not used any more. */
  release?(unit: Unit): void;
}
