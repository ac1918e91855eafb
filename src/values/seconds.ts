/** Seconds of a day. */
export const A_DAY = 86_400;

/** A number of minutes up to a day, in thousandths; whole days of seconds (1728000 is 20) count only against whole hours. */
export function looksLikeMilliseconds(value: number): boolean {
  const seconds = value / 1000;
  return value >= 1_000_000 && seconds <= A_DAY && seconds % 60 === 0 && (value % A_DAY !== 0 || seconds % 3600 === 0);
}

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: A_DAY };

/** What a text that browsers cannot read plainly means: `10m`, `+600`, `"600"`, `600.0`; a negative number is no time at all. */
export function secondsIn(text: string): number | undefined {
  if (/^-\d+$/.test(text)) return 0;
  const [, digits, unit = ''] = /^["']?\+?(\d+)(?:\.0+)?\s*([smhd]?)(?:ec(?:onds?)?s?|in(?:utes?)?s?|ours?|ays?)?["';]?$/i.exec(text) ?? [];
  return digits === undefined ? undefined : Math.min(Number(digits) * (UNITS[unit.toLowerCase()] ?? 1), A_DAY);
}
