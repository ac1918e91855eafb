import type { Scenario } from '../../src/policy/evaluate.js';
import starlette from '../../src/readers/starlette/index.js';
import { requestsTo } from './prediction.js';
import { agreeInPython } from './python-programs.js';
import { sample, type Random } from './seed.js';

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

const programs = Array.from({ length: cases }, (_unused, index) => ({ title: `program ${index}`, source: generated(random), requests: PATHS.flatMap((path) => requestsTo(path, ['GET', 'POST'])) }));

/** Starlette before and after 1.0, and the current one. */
for (const [title, requirements] of [['current Starlette', 'current.txt'], ['Starlette 0.46', 'starlette-0.46.txt'], ['Starlette 1.3', 'starlette-1.3.txt']] as const) {
  agreeInPython({ title, requirements, host: 'asgi_host.py', reader: starlette, seed: random.seed, cases: programs, scenario: reached });
}
