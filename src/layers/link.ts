import type { Deployment, Inner } from '../policy/evaluate.js';
import { isLocal, runsIn, type Environment } from '../policy/local.js';
import type { Gap, Policy, Upstream } from '../policy/program.js';
import { contains } from '../text/span.js';
import { Upstreams, type Behind } from './behind.js';
import { chosen, Declared } from './declared.js';
import { GapsOfLinks } from './gaps.js';
import { push, Topology } from './topology.js';

/** Layers in a row, and layers behind one in all, past which none is looked for. */
const MAX_LAYERS = 8;
const MAX_SIZE = 5000;

/** Which layers stand behind which, for some policies of a run. */
export interface Layering {
  /** The policy with all that stands behind it. */
  deploymentOf(policy: Policy): Deployment;
  /** The outermost layers through which requests come to the policy, each with all that stands behind it; empty where none is known in front. */
  entriesTo(policy: Policy): readonly Entry[];
  /** Do requests come to the policy without the layers in front too: is it said to be reached from outside? */
  isExposed(policy: Policy): boolean;
  /** Every layer that none stands in front of, with all that stands behind it. Of those that say nothing of CORS, the ones with something behind them that does. */
  readonly entries: readonly Deployment[];
  /** Every layer that none stands in front of, whatever it says. */
  readonly outermost: readonly Deployment[];
  /** Every layer that something stands behind. */
  readonly linked: readonly Deployment[];
  /** What the configuration calls the layer that a policy belongs to. */
  nameOf(policy: Policy): string | undefined;
  /** Why something that is passed on to is not followed. */
  readonly gaps: readonly Gap[];
}

export interface Entry {
  readonly deployment: Deployment;
  /** Is every link on the way certain? */
  readonly certain: boolean;
}

/** A layer that stands behind another one: the place in that one's program, and why. */
interface Link extends Behind {
  /** Null: behind whatever the layer in front passes on without naming where. */
  readonly upstream: Upstream | null;
}

/**
 * What runs on a developer's machine alone stands in front of nothing, and behind nothing, where the repository is judged
 * for another environment: a service behind a dev server's proxy is reached without it when it is deployed. On that
 * machine whoever reaches the proxy reaches the ports behind it too.
 * @param told policies, and those of plain layers
 */
export function link(told: readonly Policy[], topology: Topology = new Topology(), environment: Environment = 'production'): Layering {
  const all = told.filter((policy) => runsIn(policy, environment));
  const upstreams = new Upstreams(all, topology);
  const declared = new Declared(all, topology.declared);
  const gaps = new GapsOfLinks();
  const links = new Map(all.map((policy) => [policy, [...linksOf(policy, upstreams, declared, gaps), ...carried(policy, topology)]]));
  const { deployments, outermost } = composed(all, links, gaps);
  const saysCors = (policy: Policy): boolean => !topology.isPlain(policy);
  const isAboutCors = (deployment: Deployment): boolean => [...certaintiesIn(deployment).keys()].some(saysCors);
  const entries = outermost.filter(isAboutCors);
  const ways = new Map<Policy, Entry[]>();
  for (const deployment of entries) for (const [policy, certain] of certaintiesIn(deployment)) if (policy !== deployment.policy) push(ways, policy, { deployment, certain });
  return {
    deploymentOf: (policy) => deployments.get(policy) ?? { policy, inner: [] },
    entriesTo: (policy) => ways.get(policy) ?? [],
    isExposed: (policy) => !declared.isBehind(policy) && (isPublished(policy, topology) || (ways.get(policy) ?? []).some(({ deployment }) => isLocal(deployment.policy))),
    entries,
    outermost,
    linked: [...deployments.values()].filter((one) => one.inner.length > 0 && isAboutCors(one)),
    nameOf: (policy) => declared.layerOf(policy)?.name,
    gaps: gaps.told(all, links, saysCors),
  };
}

/** What stands behind a layer: what the configuration says, else what is found and does not contradict it. */
function linksOf(policy: Policy, upstreams: Upstreams, declared: Declared, gaps: GapsOfLinks): readonly Link[] {
  const named = upstreamsOf(policy);
  const layers = declared.behind(policy);
  if (layers !== undefined && named.length === 0) return layers.flatMap(({ behind }) => behind.map((one) => ({ ...one, upstream: null })));
  return named.flatMap((upstream): readonly Link[] => {
    const resolution = upstreams.behind(policy, upstream);
    const found = resolution.kind === 'found' ? resolution.behind.filter((one) => declared.allows(policy, one.policy)) : [];
    if (layers === undefined) {
      if (found.length === 0) gaps.at(policy, upstream, resolution);
      return found.map((one) => ({ ...one, upstream }));
    }
    const layer = layers.find(({ behind }) => found.some((one) => behind.some(({ policy: declaredOne }) => declaredOne === one.policy))) ?? chosen(layers, upstream);
    if (layer === undefined && layers.length > 0) gaps.undeclared(policy, upstream, layers.map(({ name }) => name));
    return (layer?.behind ?? []).map((one) => ({ ...one, upstream }));
  });
}

/** The plain layers of the same product that the policy stands in front of. */
function carried(policy: Policy, topology: Topology): readonly Link[] {
  return topology.carriedBy(policy.at.file).flatMap((layer): readonly Link[] => {
    const place = layer.carries?.find((span) => contains(span, policy.at));
    if (place === undefined || layer.policy === policy) return [];
    return [{ policy: layer.policy, upstream: null, certain: true, evidence: [{ at: policy.at, message: `It is part of ${layer.policy.title}.` }, { at: layer.policy.at, message: 'This passes requests on.' }] }];
  });
}

interface Built {
  readonly deployment: Deployment;
  /** Layers in a row, and layers in all, each as often as a way leads to it. */
  readonly height: number;
  readonly size: number;
}

/**
 * Each policy with all that stands behind it, and those that none stands in front of. Of layers in a circle the link that
 * closes it is left out; so are links past which there would be too many layers.
 */
function composed(all: readonly Policy[], links: ReadonlyMap<Policy, readonly Link[]>, gaps: GapsOfLinks): { readonly deployments: ReadonlyMap<Policy, Deployment>; readonly outermost: readonly Deployment[] } {
  const built = new Map<Policy, Built>();
  const chain = new Set<Policy>();
  const build = (policy: Policy): Built => {
    const known = built.get(policy);
    if (known !== undefined) return known;
    chain.add(policy);
    const inner: Inner[] = [];
    let [height, size] = [1, 1];
    for (const { policy: behind, upstream, certain, evidence } of links.get(policy) ?? []) {
      if (chain.has(behind)) {
        gaps.endless(policy, upstream, behind);
        continue;
      }
      const one = build(behind);
      if (one.height >= MAX_LAYERS || size + one.size > MAX_SIZE) {
        gaps.endless(policy, upstream, undefined);
        continue;
      }
      [height, size] = [Math.max(height, one.height + 1), size + one.size];
      inner.push({ host: upstream?.host ?? null, port: upstream?.port ?? null, deployment: one.deployment, link: { certain, evidence } });
    }
    chain.delete(policy);
    const result = { deployment: { policy, inner }, height, size };
    built.set(policy, result);
    return result;
  };
  const behind = new Set([...links.values()].flatMap((some) => some.map(({ policy }) => policy)));
  const outermost = all.filter((policy) => !behind.has(policy)).map((policy) => build(policy).deployment);
  // What is left stands in circles: the first of each comes first.
  for (const policy of all) if (!built.has(policy)) outermost.push(build(policy).deployment);
  return { deployments: new Map([...built].map(([policy, { deployment }]) => [policy, deployment])), outermost };
}

/** The layers of a deployment, each with whether all links on all ways to it are certain. */
function certaintiesIn(deployment: Deployment): ReadonlyMap<Policy, boolean> {
  const found = new Map<Policy, boolean>();
  const walk = ({ policy, inner }: Deployment, certain: boolean): void => {
    const known = found.get(policy);
    // What was walked with the same doubt, or more, says nothing new.
    if (known !== undefined && (!known || certain)) return;
    found.set(policy, certain);
    for (const { deployment: behind, link: how } of inner) walk(behind, certain && how?.certain !== false);
  };
  walk(deployment, true);
  return found;
}

/** Is one of the units that run the policy reached from outside, on a port that may be the policy's? */
function isPublished(policy: Policy, topology: Topology): boolean {
  return topology.runningAt(policy.at.file).some(({ unit }) => {
    const own = policy.listens.length > 0 ? policy.listens : unit.ports.map(({ port }) => port);
    return topology.targetsFromOutside(unit).some((target) => target === null || own.length === 0 || own.includes(target));
  });
}

const upstreams = new WeakMap<Policy, readonly Upstream[]>();

/** Remembered: a policy is plain data, and is linked anew with every change that is tried in another file. */
export function upstreamsOf(policy: Policy): readonly Upstream[] {
  let known = upstreams.get(policy);
  if (known === undefined) upstreams.set(policy, (known = upstreamsIn(policy)));
  return known;
}

function upstreamsIn(policy: Policy): readonly Upstream[] {
  const all = new Map<string, Upstream>();
  for (const { end } of policy.steps) {
    if (end?.to !== 'upstream') continue;
    const key = `${end.upstream.host} ${end.upstream.port}`;
    if (!all.has(key)) all.set(key, end.upstream);
  }
  return [...all.values()];
}
