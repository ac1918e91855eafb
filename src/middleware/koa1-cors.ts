import { PRESENT } from '../origins/origin-set.js';
import { casesOf, guardOf } from '../policy/from-condition.js';
import { unless, whenAll, type Guard, type Step } from '../policy/program.js';
import { truthy } from '../syntax/estree/index.js';
import type { Span } from '../text/span.js';
import type { Value } from '../values/value.js';
import { answers, given, literal, OPTIONS, requestHeader, requestHeadersOf, setHeader, setList, type KoaCors, type KoaCorsCall } from './koa-cors.js';
import { joined, Options } from './options.js';
import { failing } from './sent.js';

/**
 * `koa-cors` 0.0 (https://github.com/evert0n/koa-cors), written for Koa 1: every response carries every header, never
 * Vary, and what is not admitted gets no further than this middleware. An origin that is a list or a pattern counts as
 * none: Koa 3 throws then, older ones send the text `undefined`.
 */
export function koa1CorsProgram(call: KoaCorsCall): KoaCors {
  const { at } = call;
  const steps = casesOf(call.options ?? { kind: 'nothing', what: 'undefined', at }).flatMap(({ when, value }) => new Program(call, new Options(value, at)).steps(whenAll(call.base, when)));
  return { steps, kept: [] };
}

class Program {
  constructor(
    private readonly call: KoaCorsCall,
    private readonly options: Options,
  ) {}

  steps(base: Guard): readonly Step[] {
    const { at: callAt, context } = this.call;
    const written = this.options.own('origin');
    const at = written?.at ?? callAt;
    const settled = (value: Value, when: Guard): readonly Step[] => this.#settled(value, when, at, written !== undefined);
    return casesOf(written?.value ?? this.options.open ?? { kind: 'boolean', value: true, at }).flatMap(({ when, value }): readonly Step[] => {
      const inner = whenAll(base, when);
      switch (value.kind) {
        case 'function':
          return answers(value, [context.get('request') ?? context], false, inner, settled);
        case 'boolean': {
          if (!value.value) return settled(value, inner);
          const there = given('origin', at);
          return [...settled(requestHeader('origin', at), whenAll(inner, there)), ...settled({ kind: 'string', value: '*', at }, whenAll(inner, unless(there)))];
        }
        case 'string':
        case 'env':
        case 'concat':
        case 'unknown':
          return settled(value, inner);
        default:
          return settled({ kind: 'nothing', what: 'undefined', at: value.at }, inner);
      }
    });
  }

  #settled(value: Value, when: Guard, at: Span, written: boolean): readonly Step[] {
    if (value.kind === 'boolean' && !value.value) return [{ when, effects: [], end: { to: 'answer', status: 404 }, at }];
    if (value.kind === 'condition') {
      const holds = guardOf(value.condition);
      const either = (bool: boolean): Value => ({ kind: 'boolean', value: bool, at: value.at });
      return [...this.#settled(either(true), whenAll(when, holds), at, written), ...this.#settled(either(false), whenAll(when, unless(holds)), at, written)];
    }
    if (value.kind === 'request' && value.header === 'origin') {
      const there: Guard = { g: 'origin', in: PRESENT };
      return [...this.#set('access-control-allow-origin', { kind: 'nothing', what: 'undefined', at: value.at }, whenAll(when, unless(there)), at, written), ...this.#set('access-control-allow-origin', value, whenAll(when, there), at, written), ...this.#rest(when)];
    }
    return [...this.#set('access-control-allow-origin', value, when, at, written), ...this.#rest(when)];
  }

  #set(header: string, value: Value, when: Guard, at: Span, written: boolean): readonly Step[] {
    if (value.kind === 'nothing' && this.call.missing === 'throw') return [failing(when, `the value of ${header} is ${value.what}, and setting it throws`, at)];
    return setHeader(header, value, when, at, written);
  }

  #rest(base: Guard): readonly Step[] {
    const { at: call } = this.call;
    const credentials = this.options.get('credentials');
    const asked = credentials === undefined || !['boolean', 'condition', 'either', 'unknown'].includes(credentials.value.kind) ? guardOf({ c: 'false' }) : guardOf(truthy(credentials.value));
    const acac: readonly Step[] = asked.g === 'never' || credentials === undefined ? [] : [{ when: whenAll(base, asked), effects: [{ ...literal('access-control-allow-credentials', 'true', credentials.value.at), value: { v: 'literal', text: 'true', at: credentials.value.at, written: true }, at: credentials.at }], at: credentials.at }];
    const methods = this.options.get('methods');
    return [
      ...setList(this.options, 'expose', 'access-control-expose-headers', base),
      ...this.#maxAge(base),
      ...acac,
      ...(methods === undefined ? [{ when: base, effects: [literal('access-control-allow-methods', 'GET,HEAD,PUT,POST,DELETE', call)], at: call }] : this.#methods(methods.value, base, methods.at)),
      ...requestHeadersOf(this.options, 'headers', base, call),
      { when: whenAll(base, OPTIONS), effects: [], end: { to: 'answer', status: 204 }, at: call },
    ];
  }

  /** Only a number counts, 0 too. */
  #maxAge(base: Guard): readonly Step[] {
    const option = this.options.get('maxAge');
    return option === undefined ? [] : casesOf(option.value).flatMap(({ when, value }) => (value.kind === 'number' || value.kind === 'unknown' ? setHeader('access-control-max-age', value, whenAll(base, when), option.at) : []));
  }

  /** Whatever stands there is sent. */
  #methods(given: Value, base: Guard, at: Span): readonly Step[] {
    return casesOf(given).flatMap(({ when, value }) => {
      const text = joined(value, ',');
      return this.#set('access-control-allow-methods', text === undefined ? value : { kind: 'string', value: text, at: value.at }, whenAll(base, when), at, true);
    });
  }
}
