/**
 * Generated cases are a sample that `LIVE_SEED` repeats and `LIVE_CASES` sizes. Each suite says its seed, so that a
 * failure of one run can be had again.
 */
export class Random {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed >>> 0;
  }

  /** In [0, 1): mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from 0 up to, not including, the limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.below(from.length)] ?? from[0];
  }

  /** As many results as an integer from `least` to `most` says. */
  times<T>(least: number, most: number, make: (index: number) => T): readonly T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, (_unused, index) => make(index));
  }
}

/** The seed of this run and how many cases a suite generates. */
export function sample(suite: string, usual: number): { readonly random: Random; readonly cases: number } {
  const seed = Number(process.env['LIVE_SEED'] ?? Date.now() % 1_000_000);
  const cases = Number(process.env['LIVE_CASES'] ?? usual);
  process.stdout.write(`${suite}: LIVE_SEED=${seed} LIVE_CASES=${cases}\n`);
  return { random: new Random(seed), cases };
}
