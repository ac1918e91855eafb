/**
 * `Access-Control-Allow-Private-Network` belongs to Private Network Access, a draft that browsers tried and gave up.
 * Its successor, Local Network Access, asks the user and reads no header. The setting does nothing and can go; what a
 * product sends by default is no finding.
 */
import { askingFirst, STRANGERS } from '../src/findings/ask.js';
import { defineRule } from '../src/findings/rule.js';
import { acceptedCandidates, effectsOn } from '../src/policy/views.js';

export default defineRule({
  title: 'Private Network Access headers are obsolete',
  class: 'hygiene',
  set: 'strict',
  yieldsTo: { 'no-wildcard-on-network-protected': 'policy' },
  references: ['https://wicg.github.io/local-network-access/', 'https://github.com/jub0bs/cors/releases/tag/v0.7.0'],
  messages: {
    obsolete: 'Browsers no longer read Access-Control-Allow-Private-Network: it can go.',
  },
  *check(policy, ask) {
    for (const { effect, step } of effectsOn(policy, 'access-control-allow-private-network')) {
      if (effect.op === 'remove' || step.when.g === 'never' || effect.value.v !== 'literal' || effect.value.text !== 'true' || !effect.value.written) continue;
      const [probe] = ask.probes;
      const origin = acceptedCandidates(policy)[0] ?? STRANGERS[0];
      // Any request: its verdict is the same with the header and without.
      const requests = probe === undefined ? [] : [{ origin, ...askingFirst(probe) }, { origin }].flatMap((client) => ask.exchanges(probe, client));
      const witness = requests.find(({ preflight }) => preflight?.headers.some(({ name }) => name === effect.header)) ?? requests.at(-1);
      if (witness === undefined) continue;
      yield { message: 'obsolete', at: effect.at, witness, proposals: [{ title: 'Stop sending it', change: { kind: 'remove-header', at: effect.at }, automatic: false }] };
    }
  },
});
