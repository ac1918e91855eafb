/** A text with places for what differs from request to request: `Method {method} is not allowed`. */
export interface Template {
  /** The fixed parts, and between them the names of the places. */
  readonly parts: readonly (string | { readonly hole: Hole })[];
}

/** What a message may tell. The names of places that say what a header held are those of the headers. */
export type Hole = (typeof HOLES)[number];

const HOLES = ['url', 'firstUrl', 'location', 'origin', 'page', 'server', 'initiator', 'method', 'header', 'status', 'allowOrigin', 'allowCredentials', 'allowMethods', 'allowHeaders', 'any'] as const;

export type Told = Readonly<Partial<Record<Hole, string>>>;

/** Longer texts stand in no place. */
const MOST = 8192;

/** What may stand in a place: a status, something without blanks, or anything. */
const STATUS = /(?:\d{1,3}|\(null\))/y;
const ANYTHING: ReadonlySet<Hole> = new Set(['initiator', 'allowOrigin', 'allowCredentials', 'allowMethods', 'allowHeaders', 'any']);

/** @throws {RangeError} for a place that has no such name */
export function template(text: string): Template {
  const parts = text.split(/(\{\w+\})/).filter((part) => part !== '').map((part) => (/^\{\w+\}$/.test(part) ? { hole: holeNamed(part.slice(1, -1)) } : plainQuotes(part)));
  return { parts };
}

function holeNamed(name: string): Hole {
  const hole = HOLES.find((known) => known === name);
  if (hole === undefined) throw new RangeError(`no place is called ${name}`);
  return hole;
}

/** One kind of quotation marks: versions differ in theirs, and so do editors that a message goes through. */
export function plainQuotes(text: string): string {
  return text.replace(/[\u2018\u2019\u201b`\u00b4]/g, "'").replace(/[\u201c\u201d]/g, '"');
}

/**
 * Does a text, whose quotation marks are plain, have the template's words from `start` on? A place ends where the fixed part
 * behind it is first found: the time is that of looking for each part once.
 */
export function matchAt(text: string, start: number, { parts }: Template): { readonly told: Told; readonly end: number } | undefined {
  const told: Partial<Record<Hole, string>> = {};
  let at = start;
  for (const [index, part] of parts.entries()) {
    if (typeof part === 'string') {
      if (!text.startsWith(part, at)) return undefined;
      at += part.length;
      continue;
    }
    const end = endOf(text, at, part.hole, parts[index + 1]);
    if (end === undefined) return undefined;
    const found = text.slice(at, end);
    if (!ANYTHING.has(part.hole) && /\s/.test(found)) return undefined;
    if (told[part.hole] !== undefined && told[part.hole] !== found) return undefined;
    told[part.hole] = found;
    at = end;
  }
  return { told, end: at };
}

function endOf(text: string, at: number, hole: Hole, next: Template['parts'][number] | undefined): number | undefined {
  if (hole === 'status') {
    STATUS.lastIndex = at;
    return STATUS.test(text) ? STATUS.lastIndex : undefined;
  }
  // The last place takes what has no blank, but for the full stop.
  if (typeof next !== 'string') return at + /^\S*/.exec(text.slice(at, at + MOST))![0].length;
  if (next === '.') {
    const word = /^\S*/.exec(text.slice(at, at + MOST))![0];
    return word.endsWith('.') ? at + word.length - 1 : undefined;
  }
  const found = text.slice(at, at + MOST + next.length).indexOf(next);
  return found === -1 ? undefined : at + found;
}
