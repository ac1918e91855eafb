import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import aiohttp from '../../src/readers/aiohttp/index.js';
import python from '../../src/syntax/python/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { aiohttpSource } from '../support/aiohttp-sources.js';
import { grouped } from '../support/grouped.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { readPython } from '../support/python.js';

beforeAll(() => python.load());

const GROUPS = grouped(observed('python-jvm'), 'aiohttp-cors');
/** Made of sets. */
const UNORDERED = ['access-control-allow-headers', 'access-control-expose-headers'];

/** With `expose_headers='*'` the header names all that the answer has, which nobody knows: there it is not compared. */
function known(policy: Policy): Policy {
  return { ...policy, steps: policy.steps.map((step) => ({ ...step, effects: step.effects.filter(({ header, value }) => header !== 'access-control-expose-headers' || value.v !== 'unknown') })) };
}

function comparable(row: ObservedRow): ObservedRow {
  const isStar = JSON.stringify(row.options).includes('"expose_headers":"*"');
  return isStar ? { ...row, response: { ...row.response, headers: row.response.headers.filter(([name]) => name !== 'access-control-expose-headers') } } : row;
}

test('answers like the recorded servers', () => {
  let held = 0;
  const failures: string[] = [];
  for (const group of GROUPS) {
    const [first] = group;
    if (first.request === null) continue;
    const { policies, gaps } = readPython(aiohttp, { 'app.py': aiohttpSource(first), 'requirements.txt': `aiohttp-cors==${first.version}\n` }, 'app.py');
    expect(gaps).toEqual([]);
    for (const row of group) {
      const wrong = policies.length === 0 ? row.response.headers.filter(([name]) => name.startsWith('access-control-')).map(([name]) => name) : differences({ policy: known(policies[0]!), inner: [] }, comparable(row), { unordered: UNORDERED });
      if (wrong.length === 0) held += 1;
      else failures.push(`${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
    }
  }
  expect(failures.slice(0, 10)).toEqual([]);
  expect(held).toBe(319);
});

test('does not start with a text for a list', () => {
  const refused = GROUPS.filter(([first]) => first.request === null);
  expect(refused).toHaveLength(1);
  const { policies } = readPython(aiohttp, { 'app.py': aiohttpSource(refused[0]![0]) }, 'app.py');
  const [outcome] = evaluate({ policy: policies[0]!, inner: [] }, { method: 'GET', path: '/api/data', headers: [['origin', 'https://app.example.com']] });
  expect(outcome?.response).toMatchObject({ status: 500, fault: "expose_headers must be '*' or a sequence of texts" });
});

describe('what is read', () => {
  const ITEMS = 'from aiohttp import web\nimport aiohttp_cors\n\n\nasync def items(request):\n    return web.json_response(await request.json())\n\n\n';
  const read = (texts: Readonly<Record<string, string>>, file = 'app.py'): ReturnType<typeof readPython> => readPython(aiohttp, texts, file);

  test('a factory that gets its routes from another file', () => {
    const texts = {
      'app.py': 'from aiohttp import web\nimport aiohttp_cors\nfrom routes import setup_routes\n\n\ndef create_app():\n    app = web.Application()\n    setup_routes(app)\n    cors = aiohttp_cors.setup(app, defaults={"*": aiohttp_cors.ResourceOptions(allow_credentials=True)})\n    for route in list(app.router.routes()):\n        cors.add(route)\n    return app\n\n\nweb.run_app(create_app(), port=9000)\n',
      'routes.py': 'from aiohttp import web\n\n\nasync def items(request):\n    return web.Response()\n\n\ndef setup_routes(app):\n    app.router.add_get("/items", items)\n',
    };
    const { policies } = read(texts);
    expect(policies.map(({ title, listens, probes }) => [title, listens, probes.map(({ path, methods }) => `${methods?.join()} ${path}`)])).toEqual([['aiohttp-cors', [9000], ['HEAD,GET /items']]]);
    expect(answers(policies[0]!, 'GET', '/items', EVIL)).toEqual([[200, { 'allow-origin': EVIL.origin, 'allow-credentials': 'true' }]]);
    expect(answers(policies[0]!, 'GET', '/none', EVIL)).toEqual([[404, {}]]);
  });

  test('routes that are not in view get the headers, and what their preflights get is open', () => {
    const { policies } = read({ 'app.py': 'import aiohttp_cors\n\n\ndef setup(app):\n    cors = aiohttp_cors.setup(app, defaults={"https://app.example.com": aiohttp_cors.ResourceOptions(allow_headers="*")})\n    for route in list(app.router.routes()):\n        cors.add(route)\n' });
    expect(answers(policies[0]!, 'GET', '/x', A)).toEqual([[200, { 'allow-origin': A.origin }]]);
    expect(answers(policies[0]!, 'OPTIONS', '/x', { ...A, 'access-control-request-method': 'PUT' }).map(([status]) => status).sort()).toEqual([200, 403]);
  });

  test.each([
    ['what was raised and is given back', 'except web.HTTPException as error:\n        response = error', [404, { 'allow-origin': '*' }]],
    ['what was raised and is raised again', 'except web.HTTPException:\n        raise', [404, {}]],
    ['what is written on it before that', 'except web.HTTPException as error:\n        error.headers["Access-Control-Allow-Origin"] = "null"\n        raise', [404, { 'allow-origin': 'null' }]],
    ['an answer in its place', 'except Exception:\n        response = web.Response(status=500)', [500, { 'allow-origin': '*' }]],
    ['an error that is none of HTTP', 'except ValueError as error:\n        raise web.HTTPBadRequest() from error', [404, {}]],
  ])('a middleware sees %s', (_what, handling, expected) => {
    const { policies } = read({ 'app.py': `${ITEMS}@web.middleware\nasync def allow(request, handler):\n    try:\n        response = await handler(request)\n    ${handling}\n    response.headers["Access-Control-Allow-Origin"] = "*"\n    return response\n\n\napp = web.Application(middlewares=[allow])\napp.router.add_put("/items", items)\n` });
    expect(answers(policies[0]!, 'GET', '/none', A)).toEqual([expected]);
    expect(answers(policies[0]!, 'PUT', '/items', A)).toEqual([[200, { 'allow-origin': '*' }]]);
  });

  test('a program that does not start: a handler for all methods, a view without the mixin', () => {
    const fault = (add: string): unknown => evaluate({ policy: read({ 'app.py': `${ITEMS}class View(web.View):\n    async def get(self):\n        return web.Response()\n\n\napp = web.Application()\ncors = aiohttp_cors.setup(app, defaults={"*": aiohttp_cors.ResourceOptions()})\ncors.add(${add})\n` }).policies[0]!, inner: [] }, { method: 'GET', path: '/items', headers: [] })[0]?.response.fault;
    expect(fault('app.router.add_route("*", "/items", items)')).toMatch(/handler for all methods/);
    expect(fault('app.router.add_view("/items", View)')).toMatch(/CorsViewMixin/);
  });

  test('origins that are not in view are told of', () => {
    const { gaps, policies } = read({ 'app.py': `from settings import origins\n${ITEMS}app = web.Application()\ncors = aiohttp_cors.setup(app, defaults=origins())\ncors.add(app.router.add_get("/items", items))\n` });
    expect(gaps.map(({ message }) => message)).toEqual([expect.stringMatching(/^The origins of aiohttp-cors depend on /)]);
    expect(answers(policies[0]!, 'GET', '/items', A).length).toBeGreaterThan(1);
  });

  test.each([
    ['a setup that adds no route', `${ITEMS}app = web.Application()\napp.router.add_get("/items", items)\naiohttp_cors.setup(app, defaults={"*": aiohttp_cors.ResourceOptions()})\n`],
    ['a client', 'import aiohttp\n\n\nasync def ask():\n    async with aiohttp.ClientSession(headers={"Origin": "https://app.example.com"}) as session:\n        return await session.get("https://api.example.com", headers={"Access-Control-Request-Method": "PUT"})\n'],
    ['routes without CORS', `${ITEMS}app = web.Application()\napp.router.add_get("/items", items)\n`],
  ])('is silent about %s', (_what, source) => {
    const { policies, gaps } = read({ 'app.py': source });
    expect([policies, gaps]).toEqual([[], []]);
  });
});
