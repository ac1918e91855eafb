import { isFrom } from '../../middleware/version.js';
import { ABSENT, anyOf, complement, exact, type OriginSet } from '../../origins/origin-set.js';
import { exactSetOf, headerValueOf } from '../../policy/from-condition.js';
import { NEVER, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';
import type { Allowed, KtorCors } from './cors-config.js';

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const ASKED = 'access-control-request-headers';

/**
 * Ktor's CORS plugin for the requests of `where` (sources of 1.6.8 to 3.5.2; measured on 2.3.13, 3.4.0 and 3.5.1). A
 * foreign origin that is not allowed gets 403 whatever it asks for, and so does a method that is not, or a body that is not
 * simple unless `Content-Type` is allowed. Whatever has the method OPTIONS is taken for a preflight. An origin that is
 * malformed, the server's own, or absent passes.
 */
export function corsPlugin(config: KtorCors, where: Guard, version: string, at: Span): readonly Step[] {
  const any = whenAny(...config.any.map(({ when }) => when));
  const credentials = config.credentials?.when ?? NEVER;
  const listed = whenAny(...config.origins.map((one) => whenAll(one.when, { g: 'origin', in: one.in })));
  const own: Guard = !config.sameOrigin ? NEVER : isFrom(version, '3.5.1') ? whenAll({ g: 'same-origin' }, unless(whenAll(OPTIONS, { g: 'header', name: 'access-control-request-method', in: complement(ABSENT) }))) : { g: 'same-origin' };
  const foreign = whenAll(where, { g: 'origin', in: wellFormed(version, at) }, unless(own));
  const allowed = whenAny(any, listed, ...(config.sameOrigin && isFrom(version, '3.5.1') ? [{ g: 'same-origin' } as const] : []));
  const here = whenAll(foreign, allowed);
  const preflight = whenAll(here, OPTIONS);
  const actual = whenAll(here, unless(OPTIONS));
  const effect = (header: string, value: HeaderValue, place: Span): Effect => ({ op: 'append', header, value, statuses: 'all', at: place });
  const literal = (text: string, place: Span, written: boolean): HeaderValue => ({ v: 'literal', text, at: place, written });
  const step = (when: Guard, ...effects: readonly Effect[]): Step => ({ when, effects, at });
  const refused = (when: Guard): Step => ({ ...step(when), end: { to: 'answer', status: 403 } });

  const methods = anyOf([...['GET', 'POST', 'HEAD'].map((name) => exact(name, at)), ...config.methods.map(({ value, when }) => underGuard(when, exactSetOf({ kind: 'list', items: [value], at: value.at }, value.at)))]);
  const places = { any: config.any[0]?.at ?? at, listed: config.origins[0]?.at ?? at };
  const echo = (place: Span): Effect => effect('access-control-allow-origin', { v: 'request-header', name: 'origin', at: place }, place);
  const granted = (when: Guard): Step[] => [
    step(whenAll(when, any, unless(credentials)), effect('access-control-allow-origin', literal('*', places.any, true), places.any)),
    step(whenAll(when, any, credentials), echo(places.any)),
    step(whenAll(when, unless(any)), echo(places.listed)),
    ...(config.credentials === undefined ? [] : [step(whenAll(when, credentials), effect('access-control-allow-credentials', literal('true', config.credentials.at, true), config.credentials.at))]),
  ];
  const exposed = joined(config.exposed);
  return [
    ...config.refused.map(({ when, why, at: place }): Step => ({ when: whenAll(when), effects: [], end: { to: 'answer', status: 500, fault: `Ktor refuses to install CORS (${why}): the application does not start` }, at: place })),
    step(whenAll(where, unless(whenAll(any, unless(credentials)))), effect('vary', literal('Origin', at, false), at)),
    refused(whenAll(foreign, unless(allowed))),
    refused(whenAll(here, unless(config.nonSimple), { g: 'header', name: 'content-type', in: complement(anyOf([ABSENT, SIMPLE_CONTENT])) })),
    refused(whenAll(preflight, unless({ g: 'header', name: 'access-control-request-method', in: methods }))),
    refused(whenAll(preflight, unless({ g: 'every-item', name: ASKED, in: headersOf(config, at) }))),
    ...granted(preflight),
    ...methodList(config, preflight, version, at),
    ...headerList(config, preflight, at),
    ...maxAge(config, preflight),
    { ...step(preflight), end: { to: 'answer', status: 200 } as const },
    refused(whenAll(actual, unless(methodIn(config)))),
    ...granted(actual),
    ...(exposed === undefined ? [] : [step(actual, effect('access-control-expose-headers', exposed.value, exposed.at))]),
  ].filter(({ when }) => when.g !== 'never');

  /** Since 3.5.1 every method that is allowed; before only those that are not simple, and nothing when there are none. */
  function methodList(given: KtorCors, when: Guard, release: string, place: Span): Step[] {
    const usual: readonly Allowed[] = isFrom(release, '3.5.1') ? ['GET', 'HEAD', 'POST'].map((value) => ({ value: { kind: 'string', value, at: place }, when: { g: 'always' }, at: place })) : [];
    const value = joined([...given.methods, ...usual]);
    return value === undefined ? [] : [step(when, effect('access-control-allow-methods', given.methods.length === 0 ? { ...value.value, ...(value.value.v === 'literal' ? { written: false } : {}) } : value.value, value.at))];
  }

  /** The header is sent even if it is empty; names that a predicate lets through are added as they were asked for, in lower case. */
  function headerList(given: KtorCors, when: Guard, place: Span): Step[] {
    const content: readonly Allowed[] = given.nonSimple.g === 'never' ? [] : [{ value: { kind: 'string', value: 'Content-Type', at: place }, when: given.nonSimple, at: place }];
    const list = joined([...given.headers, ...content]);
    const name = 'access-control-allow-headers';
    const plain = effect(name, list?.value ?? literal('', place, false), list?.at ?? place);
    if (given.headerSets.length === 0) return [step(when, plain)];
    const set = anyOf(given.headerSets);
    const some = whenAll(when, { g: 'some-item', name: ASKED, in: set });
    const items: HeaderValue = { v: 'request-items', name: ASKED, in: set, separator: ', ', at: place };
    const both: HeaderValue = list === undefined ? items : { v: 'concat', parts: [list.value, literal(', ', place, false), items], at: place };
    return [step(whenAll(when, unless({ g: 'some-item', name: ASKED, in: set })), plain), step(some, effect(name, both, list?.at ?? place))];
  }

  function maxAge(given: KtorCors, when: Guard): Step[] {
    const value = given.maxAge?.value;
    if (value?.kind === 'number' && value.value <= 0) return [];
    if (given.maxAge === undefined || value === undefined) return [step(when, effect('access-control-max-age', literal('86400', at, false), at))];
    const text = headerValueOf(value) ?? ({ v: 'unknown', fact: factOf(unknown('unsupported-syntax', 'maxAgeInSeconds', value.at)), at: value.at } satisfies HeaderValue);
    return [step(when, effect('access-control-max-age', text, given.maxAge.at))];
  }
}

/** Bodies that need no preflight; parameters behind the type are not looked at. */
const SIMPLE_CONTENT: OriginSet = { s: 'regex', source: '\\s*(application/x-www-form-urlencoded|multipart/form-data|text/plain)\\s*(;.*)?', flags: 'i', dialect: 'java', use: 'full', subject: 'origin', at: { file: '', start: 0, end: 0 } };

/** What Ktor takes for an origin: `null`, or a scheme, a host without `%` and `?`, and digits behind the first colon. */
function wellFormed(version: string, at: Span): OriginSet {
  const host = isFrom(version, '3.5.1') ? '(\\[[^\\]%]*\\](:[0-9]*)?|(?!\\[)[^:/?%]*(:[0-9]*/?|/[^%]*)?)' : `[^:/?%]*([:/][0-9]*${isFrom(version, '3.0.0') ? '/?' : ''})?`;
  return { s: 'regex', source: `null|[A-Za-z][A-Za-z0-9+.-]*://${host}`, flags: '', dialect: 'java', use: 'full', subject: 'origin', at };
}

/** Names that may be asked for, in lower case. */
function headersOf({ headers, headerSets, nonSimple }: KtorCors, at: Span): OriginSet {
  const named = ['accept', 'accept-language', 'content-language'].map((name) => exact(name, at, ['ignore-case']));
  return anyOf([
    ...named,
    underGuard(nonSimple, exact('content-type', at, ['ignore-case'])),
    ...headers.map(({ value, when }) => underGuard(when, value.kind === 'string' ? exact(value.value, value.at, ['ignore-case']) : exactSetOf({ kind: 'list', items: [value], at: value.at }, value.at))),
    ...headerSets,
  ]);
}

function methodIn({ methods }: KtorCors): Guard {
  return whenAny({ g: 'method', in: ['GET', 'POST', 'HEAD'] }, ...methods.map(({ value, when }): Guard => whenAll(when, value.kind === 'string' ? { g: 'method', in: [value.value] } : { g: 'fact', fact: factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', 'a method', value.at)) })));
}

/** The set while a guard of facts holds. */
function underGuard(when: Guard, set: OriginSet): OriginSet {
  if (when.g === 'always') return set;
  if (when.g === 'never') return { s: 'none' };
  if (when.g === 'fact') return { s: 'guarded', when: when.fact, negated: false, set };
  if (when.g === 'not' && when.of.g === 'fact') return { s: 'guarded', when: when.of.fact, negated: true, set };
  if (when.g === 'and') return when.of.reduce((inner, part) => underGuard(part, inner), set);
  return when.g === 'or' ? anyOf(when.of.map((part) => underGuard(part, set))) : set;
}

/** Names in alphabetical order, as Ktor writes them; not known where one of them is not. */
function joined(list: readonly Allowed[]): { readonly value: HeaderValue; readonly at: Span } | undefined {
  const [first] = list;
  if (first === undefined) return undefined;
  const open = list.find(({ value, when }) => value.kind !== 'string' || when.g !== 'always');
  if (open !== undefined) return { value: { v: 'unknown', fact: open.when.g === 'fact' ? open.when.fact : factOf(open.value.kind === 'unknown' || open.value.kind === 'env' ? open.value : unknown('unsupported-syntax', 'a list of names', open.at)), at: open.at }, at: open.at };
  // Of names that differ in case, the first counts.
  const names = new Map(list.toReversed().flatMap(({ value }) => (value.kind === 'string' ? [[value.value.toLowerCase(), value.value] as const] : [])));
  return { value: { v: 'literal', text: [...names.values()].sort().join(', '), at: first.at, written: true }, at: first.at };
}
