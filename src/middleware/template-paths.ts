import { ALWAYS, type Guard } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { factOf, unknown, type Value } from '../values/value.js';

/** The paths of a route, and one of them to ask about. */
export interface TemplatePath {
  readonly when: Guard;
  readonly sample: string;
  /** Texts come before parameters, and these before what takes several segments: the higher, the later. */
  readonly rank: number;
}

/**
 * The paths that a template of texts and parameters stands for. `parameter` finds one (with the global flag) and says in
 * its first group whether it takes several segments; `end` is what may follow.
 */
export function templatePath(path: Value | undefined, prefix: string, parameter: RegExp, end: string, at: Span): TemplatePath {
  if (path === undefined) return { when: ALWAYS, sample: '/', rank: 0 };
  if (path.kind !== 'string') return { when: { g: 'fact', fact: factOf(path.kind === 'unknown' || path.kind === 'env' ? path : unknown('dynamic-key', 'a path put together at run time', at)) }, sample: '/', rank: 0 };
  const text = `${prefix}${path.value}` || '/';
  const texts = text.split(parameter);
  // Splitting by a pattern with one group gives texts and groups by turns.
  const source = texts.map((part, index) => (index % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : part === '+' ? '.+' : '[^/]+')).join('');
  const sample = texts.map((part, index) => (index % 2 === 0 ? part : 'x')).join('');
  return { when: { g: 'path', in: { s: 'regex', source: `^${source}${end}$`, flags: '', dialect: 'js', use: 'search', subject: 'origin', at: path.at } }, sample, rank: texts.reduce((sum, part, index) => sum + (index % 2 === 0 ? 0 : part === '+' ? 100 : 1), 0) };
}
