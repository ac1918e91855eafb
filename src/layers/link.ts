import type { Deployment } from '../policy/evaluate.js';
import type { Policy, Upstream } from '../policy/program.js';

/** Names of this machine: a proxy that passes on to one of these means a process beside it. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?|host\.docker\.internal)$/;

/**
 * Which layers stand behind which: a proxy's upstream is the one policy of the repository that listens on its port,
 * if the upstream is this machine or a service by a bare name. Two candidates are as good as none. A proxy of the same
 * kind is meant on this machine only: by a bare name it may as well be one of many on the usual port.
 */
export function link(policies: readonly Policy[]): readonly Deployment[] {
  return policies.map((policy) => deploymentOf(policy, policies, [policy]));
}

/** Layers in a row past which none is looked for. */
const MAX_LAYERS = 5;

/** A policy with the layers behind it, and those behind them. `chain`: the layers in front, itself the last. */
function deploymentOf(policy: Policy, policies: readonly Policy[], chain: readonly Policy[]): Deployment {
  const inner = (chain.length < MAX_LAYERS ? upstreamsOf(policy) : []).flatMap(({ host, port }) => {
    const here = LOOPBACK.test(host);
    if (port === null || (!here && host.includes('.'))) return [];
    const [behind, ...others] = policies.filter((candidate) => !chain.includes(candidate) && (here || candidate.reader !== policy.reader) && candidate.listens.includes(port));
    return behind === undefined || others.length > 0 ? [] : [{ host, port, deployment: deploymentOf(behind, policies, [...chain, behind]) }];
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
