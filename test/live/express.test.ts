import express from '../../src/readers/express/index.js';
import { expressCorsSource, expressHandWrittenSource } from '../support/express-sources.js';
import type { ObservedRow } from '../support/observed.js';
import { APP, entry, generated, some } from './option-sets.js';
import { agree, recorded, type Case } from './programs.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('express', 120);

/** Wirings whose requests never get an answer. */
const HANGS = /^(?:promise-returning|delegate that returns)/;

/** A pattern with `/g` or `/y` remembers where it stopped: its answers depend on the requests before. */
const remembers = ({ options }: ObservedRow): boolean => /"flags":"[a-z]*[gy]/.test(JSON.stringify(options));

const WIRINGS = ['app.use(cors(o)) before routes', 'app.use(cors(o)) before routes', 'route-level cors(o)', 'app.options(x, cors(o)) + route-level', 'app.options(x, cors()) BEFORE', 'app.use(cors(o)) AFTER routes', "app.use('/api', cors(o))", 'router.use(cors(o))', 'cors(o) then hand', 'preflightContinue + app.options'] as const;

function origin(from: Random): unknown {
  const functions = [
    `(origin, callback) => callback(null, allow.includes(origin))`,
    `(origin, callback) => { if (!origin || allow.indexOf(origin) !== -1) { callback(null, true); } else { callback(new Error('no')); } }`,
    `function (origin, callback) { callback(null, /^https:\\/\\/[a-z]+\\.example\\.com$/.test(origin) ? origin : false); }`,
    `(origin, cb) => cb(null, origin && origin.endsWith('.example.com'))`,
    `(o, cb) => { if (o === undefined || o.startsWith('https://app.example.com')) return cb(null, true); return cb(null, false); }`,
    `(o, cb) => cb(null, ['${APP}', /admin/])`,
    `(o, cb) => cb(null, '*')`,
  ] as const;
  return from.pick<() => unknown>([() => true, () => false, () => '*', () => APP, () => entry(from), () => from.times(0, 3, () => entry(from)), () => from.times(1, 3, () => entry(from)), () => ({ $fn: from.pick(functions) })])();
}

/** One random `cors(…)` in one random place of a program. */
function program(from: Random, major: string): Pick<Case, 'title' | 'source'> {
  const set = some(from);
  const options = {
    ...set('origin', 0.85, () => origin(from)),
    ...set('credentials', 0.5, () => from.pick<unknown>([true, true, false, 'true', { $undefined: true }])),
    ...set('methods', 0.4, () => from.pick<unknown>(['GET,PUT', ['GET', 'PUT'], 'get', [], { $undefined: true }])),
    ...set('allowedHeaders', 0.4, () => from.pick<unknown>(['Content-Type', ['Content-Type', 'X-Custom'], '*', [], ''])),
    ...set('exposedHeaders', 0.3, () => from.pick<unknown>(['X-Total', ['X-Total', 'ETag'], [], '*'])),
    ...set('maxAge', 0.4, () => from.pick<unknown>([600, 0, '600', -1])),
    ...set('optionsSuccessStatus', 0.3, () => from.pick<unknown>([200, 204])),
    ...set('preflightContinue', 0.15, () => from.chance(0.5)),
  };
  const wiring = from.pick(WIRINGS);
  const row: ObservedRow = { framework: 'express+cors', version: `express ${major}`, options, wiring, request: null, response: { status: 0, headers: [] } };
  return { title: `${wiring} ${JSON.stringify(options)}`, source: expressCorsSource(row) };
}

for (const major of ['4', '5'] as const) {
  const known = recorded(
    (row) => /^express(?:\+cors|-handwritten)$/.test(row.framework) && row.version.includes(`express ${major}.`) && !HANGS.test(row.wiring ?? '') && !remembers(row),
    (row) => (row.framework === 'express+cors' ? expressCorsSource(row) : expressHandWrittenSource(row)),
  );
  agree({
    title: `Express ${major}`,
    folder: `express-${major}`,
    reader: express,
    seed: random.seed,
    cases: [...known, ...generated(random, cases, ['/data', '/nowhere', '/boom', '/api/data'], (from) => program(from, major))],
  });
}
