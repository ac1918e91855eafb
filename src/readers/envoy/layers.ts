import { placeOf, type Host } from '../../middleware/envoy/routes.js';
import { ABSENT } from '../../origins/origin-set.js';
import { unless, whenAll, type Guard, type Policy, type Probe, type Step, type Upstream } from '../../policy/program.js';
import { textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';
import type { Reading } from '../reader.js';
import { upstreamOf } from './clusters.js';
import { conditionsOf } from './routes.js';
import { corsFilterIn, listAt, protoAt } from './tables.js';

/** A virtual host as it stands in its route table. */
export interface Served {
  readonly host: YamlNode;
  readonly hosts: readonly Host[];
  readonly otherHosts: readonly Host[];
  /** The filters of its connection manager, in their order; undefined where they are elsewhere. */
  readonly filters: readonly YamlNode[] | undefined;
  /** The port of its listener. */
  readonly port: number | undefined;
}

/**
 * The routes of a virtual host as a layer, behind its CORS policy where it has one. A request that none of them takes goes
 * on, as it does where the cluster is described elsewhere.
 */
export function* routesAsLayer(file: YamlFile, { host, hosts, otherHosts, filters = [], port }: Served, clusters: ReadonlyMap<string, Pick<Upstream, 'host' | 'port'>>, carries: Span | undefined): Generator<Reading> {
  const place = placeOf({ hosts, otherHosts });
  const refusals = refusalsOf(filters);
  const probes: Probe[] = [];
  let passes = false;
  const steps = listAt(host, 'routes').flatMap((route): readonly Step[] => {
    const match = protoAt(route, 'match');
    const { guard, sample, methods } = conditionsOf(file, match);
    const at = match?.at ?? route.at;
    const upstream = upstreamOf(route, clusters);
    passes ||= upstream !== undefined;
    if (upstream !== undefined && sample !== undefined) probes.push({ path: sample.startsWith('/') ? sample : `/${sample}`, methods, requestHeaders: [], at });
    const end = upstream === undefined ? ({ to: 'behind' } as const) : ({ to: 'upstream', upstream } as const);
    const when = whenAll(place, guard);
    return [...refusals.map((refusal) => ({ ...refusal, when: whenAll(when, refusal.when) })), { when, effects: [], end, at }];
  });
  if (!passes) return;
  const policy: Policy = {
    reader: 'envoy',
    title: `routes of the virtual host ${textAt(protoAt(host, 'name')) ?? 'without a name'}`,
    layer: 'gateway',
    at: host.at,
    steps,
    behind: { options: null },
    probes: probes.length === 0 ? [{ path: '/', methods: null, requestHeaders: [], at: host.at }] : probes,
    survivesUncaught: true,
    listens: port === undefined ? [] : [port],
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
  yield { kind: 'layer', layer: { policy, ...(carries === undefined ? {} : { carries: [carries] }) } };
}

/** Filters that ask for credentials, behind the CORS filter where there is one: what stands in front of that is told of the policy. */
function refusalsOf(filters: readonly YamlNode[]): readonly Step[] {
  return filters.slice(corsFilterIn(filters) + 1).flatMap((filter): readonly Step[] => {
    const name = textAt(filter, 'name') ?? '';
    const { at } = filter;
    const unsigned: Guard = { g: 'header', name: 'authorization', in: ABSENT };
    const end = { to: 'answer', status: 401, unauthenticated: true } as const;
    if (name === 'envoy.filters.http.basic_auth') return [{ when: unsigned, effects: [], end, at }];
    if (!/^envoy\.filters\.http\.(?:ext_authz|jwt_authn)$/.test(name)) return [];
    return [{ when: whenAll(unsigned, unless({ g: 'fact', fact: { ...factOf(unknown('upstream', `whether ${name} lets the request through`, at)), key: `auth ${at.file}:${at.start}` } })), effects: [], end, at }];
  });
}
