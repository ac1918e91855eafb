import { anyOf, exact } from '../../origins/origin-set.js';
import { ALWAYS, whenAll, type Guard, type Upstream } from '../../policy/program.js';
import type { PlainLayer } from '../../policy/topology.js';
import type { Span } from '../../text/span.js';
import type { Host, Route } from '../envoy/routes.js';
import type { KubernetesObject } from './objects.js';
import { hostSet, networkOf, routingLayer, sampleHost, type Goal } from './routing.js';

/** An object whose routes become those of a virtual host of Envoy. */
export interface Served {
  readonly reader: string;
  readonly object: KubernetesObject;
  readonly hosts: readonly Host[];
  /** In the order in which they are asked. */
  readonly routes: readonly Route[];
  /** What asks for credentials before any route is taken. */
  readonly refusals?: readonly Goal[];
  /** Places of CORS policies of other objects that stand in front. */
  readonly carries?: readonly Span[];
}

/** The routes as a layer of their own, behind the CORS filter; undefined where nothing is passed on. */
export function servedLayer({ reader, object, hosts, routes, refusals = [], carries = [] }: Served): PlainLayer | undefined {
  if (routes.every(({ goals = [] }) => goals.length === 0) && refusals.length === 0) return undefined;
  const everywhere = hosts.length === 0 || hosts.some(({ text }) => text === '*');
  const here: Guard = everywhere ? ALWAYS : { g: 'host', in: anyOf(hosts.map((host) => hostSet(host, 'any-text'))) };
  return routingLayer({
    reader,
    title: `${object.kind} ${object.name ?? 'without a name'}`,
    object: object.node,
    network: networkOf(object.namespace),
    carries,
    places: routes.map(({ match, sample, methods, answer, goals = [], at }) => ({
      at,
      match: whenAll(here, match),
      sample,
      host: sampleHost(hosts[0]),
      methods,
      goals: [...refusals, ...(answer !== undefined ? [{ when: ALWAYS, end: { to: 'answer', status: answer } as const, at }] : goals.length > 0 ? goals : [{ when: ALWAYS, end: { to: 'behind' } as const, at }])],
    })),
  });
}

/** A part of the paths that a route takes, and what becomes of them. */
export interface Way {
  readonly when: Guard;
  readonly path?: Upstream['path'];
}

/** Envoy's `prefix_rewrite`: the text of the prefix is replaced, and nothing else. */
export function prefixBy(prefix: string | undefined, by: string): readonly Way[] {
  return [{ when: ALWAYS, path: prefix === undefined ? null : { prefix, by } }];
}

/** By whole segments: `/shop` by `/` makes `/cart` of `/shop/cart`, and `/` of `/shop`. */
export function segmentsBy(prefix: string, by: string, at: Span): readonly Way[] {
  const [bare, to] = [prefix.replace(/\/+$/, ''), by.replace(/\/+$/, '')];
  const alone: Way = { when: { g: 'path', in: exact(bare, at) }, path: { whole: to === '' ? '/' : to } };
  return [...(bare === '' ? [] : [alone]), { when: ALWAYS, path: { prefix: `${bare}/`, by: `${to}/` } }];
}
