const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, 'µs': 1e-6, 'μs': 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** A text that Go's `time.ParseDuration` takes (`12h`, `1h30m`, `-1s`), in whole seconds; undefined for any other. */
export function secondsOf(text: string): number | undefined {
  const [, sign = '', rest] = /^([-+]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0)$/.exec(text) ?? [];
  if (rest === undefined) return undefined;
  let seconds = 0;
  for (const [, count, unit] of rest.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) seconds += Number(count) * UNITS[unit!]!;
  return Math.trunc(sign === '-' ? -seconds : seconds) || 0;
}
