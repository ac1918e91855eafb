import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, whenAny, type Guard } from '../../policy/program.js';
import { argument } from '../../middleware/python-header.js';
import type { Span } from '../../text/span.js';
import { entry, type Event, type Handle, type RecordValue, type Value } from '../../values/value.js';
import { placeBelow, type Place } from './places.js';
import type { Given, Role, StarlettePackages } from './packages.js';

/** A route: its place below the routers around it, and what answers there. */
export interface Route {
  readonly kind: 'route';
  readonly place: Place;
  /** Null: those of a class of endpoints. */
  readonly methods: readonly string[] | null;
  readonly endpoint: Value | undefined;
  /** Dependencies that its decorator and the routers around it name. */
  readonly dependencies: readonly Value[];
  readonly status: Value | undefined;
  /** FastAPI hands out what an endpoint asks for; Starlette hands it the request. */
  readonly of: 'fastapi' | 'starlette';
  readonly at: Span;
}

/** Another app below a path. */
export interface Mounted {
  readonly kind: 'mount';
  readonly place: Place;
  readonly app: Value | undefined;
  readonly given: Given;
}

/** What hands out routes, and what it had to hand. */
export interface Around {
  readonly packages: StarlettePackages;
  readonly events: readonly Event[];
  /** Verbs of a class of endpoints; undefined for what is no such class. */
  readonly verbsOf: (endpoint: Value) => readonly string[] | undefined;
}

interface Outer {
  readonly place: Place;
  readonly dependencies: readonly Value[];
}

/** Routers inside of each other. */
const MAX_DEPTH = 8;

/** The routes of an app or a router, in their order: those that it is made with, then what is added. */
export function routesOf(owner: Handle, outer: Outer, around: Around, depth = 0): readonly (Route | Mounted)[] {
  const { packages, events } = around;
  const role = packages.roleOf(owner);
  if (depth > MAX_DEPTH || (role?.is !== 'app' && role?.is !== 'router' && role?.is !== 'connexion')) return [];
  const own = prefixedBy(outer, role.is === 'router' ? named(role.keywords, 'prefix') : undefined, named(role.keywords, 'dependencies'));
  const listed = [...itemsOf(named(role.keywords, 'routes') ?? (role.is === 'router' ? role.args[0] : role.args[1]))].flatMap((item) => listedRoute(packages.roleOf(item), own, around, depth));
  const added = events.flatMap((event): readonly (Route | Mounted)[] => {
    if (event.kind !== 'call') return [];
    const at = reached(own, guardOf(event.when));
    const registrar = packages.roleOf(event.receiver);
    if (event.receiver === owner || (registrar?.is === 'router-of' && registrar.app === owner)) return addedRoutes(event, at, around, depth);
    if (registrar?.is !== 'registrar' || event.method !== '' || !(registrar.owner === owner || routerOf(registrar.owner, packages) === owner)) return [];
    return registered(registrar, event.args[0], at);
  });
  return [...listed, ...added];
}

function routerOf(handle: Handle, packages: StarlettePackages): Handle | undefined {
  const role = packages.roleOf(handle);
  return role?.is === 'router-of' ? role.app : undefined;
}

/** `@app.get('/x')`, `@router.api_route('/x', methods=[…])` */
function registered(registrar: Role & { readonly is: 'registrar' }, endpoint: Value | undefined, outer: Outer): readonly Route[] {
  const { method, keywords, at } = registrar;
  if (!/^(?:get|put|post|patch|delete|head|options|trace|query|api_route|route)$/.test(method)) return [];
  const methods = method === 'api_route' || method === 'route' ? methodsIn(named(keywords, 'methods')) : [method.toUpperCase()];
  return [route(outer, argument(plain(registrar), 0, 'path'), methods, endpoint, registrar, method === 'route' ? 'starlette' : 'fastapi', at)];
}

/** `app.add_route(…)`, `app.add_api_route(…)`, `app.include_router(…)`, `app.mount(…)` */
function addedRoutes(event: Event & { kind: 'call' }, outer: Outer, around: Around, depth: number): readonly (Route | Mounted)[] {
  const given: Given = { args: event.args, keywords: event.keywords, at: event.at };
  switch (event.method) {
    case 'add_route':
      return [starletteRoute(argument(event, 0, 'path'), argument(event, 1, 'route'), argument(event, 2, 'methods'), given, outer, around)];
    case 'add_api_route':
      return [route(outer, argument(event, 0, 'path'), methodsIn(named(event.keywords, 'methods')), argument(event, 1, 'endpoint'), given, 'fastapi', event.at)];
    case 'include_router': {
      const router = argument(event, 0, 'router');
      return router?.kind === 'handle' ? routesOf(router, prefixedBy(outer, named(event.keywords, 'prefix'), named(event.keywords, 'dependencies')), around, depth + 1) : [];
    }
    case 'mount':
      return [{ kind: 'mount', place: placeBelow(outer.place, argument(event, 0, 'path'), false), app: argument(event, 1, 'app'), given }];
    default:
      return [];
  }
}

/** `Route('/x', endpoint, methods=[…])`, `Mount('/x', app=…)`, `Mount('/x', routes=[…])` in a list. */
function listedRoute(role: Role | undefined, outer: Outer, around: Around, depth: number): readonly (Route | Mounted)[] {
  if (role?.is === 'route') return [starletteRoute(argument(plain(role), 0, 'path'), argument(plain(role), 1, 'endpoint'), named(role.keywords, 'methods'), role, outer, around)];
  if (role?.is !== 'mount' || depth > MAX_DEPTH) return [];
  const place = placeBelow(outer.place, argument(plain(role), 0, 'path'), false);
  const routes = argument(plain(role), 2, 'routes');
  if (routes === undefined) return [{ kind: 'mount', place, app: argument(plain(role), 1, 'app'), given: role }];
  return itemsOf(routes).flatMap((item) => listedRoute(around.packages.roleOf(item), { ...outer, place }, around, depth + 1));
}

function starletteRoute(path: Value | undefined, endpoint: Value | undefined, methods: Value | undefined, given: Given, outer: Outer, around: Around): Route {
  const verbs = endpoint === undefined ? undefined : around.verbsOf(endpoint);
  const written = methods === undefined && verbs !== undefined ? verbs : methodsIn(methods);
  return route(outer, path, written.includes('GET') && verbs === undefined ? [...written, 'HEAD'] : written, endpoint, given, 'starlette', given.at);
}

function route(outer: Outer, path: Value | undefined, methods: readonly string[], endpoint: Value | undefined, given: Given, of: Route['of'], at: Span): Route {
  return { kind: 'route', place: placeBelow(outer.place, path, true), methods: [...new Set(methods)], endpoint, dependencies: [...outer.dependencies, ...itemsOf(named(given.keywords, 'dependencies'))], status: named(given.keywords, 'status_code'), of, at };
}

function prefixedBy(outer: Outer, prefix: Value | undefined, dependencies: Value | undefined): Outer {
  return { place: prefix === undefined ? outer.place : placeBelow(outer.place, prefix, 'prefix'), dependencies: [...outer.dependencies, ...itemsOf(dependencies)] };
}

function reached(outer: Outer, when: Guard): Outer {
  return when.g === 'always' ? outer : { ...outer, place: { ...outer.place, when: whenAll(outer.place.when, when) } };
}

/** Requests that one of the methods makes. */
export function methodGuard(methods: readonly string[] | null): Guard {
  return methods === null ? ALWAYS : whenAny({ g: 'method', in: methods });
}

function methodsIn(value: Value | undefined): readonly string[] {
  const items = itemsOf(value).flatMap((item) => (item.kind === 'string' ? [item.value.toUpperCase()] : []));
  return items.length === 0 ? ['GET'] : items;
}

/** The items of a list; of one that is there in some cases, those. */
export function itemsOf(value: Value | undefined): readonly Value[] {
  if (value?.kind === 'list') return value.items;
  return value?.kind === 'either' ? value.options.flatMap((option) => itemsOf(option.value)) : [];
}

export function named(keywords: RecordValue | undefined, key: string): Value | undefined {
  return keywords === undefined ? undefined : entry(keywords, key)?.value;
}

export function plain({ args, keywords }: Given): Parameters<typeof argument>[0] {
  return { args, ...(keywords === undefined ? {} : { keywords }) };
}
