import { ABSENT, allOf, anyOf, NONE, PRESENT, type OriginSet } from '../origins/origin-set.js';
import { effectOf } from '../policy/from-actions.js';
import { casesOf, exactSetOf, guardOf } from '../policy/from-condition.js';
import { unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../policy/program.js';
import { truthy } from '../syntax/estree/index.js';
import type { Span } from '../text/span.js';
import { factOf, unknown, type EitherValue, type ListValue, type Value } from '../values/value.js';
import { admittedBy, filled, joined, Options } from './options.js';
import { returned } from './returned.js';
import { asWritten, byOption, doing } from './sent.js';

const ACAO = 'access-control-allow-origin';
const REQUESTED = 'access-control-request-headers';
const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };

/** `cors(options)` of itty-router 5 and 6, or `createCors(options)` of 4 and of `itty-cors`. */
export interface IttyCors {
  readonly options: Value | undefined;
  readonly at: Span;
  readonly generation: 4 | 5 | 6;
}

/** A header under the condition on which it is sent. */
interface Sent {
  readonly when: Guard;
  readonly header: string;
  readonly value: HeaderValue;
  readonly at: Span;
}

/**
 * `preflight` (https://github.com/kwhitley/itty-router/blob/v5.x/src/cors.ts): answers every OPTIONS. A response that
 * has no Access-Control-Allow-Origin goes through `corsify` as any other, which adds to what is there:
 * `corsified` says that the same `corsify` comes after. Version 6 forgets the status on the way.
 */
export function ittyPreflight(cors: IttyCors, base: Guard, corsified: boolean): readonly Step[] {
  return forEach(cors, base, (program, inner) => program.preflight(whenAll(inner, OPTIONS), corsified));
}

/**
 * `corsify`: what it adds to a response without Access-Control-Allow-Origin. `knowsOrigin`: it is given the request too;
 * in version 4, its `preflight` saw the request before.
 */
export function ittyCorsify(cors: IttyCors, base: Guard, knowsOrigin: boolean): readonly Step[] {
  return forEach(cors, base, (program, inner) => program.corsify(inner, knowsOrigin));
}

function forEach(cors: IttyCors, base: Guard, steps: (program: Program, base: Guard) => readonly Step[]): readonly Step[] {
  const given: Value = cors.options ?? { kind: 'nothing', what: 'undefined', at: cors.at };
  return casesOf(given).flatMap(({ when, value }) => {
    const options = new Options(value, cors.at);
    return steps(cors.generation === 4 ? new Four(cors, options) : new Five(cors, options), whenAll(base, when));
  });
}

interface Program {
  preflight(base: Guard, corsified: boolean): readonly Step[];
  corsify(base: Guard, knowsOrigin: boolean): readonly Step[];
}

/** Versions 5 and 6. What is falsy is not sent. */
class Five implements Program {
  constructor(
    private readonly cors: IttyCors,
    private readonly options: Options,
  ) {}

  preflight(base: Guard, corsified: boolean): readonly Step[] {
    const origin = this.#origin(true);
    const own = [...this.#listed('allowMethods', 'access-control-allow-methods', '*'), ...this.#listed('exposeHeaders', 'access-control-expose-headers'), ...this.#allowed(), ...this.#listed('maxAge', 'access-control-max-age'), ...this.#credentials()];
    const again = this.cors.generation === 6 ? own : this.#credentials();
    const known = whenAny(...origin.map(({ when }) => when));
    const steps = [...own, ...origin].flatMap((one) => doing(whenAll(base, one.when), effect('set', one)));
    if (!corsified) return [...steps, answer(base, 204, this.cors.at)];
    const twice = again.flatMap((one) => doing(whenAll(base, unless(known), one.when), effect('set', { ...one, value: doubled(one.value) })));
    return [...steps, ...twice, answer(whenAll(base, known), 204, this.cors.at), answer(base, this.cors.generation === 6 ? 200 : 204, this.cors.at)];
  }

  corsify(base: Guard, knowsOrigin: boolean): readonly Step[] {
    const rest = this.cors.generation === 6 ? [...this.#listed('allowMethods', 'access-control-allow-methods', '*'), ...this.#listed('exposeHeaders', 'access-control-expose-headers'), ...this.#listed('allowHeaders', 'access-control-allow-headers'), ...this.#listed('maxAge', 'access-control-max-age'), ...this.#credentials()] : this.#credentials();
    return onlyWithout(base, [...rest, ...this.#origin(knowsOrigin)], this.cors.at);
  }

  /** What Access-Control-Allow-Origin says, where it is sent. */
  #origin(knowsOrigin: boolean): readonly Sent[] {
    const own = this.options.own('origin');
    const at = own?.at ?? this.cors.at;
    return casesOf(own?.value ?? this.options.open ?? { kind: 'nothing', what: 'undefined', at }).flatMap(({ when, value }) => this.#one(value, at, knowsOrigin).map((sent) => ({ ...sent, when: whenAll(when, sent.when) })));
  }

  #one(origin: Exclude<Value, EitherValue>, at: Span, knowsOrigin: boolean): readonly Sent[] {
    const present: Guard = knowsOrigin ? { g: 'origin', in: filled(at) } : { g: 'never' };
    const echo = (when: Guard): Sent => ({ when: whenAll(when, present), header: ACAO, value: { v: 'request-header', name: 'origin', at: origin.at }, at });
    const text = (value: HeaderValue, when: Guard): Sent => ({ when, header: ACAO, value, at });
    switch (origin.kind) {
      case 'nothing':
      case 'string': {
        if (origin.kind === 'nothing' ? origin.what === 'null' : origin.value === '') return [];
        if (origin.kind === 'string' && origin.value !== '*') return [text(asWritten(origin.value, origin.at), { g: 'always' })];
        const star: HeaderValue = { v: 'literal', text: '*', at: origin.at, written: origin.kind === 'string' };
        const credentials = whenAny(...this.#credentials().map(({ when }) => when));
        // With credentials any origin is let in.
        return [echo(credentials), text(star, unless(credentials))];
      }
      case 'boolean':
        return origin.value ? [echo({ g: 'always' })] : [];
      case 'list':
        return [echo({ g: 'origin', in: admittedBy(textsOf(origin), NONE) })];
      case 'regex':
        return [echo({ g: 'origin', in: admittedBy(origin, NONE) })];
      case 'function': {
        const given: Value = knowsOrigin ? { kind: 'request', part: 'header', header: 'origin', at: origin.at } : { kind: 'nothing', what: 'undefined', at: origin.at };
        // Nobody awaits it.
        if (origin.isAsync) return [text(asWritten('[object Promise]', origin.at), { g: 'always' })];
        return returned(origin, [given], { g: 'always' }).flatMap((way) => (way.ends === 'throws' ? [] : answered(way.value, way.when, at)));
      }
      case 'env':
      case 'concat':
      case 'unknown':
        return [text(valueOf(origin, ACAO), { g: 'always' })];
      default:
        return [];
    }
  }

  /** What is truthy is sent as it stands: `true` as a text, and `1` too. */
  #credentials(): readonly Sent[] {
    const header = 'access-control-allow-credentials';
    const given = this.options.get('credentials');
    if (given === undefined) return [];
    return casesOf(given.value).map(({ when, value }): Sent => {
      const text = value.kind === 'boolean' || value.kind === 'condition' || value.kind === 'unknown' ? asWritten('true', value.at) : valueOf(value, header);
      return { when: whenAll(when, guardOf(truthy(value))), header, value: text, at: given.at };
    });
  }

  /** A list, joined, or a text as it stands. */
  #listed(key: string, header: string, standard?: string): readonly Sent[] {
    const given = this.options.get(key);
    const byDefault: readonly Sent[] = standard === undefined ? [] : [{ when: { g: 'always' }, header, value: { v: 'literal', text: standard, at: this.cors.at, written: false }, at: this.cors.at }];
    if (given === undefined) return byDefault;
    return casesOf(given.value).flatMap(({ when, value }) => {
      if (value.kind === 'nothing') return value.what === 'undefined' ? byDefault.map((one) => ({ ...one, when })) : [];
      const text = joined(value, ',');
      if (text === '' || truthy(value).c === 'false') return [];
      return [{ when, header, value: text === undefined ? valueOf(value, header) : asWritten(text, value.at), at: given.at }];
    });
  }

  /** Version 5 repeats what is asked for where nothing is listed. */
  #allowed(): readonly Sent[] {
    const header = 'access-control-allow-headers';
    const listed = this.#listed('allowHeaders', header);
    if (this.cors.generation === 6) return listed;
    const none = casesOf(this.options.get('allowHeaders')?.value ?? { kind: 'nothing', what: 'undefined', at: this.cors.at }).filter(({ value }) => value.kind === 'nothing');
    return [...listed, ...none.map(({ when }): Sent => ({ when: whenAll(when, { g: 'header', name: REQUESTED, in: filled(this.cors.at) }), header, value: { v: 'request-header', name: REQUESTED, at: this.cors.at }, at: this.cors.at }))];
  }
}

/** Version 4: whether an origin is allowed is decided by `preflight`, for all methods, and `corsify` writes it down. */
class Four implements Program {
  constructor(
    private readonly cors: IttyCors,
    private readonly options: Options,
  ) {}

  preflight(base: Guard, corsified: boolean): readonly Step[] {
    const { at } = this.cors;
    const asked = whenAll({ g: 'origin', in: filled(at) }, ...['access-control-request-method', REQUESTED].map((name): Guard => ({ g: 'header', name, in: filled(at) })));
    const granted = this.#origin();
    const methods = this.#methods(true);
    const own = [...this.#headers(methods), { when: { g: 'always' } as const, header: 'access-control-allow-headers', value: { v: 'request-header', name: REQUESTED, at } as const, at }, ...granted];
    const steps = own.flatMap((one) => doing(whenAll(base, asked, one.when), effect('set', one)));
    const end = answer(base, 200, at);
    if (!corsified) return [...steps, end];
    const refused = unless(whenAny(...granted.map(({ when }) => when)));
    const later = this.#headers(this.#methods(false));
    return [
      ...steps,
      ...later.flatMap((one) => {
        const before = this.#headers(methods).find(({ header }) => header === one.header);
        const both = before === undefined ? one.value : sequence(before.value, one.value);
        return doing(whenAll(base, asked, refused, one.when), effect('set', { ...one, value: both }));
      }),
      ...[...later, ...granted].flatMap((one) => doing(whenAll(base, unless(asked), one.when), effect('set', one))),
      end,
    ];
  }

  corsify(base: Guard, knowsOrigin: boolean): readonly Step[] {
    return onlyWithout(base, [...this.#headers(this.#methods(false)), ...(knowsOrigin ? this.#origin() : [])], this.cors.at);
  }

  #methods(preflight: boolean): Sent {
    const header = 'access-control-allow-methods';
    const given = this.options.get('methods');
    const list: Value = given?.value ?? { kind: 'list', items: [{ kind: 'string', value: 'GET', at: this.cors.at }], at: this.cors.at };
    const texts = list.kind === 'list' ? list.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) : [];
    const known = joined(list, ', ') !== undefined;
    const text = preflight ? [...new Set(['OPTIONS', ...texts])].join(', ') : texts.join(', ');
    return { when: { g: 'always' }, header, value: known ? { v: 'literal', text, at: list.at, written: given !== undefined } : valueOf(list, header), at: given?.at ?? this.cors.at };
  }

  /** `headers` and `maxAge` stand on every response. */
  #headers(methods: Sent): readonly Sent[] {
    const own = this.options.get('headers')?.value;
    const maxAge = this.options.get('maxAge');
    const custom = own?.kind === 'record' ? own.entries.filter(({ key }) => /^access-control-|^vary$/i.test(key)).map(({ key, value, at }): Sent => ({ when: { g: 'always' }, header: key.toLowerCase(), value: valueOf(value, key), at })) : [];
    const age = maxAge === undefined ? [] : casesOf(maxAge.value).filter(({ value }) => truthy(value).c !== 'false').map(({ when, value }): Sent => ({ when, header: 'access-control-max-age', value: valueOf(value, 'access-control-max-age'), at: maxAge.at }));
    return [...custom, methods, ...age];
  }

  /** The origin, or the empty text for a request without one that is let in. */
  #origin(): readonly Sent[] {
    const own = this.options.own('origins');
    const at = own?.at ?? this.cors.at;
    const allowed = casesOf(own?.value ?? this.options.open ?? { kind: 'nothing', what: 'undefined', at }).flatMap(({ when, value }) => this.#admits(value, at).map((one) => whenAll(when, one)));
    const present: Guard = { g: 'origin', in: PRESENT };
    return allowed.flatMap((when): readonly Sent[] => [
      { when: whenAll(when, present), header: ACAO, value: { v: 'request-header', name: 'origin', at }, at },
      { when: whenAll(when, unless(present)), header: ACAO, value: { v: 'literal', text: '', at, written: false }, at },
    ]);
  }

  #admits(origins: Exclude<Value, EitherValue>, at: Span): readonly Guard[] {
    const star = (value: Value): boolean => value.kind === 'string' && value.value === '*';
    switch (origins.kind) {
      case 'nothing':
        return [{ g: 'always' }];
      case 'list':
        // Texts are compared; a pattern equals none.
        return [origins.items.some(star) ? { g: 'always' } : { g: 'origin', in: allOf([PRESENT, exactSetOf(textsOf(origins), at)]) }];
      case 'string':
        // `'https://a.example'.includes(origin)`: any piece of the text is let in, the empty one too.
        return [origins.value.includes('*') ? { g: 'always' } : { g: 'origin', in: anyOf([ABSENT, { s: 'part-of', text: origins.value, subject: 'origin', ignoreCase: false, at: origins.at }]) }];
      case 'function': {
        // A missing header counts as the empty text.
        const origin: Value = { kind: 'request', part: 'header', header: 'origin', at: origins.at };
        return returned(origins, [origin], { g: 'always' }).flatMap((way) => (way.ends === 'throws' ? [] : [whenAll(way.when, guardOf(truthy(way.value)))]));
      }
      case 'env':
      case 'unknown':
        return [{ g: 'fact', fact: factOf(origins) }];
      default:
        return [];
    }
  }
}

/** A list that is asked whether it includes the origin: patterns and flags equal no text. */
function textsOf(list: ListValue): ListValue {
  return { ...list, items: list.items.filter(({ kind }) => kind !== 'regex' && kind !== 'boolean') };
}

/** Texts that a function of the author's gives; what is falsy is not sent. */
function answered(value: Exclude<Value, EitherValue>, when: Guard, at: Span): readonly Sent[] {
  if (value.kind === 'condition') return [{ when: whenAll(when, guardOf(value.condition)), header: ACAO, value: asWritten('true', value.at), at }];
  const sent = value.kind === 'unknown' ? when : whenAll(when, guardOf(truthy(value)));
  return sent.g === 'never' ? [] : [{ when: sent, header: ACAO, value: valueOf(value, ACAO), at }];
}

const LACKING = (at: Span): OriginSet => anyOf([ABSENT, { s: 'exact', text: '', comparison: [], at }]);

/** Headers that are added where the response has no Access-Control-Allow-Origin; that one comes last, since it ends the lack. */
function onlyWithout(base: Guard, sent: readonly Sent[], at: Span): readonly Step[] {
  const onlyIf = { header: ACAO, in: LACKING(at) };
  return sent.flatMap((one) => doing(whenAll(base, one.when), { ...effect(one.header === ACAO ? 'set' : 'append', one), onlyIf }));
}

function effect(op: Effect['op'], { header, value, at }: Sent): Effect {
  return byOption(op, header, value, at);
}

function answer(when: Guard, status: number, at: Span): Step {
  return { when, effects: [], end: { to: 'answer', status }, at };
}

function valueOf(value: Value, header: string): HeaderValue {
  return effectOf('set', header, value.kind === 'list' || value.kind === 'record' || value.kind === 'function' ? unknown('unsupported-syntax', `the value of ${header}`, value.at) : value, value.at).value;
}

function doubled(value: HeaderValue): HeaderValue {
  return sequence(value, value);
}

/** What `Headers` make of a name that is appended twice. */
function sequence(first: HeaderValue, second: HeaderValue): HeaderValue {
  if (first.v === 'literal' && second.v === 'literal') return { ...first, text: `${first.text}, ${second.text}` };
  return { v: 'concat', parts: [first, { v: 'literal', text: ', ', at: first.at, written: false }, second], at: first.at };
}
