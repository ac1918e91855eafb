import type { Exchange, Stored, Witness } from '../findings/finding.js';
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
    ...(witness.lost === undefined ? [] : [['lost', visible(lineInWords(witness.lost))] as const]),
    ['verdict', verdictInWords(witness.verdict)],
    ...(witness.assuming.length === 0 ? [] : [['assuming', visible(witness.assuming.join('; '))] as const]),
  ];
}

function storedLines(stored: Stored): WitnessLine[] {
  return [['cached', `${responseInWords(stored.response)}, made for ${requestInWords(stored.request)}`]];
}

export function requestInWords({ method, url, origin, headers, credentials }: Stored['request']): string {
  const named = headers.map(([name, value]) => `${name}: ${value}`).join(', ');
  return visible(`${method} ${url} ${origin === null ? 'that names no origin' : `from ${origin}`} ${credentials === 'include' ? 'with' : 'without'} credentials${named === '' ? '' : ` (${named})`}`);
}

function responseInWords({ status, headers, fault }: Exchange['response']): string {
  const told = headers.filter(({ name }) => name.startsWith('access-control-') || name === 'vary');
  const lines = told.map(lineInWords);
  const code = status === null ? 'status not known' : String(status);
  return visible([fault === undefined ? code : `${code} (${fault})`, ...(lines.length === 0 ? ['no CORS headers'] : lines)].join(' · '));
}

/** What the handler behind did. */
function scenarioInWords({ status, headers = [], uncaught }: NonNullable<Exchange['scenario']>): string {
  return visible([uncaught === true ? 'throws' : status === undefined ? 'answers' : `answers ${status}`, ...headers.map(([name, value]) => `${name}: ${value}`)].join(' · '));
}

function lineInWords({ name, text }: Exchange['response']['headers'][number]): string {
  return `${name}: ${text ?? '(not known)'}`;
}

function verdictInWords({ allowed, reason, hint }: Exchange['verdict']): string {
  const word = allowed === null ? 'undecided' : allowed ? 'allowed' : 'blocked';
  const detail = [reason, hint].filter((part): part is string => part !== undefined && part !== 'ok');
  return visible(detail.length === 0 ? word : `${word} (${detail.join('; ')})`);
}

/** `1 error`, `2 errors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Lines of at most so many columns; a word that is longer has a line of its own. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
