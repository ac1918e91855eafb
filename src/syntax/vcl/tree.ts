import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

/** One file with what it includes in its place. */
export interface VclFile {
  readonly source: SourceText;
  readonly files: Files;
  /** `4.0` or `4.1`; undefined for parts of a program, for Fastly and for Varnish before 4. */
  readonly version: string | undefined;
  readonly subs: readonly Subroutine[];
  readonly backends: readonly Backend[];
  /** Networks of each `acl`: addresses, with `/bits` where they have some; `!` in front of those that are taken out again. */
  readonly acls: ReadonlyMap<string, readonly string[]>;
  /** Statements outside of any subroutine: a snippet that is put into one elsewhere. */
  readonly loose: readonly Statement[];
  /** Files that were read as parts of this one. */
  readonly included: readonly string[];
  /** Includes of files that are not in view. */
  readonly missing: readonly Span[];
  /** Where a template's own marks kept the rest from being read. */
  readonly template?: Span;
}

/** Several of one name are one, in the order of the text. */
export interface Subroutine {
  readonly name: string;
  readonly body: readonly Statement[];
  /** From `sub` to the name. */
  readonly at: Span;
  /** Behind the opening brace. */
  readonly open: Span;
}

export interface Backend {
  readonly name: string;
  /** Texts of its fields: `host`, `port`. */
  readonly fields: ReadonlyMap<string, string>;
  readonly at: Span;
}

export type Statement =
  | { readonly do: 'set' | 'add'; readonly target: Name; readonly operator: '=' | '+=' | 'other'; readonly value: Expression; readonly at: Span }
  | { readonly do: 'unset'; readonly target: Name; readonly at: Span }
  | { readonly do: 'call'; readonly name: string; readonly at: Span }
  /** `return (action(args))`; without an action the subroutine ends. `error status reason;` of old dialects is one too. */
  | { readonly do: 'return'; readonly action: string | undefined; readonly args: readonly Expression[]; readonly at: Span }
  | { readonly do: 'if'; readonly branches: readonly Branch[]; readonly at: Span }
  | { readonly do: 'block'; readonly body: readonly Statement[]; readonly at: Span }
  /** A call of a function, and what is read over. */
  | { readonly do: 'function'; readonly call: Expression & { readonly e: 'call' }; readonly at: Span }
  | { readonly do: 'nothing'; readonly at: Span };

/** Without a test: `else`. */
export interface Branch {
  readonly test?: Expression;
  readonly body: readonly Statement[];
  readonly open: Span;
}

export interface Name {
  /** Lower-case: names of variables and headers have no case. */
  readonly name: string;
  readonly at: Span;
}

export type Expression =
  | { readonly e: 'text'; readonly value: string; readonly at: Span; readonly inside: Span }
  | { readonly e: 'number'; readonly value: number; readonly unit: string; readonly at: Span }
  | { readonly e: 'name'; readonly name: string; readonly at: Span }
  | { readonly e: 'call'; readonly name: string; readonly args: readonly Expression[]; readonly at: Span }
  | { readonly e: 'not'; readonly of: Expression; readonly at: Span }
  | { readonly e: 'and' | 'or' | 'join'; readonly of: readonly Expression[]; readonly at: Span }
  | { readonly e: 'compare'; readonly operator: '==' | '!=' | '~' | '!~' | '<' | '>' | '<=' | '>='; readonly left: Expression; readonly right: Expression; readonly at: Span }
  /** Arithmetic, and what else is of no consequence to headers. */
  | { readonly e: 'other'; readonly at: Span };
