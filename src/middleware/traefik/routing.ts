import { ABSENT, type OriginSet } from '../../origins/origin-set.js';
import { admits } from '../../origins/membership.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard, type Probe, type Step } from '../../policy/program.js';
import { factOf, unknown } from '../../values/value.js';
import type { Middleware } from './definitions.js';
import type { Router } from './routers.js';
import { guardOf, placesOf, type Rule } from './rule.js';

/** Past so many middlewares of a router, or chains in chains, nobody wrote them. */
const MAX_MIDDLEWARES = 100;

/** Everything that is in view, prepared once for all middlewares. */
export interface View {
  readonly middlewares: readonly Middleware[];
  readonly routers: readonly Routed[];
}

/** A router with the middlewares that it goes through, in their order, chains opened. */
export interface Routed {
  readonly router: Router;
  readonly passes: readonly Middleware[];
  /** Its host names; undefined: others too. */
  readonly hosts: ReadonlySet<string> | undefined;
}

export function viewOf(middlewares: readonly Middleware[], routers: readonly Router[]): View {
  const byName = new Map<string, Middleware[]>();
  for (const one of middlewares) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  return { middlewares, routers: routers.map((router) => ({ router, passes: passed(router, byName), hosts: hostsOf(router) })) };
}

function passed(router: Router, byName: ReadonlyMap<string, readonly Middleware[]>): readonly Middleware[] {
  const found: Middleware[] = [];
  const pending = [...router.middlewares].reverse();
  for (let count = 0; pending.length > 0 && count < MAX_MIDDLEWARES; count += 1) {
    const middleware = named(pending.pop()!, byName);
    if (middleware?.does.kind === 'chain') pending.push(...[...middleware.does.of].reverse());
    else if (middleware !== undefined) found.push(middleware);
  }
  return found;
}

/** `<namespace>-<name>@kubernetescrd` names an object, `<name>@<provider>` or a name alone any other. */
function named(reference: string, byName: ReadonlyMap<string, readonly Middleware[]>): Middleware | undefined {
  const [name = '', provider] = reference.split('@');
  if (provider !== 'kubernetescrd') return byName.get(name)?.[0];
  // Both parts may hold dashes.
  const parts = name.split('-');
  for (let index = 1; index < Math.min(parts.length, MAX_DASHES); index += 1) {
    const [namespace, rest] = [parts.slice(0, index).join('-'), parts.slice(index).join('-')];
    const object = byName.get(rest)?.find((one) => one.source === 'object' && (one.namespace ?? namespace) === namespace);
    if (object !== undefined) return object;
  }
  return undefined;
}

const MAX_DASHES = 20;

function hostsOf({ rule }: Router): ReadonlySet<string> | undefined {
  if (rule === undefined || hasHostPattern(rule)) return undefined;
  const places = placesOf(rule);
  return places.some(({ hosts }) => hosts.length === 0) ? undefined : new Set(places.flatMap(({ hosts }) => hosts));
}

function hasHostPattern(rule: Rule): boolean {
  if (rule.op === 'and' || rule.op === 'or') return rule.of.some(hasHostPattern);
  return rule.op === 'not' ? hasHostPattern(rule.of) : rule.name === 'hostregexp';
}

/** Past so many routers that may take a request before the middleware's own nobody can say which one does. */
const MAX_OTHERS = 100;

/**
 * A router is chosen before any middleware runs, the one with the greatest priority first: a request that reaches
 * none of the middleware's own gets 404, or goes to another one. What asks for credentials before the middleware
 * does so for preflights too.
 */
export function routing(middleware: Middleware, { routers }: View, major: number): readonly Step[] {
  const takes = ({ router }: Routed): Guard => (router.rule === undefined ? ALWAYS : guardOf(router.rule, major, router.at));
  const own = routers.filter(({ passes }) => passes.includes(middleware));
  const matched = whenAny(...own.map(takes));
  const first = own[0]?.router;
  if (first === undefined) return [];
  const beside = routers.filter((one) => !one.passes.includes(middleware) && one.router.rule !== undefined && own.some((mine) => shareEntry(mine, one)));
  // Of many only those count that take requests of the middleware's own hosts.
  const others = beside.length <= MAX_OTHERS ? beside : beside.filter((one) => own.some((mine) => shareHost(mine, one)));
  const elsewhere: Guard =
    others.length > MAX_OTHERS
      ? { g: 'fact', fact: factOf(unknown('budget', 'which of many routers takes the request', first.at)) }
      : whenAny(...others.map((other) => whenAll(takes(other), unless(whenAny(...own.filter(({ router }) => router.priority >= other.router.priority).map(takes))))));
  const asked = own.flatMap((mine): Step[] => {
    const before = mine.passes.slice(0, mine.passes.indexOf(middleware)).find(({ does }) => does.kind === 'auth');
    const sooner = own.filter(({ router }) => router.priority > mine.router.priority);
    return before === undefined ? [] : [{ when: whenAll(takes(mine), unless(whenAny(...sooner.map(takes))), { g: 'header', name: 'authorization', in: ABSENT }), effects: [], end: { to: 'answer', status: 401, unauthenticated: true }, at: before.at }];
  });
  return [
    ...(elsewhere.g === 'never' ? [] : [{ when: elsewhere, effects: [], end: { to: 'behind' }, at: first.at } as const]),
    ...(matched.g === 'always' ? [] : [{ when: unless(matched), effects: [], end: { to: 'answer', status: 404 }, at: first.at } as const]),
    ...asked,
  ];
}

function shareHost({ hosts }: Routed, { hosts: others }: Routed): boolean {
  return hosts === undefined || others === undefined || [...others].some((host) => hosts.has(host));
}

function shareEntry({ router: a }: Routed, { router: b }: Routed): boolean {
  return a.entryPoints.length === 0 || b.entryPoints.length === 0 || a.entryPoints.some((name) => b.entryPoints.includes(name));
}

/** Past so many places one policy says the same again. */
const MAX_PROBES = 40;

/** A request for each place of the routers; of what is a pattern, a text that it takes. */
export function probesOf(middleware: Middleware, { routers }: View, requestHeaders: readonly string[], major: number): readonly Probe[] {
  const own = routers.filter(({ passes }) => passes.includes(middleware)).map(({ router }) => router);
  const { at } = middleware;
  const probes = own.flatMap((router) => placeProbes(router, requestHeaders, major));
  return probes.length === 0 ? [{ path: '/', methods: null, requestHeaders, at }] : probes.slice(0, MAX_PROBES);
}

/** A request for each place of one router. */
export function placeProbes(router: Router, requestHeaders: readonly string[], major: number): readonly Probe[] {
  return (router.rule === undefined ? [{ hosts: [], paths: [], methods: null }] : placesOf(router.rule)).map(({ hosts: [host], paths, methods }): Probe => {
    const path = paths.find((text) => text.startsWith('/')) ?? '/';
    return { path, ...(host === undefined ? {} : { host }), methods, requestHeaders, at: router.at };
  }).filter((probe) => router.rule === undefined || holds(guardOf(router.rule, major, router.at), probe));
}

/** Is the place one of the rule's? What is not about places counts as true. */
function holds(guard: Guard, probe: Probe): boolean {
  const within = (set: OriginSet, text: string): boolean => admits(set, text, () => undefined) !== false;
  switch (guard.g) {
    case 'and':
      return guard.of.every((part) => holds(part, probe));
    case 'or':
      return guard.of.some((part) => holds(part, probe));
    case 'host':
      return within(guard.in, probe.host ?? '');
    case 'path':
      return within(guard.in, probe.path);
    default:
      return true;
  }
}
