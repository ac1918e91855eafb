import type { OriginSet } from '../origins/origin-set.js';
import type { Guard } from '../policy/program.js';
import type { Span } from '../text/span.js';

/** Requests that a path stands for, and one path among them to ask about. */
export interface Place {
  readonly when: Guard;
  readonly sample: string;
  /** Names of the parameters in it. */
  readonly parameters: readonly string[];
}

/** `\x`, `:name(pattern)?`, `(pattern)?`, each with the `/` or `.` before it, `{…}?`, or one character. */
const PIECE = /\\(.)|([/.])?(?::(\w+)(\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\([^()]*\))*\))*\))?|(\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\([^()]*\))*\))*\)))([?*+])?|[{]|\}[?*+]?|(.)/gs;

/** What a parameter may hold where nobody says it. */
const SAMPLES = ['x', '1', 'en', 'api', 'en-US'];

/** How a product calls the package: which letters end a parameter, whether case matters and a slash may follow. */
export interface PathDialect {
  readonly parameter: string;
  readonly flags: '' | 'i';
  readonly end: string;
}

/** Next.js: https://nextjs.org/docs/app/api-reference/config/next-config-js/headers#path-matching */
export const NEXT: PathDialect = { parameter: '[^/#?]+?', flags: 'i', end: '/?' };

/** Vercel: `sourceToRegex` of `@vercel/routing-utils` 6 (`strict`, `sensitive`, `delimiter: '/'`). */
export const VERCEL: PathDialect = { parameter: '[^/]+?', flags: '', end: '' };

/** Longer than any path that a person writes: not read. */
const MAX_SOURCE = 4096;

/** A `source` or `matcher` in the language of path-to-regexp 6; undefined for one that is not read. */
export function placeOf(source: string, { parameter, flags, end }: PathDialect, at: Span): Place | undefined {
  if (source.length > MAX_SOURCE) return undefined;
  const parameters: string[] = [];
  let pattern = '';
  const samples: (readonly string[])[] = [];
  for (const [piece, escaped, before = '', name, own, bare, many = '', plain] of source.matchAll(PIECE)) {
    if (name === undefined && bare === undefined) {
      const text = escaped ?? plain ?? '';
      pattern += piece === '{' ? '(?:' : piece.startsWith('}') ? `)${piece.slice(1)}` : quoted(text);
      samples.push([text]);
      continue;
    }
    if (name !== undefined) parameters.push(name);
    const inner = (own ?? bare)?.slice(1, -1) ?? parameter;
    const prefix = quoted(before);
    const repeated = many === '*' || many === '+' ? `(?:${inner})(?:${prefix}(?:${inner}))*` : `(?:${inner})`;
    pattern += many === '*' || many === '?' ? `(?:${prefix}${repeated})?` : prefix + repeated;
    samples.push(samplesOf(inner).map((sample) => before + sample));
  }
  const whole = `^${pattern}${end}$`;
  return { when: { g: 'path', in: regex(whole, flags, at) }, sample: sampleOf(samples, whole, flags), parameters };
}

/** A set of paths. */
export function regex(source: string, flags: string, at: Span): OriginSet {
  return { s: 'regex', source, flags, dialect: 'js', use: 'search', subject: 'origin', at };
}

/** The text as a pattern of itself. */
export function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Texts that fit a pattern of the author's: the first of several words, or what is usual. */
function samplesOf(pattern: string): readonly string[] {
  const [word] = /^[\w-]+(?=(?:\|[\w-]+)*$)/.exec(pattern) ?? [];
  if (word !== undefined) return [word];
  try {
    const expression = new RegExp(`^(?:${pattern})$`);
    const fitting = SAMPLES.filter((sample) => expression.test(sample));
    return fitting.length > 0 ? fitting : SAMPLES;
  } catch {
    return SAMPLES;
  }
}

/** The first path that fits, its parameters holding the first of their texts, then the second, … */
function sampleOf(samples: readonly (readonly string[])[], pattern: string, flags: string): string {
  const candidates = SAMPLES.map((_, index) => samples.map((options) => options[Math.min(index, options.length - 1)] ?? '').join('') || '/');
  try {
    const expression = new RegExp(pattern, flags);
    return candidates.find((candidate) => expression.test(candidate)) ?? candidates[0]!;
  } catch {
    return candidates[0]!;
  }
}
