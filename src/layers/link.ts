import type { Deployment } from '../policy/evaluate.js';
import type { Policy, Upstream } from '../policy/program.js';

/** Names of this machine: a proxy that passes on to one of these means a process beside it. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?|host\.docker\.internal)$/;

/**
 * Which layers stand behind which: a proxy's upstream is the one policy of the repository that listens on its port,
 * if the upstream is this machine or a service by a bare name. Two candidates are as good as none.
 */
export function link(policies: readonly Policy[]): readonly Deployment[] {
  return policies.map((policy) => ({ policy, inner: innerOf(policy, policies) }));
}

function innerOf(policy: Policy, policies: readonly Policy[]): Deployment['inner'] {
  return upstreamsOf(policy).flatMap(({ host, port }) => {
    if (port === null || (!LOOPBACK.test(host) && host.includes('.'))) return [];
    const behind = policies.filter((candidate) => candidate !== policy && candidate.reader !== policy.reader && candidate.listens.includes(port));
    return behind.length === 1 && behind[0] !== undefined ? [{ host, port, deployment: { policy: behind[0], inner: [] } }] : [];
  });
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
