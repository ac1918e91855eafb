/**
 * The response depends on `Origin` but does not say so. A cache (the browser's own included) then hands one site's
 * response to another, where the browser blocks it: a failure that comes and goes.
 *
 * A value that is sent to everybody needs no `Vary`, and neither does a response that caches do not store: those are
 * answers to GET and HEAD. What a layer in front takes away from the application's `Vary` is told at the place of that
 * layer; what it adds is counted.
 */
import { linesOf } from '../src/findings/ask.js';
import { cacheable, keepingVary, poisoned, variesByOrigin } from '../src/findings/cached.js';
import { defineRule } from '../src/findings/rule.js';
import { removalsOf } from '../src/policy/views.js';

export default defineRule({
  title: 'The response depends on Origin but does not say Vary: Origin',
  class: 'correctness-warning',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches', 'https://cwe.mitre.org/data/definitions/525.html'],
  messages: {
    missing: 'The response depends on `Origin` but never says `Vary: Origin`: caches hand one site’s response to another.',
    stripped: 'This takes `Vary: Origin` from what {inner} sends: caches hand one site’s response to another.',
    onlyGranted: 'Only granted responses say `Vary: Origin`; a cached response made for another site blocks {origin}.',
  },
  *check(policy, ask) {
    if (policy.evidence.noStore) return;
    const ownSay = policy.evidence.canAddVary || ask.strict;
    const kept = keepingVary(ask);
    for (const probe of ask.probes) {
      const stripped = ask.inFront.flatMap((layer) => removalsOf(layer, 'vary'))[0];
      const found = cacheable(probe) && (ownSay || stripped !== undefined) ? poisoned(ask, probe) : undefined;
      // Where `Origin` was said and then lost, the other rule says how.
      if (found === undefined || poisoned(kept, probe) === undefined) continue;
      if (stripped !== undefined && poisoned(ask.inside, probe) === undefined) {
        yield { message: 'stripped', data: { inner: policy.title }, at: stripped, related: [{ at: policy.at, message: 'It says `Vary: Origin`.' }], witness: { ...found.witness, stored: found.stored } };
        continue;
      }
      if (!ownSay) continue;
      const { stored, witness, granted } = found;
      const missing = !variesByOrigin(granted.response);
      if (!missing && !policy.evidence.handWritten && !ask.strict) continue;
      const at = linesOf(granted.response, 'access-control-allow-origin')[0]?.at ?? policy.at;
      yield {
        message: missing ? 'missing' : 'onlyGranted',
        data: { origin: witness.request.origin },
        at,
        witness: { ...witness, stored },
        proposals: [{ title: 'Append `Vary: Origin`', change: { kind: 'add-vary', at }, automatic: true }],
      };
    }
  },
});
