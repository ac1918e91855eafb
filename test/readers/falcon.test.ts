import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import falcon from '../../src/readers/falcon/index.js';
import python from '../../src/syntax/python/index.js';
import { A, answers } from '../support/answers.js';
import { falconSource } from '../support/falcon-sources.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { observed } from '../support/observed.js';
import { readPython } from '../support/python.js';

beforeAll(() => python.load());

const GROUPS = grouped(observed('python-jvm'), 'falcon');

test('answers like the recorded servers', () => {
  const asked = GROUPS.filter(([first]) => first.request !== null);
  const { held, failures } = hold(asked, (first) => {
    const { policies, gaps } = readPython(falcon, { 'app.py': falconSource(first), 'requirements.txt': `falcon==${first.version}\n` }, 'app.py');
    expect([policies.length, gaps]).toEqual([1, []]);
    expect(policies[0]).toMatchObject({ title: 'Falcon application', version: `Falcon ${first.version} (requirements.txt)` });
    return () => policies[0]!;
  }, () => ({}));
  expect(failures).toEqual([]);
  expect(held).toBe(638);
});

test('does not start with a star in a list', () => {
  const refused = GROUPS.filter(([first]) => first.request === null);
  expect(refused.map(([first]) => first.version)).toEqual(['3.1.1', '4.3.1']);
  for (const [first] of refused) {
    const { policies } = readPython(falcon, { 'app.py': falconSource(first) }, 'app.py');
    const [outcome] = evaluate({ policy: policies[0]!, inner: [] }, { method: 'GET', path: '/api/data', headers: [['origin', 'https://app.example.com']] });
    expect(outcome?.response).toMatchObject({ status: 500, fault: expect.stringContaining('allow_origins is a list with *') as string });
  }
});

describe('what is read', () => {
  const RESOURCE = 'class Items:\n    def on_get(self, req, resp):\n        resp.media = req.media\n\n    def on_delete(self, req, resp):\n        pass\n\n\n';
  const read = (texts: Readonly<Record<string, string>>, file = 'app.py'): ReturnType<typeof readPython> => readPython(falcon, texts, file);
  const preflight = { ...A, 'access-control-request-method': 'DELETE' };

  test('a factory, with components of another file', () => {
    const texts = {
      'app.py': `import falcon\nfrom cors import Cors\n\n\n${RESOURCE}def create_app():\n    app = falcon.App(middleware=[Cors()])\n    app.add_route("/items/{id:int}", Items())\n    return app\n`,
      'cors.py': 'class Cors:\n    def process_response(self, req, resp, resource, req_succeeded):\n        resp.set_header("Access-Control-Allow-Origin", "https://app.example.com")\n',
    };
    const { policies, covers } = read(texts);
    expect([policies.map(({ probes }) => probes.map(({ path, methods }) => `${methods?.join()} ${path}`)), covers]).toEqual([[['DELETE,GET /items/1']], ['cors.py']]);
    expect(answers(policies[0]!, 'GET', '/none', {})).toEqual([[404, { vary: 'Accept', 'allow-origin': A.origin }]]);
  });

  test('a function that is given the application by others: its routes are not in view', () => {
    const { policies } = read({ 'app.py': 'import falcon\n\n\ndef setup(app):\n    app.add_middleware(falcon.CORSMiddleware(allow_origins=["https://app.example.com"]))\n' });
    expect(answers(policies[0]!, 'GET', '/x', A)).toEqual([[200, { 'allow-origin': A.origin }]]);
    expect(answers(policies[0]!, 'OPTIONS', '/x', preflight)).toEqual([[200, { 'allow-origin': A.origin, 'allow-methods': null, 'allow-headers': '*', 'max-age': '86400' }]]);
  });

  test('before 4.0 a preflight without Allow gets None for methods', () => {
    const source = `import falcon\n\n\n${RESOURCE}    def on_options(self, req, resp):\n        pass\n\n\napp = falcon.App(cors_enable=True)\napp.add_route("/items", Items())\n`;
    const asked = (version: string): unknown => answers(read({ 'app.py': source, 'requirements.txt': `falcon==${version}\n` }).policies[0]!, 'OPTIONS', '/items', preflight);
    expect(asked('3.1.3')).toEqual([[200, { 'allow-origin': '*', 'allow-methods': 'None', 'allow-headers': '*', 'max-age': '86400' }]]);
    expect(asked('4.0.2')).toEqual([[200, {}]]);
  });

  test('origins that are not known are open', () => {
    const { policies } = read({ 'app.py': `import os\nimport falcon\n\n\n${RESOURCE}app = falcon.App(middleware=falcon.CORSMiddleware(allow_origins=os.environ["ORIGINS"].split(",")))\napp.add_route("/items", Items())\n` });
    expect(answers(policies[0]!, 'GET', '/items', A).map(([, headers]) => headers)).toEqual(expect.arrayContaining([{}, { 'allow-origin': A.origin }]));
  });

  test('middleware that is not in view is told of, where it is named after CORS', () => {
    const source = `import falcon\nfrom falcon_cors import CORS\n\n\n${RESOURCE}cors = CORS(allow_all_origins=True)\napi = falcon.API(middleware=[cors.middleware])\napi.add_route("/items", Items())\n`;
    expect(read({ 'app.py': source }).gaps.map(({ message }) => message)).toEqual([expect.stringMatching(/cors/i)]);
  });

  test.each([
    ['no CORS', `import falcon\n\n\n${RESOURCE}app = falcon.App()\napp.add_route("/items", Items())\n`],
    ['another framework', 'from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\n# not falcon\n\n\ndef setup(app):\n    app.add_middleware(CORSMiddleware, allow_origins=["*"])\n'],
    ['a client of a falcon model', 'import requests\n\nrequests.get("https://falcon.example.com", headers={"Origin": "https://app.example.com"})\n'],
  ])('is silent about %s', (_what, source) => {
    const { policies, gaps } = read({ 'app.py': source });
    expect([policies, gaps]).toEqual([[], []]);
  });
});
