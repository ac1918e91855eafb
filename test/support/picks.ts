/** What picks among possibilities: a seeded generator. */
export interface Picks {
  pick<T>(from: readonly [T, ...T[]]): T;
  times<T>(least: number, most: number, make: (index: number) => T): readonly T[];
  chance(probability: number): boolean;
}
