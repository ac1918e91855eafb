import type { Annotated } from '../../middleware/ingress/annotations.js';
import { field, setTo, switched, textOf, truth } from '../../middleware/ingress/values.js';
import { isAtLeast, type ImageVersion } from '../../middleware/ingress/version.js';
import { ALWAYS, whenAll, type Effect, type Guard, type HeaderValue, type Note, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { originCases, type Origins } from './origins.js';

const METHODS = 'GET, PUT, POST, DELETE, PATCH, OPTIONS';
const HEADERS = 'DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization';
/** Until 1.2.0. */
const OLD_HEADERS = 'DNT,X-CustomHeader,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Authorization';
const MAX_AGE = '1728000';

export interface Program {
  readonly steps: readonly Step[];
  readonly notes: readonly Note[];
}

/** When is CORS on? Undefined where the annotation is not there. */
export function enabled(annotated: Annotated): Guard | undefined {
  return switched(annotated, 'enable-cors', false);
}

/** What the controller makes nginx do, while `on` holds. `place` restricts it to the hosts of the Ingress. */
export function program(annotated: Annotated, on: Guard, place: Guard, path: string, at: Span, version: ImageVersion): Program {
  const steps: Step[] = [];
  const notes: Note[] = [];
  const origin = field(annotated, 'cors-allow-origin');
  for (const { when, origins } of originCases(annotated.file, origin?.value, at, version)) {
    const shared = whenAll(place, on, when);
    const matched = origins.o === 'set' ? whenAll(shared, { g: 'origin', in: origins.set }) : shared;
    if (matched.g === 'never') continue;
    if (origins.o === 'all' && origins.refused) notes.push({ id: 'invalid-value-opens', at: origins.at, related: [], path });
    const originAt = origins.o === 'all' && !origins.written && !origins.refused ? at : (origin?.at ?? at);
    steps.push(
      { when: matched, effects: [setTo('access-control-allow-origin', allowOrigin(origins, originAt), originAt)], at: originAt },
      ...credentialsSteps(annotated, matched, at),
      { when: matched, effects: restEffects(annotated, at, version), at },
      { when: whenAll(matched, { g: 'method', in: ['OPTIONS'] }), effects: [], end: { to: 'answer', status: 204 }, at },
    );
  }
  return { steps, notes };
}

function allowOrigin(origins: Origins, at: Span): HeaderValue {
  switch (origins.o) {
    case 'all':
      return { v: 'literal', text: '*', at: origins.at, written: origins.written };
    case 'set':
      return { v: 'request-header', name: 'origin', at };
    case 'unknown':
      return { v: 'unknown', fact: origins.fact, at };
  }
}

/** Only a text that means `false` keeps the header away; one that means nothing stands for `true`. */
function credentialsSteps(annotated: Annotated, matched: Guard, at: Span): readonly Step[] {
  const credentials = field(annotated, 'cors-allow-credentials');
  const when = whenAll(matched, credentials === undefined ? ALWAYS : truth(credentials.value, true));
  if (when.g === 'never') return [];
  const placed = credentials?.at ?? at;
  return [{ when, effects: [setTo('access-control-allow-credentials', { v: 'literal', text: 'true', at: credentials?.value.at ?? at, written: credentials !== undefined }, placed)], at: placed }];
}

function restEffects(annotated: Annotated, at: Span, version: ImageVersion): readonly Effect[] {
  const one = (name: string, header: string, fallback: string, made: (text: string) => string | undefined): readonly Effect[] => {
    const written = field(annotated, name);
    const value = textOf(written, fallback, (text) => made(text.trim()), at);
    return value.v === 'literal' && value.text === '' ? [] : [setTo(header, value, written?.at ?? at)];
  };
  return [
    ...one('cors-allow-methods', 'access-control-allow-methods', METHODS, (text) => (isList(text, /[^A-Za-z,\s]/) ? text : undefined)),
    ...one('cors-allow-headers', 'access-control-allow-headers', isAtLeast(version, 1, 2, 1) ? HEADERS : OLD_HEADERS, (text) => (/^[A-Za-z0-9\-_, ]+$/.test(text) ? text : undefined)),
    ...one('cors-expose-headers', 'access-control-expose-headers', '', (text) => (isList(text, /[^A-Za-z0-9\-_*,\s]/) ? text : undefined)),
    ...one('cors-max-age', 'access-control-max-age', MAX_AGE, (text) => (/^[+-]?\d+$/.test(text) ? String(Number(text)) : undefined)),
  ];
}

/** Words with at most one comma and one blank after each, as the controller's patterns demand. */
function isList(text: string, foreign: RegExp): boolean {
  return text !== '' && !foreign.test(text) && !/^[,\s]|,,|\s\s|\s,/.test(text);
}
