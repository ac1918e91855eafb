import { ABSENT, ANY, anyOf, PRESENT } from '../origins/origin-set.js';
import { effectOf } from '../policy/from-actions.js';
import { casesOf, guardOf } from '../policy/from-condition.js';
import { unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../policy/program.js';
import { truthy } from '../syntax/estree/index.js';
import type { Span } from '../text/span.js';
import { not, TRUE } from '../values/condition.js';
import { factOf, unknown, type FunctionValue, type Handle, type Value } from '../values/value.js';
import { admittedBy, callbackHandle, joined, laidOver, Options } from './options.js';
import { settlements } from './settlements.js';
import { isFrom } from './version.js';

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const HOOKS = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'preSerialization'];

/** What one registration of the plugin adds to the instance that it is registered on. */
export interface FastifyCors {
  /** The hook's work, in the order of its effects. */
  readonly steps: readonly Step[];
  /** The plugin's own route `OPTIONS *`: it answers what the hook lets go on. */
  readonly route: readonly Step[];
  /** The lifecycle hook in which it works. */
  readonly hook: string;
}

export interface FastifyCorsCall {
  readonly options: Value | undefined;
  /** What a delegator is given as the request. */
  readonly request: Handle;
  /** Requests that the hook sees. */
  readonly base: Guard;
  readonly at: Span;
  /** Version of the plugin; undefined: the current one. */
  readonly version: string | undefined;
  /** `config.cors` of the route, which lies over the options; undefined where it has none. */
  readonly over?: Value;
}

/** Does `config: { cors }` of a route count: `false` since 10.1, options of its own since 11.2? */
export function countsConfig(version: string | undefined, isFalse: boolean): boolean {
  return isFrom(version, isFalse ? '10.1' : '11.2');
}

/**
 * `@fastify/cors` (https://github.com/fastify/fastify-cors), `fastify-cors` up to version 6. Options lie over the
 * defaults as by a spread, so a key that is there with the value `undefined` replaces the default. A preflight has to
 * carry Origin and Access-Control-Request-Method (since 5); what the hook does not answer ends in the plugin's route.
 */
export function fastifyCorsProgram(call: FastifyCorsCall): FastifyCors {
  const reading = new Reading(call);
  const given: Value = call.options ?? { kind: 'record', entries: [], at: call.at };
  const steps = casesOf(given).flatMap(({ when, value }) => reading.registered(value, whenAll(call.base, when)));
  const since = (version: string): boolean => isFrom(call.version, version);
  const own = given.kind === 'record' ? new Options(given, call.at) : undefined;
  const hook = since('8.2') ? own?.own('hook')?.value : undefined;
  const name = hook?.kind === 'string' ? hook.value : since('2.2') ? 'onRequest' : since('2') ? 'preValidation' : 'preHandler';
  const refused = !HOOKS.includes(name) && !(name === 'onSend' && !since('11'));
  const goesOn = whenAny(...reading.continued);
  const answer = (status: number, when: Guard): Step => ({ when, effects: [], end: { to: 'answer', status }, at: call.at });
  const prepared = goesOn.g === 'never' ? [] : [answer(200, whenAll(OPTIONS, goesOn))];
  return {
    steps: refused ? [{ when: { g: 'always' }, effects: [], end: { to: 'answer', status: 0, fault: `Fastify refuses to start: CORS has no hook ${name}` }, at: call.at }] : steps,
    hook: refused ? 'onRequest' : name,
    // Before 5 the route was there for preflights only, and answered all.
    route: since('5') ? [...prepared, answer(404, OPTIONS)] : [answer(200, whenAll(OPTIONS, guardOf(isTrue(own?.get('preflight')?.value))))],
  };
}

class Reading {
  /** Preflights that the hook prepared and left to the route. */
  readonly continued: Guard[] = [];

  constructor(private readonly call: FastifyCorsCall) {}

  #since(version: string): boolean {
    return isFrom(this.call.version, version);
  }

  /** `register(cors, options)`; a function is given the instance and makes the options, or a delegator. */
  registered(given: Value, base: Guard): readonly Step[] {
    if (given.kind === 'function') {
      return given.run([unknown('parameter', 'the Fastify instance', given.at)]).flatMap((event) => (event.kind === 'return' ? casesOf(event.value).flatMap(({ when, value }) => {
        const inner = whenAll(base, guardOf(event.when), when);
        return value.kind === 'function' ? this.#delegated(value, inner) : this.registered(value, inner);
      }) : []));
    }
    const delegator = given.kind === 'record' && this.#since('8.2') ? new Options(given, this.call.at).own('delegator')?.value : undefined;
    if (delegator?.kind === 'function') return this.#delegated(delegator, base);
    if (delegator?.kind === 'unknown') return this.#withOptions(delegator, base, true);
    return this.#withOptions(given, base, false);
  }

  /** `(request, callback) => …` or `async (request) => options` */
  #delegated(delegator: FunctionValue, base: Guard): readonly Step[] {
    return this.#resolved(delegator, (callback) => (delegator.parameters === 2 ? [this.call.request, callback] : [this.call.request]), base, (options, inner) => this.#withOptions(options, inner, true));
  }

  #withOptions(given: Value, base: Guard, dynamic: boolean): readonly Step[] {
    const { over } = this.call;
    return casesOf(given).flatMap(({ when, value }) => this.#policy(new Options(over === undefined ? value : laidOver(value, over), this.call.at), whenAll(base, when), dynamic));
  }

  #policy(options: Options, base: Guard, dynamic: boolean): readonly Step[] {
    const { at: call } = this.call;
    const written = options.own('origin');
    const origin: Value = written?.value ?? options.open ?? { kind: 'string', value: '*', at: call };
    const at = written?.at ?? call;
    return casesOf(origin).flatMap(({ when, value }) => {
      const guard = whenAll(base, when);
      // Since 8.2.1 a star in a list counts for all of it.
      const only = value.kind === 'list' && this.#since('8.2.1') ? value.items.find((item) => item.kind === 'string' && item.value === '*') : undefined;
      const fixed = only ?? value;
      const isFixed = fixed.kind === 'string' || fixed.kind === 'env' || fixed.kind === 'concat' || (fixed.kind === 'boolean' && !fixed.value);
      // Since 9 a fixed origin is sent without Vary, before 3 a star.
      const varies = this.#since('9') ? (dynamic && this.#since('9.0.1')) || !isFixed : this.#since('3');
      const vary = varies ? [this.#vary(guard, at, fixed)] : [];
      if (fixed.kind !== 'function') return [...vary, ...this.#withOrigin(fixed, { options, at, written: written !== undefined, fixed: true }, guard)];
      const request: Value = { kind: 'request', part: 'header', header: 'origin', at: fixed.at };
      return [...vary, ...this.#resolved(fixed, (callback) => [request, callback], guard, (answer, inner) => casesOf(answer).flatMap((option) => this.#withOrigin(option.value, { options, at, written: true, fixed: false }, whenAll(inner, option.when))))];
    });
  }

  #vary(when: Guard, at: Span, origin: Value): Step {
    return { when, effects: [this.#literal('append', 'vary', origin.kind === 'unknown' ? { v: 'unknown', fact: factOf(origin), at: origin.at } : 'Origin', at)], at };
  }

  /** What a function of the author's settles on: through its callback, or, where it is async, by what it returns. */
  #resolved(callee: FunctionValue, argsFor: (callback: Handle) => readonly Value[], base: Guard, proceed: (value: Value, base: Guard) => readonly Step[]): readonly Step[] {
    const callback = callbackHandle(callee.at);
    const { ways, never } = settlements(callee.run(argsFor(callback)), (event) => {
      if (event.kind === 'return') return callee.isAsync || event.value.kind === 'unknown';
      return event.kind === 'throw' || ((event.kind === 'call' || event.kind === 'escape') && event.receiver === callback);
    });
    const steps = ways.flatMap(({ event, when }): readonly Step[] => {
      const guard = whenAll(base, guardOf(when));
      if (event.kind === 'throw') return [fails(guard, 'the function throws', event.at)];
      if (event.kind === 'return') return proceed(event.value, guard);
      if (event.kind !== 'call') return proceed(unknown(event.kind === 'escape' ? event.reason : 'function-call', event.kind === 'escape' ? event.detail : 'a callback', event.at), guard);
      const error = event.args[0] ?? { kind: 'nothing', what: 'undefined', at: event.at };
      return casesOf(error).flatMap((option): readonly Step[] => {
        const inner = whenAll(guard, option.when);
        const value = event.args[1] ?? { kind: 'nothing', what: 'undefined', at: event.at };
        if (option.value.kind === 'nothing' && option.value.what === 'null') return proceed(value, inner);
        if (option.value.kind === 'unknown') return proceed(value, inner);
        // Anything but `null` counts as an error; one that is falsy lets the request go on without a header.
        const failed = guardOf(truthy(option.value));
        return failed.g === 'never' ? [] : [fails(whenAll(inner, failed), 'the origin function reports an error', event.at)];
      });
    });
    if (never.c === 'false') return steps;
    return [...steps, { when: whenAll(base, guardOf(never)), effects: [], end: { to: 'answer', status: 0, fault: 'the request hangs: the callback is never called' }, at: callee.at }];
  }

  #withOrigin(origin: Value, given: Given, base: Guard): readonly Step[] {
    const { at } = given;
    const set = (value: HeaderValue | string, when: Guard): Step => ({ when, effects: [this.#literal('set', 'access-control-allow-origin', value, at)], at });
    const star = origin.kind === 'string' && origin.value === '*';
    const vary = (guard: Guard): readonly Step[] => (this.#since('3') || star ? [] : [this.#vary(guard, at, origin)]);
    const allowed = (value: HeaderValue, guard: Guard = base): readonly Step[] => [set(value, guard), ...vary(guard), ...this.#rest(given.options, guard)];
    const echo: HeaderValue = { v: 'request-header', name: 'origin', at: origin.at };
    // Before 6 an origin that is not admitted gets the text `false`, one that there is not the empty text.
    const refused = (admitted: Guard): readonly Step[] => (this.#since('6') ? [] : [set('false', whenAll(base, unless(admitted))), set('', whenAll(base, admitted, { g: 'origin', in: ABSENT }))]);
    const invalid = (guard: Guard): readonly Step[] => {
      if (this.#since('5')) return [fails(guard, 'Invalid CORS origin option', at)];
      // Before 5 nothing switches CORS off where it is written, and lets every origin in where a function says it.
      return given.fixed ? [] : [set('*', guard), ...this.#rest(given.options, guard)];
    };
    switch (origin.kind) {
      case 'nothing':
        return invalid(base);
      case 'boolean':
        return origin.value ? [...refused({ g: 'always' }), ...allowed(echo)] : [];
      case 'condition':
        return allowed(echo, whenAll(base, guardOf(origin.condition)));
      case 'string':
        if (origin.value === '') return invalid(base);
        if (given.fixed || star || this.#since('5')) return allowed({ v: 'literal', text: origin.value, at: origin.at, written: given.written });
        break;
      case 'request':
      case 'derived': {
        const missing = whenAll(base, guardOf(not(truthy(origin))));
        return [...(missing.g === 'never' ? [] : invalid(missing)), ...allowed(effectOf('set', 'access-control-allow-origin', origin, at).value)];
      }
      case 'env':
      case 'unknown':
      case 'concat':
        return allowed(effectOf('set', 'access-control-allow-origin', origin, at).value);
      default:
    }
    const admitted: Guard = { g: 'origin', in: anyOf([admittedBy(withoutMemory(origin), ANY)]) };
    return [set(echo, whenAll(base, admitted)), ...refused(admitted), ...vary(base), ...this.#rest(given.options, base)];
  }

  /** Credentials, exposed headers, and the preflight's own headers and answer. */
  #rest(options: Options, base: Guard): readonly Step[] {
    const { at: call } = this.call;
    const steps: Step[] = [];
    const credentials = options.get('credentials');
    if (credentials !== undefined) {
      const when = whenAll(base, guardOf(truthy(credentials.value)));
      if (when.g !== 'never') steps.push({ when, effects: [this.#literal('set', 'access-control-allow-credentials', { v: 'literal', text: 'true', at: credentials.value.at, written: true }, credentials.at)], at: credentials.at });
    }
    steps.push(...this.#list(options, 'exposedHeaders', 'access-control-expose-headers', base));

    const preflight = whenAll(base, OPTIONS, guardOf(isTrue(options.get('preflight')?.value)));
    const strict: Guard = this.#since('5') ? guardOf(isTrue(options.get('strictPreflight')?.value)) : { g: 'never' };
    const incomplete = whenAny({ g: 'origin', in: ABSENT }, { g: 'header', name: 'access-control-request-method', in: ABSENT });
    if (strict.g !== 'never') steps.push({ when: whenAll(preflight, strict, incomplete), effects: [], end: { to: 'answer', status: 400 }, at: call });
    // Since 11, `PUT`, `PATCH` and `DELETE` have to be asked for.
    const methods = this.#since('11') ? 'GET,HEAD,POST' : 'GET,HEAD,PUT,PATCH,POST,DELETE';
    if (options.get('methods') === undefined) steps.push({ when: preflight, effects: [this.#literal('set', 'access-control-allow-methods', methods, call)], at: call });
    else steps.push(...this.#list(options, 'methods', 'access-control-allow-methods', preflight));
    steps.push(...this.#allowedHeaders(options, preflight), ...this.#list(options, 'maxAge', 'access-control-max-age', preflight));

    const continues = options.get('preflightContinue');
    const goesOn = continues === undefined || continues.value.kind === 'unknown' ? { g: 'never' as const } : guardOf(truthy(continues.value));
    if (goesOn.g !== 'never') this.continued.push(whenAll(preflight, goesOn));
    const success: Value = options.get('optionsSuccessStatus')?.value ?? { kind: 'number', value: 204, at: call };
    for (const { when, value } of casesOf(success)) steps.push({ when: whenAll(preflight, unless(goesOn), when), effects: [], end: { to: 'answer', status: value.kind === 'number' ? value.value : 204 }, at: call });
    return steps;
  }

  #allowedHeaders(options: Options, preflight: Guard): readonly Step[] {
    const given = options.get('allowedHeaders');
    const at = given?.at ?? this.call.at;
    return casesOf(given?.value ?? { kind: 'nothing', what: 'null', at }).flatMap(({ when, value }): readonly Step[] => {
      const guard = whenAll(preflight, when);
      if (value.kind !== 'nothing' || value.what !== 'null') return this.#written(value, at, 'access-control-allow-headers', guard);
      const name = 'access-control-request-headers';
      return [
        { when: guard, effects: [this.#literal('append', 'vary', 'Access-Control-Request-Headers', at)], at },
        { when: whenAll(guard, { g: 'header', name, in: PRESENT }), effects: [this.#literal('set', 'access-control-allow-headers', { v: 'request-header', name, at }, at)], at },
      ];
    });
  }

  #list(options: Options, key: string, header: string, base: Guard): readonly Step[] {
    const given = options.get(key);
    if (given === undefined) return [];
    return casesOf(given.value).flatMap(({ when, value }) => (value.kind === 'nothing' && value.what === 'null' ? [] : this.#written(value, given.at, header, whenAll(base, when))));
  }

  /** Lists are joined with a comma and a blank, other values sent as text; what is missing or empty is sent empty. */
  #written(value: Value, at: Span, header: string, when: Guard): readonly Step[] {
    const text = value.kind === 'nothing' ? '' : joined(value, ', ');
    const effect = text === undefined ? effectOf('set', header, value, at) : this.#literal('set', header, { v: 'literal', text, at: value.at, written: true }, at);
    return [{ when, effects: [effect], at }];
  }

  #literal(op: Effect['op'], header: string, value: HeaderValue | string, at: Span): Effect {
    return { op, header, value: typeof value === 'string' ? { v: 'literal', text: value, at: this.call.at, written: false } : value, statuses: 'all', at };
  }
}

interface Given {
  readonly options: Options;
  /** Key and value of `origin`. */
  readonly at: Span;
  readonly written: boolean;
  /** It stands in the options; no function answers it. */
  readonly fixed: boolean;
}

function fails(when: Guard, fault: string, at: Span): Step {
  return { when, effects: [], end: { to: 'answer', status: 500, fault }, at };
}

/** Options that have to be `true` itself; they are by default. */
function isTrue(value: Value | undefined): ReturnType<typeof truthy> {
  if (value === undefined) return TRUE;
  if (value.kind === 'unknown' || value.kind === 'condition' || value.kind === 'either') return truthy(value);
  return value.kind === 'boolean' && value.value ? TRUE : { c: 'false' };
}

/** The plugin sets `lastIndex` back before each test, so `g` means nothing. */
function withoutMemory(value: Value): Value {
  if (value.kind === 'regex') {
    const { keepsState: _kept, ...regex } = value;
    return { ...regex, flags: value.flags.replace('g', '') };
  }
  if (value.kind === 'list') return { ...value, items: value.items.map(withoutMemory) };
  return value.kind === 'either' ? { ...value, options: value.options.map(({ when, value: option }) => ({ when, value: withoutMemory(option) })) } : value;
}
