import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import powertools from '../../src/readers/powertools/index.js';
import python from '../../src/syntax/python/index.js';
import { readPython, readPythonPrefixes } from '../support/python.js';
import { holdServerless } from '../support/serverless-rows.js';

beforeAll(() => python.load());

test.each([['3.37.0', 1080], ['2.40.1', 540], ['2.15.0', 432]])('recorded answers of Powertools %s', (version, held) => {
  expect(holdServerless(powertools, 'powertools', version, `aws-lambda-powertools==${version}\n`)).toEqual({ held, failures: [] });
});

const EVIL = 'https://evil.example';

/** What a page at another site gets: Access-Control-Allow-Origin, and whether credentials are allowed. */
function answer(files: Readonly<Record<string, string>>, path = '/'): string {
  const [file] = Object.keys(files);
  const { policies } = readPython(powertools, files, file!);
  const [policy] = policies;
  if (policy === undefined || policies.length > 1) return `${policies.length} policies`;
  const outcomes = evaluate({ policy, inner: [] }, { method: 'GET', path, headers: [['origin', EVIL]] });
  return [...new Set(outcomes.map(({ response }) => ['access-control-allow-origin', 'access-control-allow-credentials'].map((name) => response.headers.filter((line) => line.name === name).map(({ text }) => text ?? '?').join(', ') || '-').join(' ')))].sort().join(' or ');
}

describe('a star with credentials, by what the project says of its version', () => {
  const text = 'from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, CORSConfig\n\napp = APIGatewayHttpResolver(cors=CORSConfig(allow_credentials=True))\n\n@app.get("/")\ndef index():\n    return {}\n';
  test.each([
    ['nothing', {}, '* -'],
    ['2.41.0', { 'requirements.txt': 'aws-lambda-powertools==2.41.0\n' }, '* -'],
    ['2.30.0 with extras', { 'requirements.txt': 'aws-lambda-powertools[tracer]==2.30.0\n' }, `${EVIL} true`],
    ['below 2.41', { 'requirements.txt': 'aws-lambda-powertools>=2.20,<2.41\n' }, `${EVIL} true`],
    ['a range that goes on', { 'requirements.txt': 'aws-lambda-powertools>=2.20\n' }, '* -'],
    ['2.15.0', { 'requirements.txt': 'aws_lambda_powertools==2.15.0\n' }, '* true'],
  ])('%s', (_said, others, expected) => {
    expect(answer({ 'app.py': text, ...others })).toBe(expected);
  });
});

test('a router in another file; its routes go by the application', () => {
  const files = {
    'app.py': `from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig\nfrom items import router\n\napp = APIGatewayRestResolver(cors=CORSConfig(allow_origin="${EVIL}"))\napp.include_router(router, prefix="/v1")\n`,
    'items.py': 'from aws_lambda_powertools.event_handler.api_gateway import Router\n\nrouter = Router()\n\n@router.put("/items")\ndef items():\n    return {}\n\n@router.get("/none", cors=False)\ndef none():\n    return {}\n',
  };
  expect([answer(files, '/v1/items'), answer(files, '/v1/none')]).toEqual([`${EVIL} -`, '- -']);
  const { policies } = readPython(powertools, files, 'app.py');
  const [preflight] = evaluate({ policy: policies[0]!, inner: [] }, { method: 'OPTIONS', path: '/v1/items', headers: [['origin', EVIL]] });
  expect(preflight?.response.headers.find(({ name }) => name === 'access-control-allow-methods')?.text).toBe('OPTIONS,PUT');
});

test('methods of a router that is not in view are not known', () => {
  const text = 'from acme.routes import router\nfrom aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig\n\napp = APIGatewayRestResolver(cors=CORSConfig())\napp.include_router(router)\n';
  const { policies } = readPython(powertools, { 'app.py': text }, 'app.py');
  const outcomes = evaluate({ policy: policies[0]!, inner: [] }, { method: 'OPTIONS', path: '/', headers: [['origin', EVIL]] });
  expect(outcomes.flatMap(({ response }) => response.headers.filter(({ name }) => name === 'access-control-allow-methods').map(({ text: sent }) => sent))).toEqual([null]);
});

test.each([
  ['a setting', 'import os\nfrom aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig\n\napp = APIGatewayRestResolver(cors=CORSConfig(allow_origin=os.environ["ORIGIN"]))\n', `- - or ${EVIL} -`],
  ['a configuration that is not in view', 'from acme import cors\nfrom aws_lambda_powertools.event_handler import APIGatewayRestResolver\n\napp = APIGatewayRestResolver(cors=cors)\n', '? -'],
])('%s stays open', (_shape, text, expected) => {
  expect(answer({ 'app.py': text })).toBe(expected);
});

test.each([
  ['no CORS', 'from aws_lambda_powertools.event_handler import APIGatewayRestResolver\n# cors is the gateway’s\napp = APIGatewayRestResolver()\n\n@app.get("/")\ndef index():\n    return {}\n'],
  ['other parts of Powertools', 'from aws_lambda_powertools import Logger\n\nlogger = Logger(service="cors")\n'],
])('%s: no policy', (_shape, text) => {
  expect(answer({ 'app.py': text })).toBe('0 policies');
});

test('every prefix reads without a throw, with places inside the text', () => {
  const text = 'from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig\n\napp = APIGatewayRestResolver(cors=CORSConfig(extra_origins=["😀"], allow_credentials=True))\n\n@app.get("/items/<id>", cors=True)\ndef item(id):\n    return {}, 201\n';
  expect(() => readPythonPrefixes(powertools, text, 'app.py')).not.toThrow();
});
