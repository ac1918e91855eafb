import type { Deployment } from './evaluate.js';
import type { Policy } from './program.js';

/** The same layers with another policy in one's place, wherever that stands. */
export function replaced(deployment: Deployment, policy: Policy, by: Policy): Deployment {
  return {
    policy: deployment.policy === policy ? by : deployment.policy,
    inner: deployment.inner.map((one) => ({ ...one, deployment: replaced(one.deployment, policy, by) })),
  };
}

/** A layer and all that stand behind it, outermost first. */
export function layersOf({ policy, inner }: Deployment): readonly Policy[] {
  return [policy, ...inner.flatMap(({ deployment }) => layersOf(deployment))];
}

/** The layers as far as their links are certain. */
export function certainPart(deployment: Deployment): Deployment {
  const inner = deployment.inner.flatMap((one) => (one.link?.certain === false ? [] : [{ ...one, deployment: certainPart(one.deployment) }]));
  const isWhole = inner.length === deployment.inner.length && inner.every((one, index) => one.deployment === deployment.inner[index]!.deployment);
  return isWhole ? deployment : { policy: deployment.policy, inner };
}

/** Every layer behind one, with what stands behind it in its turn, outermost first. */
export function deploymentsBehind({ inner }: Deployment): readonly Deployment[] {
  return inner.flatMap(({ deployment }) => [deployment, ...deploymentsBehind(deployment)]);
}

/** The ways from a layer to a policy behind it: the layers of each, both ends among them. */
export function waysTo({ policy, inner }: Deployment, target: Policy): readonly (readonly Policy[])[] {
  if (policy === target) return [[policy]];
  return inner.flatMap(({ deployment }) => waysTo(deployment, target).map((way) => [policy, ...way]));
}

/** Is every link of the layers, on the way to a policy behind them, certain? */
export function isCertain({ policy, inner }: Deployment, target: Policy): boolean {
  return policy === target || inner.filter(({ deployment }) => waysTo(deployment, target).length > 0).every(({ link, deployment }) => link?.certain !== false && isCertain(deployment, target));
}
