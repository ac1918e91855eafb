import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../src/policy/evaluate.js';
import express from '../../src/readers/express/index.js';
import { read } from '../support/estree.js';
import { expressCorsSource, expressHandWrittenSource } from '../support/express-sources.js';
import { observed, type ObservedRow } from '../support/observed.js';
import { disagreements, requestsTo } from './prediction.js';
import { sample, type Random } from './seed.js';
import { freePorts, run, start, type Running } from './server.js';

const { random, cases } = sample('express', 120);

/** One program, and the requests that it is asked. */
interface Case {
  readonly title: string;
  readonly source: string;
  readonly requests: readonly HttpRequest[];
}

/** Wirings whose requests never get an answer. */
const HANGS = /^(?:promise-returning|delegate that returns)/;

/** A pattern with `/g` or `/y` remembers where it stopped: its answers depend on the requests before. */
const remembers = ({ options }: ObservedRow): boolean => /"flags":"[a-z]*[gy]/.test(JSON.stringify(options));

/** The recorded configurations of one major version, to be asked again. */
function recorded(major: string): readonly Case[] {
  const found = new Map<string, { readonly row: ObservedRow; readonly requests: HttpRequest[] }>();
  for (const row of observed('javascript')) {
    if (!/^express(?:\+cors|-handwritten)$/.test(row.framework) || !row.version.includes(`express ${major}.`) || HANGS.test(row.wiring ?? '') || remembers(row)) continue;
    const key = JSON.stringify([row.framework, row.options, row.wiring]);
    const group = found.get(key) ?? { row, requests: [] };
    group.requests.push({ ...row.request!, headers: row.request!.headers.filter(([name]) => name !== 'host') });
    found.set(key, group);
  }
  return [...found].map(([key, { row, requests }]) => ({ title: key, source: row.framework === 'express+cors' ? expressCorsSource(row) : expressHandWrittenSource(row), requests }));
}

const WIRINGS = ['app.use(cors(o)) before routes', 'app.use(cors(o)) before routes', 'route-level cors(o)', 'app.options(x, cors(o)) + route-level', 'app.options(x, cors()) BEFORE', 'app.use(cors(o)) AFTER routes', "app.use('/api', cors(o))", 'router.use(cors(o))', 'cors(o) then hand', 'preflightContinue + app.options'] as const;
const APP = 'https://app.example.com';
const ADMIN = 'https://admin.example.com';

function entry(from: Random): unknown {
  return from.pick<unknown>([APP, ADMIN, `${APP}/`, 'null', '*', 'example.com', { $regex: '^https://app\\.example\\.com$' }, { $regex: 'https://app.example.com' }, { $regex: '\\.example\\.com$', flags: 'i' }, { $regex: '^https?://[a-z]+\\.example\\.com(:\\d+)?$' }]);
}

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
function generated(from: Random, major: string): Pick<Case, 'title' | 'source'> {
  const some = (key: string, probability: number, value: () => unknown): Record<string, unknown> => (from.chance(probability) ? { [key]: value() } : {});
  const options = {
    ...some('origin', 0.85, () => origin(from)),
    ...some('credentials', 0.5, () => from.pick<unknown>([true, true, false, 'true', { $undefined: true }])),
    ...some('methods', 0.4, () => from.pick<unknown>(['GET,PUT', ['GET', 'PUT'], 'get', [], { $undefined: true }])),
    ...some('allowedHeaders', 0.4, () => from.pick<unknown>(['Content-Type', ['Content-Type', 'X-Custom'], '*', [], ''])),
    ...some('exposedHeaders', 0.3, () => from.pick<unknown>(['X-Total', ['X-Total', 'ETag'], [], '*'])),
    ...some('maxAge', 0.4, () => from.pick<unknown>([600, 0, '600', -1])),
    ...some('optionsSuccessStatus', 0.3, () => from.pick<unknown>([200, 204])),
    ...some('preflightContinue', 0.15, () => from.chance(0.5)),
  };
  const wiring = from.pick(WIRINGS);
  const row: ObservedRow = { framework: 'express+cors', version: `express ${major}`, options, wiring, request: null, response: { status: 0, headers: [] } };
  return { title: `${wiring} ${JSON.stringify(options)}`, source: expressCorsSource(row) };
}

describe.each(['4', '5'])('Express %s', (major) => {
  const folder = fileURLToPath(new URL(`express-${major}`, import.meta.url));
  /** Inside `node_modules`, so that `require` finds the packages that are under test. */
  const programs = `${folder}/node_modules/.programs`;
  const manifests = (): Readonly<Record<string, string>> => Object.fromEntries(['package.json', 'package-lock.json'].map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]));
  const known = recorded(major);
  const paths = ['/data', '/nowhere', '/boom', '/api/data'];
  const all: readonly Case[] = [...known, ...Array.from({ length: cases }, () => ({ ...generated(random, major), requests: paths.flatMap((path) => requestsTo(path, ['GET', 'POST'])) }))];
  let server: Running;
  let ports: readonly number[] = [];
  const sources: string[] = [];

  beforeAll(async () => {
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
    mkdirSync(programs, { recursive: true });
    ports = await freePorts(all.length);
    all.forEach(({ source }, index) => {
      sources.push(source.replace('listen(3000)', `listen(${ports[index]})`));
      writeFileSync(`${programs}/${index}.cjs`, sources[index]!);
    });
    writeFileSync(`${programs}/all.cjs`, all.map((_one, index) => `require('./${index}.cjs');\n`).join(''));
    server = await start(process.execPath, [`${programs}/all.cjs`], ports);
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(programs, { recursive: true, force: true });
  });

  test('the recorded configurations are there', () => {
    expect(known.length).toBeGreaterThan(40);
  });

  test.each(all.map(({ title }, index) => [index, title] as const))(`${random.seed}/%i: %s`, async (index) => {
    const source = sources[index]!;
    const { policies, gaps } = read(express, { 'app.js': source, ...manifests() }, 'app.js');
    expect(gaps, source).toEqual([]);
    expect(policies.length, source).toBeLessThanOrEqual(1);
    const [policy] = policies;
    expect(await disagreements(ports[index]!, policy === undefined ? undefined : { policy, inner: [] }, all[index]!.requests), source).toEqual([]);
  });
});
