import { beforeAll, describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { evaluate, type Scenario } from '../../src/policy/evaluate.js';
import { optionsOf } from '../support/lint.js';
import type { Policy } from '../../src/policy/program.js';
import { concernsCors } from '../../src/hosts/disk.js';
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
  }, 30_000);

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

describe('a hook of an app in another file', () => {
  const HOOK = 'def add_headers(response):\n    response.headers["Access-Control-Allow-Origin"] = "*"\n    return response\n';
  const OF_FLASK = { 'requirements.txt': 'Flask==3.0.3\n' };

  test('is read where something says that this is Flask', () => {
    expect(granted(`from flask import request\n\n${HOOK}`)).toEqual(['*']);
    expect(granted(HOOK, undefined, OF_FLASK)).toEqual(['*']);
    expect(granted(HOOK)).toEqual([]);
  });

  test('is no helper that views call, and none of what another file calls with more', () => {
    expect(granted(`from flask import Flask, make_response\napp = Flask(__name__)\n@app.route("/y")\ndef y():\n    return add_headers(make_response("y"))\n\n${HOOK}`)).toEqual(['']);
    expect(granted(HOOK.replace('(response)', '(response, request)'), undefined, OF_FLASK)).toEqual([]);
    expect(granted(`${HOOK}\ndef answer(body):\n    return add_headers(body)\n`, undefined, OF_FLASK)).toEqual([]);
  });
});

describe('order, places and doubts', () => {
  const START = 'from flask import Flask, Blueprint, abort, jsonify, request, make_response\nfrom flask_cors import CORS, cross_origin\napp = Flask(__name__)\n';
  const HOOK = '@app.after_request\ndef manual(response):\n    response.headers.add("Access-Control-Allow-Origin", "*")\n    return response\n';

  test('a hook that is registered behind Flask-CORS runs before it, and Flask-CORS then does nothing', () => {
    expect(granted(`${START}CORS(app, origins=["https://a.example"])\n${HOOK}`)).toEqual(['*']);
  });

  test('a hook that is registered before Flask-CORS runs behind it, and adds a second header', () => {
    expect(granted(`${START}${HOOK}CORS(app, origins=["https://a.example"])\n`)).toEqual(['https://a.example | *']);
  });

  test('a decorator counts below the route, not above it', () => {
    expect(granted(`${START}@app.route("/x")\n@cross_origin(origins="https://a.example")\ndef x():\n    return "x"`)).toEqual(['https://a.example']);
    expect(policiesOf(`${START}@cross_origin(origins="https://a.example")\n@app.route("/x")\ndef x():\n    return "x"`)).toEqual([]);
  });

  test('the extension leaves what a decorator has seen alone', () => {
    const text = `${START}CORS(app)\n@app.route("/x")\n@cross_origin(origins="https://a.example")\ndef x():\n    return "x"\n@app.route("/y")\ndef y():\n    return "y"`;
    expect(granted(text, 'https://b.example')).toEqual(['']);
    expect(granted(text, 'https://b.example', {}, { path: '/y' })).toEqual(['https://b.example']);
  });

  test('a blueprint has its own paths', () => {
    const text = `${START}bp = Blueprint("api", __name__, url_prefix="/api")\nCORS(bp, origins="https://a.example")\n@bp.route("/items/<int:id>")\ndef items(id):\n    return "x"\napp.register_blueprint(bp)\n`;
    expect(granted(text, 'https://a.example', {}, { path: '/api/items/3' })).toEqual(['https://a.example']);
    expect(granted(text, 'https://a.example', {}, { path: '/api/items/three' })).toEqual(['']);
    expect(granted(text, 'https://a.example', {}, { path: '/items/3' })).toEqual(['']);
  });

  test('resources: a text is one path, a pattern a beginning; texts come first since 6.0', () => {
    const text = `${START}CORS(app, resources={r"/api/.*": {"origins": "*"}, "/api/x": {"origins": "https://a.example"}})\n`;
    const at = (version: string): readonly string[] => granted(text, 'https://b.example', { 'requirements.txt': `Flask-Cors==${version}` }, { path: '/api/x' });
    expect(at('6.0.2')).toEqual(['']);
    expect(at('5.0.1')).toEqual(['https://b.example']);
    expect(granted(`${START}CORS(app, resources="/api")\n`, 'https://b.example', {}, { path: '/api/x' })).toEqual(['']);
    expect(granted(`${START}CORS(app, resources=r"/api/*")\n`, 'https://b.example', {}, { path: '/apix' })).toEqual(['https://b.example']);
  });

  test('a hook that answers OPTIONS answers before the views, and what stands behind still sees it', () => {
    const text = `${START}CORS(app, origins="https://a.example")\n@app.before_request\ndef preflight():\n    if request.method == "OPTIONS":\n        return "", 204\n`;
    const [policy] = policiesOf(text);
    const [outcome] = evaluate({ policy: policy!, inner: [] }, { method: 'OPTIONS', path: '/x', headers: [['origin', 'https://a.example']] });
    expect(outcome!.response).toMatchObject({ status: 204, headers: [{ name: 'access-control-allow-origin', text: 'https://a.example' }] });
  });

  test('a hook that asks for a log-in refuses preflights', () => {
    const [policy] = policiesOf(`${START}CORS(app, origins="https://a.example")\n@app.before_request\ndef check():\n    if not request.headers.get("Authorization"):\n        abort(401)\n`);
    const outcomes = evaluate({ policy: policy!, inner: [] }, { method: 'OPTIONS', path: '/x', headers: [['origin', 'https://a.example']] });
    expect(outcomes.map(({ response }) => response.status)).toEqual([401]);
  });

  test('what a hook refuses by data of its own is not judged, a check of the origin is', () => {
    const text = (test: string): string => `${START}CORS(app, supports_credentials=True)\n@app.before_request\ndef check():\n    if ${test}:\n        return jsonify(error="no"), 403\n`;
    expect(granted(text('blocked(request.remote_addr)'))).toEqual(['https://a.example']);
    const [policy] = policiesOf(text('not allowed_origin(request.headers.get("Origin"))'));
    const outcomes = evaluate({ policy: policy!, inner: [] }, { method: 'GET', path: '/x', headers: [['origin', 'https://a.example']] });
    expect(outcomes.map(({ response }) => response.status).sort()).toEqual([200, 403]);
  });

  test('headers of a view do not reach the answer to an exception, hooks do', () => {
    const uncaught = (text: string): readonly (string | null)[] => policiesOf(text).flatMap((policy) => evaluate({ policy, inner: [] }, { method: 'GET', path: '/x', headers: [['origin', 'https://a.example']] }, { scenario: { uncaught: true } }).flatMap(({ response }) => response.headers.map((line) => line.text)));
    const view = '@app.route("/x")\ndef x():\n    return "x", 200, {"Access-Control-Allow-Origin": "https://a.example"}\n';
    expect(uncaught(`${START}${view}`)).toEqual([]);
    expect(uncaught(`${START}${view}${HOOK}`)).toEqual(['*']);
  });

  test('options that Flask-CORS does not know leave it open, and are noted', () => {
    const [policy] = policiesOf(`${START}CORS(app, allow_origins=["https://a.example"], allow_credentials=True)\n`);
    expect(policy?.notes.map(({ id }) => id)).toEqual(['invalid-value-opens', 'credentials-ignored']);
    expect(granted(`${START}CORS(app, allow_origins=["https://a.example"])\n`, 'https://b.example')).toEqual(['https://b.example']);
  });

  test('values are written as Python writes them', () => {
    const headers = (write: string): readonly (string | null)[] => policiesOf(`${START}@app.after_request\ndef add(response):\n    ${write}\n    return response\n`).flatMap((policy) => evaluate({ policy, inner: [] }, { method: 'GET', path: '/x', headers: [] }).flatMap(({ response }) => response.headers.map((line) => line.text)));
    expect(headers('response.headers["Access-Control-Allow-Origin"] = ["https://a.example", "https://b.example"]')).toEqual(["['https://a.example', 'https://b.example']"]);
    expect(headers('response.headers["Access-Control-Allow-Credentials"] = True')).toEqual(['True']);
    expect(headers('response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin")')).toEqual(['None']);
  });

  test('what cannot be read is unknown, with its reason', () => {
    expect(JSON.stringify(policiesOf(`${START}CORS(app, origins=load())\n`))).toContain('function-call');
    expect(JSON.stringify(policiesOf(`${START}app.config.from_object("elsewhere.Config")\nCORS(app)\n`))).toContain('CORS_ORIGINS of elsewhere.Config');
    expect(readingsOf(`${START}from elsewhere import set_up_cors\nset_up_cors(app)\n`)).toMatchObject([{ kind: 'gap' }]);
  });

  test.each([
    ['a client', 'import requests\nr = requests.get("https://api.example")\nprint(r.headers["Access-Control-Allow-Origin"])\n'],
    ['a test of an app', 'from flask import Flask\ndef test_cors(client):\n    response = client.get("/x", headers={"Origin": "https://a.example"})\n    assert response.headers["Access-Control-Allow-Origin"] == "*"\n'],
    ['an app without CORS', 'from flask import Flask\n# no CORS here\napp = Flask(__name__)\n@app.route("/x")\ndef x():\n    return "x"\n'],
    ['another package of the name', 'from quart import Quart\nfrom quart_cors import cors\napp = cors(Quart(__name__))\n'],
  ])('nothing is found in %s', (_name, text) => {
    expect(readingsOf(text)).toEqual([]);
  });
});

test.each([
  ['app.config.from_envvar("SETTINGS")', {}, 'CORS_ORIGINS of the file that SETTINGS names'],
  ['app.config.from_pyfile("shop.cfg")', {}, 'CORS_ORIGINS of shop.cfg'],
  ['app.config.from_pyfile("shop.py")', { 'shop.py': 'CORS_ORIGINS = "https://a.example"\n' }, undefined],
])('%s before CORS(app)', async (line, others, unknown) => {
  const files = { ...others, 'app.py': `from flask import Flask\nfrom flask_cors import CORS\napp = Flask(__name__)\n${line}\nCORS(app)\n@app.get("/")\ndef items():\n    return {}\n` };
  const result = await lint(['app.py'], filesFrom(files), optionsOf());
  const gaps = result.gaps.map(({ message }) => message);
  if (unknown === undefined) expect(gaps).toEqual([]);
  else expect(gaps).toContain(`which origins are let in depends on ${unknown}`);
  expect(result.findings).toEqual([]);
});

describe('classes', () => {
  const START = 'from flask import Flask\nfrom flask.views import MethodView\nfrom flask_cors import CORS, cross_origin\nfrom flask_restful import Api, Resource\napp = Flask(__name__)\n';
  const status = (text: string, method: string, path: string): readonly string[] =>
    policiesOf(text).flatMap((policy) => evaluate({ policy, inner: [] }, { method, path, headers: [['origin', 'https://a.example'], ['access-control-request-method', 'PUT']] }).map(({ response }) => `${response.status} ${response.headers.filter(({ name }) => name === 'access-control-allow-origin').map((line) => line.text).join(' | ')}`));

  test('decorators of a class are around all of its methods, but Flask answers OPTIONS', () => {
    const text = `${START}class Items(MethodView):\n    decorators = [cross_origin(origins="https://a.example")]\n    def get(self):\n        return []\n    def put(self):\n        return []\napp.add_url_rule("/items", view_func=Items.as_view("items"))\n`;
    expect(policiesOf(text)[0]?.probes).toMatchObject([{ path: '/items', methods: ['GET', 'HEAD', 'PUT'] }]);
    expect(['PUT', 'OPTIONS'].map((method) => status(text, method, '/items'))).toEqual([['200 https://a.example'], ['200 ']]);
  });

  test('a decorator of one method is around that only: Flask answers OPTIONS without it', () => {
    const text = `${START}class Items(MethodView):\n    @cross_origin(origins="https://a.example")\n    def get(self):\n        return []\n    def put(self):\n        return []\napp.add_url_rule("/items", view_func=Items.as_view("items"))\n`;
    expect(['GET', 'PUT', 'OPTIONS'].map((method) => status(text, method, '/items'))).toEqual([['200 https://a.example'], ['200 '], ['200 ']]);
  });

  test('resources of Flask-RESTful stand at the paths that they are added for', () => {
    const text = `${START}api = Api(app, prefix="/api")\nclass Items(Resource):\n    def get(self, id):\n        return {}, 200, {"Access-Control-Allow-Origin": "https://a.example"}\napi.add_resource(Items, "/items/<int:id>")\n`;
    expect(['/api/items/3', '/items/3'].map((path) => status(text, 'GET', path))).toEqual([['200 https://a.example'], ['200 ']]);
  });
});

describe('a decorator', () => {
  const decorator = (body: string, inside = ''): string => `from datetime import timedelta
from functools import update_wrapper
from flask import Flask, make_response
app = Flask(__name__)
def open_to(origin, max_age=60):
    if isinstance(max_age, timedelta):
        max_age = max_age.total_seconds()
    def decorator(view):
        def wrapped(*args, **kwargs):
            response = make_response(view(*args, **kwargs))
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Max-Age"] = str(max_age)
            return response
        ${body}
        return wrapped
    return decorator
@app.route("/x")
@open_to("https://a.example"${inside})
def x():
    return "x"
`;
  const options = (text: string): readonly string[] => policiesOf(text).flatMap((policy) => evaluate({ policy, inner: [] }, { method: 'OPTIONS', path: '/x', headers: [['origin', 'https://a.example']] }).map(({ response }) => response.headers.map(({ name, text: sent }) => `${name}: ${sent ?? 'unknown'}`).join(' | ')));

  test('that requires OPTIONS has Flask call the view for it, with the attributes of either function', () => {
    const sent = 'access-control-allow-origin: https://a.example | access-control-max-age: 60';
    expect(options(decorator("wrapped.required_methods = ['OPTIONS']"))).toEqual([sent]);
    expect(options(decorator("view.required_methods = ['OPTIONS']\n        update_wrapper(wrapped, view)"))).toEqual([sent]);
    expect(options(decorator("view.required_methods = ['OPTIONS']"))).toEqual(['']);
    expect(options(decorator('pass'))).toEqual(['']);
  });

  test('tells a number from a duration', () => {
    const sent = 'access-control-allow-origin: https://a.example | access-control-max-age: ';
    // Its seconds are written with a fraction by Python: they are not said for certain.
    expect(options(decorator("wrapped.required_methods = ['OPTIONS']", ', timedelta(days=1)'))).toEqual([`${sent}unknown`, `${sent}86400`]);
    expect(options(decorator("wrapped.required_methods = ['OPTIONS']", ', 30'))).toEqual([`${sent}30`]);
  });
});

describe('any text', () => {
  const text = '\ufefffrom flask import Flask, request\r\nfrom flask_cors import CORS\r\napp = Flask(__name__)\r\nemoji = "😀"; origins = ["https://a.example", f"https://{emoji}"]\r\nCORS(app, origins=origins, resources={r"/api/*": {"origins": "*"}})\r\n@app.after_request\r\ndef add(response):\r\n    if request.method == "OPTIONS":\r\n        response.headers["Access-Control-Allow-Origin"] = "*"\r\n    return response\r\n';

  test('every prefix is read without a throw, with places inside the text', () => {
    for (let length = 0; length <= text.length; length += 1) for (const reading of readingsOf(text.slice(0, length))) if (reading.kind === 'policy') expect(reading.policy.at.end <= length).toBe(true);
  });
});

test('views whose only word of it is @crossdomain, from another file', () => {
  const app = 'from flask import Flask\nfrom decorators import crossdomain\napp = Flask(__name__)\n@app.route("/lines")\n@crossdomain(origin="https://map.example.com")\ndef lines():\n    return "[]"\n';
  const decorators = 'from flask import make_response\ndef crossdomain(origin):\n    def decorator(view):\n        def wrapped():\n            response = make_response(view())\n            response.headers["Access-Control-Allow-Origin"] = origin\n            return response\n        return wrapped\n    return decorator\n';
  expect(concernsCors(app)).toBe(true);
  expect(JSON.stringify(policiesOf(app, { 'decorators.py': decorators }).map(({ steps }) => steps))).toContain('https://map.example.com');
});
