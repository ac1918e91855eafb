import { describe, expect, test } from 'vitest';
import { evaluate, type HttpRequest, type Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import { holdSettings } from '../support/hold-settings.js';
import { readMicronaut } from '../support/read-settings.js';

test('what Micronaut 3.8, 3.10 and 4.10 answered', () => {
  expect(holdSettings('micronaut', readMicronaut, 'micronaut.version', (status): Scenario => (status === 405 ? { status } : {}))).toEqual({ held: 270, failures: [] });
});

const RESOURCES = 'src/main/resources';
const policiesOf = (files: Readonly<Record<string, string>>): readonly Policy[] => readMicronaut(files).flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
const yaml = (text: string): Readonly<Record<string, string>> => ({ [`${RESOURCES}/application.yml`]: `micronaut:\n  server:\n    cors:\n${text.replace(/^/gm, '      ')}` });

/** Texts of a header in every outcome, for a simple request from an origin. */
function sent(policy: Policy | undefined, origin: string, header = 'access-control-allow-origin', environment: 'production' | 'development' = 'production'): readonly (string | null | undefined)[] {
  const request: HttpRequest = { method: 'GET', path: '/', headers: [['host', 'api.example'], ['origin', origin]] };
  return policy === undefined ? [] : evaluate({ policy, inner: [] }, request, { environment }).map(({ response }) => response.headers.find(({ name }) => name === header)?.text);
}

describe('placeholders', () => {
  const origins = (text: string): Policy | undefined => policiesOf(yaml(`enabled: true\nconfigurations:\n  web:\n    allowed-origins: ${text}`))[0];

  test('a default with a colon wants backticks', () => {
    expect(sent(origins('${CORS_ORIGIN:`https://a.example`}'), 'https://a.example')).toContain('https://a.example');
    expect(sent(origins('${CORS_ORIGIN:https://a.example}'), 'https://a.example')).toContain(undefined);
    expect(sent(origins('${CORS_ORIGIN:https://a.example}'), '//a.example')).toContain('//a.example');
  });

  test('a setting without a default is not known', () => {
    expect(sent(origins('${CORS_ORIGIN}'), 'https://a.example')).toEqual(expect.arrayContaining(['https://a.example', undefined]));
  });
});

test('of several configurations either may be looked at first', () => {
  const [policy] = policiesOf(yaml('enabled: true\nconfigurations:\n  web:\n    allowed-origins: [https://a.example]\n  all:\n    allow-credentials: false'));
  expect(sent(policy, 'https://a.example', 'access-control-allow-credentials')).toEqual(expect.arrayContaining(['true', undefined]));
  expect(sent(policy, 'https://b.example', 'access-control-allow-credentials').every((text) => text === undefined)).toBe(true);
});

test('environments are files of their own', () => {
  const [policy, ...others] = policiesOf({ ...yaml('enabled: true\nconfigurations:\n  web:\n    allowed-origins: [https://a.example]'), [`${RESOURCES}/application-dev.yml`]: 'micronaut:\n  server:\n    cors:\n      configurations:\n        web:\n          allowed-origins: [http://localhost:3000]\n' });
  expect(others).toEqual([]);
  expect([sent(policy, 'http://localhost:3000'), sent(policy, 'http://localhost:3000', 'access-control-allow-origin', 'development')]).toEqual([[undefined], ['http://localhost:3000']]);
});

test('configurations that nothing switches on', () => {
  const readings = readMicronaut(yaml('configurations:\n  web:\n    allowed-origins: [https://a.example]'));
  expect(readings.map((reading) => reading.kind === 'gap' && reading.gap.message)).toEqual(['`micronaut.server.cors.enabled: true` is not set: Micronaut does nothing with this']);
  expect(readMicronaut(yaml('enabled: false\nconfigurations:\n  web:\n    allowed-origins: [https://a.example]'))).toEqual([]);
});

test('tests of the project say nothing', () => {
  expect(readMicronaut({ 'src/test/resources/application.yml': 'micronaut:\n  server:\n    cors:\n      enabled: true\n' })).toEqual([]);
});

test('the release that Gradle names', () => {
  for (const [file, text] of [['gradle.properties', 'micronautVersion=3.7.2'], ['build.gradle', 'micronaut {\n  version("3.7.2")\n  runtime("netty")\n}'], ['build.gradle.kts', 'micronaut {\n  version.set("3.7.2")\n}']] as const) {
    const [policy] = policiesOf({ ...yaml('enabled: true\nconfigurations:\n  web:\n    allowed-origins: [https://app.example.com]'), [file]: text });
    expect(policy?.version, file).toBe(`Micronaut 3.7.2 (${file})`);
    // Before 3.9 every origin was a pattern.
    expect(sent(policy, 'https://appxexample.com'), file).toEqual(['https://appxexample.com']);
  }
});
