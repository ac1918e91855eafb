import { expect, test } from 'vitest';
import { link } from '../../src/layers/link.js';
import type { Inner } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import { always, place, policy } from '../support/policy.js';

let services = 0;
const proxy = (host: string, port: number | null): Policy => ({ ...policy([{ ...always(), end: { to: 'upstream', upstream: { host, port, request: [], at: place() } } }]), reader: 'nginx' });
const app = (...listens: readonly number[]): Policy => ({ ...policy([always()]), reader: 'express', listens, at: { ...place(), file: `service-${++services}/server.js` } });
const behind = (policies: readonly Policy[]): readonly Inner[] => link(policies).deploymentOf(policies[0]!).inner;
const inner = (...policies: readonly Policy[]): number => behind(policies).length;

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

const relay = (port: number, ...listens: readonly number[]): Policy => ({ ...proxy('127.0.0.1', port), listens });

test('layers stand behind layers', () => {
  const [middle] = behind([relay(8080, 80), relay(3000, 8080), app(3000)]);
  expect(middle!.deployment.policy.listens).toEqual([8080]);
  expect(middle!.deployment.inner[0]!.deployment.policy.reader).toBe('express');
});

test('a proxy that comes back to one in front of it is not followed', () => {
  const [second] = behind([relay(8080, 80), relay(80, 8080)]);
  expect(second!.deployment.inner).toEqual([]);
});

test('a proxy of the same kind is found on this machine, not by a bare name', () => {
  expect(inner(proxy('127.0.0.1', 8080), relay(3000, 8080))).toBe(1);
  expect(inner(proxy('web', 8080), relay(3000, 8080))).toBe(0);
});
