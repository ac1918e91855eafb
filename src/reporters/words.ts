import type { Exchange, Stored, Witness } from '../findings/finding.js';
import { summaryOf, type Report } from './report.js';
import { verdictInWords } from './verdict.js';
import { visible } from './visible.js';

/** A line of a witness: what it is, and what it says. */
export type WitnessLine = readonly [label: string, text: string];

/** A request that anyone can replay, what comes of it, and what the browser makes of that. */
export function witnessLines(witness: Witness): readonly WitnessLine[] {
  return [
    ...(witness.attacker === undefined ? [] : [['attacker', visible(witness.attacker)] as const]),
    ...(witness.stored === undefined ? [] : storedLines(witness.stored)),
    ['request', requestInWords(witness.request)],
    ...(witness.preflight === null ? [] : [['preflight', responseInWords(witness.preflight)] as const]),
    ...(witness.scenario === undefined ? [] : [['handler', scenarioInWords(witness.scenario)] as const]),
    ['response', responseInWords(witness.response)],
    ...(witness.lost === undefined ? [] : [['lost', headerInWords(witness.lost)] as const]),
    ['verdict', verdictInWords(witness.verdict)],
    ...(witness.assuming.length === 0 ? [] : [['assuming', visible(witness.assuming.join('; '))] as const]),
  ];
}

function storedLines(stored: Stored): WitnessLine[] {
  return [['cached', `${responseInWords(stored.response)}, made for ${requestInWords(stored.request)}`]];
}

export function requestInWords({ method, url, origin, headers, credentials }: Stored['request']): string {
  const named = headers.map(([name, text]) => headerInWords({ name, text })).join(', ');
  return visible(`${method} ${url} ${origin === null ? 'that names no origin' : `from ${origin}`} ${credentials === 'include' ? 'with' : 'without'} credentials${named === '' ? '' : ` (${named})`}`);
}

function responseInWords({ status, headers, fault }: Exchange['response']): string {
  const told = headers.filter(({ name }) => name.startsWith('access-control-') || name === 'vary');
  const lines = told.map(headerInWords);
  const code = status === null ? 'status not known' : String(status);
  return visible([fault === undefined ? code : `${code} (${fault})`, ...(lines.length === 0 ? ['no CORS headers'] : lines)].join(' · '));
}

/** What the handler behind did. */
export function scenarioInWords({ status, headers = [], uncaught }: NonNullable<Exchange['scenario']>): string {
  return visible([uncaught === true ? 'throws' : status === undefined ? 'answers' : `answers ${status}`, ...headers.map(([name, text]) => headerInWords({ name, text }))].join(' · '));
}

/** A header as people write it: `Access-Control-Allow-Origin: *`. */
export function headerInWords({ name, text }: Pick<Exchange['response']['headers'][number], 'name' | 'text'>): string {
  return visible(`${name.replace(/(?<![^-])[a-z]/g, (letter) => letter.toUpperCase())}: ${text ?? '(not known)'}`);
}

/** `1 error`, `2 errors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** How many findings of which severity: `3 findings (1 error, 2 warnings)`. */
export function findingsCounted(report: Report): string {
  const { errors, warnings, infos } = summaryOf(report);
  const parts = [...(errors === 0 ? [] : [counted(errors, 'error')]), ...(warnings === 0 ? [] : [counted(warnings, 'warning')]), ...(infos === 0 ? [] : [`${infos} info`])];
  return `${counted(report.findings.length, 'finding')}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

/** `2 can be fixed with --fix.`; empty if none can. */
export function fixableCounted(report: Report): string {
  const { fixable } = summaryOf(report);
  return fixable === 0 ? '' : `${fixable} can be fixed with --fix.`;
}
