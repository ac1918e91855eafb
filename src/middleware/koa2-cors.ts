import { casesOf, guardOf } from '../policy/from-condition.js';
import { unless, whenAll, type Effect, type Guard, type Step } from '../policy/program.js';
import { truthy } from '../syntax/estree/index.js';
import type { Span } from '../text/span.js';
import type { Value } from '../values/value.js';
import { answers, echoOrEmpty, given, literal, OPTIONS, requestHeader, setHeader, setList, varyOrigin, type KoaCors, type KoaCorsCall } from './koa-cors.js';
import { joined, Options } from './options.js';
import { failing } from './sent.js';

const DEFAULT_METHODS = 'GET,PUT,POST,PATCH,DELETE,HEAD,OPTIONS';

/** `koa2-cors` 2 (https://github.com/zadzbw/koa2-cors): errors behind it lose its headers; lists have to be lists. */
export function koa2CorsProgram(call: KoaCorsCall): KoaCors {
  const { at } = call;
  const steps = casesOf(call.options ?? { kind: 'nothing', what: 'undefined', at }).flatMap(({ when, value }): readonly Step[] => {
    const options = new Options(value, at);
    const base = whenAll(call.base, when);
    return [varyOrigin(base, at), ...originsOf(options, call, base)];
  });
  return { steps, kept: [] };
}

/** The option, else the request's origin, else `*`; an origin function that grants nothing leaves the request alone. */
function originsOf(options: Options, call: KoaCorsCall, base: Guard): readonly Step[] {
  const written = options.own('origin');
  const at = written?.at ?? call.at;
  const origin: Value = written?.value ?? options.open ?? { kind: 'nothing', what: 'undefined', at };
  const settled = (value: Value, inner: Guard): readonly Step[] => [...setHeader('access-control-allow-origin', value, inner, at, written !== undefined), ...rest(options, value, inner)];
  return casesOf(origin).flatMap(({ when, value }): readonly Step[] => {
    const inner = whenAll(base, when);
    if (value.kind === 'function') {
      return answers(value, [call.context], false, inner, (answer, guard) => {
        const granted = whenAll(guard, guardOf(truthy(answer)));
        return granted.g === 'never' ? [] : settled(answer.kind === 'condition' ? { kind: 'boolean', value: true, at: answer.at } : answer, granted);
      });
    }
    if (value.kind === 'unknown') return settled(value, inner);
    const own = guardOf(truthy(value));
    const there = given('origin', at);
    return [
      ...(own.g === 'never' ? [] : settled(value, whenAll(inner, own))),
      ...(own.g === 'always' ? [] : [...settled(requestHeader('origin', at), whenAll(inner, unless(own), there)), ...settled({ kind: 'string', value: '*', at }, whenAll(inner, unless(own), unless(there)))]),
    ];
  });
}

function rest(options: Options, origin: Value, base: Guard): readonly Step[] {
  const { call } = options;
  const preflight = whenAll(base, OPTIONS, given('access-control-request-method', call));
  const actual = whenAll(base, unless(OPTIONS));
  const credentials = options.get('credentials');
  // Only the boolean `true` counts.
  const asked = credentials === undefined || credentials.value.kind === 'string' || credentials.value.kind === 'number' || credentials.value.kind === 'function' ? guardOf({ c: 'false' }) : guardOf(truthy(credentials.value));
  const acac = (when: Guard): readonly Step[] => (asked.g === 'never' || credentials === undefined ? [] : [{ when: whenAll(when, asked), effects: [{ ...literal('access-control-allow-credentials', 'true', credentials.value.at), value: { v: 'literal', text: 'true', at: credentials.value.at, written: true }, at: credentials.at }], at: credentials.at }]);
  const echo: Effect = { ...literal('access-control-allow-headers', '', call), value: echoOrEmpty('access-control-request-headers', call) };
  const isStar = origin.kind === 'string' && origin.value === '*';
  return [
    ...(isStar ? withdrawn(whenAll(actual, asked), call) : acac(actual)),
    ...list(options, 'exposeHeaders', 'access-control-expose-headers', actual),
    ...setList(options, 'maxAge', 'access-control-max-age', preflight),
    ...acac(preflight),
    ...(options.get('allowMethods') === undefined ? [{ when: preflight, effects: [literal('access-control-allow-methods', DEFAULT_METHODS, call)], at: call }] : list(options, 'allowMethods', 'access-control-allow-methods', preflight)),
    { when: preflight, effects: [echo], at: call },
    ...list(options, 'allowHeaders', 'access-control-allow-headers', preflight),
    { when: preflight, effects: [], end: { to: 'answer', status: 204 }, at: call },
  ];
}

/** `*` and credentials cancel out: what others set is taken back. */
function withdrawn(when: Guard, at: Span): readonly Step[] {
  return when.g === 'never' ? [] : [{ when, effects: [{ ...literal('access-control-allow-credentials', '', at), op: 'remove' }], at }];
}

/** A list joined with a comma, the empty one too; what is truthy and no list has no `join`: the middleware throws. */
function list(options: Options, key: string, header: string, base: Guard): readonly Step[] {
  const option = options.get(key);
  return option === undefined ? [] : casesOf(option.value).flatMap(({ when, value }): readonly Step[] => {
    const text = joined(value, ',');
    const guard = whenAll(base, when, guardOf(truthy(value)));
    if (guard.g === 'never') return [];
    if (text !== undefined) return setHeader(header, { kind: 'string', value: text, at: value.at }, guard, option.at);
    return value.kind === 'list' || value.kind === 'unknown' || value.kind === 'env' ? setHeader(header, value, guard, option.at) : [failing(guard, `koa2-cors throws: \`${key}\` is no list`, value.at)];
  });
}
