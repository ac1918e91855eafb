import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import pythonLambda from '../../src/readers/python-lambda/index.js';
import python from '../../src/syntax/python/index.js';
import { readPython, readPythonPrefixes } from '../support/python.js';
import { holdServerless } from '../support/serverless-rows.js';

beforeAll(() => python.load());

test('recorded answers, as API Gateway passes them on', () => {
  expect(holdServerless(pythonLambda, 'python-lambda', '', '')).toEqual({ held: 720, failures: [] });
});

const ORIGIN = 'https://app.example.com';

/** What a page at `origin` gets in each case that the function leaves open: the status, Access-Control-Allow-Origin and Vary. */
function answer(files: Readonly<Record<string, string>>, request: { readonly method?: string; readonly origin?: string; readonly path?: string } = {}): string {
  const [file] = Object.keys(files);
  const { policies } = readPython(pythonLambda, files, file!);
  const [policy] = policies;
  if (policy === undefined || policies.length > 1) return `${policies.length} policies`;
  const outcomes = evaluate({ policy, inner: [] }, { method: request.method ?? 'GET', path: request.path ?? '/', headers: [['origin', request.origin ?? ORIGIN]] });
  return [...new Set(outcomes.map(({ response }) => `${response.status} ${['access-control-allow-origin', 'vary'].map((name) => response.headers.filter((line) => line.name === name).map(({ text }) => text ?? '?').join(', ') || '-').join(' ')}`))].sort().join(' or ');
}

const STAR = '{"Access-Control-Allow-Origin": "*"}';

test.each([
  ['a handler', `import json\n\ndef lambda_handler(event, context):\n    return {"statusCode": 200, "headers": ${STAR}, "body": json.dumps({})}\n`],
  ['a name', `def handler(event, context):\n    response = {\n        "statusCode": 200,\n        "headers": ${STAR},\n    }\n    return response\n`],
  ['typed parameters', `def lambda_handler(event: dict, context: LambdaContext) -> dict:\n    return {"statusCode": 200, "headers": ${STAR}}\n`],
  ['a constant', `HEADERS = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}\n\ndef lambda_handler(event, context):\n    return {"statusCode": 200, "headers": HEADERS, "body": ""}\n`],
  ['a constant spread', `CORS = ${STAR}\n\ndef lambda_handler(event, _):\n    return {"statusCode": 200, "headers": {**CORS, "Content-Type": "text/plain"}}\n`],
  ['a helper', `import json\n\ndef respond(status, body):\n    return {"statusCode": status, "headers": ${STAR}, "body": json.dumps(body)}\n\ndef lambda_handler(event, context):\n    return respond(200, {})\n`],
  ['a helper with keywords', `def respond(body, status_code=200, headers=None):\n    base = ${STAR}\n    if headers:\n        base.update(headers)\n    return {"statusCode": status_code, "headers": base, "body": body}\n\ndef lambda_handler(event, context):\n    return respond(body="x")\n`],
  ['the blueprint of the console', `def respond(err, res=None):\n    return {\n        'statusCode': '400' if err else '200',\n        'body': err.message if err else res,\n        'headers': {'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*'},\n    }\n\ndef lambda_handler(event, context):\n    return respond(None, "x")\n`],
  ['a header assigned', `def lambda_handler(event, context):\n    response = {"statusCode": 200, "headers": {}}\n    response["headers"]["Access-Control-Allow-Origin"] = "*"\n    return response\n`],
  ['dict()', `def lambda_handler(event, context):\n    return dict(statusCode=200, headers=${STAR})\n`],
  ['multiValueHeaders', `def lambda_handler(event, context):\n    return {"statusCode": 200, "multiValueHeaders": {"Access-Control-Allow-Origin": ["*"]}}\n`],
  ['a decorator of a package', `from aws_lambda_powertools import Logger\nlogger = Logger()\n\n@logger.inject_lambda_context\ndef lambda_handler(event, context):\n    return {"statusCode": 200, "headers": ${STAR}}\n`],
  ['a decorator of the file', `import functools\n\ndef cors(function):\n    @functools.wraps(function)\n    def wrapper(event, context):\n        response = function(event, context)\n        response["headers"] = ${STAR}\n        return response\n    return wrapper\n\n@cors\ndef lambda_handler(event, context):\n    return {"statusCode": 200, "body": ""}\n`],
  ['lambda_decorators', 'from lambda_decorators import cors_headers\n\n@cors_headers\ndef lambda_handler(event, context):\n    return {"statusCode": 200, "body": ""}\n'],
  ['an object of the file', `import json\n\nclass Response:\n    def __init__(self, status):\n        self.status = status\n        self.headers = ${STAR}\n\n    def to_dict(self):\n        return {"statusCode": self.status, "headers": self.headers}\n\ndef handler(event, context):\n    return Response(200).to_dict()\n`],
  ['a status of the standard library', `from http import HTTPStatus\n\ndef handler(event, context):\n    return {"statusCode": HTTPStatus.OK, "headers": ${STAR}}\n`],
  ['a request instead of an event', `def handler(request, context):\n    method = request.get("httpMethod", "GET")\n    return {"statusCode": 200 if method == "GET" else 405, "headers": ${STAR}}\n`],
  ['a call of one’s own', `def lambda_handler(event, context):\n    return {"statusCode": 200, "headers": ${STAR}}\n\nif __name__ == "__main__":\n    print(lambda_handler({}, None))\n`],
])('follows %s', (_shape, text) => {
  expect(answer({ 'handler.py': text })).toBe('200 * -');
});

describe('conditions', () => {
  const LIST = `ALLOWED = ["${ORIGIN}", "https://admin.example.com"]\n\n`;
  test.each([
    ['an allowlist', `${LIST}def lambda_handler(event, context):\n    origin = event["headers"].get("origin")\n    headers = {"Vary": "Origin"}\n    if origin in ALLOWED:\n        headers["Access-Control-Allow-Origin"] = origin\n    return {"statusCode": 200, "headers": headers}\n`, `200 ${ORIGIN} Origin`, '200 - Origin'],
    ['both spellings', `${LIST}def lambda_handler(event, context):\n    headers = event.get("headers") or {}\n    origin = headers.get("origin") or headers.get("Origin", "")\n    return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": origin if origin in ALLOWED else ALLOWED[0]}}\n`, `200 ${ORIGIN} -`, `200 ${ORIGIN} -`],
    ['a suffix', 'def lambda_handler(event, context):\n    origin = event["headers"]["origin"]\n    headers = {}\n    if origin.endswith(".example.com"):\n        headers["Access-Control-Allow-Origin"] = origin\n    return {"statusCode": 200, "headers": headers}\n', `200 ${ORIGIN} -`, '200 - -'],
    ['a pattern', 'import re\n\ndef lambda_handler(event, context):\n    origin = event["headers"]["origin"]\n    headers = {}\n    if re.match(r"https://\\w+\\.example\\.com$", origin):\n        headers["Access-Control-Allow-Origin"] = origin\n    return {"statusCode": 200, "headers": headers}\n', `200 ${ORIGIN} -`, '200 - -'],
    ['a helper that picks', `${LIST}def pick(event):\n    origin = event.get("headers", {}).get("origin", "")\n    for allowed in ALLOWED:\n        if origin == allowed:\n            return origin\n    return ALLOWED[0]\n\ndef lambda_handler(event, context):\n    return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": pick(event)}}\n`, `200 ${ORIGIN} -`, `200 ${ORIGIN} -`],
    ['names of headers in lower case', `${LIST}def lambda_handler(event, context):\n    headers = {name.lower(): value for name, value in event["headers"].items()}\n    origin = headers.get("origin", "")\n    return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": origin} if origin in ALLOWED else {}}\n`, `200 ${ORIGIN} -`, '200 - -'],
    ['an echo', 'def lambda_handler(event, context):\n    return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": event["headers"]["origin"]}}\n', `200 ${ORIGIN} -`, '200 https://evil.test -'],
  ])('%s', (_shape, text, served, refused) => {
    expect([answer({ 'handler.py': text }), answer({ 'handler.py': text }, { origin: 'https://evil.test' })]).toEqual([served, refused]);
  });

  test.each([
    ['1.0', 'event["httpMethod"]'],
    ['1.0 by get', 'event.get("httpMethod")'],
    ['2.0', 'event["requestContext"]["http"]["method"]'],
    ['both', 'event.get("httpMethod") or event.get("requestContext", {}).get("http", {}).get("method", "")'],
  ])('the method in a payload of version %s', (_version, method) => {
    const text = `def lambda_handler(event, context):\n    method = ${method}\n    if method == "OPTIONS":\n        return {"statusCode": 204, "headers": ${STAR}}\n    return {"statusCode": 200, "headers": {}}\n`;
    expect(['OPTIONS', 'GET'].map((name) => answer({ 'handler.py': text }, { method: name }))).toEqual(['204 * -', '200 - -']);
  });

  test('whether OPTIONS comes is not known where the function refuses it without knowing it', () => {
    const text = `def lambda_handler(event, context):\n    if event["httpMethod"] == "GET":\n        return {"statusCode": 200, "headers": ${STAR}}\n    return {"statusCode": 405, "headers": ${STAR}}\n`;
    expect(['GET', 'PUT', 'OPTIONS'].map((method) => answer({ 'handler.py': text }, { method }))).toEqual(['200 * -', '405 * -', 'null * -']);
  });

  test('lambda_decorators with an origin and credentials; what is raised goes out without', () => {
    const text = `from lambda_decorators import cors_headers\n\n@cors_headers(origin="${ORIGIN}", credentials=True)\ndef lambda_handler(event, context):\n    if event["httpMethod"] == "DELETE":\n        raise ValueError\n    return {"statusCode": 200}\n`;
    expect(['GET', 'DELETE'].map((method) => answer({ 'handler.py': text }, { method }))).toEqual([`200 ${ORIGIN} -`, '502 - -']);
  });
});

test.each([
  ['an environment variable', 'import os\n\ndef lambda_handler(event, context):\n    return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": os.environ["ORIGIN"]}}\n', '200 ? -'],
  ['an environment variable with a default', 'import os\n\ndef lambda_handler(event, context):\n    return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": os.environ.get("ORIGIN", "*")}}\n', '200 * - or 200 ? -'],
  ['an import that is not in view', 'from acme import cors_headers\n\ndef lambda_handler(event, context):\n    return {"statusCode": 200, "headers": {"Access-Control-Allow-Methods": "GET", **cors_headers}}\n', '200 ? -'],
])('%s stays open', (_shape, text, expected) => {
  expect(answer({ 'handler.py': text })).toBe(expected);
});

test('errors without headers say nothing about the answers that carry them', () => {
  const text = `import json\nimport boto3\ntable = boto3.resource("dynamodb").Table("t")\n\ndef lambda_handler(event, context):\n    headers = {"Access-Control-Allow-Origin": event["headers"]["origin"]}\n    try:\n        body = json.loads(event["body"])\n        if not body.get("id"):\n            return {"statusCode": 400, "body": "no id"}\n        row = table.get_item(Key={"id": body["id"]})\n        return {"statusCode": 200, "headers": headers, "body": json.dumps(row)}\n    except Exception as error:\n        return {"statusCode": 500, "body": str(error)}\n`;
  expect(answer({ 'handler.py': text }, { origin: 'https://evil.test' })).toBe('200 https://evil.test -');
});

test('a response made in another file is covered there', () => {
  const { policies, covers } = readPython(pythonLambda, { 'functions/hello.py': 'from libs.response import ok\n\ndef handler(event, context):\n    return ok({})\n# cors', 'functions/libs/response.py': `import json\n\ndef ok(body):\n    return {"statusCode": 200, "headers": ${STAR}, "body": json.dumps(body)}\n` }, 'functions/hello.py');
  expect([policies.length, covers]).toEqual([1, ['functions/libs/response.py']]);
});

test.each([
  ['a client', 'import requests\n\ndef lambda_handler(event, context):\n    return requests.get("https://x", headers={"Access-Control-Allow-Origin": "*"}).status_code\n'],
  ['a helper that is given the status', `def respond(status, body):\n    return {"statusCode": status, "headers": ${STAR}, "body": body}\n`],
  ['a test', `def test_headers(event, expected):\n    assert expected == {"statusCode": 200, "headers": ${STAR}}\n`],
  ['a handler without CORS', 'def lambda_handler(event, context):  # cors is the gateway’s\n    return {"statusCode": 200, "headers": {"Content-Type": "text/plain"}}\n'],
  ['an event of another kind', 'def lambda_handler(event, context):\n    cors = event["Records"]\n    return {"batchItemFailures": []}\n'],
])('%s: no policy', (_shape, text) => {
  expect(readPython(pythonLambda, { 'handler.py': text }, 'handler.py').policies).toEqual([]);
});

test('every prefix reads without a throw, with places inside the text', () => {
  const text = 'import json\n\ndef lambda_handler(event, context):\n    origin = (event.get("headers") or {}).get("origin")\n    headers = {"Vary": "Origin", **({"Access-Control-Allow-Origin": origin} if origin in ["https://a.example", "😀"] else {})}\n    return {"statusCode": 200, "headers": headers}\n';
  expect(() => readPythonPrefixes(pythonLambda, text, 'app.py')).not.toThrow();
});
