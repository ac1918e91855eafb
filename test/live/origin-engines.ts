import { expect } from 'vitest';
import { findAttacker } from '../../src/origins/attacker.js';
import { hostOf, isAmong, isRegistrable, writtenHosts } from '../../src/origins/hosts.js';
import type { Dialect, RegexSet } from '../../src/origins/origin-set.js';
import { matchesRegex } from '../../src/origins/regex.js';
import { isSerializableOrigin } from '../../src/origins/serialization.js';
import { nearMisses, patternsOf } from '../support/origin-patterns.js';
import { sample } from './seed.js';

/** For each pattern what a real engine says of each text; null where it refuses the pattern. */
export type Engine = (asked: readonly { readonly set: RegexSet; readonly texts: readonly string[] }[]) => Promise<readonly (readonly boolean[] | null)[]>;

/** Texts about which each pattern is asked, and near misses that a proven none has to survive. */
const TEXTS = 300;
const NEAR_MISSES = 10_000;

/** Patterns of which an answer must be known, in hundredths. */
const LEAST_KNOWN = 75;

export interface Counts {
  readonly patterns: number;
  readonly known: number;
  readonly witnesses: number;
  readonly nones: number;
}

/** Holds generated patterns of a dialect against its engine: matching, every witness, and every none. */
export async function againstEngine(dialect: Dialect, engine: Engine): Promise<Counts> {
  const { random, cases } = sample(`origins-${dialect}`, 200);
  const sets = patternsOf(dialect, random.seed, cases);
  const misses = nearMisses(random.seed + 1, NEAR_MISSES);
  const texts = misses.slice(0, TEXTS);
  const found = sets.map((set) => findAttacker(set, () => undefined));
  const answers = await engine(sets.map((set, index) => ({ set, texts: found[index] === 'none' ? misses : texts })));
  const witnessed = sets.flatMap((set, index) => {
    const hit = found[index]!;
    return answers[index] !== null && typeof hit === 'object' && 'origin' in hit ? [{ set, texts: [hit.origin] }] : [];
  });
  const confirmed = await engine(witnessed);
  witnessed.forEach(({ set, texts: [origin] }, index) => expect([set.source, set.flags, origin, isSerializableOrigin(origin!), confirmed[index]]).toEqual([set.source, set.flags, origin, true, [true]]));
  const counts = { patterns: 0, known: 0, witnesses: witnessed.length, nones: 0 };
  for (const [index, set] of sets.entries()) {
    const real = answers[index]!;
    if (real === null) continue;
    counts.patterns += 1;
    const mine = texts.map((text) => matchesRegex(set, text));
    const known = mine.every((one) => typeof one === 'boolean');
    if (known) {
      counts.known += 1;
      const wrong = texts.findIndex((_text, at) => mine[at] !== real[at]);
      expect([set.source, set.flags, texts[wrong], mine[wrong]]).toEqual([set.source, set.flags, undefined, undefined]);
    }
    if (found[index] !== 'none') continue;
    counts.nones += 1;
    const written = writtenHosts(set);
    const missed = misses.find((origin, at) => real[at] === true && /^https?:/.test(origin) && isSerializableOrigin(origin) && !isAmong(hostOf(origin)!, written) && isRegistrable(hostOf(origin)!));
    expect([set.source, set.flags, missed]).toEqual([set.source, set.flags, undefined]);
  }
  process.stdout.write(`origins-${dialect}: ${JSON.stringify(counts)}\n`);
  expect(counts.known * 100).toBeGreaterThan(counts.patterns * LEAST_KNOWN);
  expect(Math.min(counts.witnesses, counts.nones)).toBeGreaterThan(0);
  return counts;
}

/** Flags, pattern and texts in a line, apart by tabs; read back are digits. */
export function lines(asked: Parameters<Engine>[0]): string {
  return asked.map(({ set, texts }) => `${[set.flags, set.source, ...texts].join('\t')}\n`).join('');
}

export function digits(printed: string): readonly (readonly boolean[] | null)[] {
  return printed.split('\n').slice(0, -1).map((line) => (line === 'null' ? null : [...line].map((digit) => digit === '1')));
}
