import { expect, test } from 'vitest';
import { clientIn, lettingIn } from '../../src/middleware/client-networks.js';
import { unless, whenAll, whenAny, type Guard, type Step } from '../../src/policy/program.js';

const at = { file: 'f', start: 0, end: 1 };
const inside: Guard = { g: 'fact', fact: clientIn('x', ['10.0.0.0/8'], at) };
const loopback: Guard = { g: 'fact', fact: clientIn('x', ['127.0.0.1'], at) };

function networks(steps: readonly Step[]): boolean {
  return JSON.stringify(lettingIn(steps)).includes('"network":true');
}

const refusing = (when: Guard): Step => ({ when, effects: [], end: { to: 'answer', status: 403 }, at });

test('who is let in is in the network', () => {
  expect(networks([refusing(unless(inside))])).toBe(true);
  expect(networks([refusing(unless(whenAny(inside, loopback)))])).toBe(true);
});

test('who is turned away is not', () => {
  expect(networks([refusing(inside)])).toBe(false);
  expect(networks([refusing(unless(inside)), refusing(whenAll(inside, { g: 'method', in: ['PUT'] }))])).toBe(false);
});

test('a header for a network lets nobody in', () => {
  expect(networks([{ when: inside, effects: [], at }])).toBe(false);
});

test('nobody browses on the server', () => {
  expect(networks([refusing(unless(loopback))])).toBe(false);
});
