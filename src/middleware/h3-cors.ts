import { NONE, type OriginSet } from '../origins/origin-set.js';
import { effectOf } from '../policy/from-actions.js';
import { casesOf, guardOf } from '../policy/from-condition.js';
import { unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../policy/program.js';
import { truthy } from '../syntax/estree/index.js';
import type { Span } from '../text/span.js';
import { and, type Condition } from '../values/condition.js';
import { factOf, unknown, type EitherValue, type FunctionValue, type Value } from '../values/value.js';
import { admittedBy, filled, joined, Options } from './options.js';
import { returned } from './returned.js';
import { asWritten, byDefault, byOption, doing, failing } from './sent.js';

const REQUESTED = 'access-control-request-headers';

/** One call of `handleCors(event, options)` or of its two halves. */
export interface H3CorsCall {
  readonly options: Value | undefined;
  readonly base: Guard;
  readonly at: Span;
  readonly major: 1 | 2;
}

/** `isPreflightRequest(event)`: OPTIONS with an origin and a requested method. */
export function isPreflight(at: Span): Condition {
  const filled = (header: string): Condition => ({ c: 'present', value: { kind: 'request', part: 'header', header, at }, at });
  const method: Value = { kind: 'request', part: 'method', at };
  return and({ c: 'equals', left: method, right: { kind: 'string', value: 'OPTIONS', at }, ignoreCase: false, at }, filled('origin'), filled('access-control-request-method'));
}

/**
 * `handleCors` of h3 (https://github.com/h3js/h3/blob/main/src/utils/cors.ts): the headers of a preflight or those of
 * other requests. Version 1 sends the preflight's answer itself; version 2 returns it to its caller.
 */
export function handledCors(call: H3CorsCall): readonly Step[] {
  const asked = guardOf(isPreflight(call.at));
  const resolved = call.major === 2;
  const preflight = forEach({ ...call, base: whenAll(call.base, asked) }, resolved, onPreflights);
  return [...preflight, ...(call.major === 1 ? preflightAnswer(call) : []), ...forEach({ ...call, base: whenAll(call.base, unless(asked)) }, resolved, onOthers)];
}

/** The answer to a preflight, without its headers. */
export function preflightAnswer(call: H3CorsCall): readonly Step[] {
  const asked = whenAll(call.base, guardOf(isPreflight(call.at)));
  return casesOf(preflightStatus(call)).map(({ when, value }) => ({ when: whenAll(asked, when), effects: [], end: { to: 'answer', status: value.kind === 'number' ? value.value : 204 }, at: call.at }));
}

/** The status that `handleCors` answers preflights with. */
export function preflightStatus({ options, at }: Pick<H3CorsCall, 'options' | 'at'>): Value {
  const preflight = options?.kind === 'record' ? options.entries.findLast(({ key }) => key === 'preflight')?.value : undefined;
  const status = preflight?.kind === 'record' ? preflight.entries.findLast(({ key }) => key === 'statusCode')?.value : undefined;
  return status === undefined || status.kind === 'nothing' ? { kind: 'number', value: 204, at } : status;
}

/** `appendCorsHeaders`: what responses that are no preflights get. */
export function corsHeaders(call: H3CorsCall): readonly Step[] {
  return forEach(call, false, onOthers);
}

/** `appendCorsPreflightHeaders` */
export function preflightHeaders(call: H3CorsCall): readonly Step[] {
  return forEach(call, false, onPreflights);
}

function onOthers(program: Program, base: Guard): readonly Step[] {
  return [...program.origin(base), ...program.credentials(base), ...program.exposed(base)];
}

function onPreflights(program: Program, base: Guard): readonly Step[] {
  return [...program.origin(base), ...program.credentials(base), ...(program.major === 1 ? program.exposed(base) : []), ...program.methods(base), ...program.headers(base), ...program.maxAge(base)];
}

/** `resolved`: the options lie over the defaults, which only version 2's `handleCors` sees to. */
function forEach(call: H3CorsCall, resolved: boolean, stepsOf: (program: Program, base: Guard) => readonly Step[]): readonly Step[] {
  const given: Value = call.options ?? { kind: 'nothing', what: 'undefined', at: call.at };
  return casesOf(given).flatMap(({ when, value }) => {
    const base = whenAll(call.base, when);
    if (value.kind === 'nothing' && !resolved) return [failing(base, 'h3 throws: there are no CORS options', call.at)];
    const steps = stepsOf(new Program(call, new Options(value, call.at), resolved), base);
    // Version 2 knows all headers before it sets the first one: where it throws, none is set.
    return call.major === 1 ? steps : [...steps.filter(({ end }) => end !== undefined), ...steps.filter(({ end }) => end === undefined)];
  });
}

class Program {
  /** Version 1 adds to what is there, version 2 replaces it. */
  readonly #op: Effect['op'];

  constructor(
    private readonly call: H3CorsCall,
    private readonly options: Options,
    private readonly resolved: boolean,
  ) {
    this.#op = call.major === 1 ? 'append' : 'set';
  }

  get major(): 1 | 2 {
    return this.call.major;
  }

  origin(base: Guard): readonly Step[] {
    const own = this.options.own('origin');
    const origin: Value = own?.value ?? this.options.open ?? { kind: 'string', value: '*', at: this.call.at };
    return casesOf(origin).flatMap(({ when, value }) => this.#origin(value, whenAll(base, when), own?.at ?? this.call.at, own !== undefined));
  }

  #origin(origin: Exclude<Value, EitherValue>, base: Guard, at: Span, written: boolean): readonly Step[] {
    const one = this.call.major === 1;
    const acao = (value: HeaderValue): Effect => byOption(this.#op, 'access-control-allow-origin', value, at);
    const star = (when: Guard, isOption: boolean): readonly Step[] => doing(when, isOption ? acao({ v: 'literal', text: '*', at: origin.at, written }) : byDefault(this.#op, 'access-control-allow-origin', '*', this.call.at));
    const echo = acao({ v: 'request-header', name: 'origin', at: origin.at });
    const vary = byDefault('append', 'vary', 'origin', this.call.at);
    if (origin.kind === 'nothing' || isFalsy(origin)) return star(base, false);
    if (origin.kind === 'string' && origin.value === '*') return star(base, true);
    if (origin.kind === 'unknown') return doing(base, effectOf(this.#op, 'access-control-allow-origin', origin, at), byOption('append', 'vary', { v: 'unknown', fact: factOf(origin), at: origin.at }, this.call.at));
    const present = whenAll(base, { g: 'origin', in: filled(at) });
    if (one) {
      // A request without Origin is answered with `*`, whatever the option says.
      const without = star(whenAll(base, unless({ g: 'origin', in: filled(at) })), false);
      if (origin.kind === 'string' || origin.kind === 'env' || origin.kind === 'concat') return [...without, ...doing(present, effectOf(this.#op, 'access-control-allow-origin', origin, at), vary)];
      if (origin.kind === 'list') return [...without, ...doing(whenAll(present, { g: 'origin', in: admittedBy(origin, NONE) }), echo, vary)];
      if (origin.kind === 'function') return [...without, ...this.#asked(origin, present).flatMap((way) => (way.throws ? [failing(way.when, 'the origin function throws', way.at)] : doing(way.when, echo, vary)))];
      return [...without, failing(present, 'h3 throws: `origin` is no text, list or function', at)];
    }
    const varied = doing(base, vary);
    if (origin.kind === 'function') return [...varied, ...this.#asked(origin, present).flatMap((way) => (way.throws ? [failing(way.when, 'the origin function throws', way.at)] : doing(way.when, echo)))];
    const items: Value = origin.kind === 'list' ? origin : { kind: 'list', items: origin.kind === 'string' || origin.kind === 'env' || origin.kind === 'concat' ? [origin] : [], at: origin.at };
    return [...varied, ...doing(whenAll(present, { g: 'origin', in: stateless(admittedBy(items, NONE)) }), echo)];
  }

  /** Where a function lets the origin in. Nobody awaits it: a promise is truthy, whatever comes of it. */
  #asked(predicate: FunctionValue, base: Guard): readonly { readonly when: Guard; readonly throws: boolean; readonly at: Span }[] {
    if (predicate.isAsync) return [{ when: base, throws: false, at: predicate.at }];
    const origin: Value = { kind: 'request', part: 'header', header: 'origin', at: predicate.at };
    return returned(predicate, [origin], base).map((way) => (way.ends === 'throws' ? { when: way.when, throws: true, at: way.at } : { when: whenAll(way.when, guardOf(truthy(way.value))), throws: false, at: way.at }));
  }

  credentials(base: Guard): readonly Step[] {
    const given = this.options.get('credentials');
    return given === undefined ? [] : doing(whenAll(base, guardOf(truthy(given.value))), byOption(this.#op, 'access-control-allow-credentials', asWritten('true', given.value.at), given.at));
  }

  /** Version 2 leaves `*` out of what goes with credentials. */
  #uncredentialed(): Guard {
    const given = this.options.get('credentials');
    return this.call.major === 1 || given === undefined ? { g: 'always' } : unless(guardOf(truthy(given.value)));
  }

  exposed(base: Guard): readonly Step[] {
    return this.#starred('exposeHeaders', 'access-control-expose-headers', base, (when, star) => doing(whenAll(when, this.#uncredentialed()), star));
  }

  methods(base: Guard): readonly Step[] {
    const { at } = this.call;
    const asked: Guard = { g: 'header', name: 'access-control-request-method', in: filled(at) };
    const echo = byOption(this.#op, 'access-control-allow-methods', { v: 'request-header', name: 'access-control-request-method', at }, at);
    return this.#starred('methods', 'access-control-allow-methods', base, (when, star) => [
      ...doing(whenAll(when, this.#uncredentialed()), star),
      ...doing(whenAll(when, unless(this.#uncredentialed()), asked), echo, byDefault('append', 'vary', 'access-control-request-method', at)),
    ]);
  }

  /** An option that is `*` or a list; without one and without defaults nothing is sent. */
  #starred(key: string, header: string, base: Guard, star: (when: Guard, star: Effect) => readonly Step[]): readonly Step[] {
    const given = this.options.get(key);
    if (given === undefined) return !this.resolved ? [] : star(base, byDefault(this.#op, header, '*', this.call.at));
    return casesOf(given.value).flatMap(({ when, value }): readonly Step[] => {
      const guard = whenAll(base, when);
      if (value.kind === 'nothing' || isFalsy(value)) return [];
      if (value.kind === 'string' && value.value === '*') return star(guard, byOption(this.#op, header, asWritten('*', value.at), given.at));
      // An empty list of methods says nothing, one of exposed headers an empty text.
      if (value.kind === 'list' && value.items.length === 0 && value.rest === undefined && key === 'methods') return [];
      return this.#list(value, header, guard, given.at, key);
    });
  }

  headers(base: Guard): readonly Step[] {
    const { at } = this.call;
    const vary = byDefault('append', 'vary', REQUESTED, at);
    const asked: Guard = { g: 'header', name: REQUESTED, in: filled(at) };
    const echo = byOption(this.#op, 'access-control-allow-headers', { v: 'request-header', name: REQUESTED, at }, at);
    const given = this.options.get('allowHeaders');
    return casesOf(given?.value ?? { kind: 'nothing', what: 'undefined', at }).flatMap(({ when, value }): readonly Step[] => {
      const guard = whenAll(base, when);
      const any = value.kind === 'nothing' || isFalsy(value) || (value.kind === 'string' && value.value === '*') || (value.kind === 'list' && value.items.length === 0 && value.rest === undefined);
      if (!any) return [...this.#list(value, 'access-control-allow-headers', guard, given?.at ?? at, 'allowHeaders'), ...doing(guard, vary)];
      return this.call.major === 1 ? doing(whenAll(guard, asked), echo, vary) : [...doing(whenAll(guard, asked), echo), ...doing(guard, vary)];
    });
  }

  /** Version 1 never sends it. */
  maxAge(base: Guard): readonly Step[] {
    const given = this.options.get('maxAge');
    if (given === undefined || this.call.major === 1) return [];
    return casesOf(given.value).flatMap(({ when, value }) => (value.kind === 'nothing' || isFalsy(value) ? [] : doing(whenAll(base, when), effectOf(this.#op, 'access-control-max-age', value, given.at))));
  }

  #list(value: Exclude<Value, EitherValue>, header: string, when: Guard, at: Span, key: string): readonly Step[] {
    const text = joined(value, ',');
    if (text !== undefined) return doing(when, byOption(this.#op, header, asWritten(text, value.at), at));
    if (value.kind === 'string' || value.kind === 'number' || value.kind === 'boolean') return [failing(when, `h3 throws: \`${key}\` is no list`, at)];
    return doing(when, effectOf(this.#op, header, value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', `the value of ${header}`, value.at), at));
  }
}

function isFalsy(value: Value): boolean {
  return (value.kind === 'string' || value.kind === 'number' || value.kind === 'boolean') && truthy(value).c === 'false';
}

/** Version 2 searches with patterns in a way that keeps no position. */
function stateless(set: OriginSet): OriginSet {
  if (set.s === 'regex') {
    const { stateful: _kept, ...rest } = set;
    return rest;
  }
  if (set.s === 'and' || set.s === 'or') return { ...set, of: set.of.map(stateless) };
  return set.s === 'guarded' ? { ...set, set: stateless(set.set) } : set;
}
