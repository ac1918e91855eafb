import hapi from '../../src/readers/hapi/index.js';
import { hapiSource } from '../support/hapi-sources.js';
import { ADMIN, APP, generated, handlers, some } from './option-sets.js';
import { agree, recorded } from './programs.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('hapi', 60);

function options(from: Random): unknown {
  if (from.chance(0.08)) return from.chance(0.5);
  // hapi refuses to start with credentials beside it.
  if (from.chance(0.08)) return { origin: 'ignore' };
  const set = some(from);
  return {
    ...set('origin', 0.85, () => from.pick<() => unknown>([() => ['*'], () => from.times(1, 3, () => from.pick([APP, ADMIN, 'https://*.example.com', 'http://*.example.com', 'https://app.example.com:*', 'null']))])()),
    ...set('credentials', 0.5, () => from.chance(0.7)),
    ...set('headers', 0.4, () => from.pick<unknown>([['Content-Type'], ['Accept', 'X-Custom']])),
    ...set('additionalHeaders', 0.3, () => ['X-Custom', 'content-type']),
    ...set('exposedHeaders', 0.3, () => ['X-Total']),
    ...set('additionalExposedHeaders', 0.2, () => ['ETag']),
    ...set('maxAge', 0.4, () => from.pick([600, 0])),
    ...set('preflightStatusCode', 0.3, () => from.pick([200, 204])),
  };
}

agree({
  title: 'hapi 21',
  folder: 'javascript',
  reader: hapi,
  seed: random.seed,
  scenario: handlers,
  cases: [
    ...recorded(({ framework }) => framework === 'hapi', hapiSource),
    ...generated(random, cases, ['/data', '/boom', '/missing'], (from) => {
      const given = options(from);
      return { title: JSON.stringify(given), source: hapiSource({ options: given, wiring: 'server routes.cors' }) };
    }),
  ],
});
