import type { Annotated, Field } from '../../middleware/ingress/annotations.js';
import { field, setTo, textOf, truth } from '../../middleware/ingress/values.js';
import { ABSENT, anyOf, complement, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { NEVER, unless, whenAll, type Effect, type Guard, type HeaderValue, type Note, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { casesIn, exactly, listOf, matching, patternsOf, type Listed } from './origins.js';

const METHODS = 'GET, PUT, POST, DELETE, PATCH, OPTIONS';
const HEADERS = 'DNT,X-CustomHeader,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Authorization';
const MAX_AGE = '86400';

const HAS_ORIGIN: Guard = { g: 'origin', in: PRESENT };
const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };

export interface Setting {
  readonly on: Guard;
  /** The hosts of the object. */
  readonly place: Guard;
  readonly path: string;
  readonly at: Span;
  /** Minor version of the controller. */
  readonly version: number;
}

/** What the controller makes HAProxy do: the rules of its template, by version. */
export function program(annotated: Annotated, setting: Setting): { readonly steps: readonly Step[]; readonly notes: readonly Note[] } {
  const { on, place, at, version, path } = setting;
  const steps: Step[] = [];
  const notes: Note[] = [];
  const origin = field(annotated, 'cors-allow-origin');
  const regex = field(annotated, 'cors-allow-origin-regex');
  for (const one of casesIn(origin?.value, (text) => listOf(annotated.file, text, version))) {
    for (const other of casesIn(version < 14 ? undefined : regex?.value, (text) => patternsOf(annotated.file, text))) {
      const when = whenAll(place, on, one.when, other.when);
      if (when.g === 'never') continue;
      const refused = one.listed.l === 'refused' && other.listed.l === 'absent' ? one.listed : undefined;
      if (refused !== undefined) notes.push({ id: 'invalid-value-opens', at: refused.at, related: [], path });
      const originAt = (one.listed.l === 'absent' && other.listed.l === 'absent' ? undefined : one.listed.l === 'absent' ? regex : origin)?.at ?? at;
      const scene: Scene = { annotated, when, list: one.listed, patterns: other.listed, originAt, at };
      steps.push(...(version < 17 ? before17(scene, version) : from17(scene)));
    }
  }
  // A service of Lua answers before anything is passed on.
  const max = maxAge(annotated, at);
  steps.push({ when: whenAll(place, on, OPTIONS), effects: [setTo('access-control-max-age', max.value, max.at)], end: { to: 'answer', status: 204 }, at });
  return { steps, notes };
}

interface Scene {
  readonly annotated: Annotated;
  readonly when: Guard;
  readonly list: Listed;
  readonly patterns: Listed;
  readonly originAt: Span;
  readonly at: Span;
}

/** The origin is sent back to whom the list or a pattern admits, with neither to everybody who sends one. */
function from17({ annotated, when, list, patterns, originAt, at }: Scene): readonly Step[] {
  const entries = list.l === 'entries' ? list.entries.filter(({ text }) => text !== '*') : [];
  const exactOnes = exactly(entries);
  const set = anyOf([exactOnes, patterns.l === 'entries' ? matching(patterns.entries) : { s: 'none' }]);
  const openness = list.l === 'unknown' ? list.fact : patterns.l === 'unknown' ? patterns.fact : undefined;
  const admitted: Guard = openness !== undefined ? whenAll(HAS_ORIGIN, { g: 'fact', fact: openness }) : set.s === 'none' ? HAS_ORIGIN : { g: 'origin', in: set };
  const matched = whenAll(when, admitted);
  const echoed: HeaderValue = openness === undefined ? { v: 'request-header', name: 'origin', at: originAt } : { v: 'unknown', fact: openness, at: originAt };
  return [
    { when: matched, effects: [setTo('access-control-allow-origin', echoed, originAt)], at: originAt },
    ...asked(annotated, matched, at, true),
    ...credentials(annotated, matched),
    { when: matched, effects: exposed(annotated, at), at },
    ...(exactOnes.s === 'none' ? [] : [{ when: matched, effects: varyEffects(originAt), at: originAt }]),
  ];
}

/** `Vary` is set to `Origin`, or gets it behind a comma, where no value of it is `Origin`. */
function varyEffects(at: Span): readonly Effect[] {
  const named: OriginSet = { s: 'regex', source: '(?:^|,)\\s*Origin\\s*(?:,|$)', flags: '', dialect: 'pcre', use: 'search', subject: 'origin', at };
  const origin: HeaderValue = { v: 'literal', text: 'Origin', at, written: false };
  return [
    { ...setTo('vary', { v: 'concat', parts: [{ v: 'response-header', name: 'vary', at }, { v: 'literal', text: ',Origin', at, written: false }], at }, at), onlyIf: { header: 'vary', in: complement(anyOf([ABSENT, named])) } },
    { ...setTo('vary', origin, at), onlyIf: { header: 'vary', in: ABSENT } },
  ];
}

/** Methods and headers, of which `*` is what was asked for from 0.17 on; the methods' own check lets no `*` through. */
function asked(annotated: Annotated, matched: Guard, at: Span, echoes: boolean): readonly Step[] {
  const one = (name: string, header: string, fallback: string, request: string, accepts: RegExp): Step => {
    const written = field(annotated, name);
    const value = textOf(written, fallback, (text) => (accepts.test(text) ? text : undefined), at);
    const echo: HeaderValue = { v: 'request-header', name: request, at: value.at };
    return { when: matched, effects: [setTo(header, echoes && value.v === 'literal' && value.text === '*' ? echo : value, written?.at ?? at)], at: written?.at ?? at };
  };
  return [
    one('cors-allow-methods', 'access-control-allow-methods', METHODS, 'access-control-request-method', LIST_OF_METHODS),
    one('cors-allow-headers', 'access-control-allow-headers', HEADERS, 'access-control-request-headers', LIST_OF_HEADERS),
  ];
}

const LIST_OF_METHODS = /^(?!\s)(?:[A-Za-z]|[A-Za-z],\s?|[A-Za-z]\s)+$/;
/** The controller's `^([A-Za-z0-9\-\_]+,?\s?)|\*+$`: a name at the start or stars at the end. */
const LIST_OF_HEADERS = /^[A-Za-z0-9\-_]|\*$/;

function credentials(annotated: Annotated, matched: Guard): readonly Step[] {
  const written: Field | undefined = field(annotated, 'cors-allow-credentials');
  const when = written === undefined ? NEVER : whenAll(matched, truth(written.value, false));
  if (written === undefined || when.g === 'never') return [];
  return [{ when, effects: [setTo('access-control-allow-credentials', { v: 'literal', text: 'true', at: written.value.at, written: true }, written.at)], at: written.at }];
}

function exposed(annotated: Annotated, at: Span): readonly Effect[] {
  const written = field(annotated, 'cors-expose-headers');
  const value = textOf(written, '', (text) => (LIST_OF_HEADERS.test(text) ? text : undefined), at);
  return value.v === 'literal' && value.text === '' ? [] : [setTo('access-control-expose-headers', value, written?.at ?? at)];
}

function maxAge(annotated: Annotated, at: Span): { readonly value: HeaderValue; readonly at: Span } {
  const written = field(annotated, 'cors-max-age');
  return { value: textOf(written, MAX_AGE, (text) => (/^[+-]?\d+$/.test(text) ? String(Number(text)) : undefined), at), at: written?.at ?? at };
}

/**
 * One entry is sent to everybody as it stands; of several, or with patterns, the one that matches is sent back and
 * strangers get the first. `*` with credentials sends every origin back from 0.16 on. Requests without an Origin get
 * the headers too until 0.15.
 */
function before17({ annotated, when, list, patterns, originAt, at }: Scene, version: number): readonly Step[] {
  const present = version < 16 ? when : whenAll(when, HAS_ORIGIN);
  const entries = list.l === 'entries' ? list.entries : [{ text: '*', at: list.l === 'refused' ? list.at : originAt }];
  const first = entries[0]!;
  const open = list.l === 'unknown' ? list.fact : patterns.l === 'unknown' ? patterns.fact : undefined;
  const literal: HeaderValue = open === undefined ? { v: 'literal', text: first.text, at: first.at, written: list.l === 'entries' } : { v: 'unknown', fact: open, at: originAt };
  const echoed: HeaderValue = { v: 'request-header', name: 'origin', at: originAt };
  const set = anyOf([exactly(entries), patterns.l === 'entries' ? matching(patterns.entries) : { s: 'none' }]);
  const several = open === undefined && (entries.length > 1 || patterns.l === 'entries');
  const written = field(annotated, 'cors-allow-credentials');
  const allowing = written === undefined ? NEVER : truth(written.value, false);
  const back = several ? { g: 'origin' as const, in: set } : version === 16 && open === undefined && first.text === '*' ? allowing : NEVER;
  const steps = (guard: Guard, value: HeaderValue): readonly Step[] => (guard.g === 'never' ? [] : [{ when: guard, effects: [setTo('access-control-allow-origin', value, originAt)], at: originAt }]);
  return [
    ...steps(whenAll(present, unless(back)), literal),
    ...steps(whenAll(present, back), echoed),
    ...asked(annotated, present, at, false),
    ...credentials(annotated, present),
    { when: present, effects: exposed(annotated, at), at },
  ];
}
