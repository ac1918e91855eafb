import { ABSENT, type OriginSet } from '../../origins/origin-set.js';
import { admits } from '../../origins/membership.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Middleware } from './definitions.js';
import type { Router } from './routers.js';
import { guardOf, placesOf } from './rule.js';

/** Past so many middlewares of a router, or chains in chains, nobody wrote them. */
const MAX_MIDDLEWARES = 100;

/** The middlewares of a router in their order, chains opened. */
export function passed(router: Router, all: readonly Middleware[]): readonly Middleware[] {
  const found: Middleware[] = [];
  const pending = [...router.middlewares].reverse();
  for (let count = 0; pending.length > 0 && count < MAX_MIDDLEWARES; count += 1) {
    const middleware = named(pending.pop()!, all);
    if (middleware?.does.kind === 'chain') pending.push(...[...middleware.does.of].reverse());
    else if (middleware !== undefined) found.push(middleware);
  }
  return found;
}

function named(reference: string, all: readonly Middleware[]): Middleware | undefined {
  const [name, provider] = reference.split('@');
  if (provider === 'kubernetescrd') return all.find((one) => one.source === 'object' && (one.namespace === undefined ? name!.endsWith(`-${one.name}`) : name === `${one.namespace}-${one.name}`));
  return all.find((one) => one.name === name);
}

/**
 * A router is chosen before any middleware runs, the one with the greatest priority first: a request that reaches
 * none of the middleware's own gets 404, or goes to another one. What asks for credentials before the middleware
 * does so for preflights too.
 */
export function routing(middleware: Middleware, own: readonly Router[], all: readonly Router[], middlewares: readonly Middleware[], major: number): readonly Step[] {
  const takes = (router: Router): Guard => (router.rule === undefined ? ALWAYS : guardOf(router.rule, major, router.at));
  const matched = whenAny(...own.map(takes));
  const [first] = own;
  if (first === undefined) return [];
  const others = all.filter((router) => !own.includes(router) && router.rule !== undefined && own.some((one) => share(one, router)));
  const elsewhere = whenAny(...others.map((other) => whenAll(takes(other), unless(whenAny(...own.filter(({ priority }) => priority >= other.priority).map(takes))))));
  const asked = own.flatMap((router): Step[] => {
    const list = passed(router, middlewares);
    const before = list.slice(0, list.indexOf(middleware)).find(({ does }) => does.kind === 'auth');
    return before === undefined ? [] : [{ when: whenAll(takes(router), { g: 'header', name: 'authorization', in: ABSENT }), effects: [], end: { to: 'answer', status: 401, unauthenticated: true }, at: before.at }];
  });
  return [
    ...(elsewhere.g === 'never' ? [] : [{ when: elsewhere, effects: [], end: { to: 'behind' }, at: first.at } as const]),
    ...(matched.g === 'always' ? [] : [{ when: unless(matched), effects: [], end: { to: 'answer', status: 404 }, at: first.at } as const]),
    ...asked,
  ];
}

function share(a: Router, b: Router): boolean {
  return a.entryPoints.length === 0 || b.entryPoints.length === 0 || a.entryPoints.some((name) => b.entryPoints.includes(name));
}

/** Past so many places one policy says the same again. */
const MAX_PROBES = 40;

/** A request for each place of the routers; of what is a pattern, a text that it takes. */
export function probesOf(own: readonly Router[], requestHeaders: readonly string[], major: number, at: Span): readonly Probe[] {
  const probes = own.flatMap((router) =>
    (router.rule === undefined ? [{ hosts: [], paths: [], methods: null }] : placesOf(router.rule)).map(({ hosts: [host], paths, methods }): Probe => {
      const path = paths.find((text) => text.startsWith('/')) ?? '/';
      return { path, ...(host === undefined ? {} : { host }), methods, requestHeaders, at: router.at };
    }).filter((probe) => router.rule === undefined || holds(guardOf(router.rule, major, router.at), probe)),
  );
  return probes.length === 0 ? [{ path: '/', methods: null, requestHeaders, at }] : probes.slice(0, MAX_PROBES);
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
