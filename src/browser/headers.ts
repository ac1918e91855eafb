/** A response header line: its text, or null when the line is there and its text is not known. Names in any case. */
export type HeaderLine = readonly [name: string, text: string | null];

const BLANKS = /^[\t ]+|[\t ]+$/g;
const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;

/** One answer is judged for many requests: what is told of its headers is remembered by their names. */
function byName<Told>(tell: (headers: readonly HeaderLine[], name: string) => Told): (headers: readonly HeaderLine[], name: string) => Told {
  const all = new WeakMap<readonly HeaderLine[], Map<string, Told>>();
  return (headers, name) => {
    let known = all.get(headers);
    if (known === undefined) all.set(headers, (known = new Map()));
    if (!known.has(name)) known.set(name, tell(headers, name));
    return known.get(name)!;
  };
}

/** The lines of one name, blanks around the values removed (Fetch, "normalize"). */
export const linesOf: (headers: readonly HeaderLine[], name: string) => readonly (string | null)[] = byName((headers, name) => headers.filter(([candidate]) => candidate.toLowerCase() === name).map(([, text]) => text?.replace(BLANKS, '') ?? null));

/** Fetch, "get": lines joined with a comma and a blank; undefined when absent, null when a line is not known. */
export function get(headers: readonly HeaderLine[], name: string): string | null | undefined {
  const lines = linesOf(headers, name);
  if (lines.length === 0) return undefined;
  return lines.includes(null) ? null : lines.join(', ');
}

/** Fetch, "extract header list values" for lists of tokens: undefined when absent, null when not known, `failure`. */
export const extractList: (headers: readonly HeaderLine[], name: string) => readonly string[] | 'failure' | null | undefined = byName((headers, name) => {
  const lines = linesOf(headers, name);
  if (lines.length === 0) return undefined;
  const items = lines.flatMap((line) => (line ?? '').split(',').map((item) => item.replace(BLANKS, '')).filter((item) => item !== ''));
  if (items.some((item) => !TOKEN.test(item))) return 'failure';
  return lines.includes(null) ? null : items;
});

/** Seconds that a preflight is kept by the standard, before any limit, and by Chromium 156, Firefox 153 and WebKit. */
export interface MaxAge {
  readonly standard: number;
  readonly chromium: number;
  readonly firefox: number;
  /** Null: not known for such a text. */
  readonly webkit: number | null;
}

const LIMITS = { chromium: 7200, firefox: 86400, webkit: 600 };

/**
 * How long a preflight's answer is kept. Absent and unreadable values mean 5 seconds by the standard; engines differ
 * on unreadable ones: Firefox does not keep them, negative numbers are 0 in all three, Chromium takes `+600` for 600.
 * Null: the text is not known.
 */
export function maxAgeOf(headers: readonly HeaderLine[]): MaxAge | null {
  const lines = linesOf(headers, 'access-control-max-age');
  if (lines.includes(null)) return null;
  const [text] = lines;
  if (text === undefined || text === null) return { standard: 5, chromium: 5, firefox: 5, webkit: 5 };
  const digits = lines.length === 1 && /^\d+$/.test(text);
  if (digits) {
    const seconds = Number(text);
    const cut = (limit: number): number => Math.min(seconds, limit);
    return { standard: seconds, chromium: cut(LIMITS.chromium), firefox: cut(LIMITS.firefox), webkit: cut(LIMITS.webkit) };
  }
  if (lines.length === 1 && /^-\d+$/.test(text)) return { standard: 5, chromium: 0, firefox: 0, webkit: 0 };
  if (lines.length === 1 && /^\+\d+$/.test(text)) return { standard: 5, chromium: Math.min(Number(text), LIMITS.chromium), firefox: 0, webkit: null };
  if (lines.length === 1 && text === '') return { standard: 5, chromium: 5, firefox: 5, webkit: null };
  return { standard: 5, chromium: 5, firefox: 0, webkit: 5 };
}

/** CORS-safelisted response-header names (Fetch, section "HTTP header layer"). */
const ALWAYS_READABLE = ['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified', 'pragma'];

/** May script read this header of a response that it was given? Null: the list of exposed names is not known. */
export function isReadable(headers: readonly HeaderLine[], name: string, credentialed: boolean): boolean | null {
  const lower = name.toLowerCase();
  if (lower === 'set-cookie' || lower === 'set-cookie2') return false;
  if (ALWAYS_READABLE.includes(lower)) return true;
  const exposed = extractList(headers, 'access-control-expose-headers');
  if (exposed === null) return null;
  if (exposed === undefined || exposed === 'failure') return false;
  return exposed.some((item) => item.toLowerCase() === lower || (item === '*' && !credentialed));
}
