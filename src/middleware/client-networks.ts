import type { Guard, Step } from '../policy/program.js';
import type { Span } from '../text/span.js';
import type { Fact } from '../values/fact.js';
import { hasBrowsers } from './networks.js';

/** The client's address is in one of these networks, as a product's configuration asks; `lettingIn` decides what it means. */
export function clientIn(product: string, networks: readonly string[], at: Span): Fact {
  const fact: Fact = { key: `${product}:client in ${networks.join(' ')}`, reason: 'database-or-io', detail: `whether the client’s address is in ${networks.join(', ')}`, at };
  return networks.some(hasBrowsers) ? { ...fact, network: true } : fact;
}

/** A network that is turned away, or asked about for something else than to let it in: nobody knows who comes from there. */
export function withoutNetwork({ network: _network, ...fact }: Fact): Fact {
  return fact;
}

/**
 * The steps, with `network` left only on facts that let clients in: outside of these networks some step refuses, and
 * inside of them none does.
 */
export function lettingIn(steps: readonly Step[]): readonly Step[] {
  const [inside, outside] = [new Set<string>(), new Set<string>()];
  for (const { when, end } of steps) {
    if (end?.to !== 'answer' || (end.status !== 403 && end.status !== 401 && end.fault === undefined)) continue;
    for (const { fact, holds } of networksIn(when, true)) (holds ? inside : outside).add(fact.key);
  }
  const letsIn = (fact: Fact): boolean => outside.has(fact.key) && !inside.has(fact.key);
  return steps.some(({ when }) => [...networksIn(when, true)].some(({ fact }) => !letsIn(fact))) ? steps.map((step) => ({ ...step, when: limited(step.when, letsIn) })) : steps;
}

function* networksIn(guard: Guard, holds: boolean): Generator<{ readonly fact: Fact; readonly holds: boolean }> {
  if (guard.g === 'fact' && guard.fact.network === true) yield { fact: guard.fact, holds };
  else if (guard.g === 'not') yield* networksIn(guard.of, !holds);
  else if (guard.g === 'and' || guard.g === 'or') for (const part of guard.of) yield* networksIn(part, holds);
}

function limited(guard: Guard, letsIn: (fact: Fact) => boolean): Guard {
  switch (guard.g) {
    case 'fact':
      return guard.fact.network === true && !letsIn(guard.fact) ? { g: 'fact', fact: withoutNetwork(guard.fact) } : guard;
    case 'not':
      return { g: 'not', of: limited(guard.of, letsIn) };
    case 'and':
    case 'or':
      return { g: guard.g, of: guard.of.map((part) => limited(part, letsIn)) };
    default:
      return guard;
  }
}
