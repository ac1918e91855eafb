import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** Where a route applies: the paths, and one path to ask about. */
export interface Place {
  readonly when: Guard;
  readonly sample: string;
}

/** The paths that a route pattern fits, as the router makes a regular expression of it. Routers inside others name whole paths. */
export function placeOf(base: string | undefined, path: Value | undefined, outer: Guard, at: Span): Place {
  if (path?.kind !== 'string' || base === undefined) return { when: whenAll(outer, { g: 'fact', fact: factOf(unknown('dynamic-key', 'a path put together at run time', at)) }), sample: '/' };
  const pattern = (base + path.value).replace(/\/+(\/|$)/g, '$1');
  if (pattern === '*' || pattern === '/*') return { when: outer, sample: '/' };
  const source = pattern
    .replace(/(\/?\.?):(\w+)\+/g, '($1(?<$2>*))')
    .replace(/(\/?\.?):(\w+)/g, '($1(?<$2>[^$1/]+?))')
    .replace(/\./g, '\\.')
    .replace(/(\/?)\*/g, '($1.*)?');
  const guard: Guard = { g: 'path', in: { s: 'regex', source: `^${source}/*$`, flags: '', dialect: 'js', use: 'search', subject: 'origin', at: path.at } };
  return { when: whenAll(outer, guard), sample: sampleOf(pattern) };
}

function sampleOf(pattern: string): string {
  const sample = pattern.replace(/:\w+\+?\??/g, '1').replace(/\*/g, 'x').replace(/\?/g, '');
  return sample === '' ? '/' : sample;
}

export const EVERYWHERE: Place = { when: ALWAYS, sample: '/' };
