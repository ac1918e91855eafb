import { exact, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';

/**
 * Whom an entry of several origins lets in: in the template that Serverless writes, `$origin.matches("…")`, a pattern of
 * Java against the whole text, dots escaped and only the first `*` made `.+`. Quotes and signs of the template language
 * itself would end that text.
 */
export function templateSet(entry: string, at: Span): OriginSet {
  if (entry === '*') return PRESENT;
  if (/["$#\\]/.test(entry)) return { s: 'dynamic', why: factOf(unknown('unsupported-syntax', `what the template makes of \`${entry}\``, at)), lower: { s: 'none' }, upper: { s: 'any' }, exactTexts: false, at };
  if (!/[*+?()[\]{}|^]/.test(entry)) return exact(entry, at);
  // `.+` is one character at least: only in front of a dot, or of nothing, it is what a glob is.
  if (/^[a-z]+:\/\/\*(?:\.[^+?()[\]{}|^*]*)?$/.test(entry)) return { s: 'glob', text: entry, star: 'any-text', ignoreCase: false, ports: 'as-written', at };
  return { s: 'regex', source: entry.replaceAll('.', '[.]').replace('*', '.+'), flags: '', dialect: 'java', use: 'full', subject: 'origin', at };
}
