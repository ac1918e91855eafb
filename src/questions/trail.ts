import { urlOf } from '../findings/ask.js';
import { serverRequest } from '../findings/exchange.js';
import { evaluate, type Deployment } from '../policy/evaluate.js';
import type { Policy, Probe, Upstream } from '../policy/program.js';
import type { Environment } from '../values/fact.js';

/** A layer that a request comes to, and the path that it is asked for. */
export interface Stop {
  readonly policy: Policy;
  readonly path: string;
}

/** The layers on the way of a page's request for the place, outermost first: once for every way that is possible. */
export function trailsTo(entry: Deployment, probe: Probe, environment: Environment): readonly (readonly Stop[])[] {
  const request = serverRequest({ url: urlOf(probe) }, probe.methods?.[0] ?? 'GET', [['origin', 'https://app.example']]);
  const trails = evaluate(entry, request, { environment, trace: true }).map(({ trace = [] }) => trace.map(({ policy, request: { path } }) => ({ policy, path })));
  return trails.filter((trail, index) => trails.findIndex((other) => isSame(other, trail)) === index);
}

function isSame(one: readonly Stop[], other: readonly Stop[]): boolean {
  return one.length === other.length && one.every(({ policy, path }, index) => other[index]!.policy === policy && other[index]!.path === path);
}

/** A place that may be asked for at an entry, and the layer whose place it is. */
export interface Candidate {
  readonly probe: Probe;
  readonly of: Policy;
  /** Its path where that layer has it. */
  readonly inside: string;
}

/** Places of a layer and of all behind it, as they would be asked for at that layer, the innermost first. Whether requests come so far is to be asked. */
export function candidatesAt({ policy, inner }: Deployment): readonly Candidate[] {
  const hosts = [...new Set(policy.probes.map(({ host }) => host))];
  const behind = inner.flatMap(({ host: upstream, port, deployment }) => {
    const changes = policy.steps.flatMap(({ end }) => (end?.to === 'upstream' && end.upstream.host === upstream && end.upstream.port === port ? [end.upstream.path] : []));
    const ways = upstream === null || changes.length === 0 ? [undefined] : changes;
    return candidatesAt(deployment).flatMap(({ probe, of, inside }) => {
      const paths = new Set(ways.flatMap((way) => pathInFront(probe.path, way) ?? []));
      return [...paths].flatMap((path) => hosts.map((host): Candidate => ({ probe: { ...withoutHost(probe), path, ...(host === undefined ? {} : { host }) }, of, inside })));
    });
  });
  return [...behind, ...policy.probes.map((probe) => ({ probe, of: policy, inside: probe.path }))];
}

function withoutHost({ host: _host, ...place }: Probe): Probe {
  return place;
}

/** The path that becomes this one behind a layer; undefined where none is known to. */
function pathInFront(path: string, way: Upstream['path']): string | undefined {
  if (way === undefined) return path;
  if (way === null || 'whole' in way) return undefined;
  const tail = 'tail' in way ? way.tail : '';
  if (!path.startsWith(way.by) || !path.endsWith(tail)) return undefined;
  return way.prefix + path.slice(way.by.length, path.length - tail.length);
}
