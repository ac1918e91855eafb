import { expect, test } from 'vitest';
import { link } from '../../src/layers/link.js';
import { onTheWay } from '../../src/layers/on-the-way.js';
import { layersOf } from '../../src/policy/deployment.js';
import type { Policy } from '../../src/policy/program.js';
import { always, place, policy, set } from '../support/policy.js';

const app = (port: number): Policy => ({ ...policy([always(set('ACAO', '*'))]), reader: 'express', title: `app ${port}`, at: { ...place(), file: `${port}/server.js` }, listens: [port] });
const gateway = (...ports: readonly number[]): Policy => ({
  ...policy(ports.map((port) => ({ ...always(), end: { to: 'upstream', upstream: { host: '127.0.0.1', port, request: [], at: place() } } }))),
  reader: 'nginx',
  title: 'gateway',
});

test('what a gateway has beside is left out, in front and behind', () => {
  const [front, one, other] = [gateway(3000, 4000), app(3000), app(4000)];
  const narrowed = onTheWay(link([front, one, other]), new Set([one]));
  const titles = (policies: readonly Policy[]): readonly string[] => policies.map(({ title }) => title);
  expect(titles(layersOf(narrowed.deploymentOf(front)))).toEqual(['gateway', 'app 3000']);
  expect(narrowed.entriesTo(one).map(({ deployment }) => titles(layersOf(deployment)))).toEqual([['gateway', 'app 3000']]);
  expect(narrowed.linked.map((deployment) => titles(layersOf(deployment)))).toEqual([['gateway', 'app 3000']]);
});

test('of the layer itself all is kept', () => {
  const [front, one, other] = [gateway(3000, 4000), app(3000), app(4000)];
  expect(layersOf(onTheWay(link([front, one, other]), new Set([front])).deploymentOf(front))).toHaveLength(3);
});
