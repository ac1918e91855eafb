import hono from '../../src/readers/hono/index.js';
import { honoProgram } from '../support/hono-programs.js';
import { honoSource } from '../support/hono-sources.js';
import type { ObservedRow } from '../support/observed.js';
import { code, generated, handlers, headerNames, methods, some, text } from './option-sets.js';
import { agree, recorded } from './programs.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('hono', 60);

const FUNCTIONS = [
  `(origin) => origin`,
  `(origin, c) => (origin.endsWith('.example.com') ? origin : 'https://app.example.com')`,
  `(origin) => (['https://app.example.com', 'https://admin.example.com'].includes(origin) ? origin : null)`,
  `async (origin) => (origin === 'https://app.example.com' ? origin : undefined)`,
  `(origin, c) => (c.req.path === '/data' ? '*' : '')`,
] as const;

function options(from: Random): Record<string, unknown> {
  const set = some(from);
  return {
    ...set('origin', 0.85, () => from.pick<() => unknown>([() => text(from), () => from.times(0, 3, () => text(from)), () => code(from.pick(FUNCTIONS))])()),
    ...set('credentials', 0.5, () => from.chance(0.7)),
    ...set('allowMethods', 0.4, () => (from.chance(0.2) ? code(`(origin) => (origin === 'https://app.example.com' ? ['GET', 'PUT'] : ['GET'])`) : methods(from))),
    ...set('allowHeaders', 0.4, () => headerNames(from)),
    ...set('exposeHeaders', 0.3, () => headerNames(from)),
    ...set('maxAge', 0.4, () => from.pick([600, 0])),
  };
}

const WIRINGS = ["app.use('*',cors(o)) before routes", "app.use('*',cors(o)) before routes", 'app.use AFTER routes', "app.use('/api/*') and requests outside", 'route-level on get/put only'] as const;

agree({
  title: 'Hono 4',
  folder: 'javascript',
  reader: hono,
  seed: random.seed,
  scenario: handlers,
  cases: [
    ...recorded(({ framework, version }) => /^hono/.test(framework) && version.includes('hono 4.13.19'), honoSource),
    ...generated(random, cases, ['/data', '/boom', '/missing', '/api/data'], (from) => {
      const row: ObservedRow = { framework: 'hono/cors', version: '', options: options(from), wiring: from.pick(WIRINGS), request: null, response: { status: 0, headers: [] } };
      return { title: `${row.wiring} ${JSON.stringify(row.options)}`, source: honoSource(row) };
    }),
  ],
});

agree({
  title: 'Hono 4, layers in any order',
  folder: 'javascript',
  reader: hono,
  seed: random.seed,
  scenario: handlers,
  cases: generated(random, cases, ['/data', '/api/data', '/last', '/missing'], (from) => ({ title: 'a program', source: honoProgram(from) })),
});
