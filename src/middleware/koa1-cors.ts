import { casesOf, guardOf } from '../policy/from-condition.js';
import { unless, whenAll, type Guard, type Step } from '../policy/program.js';
import { truthy } from '../syntax/estree/index.js';
import type { Value } from '../values/value.js';
import { answers, given, literal, OPTIONS, requestHeader, requestHeadersOf, setHeader, setList, type KoaCors, type KoaCorsCall } from './koa-cors.js';
import { Options } from './options.js';

/**
 * `koa-cors` 0.0 (https://github.com/evert0n/koa-cors), written for Koa 1: every response carries every header, never
 * Vary, and what is not admitted gets no further than this middleware.
 */
export function koa1CorsProgram(call: KoaCorsCall): KoaCors {
  const { at } = call;
  const steps = casesOf(call.options ?? { kind: 'nothing', what: 'undefined', at }).flatMap(({ when, value }) => originsOf(new Options(value, at), call, whenAll(call.base, when)));
  return { steps, kept: [] };
}

function originsOf(options: Options, call: KoaCorsCall, base: Guard): readonly Step[] {
  const written = options.own('origin');
  const at = written?.at ?? call.at;
  const origin: Value = written?.value ?? options.open ?? { kind: 'boolean', value: true, at };
  const settled = (value: Value, when: Guard): readonly Step[] => {
    if (value.kind === 'boolean' && !value.value) return [{ when, effects: [], end: { to: 'answer', status: 404 }, at }];
    return [...setHeader('access-control-allow-origin', value, when, at, written !== undefined), ...rest(options, when)];
  };
  return casesOf(origin).flatMap(({ when, value }): readonly Step[] => {
    const inner = whenAll(base, when);
    if (value.kind === 'function') return answers(value, [call.context.get('request') ?? call.context], false, inner, settled);
    if (value.kind !== 'boolean' || !value.value) return settled(value, inner);
    const there = given('origin', at);
    return [...settled(requestHeader('origin', at), whenAll(inner, there)), ...settled({ kind: 'string', value: '*', at }, whenAll(inner, unless(there)))];
  });
}

function rest(options: Options, base: Guard): readonly Step[] {
  const { call } = options;
  const credentials = options.get('credentials');
  const asked = credentials === undefined || !['boolean', 'condition', 'either', 'unknown'].includes(credentials.value.kind) ? guardOf({ c: 'false' }) : guardOf(truthy(credentials.value));
  const acac: readonly Step[] = asked.g === 'never' || credentials === undefined ? [] : [{ when: whenAll(base, asked), effects: [{ ...literal('access-control-allow-credentials', 'true', credentials.value.at), value: { v: 'literal', text: 'true', at: credentials.value.at, written: true }, at: credentials.at }], at: credentials.at }];
  return [
    ...setList(options, 'expose', 'access-control-expose-headers', base),
    ...(options.own('maxAge')?.value.kind === 'number' ? setList(options, 'maxAge', 'access-control-max-age', base) : []),
    ...acac,
    ...(options.get('methods') === undefined ? [{ when: base, effects: [literal('access-control-allow-methods', 'GET,HEAD,PUT,POST,DELETE', call)], at: call }] : setList(options, 'methods', 'access-control-allow-methods', base)),
    ...requestHeadersOf(options, 'headers', base, call),
    { when: whenAll(base, OPTIONS), effects: [], end: { to: 'answer', status: 204 }, at: call },
  ];
}
