import { argument } from '../../middleware/python-header.js';
import { templatePath, type TemplatePath } from '../../middleware/template-paths.js';
import { guardOf } from '../../policy/from-condition.js';
import type { Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { and, type Condition } from '../../values/condition.js';
import { unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import type { Call, PowertoolsPackages } from './packages.js';

export interface Route {
  readonly place: TemplatePath;
  /** Undefined: not known. */
  readonly methods: readonly string[] | undefined;
  readonly exists: Guard;
  /** `cors=`; undefined: as the application. */
  readonly cors: Value | undefined;
  readonly callee: FunctionValue | undefined;
  readonly at: Span;
}

export interface Routes {
  readonly routes: readonly Route[];
  /** A router that is not in view was included, whose routes are not known. */
  readonly open: boolean;
}

interface Asked {
  readonly verb: string;
  readonly call: Call;
  readonly callee: Value | undefined;
  readonly when: Condition;
}

/** The routes of each application with those of the routers that it includes, and of routers that nobody includes. */
export function routesIn(events: readonly Event[], packages: PowertoolsPackages): ReadonlyMap<Handle, Routes> {
  const found = new Map<Handle, { routes: Route[]; open: boolean }>();
  const asked = new Map<Handle, Asked[]>();
  const included = new Set<Handle>();
  const of = (app: Handle): { routes: Route[]; open: boolean } => {
    const known = found.get(app) ?? { routes: [], open: false };
    found.set(app, known);
    return known;
  };
  for (const event of events) {
    if (event.kind !== 'call') continue;
    const role = packages.roleOf(event.receiver);
    if (role?.is === 'route' && event.method === '') {
      const one: Asked = { verb: role.verb, call: role.call, callee: event.args[0], when: event.when };
      const owner = packages.roleOf(role.of);
      if (owner?.is === 'resolver' && owner.router) asked.set(role.of, [...(asked.get(role.of) ?? []), one]);
      else of(role.of).routes.push(routeOf(one, undefined));
    } else if (role?.is === 'resolver' && event.method === 'include_router') {
      const router = argument(event, 0, 'router');
      const known = router?.kind === 'handle' ? packages.roleOf(router) : undefined;
      if (router?.kind !== 'handle' || known === undefined) {
        of(event.receiver).open = true;
        continue;
      }
      included.add(router);
      for (const one of asked.get(router) ?? []) of(event.receiver).routes.push(routeOf({ ...one, when: and(event.when, one.when) }, argument(event, 1, 'prefix')));
    }
  }
  for (const [router, all] of asked) if (!included.has(router)) of(router).routes.push(...all.map((one) => routeOf(one, undefined)));
  return found;
}

function routeOf({ verb, call, callee, when }: Asked, prefix: Value | undefined): Route {
  const { at } = call;
  const place = templatePath(withPrefix(argument(call, 0, 'rule'), prefix, at), '', /<\w+>()/, '/*', at);
  return {
    place,
    methods: verb === 'route' ? methodsIn(argument(call, 1, 'method')) : [verb.toUpperCase()],
    exists: guardOf(when),
    cors: argument(call, verb === 'route' ? 2 : 1, 'cors'),
    callee: callee?.kind === 'function' ? callee : undefined,
    at,
  };
}

/** `prefix if rule == '/' else f'{prefix}{rule}'` */
function withPrefix(path: Value | undefined, prefix: Value | undefined, at: Span): Value | undefined {
  if (prefix === undefined || prefix.kind === 'nothing') return path;
  if (path?.kind !== 'string' || prefix.kind !== 'string') return unknown('dynamic-key', 'the prefix of a router', at);
  return { ...path, value: path.value === '/' ? prefix.value : `${prefix.value}${path.value}` };
}

function methodsIn(given: Value | undefined): readonly string[] | undefined {
  if (given?.kind === 'string') return [given.value.toUpperCase()];
  if (given?.kind !== 'list' || given.rest !== undefined) return undefined;
  const names = given.items.map((item) => (item.kind === 'string' ? item.value.toUpperCase() : undefined));
  return names.includes(undefined) ? undefined : names.flatMap((name) => name ?? []);
}
