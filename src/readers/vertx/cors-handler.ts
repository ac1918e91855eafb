import { isFrom } from '../../middleware/version.js';
import { underFacts } from '../../middleware/options.js';
import { ABSENT, ANY, anyOf, exact, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, exactSetOf, guardOf, headerValueOf } from '../../policy/from-condition.js';
import { NEVER, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import { and, type Condition } from '../../values/condition.js';
import { factOf, unknown, type Event, type Handle, type Value } from '../../values/value.js';
import type { VertxObjects } from './objects.js';

interface Listed {
  readonly value: Value;
  readonly when: Condition;
  readonly at: Span;
}

/** What the calls on a `CorsHandler` set. */
interface Settings {
  readonly origins: readonly (Listed & { readonly pattern: boolean })[];
  readonly methods: readonly Listed[];
  readonly headers: readonly Listed[];
  readonly exposed: readonly Listed[];
  readonly credentials: Listed | undefined;
  readonly maxAge: Listed | undefined;
  readonly privateNetwork: Listed | undefined;
}

/** Everything that is done to the handler, in order. The text that `create` takes before 5.0 is a pattern; its `*` is any. */
function settingsOf(handler: Handle, events: readonly Event[], objects: VertxObjects): Settings {
  const found: { -readonly [Key in keyof Settings]: Settings[Key] extends readonly (infer Item)[] ? Item[] : Settings[Key] } = { origins: [], methods: [], headers: [], exposed: [], credentials: undefined, maxAge: undefined, privateNetwork: undefined };
  const role = objects.roleOf(handler);
  const [pattern] = role?.is === 'cors' ? role.args : [];
  for (const { value, when } of pattern === undefined ? [] : casesOfValue(pattern)) found.origins.push({ value: value.kind === 'string' && value.value === '*' ? { ...value, value: '.*' } : value, when, at: pattern!.at, pattern: true });
  for (const event of events) {
    if (event.kind !== 'call' || event.receiver !== handler) continue;
    const { method, args, when, at } = event;
    const items = args.flatMap((arg): readonly Value[] => (arg.kind === 'list' ? [...arg.items, ...(arg.rest === undefined ? [] : [arg.rest])] : [arg])).map((value): Listed => ({ value, when, at }));
    const [first] = items;
    if (/^addOrigins?$/.test(method)) found.origins.push(...items.flatMap((item) => choicesOf(item, false)));
    else if (/^(?:addRelativeOrigins?|addOrigins?WithRegex)$/.test(method)) found.origins.push(...items.flatMap((item) => choicesOf(item, true)));
    else if (/^allowedMethods?$/.test(method)) found.methods.push(...items);
    else if (/^allowedHeaders?$/.test(method)) found.headers.push(...items);
    else if (/^exposedHeaders?$/.test(method)) found.exposed.push(...items);
    else if (method === 'allowCredentials') found.credentials = first;
    else if (method === 'maxAgeSeconds') found.maxAge = first;
    else if (method === 'allowPrivateNetwork') found.privateNetwork = first;
  }
  return found;
}

/** Each alternative of an origin; one that is missing fails the call, which `faultsIn` says. */
function choicesOf({ value, when, at }: Listed, pattern: boolean): readonly (Listed & { readonly pattern: boolean })[] {
  return casesOfValue(value).map((option) => ({ value: option.value, when: and(when, option.when), at, pattern }));
}

const NO_FILE: Span = { file: '', start: 0, end: 0 };
const PREFLIGHT: Guard = whenAll({ g: 'method', in: ['OPTIONS'] }, { g: 'header', name: 'access-control-request-method', in: PRESENT });
/** `Origin.isValid`: web schemes and two of browsers' extensions, a host of letters, digits, dots and hyphens. */
const VALID: OriginSet = { s: 'regex', source: 'null|(?i:https?|ftp)://(\\[[A-Za-z0-9.:-]*\\]|[A-Za-z0-9.-]*)(:[0-9]*)?(/.*)?|chrome-extension://[a-p]{32}|moz-extension://[0-9a-z-]{36}', flags: '', dialect: 'java', use: 'full', subject: 'origin', at: NO_FILE };

/**
 * `io.vertx.ext.web.handler.CorsHandler` for the requests of `where` (sources of 4.2.0 to 5.1.5; measured on 4.5.22 and
 * 5.1.3). Without origins it lets every origin in. An origin that is refused gets 403, whatever it asks for; methods and
 * headers are not checked.
 */
export function corsHandler(handler: Handle, events: readonly Event[], objects: VertxObjects, where: Guard, version: string): readonly Step[] {
  const given = settingsOf(handler, events, objects);
  const { at } = handler;
  const effect = (header: string, value: HeaderValue, place: Span, op: Effect['op'] = 'set'): Effect => ({ op, header, value, statuses: 'all', at: place });
  const literal = (text: string, place: Span, written: boolean): HeaderValue => ({ v: 'literal', text, at: place, written });
  const step = (when: Guard, ...effects: readonly Effect[]): Step => ({ when: whenAll(where, when), effects, at });

  const refused = faultsIn(given).map((one): Step => ({ when: guardOf(one.when), effects: [], end: { to: 'answer', status: 500, fault: `Vert.x refuses the CorsHandler (${one.why}): the application does not start` }, at: one.at }));
  if (refused.some(({ when }) => when.g === 'always')) return refused;
  const listed = given.origins.filter(({ value, pattern }) => value.kind !== 'nothing' && (value.kind !== 'string' || value.value !== (pattern ? '.*' : '*')));
  const star = unless(whenAny(...listed.map(({ when }) => guardOf(when))));
  const unique = listed.length === 1 && !listed[0]!.pattern && listed[0]!.when.c === 'true';
  const anyAt = given.origins.find((one) => !listed.includes(one))?.value.at ?? at;
  const credentials = given.credentials === undefined ? NEVER : truthGuard(given.credentials);
  const allowed = whenAny(whenAll(star, { g: 'origin', in: VALID }), ...(listed.length === 0 ? [] : [{ g: 'origin', in: anyOf(listed.map((one) => underFacts(one.when, one.pattern ? patternOf(one.value) : exactOrigin(one.value), one.at))) } as const]));
  const present: Guard = { g: 'origin', in: PRESENT };
  const place = listed[0]?.at ?? anyAt;
  const vary = effect('vary', literal('Origin', at, false), at, 'append');
  const varies: Guard = unique ? NEVER : unless(whenAll(star, unless(credentials)));
  // Up to 4.2 always; from 4.3 to 4.3.7 not for any origin, even with credentials.
  const old = !isFrom(version, '4.3.0');
  const simpleVaries: Guard = old ? { g: 'always' } : isFrom(version, '4.3.8') ? varies : unique ? NEVER : unless(star);
  const onPreflight = isFrom(version, '5.1.0') || (isFrom(version, '4.5.28') && !isFrom(version, '5.0.0'));
  const here = whenAll(present, allowed);
  const preflight = whenAll(here, PREFLIGHT);
  const actual = whenAll(here, unless(PREFLIGHT));
  const granted = (when: Guard): Step[] => [
    ...(given.credentials === undefined ? [] : [step(whenAll(when, credentials), effect('access-control-allow-credentials', literal('true', given.credentials.at, true), given.credentials.at))]),
    step(whenAll(when, star, credentials), effect('access-control-allow-origin', { v: 'request-header', name: 'origin', at: anyAt }, anyAt)),
    step(whenAll(when, star, unless(credentials)), effect('access-control-allow-origin', literal('*', anyAt, given.origins.length > 0), anyAt)),
    step(whenAll(when, unless(star)), effect('access-control-allow-origin', { v: 'request-header', name: 'origin', at: place }, place)),
  ];
  const list = (header: string, items: readonly Listed[]): Effect[] => (items.length === 0 ? [] : [effect(header, joined(items), items[0]!.at)]);
  const asked: Guard = { g: 'header', name: 'access-control-request-headers', in: PRESENT };
  const age = given.maxAge;
  return [
    ...refused,
    step(whenAll({ g: 'origin', in: ABSENT }, old ? { g: 'always' } : unique ? NEVER : unless(star)), vary),
    { ...step(whenAll(present, unless(allowed))), end: { to: 'answer', status: 403 } as const },
    ...granted(preflight),
    ...(onPreflight ? [step(whenAll(preflight, varies), vary)] : []),
    step(preflight, ...list('access-control-allow-methods', given.methods), ...list('access-control-allow-headers', given.headers)),
    ...(given.headers.length > 0 ? [] : [step(whenAll(preflight, asked), effect('access-control-allow-headers', { v: 'request-header', name: 'access-control-request-headers', at }, at), effect('vary', literal('Access-Control-Request-Headers', at, false), at, 'append'))]),
    ...(age === undefined || (age.value.kind === 'number' && age.value.value === -1) ? [] : [step(preflight, effect('access-control-max-age', headerValueOf(age.value) ?? unread(age.value), age.at))]),
    ...(given.privateNetwork === undefined ? [] : [step(whenAll(preflight, truthGuard(given.privateNetwork), { g: 'header', name: 'access-control-request-private-network', in: PRESENT }), effect('access-control-allow-private-network', literal('true', given.privateNetwork.at, true), given.privateNetwork.at))]),
    { ...step(preflight), end: { to: 'answer', status: 204 } as const },
    step(whenAll(actual, simpleVaries), vary),
    ...granted(actual),
    step(actual, ...list('access-control-expose-headers', given.exposed)),
  ].filter(({ when, effects, end }) => when.g !== 'never' && (effects.length > 0 || end !== undefined));
}

/** Calls that throw: a `*` behind other origins, a text that is no origin, none at all. */
function faultsIn({ origins }: Settings): readonly { readonly why: string; readonly when: Condition; readonly at: Span }[] {
  const seen = { patterns: 0, texts: 0 };
  return origins.flatMap(({ value, pattern, at, when }) => {
    if (value.kind === 'nothing') return [{ why: 'an origin is null', when, at }];
    if (value.kind !== 'string') return [];
    const key = pattern ? 'patterns' : 'texts';
    if (value.value === (pattern ? '.*' : '*')) return seen[key] > 0 && when.c === 'true' ? [{ why: `\`${value.value}\` among other origins`, when, at: value.at }] : [];
    if (!pattern && !/^(?:null|(?:https?|ftp):\/\/(?:\[[^\]/]*\]|[A-Za-z0-9.-]*)(?::[0-9]+)?(?:\/.*)?|(?:chrome|moz)-extension:\/\/[0-9a-z-]+)$/i.test(value.value)) return [{ why: `\`${value.value}\` is no origin`, when, at }];
    if (when.c === 'true') seen[key] += 1;
    return [];
  });
}

/**
 * Compared character by character, each with the written one and with its capital; what follows a slash is not looked at
 * on either side, and a default port may be left out where none is written.
 */
function exactOrigin(value: Value): OriginSet {
  if (value.kind !== 'string') return exactSetOf({ kind: 'list', items: [value], at: value.at }, value.at);
  const text = value.value.replace(/^([^/]*:\/\/[^/]*)\/.*$/, '$1');
  const port = /:\d+$/.test(text.slice(text.indexOf('://') + 3));
  return exact(text, value.at, [...(/[A-Z]/.test(text) ? [] : (['ignore-case'] as const)), 'strip-trailing-slash', ...(port ? [] : (['drop-default-port'] as const))]);
}

function patternOf(value: Value): OriginSet {
  if (value.kind !== 'string') return { s: 'dynamic', why: factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', 'a pattern', value.at)), lower: { s: 'none' }, upper: ANY, exactTexts: false, at: value.at };
  return { s: 'regex', source: value.value, flags: '', dialect: 'java', use: 'full', subject: 'origin', at: value.at };
}

function truthGuard({ value, when }: Listed): Guard {
  return whenAll(guardOf(when), whenAny(...casesOf(value).map((option): Guard => whenAll(option.when, option.value.kind === 'boolean' ? (option.value.value ? { g: 'always' } : NEVER) : option.value.kind === 'condition' ? guardOf(option.value.condition) : { g: 'fact', fact: factOf(option.value.kind === 'unknown' || option.value.kind === 'env' ? option.value : unknown('unsupported-syntax', 'a flag', value.at)) }))));
}

/** Names in the order in which they were added, each once. */
function joined(items: readonly Listed[]): HeaderValue {
  const open = items.find(({ value, when }) => value.kind !== 'string' || when.c !== 'true');
  if (open !== undefined) return open.when.c === 'fact' ? { v: 'unknown', fact: open.when.fact, at: open.at } : unread(open.value);
  return { v: 'literal', text: [...new Set(items.flatMap(({ value }) => (value.kind === 'string' ? [value.value] : [])))].join(','), at: items[0]!.value.at.file === '' ? items[0]!.at : items[0]!.value.at, written: true };
}

function unread(value: Value): HeaderValue {
  return { v: 'unknown', fact: factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', 'a value of the CorsHandler', value.at)), at: value.at };
}
