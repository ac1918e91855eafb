import { filled, type Options } from '../../middleware/options.js';
import { byDefault, byOption, asWritten, doing, failing } from '../../middleware/sent.js';
import { ABSENT, ANY, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, guardOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import { truth } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { or } from '../../values/condition.js';
import { factOf, unknown, type EitherValue, type Value } from '../../values/value.js';
import { entriesOf, matchedBy, pythonText, setOf, type Entries } from './patterns.js';
import type { FlaskCorsVersion } from './version.js';

type Case = Exclude<Value, EitherValue>;

const ORIGIN = 'access-control-allow-origin';
const ACRM = 'access-control-request-method';
const ACRH = 'access-control-request-headers';
const ACRPN = 'access-control-request-private-network';
/** `ALL_METHODS`, as the header spells them. */
const ALL_METHODS = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT';

export interface FlaskCorsCall {
  /** Merged: configuration, then keywords, then those of the resource. */
  readonly options: Options;
  /** The requests whose responses it sees. */
  readonly base: Guard;
  /** The extension leaves a response alone that has the header already; the decorator adds to it. */
  readonly yields: boolean;
  readonly version: FlaskCorsVersion;
  readonly at: Span;
}

export interface FlaskCorsProgram {
  /** What it adds to a response, in order. */
  readonly steps: readonly Step[];
  /** Requests at which it raises: the answer is the server's 500, without headers. */
  readonly faults: readonly Step[];
  /** It raises when it is set up. */
  readonly refusals: readonly Step[];
}

/** Options of Flask-CORS as steps (flask_cors/core.py, `get_cors_headers`). */
export function flaskCorsProgram(call: FlaskCorsCall): FlaskCorsProgram {
  const origins = call.options.get('origins')?.value;
  const cases = origins === undefined ? [{ when: ALWAYS, value: undefined }] : exclusive(casesOf(origins));
  const programs = cases.map(({ when, value }) => new Program({ ...call, base: whenAll(call.base, when) }, value));
  return { steps: programs.flatMap((one) => one.steps()), faults: programs.flatMap((one) => one.faults()), refusals: programs.flatMap((one) => one.refusals()) };
}

/** Of alternatives that may hold together the first counts. */
function exclusive<T>(cases: readonly { readonly when: Guard; readonly value: T }[]): readonly { readonly when: Guard; readonly value: T }[] {
  if (cases.length < 3) return cases;
  return cases.map(({ when, value }, index) => ({ when: whenAll(when, ...cases.slice(0, index).map((earlier) => unless(earlier.when))), value }));
}

class Program {
  readonly #origins: Entries;
  readonly #originsAt: Span;
  readonly #hasOrigin: Guard;
  readonly #star: Guard;
  readonly #matches: OriginSet;

  constructor(
    private readonly call: FlaskCorsCall,
    written: Case | undefined,
  ) {
    const { at, version } = call;
    this.#originsAt = written?.at ?? at;
    this.#origins = entriesOf(written ?? { kind: 'string', value: '*', at });
    this.#hasOrigin = { g: 'origin', in: filled(this.#originsAt) };
    this.#star = guardOf(or(...this.#origins.all.flatMap(({ is, when }) => (is === 'star' ? [when] : []))));
    this.#matches = matchedBy(this.#origins, version);
  }

  steps(): readonly Step[] {
    const { base, at } = this.call;
    const answers = this.#answers();
    const granted = whenAll(base, whenAny(...answers.map(({ when }) => when)));
    const named = answers.filter(({ value }) => value !== '*');
    const origin = answers.flatMap(({ when, value, at: place }) => {
      // An empty text is dropped before it is sent.
      if (value === '' || value === undefined) return [];
      const header: HeaderValue = typeof value === 'string' ? { v: 'literal', text: value, at: place, written: place !== at } : value;
      return doing(whenAll(base, when), { op: 'append', header: ORIGIN, value: header, statuses: 'all', at: place });
    });
    const others = [
      ...this.#text('expose_headers', 'access-control-expose-headers', granted, joinedText),
      ...this.#credentials(granted),
      ...this.#privateNetwork(granted),
      ...this.#preflight(granted),
      ...this.#vary(whenAll(base, whenAny(...named.map(({ when }) => when)))),
    ];
    if (!this.call.yields) return [...origin, ...others];
    // It looks for the header first, so the header comes last here.
    return [...others, ...origin].map((step) => ({ ...step, effects: step.effects.map((effect) => ({ ...effect, onlyIf: { header: ORIGIN, in: ABSENT } })) }));
  }

  /** Who gets which Access-Control-Allow-Origin: `*`, a text, or an echo. */
  #answers(): readonly { readonly when: Guard; readonly value: HeaderValue | string | undefined; readonly at: Span }[] {
    const star = this.#star;
    const starAt = this.#origins.all.find(({ is }) => is === 'star')?.value.at ?? this.call.at;
    const sendsStar = whenAll(star, this.#option('send_wildcard', false));
    const answers = [
      { when: whenAll(this.#hasOrigin, sendsStar), value: '*', at: starAt },
      { when: whenAll(this.#hasOrigin, unless(sendsStar), this.#matches.s === 'any' ? ALWAYS : { g: 'origin', in: this.#matches }), value: { v: 'request-header', name: 'origin', at: star.g === 'never' ? this.#originsAt : starAt } as const, at: star.g === 'never' ? this.#originsAt : starAt },
    ];
    const without = whenAll(unless(this.#hasOrigin), this.#option('always_send', true));
    const unstarred = [{ when: whenAll(without, star, unless(this.#option('supports_credentials', false))), value: '*', at: starAt }, ...this.#firstText(whenAll(without, unless(star)))];
    return [...answers, ...unstarred].filter(({ when }) => when.g !== 'never');
  }

  /** Requests without an Origin get the texts among the origins, of which the first in order is sent. */
  #firstText(when: Guard): { readonly when: Guard; readonly value: HeaderValue | string | undefined; readonly at: Span }[] {
    const { all, rest } = this.#origins;
    const open = rest ?? all.map(({ value, is }) => (is === 'unknown' ? value : undefined)).find((value) => value !== undefined);
    if (open !== undefined) {
      const fact = factOf(open.kind === 'unknown' || open.kind === 'env' ? open : unknown('unsupported-syntax', 'the first of the origins', open.at));
      return [{ when, value: { v: 'unknown', fact, at: open.at }, at: open.at }];
    }
    const texts = all.flatMap(({ value, is, when: there }) => (is === 'text' && value.kind === 'string' ? [{ value: value.value, there: guardOf(there), at: value.at }] : []));
    texts.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
    return texts.map(({ value, there, at }, index) => ({ when: whenAll(when, there, unless(whenAny(...texts.slice(0, index).map((earlier) => earlier.there)))), value, at }));
  }

  #credentials(granted: Guard): readonly Step[] {
    const option = this.call.options.get('supports_credentials');
    if (option === undefined) return [];
    return doing(whenAll(granted, this.#option('supports_credentials', false)), byOption('append', 'access-control-allow-credentials', asWritten('true', option.value.at), option.at));
  }

  #privateNetwork(granted: Guard): readonly Step[] {
    const { privateNetwork } = this.call.version;
    if (privateNetwork === 'unknown-to-it') return [];
    const { at } = this.call;
    const asked = whenAll(granted, { g: 'header', name: ACRPN, in: { s: 'exact', text: 'true', comparison: [], at } });
    const header = 'access-control-allow-private-network';
    if (privateNetwork === 'always') return doing(asked, byDefault('append', header, 'true', at));
    const option = this.call.options.get('allow_private_network');
    const on = this.#option('allow_private_network', privateNetwork === 'on');
    const effect = (text: string): Effect => (option === undefined ? byDefault('append', header, text, at) : byOption('append', header, asWritten(text, option.value.at), option.at));
    return [...doing(whenAll(asked, on), effect('true')), ...doing(whenAll(asked, unless(on)), effect('false'))];
  }

  /** OPTIONS, if the text of the methods has the requested one in it. */
  #preflight(granted: Guard): readonly Step[] {
    const { options, at } = this.call;
    const written = options.get('methods');
    return casesOf(written?.value ?? { kind: 'string', value: ALL_METHODS, at }).flatMap(({ when, value }) => {
      const text = joinedText(value)?.toUpperCase();
      const methodsAt = written?.at ?? at;
      const asked = whenAll(granted, when, { g: 'method', in: ['OPTIONS'] }, { g: 'header', name: ACRM, in: filled(at) });
      const listed = text === undefined ? unknownGuard(value, 'the methods') : ({ g: 'header', name: ACRM, in: { s: 'part-of', text, subject: 'origin', ignoreCase: true, at: value.at } } as const);
      const answered = value.kind === 'nothing' || text === '' ? NEVER : whenAll(asked, listed);
      const methods: HeaderValue = text === undefined ? unknownText(value, 'the methods') : { v: 'literal', text, at: value.at, written: written !== undefined };
      return [...this.#requestHeaders(answered), ...this.#text('max_age', 'access-control-max-age', answered, (one) => (one.kind === 'unknown' || one.kind === 'env' ? undefined : pythonText(one))), ...doing(answered, byOption('append', 'access-control-allow-methods', methods, methodsAt))];
    });
  }

  #requestHeaders(when: Guard): readonly Step[] {
    const { options, version, at } = this.call;
    const written = options.get('allow_headers');
    if (written === undefined) return doing(when, byOption('append', 'access-control-allow-headers', { v: 'request-items', name: ACRH, in: ANY, separator: ', ', at }, at));
    return casesOf(written.value).flatMap(({ when: there, value }) => doing(whenAll(when, there), byOption('append', 'access-control-allow-headers', { v: 'request-items', name: ACRH, in: matchedBy(entriesOf(value), version), separator: ', ', at: value.at }, written.at)));
  }

  /** Only where the answer may differ: several origins, or one that is a pattern (the star is one). */
  #vary(named: Guard): readonly Step[] {
    const { options, at } = this.call;
    const { all, rest } = this.#origins;
    const guards = all.map(({ when }) => guardOf(when));
    const patterns = all.flatMap(({ is }, index) => (is === 'star' || is === 'pattern' || is === 'bad-pattern' ? [guards[index]!] : []));
    const pairs = guards.slice(0, MAX_PAIRED).flatMap((one, index) => guards.slice(index + 1, MAX_PAIRED).map((other) => whenAll(one, other)));
    const open = rest ?? all.find(({ is }) => is === 'unknown')?.value;
    const varies = whenAny(...patterns, ...pairs, ...(open === undefined ? [] : [unknownGuard(open, 'the number of origins')]));
    const option = options.get('vary_header');
    return doing(whenAll(named, varies, this.#option('vary_header', true)), byDefault('append', 'vary', 'Origin', option?.at ?? at));
  }

  /** A header whose text is an option's; `False`, `0`, `None` and what is empty are not sent. */
  #text(key: string, header: string, when: Guard, textOf: (value: Case) => string | undefined): readonly Step[] {
    const option = this.call.options.get(key);
    if (option === undefined) return [];
    return casesOf(option.value).flatMap(({ when: there, value }) => {
      const text = textOf(value);
      const sent: HeaderValue = text === undefined ? unknownText(value, key) : asWritten(text, value.at);
      const isList = value.kind === 'list' || value.kind === 'record';
      return doing(whenAll(when, there, isList ? (text === '' ? NEVER : ALWAYS) : guardOf(truth(value))), byOption('append', header, sent, option.at));
    });
  }

  #option(key: string, fallback: boolean): Guard {
    const option = this.call.options.get(key);
    if (option === undefined) return fallback ? ALWAYS : NEVER;
    return guardOf(truth(option.value));
  }

  /** Options that are refused: credentials with a star that is sent as such; patterns that do not compile; no methods. */
  refusals(): readonly Step[] {
    const { options, base, version, at } = this.call;
    const refusals = [{ when: whenAll(this.#star, this.#option('supports_credentials', false), this.#option('send_wildcard', false)), fault: 'ValueError: supports_credentials cannot be used with the origin * and send_wildcard', place: options.get('supports_credentials')?.at ?? at }];
    if (version.badPattern === 'refused') {
      for (const { is, when, value } of this.#origins.all) if (is === 'bad-pattern') refusals.push({ when: guardOf(when), fault: 'ValueError: an origin is no regular expression', place: value.at });
    } else {
      const methods = options.get('methods')?.value;
      for (const { when, value } of methods === undefined ? [] : casesOf(methods)) if (value.kind === 'nothing') refusals.push({ when, fault: 'AttributeError: methods is None', place: value.at });
    }
    return refusals.flatMap(({ when, fault, place }) => (when.g === 'never' ? [] : [failing(whenAll(base, when), fault, place)]));
  }

  /** Before 6.0.4 origins are looked at one after the other, and what is no text or no pattern raises when its turn comes. */
  faults(): readonly Step[] {
    const { base, version } = this.call;
    if (version.badPattern === 'refused') return [];
    const { all } = this.#origins;
    const unsent = unless(whenAll(this.#star, this.#option('send_wildcard', false)));
    return all.flatMap(({ is, when, value }, index) => {
      if (is !== 'no-text' && (is !== 'bad-pattern' || version.badPattern !== 'throws')) return [];
      const before = all.slice(0, index).map((entry) => setOf(entry, version));
      const compared = before.some((set) => set.s === 'any') ? NEVER : whenAll(this.#hasOrigin, unsent, ...before.map((set) => unless({ g: 'origin', in: set })));
      const looked = is === 'no-text' ? whenAll(unless(this.#hasOrigin), this.#option('always_send', true), unless(this.#star)) : NEVER;
      const raises = whenAll(base, guardOf(when), whenAny(compared, looked));
      return raises.g === 'never' ? [] : [failing(raises, 'an origin raises an exception when it is compared', value.at)];
    });
  }
}

/** Pairs of so many origins are told apart. */
const MAX_PAIRED = 8;

/** Lists are sorted and joined, what is no text is spelled (`flexible_str`); undefined for what cannot be told. */
function joinedText(value: Case): string | undefined {
  if (value.kind === 'record') return value.rest === undefined ? [...new Set(value.entries.map(({ key }) => key))].sort(byCodePoints).join(', ') : undefined;
  if (value.kind !== 'list') return ['string', 'number', 'boolean', 'nothing'].includes(value.kind) ? pythonText(value) : undefined;
  const texts = value.items.map((item) => (item.kind === 'string' ? item.value : undefined));
  return value.rest !== undefined || texts.includes(undefined) ? undefined : texts.flatMap((text) => text ?? []).sort(byCodePoints).join(', ');
}

function byCodePoints(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function unknownText(value: Case, what: string): HeaderValue {
  const known = headerValueOf(value);
  if (known !== undefined && known.v !== 'literal') return known;
  return { v: 'unknown', fact: factOf(unknown('unsupported-syntax', what, value.at)), at: value.at };
}

function unknownGuard(value: Case, what: string): Guard {
  const fact = factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', what, value.at));
  return { g: 'fact', fact: { ...fact, key: `${fact.key}:${what}`, detail: `${what} (${fact.detail})` } };
}
