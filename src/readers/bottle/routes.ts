import { pathIn } from '../../middleware/python-paths.js';
import { exact, type OriginSet } from '../../origins/origin-set.js';
import { guardOf } from '../../policy/from-condition.js';
import { whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Event, type Handle, type RecordValue, type Value } from '../../values/value.js';
import { ROUTES, type BottlePackages } from './packages.js';

export interface BottleRoute {
  readonly when: Guard;
  /** Static paths are asked before those with wildcards. */
  readonly isStatic: boolean;
  readonly sample: string | undefined;
  /** Upper-case; `ANY` takes every method that no other route takes. */
  readonly method: string;
  readonly callback: Value | undefined;
  /** Plugins of the route alone: `apply=[…]`. */
  readonly plugins: readonly Value[];
  /** No plugin of the app (`skip=True`). */
  readonly skips: boolean;
  /** The app whose plugins it runs. */
  readonly owner: Handle;
  readonly at: Span;
}

/** What was registered at an app, in order. */
export interface Registered {
  readonly routes: readonly BottleRoute[];
  readonly hooks: readonly { readonly name: string; readonly callback: Value; readonly when: Guard; readonly at: Span }[];
  readonly errors: readonly { readonly status: number; readonly callback: Value; readonly when: Guard; readonly at: Span }[];
  readonly plugins: readonly { readonly plugin: Value; readonly when: Guard; readonly at: Span }[];
  /** Apps whose routes it took over. */
  readonly inner: readonly Handle[];
  /** All routes are in view. */
  readonly complete: boolean;
}

const DEFAULT_METHODS: Readonly<Record<string, string>> = { post: 'POST', put: 'PUT', delete: 'DELETE', patch: 'PATCH' };

/** Reads what events register at an app: routes, hooks, plugins, handlers of errors, mounted apps. */
export function registeredAt(app: Handle, packages: BottlePackages, events: readonly Event[], depth = 4): Registered {
  const routes: BottleRoute[] = [];
  const hooks: Registered['hooks'][number][] = [];
  const errors: Registered['errors'][number][] = [];
  const plugins: Registered['plugins'][number][] = [];
  const taken: Handle[] = [];
  let complete = true;
  const register = (how: string, args: readonly Value[], keywords: RecordValue | undefined, callback: Value | undefined, when: Guard, at: Span): void => {
    const [first] = args;
    if (how === 'hook' || how === 'add_hook') {
      if (first?.kind === 'string' && callback !== undefined) hooks.push({ name: first.value, callback, when, at });
    } else if (how === 'error') {
      const status = first ?? named(keywords, 'code');
      if (callback !== undefined) errors.push({ status: status?.kind === 'number' ? status.value : 500, callback, when, at });
    } else {
      const added = routesOf(how, args, keywords, callback, app, when, at);
      if (added === undefined) complete = false;
      else routes.push(...added);
    }
  };
  for (const event of events) {
    if (event.kind === 'escape' && event.receiver === app && !/\b(?:run|serve|make_server|TestApp|WSGIServer|Process|Thread)\b/.test(event.detail)) complete = false;
    if (event.kind !== 'call') continue;
    const role = packages.roleOf(event.receiver);
    const when = guardOf(event.when);
    if (role?.is === 'registers') {
      if (role.app === app && event.method === '') register(role.how, role.args, role.keywords, event.args[0], when, event.at);
      continue;
    }
    const shortcut = event.method === '' ? packages.shortcut(event.receiver) : undefined;
    const method = event.receiver === app ? event.method : shortcut?.app === app ? shortcut.method : undefined;
    if (method === undefined) continue;
    const { args, keywords, at } = event;
    if (method === 'install') {
      if (args[0] !== undefined) plugins.push({ plugin: args[0], when, at });
    } else if (method === 'add_hook') register(method, args, keywords, args[1], when, at);
    else if (method === 'mount' || method === 'merge') {
      const [prefix, inner] = method === 'merge' ? [undefined, args[0]] : args;
      const sub = inner?.kind === 'handle' && packages.roleOf(inner)?.is === 'app' && inner !== app && depth > 0 ? registeredAt(inner, packages, events, depth - 1) : undefined;
      const base = prefix?.kind === 'string' ? prefix.value : prefix === undefined ? '' : undefined;
      if (sub === undefined || base === undefined || sub.hooks.length > 0) complete = false;
      else {
        if (inner?.kind === 'handle') taken.push(inner, ...sub.inner);
        complete &&= sub.complete;
        for (const route of sub.routes) routes.push(base === '' ? route : below(base, route));
      }
    } else if (ROUTES.has(method) || method === 'error') {
      // `app.route('/x', 'GET', handler)` registers at once; as a decorator it waits for its function.
      const callback = named(keywords, 'callback') ?? (method === 'error' ? undefined : (args[2] ?? (args[0]?.kind === 'function' ? args[0] : undefined)));
      if (callback !== undefined) register(method, args[0]?.kind === 'function' ? [] : args, keywords, callback, when, at);
    } else if (method === 'add_route' || method === 'merge') complete = false;
  }
  return { routes, hooks, errors, plugins, inner: taken, complete };
}

function named(keywords: RecordValue | undefined, name: string): Value | undefined {
  return keywords?.entries.findLast(({ key }) => key === name)?.value;
}

function below(prefix: string, route: BottleRoute): BottleRoute {
  // The place of a mounted route is known by its text alone.
  const { rule } = rules.get(route) ?? {};
  if (rule === undefined) return { ...route, when: opaque(route.at), sample: undefined };
  return routeFor(prefix + rule.value.replace(/^\/+/, ''), rule.at, route);
}

const rules = new WeakMap<BottleRoute, { readonly rule: { readonly value: string; readonly at: Span } }>();

function routeFor(rule: string, at: Span, rest: Omit<BottleRoute, 'when' | 'isStatic' | 'sample'> & { readonly outer?: Guard }): BottleRoute {
  const place = placeOf(rule, at);
  const { outer, ...others } = rest;
  const route: BottleRoute = { ...others, when: whenAll(outer ?? { g: 'always' }, { g: 'path', in: place.in }), isStatic: place.isStatic, sample: place.sample };
  rules.set(route, { rule: { value: rule, at } });
  return route;
}

/** Undefined: a path that is not known, or that follows from the function's own parameters. */
function routesOf(how: string, args: readonly Value[], keywords: RecordValue | undefined, callback: Value | undefined, owner: Handle, outer: Guard, at: Span): readonly BottleRoute[] | undefined {
  const path = args[0] ?? named(keywords, 'path');
  const methods = args[1] ?? named(keywords, 'method');
  const paths = path === undefined ? undefined : texts(path);
  const verbs = methods === undefined ? [{ kind: 'string', value: DEFAULT_METHODS[how] ?? 'GET', at } as const] : texts(methods);
  if (paths === undefined || verbs === undefined) return undefined;
  const apply = named(keywords, 'apply');
  const skip = named(keywords, 'skip');
  const rest = { callback, plugins: apply === undefined ? [] : apply.kind === 'list' ? apply.items : [apply], skips: skip?.kind === 'boolean' && skip.value, owner, at, outer };
  return paths.flatMap((one) => verbs.map((verb) => routeFor(one.value, one.at, { ...rest, method: verb.value.toUpperCase() })));
}

function texts(value: Value): readonly (Value & { kind: 'string' })[] | undefined {
  const items = value.kind === 'list' && value.rest === undefined ? value.items : [value];
  const found = items.flatMap((item) => (item.kind === 'string' ? [item] : []));
  return found.length === items.length ? found : undefined;
}

/** `<name>`, `<name:int>`, `<name:re:…>`, and `:name` of old (bottle.py, `Router.rule_syntax`). */
const WILDCARD = /(\\*)(?::([a-zA-Z_]\w*)?(?:#(.*?)#)?|<([a-zA-Z_]\w*)?(?::([a-zA-Z_]\w*)(?::((?:\\.|[^\\>])+)?)?)?>)/g;
const FILTERS: Readonly<Record<string, string>> = { int: '-?\\d+', float: '-?[\\d.]+', path: '.+?' };

function placeOf(rule: string, at: Span): { readonly in: OriginSet; readonly isStatic: boolean; readonly sample: string | undefined } {
  let [pattern, from, isStatic] = ['', 0, true];
  for (const match of rule.matchAll(WILDCARD)) {
    if (match[1]!.length % 2 === 1) continue;
    isStatic = false;
    const filter = match[5] ?? (match[3] === undefined ? 'default' : 're');
    pattern += `${quoted(rule.slice(from, match.index))}(?:${filter === 're' ? (match[6] ?? match[3] ?? '[^/]+') : (FILTERS[filter] ?? '[^/]+')})`;
    from = match.index + match[0].length;
  }
  if (isStatic) return { in: exact(rule, at), isStatic, sample: rule };
  const set: OriginSet = { s: 'regex', source: `^${pattern}${quoted(rule.slice(from))}$`, flags: '', dialect: 'python', use: 'match-prefix', subject: 'origin', at };
  return { in: set, isStatic, sample: pathIn(set) };
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function opaque(at: Span): Guard {
  return { g: 'fact', fact: factOf(unknown('dynamic-key', 'a path put together at run time', at)) };
}
