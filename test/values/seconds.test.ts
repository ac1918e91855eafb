import { describe, expect, test } from 'vitest';
import { looksLikeMilliseconds, secondsIn } from '../../src/values/seconds.js';

describe('thousandths of seconds by mistake', () => {
  test.each([3_600_000, 1_800_000, 7_200_000, 43_200_000, 86_400_000])('%i is a time that people set', (value) => {
    expect(looksLikeMilliseconds(value)).toBe(true);
  });

  // Days of 20, 30, 60, 90, 100, 180 and 365; less than a million; more than a day; no whole minutes.
  test.each([1_728_000, 2_592_000, 5_184_000, 7_776_000, 8_640_000, 15_552_000, 31_536_000, 600_000, 172_800_000, 1_234_567])('%i may be meant', (value) => {
    expect(looksLikeMilliseconds(value)).toBe(false);
  });
});

describe('what was meant by a text that browsers ignore', () => {
  test.each([
    ['10m', 600],
    ['1 hour', 3600],
    ['2h', 7200],
    ['1d', 86_400],
    ['7d', 86_400],
    ['600s', 600],
    ['30 seconds', 30],
    ['"600"', 600],
    ['+600', 600],
    ['600.0', 600],
    ['-1', 0],
  ])('%s', (text, seconds) => {
    expect(secondsIn(text)).toBe(seconds);
  });

  test.each(['soon', '1 fortnight', '', '600.5', '600, 600', '10ms'])('%s says nothing', (text) => {
    expect(secondsIn(text)).toBeUndefined();
  });
});
