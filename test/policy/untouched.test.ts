import { expect, test } from 'vitest';
import { ANY } from '../../src/origins/origin-set.js';
import type { Effect, End, Guard, Policy, Step, Upstream } from '../../src/policy/program.js';
import { isUntouched } from '../../src/policy/untouched.js';
import { place, policy, set, step } from '../support/policy.js';

const REQUEST = { method: 'GET', path: '/users', headers: [['host', 'api.example']], target: 'https://api.example' } as const;

const passes = (more: Partial<Upstream> = {}, status?: number): End => ({ to: 'upstream', upstream: { host: '127.0.0.1', port: 3000, request: [], at: place(), ...more }, ...(status === undefined ? {} : { status }) });
const when = (guard: Guard, end: End, ...effects: readonly Effect[]): Step => ({ ...step(guard, ...effects), end });
const ALWAYS: Guard = { g: 'always' };
const layer = (...steps: readonly Step[]): Policy => policy(steps);

test.each<[string, readonly Step[], boolean]>([
  ['passes on and nothing else', [when(ALWAYS, passes())], true],
  ['adds a header that CORS is not about', [when(ALWAYS, passes(), set('x-frame-options', 'DENY'))], true],
  ['adds a header of CORS', [when(ALWAYS, passes(), set('ACAO', '*'))], false],
  ['adds Vary', [step(ALWAYS, set('vary', 'Accept-Encoding', 'append')), when(ALWAYS, passes())], false],
  ['takes a header of the response away', [when(ALWAYS, passes({ response: [{ ...set('ACAO', ''), op: 'remove' }] }))], false],
  ['takes Origin from the request', [when(ALWAYS, passes({ request: [{ ...set('origin', ''), op: 'remove' }] }))], false],
  ['tells the layer behind who asks', [when(ALWAYS, passes({ request: [set('x-forwarded-for', '127.0.0.1')] }))], true],
  ['answers OPTIONS itself', [when({ g: 'method', in: ['OPTIONS'] }, { to: 'answer', status: 204 }), when(ALWAYS, passes())], false],
  ['answers another method itself', [when({ g: 'method', in: ['DELETE'] }, { to: 'answer', status: 403 }), when(ALWAYS, passes())], false],
  ['answers who has no token', [when({ g: 'not', of: { g: 'header', name: 'authorization', in: ANY } }, { to: 'answer', status: 401 }), when(ALWAYS, passes())], false],
  ['replaces the status', [when(ALWAYS, passes({}, 200))], false],
  ['asks in another way', [when(ALWAYS, passes({ method: 'GET' }))], false],
  ['asks for nobody knows what', [when(ALWAYS, passes({ path: null }))], false],
  ['passes nothing on', [step(ALWAYS)], false],
])('a layer that %s', (_what, steps, untouched) => {
  expect(isUntouched(layer(...steps), REQUEST)).toBe(untouched);
});
