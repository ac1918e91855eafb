import { anyOf, exact, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, type Effect, type Guard, type Note, type Policy, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Goal } from '../kubernetes/routing.js';
import { corsAnswers, corsSteps } from './cors-filter.js';
import type { CorsLevel, Written } from './level.js';

/** One route of a virtual host: the first that takes a request decides. */
export interface Route {
  /** What it is matched by: where a preflight that is nobody's is shown. */
  readonly at: Span;
  /** Path, method, headers. */
  readonly match: Guard;
  /** A path that it takes; undefined: none is known, and nobody asks. */
  readonly sample: string | undefined;
  /** Null: any. */
  readonly methods: readonly string[] | null;
  /** Its CORS policies, innermost first; none: the filter does nothing. */
  readonly levels: readonly CorsLevel[];
  /** What the route does to headers of the responses that it sends back, before the filter sees them. */
  readonly headers: readonly Effect[];
  /** A redirect or a direct response: the filter does not see these. */
  readonly answer?: number;
  /** Where it passes requests on: for the layer behind the filter. */
  readonly goals?: readonly Goal[];
}

/** A name that a virtual host is asked under; `*` stands for any text at one end. */
export interface Host {
  readonly text: string;
  readonly at: Span;
}

export interface VirtualHost {
  readonly reader: string;
  readonly title: string;
  readonly at: Span;
  readonly hosts: readonly Host[];
  /** Hosts that others serve, where this one serves the rest. */
  readonly otherHosts: readonly Host[];
  readonly routes: readonly Route[];
  /** All routes of these hosts are in view: what none of them takes gets 404. */
  readonly complete: boolean;
  readonly version: string;
  readonly notes?: readonly Note[];
  /** The author can have the gateway add headers of his own choice where the policy stands. */
  readonly canAddVary?: boolean;
}

/** Past so many places one virtual host says the same again. */
const MAX_PROBES = 60;

/** What a virtual host does to its requests. */
export function virtualHostPolicy(host: VirtualHost): Policy {
  const { reader, title, at, routes, version } = host;
  const place = placeOf(host);
  const [last] = routes.slice(-1);
  const steps: Step[] = [
    ...(place.g === 'always' ? [] : [{ when: unless(place), effects: [], end: { to: 'behind' as const }, at }]),
    ...routes.flatMap(routeSteps),
    ...(host.complete && last?.match.g !== 'always' ? [{ when: ALWAYS, effects: [], end: { to: 'answer' as const, status: 404 }, at }] : []),
  ];
  return {
    reader,
    title,
    layer: 'gateway',
    at,
    steps,
    behind: { options: null },
    probes: probesOf(host),
    survivesUncaught: true,
    listens: [],
    version,
    evidence: { handWritten: false, canAddVary: host.canAddVary === true, readsCookies: 'unknown', noStore: false },
    notes: host.notes ?? [],
  };
}

function routeSteps({ match, levels, headers, answer, at }: Route): readonly Step[] {
  if (answer !== undefined) return [{ when: match, effects: headers, end: { to: 'answer', status: answer }, at }];
  const passed = whenAll(match, unless(corsAnswers(levels)));
  return [
    ...(headers.length === 0 ? [] : [{ when: passed, effects: headers, at }]),
    ...corsSteps(levels).map((step) => ({ ...step, when: whenAll(match, step.when) })),
    { when: match, effects: [], end: { to: 'behind' }, at },
  ];
}

function hostSet({ text, at }: Host): OriginSet {
  const name = text.toLowerCase().replace(/:(?:\d+|\*)$/, '');
  return name.includes('*') ? { s: 'glob', text: name, star: 'any-text', ignoreCase: true, ports: 'as-written', at } : exact(name, at);
}

/** The hosts that a virtual host serves. */
export function placeOf({ hosts, otherHosts }: Pick<VirtualHost, 'hosts' | 'otherHosts'>): Guard {
  const other = otherHosts.filter(({ text }) => text !== '*');
  if (hosts.length === 0 || hosts.some(({ text }) => text === '*')) return other.length === 0 ? ALWAYS : unless({ g: 'host', in: anyOf(other.map(hostSet)) });
  return { g: 'host', in: anyOf(hosts.map(hostSet)) };
}

function probesOf({ hosts, routes, at }: VirtualHost): readonly Probe[] {
  const [first] = hosts;
  const host = first === undefined || first.text === '*' ? undefined : first.text.toLowerCase().replace(/:(?:\d+|\*)$/, '').replace(/^\*\.?/, 'www.').replace(/\.\*$/, '.example');
  const speaking = routes.filter((route) => route.sample !== undefined && (route.levels.length > 0 || route.headers.length > 0));
  const probes = speaking.map(
    (route): Probe => ({ path: route.sample!.startsWith('/') ? route.sample! : `/${route.sample!}`, ...(host === undefined ? {} : { host }), methods: route.methods, requestHeaders: neededHeaders(route), at: route.at }),
  );
  return probes.length === 0 ? [{ path: '/', ...(host === undefined ? {} : { host }), methods: null, requestHeaders: [], at }] : probes.slice(0, MAX_PROBES);
}

/**
 * Headers that make browsers ask first. Those that the author lists are sent; who writes down for which methods
 * preflights are granted, on a route for POST alone, means requests that have any.
 */
function neededHeaders({ levels, methods }: Route): readonly string[] {
  const listed = textOf(levels.find((level) => level.headers !== undefined)?.headers).toLowerCase().split(',').map((name) => name.trim());
  const named = ['content-type', 'authorization'].filter((name) => listed.includes(name));
  const granted = textOf(levels.find((level) => level.methods !== undefined)?.methods).split(',').map((method) => method.trim());
  return named.length === 0 && methods !== null && methods.includes('POST') && granted.includes('POST') ? ['content-type'] : named;
}

function textOf(written: Written | undefined): string {
  return written?.value.v === 'literal' ? written.value.text : '';
}
