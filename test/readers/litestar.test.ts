import { beforeAll, describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import litestar from '../../src/readers/litestar/index.js';
import python from '../../src/syntax/python/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { silent } from '../support/hold.js';
import { readPython } from '../support/python.js';
import { holdRecordedInPython, recorded } from '../support/recorded.js';

beforeAll(() => python.load());

/** 30 programs on 2.19.0 and on 2.25.0. */
test('answers like the recorded servers', () => {
  const scenario = (status: number): object => (status === 500 ? { uncaught: true } : status >= 400 ? { status } : {});
  expect(holdRecordedInPython(recorded('litestar'), litestar, { silent: silent(204), scenario, unordered: ['access-control-allow-headers'] })).toEqual({ held: 5760, failures: [] });
}, 60_000);

const HEAD = 'from litestar import Litestar, get\nfrom litestar.config.cors import CORSConfig\n\n';

function only(text: string, others: Readonly<Record<string, string>> = {}): Policy {
  const { policies } = readPython(litestar, { 'app/main.py': HEAD + text, ...others }, 'app/main.py');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

const origin = (policy: Policy, from: Readonly<Record<string, string>>): unknown => answers(policy, 'GET', '/', from).map(([, headers]) => headers['allow-origin']);

describe('what can be read', () => {
  test('a dot in an origin is any character before 2.20', () => {
    const text = 'app = Litestar(cors_config=CORSConfig(allow_origins=["https://app.example.com"]))\n';
    const near = { origin: 'https://appxexample.com' };
    expect([origin(only(text, { 'requirements.txt': 'litestar==2.19.0\n' }), near), origin(only(text, { 'requirements.txt': 'litestar==2.20.0\n' }), near), origin(only(text), near)]).toEqual([[near.origin], [undefined], [undefined]]);
  });

  test('a star within a text lets everybody in', () => {
    expect(origin(only('app = Litestar(cors_config=CORSConfig(allow_origins="https://*.example.com"))\n'), EVIL)).toEqual(['*']);
  });

  test('a configuration that another module uses is one by itself, and is covered there', () => {
    const config = `${HEAD}cors_config = CORSConfig(allow_origins=["https://app.example.com"])\n`;
    const files = { 'app/config.py': config, 'app/main.py': 'from litestar import Litestar\nfrom app.config import cors_config\napp = Litestar(cors_config=cors_config)\n' };
    const alone = readPython(litestar, files, 'app/config.py');
    expect(alone.policies.map(({ title }) => title)).toEqual(['CORSConfig']);
    const used = readPython(litestar, files, 'app/main.py');
    expect([used.policies.map(({ title }) => title), used.covers]).toEqual([['Litestar app'], ['app/config.py']]);
    expect(origin(used.policies[0]!, A)).toEqual([A.origin]);
  });

  test('routes of functions and controllers are the places to ask about', () => {
    const policy = only('from litestar import Controller, post\n@get("/items/{item_id:int}")\nasync def item(item_id: int) -> dict: ...\nclass Users(Controller):\n    path = "/users"\n    @get()\n    async def all(self) -> list: ...\n    @post("/new")\n    async def new(self, data: dict) -> dict: ...\napp = Litestar([item, Users], cors_config=CORSConfig())\n');
    expect(policy.probes.map(({ path, methods, requestHeaders }) => [path, methods, requestHeaders])).toEqual([['/items/x', ['GET'], []], ['/users', ['GET'], []], ['/users/new', ['POST'], ['content-type']]]);
  });

  test('options that are not in view are a gap', () => {
    const { policies, gaps } = readPython(litestar, { 'a.py': `${HEAD}from settings import OPTIONS\napp = Litestar(cors_config=CORSConfig(**OPTIONS))\n` }, 'a.py');
    expect([policies.length, gaps.map(({ message }) => message)]).toEqual([1, ['some options of CORSConfig depend on the keyword arguments **OPTIONS']]);
  });

  test.each(['from litestar import Litestar\napp = Litestar([])  # no cors\n', 'import litestar\nACCESS = "access-control-allow-origin"\n', 'from other import CORSConfig, Litestar\napp = Litestar(cors_config=CORSConfig())\n'])('nothing is found in %j', (text) => {
    const { policies, gaps } = readPython(litestar, { 'a.py': text }, 'a.py');
    expect([policies, gaps]).toEqual([[], []]);
  });
});
