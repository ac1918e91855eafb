import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

/** One file. */
export interface HoconFile {
  readonly file: string;
  readonly source: SourceText;
  readonly files: Files;
  readonly root: HoconObject;
}

export type HoconNode = HoconObject | HoconArray | HoconText | Substitution | Concatenation;

export interface HoconObject {
  readonly kind: 'object';
  readonly entries: readonly (Field | Include)[];
  readonly at: Span;
}

/** `a.b = value`, `a.b += value`, `a.b { … }`. */
export interface Field {
  readonly kind: 'field';
  readonly path: readonly string[];
  readonly adds: boolean;
  readonly value: HoconNode;
  /** Path and value. */
  readonly at: Span;
}

/** `include "other.conf"`. */
export interface Include {
  readonly kind: 'include';
  readonly what: string;
  /** A URL is not in the repository. */
  readonly from: 'file' | 'classpath' | 'url' | 'either';
  readonly at: Span;
}

export interface HoconArray {
  readonly kind: 'array';
  readonly items: readonly HoconNode[];
  readonly at: Span;
}

export interface HoconText {
  readonly kind: 'text';
  readonly value: string;
  /** Without quotes a text may be a number, a boolean or null. */
  readonly quotes: '' | '"' | '"""';
  /** As written, with the quotes. */
  readonly at: Span;
}

/** `${a.b}`, `${?a.b}`. */
export interface Substitution {
  readonly kind: 'substitution';
  readonly path: readonly string[];
  readonly optional: boolean;
  readonly at: Span;
}

/** Several in a row: texts make a text, arrays an array, objects an object. */
export interface Concatenation {
  readonly kind: 'concatenation';
  readonly parts: readonly Exclude<HoconNode, Concatenation>[];
  readonly at: Span;
}
