import { admits } from '../origins/membership.js';
import { ABSENT, allOf, anyOf, complement, exact, NONE, PRESENT, type OriginSet } from '../origins/origin-set.js';
import { effectOf } from '../policy/from-actions.js';
import { casesOf, exactSetOf, guardOf } from '../policy/from-condition.js';
import { unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Note, type Step } from '../policy/program.js';
import { truthy } from '../syntax/estree/index.js';
import type { Span } from '../text/span.js';
import { factOf, type EitherValue, type FunctionValue, type Handle, type Value } from '../values/value.js';
import { filled, joined, Options } from './options.js';
import { returned } from './returned.js';
import { asWritten, byDefault, byOption, doing, failing } from './sent.js';
import { isFrom } from './version.js';

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const ASKED_METHOD = 'access-control-request-method';
const ASKED_HEADERS = 'access-control-request-headers';

export interface ElysiaCorsCall {
  readonly options: Value | undefined;
  /** The `Request` that functions among the options are given. */
  readonly request: Handle;
  readonly base: Guard;
  readonly at: Span;
  /** Version of the plugin; undefined: the current one. */
  readonly version: string | undefined;
}

/**
 * `cors()` of `@elysiajs/cors` (https://github.com/elysiajs/elysia-cors/blob/main/src/index.ts): it stands before the
 * router, wherever it is used. Everything is allowed until options say otherwise, credentials too. Names and methods
 * of the request come back as what is allowed and exposed.
 */
export function elysiaCorsProgram(call: ElysiaCorsCall): readonly Step[] {
  return programs(call).flatMap((program) => program.steps());
}

/**
 * The headers that the plugin gives to the app, as `app.headers()` does: they lie below whatever hooks set, and an app
 * that uses it in a group never gets them.
 */
export function elysiaCorsHeaders(call: ElysiaCorsCall): readonly Step[] {
  return programs(call).flatMap((program) => program.headers());
}

function programs(call: ElysiaCorsCall): readonly Program[] {
  const given: Value = call.options ?? { kind: 'nothing', what: 'undefined', at: call.at };
  return casesOf(given).map(({ when, value }) => new Program(call, new Options(value, call.at), whenAll(call.base, when)));
}

/** Credentials in a form that the plugin ignores: it asks for `true` itself. */
export function elysiaCorsNotes(options: Value | undefined): readonly Note[] {
  const written = options?.kind === 'record' ? options.entries.findLast(({ key }) => key === 'credentials')?.value : undefined;
  const ignored = written?.kind === 'string' || (written?.kind === 'number' && written.value !== 0);
  return ignored ? [{ id: 'credentials-ignored', at: written.at, related: [], path: '/' }] : [];
}

class Program {
  readonly #asked: Guard;

  constructor(
    private readonly call: ElysiaCorsCall,
    private readonly options: Options,
    private readonly base: Guard,
  ) {
    this.#asked = whenAll(base, OPTIONS, { g: 'header', name: ASKED_METHOD, in: filled(call.at) });
  }

  headers(): readonly Step[] {
    return [...this.#credentials(), ...this.#fixed('exposeHeaders', 'access-control-expose-headers'), ...this.#fixed('allowedHeaders', 'access-control-allow-headers')];
  }

  steps(): readonly Step[] {
    const { base, call } = this;
    const preflight = this.#cases('preflight', true).flatMap(({ when, value }) => {
      const guard = whenAll(base, OPTIONS, when, guardOf(truthy(value)));
      return [...this.#preflight(guard), { when: guard, effects: [], end: { to: 'answer', status: 204 } as const, at: call.at }];
    });
    return [...this.#origin(), ...this.#actual(), ...preflight];
  }

  #from(version: string): boolean {
    return isFrom(this.call.version, version);
  }

  /** An option, each alternative under its guard; what is absent or `undefined` is the default, as destructuring has it. */
  #cases(key: string, standard: boolean | number | string): readonly { readonly when: Guard; readonly value: Exclude<Value, EitherValue>; readonly at: Span; readonly written: boolean }[] {
    const given = this.options.get(key);
    const { at } = this.call;
    const fallback: Exclude<Value, EitherValue> = typeof standard === 'string' ? { kind: 'string', value: standard, at } : typeof standard === 'number' ? { kind: 'number', value: standard, at } : { kind: 'boolean', value: standard, at };
    if (given === undefined) return [{ when: { g: 'always' }, value: fallback, at, written: false }];
    return casesOf(given.value).map(({ when, value }) => (value.kind === 'nothing' && value.what === 'undefined' ? { when, value: fallback, at, written: false } : { when, value, at: given.at, written: true }));
  }

  /** Before 1.0.5 the defaults were `*`. */
  get #standard(): boolean | string {
    return this.#from('1.0.5') ? true : '*';
  }

  #credentials(): readonly Step[] {
    return this.#cases('credentials', true).flatMap(({ when, value, at, written }) => {
      const on = value.kind === 'boolean' ? value.value : value.kind === 'condition' || value.kind === 'unknown';
      const guard = whenAll(this.base, when, value.kind === 'condition' || value.kind === 'unknown' ? guardOf(truthy(value)) : { g: 'always' });
      return on ? doing(guard, written ? byOption('set', 'access-control-allow-credentials', asWritten('true', value.at), at) : byDefault('set', 'access-control-allow-credentials', 'true', at)) : [];
    });
  }

  /** A list that every response has: a text or texts. */
  #fixed(key: string, header: string): readonly Step[] {
    return this.#cases(this.#keyOf(key), this.#standard).flatMap(({ when, value, at, written }) => {
      const text = value.kind === 'string' ? value.value : joined(value, ', ');
      const guard = whenAll(this.base, when);
      if (text !== undefined) return doing(guard, written ? byOption('set', header, asWritten(text, value.at), at) : byDefault('set', header, text, at));
      return value.kind === 'unknown' || value.kind === 'list' ? doing(guard, effectOf('set', header, value, at)) : [];
    });
  }

  #keyOf(key: string): string {
    return key === 'exposeHeaders' && !this.#from('1.0.5') ? 'exposedHeaders' : key;
  }

  #origin(): readonly Step[] {
    return this.#cases('origin', this.#standard).flatMap(({ when, value, at, written }) => this.#found(value, whenAll(this.base, when), at, written));
  }

  #found(origin: Exclude<Value, EitherValue>, base: Guard, at: Span, written: boolean): readonly Step[] {
    const { at: call } = this.call;
    const acao = (value: HeaderValue): Effect => byOption('set', 'access-control-allow-origin', value, at);
    const echo = acao({ v: 'request-header', name: 'origin', at: origin.at });
    const vary = (text: string): Effect => byDefault('set', 'vary', text, call);
    const filledOrigin: Guard = { g: 'origin', in: filled(call) };
    const star = acao({ v: 'literal', text: '*', at: origin.at, written });
    if (origin.kind === 'boolean') return origin.value ? [...doing(whenAll(base, filledOrigin), echo, vary('*')), ...doing(whenAll(base, unless(filledOrigin)), star, vary('*'))] : [];
    if (origin.kind === 'unknown' && origin.reason !== 'env-variable') return doing(base, acao({ v: 'unknown', fact: factOf(origin), at: origin.at }), vary('Origin'));
    const items = origin.kind === 'list' ? (origin.rest === undefined ? origin.items : [...origin.items, origin.rest]) : [origin];
    if (items.length === 0) return [];
    if (items.some((item) => item.kind === 'string' && item.value === '*')) return doing(base, star, vary('*'));
    const ways = items.map((item) => this.#admitted(item, base, at));
    const admitted = whenAny(...ways.map(({ when }) => when));
    const empty = ways.some((way) => way.empty);
    return [
      ...ways.flatMap(({ faults }) => faults),
      ...doing(empty ? whenAll(base, admitted, filledOrigin) : whenAll(base, admitted), echo),
      ...(empty ? doing(whenAll(base, admitted, unless(filledOrigin)), acao({ v: 'literal', text: '*', at: origin.at, written: false })) : []),
      ...doing(base, vary('Origin')),
      // Only the empty text, which is false, says so.
      ...(origin.kind === 'string' && origin.value === '' ? doing(whenAll(base, admitted), vary('*')) : []),
      ...(this.#from('1.0.5') ? [] : doing(whenAll(base, unless(admitted)), acao({ v: 'literal', text: '', at: origin.at, written: false }))),
    ];
  }

  /** When one entry lets a request in. A request without Origin counts as the empty text: `empty` tells whether that may be let in. */
  #admitted(item: Value, base: Guard, at: Span): { readonly when: Guard; readonly empty: boolean; readonly faults: readonly Step[] } {
    if (item.kind === 'function') return { ...this.#asks(item, base), empty: true };
    const set = this.#setOf(item, at);
    return { when: { g: 'origin', in: set }, empty: admits(set, null, () => undefined) !== false, faults: [] };
  }

  #setOf(item: Value, at: Span): OriginSet {
    switch (item.kind) {
      case 'string':
        return item.value === '' ? complement(filled(item.at)) : anyOf(this.#setsOf(item.value, item.at));
      case 'regex': {
        const set: OriginSet = { s: 'regex', source: item.source, flags: item.flags, dialect: 'js', use: 'search', subject: this.#from('1.0.5') ? 'origin' : 'host-port', ...(item.keepsState === true ? { stateful: true } : {}), at: item.at, ...(item.sourceAt === undefined ? {} : { sourceAt: item.sourceAt }) };
        return matchesEmpty(item.source, item.flags) ? anyOf([ABSENT, set]) : set;
      }
      case 'either':
        return anyOf(item.options.map(({ value }) => this.#setOf(value, at)));
      case 'env':
      case 'concat':
      case 'unknown':
        return allOf([PRESENT, exactSetOf({ kind: 'list', items: [item], at: item.at }, at)]);
      case 'list':
        return anyOf(item.items.map((inner) => this.#setOf(inner, at)));
      default:
        return NONE;
    }
  }

  /**
   * What a text lets in. From 1.3.3 it is a whole origin, or what stands behind the scheme of one; in 1.3.1 and before
   * 1.0.5 the latter only; between them a whole origin, and without a scheme any piece of one.
   */
  #setsOf(text: string, at: Span): readonly OriginSet[] {
    const behindScheme: OriginSet = text.includes('://') || text === 'null' ? exact(text, at) : { s: 'exact', text, comparison: [], subject: 'host-port', at };
    if (this.#from('1.3.3')) return [behindScheme];
    if (this.#from('1.3.1') || !this.#from('1.0.5')) return text.includes('://') ? [{ s: 'exact', text, comparison: [], subject: 'host-port', at }] : [behindScheme];
    return text.includes('://') ? [exact(text, at)] : [{ s: 'contains', text, subject: 'origin', ignoreCase: false, at }];
  }

  /** A function lets in by returning `true` itself; a promise is never that. */
  #asks(callee: FunctionValue, base: Guard): { readonly when: Guard; readonly faults: readonly Step[] } {
    if (callee.isAsync) return { when: { g: 'never' }, faults: [] };
    const ways = returned(callee, [this.call.request], { g: 'always' });
    const lets = ways.flatMap((way) => {
      if (way.ends === 'throws') return [];
      if (way.value.kind === 'boolean') return way.value.value ? [way.when] : [];
      return way.value.kind === 'condition' || way.value.kind === 'unknown' ? [whenAll(way.when, guardOf(truthy(way.value)))] : [];
    });
    return { when: whenAny(...lets), faults: ways.flatMap((way) => (way.ends === 'throws' ? [failing(whenAll(base, way.when), 'the origin function throws', way.at)] : [])) };
  }

  /** Responses that are no preflights; before 1.4.1 preflights go through this first. */
  #actual(): readonly Step[] {
    const preflights = whenAny(...this.#cases('preflight', true).map(({ when, value }) => whenAll(when, guardOf(truthy(value)))));
    const base = this.#from('1.4.1') && preflights.g !== 'never' ? whenAll(this.base, unless(whenAll(OPTIONS, preflights))) : this.base;
    const own = METHODS.filter((method) => method !== 'OPTIONS' || base === this.base).map((method) => ({ when: { g: 'method', in: [method] } as const, value: { v: 'literal', text: method, at: this.call.at, written: false } as const }));
    const names = this.#names(', ');
    // Before 1.3.3 a comma is left behind the last name.
    const value: HeaderValue = this.#from('1.3.3') ? names : { v: 'concat', parts: [names, { v: 'literal', text: ',', at: this.call.at, written: false }], at: this.call.at };
    return [...this.#methods(base, own), ...this.#reflected('allowedHeaders', 'access-control-allow-headers', base, value), ...this.#reflected('exposeHeaders', 'access-control-expose-headers', base, value)];
  }

  #preflight(base: Guard): readonly Step[] {
    const { at } = this.call;
    const asked: Guard = { g: 'header', name: ASKED_HEADERS, in: PRESENT };
    const max = this.#cases('maxAge', 5).flatMap(({ when, value, at: place, written }) => {
      const text = value.kind === 'number' || value.kind === 'string' ? String(value.value) : undefined;
      const guard = whenAll(base, when, guardOf(truthy(value)));
      if (text !== undefined) return doing(guard, written ? byOption('set', 'access-control-max-age', asWritten(text, value.at), place) : byDefault('set', 'access-control-max-age', text, at));
      return value.kind === 'unknown' || value.kind === 'env' ? doing(guard, effectOf('set', 'access-control-max-age', value, place)) : [];
    });
    return [
      ...this.#methods(whenAll(base, this.#asked), [{ when: { g: 'always' }, value: { v: 'request-header', name: ASKED_METHOD, at } }]),
      ...this.#reflected('allowedHeaders', 'access-control-allow-headers', whenAll(base, asked), { v: 'request-header', name: ASKED_HEADERS, at }),
      // What is missing is sent as the text that it is.
      ...this.#reflected('allowedHeaders', 'access-control-allow-headers', whenAll(base, unless(asked)), { v: 'literal', text: 'undefined', at, written: false }),
      ...this.#reflected('exposeHeaders', 'access-control-expose-headers', base, this.#names(',')),
      ...max,
    ];
  }

  /** `true` allows the methods of `own`, each where its guard holds; texts are sent as they stand. */
  #methods(base: Guard, own: readonly { readonly when: Guard; readonly value: HeaderValue }[]): readonly Step[] {
    const header = 'access-control-allow-methods';
    return this.#cases('methods', this.#standard).flatMap(({ when, value, at, written }): readonly Step[] => {
      const guard = whenAll(base, when);
      if (value.kind === 'boolean') return value.value ? own.flatMap((one) => doing(whenAll(guard, one.when), byOption('set', header, one.value, at))) : [];
      const text = value.kind === 'string' ? value.value : joined(value, ', ');
      if (text === '') return [];
      if (text !== undefined) return doing(guard, written ? byOption('set', header, asWritten(text, value.at), at) : byDefault('set', header, text, at));
      return value.kind === 'unknown' || value.kind === 'list' || value.kind === 'env' ? doing(guard, effectOf('set', header, value, at)) : [];
    });
  }

  #reflected(key: string, header: string, base: Guard, sent: HeaderValue): readonly Step[] {
    return this.#cases(this.#keyOf(key), this.#standard).flatMap(({ when, value, at }) => (value.kind === 'boolean' && value.value ? doing(whenAll(base, when), byOption('set', header, sent, at)) : []));
  }

  #names(separator: string): HeaderValue {
    return { v: 'request-header-names', separator, at: this.call.at };
  }
}

function matchesEmpty(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags.replace(/[gy]/g, '')).test('');
  } catch {
    return false;
  }
}
