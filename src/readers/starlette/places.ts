import type { OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** Which requests a route or a mounted app sees: by their path, and when it is added at all. */
export interface Place {
  readonly when: Guard;
  /** The pattern up to here, without the guard of its path; undefined below a path that is not known. */
  readonly pattern: string | undefined;
  /** A path to ask about. */
  readonly sample: string;
}

export const ROOT: Place = { when: ALWAYS, pattern: '', sample: '' };

/** `{name}`, `{name:path}` (starlette/convertors.py). */
const PARAMETER = /\{[^}:]*(?::(\w+))?\}/g;
const CONVERTORS: Readonly<Record<string, { readonly source: string; readonly sample: string }>> = {
  str: { source: '[^/]+', sample: 'x' },
  path: { source: '.*', sample: 'x' },
  int: { source: '[0-9]+', sample: '1' },
  float: { source: '[0-9]+(?:\\.[0-9]+)?', sample: '1' },
  uuid: { source: '[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}', sample: '11111111-1111-1111-1111-111111111111' },
};

/**
 * A path below another one: of a route (`whole`), of a mounted app (all below it), or the prefix of a router, which
 * says nothing by itself. Paths mind the case, and a slash at the end (starlette/routing.py `compile_path`).
 */
export function placeBelow(outer: Place, path: Value | undefined, whole: boolean | 'prefix'): Place {
  if (path?.kind !== 'string' || outer.pattern === undefined) {
    const own = path?.kind === 'string' ? sampleOf(path.value) : '';
    const fact = factOf(unknown('dynamic-key', 'a path put together at run time', path?.at ?? { file: '', start: 0, end: 0 }));
    return { when: whole === 'prefix' ? outer.when : whenAll(outer.when, { g: 'fact', fact }), pattern: undefined, sample: `${outer.sample}${own}` };
  }
  const text = `${outer.pattern}${whole === false ? path.value.replace(/\/+$/, '') : path.value}`;
  const sample = sampleOf(text);
  if (whole === 'prefix' || (whole === false && text === '')) return { ...outer, pattern: text, sample };
  return { when: whenAll(outer.when, { g: 'path', in: setOf(whole ? text : `${text}/`, whole, path.at) }), pattern: text, sample };
}

/** Can a request belong to both? Told by their segments. */
export function mayOverlap(a: Place, b: Place): boolean {
  if (a.pattern === undefined || b.pattern === undefined) return true;
  const [ours, theirs] = [a.pattern.split('/'), b.pattern.split('/')];
  for (let index = 0; index < Math.max(ours.length, theirs.length); index += 1) {
    const [x, y] = [ours[index], theirs[index]];
    if (x?.includes(':path}') === true || y?.includes(':path}') === true) return true;
    if (x === undefined || y === undefined || (x !== y && !x.includes('{') && !y.includes('{'))) return false;
  }
  return true;
}

function sampleOf(path: string): string {
  return path.replace(PARAMETER, (_text, convertor: string | undefined) => CONVERTORS[convertor ?? 'str']?.sample ?? 'x');
}

function setOf(text: string, whole: boolean, at: Value['at']): OriginSet {
  if (!/\{/.test(text)) return whole ? { s: 'exact', text, comparison: [], at } : { s: 'prefix', text, subject: 'origin', ignoreCase: false, at };
  const pieces = text.split(/(\{[^}]*\})/).map((piece) => (piece.startsWith('{') ? (CONVERTORS[/:(\w+)\}$/.exec(piece)?.[1] ?? 'str']?.source ?? '[^/]+') : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return { s: 'regex', source: `${pieces.join('')}${whole ? '' : '.*'}`, flags: '', dialect: 'python', use: 'full', subject: 'origin', at };
}
