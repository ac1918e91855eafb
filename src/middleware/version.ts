/**
 * Is a version of a package this one or a later one? Versions are those of `packageVersion`: as installed, or the
 * lowest that a range allows. A package without a version in view counts as the current one.
 */
export function isFrom(version: string | undefined, first: string): boolean {
  if (version === undefined) return true;
  const parts = numbers(version);
  for (const [index, floor] of numbers(first).entries()) {
    const part = parts[index] ?? 0;
    if (part !== floor) return part > floor;
  }
  return true;
}

function numbers(version: string): number[] {
  return version.split(/[.-]/).map(Number).filter(Number.isInteger);
}
