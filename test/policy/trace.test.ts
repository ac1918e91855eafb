import { describe, expect, test } from 'vitest';
import { evaluate, type Deployment, type HttpRequest, type Passed } from '../../src/policy/evaluate.js';
import { ALWAYS, type Effect, type Policy, type Step } from '../../src/policy/program.js';
import { always, answer, place, policy, set, step, unread } from '../support/policy.js';

const request: HttpRequest = { method: 'GET', path: '/api/a', headers: [['origin', 'https://a.example']] };

const toApi = (...effects: readonly Effect[]): Step => ({ ...always(...effects), end: { to: 'upstream', upstream: { host: 'api', port: 80, request: [], path: { prefix: '/api/', by: '/' }, at: place() } } });

function chain(front: Policy, behind: Policy): Deployment {
  return { policy: front, inner: [{ host: 'api', port: 80, deployment: { policy: behind, inner: [] }, link: { certain: false, evidence: [{ at: front.at, message: 'a name' }] } }] };
}

function traceOf(deployment: Deployment): readonly Passed[] {
  const [outcome, ...others] = evaluate(deployment, request, { trace: true });
  expect(others).toEqual([]);
  return outcome!.trace!;
}

describe('the trace of an evaluation', () => {
  test('has the layers in their order, the path that each is asked for, and who answered', () => {
    const [front, behind] = [policy([toApi()]), policy([answer('GET', 200)])];
    expect(traceOf(chain(front, behind)).map(({ policy: layer, request: { path }, answered, link }) => [layer, path, answered, link?.certain])).toEqual([
      [front, '/api/a', 'by a layer behind', undefined],
      [behind, '/a', 'here', false],
    ]);
    expect(traceOf({ policy: front, inner: [] }).map(({ answered }) => answered)).toEqual(['out of view']);
  });

  test('has the steps that applied, and no others', () => {
    const [taken, ending, passed] = [always(set('ACAO', '*')), answer('GET', 204), step({ g: 'method', in: ['PUT'] })];
    const [layer] = traceOf({ policy: policy([passed, taken, ending, always(set('ACAC', 'true'))]), inner: [] });
    expect(layer!.steps.map(({ at }) => at)).toEqual([taken.at, ending.at]);
    expect(layer!.response.status).toBe(204);
  });

  test('tells what each layer did to each line', () => {
    const [sent, replacing, removing] = [set('ACAO', '*'), set('ACAO', 'https://a.example'), { ...set('vary', ''), op: 'remove' } as const];
    const vary = set('vary', 'Origin');
    const trace = traceOf(chain(policy([toApi(replacing, removing)]), policy([always(sent, vary), answer('GET', 200)])));
    expect(trace.map(({ writes }) => writes.map(({ effect, before, after }) => [effect.at, before.map(({ text }) => text), after.map(({ text }) => text)]))).toEqual([
      [
        [replacing.at, ['*'], ['https://a.example']],
        [removing.at, ['Origin'], []],
      ],
      [
        [sent.at, [], ['*']],
        [vary.at, [], ['Origin']],
      ],
    ]);
  });

  test('effects that do nothing are not told', () => {
    const [first, second] = [set('ACAO', '*'), set('ACAO', 'https://a.example', 'set-if-absent')];
    const [layer] = traceOf({ policy: policy([always(first, second, { ...set('vary', ''), op: 'remove' }), answer('GET', 200)]), inner: [] });
    expect(layer!.writes.map(({ effect }) => effect.at)).toEqual([first.at]);
  });

  test('what an upstream’s answer goes through is told, what is done to the request is not', () => {
    const [response, sent] = [set('ACAO', '*'), set('x-forwarded-host', 'a')];
    const front = policy([{ when: ALWAYS, effects: [], end: { to: 'upstream', upstream: { host: 'api', port: 80, request: [sent], response: [response], at: place() } }, at: place() }]);
    expect(traceOf({ policy: front, inner: [] })[0]!.writes.map(({ effect }) => effect.at)).toEqual([response.at]);
  });

  test('every case has its own', () => {
    const value = unread();
    const fact = value.v === 'unknown' ? value.fact : undefined;
    const outcomes = evaluate({ policy: policy([step({ g: 'fact', fact: fact! }, set('ACAO', '*')), answer('GET', 200)]), inner: [] }, request, { trace: true });
    expect(outcomes.map(({ trace }) => trace![0]!.writes.length).sort()).toEqual([0, 1]);
  });

  test('there is none where nobody asks, and the answer is the same', () => {
    const deployment = chain(policy([toApi(set('ACAO', '*'))]), policy([always(set('ACAC', 'true')), answer('GET', 200)]));
    const [plain] = evaluate(deployment, request);
    expect(plain!.trace).toBeUndefined();
    expect(evaluate(deployment, request, { trace: true })[0]!.response).toEqual(plain!.response);
  });
});
