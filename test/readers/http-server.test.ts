import { beforeAll, expect, test } from 'vitest';
import httpServer from '../../src/readers/http-server/index.js';
import python from '../../src/syntax/python/index.js';
import { answers } from '../support/answers.js';
import { requestOf } from '../support/handwritten-shapes.js';
import { HTTP_SERVER_SHAPES } from '../support/http-server-shapes.js';
import { readPython } from '../support/python.js';

beforeAll(() => python.load());

test.each(HTTP_SERVER_SHAPES.map((shape) => [shape.title, shape] as const))('%s', (_title, { source, asked }) => {
  const { policies, gaps, covers } = readPython(httpServer, { 'app.py': source }, 'app.py');
  expect([gaps, covers, policies.map(({ title }) => title)]).toEqual([[], [], ['HTTP request handler Handler']]);
  expect(asked.map(([request]) => {
    const { method, path, headers } = requestOf(request);
    const all = answers(policies[0]!, method, path, Object.fromEntries(headers));
    return [request, ...(all.length === 1 ? all[0]! : [all])];
  })).toEqual(asked.map((row) => [...row]));
});

test('ports, paths that code compares, headers that handlers need', () => {
  const { policies } = readPython(httpServer, {
    'serve.py': `import json
import socketserver
import http.server

PORT = 8000


class Api(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        if self.path == "/items" and self.headers.get("Content-Type") == "application/json":
            json.loads(self.rfile.read(1))
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()


with socketserver.TCPServer(("", PORT), Api) as httpd:
    httpd.serve_forever()
`,
  }, 'serve.py');
  expect(policies.map(({ title, listens, probes }) => [title, listens, probes.map(({ path, methods, requestHeaders }) => [path, methods, requestHeaders])])).toEqual([['HTTP request handler Api', [8000], [['/', ['POST'], ['content-type']]]]]);
});

test.each([
  ['a client', `import http.client\nconnection = http.client.HTTPConnection("x")\nconnection.putheader("Access-Control-Allow-Origin", "*")\n`],
  ['another class of that name', `class BaseHTTPRequestHandler:\n    pass\n\n\nclass H(BaseHTTPRequestHandler):\n    def do_GET(self):\n        self.send_header("Access-Control-Allow-Origin", "*")\n`],
  ['headers of something else', `from http.server import BaseHTTPRequestHandler\n\n\nclass H(BaseHTTPRequestHandler):\n    def do_GET(self):\n        if "access-control-allow-origin" in self.headers:\n            self.send_response(400)\n        self.end_headers()\n`],
])('silence: %s', (_name, text) => {
  const { policies, gaps } = readPython(httpServer, { 'a.py': text }, 'a.py');
  expect([policies, gaps]).toEqual([[], []]);
});
