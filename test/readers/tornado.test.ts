import { beforeAll, describe, expect, test } from 'vitest';
import tornado from '../../src/readers/tornado/index.js';
import python from '../../src/syntax/python/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { answers } from '../support/answers.js';
import { grouped } from '../support/grouped.js';
import { requestOf } from '../support/handwritten-shapes.js';
import { hold } from '../support/hold.js';
import { observed } from '../support/observed.js';
import { readPython } from '../support/python.js';
import { TORNADO_SHAPES } from '../support/tornado-shapes.js';
import { tornadoSource } from '../support/tornado-sources.js';

beforeAll(() => python.load());

test('answers like the recorded servers', () => {
  const { held, failures } = hold(grouped(observed('python-jvm'), 'tornado'), (first) => {
    const { policies, gaps } = readPython(tornado, { 'app.py': tornadoSource(first), 'requirements.txt': `tornado==${first.version}\n` }, 'app.py');
    expect([policies.length, gaps]).toEqual([1, []]);
    expect(policies[0]).toMatchObject({ title: 'Tornado application', version: `Tornado ${first.version} (requirements.txt)` });
    return () => policies[0]!;
  }, () => ({}));
  expect(failures).toEqual([]);
  expect(held).toBe(203);
});

test.each(TORNADO_SHAPES.map((shape) => [shape.title, shape] as const))('%s', (_title, { source, asked }) => {
  const { policies, gaps, covers } = readPython(tornado, { 'app.py': source }, 'app.py');
  expect([gaps, covers, policies.map(({ title }) => title)]).toEqual([[], [], ['Tornado application']]);
  expect(asked.map(([request]) => {
    const { method, path, headers } = requestOf(request);
    const all = answers(policies[0]!, method, path, Object.fromEntries(headers));
    return [request, ...(all.length === 1 ? all[0]! : [all])];
  })).toEqual(asked.map((row) => [...row]));
});

describe('what is read', () => {
  const BASE = `import tornado.web\n\n\nclass Base(tornado.web.RequestHandler):\n    def set_default_headers(self):\n        self.set_header("Access-Control-Allow-Origin", "*")\n`;
  const titles = (texts: Readonly<Record<string, string>>, file: string): readonly (readonly [string, readonly string[]])[] => readPython(tornado, texts, file).policies.map(({ title, probes }) => [title, probes.map(({ path, methods, requestHeaders }) => `${(methods ?? ['*']).join()} ${path} ${requestHeaders.join()}`.trim())]);

  test('handlers whose application is not in view, each by itself', () => {
    expect(titles({ 'a.py': `${BASE}\n\nclass A(Base):\n    def get(self):\n        self.write("x")\n\n    def post(self):\n        self.write(self.request.body)\n` }, 'a.py')).toEqual([['Tornado handler A', ['GET,POST / content-type']]]);
    expect(titles({ 'a.py': BASE }, 'a.py')).toEqual([['Tornado handler Base', ['* /']]]);
  });

  test('an application with handlers of other files covers these', () => {
    const texts = {
      'server/app.py': `from tornado import web\nfrom server.handlers.items import Items\nfrom .handlers import base\n\napplication = web.Application([(r"/items/(?P<id>[^/]+)", Items)], cors="*")\napplication.listen(8888)\n`,
      'server/handlers/__init__.py': '',
      'server/handlers/base.py': BASE,
      'server/handlers/items.py': `from .base import Base\n\n\nclass Items(Base):\n    def get(self, id):\n        self.write(id)\n`,
    };
    const { policies, covers } = readPython(tornado, texts, 'server/app.py');
    expect([policies.map(({ title, listens, probes }) => [title, listens, probes.map(({ path }) => path)]), covers]).toEqual([[['Tornado application', [8888], ['/items/a']]], ['server/handlers/base.py', 'server/handlers/items.py']]);
  });

  test('many handlers that do the same are one in the steps', () => {
    const handlers = (count: number): string => `${BASE}\n\n${Array.from({ length: count }, (_, index) => `class H${index}(Base):\n    def get(self):\n        self.write("x")\n\n\n`).join('')}app = tornado.web.Application([${Array.from({ length: count }, (_, index) => `(r"/h${index}", H${index})`).join(', ')}])\n`;
    const [few, many] = [2, 40].map((count) => readPython(tornado, { 'a.py': handlers(count) }, 'a.py').policies[0]!);
    expect([many!.steps.length, many!.probes.length]).toEqual([few!.steps.length, 40]);
  });

  test('a rule between others that could take their paths keeps its place', () => {
    const [policy] = readPython(tornado, { 'a.py': `${BASE}\n    def get(self, *args):\n        self.write("x")\n\n\nclass Plain(tornado.web.RequestHandler):\n    def get(self, *args):\n        self.write("x")\n\n\napp = tornado.web.Application([(r"/a", Base), (r"/(.*)", Plain), (r"/b", Base)])\n` }, 'a.py').policies;
    expect(['/a', '/b'].map((path) => answers(policy!, 'GET', path, {}))).toEqual([[[200, { 'allow-origin': '*' }]], [[200, {}]]]);
  });

  test('what cannot be known is open: rules, classes, log-ins', () => {
    const [policy] = readPython(tornado, { 'a.py': `from plugins import routes\n${BASE}\n    def prepare(self):\n        if not self.current_user:\n            raise tornado.web.HTTPError(401)\n\n    def get(self):\n        self.write("x")\n\n\napp = tornado.web.Application([(r"/a", Base)] + routes())\n` }, 'a.py').policies;
    expect(answers(policy!, 'GET', '/a', {}).map(([status]) => status).sort()).toEqual([200, 401]);
    expect(answers(policy!, 'OPTIONS', '/none', {})).toEqual([[null, {}]]);
  });

  test.each([
    ['a client', `from tornado.httpclient import AsyncHTTPClient, HTTPRequest\nrequest = HTTPRequest("https://x", headers={"Access-Control-Allow-Origin": "*"})\n`],
    ['websockets that take every origin', `import tornado.websocket\n\n\nclass Echo(tornado.websocket.WebSocketHandler):\n    def check_origin(self, origin):\n        return True\n`],
    ['handlers of something else', `class Handler:\n    def get(self):\n        self.set_header("Access-Control-Allow-Origin", "*")\n`],
    ['headers that are no CORS', `import tornado.web\n\n\nclass A(tornado.web.RequestHandler):\n    def get(self):\n        self.set_header("Vary", "Origin")\n        print("Access-Control-Allow-Origin")\n`],
  ])('silence: %s', (_name, text) => {
    const { policies, gaps } = readPython(tornado, { 'a.py': text }, 'a.py');
    expect([policies, gaps]).toEqual([[], []]);
  });
});

test('any text: every prefix is read without a throw, with places inside it', () => {
  const text = `\ufeffimport tornado.web\r\nnames = "😀"\r\nclass A(tornado.web.RequestHandler):\r\n    def set_default_headers(self):\r\n        self.set_header("Access-Control-Allow-Origin", self.request.headers.get("Origin", "*"))\r\n    @tornado.web.authenticated\r\n    async def get(self, *args):\r\n        raise tornado.web.HTTPError(403)\r\napp = tornado.web.Application([(r"/(.*)", A), tornado.web.url(r"/x", A)], **names)\r\napp.listen(1)\r\n`;
  let read = 0;
  for (let length = 0; length <= text.length; length++) {
    const part = text.slice(0, length);
    const { unit } = python.parse(new SourceText('a.py', part), filesFrom({ 'a.py': part }));
    for (const reading of unit === undefined ? [] : tornado.read(unit)) {
      if (reading.kind !== 'policy') continue;
      read++;
      for (const { effects } of reading.policy.steps) for (const { op, at } of effects) expect(part.slice(at.start, at.end)).toMatch(op === 'remove' ? /^(?:raise|class A)/ : /^self\.set_header/);
    }
  }
  expect(read).toBeGreaterThan(100);
});
