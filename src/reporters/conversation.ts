import { preflightRequestOf } from '../browser/request.js';
import type { Exchange, Stored, Witness } from '../findings/finding.js';
import { visible } from './visible.js';
import { verdictInWords } from './verdict.js';
import { headerInWords, scenarioInWords } from './words.js';

/** A part of a conversation: what it is, and its lines. `>` goes to the server, `<` comes back, as curl shows it. */
export interface Turn {
  readonly label: string;
  readonly lines: readonly string[];
}

/** A witness as the messages that pass between browser, cache and server. The verdict is not among them. */
export function conversation(witness: Witness): readonly Turn[] {
  const { attacker, stored, preflight, request, scenario, response, lost, assuming, verdict } = witness;
  // Without a good answer to its preflight a request is never sent.
  const sent = !(verdict.allowed === false && verdict.reason.startsWith('preflight-'));
  return [
    ...(attacker === undefined ? [] : [{ label: 'attacker', lines: [visible(attacker)] }]),
    ...(stored === undefined ? [] : [{ label: 'cached', lines: [...requestLines(stored.request), ...responseLines(stored.response)] }]),
    ...(preflight === null ? [] : [{ label: 'preflight', lines: [...preflightLines(request), ...responseLines(preflight)] }]),
    ...(scenario === undefined ? [] : [{ label: 'handler', lines: [scenarioInWords(scenario)] }]),
    { label: 'request', lines: sent ? [...requestLines(request), ...responseLines(response, PREFLIGHT_ONLY)] : [`${requestLines(request)[0]!.slice(2)}: never sent`] },
    ...(lost === undefined ? [] : [{ label: 'lost', lines: [headerInWords(lost)] }]),
    ...(assuming.length === 0 ? [] : [{ label: 'assuming', lines: [visible(assuming.join('; '))] }]),
  ];
}

/** The conversation and what the browser makes of it, for text without a layout. */
export function conversationText(witness: Witness): string {
  const turns = conversation(witness).map(({ label, lines }) => (lines[0]?.startsWith('> ') === true ? lines.join('\n') : `${label}: ${lines.join('\n')}`));
  return [...turns, `verdict: ${verdictInWords(witness.verdict)}`].join('\n');
}

function requestLines({ method, url, origin, headers, credentials }: Stored['request']): readonly string[] {
  return [
    `> ${visible(`${method} ${url}`)} ${credentials === 'include' ? 'with' : 'without'} credentials`,
    ...(origin === null ? [] : [`> Origin: ${visible(origin)}`]),
    ...headers.map(([name, text]) => `> ${headerInWords({ name, text })}`),
  ];
}

function preflightLines(request: Exchange['request']): readonly string[] {
  const { method, headers } = preflightRequestOf(request);
  return [`> ${method} ${visible(request.url)}`, ...headers.filter(([name]) => name !== 'accept').map(([name, text]) => `> ${headerInWords({ name, text })}`)];
}

/** Headers that count for CORS, and those among them that browsers read in the answer to a preflight alone. */
const CORS = /^(?:access-control-.*|vary)$/;
const PREFLIGHT_ONLY = /^access-control-(?:allow-methods|allow-headers|max-age)$/;

/** The status, and the headers that count. */
function responseLines({ status, headers, fault }: Exchange['response'], except?: RegExp): readonly string[] {
  const told = headers.filter(({ name }) => CORS.test(name) && except?.test(name) !== true);
  const code = status === null ? 'status not known' : String(status);
  return [`< ${visible(fault === undefined ? code : `${code} (${fault})`)}`, ...(told.length === 0 ? ['< (no CORS headers)'] : told.map((line) => `< ${headerInWords(line)}`))];
}
