/**
 * Whole seconds of a duration as Quarkus reads it: a number is seconds, `10m`, `24H` and `1h30m` are times, `2d` days,
 * `500ms` milliseconds, and `PT24H` is ISO 8601. Undefined: Quarkus refuses to start.
 */
export function durationSeconds(text: string): number | undefined {
  const written = text.trim();
  if (/^[-+]?\d+$/.test(written)) return Number(written);
  const milliseconds = /^(\d+)ms$/i.exec(written)?.[1];
  if (milliseconds !== undefined) return Math.floor(Number(milliseconds) / 1000);
  const iso = /^P/i.test(written) ? written : /^[-+]?\d+d$/i.test(written) ? `P${written}` : /^[-+]?\d.*[hms]$/i.test(written) ? `PT${written}` : undefined;
  const match = iso === undefined ? null : /^P(?:([-+]?\d+)D)?(?:T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+)(?:\.\d+)?S)?)?$/i.exec(iso);
  if (match === null || /^PT?$/i.test(iso!)) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}
