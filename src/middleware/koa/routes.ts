import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Event, Handle, Value } from '../../values/value.js';
import { placeOf, type Place } from '../express/paths.js';
import type { KoaPackages } from './packages.js';

const VERBS = new Set(['get', 'post', 'put', 'patch', 'delete', 'del', 'head', 'options', 'all', 'link', 'unlink']);
/** So many routers inside each other are followed. */
const MAX_NESTING = 8;

/** One layer of a router: a route, or (without methods) middleware for the routes that are matched. */
export interface RouterLayer {
  readonly place: Place;
  /** Of a route; null is every method. Undefined: middleware. */
  readonly methods: readonly string[] | null | undefined;
  readonly handlers: readonly Value[];
  readonly at: Span;
}

export interface RouterLayers {
  readonly layers: readonly RouterLayer[];
  /** Code that is not in view got the router: it may have more layers. */
  readonly complete: boolean;
  /** What was given the router, where its name speaks of CORS. */
  readonly escapes: readonly (Event & { kind: 'escape' })[];
}

/**
 * The layers of `@koa/router`, those of nested routers in their places. Middleware of a router runs for matched routes
 * only (https://github.com/koajs/router): not for OPTIONS, unless a route serves it.
 */
export function layersOf(router: Handle, outer: Place, packages: KoaPackages, events: readonly Event[], depth = MAX_NESTING): RouterLayers {
  const layers: RouterLayer[] = [];
  const escapes: (Event & { kind: 'escape' })[] = [];
  let complete = true;
  const own = events.filter((event): event is Event & { kind: 'call' | 'escape' } => (event.kind === 'call' || event.kind === 'escape') && event.receiver === router);
  const base = prefixed(router, own, outer, packages);
  for (const event of own) {
    if (event.kind === 'escape') {
      complete = false;
      escapes.push(event);
      continue;
    }
    const { method, args, at } = event;
    const condition = guardOf(event.when);
    const add = (place: Place, methods: RouterLayer['methods'], handlers: readonly Value[]): void => void layers.push({ place: { ...place, when: whenAll(condition, place.when) }, methods, handlers, at });
    if (VERBS.has(method)) {
      // `router.get('name', '/path', handler)`
      const named = args[0]?.kind === 'string' && isPath(args[1]);
      const [path, ...handlers] = named ? args.slice(1) : args;
      const verb = method === 'del' ? 'DELETE' : method.toUpperCase();
      add(placeOf(path, true, base, undefined), method === 'all' ? null : method === 'get' ? ['GET', 'HEAD'] : [verb], flat(handlers));
    } else if (method === 'use') {
      const hasPath = isPath(args[0]) || (args.length > 1 && args[0] !== undefined && ['env', 'concat', 'unknown'].includes(args[0].kind));
      const place = hasPath ? placeOf(args[0], false, base, undefined) : base;
      for (const handler of flat(hasPath ? args.slice(1) : args)) {
        const role = packages.roleOf(handler);
        if (role?.is !== 'routes') add(place, undefined, [handler]);
        else if (depth > 0) {
          const inner = layersOf(role.router, place, packages, events, depth - 1);
          layers.push(...inner.layers.map((layer) => ({ ...layer, place: { ...layer.place, when: whenAll(condition, layer.place.when) } })));
          escapes.push(...inner.escapes);
          complete &&= inner.complete;
        }
      }
    }
  }
  return { layers, complete, escapes };
}

/** When a route of the layers takes the request; always where not all are in view. */
export function methodGuard(methods: readonly string[] | null): Guard {
  return methods === null ? ALWAYS : { g: 'method', in: methods };
}

/** `new Router({ prefix })` and `router.prefix(…)` */
function prefixed(router: Handle, own: readonly Event[], outer: Place, packages: KoaPackages): Place {
  const role = packages.roleOf(router);
  const options = role?.is === 'router' ? role.options : undefined;
  const given = options?.kind === 'record' ? options.entries.findLast(({ key }) => key === 'prefix')?.value : undefined;
  const called = own.findLast((event): event is Event & { kind: 'call' } => event.kind === 'call' && event.method === 'prefix')?.args[0];
  const prefix = called ?? given;
  return prefix === undefined ? outer : placeOf(prefix, false, outer, undefined);
}

function isPath(value: Value | undefined): boolean {
  if (value?.kind === 'list') return value.items.length > 0 && value.items.every(isPath);
  return value?.kind === 'string' || value?.kind === 'regex';
}

/** Lists of handlers are handlers. */
export function flat(values: readonly Value[]): readonly Value[] {
  return values.flatMap((value) => (value.kind === 'list' ? flat(value.items) : [value]));
}
