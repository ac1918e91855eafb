import { anyOf, exact, type OriginSet } from '../origins/origin-set.js';
import type { Span } from '../text/span.js';

/** Where the configuration stands is not the linted text's business. */
const CONFIGURATION: Span = { file: '', start: 0, end: 0 };

const sets = new Map<string, OriginSet>();

/**
 * The origins that a configuration calls its own: whole origins, `null`, or patterns in which `*` stands for any part
 * of a host below its domain or for any port. The same texts give the same set.
 */
export function trustedSet(texts: readonly string[]): OriginSet {
  const key = texts.join('\n');
  let set = sets.get(key);
  if (set === undefined) sets.set(key, (set = anyOf(texts.map(setOf))));
  return set;
}

function setOf(text: string): OriginSet {
  if (!text.includes('*')) return exact(text, CONFIGURATION);
  return { s: 'glob', text, star: 'any-text', ignoreCase: false, ports: 'as-written', at: CONFIGURATION };
}
