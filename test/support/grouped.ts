import type { ObservedRow } from './observed.js';

/** Recorded rows by the configuration that answered them: same framework, version, options and wiring. */
export function grouped(rows: readonly ObservedRow[], framework: string): readonly (readonly [ObservedRow, ...ObservedRow[]])[] {
  const found = new Map<string, [ObservedRow, ...ObservedRow[]]>();
  for (const row of rows) {
    if (row.framework !== framework) continue;
    const key = JSON.stringify([row.version, row.options, row.wiring]);
    const group = found.get(key);
    if (group === undefined) found.set(key, [row]);
    else group.push(row);
  }
  return [...found.values()];
}
