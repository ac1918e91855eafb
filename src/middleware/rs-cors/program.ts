import { ANY, anyOf, exact, NONE, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import { filled, underFacts } from '../options.js';
import { originCases, type Origins } from './origins.js';
import type { Field, RsCorsSettings } from './settings.js';

const ACRM = 'access-control-request-method';
const ACRH = 'access-control-request-headers';
const DEFAULT_METHODS = ['GET', 'POST', 'HEAD'];
const DEFAULT_HEADERS = ['Accept', 'Content-Type', 'X-Requested-With'];

/** An OPTIONS request that asks for a method, with or without an Origin: the only ones that are not passed on. */
export function isPreflight(at: Span): Guard {
  return whenAll({ g: 'method', in: ['OPTIONS'] }, { g: 'header', name: ACRM, in: filled(at) });
}

/**
 * What the handler does: `Vary` whatever is asked; then, for an Origin, a method and request headers that are allowed, the
 * headers. It repeats what was asked for, the origin too, but where everybody is allowed it says `*`, with credentials as
 * well. A request with a method that is not allowed gets no header, even if it needs no preflight. A preflight is
 * answered, granted or not.
 */
export function rsCorsSteps(settings: RsCorsSettings): readonly Step[] {
  const { at, release } = settings;
  const preflight = isPreflight(at);
  const asked = whenAll(preflight, { g: 'origin', in: filled(at) }, methodAsked(settings), headersAsked(settings));
  const actual = whenAll(unless(preflight), { g: 'origin', in: filled(at) }, methodUsed(settings));
  const vary = (names: string): Effect => effect(settings, 'append', 'vary', { v: 'literal', text: names, at, written: false }, at);
  const age = ageOf(settings);
  const credentials = effect(settings, 'set', 'access-control-allow-credentials', { v: 'literal', text: 'true', at: settings.credentials.value?.at ?? at, written: settings.credentials.value !== undefined }, settings.credentials.at);
  const privately = whenAll(settings.allowsPrivateNetwork, { g: 'header', name: 'access-control-request-private-network', in: exact('true', at) });
  const origins = originCases(settings.origins.value, settings.origins.at);
  const steps: readonly Step[] = [
    { when: preflight, effects: [vary(`Origin, Access-Control-Request-Method, Access-Control-Request-Headers`)], at },
    { when: whenAll(preflight, settings.allowsPrivateNetwork), effects: [vary('Access-Control-Request-Private-Network')], at },
    { when: release.servesOptions ? unless(preflight) : unless({ g: 'method', in: ['OPTIONS'] }), effects: [vary('Origin')], at },
    ...origins.flatMap((one): readonly Step[] => {
      const allowed = whenAll(asked, one.when, admitted(one.origins));
      return [
        { when: allowed, effects: [originEffect(one.origins, settings), ...age], at: one.origins.at },
        ...methodsSent(settings).map((step) => ({ ...step, when: whenAll(allowed, step.when) })),
        { when: whenAll(allowed, { g: 'header', name: ACRH, in: filled(at) }), effects: [effect(settings, 'set', 'access-control-allow-headers', { v: 'request-header', name: ACRH, at: settings.headers.at }, settings.headers.at)], at: settings.headers.at },
        { when: whenAll(allowed, settings.allowsCredentials), effects: [credentials], at: settings.credentials.at },
        { when: whenAll(allowed, privately), effects: [effect(settings, 'set', 'access-control-allow-private-network', { v: 'literal', text: 'true', at, written: true }, at)], at },
      ];
    }),
    { when: whenAll(preflight, unless(settings.passesPreflights)), effects: [], end: { to: 'answer', status: settings.status ?? release.status }, at },
    ...origins.flatMap((one): readonly Step[] => {
      const allowed = whenAll(actual, one.when, admitted(one.origins));
      return [
        { when: allowed, effects: [originEffect(one.origins, settings), ...exposedEffect(settings)], at: one.origins.at },
        { when: whenAll(allowed, settings.allowsCredentials), effects: [credentials], at: settings.credentials.at },
      ];
    }),
  ];
  return steps.filter((step) => step.when.g !== 'never' && (step.effects.length > 0 || step.end !== undefined));
}

function effect({ inner }: RsCorsSettings, op: Effect['op'], header: string, value: HeaderValue, at: Span): Effect {
  return { op, header, value, statuses: 'all', ...(inner === 'added' ? { early: 'apart' } : {}), at };
}

function admitted(origins: Origins): Guard {
  return origins.o === 'set' ? { g: 'origin', in: origins.set } : ALWAYS;
}

function originEffect(origins: Origins, settings: RsCorsSettings): Effect {
  const { at } = origins;
  const value: HeaderValue =
    origins.o === 'all' ? { v: 'literal', text: '*', at, written: origins.written } : origins.o === 'set' ? { v: 'request-header', name: 'origin', at } : { v: 'unknown', fact: origins.fact, at };
  return effect(settings, 'set', 'access-control-allow-origin', value, at);
}

/** Texts of a list as a set: an entry that a template writes or not is in it while its condition holds. */
function setOf(value: Value, entry: (text: string, at: Span) => OriginSet): OriginSet {
  switch (value.kind) {
    case 'list':
      return anyOf([...value.items, ...(value.rest === undefined ? [] : [value.rest])].map((item) => setOf(item, entry)));
    case 'either':
      return anyOf(value.options.map(({ when, value: option }) => underFacts(when, setOf(option, entry), value.at)));
    case 'string':
      return entry(value.value, value.at);
    case 'nothing':
      return NONE;
    default:
      return { s: 'dynamic', why: notKnown(value), lower: NONE, upper: PRESENT, exactTexts: true, at: value.at };
  }
}

function notKnown(value: Value): ReturnType<typeof factOf> {
  return factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('template-syntax', 'a text that is put together when the configuration is made', value.at));
}

/** The cases in which a setting differs, with its list; undefined where there is none, or an empty one. */
function listCases({ value }: Field): readonly { readonly when: Guard; readonly list: Value | undefined }[] {
  if (value === undefined) return [{ when: ALWAYS, list: undefined }];
  return casesOf(value).map(({ when, value: list }) => ({ when, list: list.kind === 'nothing' || (list.kind === 'list' && list.items.length === 0 && list.rest === undefined) ? undefined : list }));
}

/** Methods that a preflight may ask for; OPTIONS always. */
function methodAsked({ methods, release }: RsCorsSettings): Guard {
  const method = (text: string, at: Span): OriginSet => exact(text, at, release.upperCase ? ['ignore-case'] : []);
  const cases = listCases(methods).map(({ when, list }) => whenAll(when, { g: 'header', name: ACRM, in: list === undefined ? anyOf(DEFAULT_METHODS.map((text) => method(text, methods.at))) : setOf(list, method) }));
  return whenAny({ g: 'header', name: ACRM, in: method('OPTIONS', methods.at) }, ...cases);
}

/** The method of an actual request, compared in the same way. */
function methodUsed({ methods, release }: RsCorsSettings): Guard {
  const listed = (value: Value): Guard => {
    switch (value.kind) {
      case 'list':
        return whenAny(...[...value.items, ...(value.rest === undefined ? [] : [value.rest])].map(listed));
      case 'either':
        return whenAny(...casesOf(value).map((one) => whenAll(one.when, listed(one.value))));
      case 'string':
        return { g: 'method', in: [release.upperCase ? value.value.toUpperCase() : value.value] };
      case 'nothing':
        return NEVER;
      default:
        return { g: 'fact', fact: notKnown(value) };
    }
  };
  const options: Guard = { g: 'method', in: ['OPTIONS'] };
  const used = whenAny(...listCases(methods).map(({ when, list }) => whenAll(when, list === undefined ? { g: 'method', in: DEFAULT_METHODS } : listed(list))));
  return release.servesOptions ? whenAny(used, options) : whenAll(used, unless(options));
}

/** What Access-Control-Allow-Methods says: the method that was asked for, by old releases in upper case. */
function methodsSent(settings: RsCorsSettings): readonly Step[] {
  const { at } = settings.methods;
  const asked: Effect = effect(settings, 'set', 'access-control-allow-methods', { v: 'request-header', name: ACRM, at }, at);
  const { value } = settings.methods;
  if (!settings.release.upperCase || (value !== undefined && value.kind !== 'list')) return [{ when: ALWAYS, effects: [asked], at }];
  const texts = value === undefined || value.items.length === 0 ? DEFAULT_METHODS : value.items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  const upper = [...new Set(texts.map((text) => text.toUpperCase()))];
  return [
    { when: ALWAYS, effects: [asked], at },
    ...upper.map((text): Step => ({ when: { g: 'header', name: ACRM, in: exact(text, at, ['ignore-case']) }, effects: [effect(settings, 'set', 'access-control-allow-methods', { v: 'literal', text, at, written: false }, at)], at })),
  ];
}

/** Every request header that is asked for is in the list. Browsers ask in lower case, sorted, which 1.11 relies on. */
function headersAsked({ headers, release, anyHeader }: RsCorsSettings): Guard {
  const name = (text: string, at: Span): OriginSet => (text === '*' ? ANY : release.lowerCase ? exact(text.toLowerCase(), at) : exact(text, at, ['ignore-case']));
  const always = release.allowsOrigin ? [name('Origin', headers.at)] : [];
  return whenAny(
    ...listCases(headers).map(({ when, list }) => {
      const own = list !== undefined ? setOf(list, name) : anyHeader ? ANY : anyOf(DEFAULT_HEADERS.map((text) => name(text, headers.at)));
      return own.s === 'any' ? when : whenAll(when, { g: 'every-item', name: ACRH, in: anyOf([own, ...always]) });
    }),
  );
}

/** `MaxAge`: zero stands for none. */
function ageOf(settings: RsCorsSettings): readonly Effect[] {
  const { value, at } = settings.maxAge;
  if (value === undefined || value.kind === 'nothing') return [];
  const sent = (header: HeaderValue): readonly Effect[] => [effect(settings, 'set', 'access-control-max-age', header, at)];
  if (value.kind !== 'number') return sent({ v: 'unknown', fact: notKnown(value), at: value.at });
  if (value.value === 0 || (value.value < 0 && !settings.release.negativeAge)) return [];
  return sent({ v: 'literal', text: String(Math.max(0, value.value)), at: value.at, written: true });
}

/** Names in their canonical spelling (`X-Total`), joined by a comma and a blank. */
function exposedEffect(settings: RsCorsSettings): readonly Effect[] {
  const { value, at } = settings.exposed;
  if (value === undefined || value.kind === 'nothing' || (value.kind === 'list' && value.items.length === 0 && value.rest === undefined)) return [];
  const sent = (header: HeaderValue): readonly Effect[] => [effect(settings, 'set', 'access-control-expose-headers', header, at)];
  if (value.kind !== 'list' || value.rest !== undefined || value.items.some((item) => item.kind !== 'string')) return sent({ v: 'unknown', fact: notKnown(value), at: value.at });
  return sent({ v: 'literal', text: value.items.map((item) => (item.kind === 'string' ? canonical(item.value) : '')).join(', '), at: value.at, written: true });
}

/** `http.CanonicalHeaderKey` of Go: a text that is no token stays as it is. */
function canonical(name: string): string {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return name;
  return name.toLowerCase().replace(/(^|-)([a-z])/g, (_all, before: string, letter: string) => before + letter.toUpperCase());
}

