import { isInNetwork } from '../../src/middleware/networks.js';
import type { Assumptions, Deployment } from '../../src/policy/evaluate.js';
import type { Guard } from '../../src/policy/program.js';
import type { Fact } from '../../src/values/fact.js';

/** Where tests send from: no network of a page's, so what the evaluator takes for true is decided here. */
const CLIENT = '127.0.0.1';

/** Whether the tests' own client is in each of the networks that a deployment lets in. */
export function fromLoopback({ policy, inner }: Deployment): Assumptions {
  const facts = [...policy.steps.flatMap(({ when }) => [...networksIn(when)]), ...inner.flatMap(({ deployment }) => [...fromLoopback(deployment).values()].map(({ fact }) => fact))];
  return new Map(facts.map((fact) => [fact.key, { fact, holds: isClientIn(fact) }]));
}

/** Is the client in one of the networks that a fact names? */
export function isClientIn({ key }: Fact): boolean {
  return /client in (.*)$/.exec(key)?.[1]?.split(' ').some((network) => network === 'all' || isInNetwork(CLIENT, network)) === true;
}

function* networksIn(guard: Guard): Generator<Fact> {
  if (guard.g === 'fact' && guard.fact.network === true) yield guard.fact;
  else if (guard.g === 'not') yield* networksIn(guard.of);
  else if (guard.g === 'and' || guard.g === 'or') for (const part of guard.of) yield* networksIn(part);
}
