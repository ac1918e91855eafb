import type { Exchange, Witness } from '../../src/findings/finding.js';
import type { Report, ReportedFinding } from '../../src/reporters/report.js';
import type { Span } from '../../src/text/span.js';
import { SourceText } from '../../src/text/source-text.js';

/** The span of the first occurrence of a text. */
export function spanOf(file: string, text: string, part: string): Span {
  const start = text.indexOf(part);
  if (start === -1) throw new Error(`${part} is not in ${file}`);
  return { file, start, end: start + part.length };
}

const exchange: Exchange = {
  request: { origin: 'https://attacker.example', method: 'GET', headers: [], credentials: 'include', url: 'https://api.example/' },
  preflight: null,
  response: { status: 200, headers: [{ name: 'access-control-allow-origin', text: 'https://attacker.example' }, { name: 'vary', text: null }] },
  verdict: { allowed: true, reason: 'ok', step: 'done' },
  assuming: [],
  facts: [],
};

export const witness: Witness = { ...exchange, attacker: 'any site' };

/** A finding as the engine makes it, at a place. */
export function findingAt(at: Span, overrides: Partial<ReportedFinding> = {}): ReportedFinding {
  return {
    ruleId: 'no-reflected-origin',
    class: 'security-error',
    severity: 'error',
    messageId: 'credentialed',
    message: 'Any origin is accepted.',
    why: 'Every site can read it.',
    at,
    related: [],
    witness,
    suggestions: [],
    policy: { reader: 'express', layer: 'app-middleware', title: 'cors()', at, version: 'express 5 (no version found)' },
    fingerprint: 'abc123',
    environment: 'production',
    ...overrides,
  };
}

export function reportOf(texts: Readonly<Record<string, string>>, findings: readonly ReportedFinding[], overrides: Partial<Report> = {}): Report {
  return {
    findings,
    gaps: [],
    counts: { files: 3, read: 2, policies: 1 },
    rules: new Map([
      ['no-reflected-origin', { id: 'no-reflected-origin', title: 'Every origin is echoed', class: 'security-error', set: 'recommended', description: 'First.\n\nSecond.', why: 'First.', options: {}, references: ['https://fetch.spec.whatwg.org/#cors-protocol'], messages: {} }],
    ]),
    version: '1.2.3',
    homepage: 'https://home.example/lint',
    pathOf: (file) => file,
    sourceOf: (file) => new SourceText(file, texts[file] ?? ''),
    ...overrides,
  };
}
