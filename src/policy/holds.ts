import { admits, every, negate, some, type Decide, type Membership } from '../origins/membership.js';
import type { Guard, PathChange } from './program.js';

/** A request as a server sees it. Header names are lower-case; a name may stand twice. */
export interface HttpRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Scheme, host and port that the request came to, as a serialised origin; where it matters. */
  readonly target?: string;
}

/** Null when absent; several lines are joined with a comma and a blank. */
export function requestHeader(request: HttpRequest, name: string): string | null {
  let found: string | null = null;
  for (const [candidate, text] of request.headers) if (candidate === name) found = found === null ? text : `${found}, ${text}`;
  return found;
}

/** Items of a comma-separated request header, without the blanks around them. */
export function itemsOf(request: HttpRequest, name: string): string[] {
  return (requestHeader(request, name) ?? '').split(',').map((item) => item.trim()).filter((item) => item !== '');
}

/** The request's host without port. */
export function hostOf(request: HttpRequest): string {
  return (requestHeader(request, 'host') ?? '').replace(/:\d+$/, '').toLowerCase();
}

/** The path that a redirect inside makes of the request's own. */
export function changedPath(path: string, change: PathChange | undefined): string {
  if (change === undefined) return path;
  return `${path.startsWith(change.prefix) ? change.by + path.slice(change.prefix.length) : path}${change.tail}`;
}

/** Does the guard hold for the request? Yes, no, or the fact on which it depends. */
export function holds(guard: Guard, request: HttpRequest, decide: Decide): Membership {
  switch (guard.g) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'and':
      return every(guard.of, (part) => holds(part, request, decide));
    case 'or':
      return some(guard.of, (part) => holds(part, request, decide));
    case 'not':
      return negate(holds(guard.of, request, decide));
    case 'method':
      return guard.in.includes(request.method);
    case 'origin':
      return admits(guard.in, requestHeader(request, 'origin'), decide);
    case 'header':
      return admits(guard.in, requestHeader(request, guard.name), decide);
    case 'every-item':
      return every(itemsOf(request, guard.name), (item) => admits(guard.in, item, decide));
    case 'some-item':
      return some(itemsOf(request, guard.name), (item) => admits(guard.in, item, decide));
    case 'path':
      return admits(guard.in, changedPath(request.path, guard.as), decide);
    case 'host':
      return admits(guard.in, hostOf(request), decide);
    case 'same-origin':
      return request.target !== undefined && requestHeader(request, 'origin') === request.target;
    case 'fact':
      return decide(guard.fact) ?? guard.fact;
  }
}
