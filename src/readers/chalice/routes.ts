import { templatePath, type TemplatePath } from '../../middleware/template-paths.js';
import { guardOf } from '../../policy/from-condition.js';
import type { Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import { choose } from '../../values/either.js';
import { entry, unknown, type Event, type FunctionValue, type Handle, type RecordValue, type Value } from '../../values/value.js';
import { argument } from '../../middleware/python-header.js';
import type { ChalicePackages, Role } from './packages.js';

/** A route as it is registered. */
export interface Route {
  readonly place: TemplatePath;
  /** Undefined: not known. */
  readonly methods: readonly string[] | undefined;
  readonly exists: Guard;
  /** `cors=`, or what `app.api.cors` was then. */
  readonly cors: Value;
  readonly authorizer: boolean;
  readonly view: FunctionValue | undefined;
  readonly at: Span;
}

/** A route that a decorator of a blueprint asked for; it is registered with the blueprint. */
interface Asked {
  readonly role: Role & { readonly is: 'route' };
  readonly view: Value | undefined;
  readonly when: Condition;
}

/** The routes of each application, and of blueprints that nobody registered. `app.api.cors` counts for routes behind it. */
export function routesIn(events: readonly Event[], packages: ChalicePackages): ReadonlyMap<Handle, readonly Route[]> {
  const routes = new Map<Handle, Route[]>();
  const defaults = new Map<Handle, Value>();
  const asked = new Map<Handle, Asked[]>();
  const registered = new Set<Handle>();
  const add = (app: Handle, one: Asked, prefix: Value | undefined): void => {
    const route = routeOf(one, prefix, defaults.get(app));
    routes.set(app, [...(routes.get(app) ?? []), route]);
  };
  for (const event of events) {
    if (event.kind !== 'call' && event.kind !== 'assign') continue;
    const role = packages.roleOf(event.receiver);
    if (event.kind === 'assign') {
      if (role?.is !== 'api' || event.property !== 'cors') continue;
      const before: Value = defaults.get(role.of) ?? { kind: 'boolean', value: false, at: event.at };
      defaults.set(role.of, choose(event.when, event.value, before, event.at));
    } else if (role?.is === 'route' && event.method === '') {
      const one: Asked = { role, view: event.args[0], when: event.when };
      const owner = packages.roleOf(role.of);
      if (owner?.is === 'app' && owner.blueprint) asked.set(role.of, [...(asked.get(role.of) ?? []), one]);
      else add(role.of, one, undefined);
    } else if (role?.is === 'app' && event.method === 'register_blueprint') {
      const blueprint = argument(event, 0, 'blueprint');
      if (blueprint?.kind !== 'handle') continue;
      registered.add(blueprint);
      for (const one of asked.get(blueprint) ?? []) add(event.receiver, one, argument(event, 2, 'url_prefix'));
    }
  }
  // Of a blueprint on its own, the application that registers it decides about routes without `cors=`.
  for (const [blueprint, all] of asked) if (!registered.has(blueprint)) for (const one of all) add(blueprint, one, undefined);
  return routes;
}

function routeOf({ role, view, when }: Asked, prefix: Value | undefined, fallback: Value | undefined): Route {
  const { args, keywords, at } = role;
  const given = keywords === undefined ? undefined : entry(keywords, 'cors')?.value;
  const none: Value = { kind: 'boolean', value: false, at };
  return {
    place: templatePath(withPrefix(argument({ args, ...(keywords === undefined ? {} : { keywords }) }, 0, 'path'), prefix, at), '', /\{[^{}+]*(\+?)\}/, '/?', at),
    methods: methodsIn(keywords),
    exists: guardOf(when),
    cors: given === undefined ? (fallback ?? none) : withDefault(given, fallback ?? none),
    authorizer: keywords !== undefined && entry(keywords, 'authorizer') !== undefined,
    view: view?.kind === 'function' ? view : undefined,
    at,
  };
}

/** `cors=None` is as good as none. */
function withDefault(given: Value, fallback: Value): Value {
  if (given.kind === 'nothing') return fallback;
  return given.kind === 'either' ? { ...given, options: given.options.map((option) => ({ ...option, value: withDefault(option.value, fallback) })) } : given;
}

/** `'/'.join([url_prefix.rstrip('/'), path.strip('/')]).rstrip('/')` */
function withPrefix(path: Value | undefined, prefix: Value | undefined, at: Span): Value | undefined {
  if (prefix === undefined || prefix.kind === 'nothing') return path;
  if (path?.kind !== 'string' || prefix.kind !== 'string') return unknown('dynamic-key', 'the path of a blueprint', at);
  return { ...path, value: [prefix.value.replace(/\/+$/, ''), path.value.replace(/^\/+|\/+$/g, '')].join('/').replace(/\/+$/, '') };
}

function methodsIn(keywords: RecordValue | undefined): readonly string[] | undefined {
  const given = keywords === undefined ? undefined : (entry(keywords, 'methods')?.value ?? keywords.rest);
  if (given === undefined) return ['GET'];
  if (given.kind !== 'list' || given.rest !== undefined) return undefined;
  const names = given.items.map((item) => (item.kind === 'string' ? item.value : undefined));
  return names.includes(undefined) ? undefined : names.flatMap((name) => name ?? []);
}
