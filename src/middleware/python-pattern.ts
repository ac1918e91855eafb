import { patternOf } from '../origins/regex.js';

/** Would `re.compile` raise? Patterns that only cannot be reasoned about are fine. */
export function isRefused(source: string, flags: string): boolean {
  const pattern = patternOf({ source, flags, dialect: 'python', use: 'match-prefix' });
  return 'detail' in pattern && /nothing to repeat|without an end|quantifier of a quantifier|backslash at the end|unmatched|out of order/.test(pattern.detail);
}
