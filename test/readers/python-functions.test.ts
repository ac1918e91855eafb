import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import pythonFunctions from '../../src/readers/python-functions/index.js';
import python from '../../src/syntax/python/index.js';
import { readPython, readPythonPrefixes } from '../support/python.js';
import { holdServerless } from '../support/serverless-rows.js';

beforeAll(() => python.load());

test.each([['functions-framework 3.10.2', 360], ['azure-functions 1.26.0', 270]])('recorded answers: %s', (version, held) => {
  expect(holdServerless(pythonFunctions, 'python-functions', version, '')).toEqual({ held, failures: [] });
});

const ORIGIN = 'https://app.example.com';

/** What a page at `origin` gets in each case that the function leaves open: the status, Access-Control-Allow-Origin and Vary. */
function answer(text: string, request: { readonly method?: string; readonly origin?: string } = {}): string {
  const { policies } = readPython(pythonFunctions, { 'main.py': text }, 'main.py');
  const [policy] = policies;
  if (policy === undefined || policies.length > 1) return `${policies.length} policies`;
  const outcomes = evaluate({ policy, inner: [] }, { method: request.method ?? 'GET', path: '/', headers: [['origin', request.origin ?? ORIGIN]] });
  return [...new Set(outcomes.map(({ response }) => `${response.status} ${['access-control-allow-origin', 'vary'].map((name) => response.headers.filter((line) => line.name === name).map(({ text: sent }) => sent ?? '?').join(', ') || '-').join(' ')}`))].sort().join(' or ');
}

const STAR = '{"Access-Control-Allow-Origin": "*"}';

describe('Google Cloud', () => {
  test('the example of the documentation', () => {
    const text = `import functions_framework\n\n@functions_framework.http\ndef cors_enabled_function(request):\n    if request.method == "OPTIONS":\n        headers = {\n            "Access-Control-Allow-Origin": "*",\n            "Access-Control-Allow-Methods": "GET",\n            "Access-Control-Allow-Headers": "Content-Type",\n            "Access-Control-Max-Age": "3600",\n        }\n        return ("", 204, headers)\n\n    headers = ${STAR}\n    return ("Hello World!", 200, headers)\n`;
    expect(['OPTIONS', 'GET'].map((method) => answer(text, { method }))).toEqual(['204 * -', '200 * -']);
  });

  test.each([
    ['a function without a decorator', `def hello(request):\n    return ("hello", 200, ${STAR})\n`],
    ['headers without a status', `def hello(request):\n    return "hello", ${STAR}\n`],
    ['http imported by its name', `from functions_framework import http\n\n@http\ndef hello(request):\n    return ("hello", 200, ${STAR})\n`],
    ['the framework by another name', `import functions_framework as _framework\nfrom flask import Request as _Request, Response as _Response\n\n@_framework.http\ndef hello(request: _Request):\n    return _Response("x", 200, ${STAR})\n`],
    ['the request of Flask', `import functions_framework\nfrom flask import request\n\n@functions_framework.http\ndef hello(req):\n    if request.method == "OPTIONS":\n        return ("", 204)\n    return ("x", 200, ${STAR})\n`],
    ['make_response', 'from flask import make_response\nimport functions_framework\n\n@functions_framework.http\ndef hello(request):\n    response = make_response("hello", 200)\n    response.headers["Access-Control-Allow-Origin"] = "*"\n    return response\n'],
    ['make_response of jsonify', 'from flask import jsonify, make_response\n\ndef hello(request):\n    response = make_response(jsonify({"a": 1}))\n    response.headers.add("Access-Control-Allow-Origin", "*")\n    return response\n'],
    ['jsonify in a tuple', `from flask import jsonify\n\ndef hello(request):\n    return jsonify({}), 200, ${STAR}\n`],
    ['a Response', `from flask import Response\n\ndef hello(request):\n    return Response("x", status=200, headers=${STAR})\n`],
    ['Firebase', `from firebase_functions import https_fn\n\n@https_fn.on_request()\ndef hello(req: https_fn.Request) -> https_fn.Response:\n    return https_fn.Response("x", headers=${STAR})\n`],
    ['a helper that is given the response', 'from flask import make_response\n\ndef allow(response):\n    response.headers["Access-Control-Allow-Origin"] = "*"\n    return response\n\ndef hello(request):\n    return allow(make_response("x"))\n'],
    ['a status that is set', 'from flask import make_response\n\ndef hello(request):\n    response = make_response()\n    response.headers.extend({"Access-Control-Allow-Origin": "*"})\n    response.status_code = 200\n    return response\n'],
  ])('follows %s', (_shape, text) => {
    expect(answer(text)).toBe('200 * -');
  });

  test('what is None is sent as text, and booleans as Python writes them', () => {
    const text = 'def hello(request):\n    return ("", 204, {"Access-Control-Allow-Origin": request.headers.get("Origin"), "Access-Control-Allow-Credentials": True})\n';
    const { policies } = readPython(pythonFunctions, { 'main.py': text }, 'main.py');
    const sent = (headers: readonly (readonly [string, string])[]): readonly string[] => evaluate({ policy: policies[0]!, inner: [] }, { method: 'GET', path: '/', headers }).flatMap(({ response }) => response.headers.map(({ name, text: value }) => `${name}: ${value}`));
    expect([sent([['origin', ORIGIN]]), sent([])]).toEqual([
      [`access-control-allow-origin: ${ORIGIN}`, 'access-control-allow-credentials: True'],
      ['access-control-allow-origin: None', 'access-control-allow-credentials: True'],
    ]);
  });

  test('an allowlist', () => {
    const text = `ALLOWED = {"${ORIGIN}"}\n\ndef hello(request):\n    headers = {"Vary": "Origin"}\n    if request.headers.get("Origin") in ALLOWED:\n        headers["Access-Control-Allow-Origin"] = request.headers["Origin"]\n    return ("x", 200, headers)\n`;
    expect([answer(text), answer(text, { origin: 'https://evil.test' })]).toEqual([`200 ${ORIGIN} Origin`, '200 - Origin']);
  });
});

test('options of Firebase are told as not followed', () => {
  const text = 'from firebase_functions import https_fn, options\n\n@https_fn.on_request(cors=options.CorsOptions(cors_origins="*", cors_methods=["get"]))\ndef hello(req: https_fn.Request) -> https_fn.Response:\n    return https_fn.Response("x")\n';
  const { gaps, policies } = readPython(pythonFunctions, { 'main.py': text }, 'main.py');
  expect([policies.length, gaps.map(({ at }) => text.slice(at.start, at.end))]).toEqual([0, ['cors=options.CorsOptions(cors_origins="*", cors_methods=["get"])']]);
});

test.each([
  ['Flask', 'from flask import make_response\n\ndef hello(request):\n    response = make_response("x")\n    response.headers["Access-Control-Allow-Origin"] = "*"\n    response.headers["Access-Control-Allow-Credentials"] = True\n    return response\n'],
  ['Azure', 'import azure.functions as func\n\ndef main(req: func.HttpRequest):\n    return func.HttpResponse("x", headers={"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": True})\n'],
])('%s makes text of booleans', (_cloud, text) => {
  const { policies } = readPython(pythonFunctions, { 'main.py': text }, 'main.py');
  const [outcome] = evaluate({ policy: policies[0]!, inner: [] }, { method: 'GET', path: '/', headers: [['origin', ORIGIN]] });
  expect(outcome?.response.headers.find(({ name }) => name === 'access-control-allow-credentials')?.text).toBe('True');
});

describe('Azure', () => {
  test.each([
    ['a function of version 1', `import azure.functions as func\n\ndef main(req: func.HttpRequest) -> func.HttpResponse:\n    return func.HttpResponse("x", headers=${STAR})\n`],
    ['a function of version 2', `import azure.functions as func\n\napp = func.FunctionApp()\n\n@app.route(route="hello", auth_level=func.AuthLevel.ANONYMOUS)\ndef hello(req: func.HttpRequest) -> func.HttpResponse:\n    return func.HttpResponse("x", status_code=200, headers=${STAR})\n`],
    ['headers that are set', 'import azure.functions as func\n\ndef main(req: func.HttpRequest) -> func.HttpResponse:\n    response = func.HttpResponse("x")\n    response.headers["Access-Control-Allow-Origin"] = "*"\n    return response\n'],
  ])('follows %s', (_shape, text) => {
    expect(answer(text)).toBe('200 * -');
  });

  test('OPTIONS where the function knows it, and where it refuses it without', () => {
    const knows = `import azure.functions as func\n\ndef main(req: func.HttpRequest) -> func.HttpResponse:\n    if req.method == "OPTIONS":\n        return func.HttpResponse(status_code=204, headers=${STAR})\n    return func.HttpResponse("x")\n`;
    const refuses = `import azure.functions as func\n\ndef main(req: func.HttpRequest) -> func.HttpResponse:\n    if req.method == "GET":\n        return func.HttpResponse("x", headers=${STAR})\n    return func.HttpResponse(status_code=405)\n`;
    expect([answer(knows, { method: 'OPTIONS' }), answer(knows), answer(refuses, { method: 'OPTIONS' }), answer(refuses)]).toEqual(['204 * -', '200 - -', 'null - -', '200 * -']);
  });
});

test.each([
  ['a view of Django', `from django.http import HttpRequest, HttpResponse\n\ndef view(request: HttpRequest):\n    response = HttpResponse("x")\n    response["Access-Control-Allow-Origin"] = "*"\n    return response\n`],
  ['a helper of a Flask application', `from flask import Flask, make_response\n\napp = Flask(__name__)\n\ndef preflight(request):\n    response = make_response()\n    response.headers["Access-Control-Allow-Origin"] = "*"\n    return response\n`],
  ['a client', `import requests\n\ndef send(request):\n    return requests.post("https://x", headers=${STAR})\n`],
  ['a function without headers', 'def hello(request):\n    # cors is the gateway’s\n    return ("x", 200)\n'],
])('%s: no policy', (_shape, text) => {
  expect(answer(text)).toBe('0 policies');
});

test('every prefix reads without a throw, with places inside the text', () => {
  const text = 'import azure.functions as func\n\ndef main(req: func.HttpRequest):\n    if req.method == "OPTIONS":\n        return func.HttpResponse(status_code=204)\n    return func.HttpResponse("😀", headers={"Access-Control-Allow-Origin": req.headers.get("Origin")})\n';
  expect(() => readPythonPrefixes(pythonFunctions, text, 'main.py')).not.toThrow();
});
