import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scenario } from '../../src/policy/evaluate.js';
import starlette from '../../src/readers/starlette/index.js';
import python from '../../src/syntax/python/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { disagreements, requestsTo } from './prediction.js';
import { sample, type Random } from './seed.js';
import { freePorts, run, start, type Running } from './server.js';

const { random, cases } = sample('starlette', 60);

const PATHS = ['/data', '/nowhere', '/boom'];

const literal = (value: string | boolean | number): string => (typeof value === 'boolean' ? (value ? 'True' : 'False') : JSON.stringify(value));
const list = (from: Random, items: readonly [string, ...string[]], most: number): string => `[${from.times(0, most, () => literal(from.pick(items))).join(', ')}]`;

/** Random keyword arguments of CORSMiddleware. */
function keywords(from: Random): readonly string[] {
  const some = (key: string, probability: number, value: () => string): readonly string[] => (from.chance(probability) ? [`${key}=${value()}`] : []);
  return [
    ...some('allow_origins', 0.85, () => from.pick(['["*"]', '("https://app.example.com",)', 'ORIGINS', list(from, ['https://app.example.com', 'https://admin.example.com', 'https://app.example.com/', 'null', '*', 'https://*.example.com', 'http://app.example.com', 'HTTPS://APP.EXAMPLE.COM'], 3)])),
    ...some('allow_origin_regex', 0.35, () => from.pick(['r"https://.*\\.example\\.com"', 'r"https://app.example.com"', '"^https://app\\\\.example\\\\.com$"', 'r"https?://(app|admin)\\.example\\.com(:\\d+)?"', 'r".*"', 'r"null"', 'None'])),
    ...some('allow_credentials', 0.6, () => literal(from.chance(0.75))),
    ...some('allow_methods', 0.5, () => from.pick(['["*"]', '["GET"]', '["GET", "PUT"]', '("POST", "PUT")', '["put"]'])),
    ...some('allow_headers', 0.5, () => from.pick(['["*"]', '["X-Custom"]', '["Content-Type", "X-Custom"]', '[]', '["Authorization"]'])),
    ...some('expose_headers', 0.3, () => from.pick(['["X-Total"]', '["X-Total", "ETag"]', '["*"]'])),
    ...some('max_age', 0.3, () => literal(from.pick([0, 600, 86400]))),
  ];
}

/** A random program: Starlette or FastAPI, with one of the ways to add the middleware. */
function generated(from: Random): string {
  const options = keywords(from);
  const [framework, routes] = from.chance(0.5)
    ? (['fastapi', ['@app.get("/data")', '@app.post("/data")', 'def data():', '    return {"ok": True}', '', '', '@app.get("/boom")', 'def boom():', '    raise RuntimeError("boom")']] as const)
    : (['starlette', ['async def data(request):', '    return PlainTextResponse("ok")', '', '', 'async def boom(request):', '    raise RuntimeError("boom")', '', '', 'app.add_route("/data", data, methods=["GET", "POST"])', 'app.add_route("/boom", boom)']] as const);
  const make = framework === 'fastapi' ? 'FastAPI' : 'Starlette';
  const arguments_ = options.map((option) => `, ${option}`).join('');
  return [
    framework === 'fastapi' ? 'from fastapi import FastAPI' : 'from starlette.applications import Starlette',
    `from ${framework}.middleware.cors import CORSMiddleware`,
    'from starlette.middleware import Middleware',
    'from starlette.responses import PlainTextResponse',
    '',
    'ORIGINS = ["https://app.example.com"]',
    'ORIGINS.append("https://admin.example.com")',
    '',
    ...(from.chance(0.5) ? [`app = ${make}()`, `app.add_middleware(CORSMiddleware${arguments_})`] : [`app = ${make}(middleware=[Middleware(CORSMiddleware${arguments_})])`]),
    '',
    '',
    ...routes,
    '',
  ].join('\n');
}

/** What the app behind the middleware did, as far as a status tells: no such route, or an exception. */
function reached(status: number): Scenario {
  return status === 404 || status === 405 ? { status } : status === 500 ? { uncaught: true } : {};
}

/** Pinned by the requirements files beside the host. Starlette 1.7 answers otherwise (Vary on every answer, QUERY among the methods). */
describe.each(['0.46', '1.3'])('Starlette %s and its FastAPI', (version) => {
  const requirements = readFileSync(fileURLToPath(new URL(`starlette/starlette-${version}.txt`, import.meta.url)), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'live-starlette-'));
  const sources = Array.from({ length: cases }, () => generated(random));
  let server: Running;
  let ports: readonly number[] = [];

  beforeAll(async () => {
    await python.load();
    const environment = join(folder, 'venv');
    run('python3', ['-m', 'venv', environment], folder);
    writeFileSync(join(folder, 'requirements.txt'), requirements);
    run(join(environment, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '--requirement', 'requirements.txt'], folder);
    const programs = join(folder, 'programs');
    mkdirSync(programs);
    sources.forEach((source, index) => writeFileSync(join(programs, `case_${index}.py`), source));
    ports = await freePorts(cases);
    server = await start(join(environment, 'bin/python'), [fileURLToPath(new URL('starlette/host.py', import.meta.url)), programs, ...ports.map(String)], ports);
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(sources.map((_source, index) => index))(`${random.seed}/%i`, async (index) => {
    const source = sources[index]!;
    const { unit, problems } = python.parse(new SourceText('main.py', source), filesFrom({ 'main.py': source, 'requirements.txt': requirements }));
    expect(problems, source).toEqual([]);
    const readings = [...starlette.read(unit!)];
    expect(readings.map(({ kind }) => kind), source).toEqual(['policy']);
    const [reading] = readings;
    if (reading?.kind !== 'policy') return;
    const found: string[] = [];
    for (const path of PATHS) found.push(...(await disagreements(ports[index]!, { policy: reading.policy, inner: [] }, requestsTo(path, ['GET', 'POST']), reached)));
    expect(found, source).toEqual([]);
  });
});
