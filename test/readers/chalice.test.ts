import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import chalice from '../../src/readers/chalice/index.js';
import python from '../../src/syntax/python/index.js';
import { readPython, readPythonPrefixes } from '../support/python.js';
import { holdServerless } from '../support/serverless-rows.js';

beforeAll(() => python.load());

test('recorded answers: chalice.local, and the mock integration of the template', () => {
  expect(holdServerless(chalice, 'chalice', '1.34.0', 'chalice==1.34.0\n')).toEqual({ held: 1440, failures: [] });
});

const ORIGIN = 'https://app.example.com';

/** What a page gets: the status and Access-Control-Allow-Origin, in each case that the program leaves open. */
function answer(files: Readonly<Record<string, string>>, request: { readonly method?: string; readonly path: string }): string {
  const [file] = Object.keys(files);
  const { policies } = readPython(chalice, files, file!);
  const [policy] = policies;
  if (policy === undefined || policies.length > 1) return `${policies.length} policies`;
  const outcomes = evaluate({ policy, inner: [] }, { method: request.method ?? 'GET', path: request.path, headers: [['origin', ORIGIN]] });
  return [...new Set(outcomes.map(({ response }) => `${response.status} ${response.headers.filter(({ name }) => name === 'access-control-allow-origin').map(({ text }) => text ?? '?').join(', ') || '-'}`))].sort().join(' or ');
}

describe('routes', () => {
  test('app.api.cors counts for routes behind it', () => {
    const text = 'from chalice import Chalice\n\napp = Chalice(app_name="a")\n\n@app.route("/before")\ndef before():\n    return {}\n\napp.api.cors = True\n\n@app.route("/after")\ndef after():\n    return {}\n\n@app.route("/never", cors=False)\ndef never():\n    return {}\n';
    expect(['/before', '/after', '/never'].map((path) => answer({ 'app.py': text }, { path }))).toEqual(['200 -', '200 *', '200 -']);
    expect(['/before', '/after'].map((path) => answer({ 'app.py': text }, { path, method: 'OPTIONS' }))).toEqual(['403 -', '200 *']);
  });

  test('a blueprint in another file, with its prefix', () => {
    const files = {
      'app.py': 'from chalice import Chalice\nfrom chalicelib.items import items\n\napp = Chalice(app_name="a")\napp.register_blueprint(items, url_prefix="/v1")\n# cors',
      'chalicelib/items.py': `from chalice import Blueprint, CORSConfig\n\nitems = Blueprint(__name__)\n\n@items.route("/items", cors=CORSConfig(allow_origin="${ORIGIN}"))\ndef all():\n    return {}\n`,
    };
    expect([answer(files, { path: '/v1/items' }), answer(files, { path: '/items' })]).toEqual([`200 ${ORIGIN}`, '200 -']);
    expect(readPython(chalice, files, 'app.py').covers).toEqual(['chalicelib/items.py']);
  });

  test('a text before a parameter', () => {
    const text = `from chalice import Chalice, CORSConfig\n\napp = Chalice(app_name="a")\n\n@app.route("/items/{id}", cors=CORSConfig(allow_origin="${ORIGIN}"))\ndef item(id):\n    return {}\n\n@app.route("/items/new", cors=True)\ndef new():\n    return {}\n`;
    expect([answer({ 'app.py': text }, { path: '/items/7' }), answer({ 'app.py': text }, { path: '/items/new' })]).toEqual([`200 ${ORIGIN}`, '200 *']);
  });

  test('a function that is given the app', () => {
    const text = 'from chalice import Chalice, CORSConfig\n\ndef register(app: Chalice):\n    @app.route("/items", cors=True)\n    def items():\n        return {}\n';
    expect(answer({ 'routes.py': text }, { path: '/items' })).toBe('200 *');
  });
});

test.each([
  ['a setting', 'import os\nfrom chalice import Chalice, CORSConfig\n\napp = Chalice(app_name="a")\n\n@app.route("/", cors=CORSConfig(allow_origin=os.environ["ORIGIN"]))\ndef index():\n    return {}\n', '200 ?'],
  ['a configuration that is not in view', 'from chalice import Chalice\nfrom acme import cors_config\n\napp = Chalice(app_name="a")\n\n@app.route("/", cors=cors_config)\ndef index():\n    return {}\n', '200 ?'],
])('%s stays open', (_shape, text, expected) => {
  expect(answer({ 'app.py': text }, { path: '/' })).toBe(expected);
});

test.each([
  ['no CORS', 'from chalice import Chalice\n\napp = Chalice(app_name="cors-free")\n\n@app.route("/")\ndef index():\n    return {}\n'],
  ['another framework', 'from flask import Flask\nfrom flask_cors import CORS\n# not chalice\napp = Flask(__name__)\nCORS(app)\n'],
])('%s: no policy', (_shape, text) => {
  expect(answer({ 'app.py': text }, { path: '/' })).toBe('0 policies');
});

test('every prefix reads without a throw, with places inside the text', () => {
  const text = 'from chalice import Chalice, CORSConfig, Response\n\napp = Chalice(app_name="a")\n\n@app.route("/😀/{id}", methods=["GET"], cors=CORSConfig(allow_origin="*", max_age=600))\ndef item(id):\n    return Response({}, headers={"Access-Control-Allow-Origin": "null"})\n';
  expect(() => readPythonPrefixes(chalice, text, 'app.py')).not.toThrow();
});
