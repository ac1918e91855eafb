import { describe, expect, test } from 'vitest';
import { ABSENT, ANY, complement, exact, NONE } from '../../src/origins/origin-set.js';
import { evaluate, type Deployment, type HttpRequest } from '../../src/policy/evaluate.js';
import type { Effect, HeaderValue, Policy, Step } from '../../src/policy/program.js';
import { runsIn, settingIsAbsent } from '../../src/values/fact.js';
import { always, answer, echo, forOrigins, place, policy, set, step, unread } from '../support/policy.js';

const A = 'https://app.example.com';
const get = (origin?: string, method = 'GET'): HttpRequest => ({ method, path: '/data', headers: origin === undefined ? [] : [['origin', origin]] });
const alone = (given: Policy): Deployment => ({ policy: given, inner: [] });
const lines = (given: Policy | Deployment, request: HttpRequest): string[] => {
  const outcomes = evaluate('policy' in given ? given : alone(given), request);
  expect(outcomes).toHaveLength(1);
  return outcomes[0]!.response.headers.map(({ name, text }) => `${name}: ${text}`);
};
const status = (given: Policy, request: HttpRequest): number | null => evaluate(alone(given), request)[0]!.response.status;

describe('effects', () => {
  const cases: readonly [string, readonly Effect[], string[]][] = [
    ['set replaces', [set('x', '1'), set('x', '2')], ['x: 2']],
    ['append adds a line', [set('x', '1'), set('x', '2', 'append')], ['x: 1', 'x: 2']],
    ['set-if-absent keeps', [set('x', '1'), set('x', '2', 'set-if-absent')], ['x: 1']],
    ['remove takes all lines', [set('x', '1', 'append'), set('x', '2', 'append'), set('x', '', 'remove')], []],
    ['an echo', [set('x', echo())], [`x: ${A}`]],
    ['the echo of a header that the request lacks', [set('x', { v: 'request-header', name: 'x-none', at: place() })], []],
    ['a text put together', [set('x', { v: 'concat', parts: [{ v: 'literal', text: 'a', at: place(), written: true }, echo()], at: place() })], [`x: a${A}`]],
    ['a text that is not known', [set('x', unread())], ['x: null']],
    ['what the response has so far', [set('x', '1'), set('x', '2', 'append'), set('y', { v: 'response-header', name: 'x', at: place() })], ['x: 1', 'x: 2', 'y: 1, 2']],
    ['what the response has not', [set('y', { v: 'response-header', name: 'x', at: place() })], []],
    ['what the response has of a header whose text is not known', [set('x', unread()), set('y', { v: 'response-header', name: 'x', at: place() })], ['x: null', 'y: null']],
    ['a text put together with what the response has', [set('x', { v: 'concat', parts: [{ v: 'response-header', name: 'x', at: place() }, { v: 'literal', text: 'a', at: place(), written: true }], at: place() })], ['x: a']],
  ];
  test.each(cases)('%s', (_name, effects, expected) => {
    expect(lines(policy([always(...effects)]), get(A))).toEqual(expected);
  });

  test('an effect for some statuses waits for the status', () => {
    const only = { ...set('x', '1'), statuses: [200] };
    expect(lines(policy([always(only), answer('GET', 404)]), get(A))).toEqual([]);
    expect(lines(policy([always(only), answer('GET', 200)]), get(A))).toEqual(['x: 1']);
  });

  describe('done before the response is made', () => {
    const scenario = { headers: [['x', 'inner']] } as const;
    const sent = (...effects: readonly Effect[]): string[] => evaluate(alone(policy([always(...effects)])), get(A), { scenario })[0]!.response.headers.map(({ name, text }) => `${name}: ${text}`);

    test.each(['seen', 'apart'] as const)('stand in front of what lies behind and do not touch it: %s', (early) => {
      expect(sent({ ...set('x', '1'), early })).toEqual(['x: 1', 'x: inner']);
      expect(sent({ ...set('x', '', 'remove'), early })).toEqual(['x: inner']);
    });

    test('give way to what lies behind, each header by itself: yielding', () => {
      expect(sent({ ...set('x', '1'), early: 'yielding' })).toEqual(['x: inner']);
      expect(sent({ ...set('y', '1'), early: 'yielding' }, { ...set('y', '2', 'append'), early: 'yielding' })).toEqual(['y: 1', 'y: 2', 'x: inner']);
      expect(sent({ ...set('y', '1'), early: 'yielding' }, set('y', '3'))).toEqual(['x: inner', 'y: 3']);
    });

    test('are changed by later ones, unless they are kept apart', () => {
      expect(sent({ ...set('x', '1'), early: 'seen' }, set('x', '2'))).toEqual(['x: 2']);
      expect(sent({ ...set('x', '1'), early: 'apart' }, set('x', '2'))).toEqual(['x: 1', 'x: 2']);
    });
  });

  test('items of a request header that are allowed', () => {
    const items = set('ACAH', { v: 'request-items', name: 'access-control-request-headers', in: exact('x-a', place(), ['ignore-case']), separator: ', ', at: place() });
    expect(lines(policy([always(items)]), { ...get(A), headers: [['access-control-request-headers', 'X-A, x-b']] })).toEqual(['access-control-allow-headers: X-A']);
  });

  test('lines of a header that are replaced one by one', () => {
    const old: HeaderValue = { v: 'concat', at: place(), parts: [{ v: 'literal', text: 'new ', at: place(), written: true }, { v: 'response-header', name: 'x', at: place() }] };
    const steps = [always(set('x', 'a'), set('x', 'b', 'append'), set('y', 'a'), { ...set('x', old), lines: exact('b', place()) })];
    expect(lines(policy(steps), get(A))).toEqual(['x: a', 'x: new b', 'y: a']);
  });

  test('the last item of a request header', () => {
    const last = set('ACAH', { v: 'request-items', name: 'access-control-request-headers', in: ANY, separator: ',', only: 'last', at: place() });
    expect(lines(policy([always(last)]), { ...get(A), headers: [['access-control-request-headers', 'x-a, x-b']] })).toEqual(['access-control-allow-headers: x-b']);
  });
});

describe('steps', () => {
  test('the first end stops the walk', () => {
    expect(status(policy([answer('GET', 204), answer('GET', 500)]), get(A))).toBe(204);
  });

  test('going on to what lies behind stops the walk too', () => {
    const given = policy([{ ...always(set('x', '1')), end: { to: 'behind' } }, always(set('y', '2'))]);
    expect(lines(given, get(A))).toEqual(['x: 1']);
  });

  test('a status that replaces the one of what lies behind', () => {
    const given = policy([{ ...always({ ...set('x', '1'), statuses: [404] }), end: { to: 'behind', status: 404 } }]);
    expect([status(given, get(A)), lines(given, get(A))]).toEqual([404, ['x: 1']]);
  });

  test('guards', () => {
    const when = (guard: Step['when']): string[] => lines(policy([step(guard, set('x', '1'))]), { ...get(A), headers: [...get(A).headers, ['access-control-request-headers', 'a, b'], ['host', 'Api.example:8080']] });
    expect(when({ g: 'method', in: ['get'] })).toEqual([]);
    expect(when({ g: 'not', of: { g: 'method', in: ['PUT'] } })).toEqual(['x: 1']);
    expect(when({ g: 'every-item', name: 'access-control-request-headers', in: exact('a', place()) })).toEqual([]);
    expect(when({ g: 'some-item', name: 'access-control-request-headers', in: exact('a', place()) })).toEqual(['x: 1']);
    expect(when({ g: 'every-item', name: 'x-absent', in: NONE })).toEqual(['x: 1']);
    expect(when({ g: 'host', in: exact('api.example', place()) })).toEqual(['x: 1']);
    expect(when({ g: 'header', name: 'cookie', in: complement(ABSENT) })).toEqual([]);
  });

  test('an exception that nobody catches loses what the layer would have written', () => {
    const scenario = { uncaught: true };
    const given = policy([always(set('x', '1'))]);
    expect(evaluate(alone({ ...given, survivesUncaught: false }), get(A), { scenario })[0]!.response).toEqual({ status: 500, headers: [] });
    expect(evaluate(alone(given), get(A), { scenario })[0]!.response.headers).toHaveLength(1);
  });
});

describe('what is not known', () => {
  const unset = settingIsAbsent('X', place());

  test('a fact is assumed both ways, the same everywhere in one outcome', () => {
    const given = policy([step({ g: 'fact', fact: unset }, set('x', '1')), step({ g: 'fact', fact: unset }, set('y', '1'))]);
    const shapes = evaluate(alone(given), get(A)).map(({ response }) => response.headers.map(({ name }) => name).join());
    expect(shapes.sort()).toEqual(['', 'x,y']);
  });

  test('what a certain guard decides needs no assumption', () => {
    expect(evaluate(alone(policy([step({ g: 'and', of: [{ g: 'fact', fact: unset }, { g: 'method', in: ['PUT'] }] }, set('x', '1'))])), get(A))).toHaveLength(1);
  });

  test('the environment that is analysed decides its own facts', () => {
    const given = alone(policy([step({ g: 'fact', fact: runsIn('development', place()) }, set('x', '1'))]));
    expect(evaluate(given, get(A))[0]!.response.headers).toEqual([]);
    expect(evaluate(given, get(A), { environment: 'development' })[0]!.response.headers).toHaveLength(1);
  });

  test('membership of an unknown list is asked once for each origin', () => {
    const list = { s: 'dynamic', why: unset, lower: NONE, upper: { s: 'any' }, exactTexts: true, at: place() } as const;
    expect(evaluate(alone(policy([forOrigins(list, set('ACAO', echo())), forOrigins(list, set('ACAC', 'true'))])), get(A)).map(({ response }) => response.headers.length).sort()).toEqual([0, 2]);
  });

  test('headers for some statuses only may come or not where the status is not known', () => {
    const given = policy({ steps: [always({ ...set('ACAO', A), statuses: [200, 204] }, { ...set('vary', 'Origin'), statuses: [200, 204] })], options: null });
    const shapes = evaluate(alone(given), { method: 'OPTIONS', path: '/', headers: [['origin', A]] }).map(({ response }) => response.headers.map(({ name }) => name).join());
    expect(shapes.sort()).toEqual(['', 'access-control-allow-origin,vary']);
  });

  test('too many open questions are one answer in which nothing is known', () => {
    const steps = Array.from({ length: 9 }, (_, index) => step({ g: 'fact', fact: { ...unset, key: `k${index}` } }, set(`x${index}`, '1')));
    const outcomes = evaluate(alone(policy(steps)), get(A));
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]!.response.status).toBeNull();
    expect([...outcomes[0]!.assumed.values()][0]!.fact.reason).toBe('budget');
  });
});

describe('layers', () => {
  const upstream = { host: 'localhost', port: 3000, request: [set('origin', '', 'remove')], path: { prefix: '/data', by: '/v1' }, at: place() };
  const proxy = (...effects: readonly Effect[]): Policy => policy([{ ...always(...effects), end: { to: 'upstream', upstream } }]);
  const over = (outer: Policy, inner: Policy): Deployment => ({ policy: outer, inner: [{ host: 'localhost', port: 3000, deployment: alone(inner) }] });

  test('the outer layer works on the response of the inner one', () => {
    expect(lines(over(proxy(set('ACAO', A, 'append')), policy([always(set('ACAO', '*'))])), get(A))).toEqual(['access-control-allow-origin: *', `access-control-allow-origin: ${A}`]);
  });

  test('the request is changed on its way', () => {
    const inner = policy([step({ g: 'path', in: exact('/v1', place()) }, set('seen', 'path')), forOrigins(ABSENT, set('blind', 'yes'))]);
    expect(lines(over(proxy(), inner), get(A))).toEqual(['seen: path', 'blind: yes']);
  });

  test('a request that is passed on with another method is answered as one', () => {
    const inner: Deployment = { policy: policy({ steps: [answer('OPTIONS', 204)], options: 405 }), inner: [] };
    const given = (method?: string): Deployment => ({ policy: policy([{ ...always(), end: { to: 'upstream', upstream: { ...upstream, ...(method === undefined ? {} : { method }) } } }]), inner: [{ host: 'localhost', port: 3000, deployment: inner }] });
    expect([given(), given('GET')].map((one) => evaluate(one, get(A, 'OPTIONS'))[0]!.response.status)).toEqual([204, 200]);
  });

  test('a response can get another status than the upstream gave it', () => {
    const given: Deployment = { policy: policy([{ ...always({ ...set('x', '1'), statuses: [200] }), end: { to: 'upstream', upstream, status: 200 } }]), inner: [{ host: 'localhost', port: 3000, deployment: alone(policy([answer('OPTIONS', 405, set('y', '2'))])) }] };
    expect(evaluate(given, get(A, 'OPTIONS'))[0]!.response).toMatchObject({ status: 200, headers: [{ name: 'y' }, { name: 'x' }] });
  });

  test('an upstream that is not in view answers OPTIONS as nobody knows', () => {
    expect(status({ ...proxy(), behind: { options: null } }, get(A, 'OPTIONS'))).toBeNull();
  });
});

test('policies are plain data', () => {
  const given = policy([forOrigins(exact(A, place()), set('ACAO', echo())), answer('OPTIONS', 204, set('ACAM', 'PUT'))]);
  const copy = JSON.parse(JSON.stringify(given)) as Policy;
  for (const request of [get(A), get('https://b.example'), get(A, 'OPTIONS')]) expect(evaluate(alone(copy), request)).toEqual(evaluate(alone(given), request));
});
