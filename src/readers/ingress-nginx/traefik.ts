import type { Annotated } from '../../middleware/ingress/annotations.js';
import { composed, field, setTo, truth } from '../../middleware/ingress/values.js';
import { anyOf, exact, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import { itemSpans } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, type Value } from '../../values/value.js';

const METHODS = 'GET,PUT,POST,DELETE,PATCH,OPTIONS';
const HEADERS = 'DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization';
const MAX_AGE = '1728000';

const HAS_ORIGIN: Guard = { g: 'origin', in: PRESENT };
const PREFLIGHT: Guard = whenAll({ g: 'method', in: ['OPTIONS'] }, HAS_ORIGIN, { g: 'header', name: 'access-control-request-method', in: PRESENT });

export interface Setting {
  readonly on: Guard;
  readonly place: Guard;
  readonly at: Span;
  /** `*` with credentials sends the origin back, from 3.6.22 and 3.7.6 on; before, `*`. */
  readonly echoes: boolean;
}

/**
 * What Traefik's provider for these annotations makes of them (3.5 and later): its own `headers` middleware, with the
 * defaults of ingress-nginx. Entries are compared byte for byte, so `https://*.example.com` is nobody's origin;
 * credentials are sent on every response, and a preflight is answered with 200 whatever its origin.
 *
 * Read in Traefik's source, v3.7.9: pkg/provider/kubernetes/ingress-nginx and pkg/middlewares/headers.
 */
export function traefikProgram(annotated: Annotated, { on, place, at, echoes }: Setting): readonly Step[] {
  const base = whenAll(place, on);
  const steps: Step[] = [];
  const credentials = field(annotated, 'cors-allow-credentials');
  // Anything but the word `true` means false here.
  const allowing = credentials === undefined ? ALWAYS : truth(credentials.value, false, (text) => text.toLowerCase() === 'true');
  const origin = field(annotated, 'cors-allow-origin');
  for (const { when, value, set, star } of originCases(annotated, origin?.value, at)) {
    const matched = whenAll(base, when, set === undefined ? HAS_ORIGIN : { g: 'origin', in: set });
    if (matched.g === 'never') continue;
    const originAt = origin?.at ?? at;
    const write = (guard: Guard, text: HeaderValue): void => {
      if (guard.g !== 'never') steps.push({ when: guard, effects: [setTo('access-control-allow-origin', text, originAt)], at: originAt });
    };
    if (!star) write(matched, value);
    else {
      write(whenAll(matched, echoes ? unless(allowing) : ALWAYS), value);
      if (echoes) write(whenAll(matched, allowing), { v: 'request-header', name: 'origin', at: originAt });
    }
  }
  const sent = whenAll(base, allowing);
  if (sent.g !== 'never') steps.push({ when: sent, effects: [setTo('access-control-allow-credentials', { v: 'literal', text: 'true', at: credentials?.value.at ?? at, written: credentials !== undefined }, credentials?.at ?? at)], at: credentials?.at ?? at });
  // With credentials a `*` is no list: what was asked for is sent instead, or nothing.
  const list = (name: string, header: string, fallback: string, asked: string | undefined, guard: Guard): void => {
    const written = field(annotated, name);
    const value = joined(written?.value, fallback, at);
    const effect = (text: HeaderValue): readonly Effect[] => [setTo(header, text, written?.at ?? at)];
    if (value.v === 'literal' && value.text.split(',').includes('*') && echoes) {
      steps.push({ when: whenAll(guard, unless(allowing)), effects: effect(value), at });
      if (asked !== undefined) steps.push({ when: whenAll(guard, allowing), effects: effect({ v: 'request-header', name: asked, at: value.at }), at });
    } else if (value.v !== 'literal' || value.text !== '') steps.push({ when: guard, effects: effect(value), at });
  };
  const preflight = whenAll(base, PREFLIGHT);
  list('cors-expose-headers', 'access-control-expose-headers', '', undefined, base);
  list('cors-allow-methods', 'access-control-allow-methods', METHODS, 'access-control-request-method', preflight);
  list('cors-allow-headers', 'access-control-allow-headers', HEADERS, 'access-control-request-headers', preflight);
  const max = field(annotated, 'cors-max-age');
  const age = joined(max?.value, MAX_AGE, at);
  const seconds: HeaderValue = age.v === 'literal' ? { ...age, text: /^[+-]?\d+$/.test(age.text) ? String(Number(age.text)) : MAX_AGE } : age;
  steps.push({ when: preflight, effects: [setTo('access-control-max-age', seconds, max?.at ?? at)], end: { to: 'answer', status: 200 }, at });
  return steps.filter(({ when }) => when.g !== 'never');
}

interface OriginCase {
  readonly when: Guard;
  /** What is sent to those whom `set` admits; without a set to everybody. */
  readonly value: HeaderValue;
  readonly set: OriginSet | undefined;
  readonly star: boolean;
}

/** The first entry that fits decides: entries behind a `*` are never looked at, those before it are sent back. */
function originCases({ file }: Annotated, value: Value | undefined, at: Span): readonly OriginCase[] {
  if (value === undefined) return [{ when: ALWAYS, value: { v: 'literal', text: '*', at, written: false }, set: undefined, star: true }];
  return casesOf(value).flatMap(({ when, value: option }): readonly OriginCase[] => {
    if (option.kind === 'nothing') return [{ when, value: { v: 'literal', text: '*', at, written: false }, set: undefined, star: true }];
    if (option.kind !== 'string') return [{ when, value: { v: 'unknown', fact: factOf(option.kind === 'unknown' || option.kind === 'env' ? option : composed(option)), at: option.at }, set: undefined, star: false }];
    const entries = itemSpans(file, option);
    const star = entries.findIndex(({ text }) => text === '*');
    const before = anyOf((star === -1 ? entries : entries.slice(0, star)).map((entry) => exact(entry.text, entry.at)));
    const echo: HeaderValue = { v: 'request-header', name: 'origin', at: option.at };
    const everybody: OriginCase = { when, value: { v: 'literal', text: '*', at: entries[star]?.at ?? option.at, written: true }, set: undefined, star: true };
    return [...(star === -1 ? [] : [everybody]), ...(before.s === 'none' ? [] : [{ when, value: echo, set: before, star: false }])];
  });
}

/** A list, its items trimmed and joined as Traefik does. */
function joined(value: Value | undefined, fallback: string, at: Span): HeaderValue {
  if (value === undefined || value.kind === 'nothing') return { v: 'literal', text: fallback, at, written: false };
  if (value.kind === 'string') return { v: 'literal', text: value.value.split(',').map((item) => item.trim()).join(','), at: value.at, written: true };
  if (value.kind === 'number') return { v: 'literal', text: String(value.value), at: value.at, written: true };
  return { v: 'unknown', fact: factOf(value.kind === 'unknown' || value.kind === 'env' ? value : composed(value)), at: value.at };
}
