import { isCertain, waysTo } from '../policy/deployment.js';
import type { Deployment, Inner } from '../policy/evaluate.js';
import type { Gap, Policy, Upstream } from '../policy/program.js';
import { Topology } from './topology.js';

/** Names of this machine: a proxy that passes on to one of these means a process beside it. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?|host\.docker\.internal)$/;

/** Layers in a row past which none is looked for. */
const MAX_LAYERS = 5;

/** Which layers stand behind which, for some policies of a run. */
export interface Layering {
  /** The policy with all that stands behind it. */
  deploymentOf(policy: Policy): Deployment;
  /** The outermost layers through which requests come to the policy, each with all that stands behind it; empty where none is known in front. */
  entriesTo(policy: Policy): readonly Entry[];
  /** Do requests come to the policy without the layers in front too: is it said to be reached from outside? */
  isExposed(policy: Policy): boolean;
  /** Every layer that none stands in front of, with all that stands behind it. */
  readonly entries: readonly Deployment[];
  /** Every layer that something stands behind. */
  readonly linked: readonly Deployment[];
  /** Why something that is passed on to is not followed. */
  readonly gaps: readonly Gap[];
}

export interface Entry {
  readonly deployment: Deployment;
  /** Is every link on the way certain? */
  readonly certain: boolean;
}

/** @param all policies, and those of plain layers */
export function link(all: readonly Policy[], _topology: Topology = new Topology()): Layering {
  const deployments = new Map<Policy, Deployment>(all.map((policy) => [policy, deploymentOf(policy, all, [policy])]));
  const behind = new Set([...deployments.values()].flatMap(({ inner }) => inner.map(({ deployment }) => deployment.policy)));
  const entries = [...deployments.values()].filter(({ policy }) => !behind.has(policy));
  return {
    deploymentOf: (policy) => deployments.get(policy) ?? { policy, inner: [] },
    entriesTo: (policy) => entries.filter((entry) => entry.policy !== policy && waysTo(entry, policy).length > 0).map((deployment) => ({ deployment, certain: isCertain(deployment, policy) })),
    isExposed: () => false,
    entries,
    linked: [...deployments.values()].filter(({ inner }) => inner.length > 0),
    gaps: [],
  };
}

/** A policy with the layers behind it, and those behind them. `chain`: the layers in front, itself the last. */
function deploymentOf(policy: Policy, policies: readonly Policy[], chain: readonly Policy[]): Deployment {
  const inner = (chain.length < MAX_LAYERS ? upstreamsOf(policy) : []).flatMap(({ host, port, at }): readonly Inner[] => {
    const here = LOOPBACK.test(host);
    if (port === null || (!here && host.includes('.'))) return [];
    const [behind, ...others] = policies.filter((candidate) => !chain.includes(candidate) && (here || candidate.reader !== policy.reader) && candidate.listens.includes(port));
    if (behind === undefined || others.length > 0) return [];
    const evidence = [{ at, message: `It passes requests on to port ${port}.` }, { at: behind.at, message: `It is the only one in the repository that listens on port ${port}.` }];
    return [{ host, port, deployment: deploymentOf(behind, policies, [...chain, behind]), link: { certain: true, evidence } }];
  });
  return { policy, inner };
}

const upstreams = new WeakMap<Policy, readonly Upstream[]>();

/** Remembered: a policy is plain data, and is linked anew with every change that is tried in another file. */
function upstreamsOf(policy: Policy): readonly Upstream[] {
  let known = upstreams.get(policy);
  if (known === undefined) upstreams.set(policy, (known = upstreamsIn(policy)));
  return known;
}

function upstreamsIn(policy: Policy): readonly Upstream[] {
  const all = policy.steps.flatMap((step) => (step.end?.to === 'upstream' ? [step.end.upstream] : []));
  return all.filter((upstream, index) => all.findIndex((other) => other.host === upstream.host && other.port === upstream.port) === index);
}
