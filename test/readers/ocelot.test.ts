import { describe, expect, test } from 'vitest';
import { lint, type LintResult } from '../../src/engine.js';
import { effectsOn } from '../../src/policy/views.js';
import ocelot from '../../src/readers/ocelot/index.js';
import yaml from '../../src/syntax/yaml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { answer, edited, fixtureDifferences, fixtures, lines, outcomes, readYaml } from '../support/gateways.js';
import { optionsOf } from '../support/lint.js';

describe('fixtures', () => {
  const all = fixtures('ocelot');

  test('are four', () => expect(all).toHaveLength(4));

  test.each(all)('$name', (fixture) => {
    expect(ocelot.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, ocelot)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(ocelot, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});

const TEXT = `{
  "Routes": [
    {
      "UpstreamPathTemplate": "/items",
      "UpstreamHttpMethod": [ "Get", "Put" ],
      "DownstreamPathTemplate": "/items",
      "DownstreamHostAndPorts": [ { "Host": "items.internal", "Port": 80 } ],
      "DownstreamHeaderTransform": {
        "Access-Control-Allow-Origin": "https://shop.example",
        "Access-Control-Allow-Credentials": "true"
      }
    }
  ]
}
`;

const read = (files: Readonly<Record<string, string>>): ReturnType<typeof readYaml> => {
  const { unit, problems } = yaml.parse(new SourceText('api/ocelot.json', TEXT), filesFrom({ 'api/ocelot.json': TEXT, ...files }));
  const readings = [...ocelot.read(unit!)];
  return { policies: readings.flatMap((one) => (one.kind === 'policy' ? [one.policy] : [])), gaps: readings.flatMap((one) => (one.kind === 'gap' ? [one.gap] : [])), problems, unit: unit! };
};

describe('what stands around the file', () => {
  const status = ({ policies }: ReturnType<typeof readYaml>): number | null => answer(policies[0]!, 'OPTIONS', { origin: 'https://shop.example' }).status;

  test('alone, nobody takes OPTIONS', () => expect(status(read({}))).toBe(404));
  test('another file may have a route for it', () => expect(status(read({ 'api/ocelot.orders.json': '{}' }))).toBeNull());
  test('the file of all routes has none', () => expect(status(read({ 'api/ocelot.global.json': '{}' }))).toBe(404));
  test('CORS of ASP.NET Core is not read', () => {
    const { policies, gaps } = read({ 'api/Program.cs': 'var app = builder.Build();\napp.UseCors("site");\nawait app.UseOcelot();\n' });
    expect([policies, gaps.map(({ message }) => message)]).toEqual([[], [expect.stringContaining('api/Program.cs')]]);
  });
  test('a program without it changes nothing', () => expect(status(read({ 'api/Program.cs': '// no cors\nawait app.UseOcelot();\n' }))).toBe(404));

  test.each([['24.0.1', 0], ['24.1.0', 1]])('headers for all routes count since 24.1: %s', (version, sent) => {
    const text = '{"Routes": [{"UpstreamPathTemplate": "/", "DownstreamPathTemplate": "/"}], "GlobalConfiguration": {"DownstreamHeaderTransform": {"Access-Control-Allow-Origin": "*"}}}';
    const { unit } = yaml.parse(new SourceText('ocelot.json', text), filesFrom({ 'Gateway.csproj': `<Project><ItemGroup><PackageReference Include="Ocelot" Version="${version}" /></ItemGroup></Project>` }));
    const policies = [...ocelot.read(unit!)].flatMap((one) => (one.kind === 'policy' ? [one.policy] : []));
    expect(outcomes(policies[0]!, 'GET', {}).map(({ response }) => lines(response, 'access-control-allow-origin').length)).toEqual([sent]);
  });
});

test('a header of the response behind stays', () => {
  const { policies } = readYaml(ocelot, TEXT);
  expect(lines(answer(policies[0]!, 'GET', {}, undefined, [['Access-Control-Allow-Origin', '*']]), 'access-control-allow-origin')).toEqual(['*']);
});

describe('changes', () => {
  test('OPTIONS gets a route', () => {
    const { policies } = readYaml(ocelot, TEXT);
    expect(edited(ocelot, TEXT, { kind: 'answer-options', at: policies[0]!.probes[0]!.at, path: '/items' })).toBe(TEXT.replace('"Put"', '"Put", "Options"'));
  });
  test('credentials are taken out', () => {
    const { policies } = readYaml(ocelot, TEXT);
    const at = effectsOn(policies[0]!, 'access-control-allow-credentials')[0]!.effect.at;
    const changed = edited(ocelot, TEXT, { kind: 'remove-header', at });
    expect(JSON.parse(changed)).toEqual(JSON.parse(TEXT.replace(/,\s*"Access-Control-Allow-Credentials": "true"/, '')));
  });
});

test('a PUT that no browser may send is found, at the header that it is meant for', async () => {
  const { findings, gaps }: LintResult = await lint(['ocelot.json'], filesFrom({ 'ocelot.json': TEXT }), optionsOf());
  expect([findings.map(({ ruleId }) => ruleId), gaps]).toEqual([['preflight-unanswered'], []]);
});

describe('silence', () => {
  test.each([
    ['{"Routes": [{"UpstreamPathTemplate": "/access-control-allow-origin", "UpstreamHttpMethod": ["Get"]}]}'],
    ['{"Routes": [{"UpstreamPathTemplate": "/", "UpstreamHeaderTransform": {"Access-Control-Request-Method": "GET"}}]}'],
    ['{"openapi": "3.0.3", "paths": {"/UpstreamPathTemplate": {"get": {"responses": {"200": {"headers": {"Access-Control-Allow-Origin": {}}}}}}}}'],
  ])('%s', (text) => {
    const { policies, gaps } = readYaml(ocelot, text);
    expect([policies, gaps]).toEqual([[], []]);
  });
});
