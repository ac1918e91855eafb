import { layersOf } from '../policy/deployment.js';
import type { Deployment } from '../policy/evaluate.js';
import type { Policy } from '../policy/program.js';
import type { Layering } from './link.js';

/** The same layers as far as they stand in front of some policies or behind them: what a gateway has beside is left out. */
export function onTheWay(layering: Layering, to: ReadonlySet<Policy>): Layering {
  const leads = (deployment: Deployment): boolean => layersOf(deployment).some((policy) => to.has(policy));
  const narrowed = (deployment: Deployment): Deployment =>
    to.has(deployment.policy) ? deployment : { policy: deployment.policy, inner: deployment.inner.filter((one) => leads(one.deployment)).map((one) => ({ ...one, deployment: narrowed(one.deployment) })) };
  return {
    ...layering,
    deploymentOf: (policy) => narrowed(layering.deploymentOf(policy)),
    entriesTo: (policy) => layering.entriesTo(policy).map((entry) => ({ ...entry, deployment: narrowed(entry.deployment) })),
    linked: layering.linked.filter(leads).map(narrowed),
  };
}
