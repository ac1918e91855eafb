import type { Gap } from '../policy/program.js';
import { STRANGERS, type Ask } from './ask.js';

/**
 * What keeps the evaluator from saying whether strangers are let in: one gap for every fact on which it depends, so
 * that silence is never mistaken for safety.
 */
export function undecidedGaps(ask: Ask): readonly Gap[] {
  const gaps = new Map<string, Gap>();
  for (const probe of ask.probes) {
    const exchanges = ask.exchanges(probe, { origin: STRANGERS[0], credentials: 'include' });
    const verdicts = new Set(exchanges.map(({ verdict }) => verdict.allowed));
    if (verdicts.size === 1 && !verdicts.has(null)) continue;
    for (const { response, facts } of exchanges) {
      for (const fact of [...facts, ...response.headers.flatMap((line) => line.fact ?? [])]) {
        const key = fact.key.replace(/∋.*$/, '');
        gaps.set(key, { at: fact.at, reason: fact.reason, message: `which origins are let in depends on ${fact.detail}` });
      }
    }
  }
  return [...gaps.values()];
}
