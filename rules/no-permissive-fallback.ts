/**
 * When a setting is missing or invalid, every origin is accepted. A deployment that forgets the setting opens itself
 * and nothing shows it.
 *
 * Fallbacks that close (npm `cors` with an own `origin: undefined`) are fine, and so is a setting that is enforced.
 */
import { linesOf, STRANGERS } from '../src/findings/ask.js';
import { defineRule } from '../src/findings/rule.js';
import { opensWhenUnset } from '../src/findings/unset.js';
import { writtenAt } from '../src/policy/views.js';

export default defineRule({
  title: 'A missing or invalid setting lets every origin in',
  class: 'security-error',
  set: 'recommended',
  yieldsTo: { 'no-reflected-origin': 'place' },
  references: ['https://cwe.mitre.org/data/definitions/1188.html', 'https://cwe.mitre.org/data/definitions/942.html'],
  messages: {
    missing: 'If {setting} is not set, every origin is accepted{credentials}.',
    invalid: 'This value is refused by the product, which then accepts every origin{credentials}.',
  },
  *check(policy, ask) {
    const invalid = policy.notes.find((note) => note.id === 'invalid-value-opens');
    for (const probe of ask.probes) {
      for (const credentials of ['include', 'omit'] as const) {
        const asked = STRANGERS.map((origin) => ask.exchanges(probe, { origin, credentials }));
        const open = asked[0]!.filter((exchange) => exchange.verdict.allowed === true);
        if (open.length === 0) continue;
        const setting = asked.every((exchanges) => opensWhenUnset(exchanges) !== undefined) ? opensWhenUnset(asked[0]!) : undefined;
        const witness = open[0]!;
        const line = linesOf(witness.response, 'access-control-allow-origin')[0];
        if (line?.at === undefined || (setting === undefined && invalid === undefined)) continue;
        const at = setting === undefined ? invalid!.at : writtenAt(policy, 'access-control-allow-origin', { at: line.at, text: line.text });
        yield {
          message: setting === undefined ? 'invalid' : 'missing',
          data: { setting: setting ?? '', credentials: credentials === 'include' ? ' with credentials' : '' },
          class: credentials === 'include' ? 'security-error' : 'correctness-warning',
          at,
          witness: { ...witness, attacker: 'any site' },
          proposals: setting === undefined ? [] : [{ title: `Refuse every origin when ${setting} is not set`, change: { kind: 'fail-closed', at }, automatic: false }],
        };
        break;
      }
    }
  },
});
