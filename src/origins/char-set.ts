/** A set of UTF-16 units: inclusive ranges `lo, hi, lo, hi, …`, ascending, none touching the next. */
export type CharSet = readonly number[];

export const LAST_UNIT = 0xffff;
export const NO_CHAR: CharSet = [];
export const EVERY_CHAR: CharSet = [0, LAST_UNIT];

export function has(set: CharSet, unit: number): boolean {
  for (let index = 0; index < set.length; index += 2) {
    if (unit < set[index]!) return false;
    if (unit <= set[index + 1]!) return true;
  }
  return false;
}

/** The set of the ranges given, in any order: `range('a', 'z')` pairs, single units twice. */
export function ranges(pairs: readonly (readonly [number, number])[]): CharSet {
  const result: number[] = [];
  for (const [low, high] of [...pairs].sort((a, b) => a[0] - b[0])) {
    const last = result.length - 1;
    if (last > 0 && low <= result[last]! + 1) result[last] = Math.max(result[last]!, high);
    else result.push(low, high);
  }
  return result;
}

export function pairsOf(set: CharSet): [number, number][] {
  const pairs: [number, number][] = [];
  for (let index = 0; index < set.length; index += 2) pairs.push([set[index]!, set[index + 1]!]);
  return pairs;
}

export function only(unit: number): CharSet {
  return [unit, unit];
}

/** The characters of a text. */
export function charsOf(text: string): CharSet {
  return ranges([...text].map((char) => [char.charCodeAt(0), char.charCodeAt(0)]));
}

export function union(...sets: readonly CharSet[]): CharSet {
  return ranges(sets.flatMap(pairsOf));
}

export function negate(set: CharSet): CharSet {
  const result: [number, number][] = [];
  let from = 0;
  for (const [low, high] of pairsOf(set)) {
    if (low > from) result.push([from, low - 1]);
    from = high + 1;
  }
  if (from <= LAST_UNIT) result.push([from, LAST_UNIT]);
  return ranges(result);
}

export function intersect(a: CharSet, b: CharSet): CharSet {
  return negate(union(negate(a), negate(b)));
}

export function isDisjoint(a: CharSet, b: CharSet): boolean {
  return intersect(a, b).length === 0;
}

/** Both cases of every ASCII letter in the set. Origins hold no others. */
export function foldCase(set: CharSet): CharSet {
  const upper = pairsOf(intersect(set, UPPER)).map(([low, high]): [number, number] => [low + 32, high + 32]);
  const lower = pairsOf(intersect(set, LOWER)).map(([low, high]): [number, number] => [low - 32, high - 32]);
  return ranges([...pairsOf(set), ...upper, ...lower]);
}

export const UPPER: CharSet = [0x41, 0x5a];
export const LOWER: CharSet = [0x61, 0x7a];
export const DIGITS: CharSet = [0x30, 0x39];
export const WORD: CharSet = union(UPPER, LOWER, DIGITS, charsOf('_'));
