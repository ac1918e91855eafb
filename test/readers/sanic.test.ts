import { beforeAll, describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import sanic from '../../src/readers/sanic/index.js';
import python from '../../src/syntax/python/index.js';
import { A, answers } from '../support/answers.js';
import { silent } from '../support/hold.js';
import { readPython } from '../support/python.js';
import { holdRecordedInPython, recorded } from '../support/recorded.js';

beforeAll(() => python.load());

/** 40 programs on Sanic 25.12.1 with Sanic Extensions 25.12.0. */
test('answers like the recorded servers', () => {
  const scenario = (status: number): object => (status === 500 ? { uncaught: true } : status >= 400 ? { status } : {});
  expect(holdRecordedInPython(recorded('sanic'), sanic, { silent: silent(405), scenario, unordered: ['access-control-allow-headers', 'access-control-allow-methods'] })).toEqual({ held: 3840, failures: [] });
}, 60_000);

const HEAD = 'import re\nfrom sanic import Blueprint, Sanic, empty, json, text\n\napp = Sanic("example")\n';

function only(text: string, others: Readonly<Record<string, string>> = {}): Policy {
  const { policies } = readPython(sanic, { 'main.py': HEAD + text, ...others }, 'main.py');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

const ask = (policy: Policy, method: string, from: Readonly<Record<string, string>>): unknown => answers(policy, method, '/data', from).map(([status, headers]) => [status, headers['allow-origin'], headers['vary']]);

describe('what can be read', () => {
  test('of collections only lists are origins, and a star in one is a text', () => {
    const written = (value: string): unknown => readPython(sanic, { 'main.py': `${HEAD}app.config.CORS_ORIGINS = ${value}\n` }, 'main.py').policies.flatMap((policy) => ask(policy, 'GET', A));
    expect(['["https://app.example.com"]', '("https://app.example.com",)', '["*"]', '"*"'].map(written)).toEqual([[[200, A.origin, 'origin']], [[200, undefined, undefined]], [[200, undefined, undefined]], [[200, A.origin, 'origin']]]);
  });

  test('what is configured behind Extend comes too late', () => {
    const extended = (before: string, behind: string): unknown => readPython(sanic, { 'main.py': `from sanic_ext import Extend\n${HEAD}${before}Extend(app)\n${behind}` }, 'main.py').policies.flatMap((policy) => ask(policy, 'GET', A));
    const config = 'app.config.CORS_ORIGINS = "https://app.example.com"\n';
    expect([extended(config, ''), extended('', config)]).toEqual([[[200, A.origin, 'origin']], [[200, undefined, undefined]]]);
  });

  test('credentials with the star: the app does not start, whatever its decorators say', () => {
    const text = 'app.config.CORS_ORIGINS = "*"\napp.config.CORS_SUPPORTS_CREDENTIALS = True\n';
    const decorated = 'from sanic_ext import cors\n@app.get("/data")\n@cors(origin="https://app.example.com")\nasync def data(request): ...\n';
    expect([ask(only(text), 'GET', A), ask(only(text + decorated), 'GET', A)]).toEqual([[[500, undefined, undefined]], [[500, undefined, undefined]]]);
  });

  test('hooks see every answer, handlers only their own', () => {
    const hook = '@app.on_response\nasync def hook(request, response):\n    response.headers["Access-Control-Allow-Origin"] = "*"\n';
    const handler = '@app.get("/data")\nasync def data(request):\n    return text("", headers={"Access-Control-Allow-Origin": "https://app.example.com"})\n';
    const status = (policy: Policy): unknown => evaluate({ policy, inner: [] }, { method: 'GET', path: '/data', headers: [] }, { scenario: { uncaught: true } }).map(({ response }) => [response.status, response.headers.map(({ text }) => text)]);
    expect([status(only(hook)), status(only(handler)), ask(only(handler), 'GET', A)]).toEqual([[[500, ['*']]], [[500, []]], [[200, A.origin, undefined]]]);
  });

  test('without the extension nobody answers OPTIONS, unless code does', () => {
    const requirements = { 'requirements.txt': 'sanic==25.12.1\n' };
    const hook = '@app.on_response\nasync def hook(request, response):\n    response.headers["Access-Control-Allow-Origin"] = "*"\n@app.get("/data")\nasync def data(request):\n    return text("")\n';
    const before = '@app.on_request\nasync def preflight(request):\n    if request.method == "OPTIONS":\n        return empty()\n';
    expect([ask(only(hook, requirements), 'OPTIONS', A), ask(only(hook + before, requirements), 'OPTIONS', A), ask(only(hook, { 'requirements.txt': 'sanic==25.12.1\nsanic-ext==25.12.0\n' }), 'OPTIONS', { ...A, 'access-control-request-method': 'PUT' })]).toEqual([[[405, '*', undefined]], [[204, '*', undefined]], [[204, '*', undefined]]]);
  });

  test('Sanic-CORS is not followed, and that is said', () => {
    const { policies, gaps } = readPython(sanic, { 'a.py': `from sanic_cors import CORS\n${HEAD}CORS(app)\n` }, 'a.py');
    expect([policies, gaps.map(({ message }) => message)]).toEqual([[], ['What Sanic-CORS adds could not be followed.']]);
  });

  test.each(['from sanic import Sanic\napp = Sanic("a")  # no cors\n', 'from other import Sanic\nimport sanic\napp = Sanic("a")\napp.config.CORS_ORIGINS = "*"\n'])('nothing is found in %j', (source) => {
    const { policies, gaps } = readPython(sanic, { 'a.py': source }, 'a.py');
    expect([policies, gaps]).toEqual([[], []]);
  });
});

test.each([['http://shop.example.com,https://a.example.com'], ['https://a.example.com, http://shop.example.com']])('an http origin is found in any place of %s', async (origins) => {
  const text = `from sanic import Sanic\nfrom sanic_ext import Extend\napp = Sanic("shop")\napp.config.CORS_ORIGINS = "${origins}"\napp.config.CORS_SUPPORTS_CREDENTIALS = True\nExtend(app)\n@app.get("/")\nasync def f(request):\n    return None\n`;
  const { findings } = await lint(['app.py'], filesFrom({ 'app.py': text }), optionsOf());
  expect(findings.filter(({ ruleId }) => ruleId === 'no-insecure-origin').map(({ at }) => text.slice(at.start, at.end))).toEqual(['http://shop.example.com']);
});
