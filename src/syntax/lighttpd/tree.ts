import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { ConcatValue, EnvValue, StringValue } from '../../values/value.js';

/** One configuration: a file with what it includes, as lighttpd has it in memory after it has read everything. */
export interface LighttpdFile {
  readonly source: SourceText;
  readonly files: Files;
  /** The global scope first, then every block in the order in which they were first met. */
  readonly scopes: readonly Scope[];
  /** Files that were read as parts of this one. */
  readonly included: readonly string[];
  /** Includes whose files are not in view, `include_shell`, and variables that are set elsewhere. */
  readonly unread: readonly Unread[];
  /** Where a template, which is no configuration yet, could not be read further. */
  readonly template: Span | undefined;
}

export interface Unread {
  readonly at: Span;
  /** The path, the command or the name as written. */
  readonly what: string;
  readonly how: 'include' | 'include_shell' | 'variable';
}

/** The global scope, a conditional block, or an `else`. Blocks of one parent with the same condition are one. */
export interface Scope {
  readonly index: number;
  readonly parent: Scope | undefined;
  /** The block before it in a chain of `else`: this one counts only where that one and all before it do not. */
  readonly previous: Scope | undefined;
  /** How many blocks are around it, and how many before it in its chain. */
  readonly depth: number;
  readonly position: number;
  /** Absent: the global scope, and an `else` without a condition. */
  readonly condition: Condition | undefined;
  /** From the `$` (or the `else`) up to the `{`; the whole file for the global scope. */
  readonly at: Span;
  /** By lower-case name; variables without a dot are `var.name`. */
  readonly settings: ReadonlyMap<string, Setting>;
}

export type Operator = '==' | '!=' | '=~' | '!~' | '=^' | '=$';

/** `$HTTP["url"] =~ "^/api/"`. */
export interface Condition {
  /** `HTTP`, `REQUEST_HEADER`, `SERVER`. */
  readonly object: string;
  readonly field: string;
  readonly operator: Operator;
  readonly text: TextData;
}

/** What a scope says of one name, with what `+=` took from the scopes around it. */
export interface Setting {
  /** As written where it was last assigned. */
  readonly name: string;
  readonly nameAt: Span;
  readonly operator: '=' | '+=' | ':=';
  /** `=`, `+=` or `:=` itself. */
  readonly operatorAt: Span;
  readonly data: Data;
  /** The whole statement. */
  readonly at: Span;
}

export type Data = TextData | { readonly kind: 'number'; readonly value: number; readonly at: Span } | ListData;

export interface TextData {
  readonly kind: 'text';
  readonly value: StringValue | EnvValue | ConcatValue;
  /** As written, with the quotes when it is one literal. */
  readonly at: Span;
}

/** A list; keys are compared without regard to case, and a list has each only once. */
export interface ListData {
  readonly kind: 'list';
  readonly entries: readonly Entry[];
  /** With its parentheses. */
  readonly at: Span;
}

export interface Entry {
  readonly key?: string;
  readonly value: Data;
  /** The key and the value. */
  readonly at: Span;
}

/** The text, when nothing of it comes from the environment. */
export function knownText(data: Data | undefined): string | undefined {
  if (data?.kind === 'number') return String(data.value);
  return data?.kind === 'text' && data.value.kind === 'string' ? data.value.value : undefined;
}
