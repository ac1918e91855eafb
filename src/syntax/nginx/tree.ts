import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Token } from './lexer.js';

/** A directive, or a row of a block such as `map`. */
export interface Directive {
  readonly name: string;
  readonly nameToken: Token;
  readonly args: readonly Token[];
  readonly block?: readonly Directive[];
  /** The text of a `*_by_lua_block`, as it stands; its `block` is empty. */
  readonly code?: Token;
  /** From the name to the `;`, or to the `{` of a block. */
  readonly at: Span;
  /** The whole directive with its block. */
  readonly whole: Span;
}

/** One file with what it includes in its place. */
export interface NginxFile {
  readonly source: SourceText;
  readonly files: Files;
  /** An `include` whose file is not in view stays as it is written. */
  readonly directives: readonly Directive[];
  /** Files that were read as parts of this one. */
  readonly included: readonly string[];
  /** The same, each with the `include` that names it. */
  readonly uses: readonly { readonly file: string; readonly at: Span }[];
  /** Every `include` whose file is not in view: what stands there is not known. */
  readonly missing: readonly Directive[];
  /** Directives that nginx and the modules known here have not: of another module, or mistyped beyond doubt. */
  readonly unknown: readonly Directive[];
}

/** Blocks whose lines are rows, not directives; `geoip2` and `match` of modules have rows of their own. */
export function holdsRows(name: string): boolean {
  return /^(?:map|geo|split_clients|types|charset_map|geoip2|match)$/.test(name);
}
