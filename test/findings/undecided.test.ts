import { expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';

async function gapsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { gaps } = await lint(Object.keys(files), filesFrom(files), optionsOf());
  return gaps.map(({ message }) => message);
}

const withOptions = (options: string): Record<string, string> => ({ 'app.js': `import express from 'express';\nimport cors from 'cors';\nconst app = express();\napp.use(cors(${options}));\n` });

const OF_ORIGIN = ['whether ORIGIN is set', 'the value of ORIGIN'].map((fact) => `which origins are let in depends on ${fact}`);

test.each([
  ['an origin out of view, without credentials', '{ origin: process.env.ORIGIN }', OF_ORIGIN],
  ['an origin out of view, with credentials', '{ origin: process.env.ORIGIN, credentials: true }', OF_ORIGIN],
  ['everybody, whatever is unknown besides', "{ origin: '*', maxAge: process.env.MAX_AGE, methods: process.env.METHODS }", []],
  ['a known list', "{ origin: ['https://a.example.com', 'https://b.example.com'] }", []],
])('%s', async (_, options, expected) => {
  expect(await gapsOf(withOptions(options))).toEqual(expected);
});

test('what a reader tells of a file is not told twice', async () => {
  expect(await gapsOf({ 'app.js': "import express from 'express';\nimport { corsMiddleware } from './missing.js';\nconst app = express();\napp.use(corsMiddleware);\n" })).toEqual(['This CORS middleware depends on corsMiddleware of "./missing.js".']);
});

test('what is asked on the way and decides nothing is not told', async () => {
  const template = (origin: string): string => `Parameters:\n  Origin: { Type: String }\nResources:\n  Api:\n    Type: AWS::ApiGatewayV2::Api\n    Properties:\n      ProtocolType: HTTP\n      Name: shop\n      CorsConfiguration:\n        AllowOrigins: ${origin}\n        AllowMethods: [GET]\n`;
  expect(await gapsOf({ 'template.yaml': template('[!Ref Origin]') })).toEqual(['which origins are let in depends on the value of the parameter Origin']);
  expect(await gapsOf({ 'template.yaml': template("['https://a.example.com', 'https://b.example.com']") })).toEqual([]);
});
