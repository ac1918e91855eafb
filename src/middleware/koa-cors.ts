import { effectOf } from '../policy/from-actions.js';
import { casesOf, guardOf } from '../policy/from-condition.js';
import { ALWAYS, unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../policy/program.js';
import { truthy } from '../syntax/estree/index.js';
import type { Span } from '../text/span.js';
import { TRUE, type Condition } from '../values/condition.js';
import { unknown, type FunctionValue, type Handle, type Value } from '../values/value.js';
import { joined, Options } from './options.js';
import { settlements, type Settlement } from './settlements.js';
import { isFrom } from './version.js';

/** What one CORS middleware of Koa does. */
export interface KoaCors {
  /** Its steps; a request that none of them ends goes on to the next middleware. Faults are thrown errors. */
  readonly steps: readonly Step[];
  /** What it writes once more onto the answer to an error that is thrown behind it: Koa clears all headers then. */
  readonly kept: readonly Step[];
}

export interface KoaCorsCall {
  readonly options: Value | undefined;
  /** The context that the options' functions are given. */
  readonly context: Handle;
  readonly base: Guard;
  readonly at: Span;
  /** What setting a header to `undefined` does: Koa 3 throws, older ones send it as text. */
  readonly missing: 'throw' | 'text';
}

export const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };

export function requestHeader(name: string, at: Span): Value {
  return { kind: 'request', part: 'header', header: name, at };
}

/** The header is there and not empty. */
export function given(name: string, at: Span): Guard {
  return guardOf({ c: 'present', value: requestHeader(name, at), at });
}

export function literal(header: string, text: string, at: Span): Effect {
  return { op: 'set', header, value: { v: 'literal', text, at, written: false }, statuses: 'all', at };
}

/** `ctx.vary('Origin')` */
export function varyOrigin(when: Guard, at: Span): Step {
  return { when, effects: [{ ...literal('vary', 'Origin', at), op: 'append' }], at };
}

/** The request header as `ctx.get` reads it: the empty text where it is absent. */
export function echoOrEmpty(name: string, at: Span): HeaderValue {
  return { v: 'concat', parts: [{ v: 'request-header', name, at }], at };
}

/** `ctx.set(header, value)`: a list makes one line for each item, what is no text is sent as its text. */
export function setHeader(header: string, value: Value, when: Guard, at: Span, written = true): readonly Step[] {
  if (value.kind === 'list') {
    const effects = value.items.map((item, index): Effect => effectOf(index === 0 ? 'set' : 'append', header, item, at));
    if (value.rest !== undefined) effects.push(effectOf(effects.length === 0 ? 'set' : 'append', header, value.rest, at));
    return effects.length === 0 ? [] : [{ when, effects, at }];
  }
  const text = value.kind === 'regex' ? `/${value.source}/${value.flags}` : value.kind === 'nothing' ? value.what : undefined;
  const effect = text === undefined ? effectOf('set', header, value, at) : { ...literal(header, text, at), value: { v: 'literal', text, at: value.at, written: true } as const };
  return [{ when, effects: [effect.value.v === 'literal' && !written ? { ...effect, value: { ...effect.value, written } } : effect], at }];
}

/** An option that is a list, joined with a comma, or a text; nothing is sent for what is falsy. */
export function setList(options: Options, key: string, header: string, base: Guard): readonly Step[] {
  const option = options.get(key);
  return option === undefined ? [] : casesOf(option.value).flatMap(({ when, value }): readonly Step[] => {
    const text = value.kind === 'number' ? String(value.value) : joined(value, ',');
    const guard = whenAll(base, when, guardOf(truthy(text === '' ? { kind: 'string', value: '', at: value.at } : value)));
    return guard.g === 'never' ? [] : setHeader(header, text === undefined ? value : { kind: 'string', value: text, at: value.at }, guard, option.at);
  });
}

/** Follows a function that returns its answer, or throws. A promise is waited for, or (`awaited: false`) taken for the answer. */
export function answers(callee: FunctionValue, args: readonly Value[], awaited: boolean, base: Guard, proceed: (value: Value, base: Guard) => readonly Step[]): readonly Step[] {
  return ended(callee, args).flatMap(({ event, when }): readonly Step[] => {
    const guard = whenAll(base, guardOf(when));
    if (event.kind === 'return') return casesOf(event.value).flatMap((option) => proceed(callee.isAsync && !awaited ? { kind: 'string', value: '[object Promise]', at: option.value.at } : option.value, whenAll(guard, option.when)));
    const status = event.kind === 'call' && event.args[0]?.kind === 'number' ? event.args[0].value : 500;
    return guard.g === 'never' ? [] : [{ when: guard, effects: [], end: { to: 'answer', status, fault: 'the function throws' }, at: event.at }];
  });
}

/** How a function ends: by returning, by throwing, by `ctx.throw(…)` of the context that is its first argument. */
export function ended(callee: FunctionValue, args: readonly Value[]): readonly Settlement[] {
  return settlements(callee.run(args), (event) => event.kind === 'return' || event.kind === 'throw' || (event.kind === 'call' && event.receiver === args[0] && event.method === 'throw')).ways;
}

/** What differs between the versions of `@koa/cors` (until 2.2.2 `kcors`, which goes on as `@koa/cors`). */
interface Behaviour {
  /** Without an origin of its own: `*`, or whatever the request says (CVE-2023-49803). */
  readonly byDefault: 'star' | 'reflect';
  /** Requests without Origin are left alone. */
  readonly needsOrigin: boolean;
  /** `*` with credentials becomes the request's origin. */
  readonly reflectsStar: boolean;
  /** Functions may be async, and `credentials` may be one. */
  readonly modern: boolean;
}

function behaviourOf(version: string | undefined): Behaviour {
  const since = (first: string): boolean => isFrom(version, first);
  return { byDefault: since('5') ? 'star' : 'reflect', needsOrigin: !since('4'), reflectsStar: since('3.4.1'), modern: since('3') };
}

/** `@koa/cors` and `kcors` (https://github.com/koajs/cors). */
export function koaCorsProgram(call: KoaCorsCall, version: string | undefined): KoaCors {
  const behaviour = behaviourOf(version);
  const { at } = call;
  const steps: Step[] = [];
  const kept: Step[] = [];
  for (const { when, value } of casesOf(call.options ?? { kind: 'nothing', what: 'undefined', at })) {
    const options = new Options(value, at);
    const base = whenAll(call.base, when);
    steps.push(varyOrigin(base, at));
    const seen = behaviour.needsOrigin ? whenAll(base, given('origin', at)) : base;
    for (const whole of originsOf(options, behaviour, call, seen)) {
      steps.push(...whole.steps);
      kept.push(...whole.kept);
    }
  }
  return { steps, kept };
}

function originsOf(options: Options, behaviour: Behaviour, call: KoaCorsCall, base: Guard): readonly KoaCors[] {
  const written = options.own('origin');
  const at = written?.at ?? call.at;
  const origin: Value = written?.value ?? options.open ?? { kind: 'nothing', what: 'undefined', at };
  const found: KoaCors[] = [];
  for (const { when, value } of casesOf(origin)) {
    const inner = whenAll(base, when);
    if (value.kind === 'function') {
      const kept: Step[] = [];
      const steps = answers(value, [call.context], behaviour.modern, inner, (answer, guard) => {
        // A falsy answer leaves the request alone.
        const granted = whenAll(guard, guardOf(truthy(answer)));
        if (granted.g === 'never') return [];
        const result = settledOrigin(answer.kind === 'condition' ? { kind: 'boolean', value: true, at: answer.at } : answer, true, at, options, behaviour, call, granted);
        kept.push(...result.kept);
        return result.steps;
      });
      found.push({ steps, kept });
    } else {
      const own = guardOf(truthy(value));
      const byDefault: Value = behaviour.byDefault === 'star' ? { kind: 'string', value: '*', at: value.at } : requestHeader('origin', value.at);
      if (own.g !== 'never') found.push(settledOrigin(value, written !== undefined, at, options, behaviour, call, whenAll(inner, value.kind === 'unknown' ? ALWAYS : own)));
      if (own.g !== 'always' && value.kind !== 'unknown') found.push(settledOrigin(byDefault, false, at, options, behaviour, call, whenAll(inner, unless(own))));
    }
  }
  return found;
}

function settledOrigin(origin: Value, written: boolean, at: Span, options: Options, behaviour: Behaviour, call: KoaCorsCall, base: Guard): KoaCors {
  const credentials = options.get('credentials');
  const asked = guardOf(credentialsAsked(credentials?.value, behaviour, call));
  const acao = (when: Guard): readonly Step[] => {
    const echo = (inner: Guard): Step => ({ when: inner, effects: [{ ...literal('access-control-allow-origin', '', at), value: echoOrEmpty('origin', origin.at) }], at });
    if (origin.kind === 'request' || origin.kind === 'derived') return [echo(when)];
    if (origin.kind !== 'string' || origin.value !== '*' || !behaviour.reflectsStar) return setHeader('access-control-allow-origin', origin, when, at, written);
    return [...(asked.g === 'never' ? [] : [echo(whenAll(when, asked))]), ...(asked.g === 'always' ? [] : setHeader('access-control-allow-origin', origin, whenAll(when, unless(asked)), at, written))];
  };
  const acac = (when: Guard): readonly Step[] => (asked.g === 'never' || credentials === undefined ? [] : [{ when: whenAll(when, asked), effects: [{ ...literal('access-control-allow-credentials', 'true', credentials.value.at), value: { v: 'literal', text: 'true', at: credentials.value.at, written: true }, at: credentials.at }], at: credentials.at }]);
  const actual = whenAll(base, unless(OPTIONS));
  const preflight = whenAll(base, OPTIONS, given('access-control-request-method', call.at));
  const sent = [...acao(actual), ...acac(actual), ...setList(options, 'exposeHeaders', 'access-control-expose-headers', actual)];
  const keeps = options.get('keepHeadersOnError');
  const keep = keeps === undefined || keeps.value.kind === 'nothing' ? ALWAYS : guardOf(truthy(keeps.value));
  const privately = options.get('privateNetworkAccess');
  const network = whenAll(preflight, guardOf(privately === undefined ? { c: 'false' } : truthy(privately.value)), given('access-control-request-private-network', call.at));
  return {
    steps: [
      ...sent,
      ...acao(preflight),
      ...acac(preflight),
      ...setList(options, 'maxAge', 'access-control-max-age', preflight),
      ...(network.g === 'never' || !behaviour.modern ? [] : [{ when: network, effects: [literal('access-control-allow-private-network', 'true', privately?.at ?? call.at)], at: call.at }]),
      ...(options.get('allowMethods') === undefined ? [{ when: preflight, effects: [literal('access-control-allow-methods', 'GET,HEAD,PUT,POST,DELETE,PATCH', call.at)], at: call.at }] : setList(options, 'allowMethods', 'access-control-allow-methods', preflight)),
      ...requestHeadersOf(options, 'allowHeaders', preflight, call.at),
      { when: preflight, effects: [], end: { to: 'answer', status: 204 }, at: call.at },
    ],
    kept: [...sent, ...(behaviour.modern ? [varyOrigin(actual, call.at)] : [])].map((step) => ({ ...step, when: whenAll(step.when, keep) })).filter(({ when }) => when.g !== 'never'),
  };
}

/** The list of the option, or what the preflight asks for; an echo of nothing is not sent. */
export function requestHeadersOf(options: Options, key: string, preflight: Guard, at: Span): readonly Step[] {
  const option = options.get(key);
  const listed = option === undefined ? { g: 'never' as const } : guardOf(truthy(joined(option.value, ',') === '' ? { kind: 'string', value: '', at } : option.value));
  const name = 'access-control-request-headers';
  const echoed = whenAll(preflight, unless(listed), given(name, at));
  const echo: Effect = { op: 'set', header: 'access-control-allow-headers', value: { v: 'request-header', name, at }, statuses: 'all', at };
  return [...setList(options, key, 'access-control-allow-headers', preflight), ...(echoed.g === 'never' ? [] : [{ when: echoed, effects: [echo], at }])];
}

function credentialsAsked(value: Value | undefined, behaviour: Behaviour, call: KoaCorsCall): Condition {
  if (value === undefined) return { c: 'false' };
  if (value.kind !== 'function') return truthy(value);
  // Before functions were understood, one was just truthy.
  if (!behaviour.modern) return TRUE;
  const { ways } = settlements(value.run([call.context]), ({ kind }) => kind === 'return');
  const cases = ways.flatMap(({ event, when }) => (event.kind === 'return' ? [{ when, value: event.value }] : []));
  return truthy(cases.length === 1 ? cases[0]!.value : cases.length === 0 ? unknown('function-call', 'the credentials function', value.at) : { kind: 'either', options: cases, at: value.at });
}
