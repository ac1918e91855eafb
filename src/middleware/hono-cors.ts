import { allOf, ANY, anyOf, PRESENT } from '../origins/origin-set.js';
import { effectOf } from '../policy/from-actions.js';
import { casesOf, exactSetOf, guardOf } from '../policy/from-condition.js';
import { unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../policy/program.js';
import { truthy } from '../syntax/estree/index.js';
import type { Span } from '../text/span.js';
import { factOf, unknown, type EitherValue, type FunctionValue, type Handle, type Value } from '../values/value.js';
import { filled, joined, Options } from './options.js';
import { returned } from './returned.js';
import { asWritten, byDefault, byOption, doing, failing } from './sent.js';
import { isFrom } from './version.js';

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const REQUESTED = 'access-control-request-headers';

export interface HonoCorsCall {
  readonly options: Value | undefined;
  /** The context that functions among the options are given. */
  readonly context: Handle;
  readonly base: Guard;
  readonly at: Span;
  /** Version of Hono; undefined: the current one. */
  readonly version: string | undefined;
}

/**
 * `cors()` of `hono/cors` (https://github.com/honojs/hono/blob/main/src/middleware/cors/index.ts). Options lie over the
 * defaults as by a spread, so a key that is there with the value `undefined` replaces the default. Every OPTIONS request
 * is answered; a refusal leaves out Access-Control-Allow-Origin only.
 */
export function honoCorsProgram(call: HonoCorsCall): HonoCorsProgram {
  const given: Value = call.options ?? { kind: 'nothing', what: 'undefined', at: call.at };
  const programs = casesOf(given).map(({ when, value }) => new Program(call, new Options(value, call.at), whenAll(call.base, when)));
  return { steps: programs.flatMap((program) => program.steps()), late: programs.flatMap((program) => program.late()) };
}

export interface HonoCorsProgram {
  readonly steps: readonly Step[];
  /** What is done to the response of the handler. */
  readonly late: readonly Step[];
}

class Program {
  constructor(
    private readonly call: HonoCorsCall,
    private readonly options: Options,
    private readonly base: Guard,
  ) {}

  steps(): readonly Step[] {
    const written = this.options.own('origin');
    return this.#origins().flatMap(({ when, value }) => [...this.#found(value, when, written?.at ?? this.call.at, written !== undefined), ...this.#rest(value, when)]);
  }

  /** Since 4.10.3 responses that are no preflights get their Vary when the handler is done. */
  late(): readonly Step[] {
    return this.#from('4.10.3') ? this.#origins().flatMap(({ when, value }) => this.#vary(value, whenAll(when, unless(OPTIONS)))) : [];
  }

  /** What `origin` may be, each under its guard. */
  #origins(): readonly { readonly when: Guard; readonly value: Exclude<Value, EitherValue> }[] {
    const origin: Value = this.options.own('origin')?.value ?? this.options.open ?? { kind: 'string', value: '*', at: this.call.at };
    return casesOf(origin).map(({ when, value }) => ({ when: whenAll(this.base, when), value }));
  }

  #from(version: string): boolean {
    return isFrom(this.call.version, version);
  }

  /** From 4.12.9 to 4.12.24, `*` with credentials echoes the origin (CVE-2026-54290). */
  #mirrors(): Guard {
    const credentials = this.options.get('credentials');
    if (credentials === undefined || !this.#from('4.12.9') || this.#from('4.12.25')) return { g: 'never' };
    return guardOf(truthy(credentials.value));
  }

  /** Access-Control-Allow-Origin, by what the option finds for the request's origin. */
  #found(origin: Exclude<Value, EitherValue>, base: Guard, at: Span, written: boolean): readonly Step[] {
    const acao = (value: HeaderValue): Effect => byOption('set', 'access-control-allow-origin', value, at);
    const echo = acao({ v: 'request-header', name: 'origin', at: origin.at });
    switch (origin.kind) {
      case 'string': {
        const literal = acao({ v: 'literal', text: origin.value, at: origin.at, written });
        if (origin.value === '*') return [...doing(whenAll(base, this.#mirrors()), echo), ...doing(whenAll(base, unless(this.#mirrors())), literal)];
        if (origin.value === '') return [];
        return this.#from('4.7.0') ? doing(whenAll(base, equal([origin], at)), echo) : doing(base, literal);
      }
      case 'env':
      case 'concat':
        return this.#from('4.7.0') ? doing(whenAll(base, equal([origin], at)), echo) : doing(base, effectOf('set', 'access-control-allow-origin', origin, at));
      case 'list': {
        const admitted = equal(origin.rest === undefined ? origin.items : [...origin.items, origin.rest], at);
        const miss = this.#from('4.7.0') ? [] : casesOf(origin.items[0] ?? origin.rest ?? { kind: 'nothing', what: 'undefined', at });
        return [...doing(whenAll(base, admitted), echo), ...miss.flatMap(({ when, value }) => this.#answer(value, whenAll(base, unless(admitted), when), at))];
      }
      case 'function':
        return this.#called(origin, base, at);
      case 'unknown':
        return doing(base, effectOf('set', 'access-control-allow-origin', origin, at));
      default:
        return [failing(base, 'hono/cors throws: `origin` is no text, list or function', at)];
    }
  }

  #called(finder: FunctionValue, base: Guard, at: Span): readonly Step[] {
    const origin: Value = { kind: 'request', part: 'header', header: 'origin', at: finder.at };
    // Before 4.10 nobody awaited the promise, whose text is sent.
    if (finder.isAsync && !this.#from('4.10.0')) return doing(base, byOption('set', 'access-control-allow-origin', asWritten('[object Promise]', finder.at), at));
    return returned(finder, [origin, this.call.context], base).flatMap((way) => (way.ends === 'throws' ? [failing(way.when, 'the origin function throws', way.at)] : this.#answer(way.value, way.when, at)));
  }

  /** Sends what was found, as it stands; what is falsy is not sent. */
  #answer(value: Value, when: Guard, at: Span): readonly Step[] {
    const found = value.kind === 'unknown' ? when : whenAll(when, guardOf(truthy(value)));
    if (value.kind === 'condition') return doing(found, byOption('set', 'access-control-allow-origin', asWritten('true', value.at), at));
    const text = joined(value, ',');
    return doing(found, text === undefined ? effectOf('set', 'access-control-allow-origin', value, at) : byOption('set', 'access-control-allow-origin', asWritten(text, value.at), at));
  }

  #rest(origin: Value, base: Guard): readonly Step[] {
    const { at: call } = this.call;
    const preflight = whenAll(base, OPTIONS);
    const credentials = this.options.get('credentials');
    const vary = this.#vary(origin, this.#from('4.10.3') ? preflight : base);
    return [
      ...(credentials === undefined ? [] : doing(whenAll(base, guardOf(truthy(credentials.value))), byOption('set', 'access-control-allow-credentials', asWritten('true', credentials.value.at), credentials.at))),
      ...vary,
      ...this.#list('exposeHeaders', 'access-control-expose-headers', base),
      ...this.#maxAge(preflight),
      ...this.#methods(preflight),
      ...this.#headers(preflight),
      { when: preflight, effects: [], end: { to: 'answer', status: 204 }, at: call },
    ];
  }

  #vary(origin: Value, reached: Guard): readonly Step[] {
    const { at: call } = this.call;
    const star = origin.kind === 'string' && origin.value === '*';
    const when = star ? whenAll(reached, this.#mirrors()) : reached;
    if (origin.kind === 'unknown') return doing(when, byOption('append', 'vary', { v: 'unknown', fact: factOf(origin), at: origin.at }, call));
    const own = byDefault(this.#from('4.10.3') ? 'append' : 'set', 'vary', 'Origin', call);
    if (this.#from('4.10.3') || !this.#from('4.5.0')) return doing(when, own);
    // From 4.5.0 to 4.10.2 the request's own Vary is sent back instead (GHSA-q7jf-gf43-6x6p).
    const copied: Guard = { g: 'header', name: 'vary', in: filled(call) };
    return [...doing(whenAll(when, unless(copied)), own), ...doing(whenAll(when, copied), byOption('set', 'vary', { v: 'request-header', name: 'vary', at: call }, call))];
  }

  #maxAge(preflight: Guard): readonly Step[] {
    const given = this.options.get('maxAge');
    if (given === undefined) return [];
    return casesOf(given.value).flatMap(({ when, value }) => (value.kind === 'nothing' ? [] : doing(whenAll(preflight, when), effectOf('set', 'access-control-max-age', value, given.at))));
  }

  #methods(preflight: Guard): readonly Step[] {
    const given = this.options.get('allowMethods');
    const standard = `GET,HEAD,PUT,POST,DELETE,PATCH${this.#from('4.13.0') ? ',QUERY' : ''}`;
    if (given === undefined) return doing(preflight, byDefault('set', 'access-control-allow-methods', standard, this.call.at));
    return casesOf(given.value).flatMap(({ when, value }): readonly Step[] => {
      const guard = whenAll(preflight, when);
      if (value.kind !== 'function') return value.kind === 'list' || value.kind === 'unknown' ? texts(value, given.at, 'access-control-allow-methods', guard) : [];
      const origin: Value = { kind: 'request', part: 'header', header: 'origin', at: value.at };
      return returned(value, [origin, this.call.context], guard).flatMap((way) => (way.ends === 'throws' ? [failing(way.when, 'the methods function throws', way.at)] : texts(way.value, given.at, 'access-control-allow-methods', way.when)));
    });
  }

  #headers(preflight: Guard): readonly Step[] {
    const { at: call } = this.call;
    const vary = byDefault('append', 'vary', 'Access-Control-Request-Headers', call);
    const given = this.options.get('allowHeaders');
    return casesOf(given?.value ?? { kind: 'nothing', what: 'undefined', at: call }).flatMap(({ when, value }): readonly Step[] => {
      const guard = whenAll(preflight, when);
      const own = texts(value, given?.at ?? call, 'access-control-allow-headers', guard);
      if (own.length > 0) return own.map((step) => ({ ...step, effects: [...step.effects, vary] }));
      const asked = whenAll(guard, { g: 'header', name: REQUESTED, in: filled(call) });
      return doing(asked, byOption('set', 'access-control-allow-headers', { v: 'request-items', name: REQUESTED, in: ANY, separator: ',', at: call }, call), vary);
    });
  }

  #list(key: string, header: string, base: Guard): readonly Step[] {
    const given = this.options.get(key);
    return given === undefined ? [] : casesOf(given.value).flatMap(({ when, value }) => texts(value, given.at, header, whenAll(base, when)));
  }
}

/** A list, joined; nothing where it is empty or there is none. */
function texts(value: Value, at: Span, header: string, when: Guard): readonly Step[] {
  const text = joined(value, ',');
  if (text !== undefined) return text === '' ? [] : doing(when, byOption('set', header, asWritten(text, value.at), at));
  if (value.kind === 'list' || value.kind === 'env') return doing(when, effectOf('set', header, unknown('unsupported-syntax', `the value of ${header}`, value.at), at));
  return value.kind === 'unknown' || value.kind === 'string' ? doing(when, effectOf('set', header, value, at)) : [];
}

/** The origin is one of these texts; what is no text equals none. */
function equal(items: readonly Value[], at: Span): Guard {
  const sets = items.filter(({ kind }) => ['string', 'env', 'concat', 'unknown', 'either'].includes(kind)).map((item) => exactSetOf({ kind: 'list', items: [item], at: item.at }, at));
  return { g: 'origin', in: allOf([PRESENT, anyOf(sets)]) };
}
