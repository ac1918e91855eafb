import { ANY, anyOf, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, exactSetOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Guard, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, type Value } from '../../values/value.js';
import { asWritten, doubtOf, effectOf, joined, literal, type Listed } from './params.js';

/** What was given to the setters of a handler, by the property's name. */
export type Properties = ReadonlyMap<string, { readonly value: Value; readonly at: Span }>;

const PREFLIGHT = whenAll({ g: 'method', in: ['OPTIONS'] }, { g: 'header', name: 'access-control-request-method', in: PRESENT });
const HAS_ORIGIN: Guard = { g: 'origin', in: PRESENT };

/**
 * Jetty 12's `CrossOriginHandler`. Nobody is allowed by default; entries are patterns that ignore case and must match as a
 * whole, so that a dot is any character; `*` is everybody, and the origin is sent back even then. Methods and headers are
 * told, not checked. Source: 12.0.16.
 */
export function crossOriginHandler(properties: Properties, at: Span): readonly Step[] {
  const place = (name: string): Span => properties.get(name)?.at ?? at;
  const step = (when: Guard, ...effects: readonly Effect[]): Step => ({ when, effects, at });
  const answer = (when: Guard, status: number): Step => ({ when, effects: [], end: { to: 'answer', status }, at });
  const credentials = truthOf(properties, 'allowCredentials', false);
  const granted = properties.get('allowCredentials');
  const deliversPreflights = truthOf(properties, 'deliverPreflightRequests', false);
  const deliversOthers = truthOf(properties, 'deliverNonAllowedOriginRequests', true);
  const origins = listsOf(properties, 'allowedOriginPatterns', [], at);
  const allowed = whenAny(...origins.map((one) => whenAll(one.when, HAS_ORIGIN, { g: 'origin', in: matched(one) })));
  const echoAt = origins[0]?.items[0]?.at ?? place('allowedOriginPatterns');
  const list = (name: string, fallback: readonly string[], header: string, when: Guard): readonly Step[] =>
    listsOf(properties, name, fallback, at).flatMap((one) => {
      const value = joined(one, ',', asWritten, false);
      return value === undefined ? [] : [step(whenAll(when, one.when), effectOf('set', header, value, place(name)))];
    });
  const granting = whenAll(allowed, PREFLIGHT);
  return [
    step(ALWAYS, effectOf('append', 'vary', literal('Origin', at, false), at)),
    { ...step(unless(HAS_ORIGIN)), end: { to: 'behind' } },
    step(allowed, effectOf('set', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: echoAt }, place('allowedOriginPatterns'))),
    step(whenAll(allowed, credentials), effectOf('set', 'access-control-allow-credentials', literal('true', granted?.value.at ?? at, true), place('allowCredentials'))),
    ...list('allowedMethods', ['GET', 'POST', 'HEAD'], 'access-control-allow-methods', granting),
    ...list('allowedHeaders', ['Content-Type'], 'access-control-allow-headers', granting),
    ...ages(properties, granting, at),
    ...list('exposedHeaders', [], 'access-control-expose-headers', whenAll(allowed, unless(PREFLIGHT))),
    answer(whenAll(granting, unless(deliversPreflights)), 200),
    ...listsOf(properties, 'allowedTimingOriginPatterns', [], at).map((one) => step(whenAll(allowed, one.when, { g: 'origin', in: matched(one) }), effectOf('set', 'timing-allow-origin', { v: 'request-header', name: 'origin', at: one.at }, place('allowedTimingOriginPatterns')))),
    answer(whenAll(unless(allowed), unless(deliversOthers)), 400),
    answer(whenAll(unless(allowed), PREFLIGHT, unless(deliversPreflights)), 200),
  ];
}

function ages(properties: Properties, when: Guard, at: Span): readonly Step[] {
  const age = properties.get('preflightMaxAge');
  const cases = age === undefined ? [{ when: ALWAYS, value: { kind: 'number', value: 60, at } as const }] : casesOf(age.value);
  return cases.flatMap((one): readonly Step[] => {
    if (one.value.kind === 'number' && Math.floor(one.value.value) <= 0) return [];
    const value = one.value.kind === 'number' ? literal(String(Math.floor(one.value.value)), one.value.at, age !== undefined) : (headerValueOf(doubtOf(one.value)) ?? literal('', at, false));
    return [{ when: whenAll(when, one.when), effects: [effectOf('set', 'access-control-max-age', value, age?.at ?? at)], at }];
  });
}

function truthOf(properties: Properties, name: string, fallback: boolean): Guard {
  const property = properties.get(name);
  if (property === undefined) return fallback ? ALWAYS : NEVER;
  return whenAny(...casesOf(property.value).map(({ when, value }) => (value.kind === 'boolean' ? (value.value ? when : NEVER) : whenAll(when, { g: 'fact', fact: factOf(doubtOf(value)) } as const))));
}

function listsOf(properties: Properties, name: string, fallback: readonly string[], at: Span): readonly Listed[] {
  const property = properties.get(name);
  if (property === undefined) return [{ when: ALWAYS, items: fallback.map((value) => ({ kind: 'string', value, at })), at, written: false }];
  return casesOf(property.value).map(({ when, value }) => (value.kind === 'list' ? { when, items: value.items, ...(value.rest === undefined ? {} : { rest: value.rest }), at: value.at, written: true } : { when, items: [], rest: doubtOf(value), at: property.at, written: true }));
}

function matched({ items, rest, at }: Listed): OriginSet {
  const sets = items.map((item): OriginSet => {
    if (item.kind !== 'string') return exactSetOf({ kind: 'list', items: [item], at: item.at }, item.at);
    const source = item.value.trim();
    return source === '*' ? ANY : source === '' ? { s: 'none' } : { s: 'regex', source, flags: 'i', dialect: 'java', use: 'full', subject: 'origin', at: item.at };
  });
  return anyOf([...sets, ...(rest === undefined ? [] : [exactSetOf({ kind: 'list', items: [], rest, at }, at)])]);
}
