import type { RegexValue } from '../../values/value.js';

/** So many steps a pattern of the code may take on a constant of the code. */
const MAX_STEPS = 50_000_000;

/**
 * The pattern, to be run on a text that stands in the code, too; undefined where that could take long. A repetition of
 * something that can match in several ways may take exponentially long; each other one multiplies by the text's length.
 */
export function runnable({ source, flags }: RegexValue, text: string): RegExp | undefined {
  const plain = source.replace(/\\./gs, 'x').replace(/\[[^\]]*\]/g, 'x');
  const simple = /\((?:\?[:=!]|\?<[=!]?[^>]*>)?[^()|*+?{]*\)(?:[*+]|\{)/g;
  if (/\)(?:[*+]|\{)/.test(plain.replace(simple, '*'))) return undefined;
  const repetitions = plain.match(/[*+]|\{\d*,/g)?.length ?? 0;
  if (text.length ** (repetitions + 1) > MAX_STEPS) return undefined;
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}
