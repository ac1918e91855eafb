import fastify from '../../src/readers/fastify/index.js';
import { fastifySource } from '../support/fastify-sources.js';
import { code, entry, generated, handlers, pattern, some, text } from './option-sets.js';
import { agree, recorded } from './programs.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('fastify', 60);

function origin(from: Random): unknown {
  const functions = [
    `(origin, callback) => callback(null, origin === 'https://app.example.com')`,
    `async (origin) => ['https://app.example.com', 'https://admin.example.com'].includes(origin)`,
    `(origin, cb) => { if (/example\\.com$/.test(origin)) return cb(null, origin); cb(null, false); }`,
    `(origin, cb) => cb(null, ['https://app.example.com', /admin/])`,
  ] as const;
  return from.pick<() => unknown>([() => true, () => false, () => '*', () => text(from), () => pattern(from), () => from.times(0, 3, () => entry(from)), () => code(from.pick(functions))])();
}

function options(from: Random): Record<string, unknown> {
  const set = some(from);
  return {
    ...set('origin', 0.85, () => origin(from)),
    ...set('credentials', 0.5, () => from.chance(0.7)),
    ...set('methods', 0.4, () => from.pick<unknown>(['GET,PUT', ['GET', 'PUT'], []])),
    ...set('allowedHeaders', 0.4, () => from.pick<unknown>(['Content-Type', ['Content-Type', 'X-Custom'], '*'])),
    ...set('exposedHeaders', 0.3, () => from.pick<unknown>(['X-Total', ['X-Total', 'ETag'], '*'])),
    ...set('maxAge', 0.4, () => from.pick([600, 0])),
    ...set('optionsSuccessStatus', 0.3, () => from.pick([200, 204])),
    ...set('preflight', 0.15, () => from.chance(0.5)),
    ...set('strictPreflight', 0.2, () => from.chance(0.5)),
    ...set('preflightContinue', 0.1, () => from.chance(0.5)),
  };
}

const WIRINGS = ['register before routes', 'register before routes', 'register AFTER routes', 'register not awaited, then routes synchronously', 'registered inside an encapsulated child plugin; routes outside', 'auth onRequest hook before register'] as const;

agree({
  title: 'Fastify 5',
  folder: 'javascript',
  reader: fastify,
  seed: random.seed,
  scenario: handlers,
  cases: [
    ...recorded(({ framework, version }) => framework === '@fastify/cors' && version.includes('fastify 5.'), fastifySource),
    ...generated(random, cases, ['/data', '/boom', '/missing'], (from) => {
      const wiring = from.pick(WIRINGS);
      const given = options(from);
      return { title: `${wiring} ${JSON.stringify(given)}`, source: fastifySource({ options: given, wiring }) };
    }),
  ],
});
