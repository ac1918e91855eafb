import type { Severity } from './finding.js';

/** The worst first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warn', 'info'];

/** Is the one as bad as the other, or worse? */
export function isAsBadAs(severity: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(other);
}
