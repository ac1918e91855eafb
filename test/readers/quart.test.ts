import { beforeAll, describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import quart from '../../src/readers/quart/index.js';
import python from '../../src/syntax/python/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { observed } from '../support/observed.js';
import { readPython } from '../support/python.js';
import { quartSource } from '../support/quart-sources.js';

beforeAll(() => python.load());

test('answers like the recorded servers', () => {
  const { held, failures } = hold(
    grouped(observed('python-jvm'), 'quart-cors'),
    (first) => {
      const { policies, gaps } = readPython(quart, { 'app.py': quartSource(first), 'requirements.txt': `quart-cors==${first.version}\nwerkzeug==2.2.3\n` }, 'app.py');
      expect([policies.length, gaps]).toEqual([1, []]);
      expect(policies[0]!.version).toBe('Quart-CORS 0.8.0 (requirements.txt)');
      return () => policies[0]!;
    },
    ({ response }) => (response.status === 404 ? { status: 404 } : response.status === 500 ? { uncaught: true } : {}),
  );
  expect(failures).toEqual([]);
  expect(held).toBe(348);
}, 60_000);

const HEAD = 'import re\nfrom quart import Blueprint, Quart\nfrom quart_cors import cors, cors_exempt, route_cors\n\napp = Quart(__name__)\n';

function only(text: string, others: Readonly<Record<string, string>> = {}): Policy {
  const { policies } = readPython(quart, { 'main.py': HEAD + text, ...others }, 'main.py');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

const get = (policy: Policy, path: string, from: Readonly<Record<string, string>>): unknown => answers(policy, 'GET', path, from).map(([status, headers]) => [status, headers['allow-origin'], headers['vary']]);

describe('what can be read', () => {
  test('before 0.7 a refused origin has no Vary', () => {
    const text = 'app = cors(app, allow_origin="https://app.example.com")\n';
    expect([get(only(text, { 'requirements.txt': 'quart-cors==0.6.0\n' }), '/', EVIL), get(only(text), '/', EVIL)]).toEqual([[[200, undefined, undefined]], [[200, undefined, 'Origin']]]);
  });

  test('a configured text is its characters, a keyword is one origin', () => {
    expect([get(only('app.config["QUART_CORS_ALLOW_ORIGIN"] = "https://app.example.com"\ncors(app)\n'), '/', A), get(only('cors(app, allow_origin="https://app.example.com")\n'), '/', A)]).toEqual([[[200, undefined, 'Origin']], [[200, A.origin, 'Origin']]]);
  });

  test('a configured pattern is no collection: every request raises', () => {
    expect(get(only('app.config["QUART_CORS_ALLOW_ORIGIN"] = re.compile("https://app.example.com")\ncors(app)\n'), '/', A)).toEqual([[500, undefined, undefined]]);
  });

  test('a blueprint has its own, and an exempt view none', () => {
    const policy = only('api = Blueprint("api", __name__, url_prefix="/api")\ncors(api, allow_origin="https://app.example.com")\n@api.get("/a")\nasync def a(): ...\n@api.get("/b")\n@cors_exempt\nasync def b(): ...\n@app.get("/c")\nasync def c(): ...\napp.register_blueprint(api)\n');
    expect(['/api/a', '/api/b', '/c'].map((path) => get(policy, path, A))).toEqual([[[200, A.origin, 'Origin']], [[200, undefined, undefined]], [[200, undefined, undefined]]]);
    expect(policy.probes.map(({ path }) => path)).toEqual(['/api/a', '/api/b', '/c']);
  });

  test('hooks run in the reverse order: what is registered first has the last word', () => {
    const hook = '@app.after_request\nasync def hook(response):\n    response.headers["Access-Control-Allow-Origin"] = "https://hook.example"\n    return response\n';
    const text = 'cors(app, allow_origin="https://app.example.com")\n';
    expect([get(only(hook + text), '/', A), get(only(text + hook), '/', A)]).toEqual([[[200, 'https://hook.example', 'Origin']], [[200, A.origin, 'Origin']]]);
  });

  test('headers that views return', () => {
    const policy = only('from quart import make_response\n@app.get("/a")\nasync def a():\n    return "a", 200, {"Access-Control-Allow-Origin": "*"}\n@app.get("/b")\nasync def b():\n    response = await make_response("b")\n    response.headers["Access-Control-Allow-Origin"] = "https://app.example.com"\n    return response\n');
    expect([get(policy, '/a', A), get(policy, '/b', A), policy.evidence.handWritten]).toEqual([[[200, '*', undefined]], [[200, A.origin, undefined]], true]);
  });

  test('credentials with the star raise at every request', () => {
    expect(get(only('cors(app, allow_credentials=True)\n'), '/', {})).toEqual([[500, undefined, undefined]]);
  });

  test.each(['from quart import Quart\napp = Quart(__name__)  # no cors\n', 'from flask_cors import cors\nimport quart\ncors(app)\n'])('nothing is found in %j', (text) => {
    const { policies, gaps } = readPython(quart, { 'a.py': text }, 'a.py');
    expect([policies, gaps]).toEqual([[], []]);
  });
});
