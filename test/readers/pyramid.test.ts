import { beforeAll, expect, test } from 'vitest';
import pyramid from '../../src/readers/pyramid/index.js';
import python from '../../src/syntax/python/index.js';
import { A, answers } from '../support/answers.js';
import { readPython } from '../support/python.js';

beforeAll(() => python.load());

const SUBSCRIBER = `def allow(event):\n    event.response.headers["Access-Control-Allow-Origin"] = "*"\n`;
const STAR = { 'allow-origin': '*' };

/** Asked of Pyramid 2.1, whose answers to unknown paths have these headers, too. */
test.each<[string, string, readonly (readonly [number | null, Readonly<Record<string, string>>])[]]>([
  ['a subscriber', `from pyramid.events import NewResponse\n\n${SUBSCRIBER}\ndef includeme(config):\n    config.add_subscriber(allow, NewResponse)\n`, [[200, STAR], [null, STAR]]],
  ['by its dotted names', `${SUBSCRIBER}\ndef includeme(config):\n    config.add_subscriber("app.subscribers.allow", "pyramid.interfaces.INewResponse")\n`.replace('def', 'import pyramid\n\ndef'), [[200, STAR], [null, STAR]]],
  ['by a decorator', `from pyramid.events import NewResponse, subscriber\n\n@subscriber(NewResponse)\n${SUBSCRIBER}`, [[200, STAR], [null, STAR]]],
  ['a callback that is put on each request', `from pyramid.events import NewRequest, subscriber\n\n@subscriber(NewRequest)\ndef later(event):\n    def allow(request, response):\n        response.headers.update({"Access-Control-Allow-Origin": request.headers.get("Origin") or "*", "Access-Control-Max-Age": "5"})\n    event.request.add_response_callback(allow)\n`, [[200, { 'allow-origin': A.origin, 'max-age': '5' }], [null, { 'allow-origin': A.origin, 'max-age': '5' }]]],
  ['a tween that answers preflights by itself', `from pyramid.config import Configurator\nfrom pyramid.response import Response\n\ndef cors(handler, registry):\n    def tween(request):\n        if request.method == "OPTIONS":\n            answer = Response(status="204 No Content")\n            answer.headers["Access-Control-Allow-Origin"] = "*"\n            return answer\n        response = handler(request)\n        response.headers.setdefault("Access-Control-Allow-Origin", "https://app.example.com")\n        return response\n    return tween\n\nconfig = Configurator()\nconfig.add_tween("app.cors")\n`, [[200, { 'allow-origin': A.origin }], [204, STAR]]],
])('%s', (_name, text, expected) => {
  const { policies, gaps, covers } = readPython(pyramid, { 'app.py': text }, 'app.py');
  expect([gaps, covers, policies.map(({ title }) => title)]).toEqual([[], [], ['Pyramid app']]);
  expect(['GET', 'OPTIONS'].flatMap((method) => answers(policies[0]!, method, '/', A))).toEqual(expected);
});

test.each([
  ['a subscriber to something else', `from pyramid.events import BeforeRender, subscriber\n\n@subscriber(BeforeRender)\n${SUBSCRIBER}`],
  ['a function that nobody registers', `import pyramid\n\n${SUBSCRIBER}`],
])('silence: %s', (_name, text) => {
  const { policies, gaps } = readPython(pyramid, { 'a.py': text }, 'a.py');
  expect([policies, gaps]).toEqual([[], []]);
});
