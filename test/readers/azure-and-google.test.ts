import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/policy/change.js';
import { effectsOn } from '../../src/policy/views.js';
import appEngine from '../../src/readers/app-engine/index.js';
import functions from '../../src/readers/azure-functions/index.js';
import endpoints from '../../src/readers/google-endpoints/index.js';
import type { Policy } from '../../src/policy/program.js';
import { applyEdits } from '../../src/text/edit.js';
import { answer, fixtureDifferences, fixtures, lines, readYaml } from '../support/gateways.js';

describe.each([
  ['azure-functions', functions, 3],
  ['app-engine', appEngine, 3],
] as const)('%s', (id, reader, count) => {
  const all = fixtures(id);

  test('has its fixtures', () => expect(all).toHaveLength(count));

  test.each(all)('$name', (fixture) => {
    expect(reader.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, reader)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(reader, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});

describe('the local host of Azure Functions', () => {
  const settings = (cors: string, credentials: boolean): Policy => readYaml(functions, JSON.stringify({ Host: { CORS: cors, CORSCredentials: credentials } }), 'local.settings.json').policies[0]!;

  // CorsPolicyBuilder and CorsService of ASP.NET Core.
  test.each([
    ['*', false, 'https://stranger.test', ['*']],
    ['*,https://shop.example', false, 'https://stranger.test', []],
    ['*,https://shop.example', true, 'https://shop.example', ['https://shop.example']],
    ['https://shop.example/', true, 'https://shop.example', []],
    [',https://shop.example,', true, 'https://shop.example', ['https://shop.example']],
  ])('%s with credentials %s lets in %s', (cors, credentials, origin, allowed) => {
    expect(lines(answer(settings(cors, credentials), 'GET', { origin }), 'access-control-allow-origin')).toEqual(allowed);
  });

  test('does not start with `*` and credentials', () => {
    expect(answer(settings('*', true), 'GET', {}).fault).toContain('does not start');
  });

  test('has no CORS where the text is empty, and none in another file', () => {
    expect(readYaml(functions, '{"Host": {"CORS": ""}}', 'local.settings.json').policies).toEqual([]);
    expect(readYaml(functions, '{"Host": {"CORS": "*"}}', 'settings.json').policies).toEqual([]);
  });
});

describe('Cloud Endpoints', () => {
  // The documentation's two places: the list of an OpenAPI 2 document, and a server of an OpenAPI 3 document.
  test.each([
    ['swagger: "2.0"\nx-google-endpoints:\n- name: "shop.endpoints.example.cloud.goog"\n  allowCors: true\n', 1],
    ['openapi: 3.0.3\nservers:\n- url: https://shop.endpoints.example.cloud.goog\n  x-google-endpoint: {allowCors: true}\n', 1],
    ['swagger: "2.0"\nx-google-endpoints:\n- name: "shop.endpoints.example.cloud.goog"\n  allowCors: false\n', 0],
    ['title: x-google-endpoints\nx-google-endpoints:\n- allowCors: true\n', 0],
  ])('%j', (text, count) => {
    const { policies, gaps } = readYaml(endpoints, text, 'openapi.yaml');
    expect([policies.length, gaps.length]).toEqual([0, count]);
    for (const { at } of gaps) expect(text.slice(at.start, at.end)).toBe('allowCors: true');
  });
});

describe('changes', () => {
  const changed = (reader: typeof functions, text: string, name: string, change: (policy: Policy) => Change): string => {
    const { unit, policies: [policy] } = readYaml(reader, text, name);
    const edits = reader.write(unit, policy!, change(policy!));
    return 'declined' in edits ? `declined: ${edits.declined}` : applyEdits(text, edits);
  };
  const credentials = (policy: Policy): Change => ({ kind: 'remove-header', at: effectsOn(policy, 'access-control-allow-credentials')[0]!.effect.at });

  test('credentials of a site and of the local host', () => {
    const site = '{ "type": "Microsoft.Web/sites", "properties": { "siteConfig": { "cors": { "allowedOrigins": ["https://a.example"], "supportCredentials": true } } } }';
    expect(changed(functions, site, 'azuredeploy.json', credentials)).toBe(site.replace('true', 'false'));
    const local = '{ "Host": { "CORS": "https://a.example", "CORSCredentials": true } }';
    expect(changed(functions, local, 'local.settings.json', credentials)).toBe(local.replace('true', 'false'));
  });

  test('a header of host.json goes with its name', () => {
    const host = '{ "extensions": { "http": { "customHeaders": { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true" } } } }';
    expect(changed(functions, host, 'host.json', credentials)).toBe(host.replace(', "Access-Control-Allow-Credentials": "true"', ''));
  });

  test('one entry of a list, not a text with several', () => {
    const local = '{ "Host": { "CORS": "https://a.example/,https://b.example" } }';
    expect(changed(functions, local, 'local.settings.json', (policy) => ({ kind: 'replace-text', at: { ...policy.at, start: local.indexOf('https://a'), end: local.indexOf(',') }, text: 'https://a.example' }))).toBe(local.replace('a.example/', 'a.example'));
    expect(changed(functions, local, 'local.settings.json', (policy) => ({ kind: 'replace-text', at: policy.at, text: 'https://a.example, https://b.example' }))).toBe('declined: not one origin');
  });
});
