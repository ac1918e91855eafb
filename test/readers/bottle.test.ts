import { beforeAll, describe, expect, test } from 'vitest';
import bottle from '../../src/readers/bottle/index.js';
import python from '../../src/syntax/python/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { answers } from '../support/answers.js';
import { BOTTLE_SHAPES } from '../support/bottle-shapes.js';
import { bottleSource } from '../support/bottle-sources.js';
import { grouped } from '../support/grouped.js';
import { requestOf } from '../support/handwritten-shapes.js';
import { hold } from '../support/hold.js';
import { observed } from '../support/observed.js';
import { readPython } from '../support/python.js';

beforeAll(() => python.load());

test('answers like the recorded servers', () => {
  const { held, failures } = hold(grouped(observed('python-jvm'), 'bottle'), (first) => {
    const { policies, gaps } = readPython(bottle, { 'app.py': bottleSource(first), 'requirements.txt': `bottle==${first.version}\n` }, 'app.py');
    expect([policies.length, gaps]).toEqual([1, []]);
    expect(policies[0]).toMatchObject({ title: 'Bottle app', version: `Bottle ${first.version} (requirements.txt)` });
    return () => policies[0]!;
  }, () => ({}));
  expect(failures).toEqual([]);
  expect(held).toBe(174);
});

test.each(BOTTLE_SHAPES.map((shape) => [shape.title, shape] as const))('%s', (_title, { source, asked }) => {
  const { policies, gaps, covers } = readPython(bottle, { 'app.py': source }, 'app.py');
  expect([gaps, covers, policies.map(({ title }) => title)]).toEqual([[], [], ['Bottle app']]);
  const [policy] = policies;
  expect(asked.map(([request]) => {
    const { method, path, headers } = requestOf(request);
    const all = answers(policy!, method, path, Object.fromEntries(headers));
    return [request, ...(all.length === 1 ? all[0]! : [all])];
  })).toEqual(asked.map((row) => [...row]));
});

describe('what is read', () => {
  const titles = (text: string): readonly (readonly [string, readonly number[], readonly string[]])[] => readPython(bottle, { 'a.py': text }, 'a.py').policies.map(({ title, listens, probes }) => [title, listens, probes.map(({ path, methods, requestHeaders }) => `${(methods ?? ['*']).join()} ${path} ${requestHeaders.join()}`.trim())]);
  const CORS = `response.headers["Access-Control-Allow-Origin"] = "*"`;

  test.each([
    ['the default app, its shortcuts and its server', `from bottle import *\n\n@hook("after_request")\ndef cors():\n    ${CORS}\n\n@post("/items")\ndef items():\n    return request.json\n\nrun(host="0.0.0.0")\n`, [['Bottle app', [8080], ['POST /items content-type']]]],
    ['the module by its name', `import bottle\n\napp = bottle.default_app()\n\n@bottle.route("/a/<name>")\ndef a(name):\n    bottle.${CORS}\n\nbottle.run(app, port=9000)\n`, [['Bottle app', [9000], ['GET,HEAD /a/a']]]],
    ['a factory', `from bottle import Bottle, response\n\ndef create(origin="*"):\n    app = Bottle()\n\n    @app.get("/a")\n    def a():\n        response.set_header("Access-Control-Allow-Origin", origin)\n\n    return app\n`, [['Bottle app', [], ['GET,HEAD /a']]]],
    ['an app that is passed in', `from bottle import response\n\ndef setup(app):\n    @app.hook("after_request")\n    def cors():\n        ${CORS}\n`, [['Bottle app', [], ['* /']]]],
    ['an app in an object', `from bottle import Bottle, response\n\nclass Server:\n    def __init__(self):\n        self._app = Bottle()\n        self._app.add_hook("after_request", self._cors)\n        self._app.route("/a", method="PUT", callback=self._a)\n\n    def _cors(self):\n        ${CORS}\n\n    def _a(self):\n        return "x"\n`, [['Bottle app', [], ['PUT /a']]]],
    ['an app that is an object', `from bottle import Bottle, response\n\nclass Server(Bottle):\n    def __init__(self):\n        super().__init__()\n        self.route("/a", callback=self.a)\n\n    def a(self):\n        ${CORS}\n`, [['Bottle app', [], ['GET,HEAD /a']]]],
    ['plugins that other files install', `from bottle import request, response\n\nclass Cors:\n    api = 2\n\n    def apply(self, callback, route):\n        def wrapper(*args, **kwargs):\n            ${CORS}\n            return callback(*args, **kwargs)\n        return wrapper\n\ndef allow(view):\n    def wrapper(*args, **kwargs):\n        ${CORS}\n        return view(*args, **kwargs)\n    return wrapper\n`, [['Bottle plugin Cors', [], ['* /']], ['Bottle plugin allow', [], ['* /']]]],
  ])('%s', (_name, text, expected) => {
    expect(titles(text)).toEqual(expected);
  });

  test('hooks of 0.12 come before what replaces the response', () => {
    const text = `from bottle import abort, get, hook, response\n\n@hook("after_request")\ndef cors():\n    ${CORS}\n\n@get("/a")\ndef a():\n    abort(403)\n`;
    const asked = ['0.12.25', '0.13.4'].map((version) => answers(readPython(bottle, { 'a.py': text, 'requirements.txt': `bottle==${version}\n` }, 'a.py').policies[0]!, 'GET', '/a', {}));
    expect(asked).toEqual([[[403, {}]], [[403, { 'allow-origin': '*' }]]]);
  });

  test('a plugin that is not in view and named after CORS is a gap', () => {
    const { policies, gaps } = readPython(bottle, { 'a.py': `from bottle import Bottle, response\nfrom plugins import EnableCors\n\napp = Bottle()\napp.install(EnableCors())\n\n@app.get("/a")\ndef a():\n    return "x"\n` }, 'a.py');
    expect([policies, gaps.map(({ reason }) => reason)]).toEqual([[], ['function-call']]);
  });

  test.each([
    ['a client', `import requests\nimport bottle\nrequests.get("https://x", headers={"Access-Control-Allow-Origin": "*"})\n`],
    ['a response of another framework', `from flask import Flask, response\n\napp = Flask(__name__)\n\n@app.hook("after_request")\ndef cors():\n    ${CORS}\n`],
    ['the word alone', `# bottle\nresponse.headers["Access-Control-Allow-Origin"] = "*"\n`],
  ])('silence: %s', (_name, text) => {
    const { policies, gaps } = readPython(bottle, { 'a.py': text }, 'a.py');
    expect([policies, gaps]).toEqual([[], []]);
  });
});

test('any text: every prefix is read without a throw, with places inside it', () => {
  const text = `\ufefffrom bottle import Bottle, request, response, HTTPResponse\r\nnames = "😀"\r\napp = Bottle()\r\n@app.hook('after_request')\r\ndef cors():\r\n    response.headers['Access-Control-Allow-Origin'] = request.headers['Origin']\r\n@app.route('/<path:path>', method=['GET', 'OPTIONS'])\r\ndef any(path):\r\n    return HTTPResponse(status=204, headers={'Access-Control-Allow-Methods': 'PUT'})\r\napp.mount('/x/', app)\r\napp.run(port=int(names))\r\n`;
  let read = 0;
  for (let length = 0; length <= text.length; length++) {
    const part = text.slice(0, length);
    const { unit } = python.parse(new SourceText('a.py', part), filesFrom({ 'a.py': part }));
    for (const reading of unit === undefined ? [] : bottle.read(unit)) {
      if (reading.kind !== 'policy') continue;
      read++;
      for (const { effects } of reading.policy.steps) for (const { at } of effects) expect(at.file === 'a.py' && at.end <= length).toBe(true);
    }
  }
  expect(read).toBeGreaterThan(100);
});
