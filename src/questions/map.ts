import type { Quieted, Survey } from '../engine.js';
import { Ask } from '../findings/ask.js';
import type { Finding } from '../findings/finding.js';
import { trustedSet } from '../findings/trusted.js';
import { isCertain, layersOf } from '../policy/deployment.js';
import type { Deployment, Link } from '../policy/evaluate.js';
import type { Gap, Policy, Probe } from '../policy/program.js';
import { spanKey } from '../text/span.js';
import { environmentNamed } from '../values/fact.js';
import { accessTo, reachOf, type Access, type Reach } from './access.js';
import { candidatesAt, trailsTo, type Stop } from './trail.js';

/** Layers, paths and who may read what: what a map draws. */
export interface RepositoryMap {
  /** Name of the environment that is asked about. */
  readonly environment: string;
  /** Every layer of the chains once: an outer one before those behind it. */
  readonly layers: readonly MapLayer[];
  readonly links: readonly MapLink[];
  /** One for every layer that requests come to first; then those for layers that are reached past others. */
  readonly chains: readonly Chain[];
  /** Findings of what is no layer: a file that cannot be read. */
  readonly findings: readonly Finding[];
  /** What would be found of a layer alone, and is of no account in its chain. */
  readonly quieted: readonly Quieted[];
  readonly gaps: readonly Gap[];
}

export interface MapLayer {
  /** `layer-1`, `layer-2`, … */
  readonly id: string;
  readonly policy: Policy;
  /** Does it say something of CORS itself? */
  readonly speaks: boolean;
  readonly findings: readonly Finding[];
}

export interface MapLink {
  readonly from: string;
  readonly to: string;
  /** Where the layer in front passes requests on to; null: to whatever stands behind it. */
  readonly upstream: { readonly host: string; readonly port: number | null } | null;
  readonly certain: boolean;
  readonly evidence: Link['evidence'];
}

export interface Chain {
  /** The layer that requests come to first. */
  readonly entry: string;
  /** Do they come to it past layers that stand in front of it, since it is said to be reached from outside too? */
  readonly past: boolean;
  readonly paths: readonly MapPath[];
}

/** A place as it is asked for from outside. */
export interface MapPath {
  /** Undefined: whatever host it is served under. */
  readonly host?: string;
  readonly path: string;
  /** Methods that are served there; null where that is not known. */
  readonly methods: readonly string[] | null;
  /** The layers that requests for it go through, outermost first: one for every way that is possible. */
  readonly ways: readonly (readonly { readonly layer: string; readonly path: string }[])[];
  /** Is every link of these ways certain? */
  readonly certain: boolean;
  readonly access: readonly Access[];
  readonly reach: Reach;
}

/** Places of one chain, past which no more are asked about. */
const MAX_PATHS = 2000;

/** @param environment name of the environment, as the user calls it @param trustedOrigins origins that the configuration calls the user's own */
export function mapOf(survey: Survey, environment: string, trustedOrigins: readonly string[]): RepositoryMap {
  const speaking = new Set(survey.policies);
  const policies = [...new Set(survey.entries.flatMap(layersOf))];
  const ids = new Map(policies.map((policy, index) => [policy, `layer-${index + 1}`]));
  const findingsOf = new Map<string, Finding[]>();
  for (const finding of survey.findings) findingsOf.set(keyOf(finding.policy), [...(findingsOf.get(keyOf(finding.policy)) ?? []), finding]);
  const drawn = new Set(policies.map(keyOf));
  const chainOf = (past: boolean) => (entry: Deployment): Chain => ({ entry: ids.get(entry.policy)!, past, paths: pathsOf(entry, ids, environment, trustedOrigins) });
  return {
    environment,
    layers: policies.map((policy) => ({ id: ids.get(policy)!, policy, speaks: speaking.has(policy), findings: findingsOf.get(keyOf(policy)) ?? [] })),
    links: linksIn(survey.entries, ids),
    chains: [...survey.entries.map(chainOf(false)), ...survey.exposed.map(chainOf(true))],
    findings: survey.findings.filter(({ policy }) => !drawn.has(keyOf(policy))),
    quieted: survey.neutralised,
    gaps: survey.gaps,
  };
}

/** A finding knows its policy by what it is called and where it stands. */
function keyOf({ reader, title, at }: Pick<Policy, 'reader' | 'title' | 'at'>): string {
  return `${reader} ${title} ${spanKey(at)}`;
}

function linksIn(entries: readonly Deployment[], ids: ReadonlyMap<Policy, string>): readonly MapLink[] {
  const links = new Map<string, MapLink>();
  const follow = ({ policy, inner }: Deployment): void => {
    for (const { host, port, deployment, link } of inner) {
      const [from, to] = [ids.get(policy)!, ids.get(deployment.policy)!];
      links.set(`${from} ${to} ${host} ${port}`, { from, to, upstream: host === null ? null : { host, port }, certain: link?.certain !== false, evidence: link?.evidence ?? [] });
      follow(deployment);
    }
  };
  entries.forEach(follow);
  return [...links.values()];
}

function pathsOf(entry: Deployment, ids: ReadonlyMap<Policy, string>, environment: string, trustedOrigins: readonly string[]): readonly MapPath[] {
  const ask = new Ask(entry, environment, false, trustedSet(trustedOrigins));
  const found = new Map<string, MapPath>();
  for (const { probe, of, inside } of candidatesAt(entry)) {
    const key = `${probe.host ?? ''} ${probe.path}`;
    if (found.has(key) || found.size >= MAX_PATHS) continue;
    const trails = trailsTo(entry, probe, environmentNamed(environment));
    // Of a place behind, what is asked for outside is only guessed until requests are seen to come there.
    if (of !== entry.policy && !trails.some((trail) => trail.some(({ policy, path }) => policy === of && path === inside))) continue;
    found.set(key, pathAt(probe, trails, entry, ask, ids, trustedOrigins));
  }
  return [...found.values()].sort(byPlace);
}

function pathAt({ host, path, methods, ...rest }: Probe, trails: readonly (readonly Stop[])[], entry: Deployment, ask: Ask, ids: ReadonlyMap<Policy, string>, own: readonly string[]): MapPath {
  const onTheWay = [...new Set(trails.flatMap((trail) => trail.map(({ policy }) => policy)))];
  const probe: Probe = { ...rest, path, methods, ...(host === undefined ? {} : { host }) };
  const access = accessTo(probe, ask, onTheWay, own);
  return {
    ...(host === undefined ? {} : { host }),
    path,
    methods,
    ways: trails.map((trail) => trail.map((stop) => ({ layer: ids.get(stop.policy)!, path: stop.path }))),
    certain: onTheWay.every((policy) => isCertain(entry, policy)),
    access,
    reach: reachOf(access),
  };
}

function byPlace(a: MapPath, b: MapPath): number {
  const [one, other] = [`${a.host ?? ''} ${a.path}`, `${b.host ?? ''} ${b.path}`];
  return one < other ? -1 : one > other ? 1 : 0;
}
