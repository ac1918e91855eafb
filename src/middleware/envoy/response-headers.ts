import { PRESENT } from '../../origins/origin-set.js';
import type { Effect, HeaderValue } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import { headerValueOf } from '../../policy/from-condition.js';

/** How a written header meets one that the response has. */
export type Meeting = 'append' | 'replace' | 'replace-present' | 'keep';

/** Headers that say something about CORS. */
export function concernsCors(name: string): boolean {
  return /^(?:access-control-.*|vary)$/i.test(name);
}

/**
 * A header that a route adds to the responses that it sends back. Envoy keeps one line of each CORS header: a second
 * value is joined to it by a comma.
 */
export function addedHeader(name: string, value: Value, meeting: Meeting, at: Span): readonly Effect[] {
  const header = name.toLowerCase();
  const text = formatted(value);
  const effect = (op: Effect['op'], written: HeaderValue, rest: Pick<Effect, 'onlyIf'> = {}): Effect => ({ op, header, value: written, statuses: 'all', at, ...rest });
  switch (meeting) {
    case 'replace':
      return [effect('set', text)];
    case 'replace-present':
      return [effect('set', text, { onlyIf: { header, in: PRESENT } })];
    case 'keep':
      return [effect('set-if-absent', text)];
    case 'append':
      if (header === 'vary') return [effect('append', text)];
      return [effect('set', joined(header, text, at), { onlyIf: { header, in: PRESENT } }), effect('set-if-absent', text)];
  }
}

export function removedHeader(name: string, at: Span): Effect {
  return { op: 'remove', header: name.toLowerCase(), value: { v: 'literal', text: '', at, written: true }, statuses: 'all', at };
}

function joined(header: string, text: HeaderValue, at: Span): HeaderValue {
  return { v: 'concat', parts: [{ v: 'response-header', name: header, at }, { v: 'literal', text: ',', at, written: true }, text], at };
}

/** Envoy fills in `%REQ(name)%`; `%%` is a percent sign. */
function formatted(value: Value): HeaderValue {
  if (value.kind === 'string' && value.value.includes('%')) {
    const name = /^%REQ\(([\w-]+)\)%$/i.exec(value.value)?.[1];
    if (name !== undefined) return { v: 'request-header', name: name.toLowerCase(), at: value.at };
    if (/%(?!%)[A-Z]/.test(value.value.replaceAll('%%', ''))) return { v: 'unknown', fact: factOf(unknown('template-syntax', `what Envoy fills in for ${value.value}`, value.at)), at: value.at };
    return { v: 'literal', text: value.value.replaceAll('%%', '%'), at: value.at, written: true };
  }
  return headerValueOf(value) ?? { v: 'unknown', fact: factOf(unknown('unsupported-syntax', 'a header that is no text', value.at)), at: value.at };
}
