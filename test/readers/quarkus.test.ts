import { describe, expect, test } from 'vitest';
import { evaluate, type HttpRequest } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import { durationSeconds } from '../../src/middleware/quarkus/duration.js';
import type { Environment } from '../../src/values/fact.js';
import { holdSettings } from '../support/hold-settings.js';
import { readQuarkus } from '../support/read-settings.js';

test('what Quarkus 2.13, 3.15 and 3.38 answered', () => {
  expect(holdSettings('quarkus', readQuarkus, 'quarkus.platform.version', () => ({}))).toEqual({ held: 297, failures: [] });
});

const RESOURCES = 'src/main/resources';
const policiesOf = (files: Readonly<Record<string, string>>): readonly Policy[] => readQuarkus(files).flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
const gapsOf = (files: Readonly<Record<string, string>>): readonly string[] => readQuarkus(files).flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []));
const properties = (text: string): Readonly<Record<string, string>> => ({ [`${RESOURCES}/application.properties`]: text });

/** Texts of a header in every outcome, for a simple request from an origin. */
function sent(policy: Policy | undefined, origin: string, header: string, environment: Environment = 'production'): readonly (string | null | undefined)[] {
  const request: HttpRequest = { method: 'GET', path: '/', headers: [['origin', origin]] };
  return policy === undefined ? [] : evaluate({ policy, inner: [] }, request, { environment }).map(({ response }) => response.headers.find(({ name }) => name === header)?.text);
}

describe('the switch', () => {
  const origins = 'quarkus.http.cors.origins=https://a.example\n';
  const pom = (version: string): Readonly<Record<string, string>> => ({ 'pom.xml': `<quarkus.platform.version>${version}</quarkus.platform.version>` });
  const on = (version: string, key: string): number => policiesOf({ ...properties(`${key}=true\n${origins}`), ...pom(version) }).length;

  test('has the name of its group up to 3.27, and its own from 3.19', () => {
    expect([on('3.15.1', 'quarkus.http.cors'), on('3.15.1', 'quarkus.http.cors.enabled')]).toEqual([1, 0]);
    expect([on('3.20.0', 'quarkus.http.cors'), on('3.20.0', 'quarkus.http.cors.enabled')]).toEqual([1, 1]);
    expect([on('3.30.1', 'quarkus.http.cors'), on('3.30.1', 'quarkus.http.cors.enabled')]).toEqual([0, 1]);
  });

  test('is missed where origins are written without it', () => {
    expect(gapsOf(properties(origins))).toEqual(['`quarkus.http.cors.enabled=true` is not set: Quarkus does nothing with this']);
    expect(gapsOf(properties(`quarkus.http.cors.enabled=false\n${origins}`))).toEqual([]);
    expect(gapsOf({ ...properties(`quarkus.http.cors=true\n${origins}`), ...pom('3.30.1') })).toHaveLength(1);
  });

  test('is found by the version that Gradle names', () => {
    for (const [file, text] of [['gradle.properties', 'quarkusPlatformVersion=3.2.0.Final'], ['build.gradle', 'implementation enforcedPlatform("io.quarkus.platform:quarkus-bom:3.2.0.Final")'], ['build.gradle.kts', 'plugins { id("io.quarkus") version "3.2.0.Final" }']] as const) {
      expect(policiesOf({ ...properties(`quarkus.http.cors=true\n${origins}`), [file]: text }).map(({ version }) => version), file).toEqual([`Quarkus 3.2.0.Final (${file})`]);
    }
  });
});

describe('files of an application', () => {
  test('profiles: what is said of development is no finding about production', () => {
    const [policy] = policiesOf(properties('quarkus.http.cors.enabled=true\nquarkus.http.cors.origins=https://a.example\n%dev.quarkus.http.cors.origins=/.*/\n'));
    expect(sent(policy, 'https://b.example', 'access-control-allow-origin')).toEqual([undefined]);
    expect(sent(policy, 'https://b.example', 'access-control-allow-origin', 'development')).toEqual(['https://b.example']);
  });

  test('one policy of several files, where the switch is', () => {
    const files = { ...properties('quarkus.http.cors.enabled=true\n'), [`${RESOURCES}/application-prod.properties`]: 'quarkus.http.cors.origins=https://a.example\n', [`${RESOURCES}/application-dev.yaml`]: 'quarkus:\n  http:\n    cors:\n      origins: https://b.example\n' };
    const policies = policiesOf(files);
    expect(policies.map(({ reader, at }) => [reader, at.file])).toEqual([['quarkus', `${RESOURCES}/application.properties`]]);
    expect(sent(policies[0], 'https://a.example', 'access-control-allow-origin')).toEqual(['https://a.example']);
    expect(sent(policies[0], 'https://b.example', 'access-control-allow-origin', 'development')).toEqual(['https://b.example']);
  });

  test('defaults of placeholders are one way, the setting is the other', () => {
    const [policy] = policiesOf(properties('quarkus.http.cors.enabled=true\nquarkus.http.cors.origins=${CORS_ORIGINS:https://a.example,https://b.example}\n'));
    expect(sent(policy, 'https://b.example', 'access-control-allow-origin')).toContain('https://b.example');
    expect(sent(policy, 'https://b.example', 'access-control-allow-origin').length).toBeGreaterThan(1);
    const [open] = policiesOf(properties('quarkus.http.cors.enabled=${CORS}\nquarkus.http.cors.origins=*\n'));
    expect(sent(open, 'https://b.example', 'access-control-allow-origin')).toEqual(expect.arrayContaining(['https://b.example', undefined]));
  });

  test('tests of the project say nothing', () => {
    expect(readQuarkus({ 'src/test/resources/application.properties': 'quarkus.http.cors.enabled=true\nquarkus.http.cors.origins=*\n' })).toEqual([]);
  });
});

test('headers that are added to every response, to a path, to methods', () => {
  const [policy] = policiesOf({ [`${RESOURCES}/application.yaml`]: 'quarkus:\n  http:\n    header:\n      Access-Control-Allow-Origin:\n        value: "*"\n        path: /fonts/*\n        methods: [GET]\n' });
  const asked = (method: string, path: string): readonly (string | null)[] => evaluate({ policy: policy!, inner: [] }, { method, path, headers: [['origin', 'https://a.example']] }).flatMap(({ response }) => response.headers.filter(({ name }) => name === 'access-control-allow-origin').map(({ text }) => text));
  expect([asked('GET', '/fonts/a.woff'), asked('POST', '/fonts/a.woff'), asked('GET', '/')]).toEqual([['*'], [], []]);
  expect(policy?.probes.map(({ path }) => path)).toEqual(['/fonts/x', '/fonts', '/']);
});

test('durations', () => {
  expect(['600', '24H', 'PT10M', '1h30m', '1500ms', '2d', '10.5s', 'soon'].map(durationSeconds)).toEqual([600, 86_400, 600, 5400, 1, 172_800, 10, undefined]);
});

test('every prefix of a file is read without a throw', () => {
  const text = 'quarkus.http.cors.enabled=true\nquarkus.http.cors.origins[0]=/https:\\\\/\\\\/a{1\\,2}/\n%prod.quarkus.http.cors.methods=${M:GET,PUT}\n';
  for (let end = 0; end <= text.length; end += 1) for (const reading of readQuarkus(properties(text.slice(0, end)))) if (reading.kind === 'policy') expect(reading.policy.at.end).toBeLessThanOrEqual(end);
});
