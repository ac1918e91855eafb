import { ABSENT, anyOf, complement, exact, type Comparison, type OriginSet } from '../../origins/origin-set.js';
import { exactSetOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, type Value } from '../../values/value.js';
import type { CorsConfiguration, Listed } from './cors-configuration.js';

const PRESENT = complement(ABSENT);
const IS_CORS = whenAll({ g: 'origin', in: PRESENT }, unless({ g: 'same-origin' }));
const HAS_METHOD: Guard = { g: 'header', name: 'access-control-request-method', in: PRESENT };
const IS_PREFLIGHT = whenAll({ g: 'method', in: ['OPTIONS'] }, HAS_METHOD);
export const IS_PREFLIGHT_WITH_ORIGIN = whenAll({ g: 'origin', in: PRESENT }, IS_PREFLIGHT);
export const VARY = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';

/** Methods of the enum that `HttpMethod` was before 6.0. */
const METHOD_ENUM = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** When `*` with credentials is refused (5.3): as the application starts, whenever a handler is looked up, or for each cross-origin request. */
export type Refusal = 'start-up' | 'lookup' | 'cross-origin';

/**
 * `DefaultCorsProcessor` for one configuration and the requests of `when` (jvm.md 1; measured on 4.3.30, 5.2.25,
 * 5.3.39, 6.2.19 and 7.0.9).
 */
export function processed(config: CorsConfiguration, when: Guard, version: number, at: Span, refusal: Refusal): readonly Step[] {
  const set = (header: string, value: HeaderValue, where: Span): Effect => ({ op: 'set', header, value, statuses: 'all', at: where });
  const literal = (text: string, where: Span, written: boolean): HeaderValue => ({ v: 'literal', text, at: where, written });
  const step = (guard: Guard, ...effects: readonly Effect[]): Step => ({ when: whenAll(when, guard), effects, at });
  const vary = (text: string): Effect => ({ ...set('vary', literal(text, at, false), at), op: 'append' });
  const answered = (guard: Guard, status: number, fault?: string): Step => ({ ...step(guard), end: { to: 'answer', status, ...(fault === undefined ? {} : { fault }) } });

  const credentials = config.credentials?.value;
  const credentialed = credentials?.kind === 'boolean' ? credentials.value : credentials?.kind === 'string' ? credentials.value === 'true' : credentials !== undefined;
  const star = starIn(config.origins);
  const varies = version >= 50200 ? [step(ALWAYS, vary(VARY))] : [];
  if (star !== undefined && credentialed && version >= 50300) {
    if (refusal === 'cross-origin') return [...varies, answered(IS_CORS, 500, 'Spring refuses `*` with credentials: every cross-origin request fails with 500')];
    return [answered(ALWAYS, 500, refusal === 'start-up' ? 'Spring refuses `*` with credentials: the application does not start' : 'Spring refuses `*` with credentials: every request to this path fails with 500')];
  }
  const steps: Step[] = [...varies];
  steps.push({ ...step(unless(IS_CORS)), end: { to: 'behind' } });

  const methods = namesOf(config.methods);
  const allowedMethods: OriginSet = methods === '*' ? (version >= 60000 ? PRESENT : anyOf(METHOD_ENUM.map((name) => exact(name, at)))) : anyOf((methods ?? ['GET', 'HEAD']).filter((name) => version >= 60000 || METHOD_ENUM.includes(name)).map((name) => exact(name, config.methods?.at ?? at)));
  const methodAllowed: Guard = {
    g: 'or',
    of: [whenAll(IS_PREFLIGHT, { g: 'header', name: 'access-control-request-method', in: allowedMethods }), methods === '*' ? unless(IS_PREFLIGHT) : whenAll(unless(IS_PREFLIGHT), { g: 'method', in: methods ?? ['GET', 'HEAD'] })],
  };
  const headers = namesOf(config.headers);
  const headerSet: OriginSet = headers === '*' ? { s: 'any' } : anyOf((headers ?? []).map((name) => exact(name, config.headers?.at ?? at, ['ignore-case'])));
  const asksNothing: Guard = unless({ g: 'some-item', name: 'access-control-request-headers', in: { s: 'any' } });
  const headersAllowed: Guard = { g: 'or', of: [unless(IS_PREFLIGHT), asksNothing, { g: 'some-item', name: 'access-control-request-headers', in: headerSet }] };
  const originAllowed: Guard = star === undefined ? { g: 'origin', in: originsOf(config, version) } : { g: 'origin', in: complement(exact('', at)) };
  steps.push(answered(unless(whenAll(originAllowed, methodAllowed, headersAllowed)), 403));

  const echoAt = star ?? config.patterns?.at ?? config.origins?.at ?? at;
  const origin: HeaderValue = star !== undefined && !credentialed ? literal('*', star, config.origins?.byDefault !== true) : { v: 'request-header', name: 'origin', at: echoAt };
  steps.push(
    step(
      originAllowed,
      ...(version < 50200 ? [vary('Origin')] : []),
      set('access-control-allow-origin', origin, echoAt),
      ...(credentialed && config.credentials !== undefined ? [set('access-control-allow-credentials', credentials?.kind === 'boolean' || credentials?.kind === 'string' ? literal('true', config.credentials.at, true) : unread(credentials!), config.credentials.at)] : []),
      ...(config.exposed === undefined || config.exposed.items.length === 0 ? [] : [set('access-control-expose-headers', joined(config.exposed, ', '), config.exposed.at)]),
    ),
    step(
      IS_PREFLIGHT,
      set('access-control-allow-methods', methods === '*' ? { v: 'request-header', name: 'access-control-request-method', at } : literal((methods ?? ['GET', 'HEAD']).join(','), config.methods?.at ?? at, config.methods?.byDefault === false), config.methods?.at ?? at),
      set('access-control-allow-headers', { v: 'request-items', name: 'access-control-request-headers', in: headerSet, separator: ', ', at: config.headers?.at ?? at }, config.headers?.at ?? at),
      ...(config.maxAge === undefined ? [] : [set('access-control-max-age', headerValueOf(config.maxAge.value) ?? unread(config.maxAge.value), config.maxAge.at)]),
    ),
  );
  if (config.privateNetwork === true) steps.push(step(whenAll(IS_PREFLIGHT, { g: 'header', name: 'access-control-request-private-network', in: exact('true', at) }), set('access-control-allow-private-network', literal('true', at, true), at)));
  return [...steps, answered(IS_PREFLIGHT, 200), { ...step(ALWAYS), end: { to: 'behind' } }];
}

/** Requests that no configuration covers: from 5 to 6 a `CorsFilter` refuses their preflights and says `Vary` all the same. */
export function uncovered(version: number, at: Span): readonly Step[] {
  if (version >= 70000 || version < 50000) return [];
  const vary: Effect = { op: 'append', header: 'vary', value: { v: 'literal', text: VARY, at, written: false }, statuses: 'all', at };
  return [
    ...(version >= 50200 ? [{ when: ALWAYS, effects: [vary], at }] : []),
    { when: whenAll({ g: 'origin', in: PRESENT }, IS_PREFLIGHT), effects: [], end: { to: 'answer', status: 403 }, at },
  ];
}

function starIn(origins: Listed | undefined): Span | undefined {
  return origins?.items.find((item) => item.kind === 'string' && item.value === '*')?.at;
}

/** Entries ignoring case and, since 5.3.7, a slash at the end; patterns as globs. */
function originsOf({ origins, patterns }: CorsConfiguration, version: number): OriginSet {
  const comparison: readonly Comparison[] = version >= 50307 ? ['ignore-case', 'strip-trailing-slash'] : ['ignore-case'];
  const sets = (origins?.items ?? []).flatMap((item): readonly OriginSet[] => {
    if (item.kind !== 'string') return [exactSetOf(asList(item), item.at)];
    const entries = version >= 60000 ? item.value.split(',').map((part) => part.trim()) : [item.value];
    return entries.map((entry) => exact(entry, item.at, comparison));
  });
  return anyOf([...sets, ...(patterns?.items ?? []).flatMap((item) => patternSet(item, version))]);
}

/** `*` is any text; `:[*]` an optional port, `:[80,443]` one of these (since 5.3.8). */
function patternSet(item: Value, version: number): readonly OriginSet[] {
  if (item.kind !== 'string') return [exactSetOf(asList(item), item.at)];
  const entries = version >= 60000 ? item.value.split(/,(?![^[]*\])/).map((part) => part.trim()) : [item.value];
  return entries.flatMap((entry): readonly OriginSet[] => {
    const [, base = entry, list] = /^(.*):\[([^\]]*)\]$/.exec(entry) ?? [];
    const ports = list === undefined ? 'as-written' : list === '*' ? 'any' : list.split(',').map(Number);
    const glob: OriginSet = { s: 'glob', text: base, star: 'any-text', ignoreCase: false, ports, at: item.at };
    // Since 5.3.7 a slash at the end of the request's text is cut first.
    return version >= 50307 && typeof ports === 'string' && !base.endsWith('*') ? [glob, { ...glob, text: `${base}/`, ports: 'as-written' }] : [glob];
  });
}

/** An entry that is not known text as a list, in each of its alternatives. */
function asList(item: Value): Value {
  if (item.kind === 'either') return { ...item, options: item.options.map(({ when, value }) => ({ when, value: asList(value) })) };
  return item.kind === 'list' ? item : { kind: 'list', items: [item], at: item.at };
}

function namesOf(list: Listed | undefined): readonly string[] | '*' | undefined {
  if (list === undefined || list.items.length === 0) return undefined;
  const names = list.items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  return names.includes('*') ? '*' : names;
}

function joined(list: Listed, separator: string): HeaderValue {
  const names = list.items.map((item) => (item.kind === 'string' ? item.value : undefined));
  return names.includes(undefined) ? unread(list.items.find((item) => item.kind !== 'string')!) : { v: 'literal', text: names.join(separator), at: list.at, written: true };
}

function unread(value: Value): HeaderValue {
  return { v: 'unknown', fact: factOf(value.kind === 'unknown' || value.kind === 'env' ? value : { kind: 'unknown', reason: 'unsupported-syntax', detail: 'a value of the CORS configuration', at: value.at }), at: value.at };
}
