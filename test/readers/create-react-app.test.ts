import { describe, expect, test } from 'vitest';
import { survey } from '../../src/engine.js';
import { concernsCors } from '../../src/hosts/disk.js';
import { layersOf } from '../../src/policy/deployment.js';
import { evaluate, type Deployment, type HttpRequest } from '../../src/policy/evaluate.js';
import { filesFrom } from '../../src/text/files.js';
import { layersIn } from '../support/plain-layers.js';
import { optionsOf } from '../support/lint.js';

const manifest = (version: string, more: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({ dependencies: { 'react-scripts': version }, proxy: 'http://localhost:4000', ...more });
const SERVER = "const app = require('express')();\napp.use(require('cors')({ origin: ['http://localhost:4000'] }));\napp.get('/orders', (req, res) => res.json([]));\napp.listen(4000);\n";

async function inFront(version: string, server: string, environment = 'development'): Promise<Deployment | undefined> {
  const texts: Readonly<Record<string, string>> = { 'web/package.json': manifest(version), 'api/server.js': server, 'api/package.json': '{"dependencies":{"express":"5.0.0","cors":"2.8.5"}}' };
  const [asked, beside] = [true, false].map((is) => Object.keys(texts).filter((path) => concernsCors(texts[path]!) === is));
  const { entries } = await survey(asked!, filesFrom(texts), { ...optionsOf(), environment, beside: beside! });
  return entries.find(({ policy }) => policy.reader === 'create-react-app');
}

const PAGE: HttpRequest = { method: 'GET', path: '/orders', headers: [['origin', 'http://localhost:5000']] };

/** Names and texts of headers of CORS, and the layers that the request came to. */
function sent(deployment: Deployment, request: HttpRequest): readonly [layers: readonly string[], headers: readonly string[]] {
  const [outcome, ...others] = evaluate(deployment, request, { environment: 'development', trace: true });
  expect(others).toEqual([]);
  return [outcome!.trace!.map(({ policy }) => policy.reader), outcome!.response.headers.filter(({ name }) => name.startsWith('access-control-')).map(({ name, text }) => `${name.slice('access-control-'.length)}: ${text}`)];
}

describe('in front of an application', () => {
  test('what script asks for comes there with the Origin of the target, and so do preflights', async () => {
    const deployment = (await inFront('4.0.3', SERVER))!;
    expect(layersOf(deployment).map(({ at }) => at.file)).toEqual(['web/package.json', 'api/server.js']);
    expect(sent(deployment, PAGE)).toEqual([['create-react-app', 'express'], ['allow-origin: http://localhost:4000']]);
    const [layers, headers] = sent(deployment, { ...PAGE, method: 'OPTIONS', headers: [...PAGE.headers, ['access-control-request-method', 'PUT']] });
    expect([layers, headers[0]]).toEqual([['create-react-app', 'express'], 'allow-origin: http://localhost:4000']);
  });

  test('a request without an Origin gets none', async () => {
    const deployment = (await inFront('4.0.3', SERVER))!;
    expect(sent(deployment, { ...PAGE, headers: [] })).toEqual([['create-react-app', 'express'], []]);
  });

  test('from version 5 on, what the application does not say is `*`', async () => {
    expect(sent((await inFront('5.0.1', SERVER))!, PAGE)[1]).toEqual(['allow-methods: *', 'allow-headers: *', 'allow-origin: http://localhost:4000']);
    const silent = SERVER.replace('http://localhost:4000', 'https://app.example.com');
    expect(sent((await inFront('5.0.1', silent))!, PAGE)[1]).toEqual(['allow-origin: *', 'allow-methods: *', 'allow-headers: *']);
    expect(sent((await inFront('4.0.3', silent))!, PAGE)[1]).toEqual([]);
  });

  test('pages that a browser goes to are the dev server\'s own', async () => {
    expect(sent((await inFront('4.0.3', SERVER))!, { ...PAGE, headers: [...PAGE.headers, ['accept', 'text/html,*/*;q=0.8']] })[0]).toEqual(['create-react-app']);
  });

  test('it is nowhere in production', async () => {
    expect(await inFront('5.0.1', SERVER, 'production')).toBeUndefined();
  });
});

test.each<[string, string, readonly (readonly number[])[]]>([
  ['the usual one', manifest('5.0.1'), [[3000]]],
  ['the one of a script', manifest('5.0.1', { scripts: { start: 'PORT=3006 react-scripts start' } }), [[3006]]],
  ['none, without a proxy', manifest('5.0.1', { proxy: undefined }), []],
  ['none, with a proxy that it refuses', manifest('5.0.1', { proxy: { '/api': { target: 'http://localhost:4000' } } }), []],
  ['none, where another tool has the proxy', JSON.stringify({ dependencies: { other: '1.0.0' }, proxy: 'http://localhost:4000' }), []],
])('the port: %s', async (_case, text, ports) => {
  expect((await layersIn('create-react-app', 'web/package.json', text)).map(({ policy }) => policy.listens)).toEqual(ports);
});

test('a text that breaks off is no layer, and no error', async () => {
  const text = manifest('5.0.1');
  for (let end = 0; end < text.length; end += 7) expect((await layersIn('create-react-app', 'package.json', text.slice(0, end))).length).toBeLessThan(2);
});
