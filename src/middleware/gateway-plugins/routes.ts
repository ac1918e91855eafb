import { anyOf, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/** One route of a gateway: what a request must be like to reach its plugins. */
export interface Route {
  /** Null: any. */
  readonly methods: readonly string[] | null;
  readonly paths: readonly RoutePath[];
  /** Host names, `*` for one or more labels at an end; none: any. */
  readonly hosts: readonly { readonly text: string; readonly at: Span }[];
  /** Kubernetes' services that it leads to. */
  readonly services: readonly string[];
  /** Where the methods stand, else the route. */
  readonly at: Span;
}

export interface RoutePath {
  readonly set: OriginSet;
  /** A path that is in the set. */
  readonly sample: string;
}

function placeOf(route: Route): Guard {
  const paths: Guard = route.paths.length === 0 ? ALWAYS : { g: 'path', in: anyOf(route.paths.map(({ set }) => set)) };
  const hosts = route.hosts.map(({ text, at }): OriginSet =>
    text.includes('*') ? { s: 'glob', text, star: 'any-text', ignoreCase: true, ports: 'as-written', at } : { s: 'exact', text: text.replace(/:\d+$/, '').toLowerCase(), comparison: [], at },
  );
  return whenAll(paths, hosts.length === 0 ? ALWAYS : { g: 'host', in: anyOf(hosts) });
}

/** The requests that a route takes. */
export function reaches(route: Route): Guard {
  return whenAll(placeOf(route), route.methods === null ? ALWAYS : { g: 'method', in: route.methods });
}

/**
 * The gateway looks for a route before any plugin runs: a request that matches none of the plugin's own gets 404, or
 * goes to another route of the file.
 */
export function routing(own: readonly Route[], others: readonly Route[]): readonly Step[] {
  const matched = whenAny(...own.map(reaches));
  const [first] = own;
  if (first === undefined || matched.g === 'always') return [];
  return [
    { when: whenAll(unless(matched), whenAny(...others.map(reaches))), effects: [], end: { to: 'behind' }, at: first.at },
    { when: unless(matched), effects: [], end: { to: 'answer', status: 404 }, at: first.at },
  ];
}

/** Past so many places one policy says the same again. */
const MAX_PROBES = 40;

/** `requestHeaders`: those that the handlers need, as far as the plugin's author says so. */
export function probesOf(routes: readonly Route[], requestHeaders: (methods: readonly string[] | null) => readonly string[], at: Span): readonly Probe[] {
  const probes = routes.flatMap((route) =>
    (route.paths.length === 0 ? ['/'] : route.paths.map(({ sample }) => sample)).flatMap((path) =>
      (route.hosts.length === 0 ? [undefined] : route.hosts).map((host): Probe => ({
        path: path.startsWith('/') ? path : `/${path}`,
        ...(host === undefined ? {} : { host: host.text.replace(/:\d+$/, '').replace('*', 'www').toLowerCase() }),
        methods: route.methods,
        requestHeaders: requestHeaders(route.methods),
        at: route.at,
      })),
    ),
  );
  return probes.length === 0 ? [{ path: '/', methods: null, requestHeaders: requestHeaders(null), at }] : probes.slice(0, MAX_PROBES);
}
