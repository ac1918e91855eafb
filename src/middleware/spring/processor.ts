import { anyOf, complement, exact, NONE, PRESENT, type Comparison, type OriginSet } from '../../origins/origin-set.js';
import { guardedSet, headerValueOf, unknownExact } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import { factOf, type Value } from '../../values/value.js';
import type { CorsConfiguration, Listed } from './cors-configuration.js';

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
 * `DefaultCorsProcessor` for one configuration and the requests of `when` (as released, and measured on 4.3.30, 5.2.25,
 * 5.3.39, 6.2.19 and 7.0.9).
 */
export function processed(config: CorsConfiguration, when: Guard, version: number, at: Span, refusal: Refusal): readonly Step[] {
  const set = (header: string, value: HeaderValue, where: Span): Effect => ({ op: 'set', header, value, statuses: 'all', at: where });
  const literal = (text: string, where: Span, written: boolean): HeaderValue => ({ v: 'literal', text, at: where, written });
  const step = (guard: Guard, ...effects: readonly Effect[]): Step => ({ when: whenAll(when, guard), effects, at });
  const vary = (text: string): Effect => ({ ...set('vary', literal(text, at, false), at), op: 'append' });
  const answered = (guard: Guard, status: number, fault?: string): Step => ({ ...step(guard), end: { to: 'answer', status, ...(fault === undefined ? {} : { fault }) } });

  const credentials = config.credentials?.value;
  const credentialed = sendsCredentials(config);
  const star = starIn(config.origins, version);
  const varies = version >= 50200 ? [step(ALWAYS, vary(VARY))] : [];
  if (isRefused(config, version)) {
    const refuses = `Spring refuses \`*\` with ${credentialed ? 'credentials' : 'private networks'}`;
    if (refusal === 'cross-origin') return [...varies, answered(IS_CORS, 500, `${refuses}: every cross-origin request fails with 500`)];
    return [answered(ALWAYS, 500, refusal === 'start-up' ? `${refuses}: the application does not start` : `${refuses}: every request to this path fails with 500`)];
  }
  const steps: Step[] = [...varies];
  steps.push({ ...step(unless(IS_CORS)), end: { to: 'behind' } });

  const methods = namesOf(config.methods, ['GET', 'HEAD']);
  const openMethods = whenAny(...methods.open.map((value): Guard => ({ g: 'fact', fact: doubtOf(value) })));
  const allowedMethods: OriginSet = methods.any ? (version >= 60000 ? PRESENT : anyOf(METHOD_ENUM.map((name) => exact(name, at)))) : anyOf([...methods.texts.filter((name) => version >= 60000 || METHOD_ENUM.includes(name)).map((name) => exact(name, config.methods?.at ?? at)), ...methods.open.map(openSet)]);
  const methodAllowed = whenAny(whenAll(IS_PREFLIGHT, { g: 'header', name: 'access-control-request-method', in: allowedMethods }), methods.any ? unless(IS_PREFLIGHT) : whenAll(unless(IS_PREFLIGHT), whenAny({ g: 'method', in: methods.texts }, openMethods)));
  const headers = namesOf(config.headers, []);
  const headerSet: OriginSet = headers.any ? { s: 'any' } : anyOf([...headers.texts.map((name) => exact(name, config.headers?.at ?? at, ['ignore-case'])), ...headers.open.map(openSet)]);
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
      set('access-control-allow-methods', methods.any ? { v: 'request-header', name: 'access-control-request-method', at } : methods.open[0] !== undefined ? unread(methods.open[0]) : literal(methods.texts.join(','), config.methods?.at ?? at, config.methods?.byDefault === false && config.methods.implied !== true), config.methods?.at ?? at),
      set('access-control-allow-headers', { v: 'request-items', name: 'access-control-request-headers', in: headerSet, separator: ', ', at: config.headers?.at ?? at }, config.headers?.at ?? at),
      ...(config.maxAge === undefined ? [] : [set('access-control-max-age', headerValueOf(config.maxAge.value) ?? unread(config.maxAge.value), config.maxAge.at)]),
    ),
  );
  if (config.privateNetwork === true) steps.push(step(whenAll(IS_PREFLIGHT, { g: 'header', name: 'access-control-request-private-network', in: exact('true', at) }), set('access-control-allow-private-network', literal('true', at, true), at)));
  return [...steps, answered(IS_PREFLIGHT, 200), { ...step(ALWAYS), end: { to: 'behind' } }];
}

/** Requests that no configuration covers: from 5 to 6 a `CorsFilter` refuses their preflights and says `Vary` all the same. */
export function uncovered(version: number, at: Span): readonly Step[] {
  if (version < 50000) return [];
  const preflight = whenAll({ g: 'origin', in: PRESENT }, IS_PREFLIGHT);
  // The processor has nothing against them, but the filter never lets a preflight go on (measured on 7.0.1).
  if (version >= 70000) return [{ when: preflight, effects: [], end: { to: 'answer', status: 200 }, at }];
  const vary: Effect = { op: 'append', header: 'vary', value: { v: 'literal', text: VARY, at, written: false }, statuses: 'all', at };
  return [
    ...(version >= 50200 ? [{ when: ALWAYS, effects: [vary], at }] : []),
    { when: preflight, effects: [], end: { to: 'answer', status: 403 }, at },
  ];
}

/** Since 5.3 Spring does not take `*` with credentials, nor since 6.1.3 with private networks. */
export function isRefused(config: CorsConfiguration, version: number): boolean {
  return version >= 50300 && starIn(config.origins, version) !== undefined && (sendsCredentials(config) || config.privateNetwork === true);
}

function sendsCredentials({ credentials }: CorsConfiguration): boolean {
  const value = credentials?.value;
  return value?.kind === 'boolean' ? value.value : value?.kind === 'string' ? value.value.toLowerCase() === 'true' : value !== undefined;
}

/** The items of a list, those of lists among them. */
function itemsOf(list: Listed | undefined): readonly Value[] {
  const flat = (item: Value): readonly Value[] => (item.kind === 'list' ? [...item.items.flatMap(flat), ...(item.rest === undefined ? [] : [item.rest])] : [item]);
  return (list?.items ?? []).flatMap(flat);
}

/** One entry of a text, with its place. */
interface Entry {
  readonly text: string;
  readonly at: Span;
}

/**
 * Entries of a text: since 6.0 commas outside of brackets part them, and blanks around them go; those before the last one
 * only since 6.1.12.
 */
function entriesOf({ value, at }: Value & { kind: 'string' }, version: number): readonly Entry[] {
  if (version < 60000 || !value.includes(',')) return [{ text: value, at }];
  // Between quotes the text stands as it reads.
  const verbatim = at.end - at.start === value.length + 2;
  const found: Entry[] = [];
  for (const match of value.matchAll(/(?:\[[^\]]*\]?|[^,[])*(,|$)/g)) {
    const part = match[0].slice(0, match[0].length - match[1]!.length);
    if (match[1] === '' && part === '') break;
    const kept = match[1] === '' && version < 60112 ? part : part.trim();
    const start = at.start + 1 + match.index + part.indexOf(kept);
    found.push({ text: kept, at: verbatim ? { file: at.file, start, end: start + kept.length } : at });
  }
  return found;
}

function starIn(origins: Listed | undefined, version: number): Span | undefined {
  return itemsOf(origins).flatMap((item) => (item.kind === 'string' ? entriesOf(item, version) : [])).find(({ text }) => text === '*')?.at;
}

/** Entries ignoring case and, since 5.3.7, a slash at the end; patterns as globs. */
function originsOf({ origins, patterns }: CorsConfiguration, version: number): OriginSet {
  const comparison: readonly Comparison[] = version >= 50307 ? ['ignore-case', 'strip-trailing-slash'] : ['ignore-case'];
  return anyOf([
    ...itemsOf(origins).map((item) => setOf(item, version, ({ text, at }) => [exact(text, at, comparison)])),
    ...itemsOf(patterns).map((item) => setOf(item, version, (entry) => patternSet(entry, version))),
  ]);
}

/** The origins that an item of a list lets in. */
function setOf(item: Value, version: number, entrySet: (entry: Entry) => readonly OriginSet[]): OriginSet {
  switch (item.kind) {
    case 'string':
      return anyOf(entriesOf(item, version).flatMap(entrySet));
    case 'list':
      return anyOf(itemsOf({ items: [item], at: item.at, byDefault: false }).map((one) => setOf(one, version, entrySet)));
    case 'either':
      return guardedSet(item, (option) => setOf(option, version, entrySet));
    case 'request':
    case 'derived':
      return isOrigin(item) ? PRESENT : openSet(item);
    case 'nothing':
      return NONE;
    default:
      return openSet(item);
  }
}

/** The request's own origin, as it was sent or in another case. */
function isOrigin(value: Value): boolean {
  if (value.kind === 'derived') return /^(?:lower-case|upper-case|trim|strip-trailing-slash|url-origin)$/.test(value.how) && isOrigin(value.of);
  return value.kind === 'request' && value.part === 'header' && value.header === 'origin';
}

/** `*` is any text; `:[*]` an optional port, `:[80,443]` one of these (since 5.3.8). */
function patternSet({ text, at }: Entry, version: number): readonly OriginSet[] {
  const [, base = text, list] = /^(.*):\[([^\]]*)\]$/.exec(text) ?? [];
  const ports = list === undefined ? 'as-written' : list === '*' ? 'any' : list.split(',').map(Number);
  const glob: OriginSet = { s: 'glob', text: base, star: 'any-text', ignoreCase: false, ports, at };
  // Since 5.3.7 a slash at the end of the request's text is cut first.
  return version >= 50307 && typeof ports === 'string' && !base.endsWith('*') ? [glob, { ...glob, text: `${base}/`, ports: 'as-written' }] : [glob];
}

/** Names of a list, or those that count where it says none; `open`: what of it is not known. */
function namesOf(list: Listed | undefined, otherwise: readonly string[]): { readonly any: boolean; readonly texts: readonly string[]; readonly open: readonly Value[] } {
  const items = itemsOf(list).filter(({ kind }) => kind !== 'nothing');
  if (items.length === 0) return { any: false, texts: otherwise, open: [] };
  const texts = items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  return { any: texts.includes('*'), texts, open: items.filter(({ kind }) => kind !== 'string') };
}

function joined(list: Listed, separator: string): HeaderValue {
  const { texts, open } = namesOf(list, []);
  return open[0] === undefined ? { v: 'literal', text: texts.join(separator), at: list.at, written: true } : unread(open[0]);
}

function doubtOf(value: Value): Fact {
  return factOf(value.kind === 'unknown' || value.kind === 'env' ? value : { kind: 'unknown', reason: 'unsupported-syntax', detail: 'a value of the CORS configuration', at: value.at });
}

/** Texts that nobody knows. */
function openSet(value: Value): OriginSet {
  return unknownExact(doubtOf(value), value.at);
}

function unread(value: Value): HeaderValue {
  return { v: 'unknown', fact: doubtOf(value), at: value.at };
}
