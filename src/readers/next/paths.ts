import type { OriginSet } from '../../origins/origin-set.js';
import type { Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/** Requests that a path stands for, and one path among them to ask about. */
export interface Place {
  readonly when: Guard;
  readonly sample: string;
  /** Names of the parameters in it. */
  readonly parameters: readonly string[];
}

/** `\x`, `:name(pattern)?`, `(pattern)?`, each with the `/` or `.` before it, braces, or one character. */
const PIECE = /\\(.)|([/.])?(?::(\w+)(\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\([^()]*\))*\))*\))?|(\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\([^()]*\))*\))*\)))([?*+])?|[{}]|(.)/gs;

/** What a parameter may hold where nobody says it. */
const SAMPLES = ['x', '1', 'en', 'api', 'en-US'];

/**
 * A `source` or `matcher` of Next.js: path-to-regexp 6, case ignored, a slash at the end allowed
 * (https://nextjs.org/docs/app/api-reference/config/next-config-js/headers#path-matching).
 */
export function placeOf(source: string, at: Span): Place {
  const parameters: string[] = [];
  let pattern = '';
  const samples: (readonly string[])[] = [];
  for (const [piece, escaped, before = '', name, own, bare, many = '', plain] of source.matchAll(PIECE)) {
    if (name === undefined && bare === undefined) {
      const text = escaped ?? plain ?? '';
      pattern += piece === '{' ? '(?:' : piece === '}' ? ')' : quoted(text);
      samples.push([text]);
      continue;
    }
    if (name !== undefined) parameters.push(name);
    const inner = (own ?? bare)?.slice(1, -1) ?? '[^/#?]+?';
    const prefix = quoted(before);
    const repeated = many === '*' || many === '+' ? `(?:${inner})(?:${prefix}(?:${inner}))*` : `(?:${inner})`;
    pattern += many === '*' || many === '?' ? `(?:${prefix}${repeated})?` : prefix + repeated;
    samples.push(samplesOf(inner).map((sample) => before + sample));
  }
  const whole = `^${pattern}/?$`;
  return { when: { g: 'path', in: regex(whole, 'i', at) }, sample: sampleOf(samples, whole), parameters };
}

/** The path of a file below `app/` or `pages/`: groups and slots are no part of it, `[name]` stands for one piece, `[...name]` for more. */
export function fileRoute(path: string, at: Span): Place {
  const pieces = path.split('/').filter((piece) => piece !== '' && !/^(?:\(.*\)|@.*)$/.test(piece));
  const patterns = pieces.map((piece) => {
    if (/^\[\[\.\.\..+\]\]$/.test(piece)) return '(?:/.+)?';
    if (/^\[\.\.\..+\]$/.test(piece)) return '/.+';
    return /^\[.+\]$/.test(piece) ? '/[^/]+' : `/${quoted(piece)}`;
  });
  const sample = pieces.map((piece) => (/^\[/.test(piece) ? '/x' : `/${piece}`)).join('') || '/';
  const text = pieces.some((piece) => piece.startsWith('[')) ? undefined : sample;
  return { when: { g: 'path', in: text === undefined ? regex(`^${patterns.join('')}$`, '', at) : { s: 'exact', text, comparison: [], at } }, sample, parameters: [] };
}

function regex(source: string, flags: string, at: Span): OriginSet {
  return { s: 'regex', source, flags, dialect: 'js', use: 'search', subject: 'origin', at };
}

function quoted(text: string): string {
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
function sampleOf(samples: readonly (readonly string[])[], pattern: string): string {
  const candidates = SAMPLES.map((_, index) => samples.map((options) => options[Math.min(index, options.length - 1)] ?? '').join('') || '/');
  try {
    const expression = new RegExp(pattern, 'i');
    return candidates.find((candidate) => expression.test(candidate)) ?? candidates[0]!;
  } catch {
    return candidates[0]!;
  }
}
