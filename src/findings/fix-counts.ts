/** What became of the changes that rules asked for. */
export interface FixCounts {
  readonly proposed: number;
  /** The reader cannot write the change at this place, or trying was not paid for any more. */
  readonly unspelled: number;
  /** The edited text was read again and did not prove to be what was asked for. */
  readonly dropped: number;
  readonly automatic: number;
  readonly suggested: number;
}

export const NO_FIXES: FixCounts = { proposed: 0, unspelled: 0, dropped: 0, automatic: 0, suggested: 0 };

export function addedUp(all: readonly FixCounts[]): FixCounts {
  const sum = (key: keyof FixCounts): number => all.reduce((total, counts) => total + counts[key], 0);
  return { proposed: sum('proposed'), unspelled: sum('unspelled'), dropped: sum('dropped'), automatic: sum('automatic'), suggested: sum('suggested') };
}
