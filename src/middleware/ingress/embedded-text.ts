import { scalarOf, type YamlFile } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';

/** A piece of another language's text: written in a YAML file, or what a controller puts around such texts. */
export interface Piece {
  readonly text: string;
  /** Where it stands, or what it comes from. */
  readonly at: Span;
  /** The text stands there sign by sign. */
  readonly verbatim: boolean;
}

/** The text of a scalar as it stands in its file, indentation included; another one where it is quoted or folded. */
export function pieceOf(file: YamlFile, value: Value & { readonly kind: 'string' }): Piece {
  const scalar = scalarOf(file, value.at);
  const { text } = file.source;
  if (scalar?.style === 'literal') {
    const start = text.indexOf('\n', scalar.at.start) + 1;
    if (start > 0 && start <= scalar.at.end) return { text: text.slice(start, scalar.at.end), at: { file: file.file, start, end: scalar.at.end }, verbatim: true };
  }
  const inner = text.slice(value.at.start, value.at.end).indexOf(value.value);
  // An edit there would have to know of quotes: only its places are used.
  if (inner !== -1 && !value.value.includes('\n')) return { text: value.value, at: { file: file.file, start: value.at.start + inner, end: value.at.start + inner + value.value.length }, verbatim: true };
  return { text: value.value, at: value.at, verbatim: false };
}

/** Pieces put together to one text, and where its parts come from. */
export class EmbeddedText {
  readonly text: string;
  readonly #pieces: readonly (Piece & { readonly from: number; readonly to: number })[];

  constructor(pieces: readonly Piece[]) {
    let from = 0;
    this.#pieces = pieces.map((piece) => {
      const placed = { ...piece, from, to: from + piece.text.length };
      from = placed.to;
      return placed;
    });
    this.text = pieces.map(({ text }) => text).join('');
  }

  /** The place in the file of a part of the text. */
  placeOf({ start, end }: Pick<Span, 'start' | 'end'>): Span {
    const piece = this.#pieces.find(({ from, to }) => from <= start && start < to) ?? this.#pieces.at(-1)!;
    if (!piece.verbatim) return piece.at;
    const shift = piece.at.start - piece.from;
    return { file: piece.at.file, start: start + shift, end: Math.min(end, piece.to) + shift };
  }

  /** The part of the text that stands at a place of the file; undefined for what stands in no piece. */
  partAt({ file, start, end }: Span): Span | undefined {
    const piece = this.#pieces.find(({ verbatim, at }) => verbatim && at.start <= start && end <= at.end);
    return piece === undefined ? undefined : { file, start: start - piece.at.start + piece.from, end: end - piece.at.start + piece.from };
  }

  /** Edits of the text as edits of the file; undefined where one is not in a piece that stands there. */
  editsOf(edits: readonly TextEdit[]): readonly TextEdit[] | undefined {
    const moved = edits.flatMap((edit) => {
      const piece = this.#pieces.find(({ verbatim, from, to }) => verbatim && from <= edit.start && edit.end <= to);
      return piece === undefined ? [] : [{ ...edit, start: edit.start - piece.from + piece.at.start, end: edit.end - piece.from + piece.at.start }];
    });
    return moved.length === edits.length ? moved : undefined;
  }

  /** The same data with the places of the file. */
  placed<T>(data: T): T {
    return moved(data, (span) => this.placeOf(span));
  }
}

/** Plain data with other places. */
export function moved<T>(data: T, place: (span: Span) => Span): T {
  return JSON.parse(JSON.stringify(data), (_key, value: unknown) => (isSpan(value) ? { ...value, ...place(value) } : value));
}

function isSpan(value: unknown): value is Span {
  return typeof value === 'object' && value !== null && 'file' in value && 'start' in value && 'end' in value && typeof value.file === 'string' && typeof value.start === 'number' && typeof value.end === 'number';
}
