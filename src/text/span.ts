/** A piece of one file: UTF-16 offsets into the text as it stands on disk (a byte order mark counts as one), half-open. */
export interface Span {
  /** Path with `/`, relative to the root of the run. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end;
}

/** One text for each place: the same for the same span. */
export function spanKey({ file, start, end }: Span): string {
  return `${file}:${start}-${end}`;
}

export function contains(outer: Span, inner: Span): boolean {
  return outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end;
}

/** Plain data as text without the places in it: the same for what says the same, wherever it is written. */
export function withoutPlaces(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isPlace(inner) ? undefined : inner));
}

function isPlace(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'file' in value && 'start' in value && 'end' in value;
}
