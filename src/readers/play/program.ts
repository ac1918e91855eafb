import { ANY, anyOf, complement, exact, PRESENT, type Comparison, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, exactSetOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { HoconConfig, Resolved } from '../../syntax/hocon/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type EnvValue, type UnknownValue, type Value } from '../../values/value.js';

const HAS_ORIGIN: Guard = { g: 'origin', in: PRESENT };
const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const ASKED = 'access-control-request-method';
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** One alternative of a list; undefined items: the list is `null`, which means everything. */
interface Listed {
  readonly when: Guard;
  readonly items: readonly Value[] | undefined;
  readonly rest?: UnknownValue | EnvValue;
  readonly at: Span;
}

/**
 * Play's `CORSFilter` with its settings below `play.filters.cors`. Left alone it sends every origin back with credentials.
 * `*` in a list is what origins get that the list does not name. Source: play-filters-helpers 3.0.6.
 */
export function program(config: HoconConfig, at: Span): readonly Step[] {
  const setting = (name: string): Resolved | undefined => config.at('play', 'filters', 'cors', name);
  const place = (name: string): Span => setting(name)?.at ?? at;
  const prefixes = listOf(setting('pathPrefixes'), at);
  const where = whenAny(...prefixes.map((one): Guard => (one.items === undefined ? NEVER : whenAll(one.when, one.items.some((item) => item.kind !== 'string' || item.value === '' || item.value === '/') ? ALWAYS : { g: 'path', in: anyOf(one.items.flatMap((item): OriginSet[] => (item.kind === 'string' ? [{ s: 'prefix', text: item.value, subject: 'origin', ignoreCase: false, at: item.at }] : []))) }))));
  const here = setting('pathPrefixes') === undefined ? ALWAYS : where;
  const credentials = truthOf(setting('supportsCredentials'), true);
  const serves = truthOf(setting('serveForbiddenOrigins'), false);
  const preflight = whenAll(OPTIONS, { g: 'header', name: ASKED, in: PRESENT });
  const methods = namesOf(setting('allowedHttpMethods'), at, []);
  const headers = namesOf(setting('allowedHttpHeaders'), at, ['ignore-case']);
  const step = (when: Guard, ...effects: readonly Effect[]): Step => ({ when: whenAll(here, when), effects, at });
  const answer = (when: Guard, status: number): Step => ({ ...step(when), end: { to: 'answer', status } });
  const behind = (when: Guard): Step => ({ ...step(when), end: { to: 'behind' } });
  const granted = setting('supportsCredentials');
  const origins = listOf(setting('allowedOrigins'), at);
  const refuse = (when: Guard): Step[] => [...(serves.g === 'never' ? [] : [behind(whenAll(when, serves, unless(preflight)))]), answer(when, 403)];
  const known = whenAny(...origins.map((one): Guard => (one.items === undefined ? one.when : whenAll(one.when, { g: 'origin', in: accepted(one) }))));
  const asked = whenAll({ g: 'header', name: ASKED, in: { s: 'and', of: [anyOf(METHODS.map((name) => exact(name, at))), methods] } }, { g: 'every-item', name: 'access-control-request-headers', in: headers });
  return [
    ...refusals(config, at),
    step(ALWAYS, effect('append', 'vary', literal('Origin', at, false), at)),
    behind(unless(HAS_ORIGIN)),
    ...(serves.g === 'never' ? [] : [behind(whenAll({ g: 'origin', in: complement(valid(at)) }, serves))]),
    answer({ g: 'origin', in: complement(valid(at)) }, 403),
    behind({ g: 'same-origin' }),
    answer(unless({ g: 'method', in: METHODS }), 403),
    answer(whenAll(OPTIONS, { g: 'header', name: ASKED, in: exact('', at) }), 403),
    ...refuse(unless(known)),
    answer(whenAll(preflight, unless(asked)), 403),
    step(credentials, effect('set', 'access-control-allow-credentials', literal('true', granted?.value.at ?? at, granted !== undefined), granted?.at ?? at)),
    ...origins.flatMap((one) => originSteps(one, credentials, place('allowedOrigins')).map(({ when, effects }) => step(when, ...effects))),
    ...joinedCases(setting('exposedHeaders'), at).map(({ when, value }) => step(whenAll(unless(preflight), when), effect('set', 'access-control-expose-headers', value, place('exposedHeaders')))),
    ...ages(setting('preflightMaxAge'), at).map(({ when, value }) => step(whenAll(preflight, when), effect('set', 'access-control-max-age', value, place('preflightMaxAge')))),
    step(
      preflight,
      effect('set', 'access-control-allow-methods', { v: 'request-header', name: ASKED, at }, at),
      effect('set', 'access-control-allow-headers', { v: 'request-items', name: 'access-control-request-headers', in: ANY, separator: ',', at }, at),
    ),
    answer(preflight, 200),
  ];
}

/** A list that is written as one text, or holds `null`, which without quotes is no text: Play does not start. */
function refusals(config: HoconConfig, at: Span): readonly Step[] {
  return ['allowedOrigins', 'allowedHttpMethods', 'allowedHttpHeaders', 'exposedHeaders', 'pathPrefixes'].flatMap((name) => casesOf(config.at('play', 'filters', 'cors', name)?.value ?? { kind: 'nothing', what: 'null', at }).flatMap(({ when, value }): readonly Step[] => {
    const wrong = value.kind === 'string' || (value.kind === 'list' && value.items.some((item) => item.kind === 'nothing'));
    return wrong ? [{ when, effects: [], end: { to: 'answer', status: 500, fault: `\`play.filters.cors.${name}\` is no list of texts: the application does not start` }, at: value.at }] : [];
  }));
}

function originSteps(one: Listed, credentials: Guard, place: Span): readonly Pick<Step, 'when' | 'effects'>[] {
  const allow = (value: HeaderValue): Effect => effect('set', 'access-control-allow-origin', value, place);
  const echo = allow({ v: 'request-header', name: 'origin', at: one.at });
  if (one.items === undefined) return [{ when: whenAll(one.when, credentials), effects: [echo] }, { when: whenAll(one.when, unless(credentials)), effects: [allow(literal('*', one.at, false))] }];
  const star = one.items.find(isStar);
  const named = namedBy(one);
  return [
    { when: whenAll(one.when, { g: 'origin', in: named }), effects: [echo] },
    ...(star === undefined ? [] : [{ when: whenAll(one.when, { g: 'origin', in: complement(named) }), effects: [allow(literal('*', star.at, true))] }]),
  ];
}

function isStar(item: Value): boolean {
  return item.kind === 'string' && item.value === '*';
}

function namedBy({ items = [], rest, at }: Listed): OriginSet {
  const sets = items.filter((item) => !isStar(item)).map((item) => (item.kind === 'string' ? exact(item.value, item.at) : exactSetOf({ kind: 'list', items: [item], at: item.at }, item.at)));
  return anyOf([...sets, ...(rest === undefined ? [] : [exactSetOf({ kind: 'list', items: [], rest, at }, at)])]);
}

function accepted(one: Listed): OriginSet {
  return one.items?.some(isStar) === true ? ANY : namedBy(one);
}

function valid(at: Span): OriginSet {
  return { s: 'regex', source: '(?:null|[A-Za-z][A-Za-z0-9+.-]*:[^%\\s<>"{}|\\\\^`]+)', flags: '', dialect: 'js', use: 'full', subject: 'origin', at };
}

function listOf(setting: Resolved | undefined, at: Span): readonly Listed[] {
  if (setting === undefined) return [{ when: ALWAYS, items: undefined, at }];
  return casesOf(setting.value).map(({ when, value }): Listed => {
    if (value.kind === 'nothing') return { when, items: undefined, at: value.at };
    if (value.kind === 'list') return { when, items: value.items, ...(value.rest === undefined ? {} : { rest: value.rest }), at: value.at };
    return { when, items: [], rest: doubtOf(value), at: value.at };
  });
}

function namesOf(setting: Resolved | undefined, at: Span, comparison: readonly Comparison[]): OriginSet {
  return anyOf(listOf(setting, at).map(({ when, items, rest, at: place }): OriginSet => {
    if (when.g === 'never') return { s: 'none' };
    if (items === undefined) return ANY;
    return anyOf([...items.map((item): OriginSet => (item.kind === 'string' ? exact(item.value, item.at, comparison) : exactSetOf({ kind: 'list', items: [item], at: item.at }, item.at))), ...(rest === undefined ? [] : [exactSetOf({ kind: 'list', items: [], rest, at: place }, place)])]);
  }));
}

function joinedCases(setting: Resolved | undefined, at: Span): readonly { readonly when: Guard; readonly value: HeaderValue }[] {
  return (setting === undefined ? [] : listOf(setting, at)).flatMap(({ when, items = [], rest, at: place }) => {
    const doubt = rest ?? items.find((item) => item.kind !== 'string');
    const text = items.map((item) => (item.kind === 'string' ? item.value : '')).join(',');
    if (doubt !== undefined) return [{ when, value: { v: 'unknown' as const, fact: factOf(doubtOf(doubt)), at: place } }];
    return items.length === 0 ? [] : [{ when, value: literal(text, place, true) }];
  });
}

/** Units of durations in seconds; without one they are milliseconds. */
const UNITS: readonly (readonly [unit: RegExp, seconds: number])[] = [[/^(?:ns|nano|nanos|nanosecond|nanoseconds)$/, 1e-9], [/^(?:us|micro|micros|microsecond|microseconds)$/, 1e-6], [/^(?:|ms|milli|millis|millisecond|milliseconds)$/, 1e-3], [/^(?:s|second|seconds)$/, 1], [/^(?:m|minute|minutes)$/, 60], [/^(?:h|hour|hours)$/, 3600], [/^(?:d|day|days)$/, 86_400]];

function ages(setting: Resolved | undefined, at: Span): readonly { readonly when: Guard; readonly value: HeaderValue }[] {
  if (setting === undefined) return [{ when: ALWAYS, value: literal('3600', at, false) }];
  return casesOf(setting.value).flatMap(({ when, value }) => {
    const written = value.kind === 'number' ? String(value.value) : value.kind === 'string' ? value.value.trim() : undefined;
    const [, amount, unit = ''] = written === undefined ? [] : (/^([\d.]+)\s*([a-z]*)$/i.exec(written) ?? []);
    const scale = UNITS.find(([names]) => names.test(unit))?.[1];
    if (amount === undefined || scale === undefined) return [{ when, value: headerValueOf(doubtOf(value)) ?? literal('', value.at, true) }];
    const seconds = Math.floor(Number(amount) * scale + 1e-9);
    return seconds > 0 ? [{ when, value: literal(String(seconds), value.at, true) }] : [];
  });
}

function truthOf(setting: Resolved | undefined, fallback: boolean): Guard {
  if (setting === undefined) return fallback ? ALWAYS : NEVER;
  return whenAny(...casesOf(setting.value).map(({ when, value }): Guard => {
    if (value.kind === 'boolean') return value.value ? when : NEVER;
    if (value.kind === 'string' && /^(?:true|yes|on)$/.test(value.value)) return when;
    if (value.kind === 'string' && /^(?:false|no|off)$/.test(value.value)) return NEVER;
    return whenAll(when, { g: 'fact', fact: factOf(doubtOf(value)) });
  }));
}

function doubtOf(value: Value): UnknownValue | EnvValue {
  return value.kind === 'env' || value.kind === 'unknown' ? value : unknown('unsupported-syntax', 'a setting of the filter', value.at);
}

function effect(op: Effect['op'], header: string, value: HeaderValue, at: Span): Effect {
  return { op, header, value, statuses: 'all', at };
}

function literal(text: string, at: Span, written: boolean): HeaderValue {
  return { v: 'literal', text, at, written };
}
