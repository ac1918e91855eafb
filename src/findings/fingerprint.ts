import { createHash } from 'node:crypto';
import type { Span } from '../text/span.js';
import type { Finding } from './finding.js';

/** Stable across edits elsewhere: rule, file, text at the place, and the count among equals. */
export function withFingerprints(findings: readonly Omit<Finding, 'fingerprint'>[], textAt: (span: Span) => string): readonly Finding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const key = `${finding.ruleId}\0${finding.at.file}\0${textAt(finding.at).replace(/\s+/g, ' ')}`;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return { ...finding, fingerprint: createHash('sha256').update(`${key}\0${count}`).digest('hex').slice(0, 20) };
  });
}
