import { expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import grails from '../../src/readers/grails/index.js';
import yaml from '../../src/syntax/yaml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

const FILE = 'grails-app/conf/application.yml';

function policyOf(text: string, version?: string): Policy | undefined {
  const files = filesFrom({ [FILE]: text, ...(version === undefined ? {} : { 'gradle.properties': `grailsVersion=${version}\n` }) });
  const { unit, problems } = yaml.parse(new SourceText(FILE, text), files);
  expect(problems).toEqual([]);
  return [...grails.read(unit!)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []))[0];
}

/** Status, allowed origin and credentials of the answer to a request from elsewhere. */
function answered(policy: Policy | undefined, path: string, origin = 'https://elsewhere.example', method = 'GET'): unknown {
  const [outcome, ...more] = evaluate({ policy: policy!, inner: [] }, { method, path, headers: [['origin', origin], ...(method === 'OPTIONS' ? [['access-control-request-method', 'PUT'] as const] : [])], target: 'https://api.example' });
  expect(more).toEqual([]);
  const text = (name: string): string | null | undefined => outcome!.response.headers.find((line) => line.name === name)?.text;
  return [outcome!.response.status, text('access-control-allow-origin'), text('access-control-allow-credentials')];
}

const settings = (body: string): string => `grails:\n  cors:\n    enabled: true\n${body}`;

test('nothing is on by itself', () => {
  expect(policyOf('grails:\n  cors:\n    allowedOrigins: ["https://a.example"]\n')).toBeUndefined();
  expect(policyOf(settings('    corsFilter: false\n'))).toBeUndefined();
});

test('everybody is let in; before Grails 4 with credentials', () => {
  expect(answered(policyOf(settings('')), '/x')).toEqual([200, '*', undefined]);
  expect(answered(policyOf(settings(''), '6.1.0'), '/x', 'https://elsewhere.example', 'OPTIONS')).toEqual([200, '*', undefined]);
  expect(answered(policyOf(settings(''), '3.3.9'), '/x')).toEqual([200, 'https://elsewhere.example', 'true']);
});

test('lists and mappings, which take over what they do not say', () => {
  const policy = policyOf(settings(`    allowedOrigins:
      - https://a.example
    allowCredentials: true
    mappings:
      '[/api/**]':
        allowedOrigins: [https://b.example]
      '[/open/**]': inherit
`));
  expect(answered(policy, '/open/x', 'https://a.example')).toEqual([200, 'https://a.example', 'true']);
  expect(answered(policy, '/api/x', 'https://b.example')).toEqual([200, 'https://b.example', 'true']);
  expect(answered(policy, '/api/x', 'https://a.example')).toEqual([403, undefined, undefined]);
  expect(answered(policy, '/else', 'https://a.example')).toEqual([200, undefined, undefined]);
  expect(policy?.probes.map(({ path }) => path)).toEqual(['/api/x', '/open/x']);
});

test('`*` with credentials ends cross-origin requests since Spring 5.3', () => {
  expect(answered(policyOf(settings('    allowCredentials: true\n'), '6.0.0'), '/x')).toEqual([500, undefined, undefined]);
});
