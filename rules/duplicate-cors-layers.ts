/**
 * A proxy and the application behind it both add `Access-Control-Allow-Origin`, or both `Access-Control-Allow-Credentials`.
 * The browser gets two values and refuses the response, however right each of them is.
 *
 * One layer should speak for both: which one is a choice, since each may let in what the other does not.
 */
import { linesOf, type Ask } from '../src/findings/ask.js';
import { passagesTo, placesOf } from '../src/findings/passage.js';
import type { Exchange } from '../src/findings/finding.js';
import { defineRule } from '../src/findings/rule.js';
import { deploymentsBehind, layersOf, waysTo } from '../src/policy/deployment.js';
import type { Deployment } from '../src/policy/evaluate.js';
import { acceptedCandidates, effectAt, mayWrite } from '../src/policy/views.js';
import type { Span } from '../src/text/span.js';

export default defineRule({
  title: 'Two layers both add the same CORS header',
  class: 'broken-in-browser',
  set: 'recommended',
  layers: 'composed',
  references: ['https://fetch.spec.whatwg.org/#concept-header-list-get'],
  messages: {
    twice: 'This layer and the one behind it ({inner}) both add `{header}`; browsers refuse two values.',
  },
  *check(_policy, ask) {
    for (const inner of deploymentsBehind(ask.deployment)) {
      for (const header of ['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials']) {
        const found = [ask.policy, inner.policy].every((layer) => mayWrite(layer, header.toLowerCase())) ? twice(ask, inner, header) : undefined;
        if (found === undefined) continue;
        const { outer, behind, witness } = found;
        yield {
          message: 'twice',
          data: { inner: inner.policy.title, header },
          at: outer,
          related: [{ at: behind, message: 'The layer behind adds it here.' }],
          witness,
          proposals: [
            { title: 'Hide the header of the layer behind', change: { kind: 'hide-inner-header', at: outer, header }, automatic: false },
            { title: 'Leave it to the layer behind', change: { kind: 'remove-header', at: outer }, automatic: false },
          ],
        };
      }
    }
  },
});

/** A refused response with a line of the header from either layer. */
function twice(ask: Ask, inner: Deployment, header: string): { readonly outer: Span; readonly behind: Span; readonly witness: Exchange } | undefined {
  const credentials = header === 'Access-Control-Allow-Credentials' ? 'include' : 'omit';
  // Whom a layer on the way or behind both turns away gets an error, without the headers of either perhaps.
  const layers = new Set([...waysTo(ask.deployment, inner.policy).flat(), ...layersOf(inner)]);
  const origins = new Set([...[...layers].flatMap(acceptedCandidates), 'https://app.example']);
  for (const probe of [...passagesTo(ask.deployment, inner.policy, ask.environment, placesOf(inner, ask.environment)).map(({ outside }) => outside).filter((place) => ask.outside(place) !== undefined), ...ask.places]) {
    for (const origin of origins) {
      const witness = ask.blocks(probe, { origin, credentials });
      if (witness === undefined || !/^(?:acao-mismatch|acao-wildcard-credentials|acac-not-true)$/.test(witness.verdict.reason)) continue;
      const lines = linesOf(witness.response, header.toLowerCase());
      const outer = lines.find((line) => effectAt(ask.policy, line.at) !== undefined)?.at;
      const behind = lines.find((line) => effectAt(inner.policy, line.at) !== undefined)?.at;
      if (outer !== undefined && behind !== undefined) return { outer, behind, witness };
    }
  }
  return undefined;
}
