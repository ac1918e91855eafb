import { describe, expect, test } from 'vitest';
import nginx from '../../src/readers/nginx/index.js';
import { evaluate, type Deployment } from '../../src/policy/evaluate.js';
import language from '../../src/syntax/nginx/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

/** What a GET from an origin gets of `server { … }` in a template; facts in words where it depends on them. */
function answers(server: string, origin: string): readonly string[] {
  const { unit, problems } = language.parse(new SourceText('templates/default.conf.template', `server { location / { proxy_pass http://\${BACKEND}; ${server} } }`), filesFrom({}));
  expect(problems).toEqual([]);
  const [policy] = [...nginx.read(unit!)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  const deployment: Deployment = { policy: policy!, inner: [] };
  return evaluate(deployment, { method: 'GET', path: '/', headers: [['origin', origin]] }).map(({ assumed, response }) => {
    const [line] = response.headers;
    return `${[...assumed.values()].map(({ fact, holds }) => `${fact.detail} (${fact.reason}): ${holds}; `).join('')}${line === undefined ? 'nothing' : (line.text ?? `${line.fact?.reason}: ${line.fact?.detail}`)}`;
  });
}

/** The entry point of the official image runs envsubst over `templates/*.template`: names of environment variables only. */
describe('templates for envsubst', () => {
  test('a name in capitals is a setting', () => {
    expect(answers('add_header Access-Control-Allow-Origin ${CORS_ORIGIN};', 'https://a.example')).toEqual(['env-variable: the value of CORS_ORIGIN']);
  });

  test('a dollar that is to stay is one', () => {
    expect(answers('add_header Access-Control-Allow-Origin ${DOLLAR}http_origin;', 'https://a.example')).toEqual(['https://a.example']);
  });

  test('nginx’s own variables stay what they are, in capitals too', () => {
    expect(answers('add_header Access-Control-Allow-Origin $HTTP_ORIGIN;', 'https://a.example')).toEqual(['https://a.example']);
  });

  test('a pattern that is a setting is not known', () => {
    expect([...answers('if ($http_origin ~* "${CORS_PATTERN}") { add_header Access-Control-Allow-Origin $http_origin; }', 'https://a.example')].sort()).toEqual(['the value of CORS_PATTERN (env-variable): false; nothing', 'the value of CORS_PATTERN (env-variable): true; https://a.example']);
  });
});
