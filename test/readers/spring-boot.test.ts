import { describe, expect, test } from 'vitest';
import { evaluate, type HttpResponse, type Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import type { Reading } from '../../src/readers/reader.js';
import inProperties from '../../src/readers/spring-boot-properties/index.js';
import inYaml from '../../src/readers/spring-boot/index.js';
import properties from '../../src/syntax/properties/index.js';
import yaml from '../../src/syntax/yaml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Environment } from '../../src/values/fact.js';
import { differences } from '../support/observed.js';
import { recorded } from '../support/recorded.js';

const APPLICATION = 'src/main/resources/application.yml';
const pom = (boot: string): string => `<project><parent><artifactId>spring-boot-starter-parent</artifactId><version>${boot}</version></parent></project>`;

type Texts = Readonly<Record<string, string>>;

/** What all application files of a project say; Spring Boot 3.4 where nothing else is given. */
function readingsOf(texts: Texts): readonly Reading[] {
  const all = { 'pom.xml': pom('3.4.5'), ...texts };
  return Object.entries(texts).flatMap(([path, text]): readonly Reading[] => {
    const source = new SourceText(path, text);
    if (path.endsWith('.properties')) return [...inProperties.read(properties.parse(source, filesFrom(all)).unit!)];
    return path.endsWith('.yml') ? [...inYaml.read(yaml.parse(source, filesFrom(all)).unit!)] : [];
  });
}

const policiesOf = (texts: Texts): readonly Policy[] => readingsOf(texts).flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
const gapsOf = (texts: Texts): readonly string[] => readingsOf(texts).flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []));
const gateway = (below: string): string => `spring:\n  cloud:\n    gateway:\n${below.replace(/^(?=.)/gm, '      ')}`;
const mapped = (settings: string, key = "'[/**]'"): string => gateway(`globalcors:\n  cors-configurations:\n    ${key}:\n${settings.replace(/^(?=.)/gm, '      ')}`);

function answer(policy: Policy | undefined, origin: string, { method = 'GET', path = '/data', asks, environment, upstream = [] }: { readonly method?: string; readonly path?: string; readonly asks?: string; readonly environment?: Environment; readonly upstream?: readonly (readonly [string, string])[] } = {}): HttpResponse {
  const outcomes = evaluate({ policy: policy!, inner: [] }, { method: asks === undefined ? method : 'OPTIONS', path, headers: [['origin', origin], ...(asks === undefined ? [] : [['access-control-request-method', asks] as const])] }, { scenario: { status: 200, headers: upstream }, ...(environment === undefined ? {} : { environment }) });
  expect(outcomes.length).toBe(1);
  return outcomes[0]!.response;
}

const origins = (response: HttpResponse): readonly (string | null)[] => response.headers.filter(({ name }) => name === 'access-control-allow-origin').map(({ text }) => text);

const A = 'https://a.example';
const B = 'https://b.example';

describe('a mapping of globalcors', () => {
  test.each([
    ['camelCase and one text', `allowedOrigins: "${A}"\n`],
    ['kebab-case and a sequence', `allowed-origins:\n  - ${A}\n`],
    ['underscores and commas', `ALLOWED_ORIGINS: ${B}, ${A}\n`],
    ['a row', `allowedOrigins: ['${B}', "${A}"]\n`],
  ])('%s', (_name, settings) => {
    const [policy] = policiesOf({ [APPLICATION]: mapped(settings) });
    expect(origins(answer(policy, A))).toEqual([A]);
    expect(answer(policy, 'https://other.example').status).toBe(403);
    // Nothing is permitted by default but GET and HEAD.
    expect(answer(policy, A, { method: 'POST' }).status).toBe(403);
    expect(answer(policy, A, { asks: 'GET' }).status).toBe(200);
  });

  test('in properties, by index', () => {
    const [policy] = policiesOf({ 'src/main/resources/application.properties': `spring.cloud.gateway.globalcors.cors-configurations.[/**].allowed-origins[0]=${B}\nspring.cloud.gateway.globalcors.cors-configurations.[/**].allowed-origins[1]=${A}\n` });
    expect(origins(answer(policy, A))).toEqual([A]);
  });

  test('the first pattern that matches decides', () => {
    const text = `${mapped(`allowedOrigins: ${A}\n`, "'[/data]'")}\n          '[/**]':\n            allowedOrigins: ${B}\n`;
    const [policy] = policiesOf({ [APPLICATION]: text });
    expect(answer(policy, B).status).toBe(403);
    expect(origins(answer(policy, B, { path: '/more' }))).toEqual([B]);
  });

  test('`*` with credentials ends every request since Spring 5.3, and echoed before', () => {
    const text = mapped('allowedOrigins: "*"\nallowCredentials: true\n');
    expect(answer(policiesOf({ [APPLICATION]: text })[0], A)).toMatchObject({ status: 500, fault: expect.stringContaining('every request') });
    expect(origins(answer(policiesOf({ [APPLICATION]: text, 'pom.xml': pom('2.3.12') })[0], A))).toEqual([A]);
  });

  test.each([
    ['/api/**', 'is read as the pattern `api`'],
    ['/**', 'the application does not start'],
    ['"[api]"', 'is read as the pattern `api`'],
  ])('the key %s is not what it looks like', (key, message) => {
    const texts = { [APPLICATION]: mapped(`allowedOrigins: ${A}\n`, key) };
    expect(policiesOf(texts)).toEqual([]);
    expect(gapsOf(texts)).toEqual([expect.stringContaining(message)]);
  });

  test('an age is a number of seconds', () => {
    expect(gapsOf({ [APPLICATION]: mapped(`allowedOrigins: ${A}\nmaxAge: 1h\n`) })).toEqual([expect.stringContaining('does not start')]);
    expect(gapsOf({ [APPLICATION]: mapped(`allowedOrigins: ${A}\nmaxAge: "3600"\nallowCredentials: on\n`) })).toEqual([]);
    expect(gapsOf({ [APPLICATION]: mapped(`allowedOrigins: ${A}\nallowCredentials: always\n`) })).toEqual([expect.stringContaining('does not start')]);
  });

  test.each([
    ['2021.0.9', 0],
    ['2022.0.4', 1],
    ['2025.1.0', 0],
  ])('the train %s says which gateway reads it', (train, count) => {
    const cloud = `<project><dependencyManagement><dependency><artifactId>spring-cloud-dependencies</artifactId><version>${train}</version></dependency></dependencyManagement></project>`;
    const texts = { [APPLICATION]: gateway(`routes:\n  - id: a\n    uri: http://a:80\n    predicates: [Path=/data]\n    metadata:\n      cors:\n        allowedOrigins: ${A}\n`), 'pom.xml': cloud };
    expect(policiesOf(texts).length).toBe(count);
  });

  test('the old prefix says nothing to Gateway 5', () => {
    const texts = { [APPLICATION]: mapped(`allowedOrigins: ${A}\n`), 'pom.xml': pom('4.0.1') };
    expect(policiesOf(texts)).toEqual([]);
    expect(gapsOf(texts)).toEqual([expect.stringContaining('spring.cloud.gateway.server.webflux.globalcors')]);
    expect(policiesOf({ [APPLICATION]: mapped(`allowedOrigins: ${A}\n`) }).length).toBe(1);
  });
});

describe('profiles and settings', () => {
  const production = mapped(`allowedOrigins: ${A}\nallowedMethods: GET\n`);
  const development = mapped('allowedOriginPatterns: "*"\n');

  test.each([
    ['a document', { [APPLICATION]: `${production}---\nspring.config.activate.on-profile: dev\n${development}` }],
    ['a file', { [APPLICATION]: production, 'src/main/resources/application-dev.yml': development }],
    ['properties over YAML', { [APPLICATION]: production, 'src/main/resources/application-dev.properties': 'spring.cloud.gateway.globalcors.cors-configurations.[/**].allowed-origin-patterns=*\n' }],
  ])('what %s adds for development is not in force in production', (_name, texts) => {
    const [policy, ...more] = policiesOf(texts);
    expect(more).toEqual([]);
    expect(policy?.at.file).toBe(APPLICATION);
    expect(answer(policy, B, { environment: 'production' }).status).toBe(403);
    expect(origins(answer(policy, B, { environment: 'development' }))).toEqual([B]);
  });

  test('a mapping of a profile alone is there only then', () => {
    const [policy] = policiesOf({ 'src/main/resources/application-dev.yml': development });
    expect(origins(answer(policy, B, { environment: 'development' }))).toEqual([B]);
    expect(origins(answer(policy, B))).toEqual([]);
    // Where nothing is mapped, no request gets `Vary` (measured on 3.1.9).
    expect(answer(policy, B, { environment: 'production' }).headers).toEqual([]);
    expect(answer(policy, B, { environment: 'development' }).headers.map(({ name }) => name)).toContain('vary');
  });

  test('a placeholder is its default where nothing is set; without one nobody knows', () => {
    const [policy] = policiesOf({ [APPLICATION]: mapped(`allowedOrigins: \${ORIGINS:${A}}\n`) });
    const outcomes = evaluate({ policy: policy!, inner: [] }, { method: 'GET', path: '/data', headers: [['origin', A]] });
    expect(outcomes.map(({ assumed, response }) => [[...assumed.values()].map(({ fact, holds }) => `${fact.absentSetting ?? fact.detail} ${holds}`).join(), origins(response)])).toContainEqual(['ORIGINS true', [A]]);
    expect(JSON.stringify(policiesOf({ [APPLICATION]: mapped('allowedOrigins: ${ORIGINS}\n') }))).toContain('env-variable');
  });

  test('files of tests say nothing; files of other names speak for themselves', () => {
    expect(policiesOf({ 'src/test/resources/application.yml': production })).toEqual([]);
    expect(policiesOf({ 'config-repo/edge.yml': production, 'config-repo/application.yml': 'server:\n  port: 9000\n' })).toMatchObject([{ listens: [8080], at: { file: 'config-repo/edge.yml' } }]);
    expect(policiesOf({ [APPLICATION]: `server:\n  port: 9000\n${production}` })).toMatchObject([{ listens: [9000] }]);
  });
});

describe('routes', () => {
  const route = (more: string, prefix = ''): string => gateway(`${prefix}routes:\n  - id: a\n    uri: http://orders:8081\n    predicates:\n      - Path=/data,/more/**\n${more.replace(/^(?=.)/gm, '    ')}`);
  const cors = `globalcors:\n  cors-configurations:\n    '[/**]':\n      allowedOrigins: ${A}\n      allowedMethods: [GET, PUT]\n`;

  test('requests go on to the upstream, whose headers stand beside the gateway’s own', () => {
    const [policy] = policiesOf({ [APPLICATION]: route('', cors) });
    expect(policy?.steps.flatMap(({ end }) => (end?.to === 'upstream' ? [`${end.upstream.host}:${end.upstream.port}`] : []))).toContain('orders:8081');
    expect(origins(answer(policy, A, { upstream: [['access-control-allow-origin', '*']] }))).toEqual(['*', A]);
    expect(policy?.probes).toMatchObject([{ path: '/data' }, { path: '/more/x' }]);
    expect(answer(policy, A, { path: '/none' }).status).toBe(404);
  });

  test.each([
    ['RETAIN_FIRST', [A]],
    ['RETAIN_LAST', ['*']],
    ['RETAIN_UNIQUE', [A]],
  ])('DedupeResponseHeader with %s', (strategy, kept) => {
    const [policy] = policiesOf({ [APPLICATION]: route(`filters:\n  - DedupeResponseHeader=Access-Control-Allow-Origin Access-Control-Allow-Credentials, ${strategy}\n`, cors) });
    expect(origins(answer(policy, A, { upstream: [['access-control-allow-origin', strategy === 'RETAIN_UNIQUE' ? A : '*']] }))).toEqual(kept);
  });

  test('filters write headers without a mapping; preflights end at the gateway all the same', () => {
    const [policy] = policiesOf({ [APPLICATION]: route('filters:\n  - AddResponseHeader=Access-Control-Allow-Origin, *\n  - name: RemoveResponseHeader\n    args:\n      name: Access-Control-Allow-Credentials\n') });
    const upstream = [['access-control-allow-credentials', 'true']] as const;
    expect(answer(policy, A, { upstream }).headers.map(({ name, text }) => `${name}: ${text}`)).toEqual(['access-control-allow-origin: *']);
    expect(answer(policy, A, { asks: 'GET' })).toMatchObject({ status: 403 });
    const [newer] = policiesOf({ [APPLICATION]: route('filters:\n  - AddResponseHeader=Access-Control-Allow-Origin, *\n').replace('gateway:', 'gateway.server.webflux:'), 'pom.xml': pom('4.0.1') });
    expect(answer(newer, A, { asks: 'GET' })).toMatchObject({ status: 200, headers: [] });
  });

  test('a route that does not take OPTIONS leaves preflights to nobody', () => {
    const text = route('', cors).replace('- Path=/data,/more/**', '- Path=/data\n            - Method=GET,PUT');
    expect(answer(policiesOf({ [APPLICATION]: text })[0], A, { asks: 'PUT' })).toMatchObject({ status: 403 });
    const [added] = policiesOf({ [APPLICATION]: text.replace('globalcors:', 'globalcors:\n        add-to-simple-url-handler-mapping: true') });
    expect(answer(added, A, { asks: 'PUT' })).toMatchObject({ status: 200 });
  });

  test('metadata: names in camelCase and values of their type, from Spring 6 on', () => {
    const text = route(`metadata:\n  cors:\n    allowedOrigins: ${A}\n    allowCredentials: true\n`);
    const [policy] = policiesOf({ [APPLICATION]: text });
    expect(answer(policy, A).headers.map(({ name }) => name)).toContain('access-control-allow-credentials');
    expect(policiesOf({ [APPLICATION]: text, 'pom.xml': pom('2.7.18') })).toEqual([]);
    expect(gapsOf({ [APPLICATION]: text.replace('true', '"true"') })).toEqual([expect.stringContaining('must be a boolean')]);
    expect(gapsOf({ [APPLICATION]: text.replace('allowedOrigins', 'allowed-origins') })).toEqual([expect.stringContaining('camelCase')]);
  });
});

describe('endpoints of Spring Boot', () => {
  test('the actuator: nothing by default, GET and HEAD, half an hour', () => {
    const [policy] = policiesOf({ [APPLICATION]: `management:\n  endpoints:\n    web:\n      base-path: /manage\n      cors:\n        allowed-origins: ${A}\n` });
    const preflight = answer(policy, A, { path: '/manage/health', asks: 'GET' });
    expect(preflight.headers.map(({ name, text }) => `${name}: ${text}`)).toEqual(expect.arrayContaining(['access-control-allow-methods: GET,HEAD', 'access-control-max-age: 1800']));
    expect(answer(policy, A, { path: '/other' }).headers).toEqual([]);
    expect(policy?.probes).toMatchObject([{ path: '/manage/health' }]);
  });

  test('GraphQL: the permitted defaults of a registry, and durations', () => {
    const [policy] = policiesOf({ 'src/main/resources/application.properties': `spring.graphql.cors.allowed-origins=${A}\nspring.graphql.cors.max-age=10m\n` });
    expect(answer(policy, A, { path: '/graphql', asks: 'POST' }).headers.map(({ name, text }) => `${name}: ${text}`)).toEqual(expect.arrayContaining(['access-control-allow-methods: GET,HEAD,POST', 'access-control-max-age: 600']));
  });

  test('without origins CORS is off', () => {
    const texts = { [APPLICATION]: 'management.endpoints.web.cors.allowed-methods: "*"\n' };
    expect(policiesOf(texts)).toEqual([]);
    expect(gapsOf(texts)).toEqual([expect.stringContaining('no effect')]);
  });
});

describe('recorded answers of Spring Cloud Gateway 3.1.9, 4.2.7 and 5.0.1', () => {
  const programs = recorded('spring-boot');
  const build = (software: string): string => `<project>${[...software.matchAll(/(\S+) (\d[\d.]+)/g)].map(([, name, version]) => `<artifactId>${name}</artifactId><version>${version}</version>`).join('')}</project>`;
  const placed = (files: Texts): Texts => Object.fromEntries(Object.entries(files).map(([name, text]) => [`src/main/resources/${name}`, text]));
  /** Below `/cors` what stood behind allowed an origin by itself. */
  const behind = (path: string): Scenario => ({ status: 200, headers: path.startsWith('/cors') ? [['access-control-allow-origin', 'https://app.example.com']] : [] });

  test('all are predicted', () => {
    let held = 0;
    const wrong: string[] = [];
    for (const { name, software, files, exchanges } of programs) {
      const policies = policiesOf({ ...placed(files), 'pom.xml': build(software) });
      for (const [method, path, headers, status, sent] of exchanges) {
        const row = { framework: '', version: software, options: undefined, request: { method, path, headers: Object.entries(headers) }, response: { status, headers: Object.entries(sent).flatMap(([header, texts]) => [texts].flat().map((text): [string, string] => [header, text])) } };
        // A gateway that says nothing of CORS: preflights end there, and `Vary` with them.
        const found = policies.length === 0 ? row.response.headers.filter(([header]) => header.startsWith('access-control-') && !path.startsWith('/cors')).map(([header]) => `sent ${header}`) : differences({ policy: policies[0]!, inner: [] }, row, { scenario: behind(path), unordered: ['access-control-allow-origin'] });
        if (found.length === 0) held += 1;
        else wrong.push(`${name}: ${method} ${path} ${JSON.stringify(headers)}: ${found.join('; ')}\n${Object.values(files).join('\n')}`);
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect({ programs: programs.length, held }).toEqual({ programs: 34, held: 272 });
  });
});

test('every prefix of a file is read without a throw, with places inside the text', () => {
  const text = '\ufeffspring:\r\n  cloud:\r\n    gateway:\r\n      routes:\r\n        - uri: "http://😀:1"\r\n          predicates: [Path=/a, Method=GET]\r\n          metadata: { cors: { allowedOrigins: "*" } }\r\n      globalcors:\r\n        cors-configurations:\r\n          "[/**]":\r\n            allowedOrigins: ${A:${B:https://a.example}}\r\n';
  for (let length = 0; length <= text.length; length += 1) {
    for (const reading of readingsOf({ [APPLICATION]: text.slice(0, length) })) {
      const { at } = reading.kind === 'policy' ? reading.policy : reading.kind === 'gap' ? reading.gap : { at: { end: 0 } };
      expect(at.end <= length).toBe(true);
    }
  }
});
