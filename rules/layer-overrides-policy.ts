/**
 * A proxy sets its own `Access-Control-Allow-Origin` over that of the application behind it. What the application refuses
 * is let in all the same, and with the application's `Access-Control-Allow-Credentials` left standing even an echo without
 * credentials opens it to every site. Each of the two files looks right by itself.
 *
 * Speaks only where the two are linked (the proxy passes on to a port that one application of the repository listens on)
 * and where a request is shown that the application alone refuses.
 */
import { linesOf, STRANGERS, type Ask, type Passage } from '../src/findings/ask.js';
import { passagesTo, placesOf } from '../src/findings/passage.js';
import type { Exchange } from '../src/findings/finding.js';
import { defineRule } from '../src/findings/rule.js';
import { deploymentsBehind } from '../src/policy/deployment.js';
import { acceptedCandidates, effectAt, mayWrite } from '../src/policy/views.js';
import type { Span } from '../src/text/span.js';

export default defineRule({
  title: 'A layer in front lets in what the application behind refuses',
  class: 'security-error',
  set: 'recommended',
  layers: 'composed',
  references: ['https://fetch.spec.whatwg.org/#http-responses', 'https://cwe.mitre.org/data/definitions/942.html'],
  messages: {
    everybody: 'This replaces the stricter policy of {inner}: every website can read {path} as the signed-in user, which {inner} alone refuses.',
    wider: 'This replaces the stricter policy of {inner}: {origin} can read {path}, which {inner} alone refuses.',
  },
  *check(policy, ask) {
    if (!mayWrite(policy, 'access-control-allow-origin', 'access-control-allow-credentials')) return;
    for (const inner of deploymentsBehind(ask.deployment)) {
      const [alone, inFront] = [ask.about(inner), ask.about({ policy, inner: [] })];
      for (const passage of passagesTo(ask.deployment, inner.policy, ask.environment, placesOf(inner, ask.environment))) {
        const found = alone.accepted(passage.inside).length > 0 ? gained(ask, alone, passage) : undefined;
        const at = found === undefined ? undefined : setHere(ask, found.witness);
        if (found === undefined || at === undefined) continue;
        const { witness, everybody } = found;
        // A layer that opens it by itself is told of without the one behind.
        if (everybody && inFront.allowsStrangers(passage.outside, 'include')) continue;
        const { origin } = witness.request;
        yield {
          message: everybody ? 'everybody' : 'wider',
          class: everybody ? 'security-error' : 'correctness-warning',
          data: { inner: inner.policy.title, path: passage.outside.path, origin },
          at,
          related: [{ at: inner.policy.at, message: 'The layer behind has its own policy here.' }],
          witness: { ...witness, ...(everybody ? { attacker: 'any site' } : {}) },
          proposals: [
            { title: 'Leave it to the layer behind', change: { kind: 'remove-header', at }, automatic: false },
            { title: 'Let in the same origins as the layer behind', change: { kind: 'allow-only', at, origins: alone.accepted(passage.inside) }, automatic: false },
          ],
        };
      }
    }
  },
});

/** What the chain lets in and the layer behind, asked alone, refuses: any site with credentials, else one origin. */
function gained(ask: Ask, alone: Ask, { outside, inside }: Passage): { readonly witness: Exchange; readonly everybody: boolean } | undefined {
  const refuses = (origin: string, credentials: 'include' | 'omit'): boolean => alone.blocks(inside, { origin, credentials }) !== undefined;
  const credentialed = STRANGERS.map((origin) => (refuses(origin, 'include') ? ask.allows(outside, { origin, credentials: 'include' }) : undefined));
  if (credentialed[0] !== undefined && !credentialed.includes(undefined)) return { witness: credentialed[0], everybody: true };
  for (const origin of [STRANGERS[0], ...acceptedCandidates(ask.policy)]) {
    for (const credentials of ['include', 'omit'] as const) {
      const witness = refuses(origin, credentials) ? ask.allows(outside, { origin, credentials }) : undefined;
      if (witness !== undefined) return { witness, everybody: false };
    }
  }
  return undefined;
}

/** Where the layer in front writes what lets the request through. */
function setHere(ask: Ask, { response }: Exchange): Span | undefined {
  const lines = ['access-control-allow-origin', 'access-control-allow-credentials'].flatMap((name) => linesOf(response, name));
  return lines.find(({ at }) => effectAt(ask.policy, at) !== undefined)?.at;
}
