import { expect, test } from 'vitest';
import { findAttacker } from '../../src/origins/attacker.js';
import { hostOf, isAmong, isRegistrable, writtenHosts } from '../../src/origins/hosts.js';
import { includes, kindsOfOrigins } from '../../src/origins/kinds.js';
import { complement, type RegexSet } from '../../src/origins/origin-set.js';
import { matchesRegex } from '../../src/origins/regex.js';
import { isSerializableOrigin } from '../../src/origins/serialization.js';
import { nearMisses, patternsOf } from '../support/origin-patterns.js';

/** Another sample: `SEED=7 npx vitest run --dir test test/origins/property.test.ts`. */
const SEED = Number(process.env['SEED'] ?? 20_261);
const open = (): undefined => undefined;

interface Native {
  readonly set: RegexSet;
  readonly native: RegExp;
}

const patterns = patternsOf('js', SEED, 400).flatMap((set): readonly Native[] => {
  try {
    return [{ set, native: new RegExp(set.source, set.flags) }];
  } catch {
    return [];
  }
});
const origins = nearMisses(SEED + 1, 10_000);

test('answers are those of JavaScript itself, for origins and what is nearly one', () => {
  for (const { set, native } of patterns) for (const text of origins.slice(0, 150)) expect([set.source, text, matchesRegex(set, text)]).toEqual([set.source, text, native.test(text)]);
});

test('every witness is admitted by JavaScript itself, can be sent, and is somebody else’s; every none survives ten thousand near misses', () => {
  const counts = { witnesses: 0, nones: 0, open: 0 };
  for (const { set, native } of patterns) {
    const found = findAttacker(set, open);
    if (found === 'none') {
      counts.nones += 1;
      const written = writtenHosts(set);
      const missed = origins.find((origin) => native.test(origin) && /^https?:/.test(origin) && isSerializableOrigin(origin) && !isAmong(hostOf(origin)!, written) && isRegistrable(hostOf(origin)!));
      expect([set.source, missed]).toEqual([set.source, undefined]);
    } else if ('origin' in found) {
      counts.witnesses += 1;
      expect([set.source, found.origin, native.test(found.origin), isSerializableOrigin(found.origin)]).toEqual([set.source, found.origin, true, true]);
      if (found.how === 'register-domain') expect(isAmong(hostOf(found.origin)!, writtenHosts(set))).toBe(false);
    } else {
      counts.open += 1;
    }
  }
  expect(counts.witnesses).toBeGreaterThan(60);
  expect(counts.nones).toBeGreaterThan(60);
  expect(counts.open).toBeLessThan(patterns.length / 20);
});

test('inclusion agrees with JavaScript on ten thousand origins, and has a witness where it is denied', () => {
  const sendable = origins.filter(isSerializableOrigin);
  const seen = new Map<boolean | undefined, number>();
  for (const [index, { set: inner, native }] of patterns.slice(0, 120).entries()) {
    const other = patterns[(index * 7 + 1) % patterns.length]!;
    for (const [outer, admits] of [
      [other.set, (origin: string) => other.native.test(origin)],
      [inner, (origin: string) => native.test(origin)],
      [complement(other.set), (origin: string) => !other.native.test(origin)],
      [{ s: 'or', of: [other.set, inner] }, () => true],
    ] as const) {
      const included = includes(outer, inner);
      seen.set(included, (seen.get(included) ?? 0) + 1);
      if (included === true) expect([inner.source, outer, sendable.find((origin) => native.test(origin) && !admits(origin))]).toEqual([inner.source, outer, undefined]);
      if (included !== false) continue;
      const kinds = kindsOfOrigins([inner, other.set])!;
      expect(kinds.some((origin) => native.test(origin) && !admits(origin))).toBe(true);
    }
  }
  expect(seen.get(true)).toBeGreaterThan(150);
  expect(seen.get(false)).toBeGreaterThan(50);
  expect(seen.get(undefined) ?? 0).toBeLessThan(50);
});
