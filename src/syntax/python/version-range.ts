/** Versions of Python distributions (https://packaging.python.org/specifications/version-specifiers), and Poetry's `^` and `~`. */

/** What is known of a version: bounds on both sides, where there are any. `highest` is itself possible when `inclusive`. */
export interface VersionRange {
  readonly lowest: string | undefined;
  readonly highest: { readonly version: string; readonly inclusive: boolean } | undefined;
}

export const ANY_VERSION: VersionRange = { lowest: undefined, highest: undefined };

export function exactly(version: string): VersionRange {
  return { lowest: version, highest: { version, inclusive: true } };
}

/** The one version that a range allows. */
export function exactOf({ lowest, highest }: VersionRange): string | undefined {
  return highest?.inclusive === true && highest.version === lowest ? lowest : undefined;
}

/** Does the range leave anything out? */
export function isBounded({ lowest, highest }: VersionRange): boolean {
  return lowest !== undefined || highest !== undefined;
}

const STAGES: Readonly<Record<string, number>> = { dev: -4, a: -3, alpha: -3, b: -2, beta: -2, c: -1, rc: -1, pre: -1, preview: -1, post: 1, rev: 1, r: 1 };

/** Numbers by their value, `1.0` like `1.0.0`; a pre-release is older than its release. Epochs and local parts do not count. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [partsOf(a), partsOf(b)];
  for (let index = 0; index < Math.max(x.numbers.length, y.numbers.length); index += 1) {
    const difference = (x.numbers[index] ?? 0) - (y.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return x.stage - y.stage || x.round - y.round;
}

function partsOf(version: string): { readonly numbers: readonly number[]; readonly stage: number; readonly round: number } {
  const [, release = '', stage = '', round = ''] = /^\s*v?(?:\d+!)?(\d+(?:\.\d+)*)(?:[-_.]?(dev|alpha|a|beta|b|preview|pre|rc|c|post|rev|r)[-_.]?(\d*))?/i.exec(version) ?? [];
  return { numbers: release.split('.').slice(0, 8).map(Number), stage: STAGES[stage.toLowerCase()] ?? 0, round: Number(round) };
}

/** `>=6,<7`, `~=1.4`, `==1.2.*`, Poetry's `^1.2` and `1.2.3`; parts that say nothing about bounds (`!=`) are passed over. */
export function rangeOf(specifiers: string): VersionRange {
  // Poetry's alternatives: whatever any of them allows.
  const alternatives = specifiers.split('||').slice(0, 8);
  if (alternatives.length > 1) return alternatives.map(rangeOf).reduce(union);
  return specifiers.split(',').slice(0, 16).reduce((range, part) => intersection(range, partRange(part.trim())), ANY_VERSION);
}

function partRange(part: string): VersionRange {
  const [, operator = '', version = '', star = ''] = /^(===|==|~=|>=|<=|!=|>|<|\^|~|=)?\s*v?(\d[\w.!+-]*?)(\.\*)?$/.exec(part) ?? [];
  if (version === '' || operator === '!=') return ANY_VERSION;
  const below = (next: string): VersionRange => ({ lowest: version, highest: { version: next, inclusive: false } });
  const numbers = version.split('.').map((number) => Number.parseInt(number, 10) || 0);
  if (star !== '') return operator === '' || operator === '=' || operator === '==' ? below(raised(numbers, numbers.length - 1)) : ANY_VERSION;
  switch (operator) {
    case '>=':
    case '>':
      return { lowest: version, highest: undefined };
    case '<=':
    case '<':
      return { lowest: undefined, highest: { version, inclusive: operator === '<=' } };
    case '~=':
      return below(raised(numbers, Math.max(0, numbers.length - 2)));
    case '~':
      return below(raised(numbers, Math.min(1, numbers.length - 1)));
    case '^': {
      const first = numbers.findIndex((number) => number !== 0);
      return below(raised(numbers, first === -1 ? numbers.length - 1 : first));
    }
    default:
      return exactly(version);
  }
}

/** The next version in the given place: 1.4.2 in place 1 is 1.5. */
function raised(numbers: readonly number[], place: number): string {
  return [...numbers.slice(0, place), (numbers[place] ?? 0) + 1].join('.');
}

function intersection(a: VersionRange, b: VersionRange): VersionRange {
  const lowest = a.lowest === undefined || (b.lowest !== undefined && compareVersions(b.lowest, a.lowest) > 0) ? b.lowest : a.lowest;
  const highest = a.highest === undefined || (b.highest !== undefined && compareVersions(b.highest.version, a.highest.version) < 0) ? b.highest : a.highest;
  return { lowest, highest };
}

/** Both ranges and what lies between them. */
export function union(a: VersionRange, b: VersionRange): VersionRange {
  const lowest = a.lowest === undefined || b.lowest === undefined ? undefined : compareVersions(a.lowest, b.lowest) <= 0 ? a.lowest : b.lowest;
  const highest = a.highest === undefined || b.highest === undefined ? undefined : compareVersions(a.highest.version, b.highest.version) >= 0 ? a.highest : b.highest;
  return { lowest, highest };
}

/** Is every version of the range this one or a later one (true), is every one older (false), or does it hold both? */
export function isAtLeast({ lowest, highest }: VersionRange, version: string): boolean | undefined {
  if (lowest !== undefined && compareVersions(lowest, version) >= 0) return true;
  if (highest === undefined) return undefined;
  const difference = compareVersions(highest.version, version);
  return difference < 0 || (difference === 0 && !highest.inclusive) ? false : undefined;
}
