import { expect, test } from 'vitest';
import { exact } from '../../src/origins/origin-set.js';
import type { Deployment } from '../../src/policy/evaluate.js';
import nginx from '../../src/readers/nginx/index.js';
import language from '../../src/syntax/nginx/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { predicted, truthIn, type World } from '../support/nginx-world.js';
import { place, policy, set, step } from '../support/policy.js';

const world: World = { files: new Set(['/index.html', '/err.json', '/a/b/two.txt']), folders: new Set(['/', '/a/', '/a/b/', '/c/']) };
const ORIGIN = 'https://app.example';
/** Lets one origin in by itself. */
const behind = policy({ steps: [step({ g: 'origin', in: exact(ORIGIN, place()) }, set('ACAO', ORIGIN))], options: 200 });

/** What nginx 1.22.1 answered (null: a status that only the disk decides). */
const ANSWERS: Readonly<Record<string, readonly [config: string, method: string, path: string, status: number | null, cors: readonly string[]]>> = {
  'HEAD stays HEAD in an error page': ['add_header Access-Control-Allow-Methods GET always; error_page 401 =204 /err.json; location / { if ($request_method ~* get) { add_header Access-Control-Allow-Headers X always; } auth_basic x; auth_basic_user_file f; }', 'HEAD', '/a/b/two.txt', 401, ['access-control-allow-methods: GET']],
  'a fixed status is that of a file that is there': ['add_header Access-Control-Allow-Origin * always; location /a/ { error_page 401 =204 @n; auth_basic x; auth_basic_user_file f; } location @n { }', 'GET', '/a/b/two.txt', 204, ['access-control-allow-origin: *']],
  'the index answers for its folder, in the error page too': ['error_page 405 =204 @n; location @n { add_header Access-Control-Allow-Headers * always; }', 'POST', '/', 405, ['access-control-allow-headers: *']],
  'a fallback is not the index of the folder': ['try_files $uri/ /index.html; location = /index.html { add_header Access-Control-Allow-Headers X; }', 'GET', '/c/', null, []],
  'a folder is no file that is tried': ['error_page 301 =404 @n; location @n { add_header Access-Control-Allow-Origin * always; try_files $uri.html $uri =404; }', 'GET', '/a', 404, ['access-control-allow-origin: *']],
  'a group of a pattern over a header from behind': ['location /api/ { add_header Access-Control-Allow-Origin $again; proxy_pass http://127.0.0.1:9000; }', 'GET', '/api/x', 200, [`access-control-allow-origin: ${ORIGIN}`, `access-control-allow-origin: ${ORIGIN}`]],
};

test.each(Object.entries(ANSWERS))('%s', (_name, [config, method, path, status, cors]) => {
  const text = `map $upstream_http_access_control_allow_origin $again { "~^(?<found>https://[a-z.]+)$" $found; }\nserver { ${config} }`;
  const { unit, problems } = language.parse(new SourceText('nginx.conf', text), filesFrom({}));
  expect(problems).toEqual([]);
  const [one] = [...nginx.read(unit!)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  const deployment: Deployment = { policy: one!, inner: [{ host: '127.0.0.1', port: 9000, deployment: { policy: behind, inner: [] } }] };
  const response = predicted(deployment, { method, path, headers: [['origin', ORIGIN]] }, truthIn(world, { path, query: '' }));
  if ('unknown' in response) throw new Error(response.unknown);
  expect([status === null ? null : response.status, response.headers.filter(({ name }) => name.startsWith('access-control-')).map((line) => `${line.name}: ${line.text}`)]).toEqual([status, cors]);
});
