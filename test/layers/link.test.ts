import { expect, test } from 'vitest';
import { link } from '../../src/layers/link.js';
import type { Policy } from '../../src/policy/program.js';
import { always, place, policy } from '../support/policy.js';

const proxy = (host: string, port: number | null): Policy => ({ ...policy([{ ...always(), end: { to: 'upstream', upstream: { host, port, request: [], at: place() } } }]), reader: 'nginx' });
const app = (...listens: readonly number[]): Policy => ({ ...policy([always()]), reader: 'express', listens });
const inner = (...policies: readonly Policy[]): number => link(policies)[0]!.inner.length;

test('a proxy is linked to the one policy that listens on its upstream port', () => {
  expect(inner(proxy('127.0.0.1', 3000), app(3000))).toBe(1);
  expect(inner(proxy('api', 3000), app(3000), app(4000))).toBe(1);
});

test('two candidates, another port or a foreign host are no link', () => {
  expect(inner(proxy('127.0.0.1', 3000), app(3000), app(3000))).toBe(0);
  expect(inner(proxy('127.0.0.1', 3000), app(4000))).toBe(0);
  expect(inner(proxy('api.example.com', 3000), app(3000))).toBe(0);
  expect(inner(proxy('127.0.0.1', null), app(3000))).toBe(0);
});
