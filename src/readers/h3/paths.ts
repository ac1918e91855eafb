import type { OriginSet } from '../../origins/origin-set.js';
import { holds } from '../../policy/holds.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** Where a layer or a route applies: the paths, and one path to ask about. */
export interface Place {
  readonly when: Guard;
  readonly sample: string;
  /** What stands before the paths of what is mounted here; undefined where it is no text. */
  readonly base: string | undefined;
}

export const ROOT: Place = { when: ALWAYS, sample: '/', base: '' };

/** `app.use(path, …)` of version 1: all paths that begin so, also in the middle of a word. */
export function beginningWith(path: Value | undefined, outer: Place): Place {
  if (path === undefined) return outer;
  if (path.kind !== 'string' || outer.base === undefined) return { ...outer, when: whenAll(outer.when, opaque(path.at)), base: undefined };
  const own = path.value.replace(/\/$/, '');
  if (own.length <= 1) return outer;
  const base = outer.base + (own.startsWith('/') ? own : `/${own}`);
  return { when: whenAll(outer.when, { g: 'path', in: { s: 'prefix', text: base, subject: 'origin', ignoreCase: false, at: path.at } }), sample: base, base };
}

/** Requests below a base whose name ends there: mounted apps of version 2, `useBase`. */
export function below(path: Value | undefined, outer: Place): Place {
  if (path === undefined) return outer;
  if (path.kind !== 'string' || outer.base === undefined) return { ...outer, when: whenAll(outer.when, opaque(path.at)), base: undefined };
  const own = path.value.replace(/\/$/, '');
  if (own === '') return outer;
  const base = outer.base + (own.startsWith('/') ? own : `/${own}`);
  return { when: whenAll(outer.when, matching(`${base}/**`, path.at, false)), sample: base, base };
}

/** Requests whose whole path fits a pattern of the router, below what is mounted. */
export function fitting(path: Value | undefined, outer: Place, major: 1 | 2): Place {
  if (path === undefined) return outer;
  if (path.kind !== 'string' || outer.base === undefined) return { ...outer, when: whenAll(outer.when, opaque(path.at)), base: undefined };
  const whole = outer.base + (path.value.startsWith('/') ? path.value : `/${path.value}`);
  return { when: whenAll(outer.when, /^\/?\*\*/.test(path.value) ? matching(whole, path.at, false) : routed(whole, path.at, major)), sample: sampleOf(whole), base: undefined };
}

/** The paths that a route serves: the router of version 1 finds nothing for `/files/**` where nothing follows. */
export function routed(pattern: string, at: Span, major: 1 | 2): Guard {
  return matching(pattern, at, major === 1);
}

/** Patterns of radix3 and rou3: `:name` and `*` are one segment, `**` and `**:name` all that follow; must something follow? */
export function matching(pattern: string, at: Span, follows: boolean): Guard {
  if (/^\/\*\*/.test(pattern)) return ALWAYS;
  const body = segmentsOf(pattern).map((segment) => (segment.startsWith('**') ? (follows ? '/.+' : '(?:/.*)?') : `/${bodyOf(segment)}`)).join('');
  const set: OriginSet = { s: 'regex', source: `^${body}/?$`, flags: '', dialect: 'js', use: 'search', subject: 'origin', at };
  return { g: 'path', in: set };
}

/** Does a path fit a pattern? */
export function patternFits(pattern: string, path: string): boolean {
  return holds(matching(pattern, { file: '', start: 0, end: 0 }, false), { method: 'GET', path, headers: [] }, () => undefined) === true;
}

function bodyOf(segment: string): string {
  return segment === '*' ? '[^/]*' : segment.replace(/:\w+(?:\(([^)]*)\))?\??|[^:]+/g, (piece, group?: string) => (piece.startsWith(':') ? `(?:${group ?? '[^/]+?'})${piece.endsWith('?') ? '?' : ''}` : piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')));
}

export function sampleOf(pattern: string): string {
  if (/^\/?\*\*/.test(pattern)) return '/';
  const segments = segmentsOf(pattern).map((segment) => (segment.startsWith('**') ? 'x' : segment === '*' ? '1' : segment.replace(/:\w+(?:\([^)]*\))?\??/g, '1')));
  return `/${segments.join('/')}`;
}

/** More fitting patterns come first: a name before a parameter, a parameter before all that follow. */
export function breadth(pattern: string): number {
  return segmentsOf(pattern).reduce((sum, segment) => sum + (segment.startsWith('**') ? 1000 : /^\*|:/.test(segment) ? 10 : -1), 0);
}

function segmentsOf(pattern: string): readonly string[] {
  return pattern.split('/').filter((segment) => segment !== '');
}

function opaque(at: Span): Guard {
  return { g: 'fact', fact: factOf(unknown('dynamic-key', 'a path put together at run time', at)) };
}

/** Where Nitro serves a file: a route with its method, middleware, or neither. */
export type FileRole =
  | { readonly is: 'route'; readonly pattern: string; readonly method: string | undefined }
  | { readonly is: 'middleware' };

/** `server/api/users/[id].get.ts` → GET `/api/users/:id` (https://nitro.build/guide/routing). */
export function fileRole(file: string): FileRole | undefined {
  const found = /(?:^|\/)(api|routes|middleware)\/(.+)\.[cm]?[jt]sx?$/.exec(file);
  const [, folder, rest] = found ?? [];
  if (folder === undefined || rest === undefined || /\.(?:test|spec|d)$/.test(rest)) return undefined;
  if (folder === 'middleware') return { is: 'middleware' };
  const named = /^(.*?)(?:\.(get|head|post|put|patch|delete|options|connect|trace))?(?:\.(?:dev|prod|prerender))?$/.exec(rest);
  const segments = (named?.[1] ?? rest).split('/').filter((segment) => !/^\(.*\)$/.test(segment));
  if (segments.at(-1) === 'index') segments.pop();
  const path = segments.map((segment) => segment.replace(/\[\.\.\.(\w*)\]/g, (_all, name: string) => `**${name === '' ? '' : `:${name}`}`).replace(/\[(\w+)\]/g, ':$1'));
  return { is: 'route', pattern: `/${[...(folder === 'api' ? ['api'] : []), ...path].join('/')}`, method: named?.[2]?.toUpperCase() };
}
