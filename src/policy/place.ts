import { holds, requestHeader, type HttpRequest } from './holds.js';
import { unless, type Guard, type Policy, type Step } from './program.js';

/** Steps that the remembered places of one policy may hold together. */
const MAX_REMEMBERED = 100_000;

interface Places {
  readonly known: Map<string, readonly Step[]>;
  held: number;
}

const remembered = new WeakMap<Policy, Places>();

/**
 * The steps of a policy that a request may take by its method, path and host; what their guards ask of these is decided.
 * Many requests are put to one place, and most steps of a server with many routes are of other places.
 */
export function stepsAt(policy: Policy, request: HttpRequest): readonly Step[] {
  let places = remembered.get(policy);
  if (places === undefined) remembered.set(policy, (places = { known: new Map(), held: 0 }));
  const key = `${request.method} ${requestHeader(request, 'host') ?? ''} ${request.path}`;
  let steps = places.known.get(key);
  if (steps === undefined) {
    steps = policy.steps.flatMap((step): readonly Step[] => {
      const when = decided(step.when, request);
      return when.g === 'never' ? [] : [when === step.when ? step : { ...step, when }];
    });
    if (places.held > MAX_REMEMBERED) {
      places.known.clear();
      places.held = 0;
    }
    places.known.set(key, steps);
    places.held += steps.length;
  }
  return steps;
}

/** The guard for requests of this method, path and host: what depends on a fact, or on another header, stays asked. */
function decided(guard: Guard, request: HttpRequest): Guard {
  switch (guard.g) {
    case 'and':
    case 'or': {
      const [decisive, neutral] = guard.g === 'and' ? (['never', 'always'] as const) : (['always', 'never'] as const);
      const parts: Guard[] = [];
      for (const part of guard.of) {
        const now = decided(part, request);
        if (now.g === decisive) return now;
        if (now.g !== neutral) parts.push(now);
      }
      return parts.length === 0 ? { g: neutral } : parts.length === 1 ? parts[0]! : { g: guard.g, of: parts };
    }
    case 'not':
      return unless(decided(guard.of, request));
    case 'method':
    case 'path':
    case 'host': {
      const membership = holds(guard, request, () => undefined);
      return typeof membership !== 'boolean' ? guard : membership ? { g: 'always' } : { g: 'never' };
    }
    default:
      return guard;
  }
}
