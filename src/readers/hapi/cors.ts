import { ABSENT, ANY, anyOf, NONE, type OriginSet } from '../../origins/origin-set.js';
import { admittedBy, filled, joined, laidOver, Options, underFacts } from '../../middleware/options.js';
import { asWritten, byDefault, byOption, doing } from '../../middleware/sent.js';
import { effectOf } from '../../policy/from-actions.js';
import { casesOf, guardOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import { truthy } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { entry, type Value } from '../../values/value.js';

/** The settings of a route, under their condition; `undefined`: CORS is off there. */
export interface Setting {
  readonly when: Guard;
  readonly settings: Settings | undefined;
}

export interface Settings {
  readonly options: Options;
  /** The place that switched CORS on. */
  readonly at: Span;
}

const KEYS = ['origin', 'maxAge', 'headers', 'additionalHeaders', 'exposedHeaders', 'additionalExposedHeaders', 'credentials', 'preflightStatusCode'];
const HEADERS = ['Accept', 'Authorization', 'Content-Type', 'If-None-Match'];
const EXPOSED = ['WWW-Authenticate', 'Server-Authorization'];
const ORIGIN = 'origin';
const ACRM = 'access-control-request-method';
const ACRH = 'access-control-request-headers';

/** What the `cors` of a route makes of the server's: objects lie over each other, `true` is an object without keys. */
export function settingsFor(server: Value | undefined, route: Value | undefined): readonly Setting[] {
  const inherited: readonly { readonly when: Guard; readonly value: Value | undefined }[] = server === undefined ? [{ when: ALWAYS, value: undefined }] : decidedCases(server);
  if (route === undefined) return inherited.map(({ when, value }) => ({ when, settings: settingOf(value) }));
  return decidedCases(route).flatMap(({ when, value }) =>
    inherited.map((outer): Setting => {
      const both = whenAll(when, outer.when);
      if (value.kind === 'nothing') return { when: both, settings: settingOf(outer.value) };
      const own = settingOf(value);
      const base = settingOf(outer.value);
      return { when: both, settings: own === undefined || base === undefined ? own : { ...own, options: new Options(laidOver(base.options.given, written(own.options.given)), own.at) } };
    }),
  );
}

/** Alternatives of a value; a condition is `true` or `false`. */
function decidedCases(value: Value): readonly { readonly when: Guard; readonly value: Value }[] {
  return casesOf(value).flatMap((option): readonly { readonly when: Guard; readonly value: Value }[] => {
    if (option.value.kind !== 'condition') return [option];
    const holds = guardOf(option.value.condition);
    const known = (decided: boolean): Value => ({ kind: 'boolean', value: decided, at: option.value.at });
    return [{ when: whenAll(option.when, holds), value: known(true) }, { when: whenAll(option.when, unless(holds)), value: known(false) }];
  });
}

function settingOf(value: Value | undefined): Settings | undefined {
  if (value === undefined || value.kind === 'nothing' || (value.kind === 'boolean' && !value.value)) return undefined;
  const given: Value = value.kind === 'boolean' ? { kind: 'record', entries: [], at: value.at } : value;
  return { options: new Options(given, value.at), at: value.at };
}

/** Keys without a value leave what the server has. */
function written(options: Value): Value {
  return options.kind === 'record' ? { ...options, entries: options.entries.filter(({ value }) => value.kind !== 'nothing' || value.what !== 'undefined') } : options;
}

/** hapi checks its options before it starts; what it refuses. (https://hapi.dev/api#-routeoptionscors) */
export function refusalOf(cors: Value | undefined): { readonly fault: string; readonly at: Span } | undefined {
  if (cors?.kind === 'either') return undefined;
  if (cors?.kind === 'string' || cors?.kind === 'list' || (cors?.kind === 'nothing' && cors.what === 'null')) return { fault: 'hapi refuses to start: `cors` is an object or a boolean', at: cors.at };
  if (cors?.kind !== 'record') return undefined;
  const stranger = cors.entries.find(({ key, value }) => !KEYS.includes(key) && value.kind !== 'nothing');
  if (stranger !== undefined) return { fault: `hapi refuses to start: \`cors\` has no option ${stranger.key}`, at: stranger.at };
  const origin = entry(cors, ORIGIN)?.value;
  const ignores = origin?.kind === 'string' && origin.value === 'ignore';
  if (origin !== undefined && !ignores && ['string', 'boolean', 'regex', 'function', 'record', 'number'].includes(origin.kind)) return { fault: 'hapi refuses to start: `origin` is a list', at: origin.at };
  if (origin?.kind === 'list' && origin.rest === undefined && origin.items.length === 0) return { fault: 'hapi refuses to start: `origin` is an empty list', at: origin.at };
  if (origin?.kind === 'list' && origin.items.length > 1 && origin.items.some((item) => item.kind === 'string' && item.value.includes('*') && item.value.length === 1)) return { fault: 'hapi refuses to start: `*` stands alone in `origin`', at: origin.at };
  const credentials = ignores ? entry(cors, 'credentials')?.value : undefined;
  return credentials?.kind === 'boolean' && credentials.value ? { fault: 'hapi refuses to start: credentials need a list of origins', at: credentials.at } : undefined;
}

/** Headers on the answer of a route, after everything that was written on it. */
export function actualSteps({ options, at }: Settings, base: Guard): readonly Step[] {
  return origins(options, at).flatMap(({ when, origin }): readonly Step[] => {
    const guard = whenAll(base, when);
    const ignores = origin === 'ignore';
    const vary: readonly Step[] = ignores ? [] : doing(guard, byDefault('append', 'vary', 'origin', options.own(ORIGIN)?.at ?? at));
    const admitted = ignores ? guard : whenAll(guard, { g: 'origin', in: origin.admitted });
    // The name of an origin that there is not takes a header of the handler's away.
    const nameless = ignores ? NEVER : whenAll(admitted, { g: 'origin', in: ABSENT });
    return [...vary, ...doing(nameless, byDefault('remove', 'access-control-allow-origin', '', at)), ...allowed(options, at, ignores, admitted), ...exposed(options, at, admitted, 'append')];
  });
}

/** The one route for preflights: it looks up the route that is asked for and answers by its settings. */
export function preflightSteps({ options, at }: Settings, base: Guard): readonly Step[] {
  return origins(options, at).flatMap(({ when, origin }): readonly Step[] => {
    const guard = whenAll(base, when);
    const ignores = origin === 'ignore';
    const answer = (status: number, condition: Guard): Step => ({ when: condition, effects: [], end: { to: 'answer', status }, at });
    const headers = requestHeaders(options, at);
    const success: Value = options.get('preflightStatusCode')?.value ?? { kind: 'number', value: 200, at };
    return [
      ...(ignores ? [] : [answer(404, whenAll(guard, unless({ g: 'origin', in: filled(at) }))), answer(200, whenAll(guard, unless({ g: 'origin', in: origin.admitted })))]),
      answer(200, whenAll(guard, { g: 'header', name: ACRH, in: filled(at) }, unless({ g: 'every-item', name: ACRH, in: headers.admitted }))),
      ...allowed(options, at, ignores, guard),
      ...doing(guard, byOption('set', 'access-control-allow-methods', { v: 'request-header', name: ACRM, at }, at), headers.effect, maxAge(options, at)),
      ...exposed(options, at, guard, 'set'),
      ...casesOf(success).map(({ when: condition, value }): Step => {
        const status = value.kind === 'number' ? value.value : 200;
        // An answer without a body goes through the choice of its encoding all the same.
        return { ...answer(status, whenAll(guard, condition)), effects: status === 204 ? [byDefault('append', 'vary', 'accept-encoding', at)] : [] };
      }),
    ];
  });
}

type Origins = 'ignore' | { readonly admitted: OriginSet };

/** `['*']` admits every origin by name, also a request without one. */
function origins(options: Options, at: Span): readonly { readonly when: Guard; readonly origin: Origins }[] {
  const given = options.get(ORIGIN);
  if (given === undefined) return [{ when: ALWAYS, origin: { admitted: ANY } }];
  return casesOf(given.value).map(({ when, value }) => {
    if (value.kind === 'string' && value.value === 'ignore') return { when, origin: 'ignore' };
    if (value.kind === 'nothing') return { when, origin: { admitted: ANY } };
    const items = value.kind === 'list' ? [...value.items, ...(value.rest === undefined ? [] : [value.rest])] : [value];
    return { when, origin: { admitted: anyOf(items.map((item) => entrySet(item, at))) } };
  });
}

/** A star is every origin, an entry with a star a pattern: `*` is any text, `?` any character. */
function entrySet(item: Value, at: Span): OriginSet {
  if (item.kind === 'either') return anyOf(item.options.map(({ when, value }) => underFacts(when, entrySet(value, at), item.at)));
  if (item.kind === 'string' && item.value === '*') return ANY;
  if (item.kind !== 'string' || !item.value.includes('*')) return admittedBy(item, NONE);
  if (!item.value.includes('?')) return { s: 'glob', text: item.value, star: 'any-text', ignoreCase: false, ports: 'as-written', at: item.at };
  const source = `^${item.value.replace(/[.+^$()[\]{}|\\/-]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`;
  return { s: 'regex', source, flags: '', dialect: 'js', use: 'search', subject: 'origin', at: item.at ?? at };
}

/** Access-Control-Allow-Origin and -Credentials. */
function allowed(options: Options, at: Span, ignores: boolean, when: Guard): readonly Step[] {
  const written = options.own(ORIGIN);
  const place = written?.at ?? at;
  const value: HeaderValue = ignores ? asWritten('*', written?.value.at ?? at) : { v: 'request-header', name: ORIGIN, at: written?.value.at ?? at };
  const origin = doing(when, byOption('set', 'access-control-allow-origin', value, place));
  const credentials = options.get('credentials');
  if (credentials === undefined) return origin;
  return [...origin, ...doing(whenAll(when, guardOf(truthy(credentials.value))), byOption('set', 'access-control-allow-credentials', asWritten('true', credentials.value.at), credentials.at))];
}

interface Listed {
  readonly value: Value;
  readonly at: Span;
  readonly written: boolean;
}

/** The list of an option and that of its `additional…` put together. */
function lists(options: Options, key: string, additional: string, defaults: readonly string[], at: Span): Listed {
  const own = options.get(key);
  const more = options.get(additional);
  const place = own?.at ?? more?.at ?? at;
  const parts = [own?.value ?? textList(defaults, at), more?.value ?? textList([], at)];
  const strange = parts.find((part) => part.kind !== 'list');
  if (strange !== undefined) return { value: strange, at: place, written: true };
  const items = parts.flatMap((part) => (part.kind === 'list' ? part.items : []));
  const rest = parts.flatMap((part) => (part.kind === 'list' && part.rest !== undefined ? [part.rest] : []))[0];
  return { value: { kind: 'list', items, ...(rest === undefined ? {} : { rest }), at: place }, at: place, written: own !== undefined };
}

function textList(texts: readonly string[], at: Span): Value & { kind: 'list' } {
  return { kind: 'list', items: texts.map((value) => ({ kind: 'string', value, at })), at };
}

/** Which headers a preflight may ask for, and how they are told. `origin` always may. */
function requestHeaders(options: Options, at: Span): { readonly admitted: OriginSet; readonly effect: Effect } {
  const list = lists(options, 'headers', 'additionalHeaders', HEADERS, at);
  const items = list.value.kind === 'list' ? [...list.value.items, ...(list.value.rest === undefined ? [] : [list.value.rest])] : [list.value];
  const exact = (text: string): OriginSet => ({ s: 'exact', text, comparison: ['ignore-case'], at: list.at });
  return { admitted: anyOf([exact(ORIGIN), ...items.map((item) => (item.kind === 'string' ? exact(item.value) : admittedBy(item, NONE)))]), effect: listed('set', 'access-control-allow-headers', list) };
}

function exposed(options: Options, at: Span, when: Guard, op: Effect['op']): readonly Step[] {
  const list = lists(options, 'exposedHeaders', 'additionalExposedHeaders', EXPOSED, at);
  return list.value.kind === 'list' && list.value.rest === undefined && list.value.items.length === 0 ? [] : doing(when, listed(op, 'access-control-expose-headers', list));
}

function listed(op: Effect['op'], header: string, { value, at, written }: Listed): Effect {
  const text = joined(value, ',');
  return text === undefined ? effectOf(op, header, value, at) : byOption(op, header, { v: 'literal', text, at: value.at, written }, at);
}

function maxAge(options: Options, at: Span): Effect {
  const given = options.get('maxAge');
  if (given === undefined || given.value.kind === 'nothing') return byDefault('set', 'access-control-max-age', '86400', at);
  return effectOf('set', 'access-control-max-age', given.value, given.at);
}
