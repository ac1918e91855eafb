/**
 * `Vary` is a list to which everybody adds: who sets it anew throws away what was there. A cache then hands one variant
 * of the response (compressed, translated, made for another site) to everybody.
 *
 * Speaks only where the lost value is known: written before on the same path, by middleware, by a package or by a layer
 * behind. The first and only writer may set what it likes.
 */
import { linesOf, STRANGERS, type Ask } from '../src/findings/ask.js';
import { cacheable, keepingVary, namesIn, overwritesVary, poisoned, storable, variesBy } from '../src/findings/cached.js';
import type { Exchange, Witness } from '../src/findings/finding.js';
import { defineRule } from '../src/findings/rule.js';
import type { HeaderLine } from '../src/policy/evaluate.js';
import type { Probe } from '../src/policy/program.js';
import { effectAt, effectsOn } from '../src/policy/views.js';
import type { Span } from '../src/text/span.js';

export default defineRule({
  title: 'Vary is set anew, and what it said before is lost',
  class: 'correctness-warning',
  set: 'recommended',
  layers: 'both',
  references: ['https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5', 'https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches'],
  messages: {
    lost: '`Vary: {value}` replaces `Vary: {lost}`, which was said before: caches no longer tell those responses apart.',
  },
  *check(policy, ask) {
    if (policy.evidence.noStore || !effectsOn(policy, 'vary').some(({ effect }) => overwritesVary(effect))) return;
    const kept = keepingVary(ask);
    for (const probe of ask.places) {
      for (const found of cacheable(probe) ? overwritten(ask, kept, probe) : []) {
        const { at, value, lost, witness } = found;
        yield {
          message: 'lost',
          data: { value, lost: lost.text ?? '' },
          at,
          related: lost.at === undefined ? [] : [{ at: lost.at, message: 'This value is lost.' }],
          witness,
          proposals: [{ title: 'Add to `Vary` instead', change: { kind: 'append-header', at }, automatic: true }],
        };
      }
    }
  },
});

interface Overwritten {
  readonly at: Span;
  readonly value: string;
  readonly lost: HeaderLine;
  readonly witness: Witness;
}

/** Values that every response to some site would have said if nobody had set `Vary` anew. */
function* overwritten(ask: Ask, kept: Ask, probe: Probe): Generator<Overwritten> {
  for (const origin of [...ask.accepted(probe).slice(0, 1), STRANGERS[0]]) {
    const all = ask.exchanges(probe, { origin });
    const [witness] = all;
    if (witness === undefined || !all.every(({ response }) => storable(response))) continue;
    const before = kept.exchanges(probe, { origin }).map(({ response }) => linesOf(response, 'vary'));
    for (const { at, text } of linesOf(witness.response, 'vary')) {
      const effect = effectAt(ask.policy, at);
      if (at === undefined || text === null || effect === undefined || !overwritesVary(effect)) continue;
      const lost = before[0]?.find((line) => before.every((lines) => lines.some((other) => other.text === line.text)) && isLost(line, all, ask, kept, probe));
      if (lost !== undefined) yield { at, value: text, lost, witness: { ...witness, lost, ...(saysOrigin(lost) ? poisonedBy(ask, probe) : {}) } };
    }
  }
}

/** Does the line name what no response says any more, and caches need? */
function isLost({ text }: HeaderLine, all: readonly Exchange[], ask: Ask, kept: Ask, probe: Probe): boolean {
  if (text === null) return false;
  const said = all.map(({ response }) => variesBy(response));
  return namesIn(text).some((name) => {
    // Preflights are not kept by these caches.
    if (name.startsWith('access-control-request-') || said.some((names) => names === null || names.includes(name) || names.includes('*'))) return false;
    return name !== 'origin' || (poisoned(ask, probe) !== undefined && poisoned(kept, probe) === undefined);
  });
}

function saysOrigin({ text }: HeaderLine): boolean {
  return text !== null && namesIn(text).includes('origin');
}

/** The exchange that goes wrong, with the one that the cache kept. */
function poisonedBy(ask: Ask, probe: Probe): Partial<Witness> {
  const found = poisoned(ask, probe);
  return found === undefined ? {} : { ...found.witness, stored: found.stored };
}
