import type { Gap } from '../policy/program.js';
import type { Fact } from '../values/fact.js';
import { STRANGERS, type Ask } from './ask.js';
import type { Exchange } from './finding.js';

/**
 * What keeps the evaluator from saying whether strangers are let in, with credentials or without: one gap for every fact
 * on which it depends, so that silence is never mistaken for safety. `told`: gaps that readers told; what one of them says
 * of a file is not said again.
 */
export function undecidedGaps(ask: Ask, told: readonly Gap[]): readonly Gap[] {
  const gaps = new Map<string, Gap>();
  for (const probe of ask.probes) {
    for (const credentials of ['include', 'omit'] as const) {
      const exchanges = ask.exchanges(probe, { origin: STRANGERS[0], credentials });
      for (const fact of decidingFacts(exchanges)) {
        if (told.some(({ at, message }) => at.file === fact.at.file && message.includes(fact.detail))) continue;
        const key = fact.key.replace(/∋.*$/, '');
        gaps.set(key, { at: fact.at, reason: fact.reason, message: `which origins are let in depends on ${fact.detail}` });
      }
    }
  }
  return [...gaps.values()];
}

/** What the verdict on a request depends on, and nobody knows; nothing where it is the same in all worlds and known. */
export function decidingFacts(exchanges: readonly Exchange[]): readonly Fact[] {
  const verdicts = verdictsOf(exchanges);
  if (verdicts === 'true' || verdicts === 'false') return [];
  return exchanges.flatMap(({ response, facts, assuming }) => [
    ...facts.filter((_, index) => decides(assuming[index]!, exchanges)),
    ...response.headers.flatMap(({ name, fact }) => (fact === undefined || name === 'vary' ? [] : [fact])),
  ]);
}

/** Do the worlds that assume this end otherwise than the others? What is only asked on the way (what is said of `Vary`) does not. */
function decides(assumption: string, exchanges: readonly Exchange[]): boolean {
  const [assumed, others] = [true, false].map((wanted) => verdictsOf(exchanges.filter(({ assuming }) => assuming.includes(assumption) === wanted)));
  return assumed !== others;
}

function verdictsOf(exchanges: readonly Exchange[]): string {
  return [...new Set(exchanges.map(({ verdict }) => String(verdict.allowed)))].sort().join();
}
