import { expect, test } from 'vitest';
import { reachedBy } from '../../src/middleware/listeners.js';

const at = { file: 'f', start: 0, end: 1 };
const on = (address: string, tls = false): Parameters<typeof reachedBy>[0][number] => ({ address, tls, at });

test('a private address is reached by its network alone', () => {
  expect(reachedBy([on('10.0.0.5:80')])).toEqual({ https: 'no', privateListener: at });
  expect(reachedBy([on('[fd00::1]:443', true), on('192.168.0.1')])).toEqual({ https: 'yes', privateListener: at });
});

test('plain HTTP may stand behind a balancer, and loopback is no network', () => {
  expect(reachedBy([on('80')])).toEqual({});
  expect(reachedBy([on('127.0.0.1:8080')])).toEqual({});
  expect(reachedBy([on('10.0.0.5:80'), on('80')])).toEqual({});
  expect(reachedBy([])).toEqual({});
});

test('one listener with TLS is enough', () => {
  expect(reachedBy([on('80'), on('443', true)])).toEqual({ https: 'yes' });
});
