import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { functionUrl, httpApi, type CorsConfiguration, type CorsProgram, type Setting } from '../../src/middleware/api-gateway/cors-configuration.js';
import { evaluate, type HttpRequest, type HttpResponse } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import reader from '../../src/readers/serverless-framework/index.js';
import yaml from '../../src/syntax/yaml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { sample } from './seed.js';
import { run } from './server.js';
import { service, type ServiceFiles } from './serverless-services.js';

/** serverless 3.40 packages generated services; its CloudFormation says what API Gateway is told to send. */
const { random, cases } = sample('serverless-framework', 12);
const home = fileURLToPath(new URL('serverless-3/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'live-serverless-'));

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

type Resources = Readonly<Record<string, Resource>>;

beforeAll(() => {
  if (!existsSync(`${home}node_modules`)) run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], home);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function compiled(files: ServiceFiles): Resources {
  for (const [name, text] of Object.entries({ ...files, 'h.js': 'exports.handler = () => {};\n' })) writeFileSync(join(folder, name), text);
  const environment = { ...process.env, SLS_NOTIFICATIONS_MODE: 'off', SLS_TELEMETRY_DISABLED: '1', SLS_INTERACTIVE_SETUP_ENABLE: '0' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${home}node_modules/serverless/bin/serverless.js`, 'package'], { cwd: folder, env: environment, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${stdout}${stderr}\n${files['serverless.yml']!}`);
  const template = JSON.parse(readFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8')) as { readonly Resources: Resources };
  return template.Resources;
}

interface Method {
  readonly HttpMethod: string;
  readonly ResourceId: { readonly Ref?: string };
  readonly Integration: { readonly Type: string; readonly IntegrationResponses?: readonly { readonly ResponseParameters?: Readonly<Record<string, string>>; readonly ResponseTemplates?: Readonly<Record<string, string>> }[] };
}

/** `/bills/{id}`, from the parts of a path that are resources of their own. */
function pathOf(resources: Resources, reference: string | undefined): string {
  const { PathPart, ParentId } = (reference === undefined ? undefined : resources[reference]?.Properties) ?? {};
  return typeof PathPart === 'string' ? `${pathOf(resources, (ParentId as { readonly Ref?: string }).Ref)}/${PathPart}` : '';
}

interface Told {
  readonly status: number | null;
  readonly headers: readonly string[];
}

/** What a REST API answers: texts in single quotes, and the first response of an integration that is no proxy. */
function restAnswer(methods: readonly Method[], { method, headers }: HttpRequest): Told {
  const found = methods.find(({ HttpMethod }) => HttpMethod === method) ?? methods.find(({ HttpMethod }) => HttpMethod === 'ANY');
  const response = found?.Integration.Type.endsWith('_PROXY') === false ? found.Integration.IntegrationResponses?.[0] : undefined;
  const sent = new Map(Object.entries(response?.ResponseParameters ?? {}).map(([key, text]) => [key.replace('method.response.header.', '').toLowerCase(), text.replace(/^'|'$/g, '')]));
  const origin = headers.find(([name]) => name === 'origin')?.[1] ?? '';
  const patterns = [...(response?.ResponseTemplates?.['application/json'] ?? '').matchAll(/\$origin\.matches\("([^"]*)"\)/g)];
  if (patterns.some(([, pattern]) => new RegExp(`^(?:${pattern!})$`).test(origin))) sent.set('access-control-allow-origin', origin);
  return { status: found?.Integration.Type === 'MOCK' ? 200 : null, headers: [...sent].filter(([name]) => name.startsWith('access-control-')).map(([name, text]) => `${name}: ${text}`).sort() };
}

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'https://a.b.example.com', 'http://app.example.com', 'https://stranger.test', 'null'];

function requestsTo(path: string): readonly HttpRequest[] {
  return ORIGINS.flatMap((origin) => [
    { method: 'OPTIONS', path, headers: [['origin', origin], ['access-control-request-method', 'PUT'], ['access-control-request-headers', 'x-custom']] },
    { method: 'GET', path, headers: [['origin', origin]] },
    { method: 'PUT', path, headers: [['origin', origin]] },
  ]);
}

function told({ status, headers }: HttpResponse): Told {
  return { status, headers: headers.filter(({ name }) => name.startsWith('access-control-')).map(({ name, text }) => `${name}: ${String(text)}`).sort() };
}

/** The one answer, or each of those that depend on what is not said. */
function answers(policy: Pick<Policy, 'steps'>, whole: Policy, request: HttpRequest): readonly Told[] {
  return evaluate({ policy: { ...whole, steps: policy.steps }, inner: [] }, request, { scenario: {} }).map(({ response }) => told(response));
}

const at = { file: 'template.json', start: 0, end: 0 };
const text = (value: string): Setting['value'] => ({ kind: 'string', value, at });

/** A configuration as CloudFormation has it, without the places that a file would give it. */
function configuration(cors: Readonly<Record<string, unknown>>): CorsConfiguration {
  const list = (key: string): { value: Setting['value']; at: typeof at; written: true } | undefined => (Array.isArray(cors[key]) ? { value: { kind: 'list', items: cors[key].map((item: unknown) => text(String(item))), at }, at, written: true } : undefined);
  const [origins, methods, headers, exposed] = ['AllowOrigins', 'AllowMethods', 'AllowHeaders', 'ExposeHeaders'].map(list);
  return {
    at,
    ...(origins === undefined ? {} : { origins }),
    ...(methods === undefined ? {} : { methods }),
    ...(headers === undefined ? {} : { headers }),
    ...(exposed === undefined ? {} : { exposed }),
    ...(typeof cors['MaxAge'] === 'number' ? { maxAge: { value: { kind: 'number', value: cors['MaxAge'], at }, at, written: true } } : {}),
    ...(cors['AllowCredentials'] === true ? { credentials: { value: { kind: 'boolean', value: true, at }, at, written: true } } : {}),
  };
}

test.each(Array.from({ length: cases }, (_unused, index) => index))(`${random.seed}/%i`, () => {
  const files = service(random);
  const resources = compiled(files);
  const { unit } = yaml.parse(new SourceText('serverless.yml', files['serverless.yml']!), filesFrom(files));
  const policies = [...reader.read(unit!)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  const found: string[] = [];
  let asked = 0;
  const compare = (title: string, policy: Policy | undefined, right: (request: HttpRequest) => readonly Told[], path: string): void => {
    for (const request of requestsTo(path)) {
      asked += 1;
      const real = right(request).map((one) => JSON.stringify(one));
      const said = policy === undefined ? [JSON.stringify({ status: null, headers: [] })] : answers(policy, policy, request).map(({ status, headers }) => JSON.stringify({ status: request.method === 'OPTIONS' && status !== 200 && status !== 204 && status !== 400 ? null : request.method === 'OPTIONS' || status === 400 ? status : null, headers }));
      if (!real.some((one) => said.includes(one)) || (said.length === 1 && real[0] !== said[0])) found.push(`${title} ${request.method} ${JSON.stringify(request.headers[0])}: ${said.join(' or ')} instead of ${real.join(' or ')}`);
    }
  };
  const methods = Object.values(resources).filter(({ Type }) => Type === 'AWS::ApiGateway::Method').map(({ Properties }) => Properties as unknown as Method);
  const paths = new Set(methods.map(({ ResourceId }) => pathOf(resources, ResourceId.Ref)));
  for (const path of paths) {
    const own = methods.filter(({ ResourceId }) => pathOf(resources, ResourceId.Ref) === path);
    const policy = policies.find(({ title }) => title === `REST API, ${path}`);
    compare(path, policy, (request) => [restAnswer(own, request)], path.replace(/\{[^}]*\}/g, 'x'));
  }
  expect(policies.filter(({ title }) => title.startsWith('REST')).every(({ title }) => paths.has(title.slice('REST API, '.length)))).toBe(true);
  const like = (program: (cors: CorsConfiguration) => CorsProgram, type: string, key: string, titleOf: (name: string) => string): void => {
    for (const [name, { Properties }] of Object.entries(resources).filter(([, { Type }]) => Type === type)) {
      const policy = policies.find(({ title }) => title === titleOf(name));
      const cors = Properties[key];
      expect(policy !== undefined, `${titleOf(name)}\n${files['serverless.yml']!}`).toBe(cors !== undefined);
      if (policy === undefined || cors === undefined) continue;
      const steps = program(configuration(cors as Readonly<Record<string, unknown>>));
      compare(titleOf(name), policy, (request) => answers(steps, policy, request).map(({ status, headers }) => ({ status: request.method === 'OPTIONS' || status === 400 ? status : null, headers })), '/');
    }
  };
  like(httpApi, 'AWS::ApiGatewayV2::Api', 'CorsConfiguration', () => 'HTTP API');
  like(functionUrl, 'AWS::Lambda::Url', 'Cors', (name) => `URL of function ${name.replace('LambdaFunctionUrl', '').toLowerCase()}`);
  expect(asked).toBeGreaterThanOrEqual(12);
  expect(found.slice(0, 6), `${found.length} of ${asked} differ\n${files['serverless.yml']!}`).toEqual([]);
});
