import itty from '../../src/readers/itty-router/index.js';
import { print } from '../support/express-sources.js';
import { ittyPrograms } from '../support/itty-programs.js';
import { code, entry, generated, headerNames, methods, some } from './option-sets.js';
import { requestsTo } from './prediction.js';
import { agree } from './programs.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('itty-router', 60);

const FUNCTIONS = [
  `(origin) => (origin === 'https://app.example.com' ? origin : undefined)`,
  `(origin) => (['https://app.example.com', 'https://admin.example.com'].includes(origin) ? origin : 'https://app.example.com')`,
  `(origin) => (origin?.endsWith('.example.com') ? origin : null)`,
  `(origin) => origin`,
  `() => '*'`,
] as const;

const ROUTERS = [
  'AutoRouter({ before: [preflight], finally: [corsify] })',
  'AutoRouter({ before: [preflight] })',
  'AutoRouter({ finally: [corsify] })',
  'Router({ before: [preflight], catch: error, finally: [(answer) => answer ?? error(404), json, corsify] })',
] as const;

function options(from: Random): Record<string, unknown> {
  const set = some(from);
  return {
    ...set('origin', 0.85, () => from.pick<() => unknown>([() => true, () => false, () => '*', () => 'https://app.example.com', () => entry(from), () => from.times(0, 3, () => entry(from)), () => code(from.pick(FUNCTIONS))])()),
    ...set('credentials', 0.5, () => from.pick<unknown>([true, true, false, 1])),
    ...set('allowMethods', 0.4, () => from.pick<unknown>(['GET', methods(from)])),
    ...set('allowHeaders', 0.4, () => headerNames(from)),
    ...set('exposeHeaders', 0.3, () => headerNames(from)),
    ...set('maxAge', 0.4, () => from.pick<unknown>([600, 0, '600'])),
  };
}

agree({
  title: 'itty-router 6',
  folder: 'itty-router',
  reader: itty,
  seed: random.seed,
  cases: [
    ...ittyPrograms.map(({ title, paths, source }) => ({ title, source, requests: paths.flatMap((path) => requestsTo(path, ['GET', 'PUT', 'HEAD', 'OPTIONS'])) })),
    ...generated(random, cases, ['/data', '/boom', '/missing'], (from) => {
      const [written, router] = [print(options(from)), from.pick(ROUTERS)];
      const source = `import { serve } from '@hono/node-server';
import { AutoRouter, cors, error, json, Router } from 'itty-router';
const { preflight, corsify } = cors(${written});
const router = ${router};
router.get('/data', () => ({ ok: true })).post('/data', () => ({ ok: true })).get('/boom', () => { throw new Error('boom'); });
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`;
      return { title: `${router} ${written}`, source };
    }),
  ],
});
