import { describe, expect, test } from 'vitest';
import sam from '../../src/readers/aws-sam/index.js';
import cloudformation from '../../src/readers/cloudformation/index.js';
import minio from '../../src/readers/minio/index.js';
import openapi from '../../src/readers/openapi-aws/index.js';
import s3 from '../../src/readers/s3-cors/index.js';
import { edited, readYaml } from '../support/gateways.js';
import { effectsOn, originLeaves } from '../../src/policy/views.js';
import { soon } from '../support/soon.js';

/** Nine aliases of nine aliases of … */
const bomb = (levels: number): string => ['a0: &a0 [https://a.example]', ...Array.from({ length: levels }, (_unused, level) => `a${level + 1}: &a${level + 1} [${Array.from({ length: 9 }, () => `*a${level}`).join(', ')}]`)].join('\n');

const READERS = [
  ['CloudFormation', cloudformation, (value: string) => `Resources:\n  Api:\n    Type: AWS::ApiGatewayV2::Api\n    Properties: {CorsConfiguration: {AllowOrigins: ${value}}}\n`],
  ['SAM', sam, (value: string) => `Transform: AWS::Serverless-2016-10-31\nResources:\n  Api:\n    Type: AWS::Serverless::HttpApi\n    Properties: {CorsConfiguration: {AllowOrigins: ${value}}}\n`],
  ['OpenAPI', openapi, (value: string) => `openapi: 3.0.1\nx-amazon-apigateway-cors: {allowOrigins: ${value}}\n`],
  ['MinIO', minio, (value: string) => `environment:\n  MINIO_API_CORS_ALLOW_ORIGIN: ${value}\n`],
] as const;

describe.each(READERS)('%s', (_name, reader, text) => {
  test('an alias bomb is unknown, and costs little', () => {
    const found = soon(1, () => readYaml(reader, `${bomb(12)}\n${text('*a12')}`));
    expect(found.policies.flatMap((policy) => originLeaves(policy))).toEqual([]);
  });

  test('depth, and texts that mean nothing, throw nothing', () => {
    for (const value of ['['.repeat(5000), '{a: '.repeat(3000), '!Sub '.repeat(50), `!If [a, ${'!If [a, '.repeat(300)}`, '&a [*a]', '!Ref', '{Ref: {Ref: x}}', '{Fn::Sub: [1, 2, 3]}', '{Fn::If: x}', '!Split [",", !Ref X]', '{{resolve:ssm:/x}}', '~', '1', 'true']) {
      expect(() => readYaml(reader, text(value))).not.toThrow();
    }
  });

  test('a long list is read in a moment', () => {
    const list = `[${Array.from({ length: 20_000 }, (_unused, index) => `https://a${index}.example`).join(', ')}]`;
    soon(4, () => readYaml(reader, text(list)));
  });
});

test('templates that refer to themselves end', () => {
  const text = `Parameters:
  A: {Type: String, Default: !Ref B}
  B: {Type: String, Default: !Ref A}
Resources:
  Url:
    Type: AWS::Lambda::Url
    Properties: {Cors: {AllowOrigins: [!Sub '\${A}\${B}\${A}\${B}\${A}\${B}']}}
`;
  const found = soon(2, () => readYaml(cloudformation, text));
  expect(found.policies).toHaveLength(1);
});

test('a mapping template made to be slow is read in a moment', () => {
  const template = JSON.stringify(`#set($context.responseOverride.header.Access-Control-Allow-Origin = ${'('.repeat(9000)}${'#if('.repeat(2000)}`);
  const text = `openapi: 3.0.1\npaths:\n  /:\n    options:\n      x-amazon-apigateway-integration:\n        type: mock\n        responses: {default: {statusCode: '200', responseTemplates: {application/json: ${template}}}}\n`;
  soon(2, () => readYaml(openapi, text));
});

test('hundreds of rules of a bucket are cut where S3 stops', () => {
  const rules = JSON.stringify(Array.from({ length: 3000 }, (_unused, index) => ({ AllowedOrigins: [`https://a${index}.example`], AllowedMethods: ['GET'] })));
  const found = soon(2, () => readYaml(s3, rules, 'cors.json'));
  expect(found.gaps.map(({ message }) => message)).toEqual(['S3 takes at most 100 rules']);
});

describe('changes', () => {
  const text = (origins: string): string => `# head
shared: &shared [https://shared.example/]
Resources:
  Url: # ours
    Type: AWS::Lambda::Url
    Properties:
      Cors:
        AllowCredentials: true # cookies
        AllowOrigins: ${origins} # who
`;
  const change = (origins: string, kind: 'replace-text' | 'remove-entry', entry: string): string => {
    const [policy] = readYaml(cloudformation, text(origins)).policies;
    const leaf = originLeaves(policy!).find((one) => 'text' in one && one.text === entry)!;
    return edited(cloudformation, text(origins), kind === 'replace-text' ? { kind, at: leaf.at, text: 'https://b.example' } : { kind, at: leaf.at });
  };

  test('an entry is respelled in its quotes, taken out with its comma, and left where an alias shares it', () => {
    expect(change('["https://a.example/", \'https://c.example\']', 'replace-text', 'https://a.example/')).toBe(text('["https://b.example", \'https://c.example\']'));
    expect(change('[https://a.example/, https://c.example]', 'remove-entry', 'https://a.example/')).toBe(text('[https://c.example]'));
    expect(change('*shared', 'replace-text', 'https://shared.example/')).toMatch(/^declined: .*alias/);
  });

  test('credentials are switched off where a word switches them on', () => {
    const credentials = (written: string): string => {
      const whole = text('[https://a.example]').replace('AllowCredentials: true', `AllowCredentials: ${written}`);
      const [policy] = readYaml(cloudformation, whole).policies;
      const [found] = effectsOn(policy!, 'access-control-allow-credentials');
      return edited(cloudformation, whole, { kind: 'remove-header', at: found!.effect.at }).split('\n').find((line) => line.includes('AllowCredentials') || line.startsWith('declined'))!.trim();
    };
    expect(credentials('true')).toBe('AllowCredentials: false # cookies');
    expect(credentials('"true"')).toBe('AllowCredentials: "false" # cookies');
    expect(credentials('!If [a, true, false]')).toMatch(/^declined/);
  });
});
