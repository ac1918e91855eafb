import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate, type Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import flask from '../../src/readers/flask/index.js';
import python from '../../src/syntax/python/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { flaskSource } from '../support/flask-sources.js';
import { grouped } from '../support/grouped.js';
import { hold, silent } from '../support/hold.js';
import { observed, type ObservedRow } from '../support/observed.js';

beforeAll(() => python.load());

function readingsOf(text: string, others: Readonly<Record<string, string>> = {}) {
  const { unit } = python.parse(new SourceText('app.py', text), filesFrom({ 'app.py': text, ...others }));
  return [...flask.read(unit!)];
}

function policiesOf(text: string, others: Readonly<Record<string, string>> = {}): Policy[] {
  return readingsOf(text, others).flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
}

const rows = observed('python-jvm').filter(({ framework }) => framework === 'flask-cors');
const policyFor = (row: ObservedRow): Policy => policiesOf(flaskSource(row), { 'requirements.txt': `flask-cors==${row.version}\n` })[0] ?? silent(200);

describe('recorded answers', () => {
  const refused = rows.filter(({ request }) => request === null);
  const answered = rows.filter(({ request }) => request !== null);
  /** What Flask's router answered, and what a view that raises became. */
  const scenario = ({ response, request }: ObservedRow): Scenario => (request?.path === '/boom' ? { uncaught: true } : response.status === 404 || response.status === 405 ? { status: response.status } : {});

  test('how many are held', () => {
    const { held, failures } = hold(grouped(answered, 'flask-cors'), (first) => {
      const policy = policyFor(first);
      return () => policy;
    }, scenario);
    expect(failures).toEqual([]);
    expect({ all: rows.length, held, refused: refused.length }).toEqual({ all: 3517, held: 3512, refused: 5 });
  });

  test('what the library refuses to set up answers nothing', () => {
    for (const row of refused) expect(policyFor(row).steps[0]).toMatchObject({ when: { g: 'always' }, end: { to: 'answer', status: 500, fault: expect.stringContaining('ValueError') as string } });
  });
});

/** What a GET from an origin gets, one text for each way in which open facts can be. */
function granted(text: string, origin: string | undefined = 'https://a.example', others: Readonly<Record<string, string>> = {}, request: { readonly method?: string; readonly path?: string } = {}): readonly string[] {
  return policiesOf(text, others).flatMap((policy) => {
    const headers = origin === undefined ? [] : [['origin', origin] as const];
    const outcomes = evaluate({ policy, inner: [] }, { method: request.method ?? 'GET', path: request.path ?? '/x', headers });
    return [...new Set(outcomes.map(({ response }) => response.headers.filter(({ name }) => name === 'access-control-allow-origin').map((line) => line.text ?? 'unknown').join(' | ')))];
  });
}

describe('what can be read', () => {
  const FLASK = 'from flask import Flask, Blueprint, request, make_response\nfrom flask_cors import CORS, cross_origin\n';

  test.each([
    ['an alias', 'from flask import Flask\nfrom flask_cors import CORS as Cors\napp = Flask(__name__)\nCors(app, origins=["https://a.example"])'],
    ['a module', 'import flask\nimport flask_cors\napp = flask.Flask(__name__)\nflask_cors.CORS(app, origins="https://a.example")'],
    ['init_app in a factory', `${FLASK}cors = CORS()\ndef create_app():\n    app = Flask(__name__)\n    cors.init_app(app, origins=["https://a.example"])\n    return app`],
    ['an app that is handed in', `${FLASK}def set_up(app):\n    CORS(app, origins=["https://a.example"])`],
    ['an app from elsewhere', `${FLASK}from somewhere import application\nCORS(application, origins=["https://a.example"])`],
    ['a configuration class', `${FLASK}class Config:\n    CORS_ORIGINS = ["https://a.example"]\napp = Flask(__name__)\napp.config.from_object(Config)\nCORS(app)`],
    ['a configuration that is inherited', `${FLASK}class Base:\n    CORS_ORIGINS = ["https://a.example"]\nclass Config(Base):\n    DEBUG = False\napp = Flask(__name__)\napp.config.from_object(Config)\nCORS(app)`],
    ['the configuration read back', `${FLASK}app = Flask(__name__)\napp.config["ORIGINS"] = ["https://a.example"]\nCORS(app, origins=app.config["ORIGINS"])`],
    ['a hook on a response', `${FLASK}app = Flask(__name__)\n@app.after_request\ndef add(response):\n    if request.headers.get("Origin") in ("https://a.example",):\n        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]\n    return response`],
    ['a hook given by a call', `${FLASK}app = Flask(__name__)\ndef add(response):\n    response.headers.add("access-control-allow-origin", "https://a.example")\n    return response\napp.after_request(add)`],
    ['a lambda', `${FLASK}app = Flask(__name__)\nCORS(app, origins=list(map(lambda host: f"https://{host}", ["a.example"])))`],
  ])('%s', (_name, text) => {
    expect(granted(text)).toEqual(['https://a.example']);
    expect(granted(text, 'https://b.example').filter((sent) => sent === 'https://b.example' || sent === '*')).toEqual([]);
  });
});
