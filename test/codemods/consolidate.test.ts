import { describe, expect, test } from 'vitest';
import consolidate from '../../src/codemods/consolidate.js';
import { run, type Outcome } from '../../src/codemods/run.js';
import { revised } from '../../src/engine.js';
import { filesFrom } from '../../src/text/files.js';
import { chosen, repositoryOf } from './repository.js';

const A = 'https://a.example.com';
const B = 'https://b.example.com';
const http = (content: string): string => `events {}\nhttp {\n${content}}\n`;
const server = (locations: string, more = ''): string => http(`  server {\n    listen 80;\n    server_name api.example.com;\n${more}${locations}  }\n`);
const express = (use: string, more = ''): string => `const express = require('express');\nconst cors = require('cors');\nconst app = express();\n${use}app.get('/orders', (req, res) => res.json([]));\n${more}app.listen(3000);\n`;
const CORS = `app.use(cors({ origin: '${A}' }));\n`;
const compose = (service = ''): string => `services:\n  edge:\n    image: nginx:1.27\n    ports: ["80:80"]\n    volumes: ["./edge/nginx.conf:/etc/nginx/nginx.conf:ro"]\n  api:\n    build: ./api\n${service}`;
const DOCKERFILE = 'FROM node:20\nWORKDIR /app\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n';

const chain = (nginx: string, application: string, service = ''): Readonly<Record<string, string>> => ({ 'edge/nginx.conf': nginx, 'api/server.js': application, 'api/Dockerfile': DOCKERFILE, 'api/package.json': '{ "dependencies": { "cors": "2.8.5", "express": "4.21.0" } }', 'compose.yaml': compose(service) });
const consolidated = async (texts: Readonly<Record<string, string>>, keep: string): Promise<Outcome> => run(consolidate, await repositoryOf(texts), chosen({ keep }));
const reasons = ({ refused }: Outcome): readonly string[] => refused.map(({ reason }) => reason);

describe('lines of nginx', () => {
  test('a level that would begin to inherit other headers keeps one without a value', async () => {
    const nginx = server(`    location / {\n      add_header Access-Control-Allow-Origin ${A} always;\n      add_header Access-Control-Expose-Headers X-A always;\n      proxy_pass http://api:3000;\n    }\n`, '    add_header X-Frame-Options DENY;\n');
    const { texts, refused } = await consolidated(chain(nginx, express(`app.use(cors({ origin: '${A}', exposedHeaders: 'X-A' }));\n`)), 'express');
    expect(refused).toEqual([]);
    expect(texts.get('edge/nginx.conf')?.after).toBe(nginx.replace(`      add_header Access-Control-Allow-Origin ${A} always;\n`, '').replace('Expose-Headers X-A', 'Expose-Headers ""'));
  });

  test('a map that nothing else asks goes, one that something asks stays', async () => {
    const map = (name: string): string => `  map $http_origin $${name} {\n    default "";\n    ${A} $http_origin;\n  }\n\n`;
    const block = `    location / {\n      add_header Access-Control-Allow-Origin $allowed;\n      add_header Vary Origin;\n      proxy_set_header X-Known $known;\n      proxy_pass http://api:3000;\n    }\n`;
    const nginx = server(block).replace('http {\n', `http {\n${map('allowed')}${map('known')}`);
    const { texts, refused } = await consolidated(chain(nginx, express(`app.use(cors({ origin: ['${A}'] }));\n`)), 'express');
    expect(refused).toEqual([]);
    expect(texts.get('edge/nginx.conf')?.after).toBe(nginx.replace(map('allowed'), '').replace('      add_header Access-Control-Allow-Origin $allowed;\n', ''));
  });

  test('another location that the same lines speak for stands in the way', async () => {
    const nginx = server('    location / {\n      proxy_pass http://api:3000;\n    }\n    location /fonts/ {\n      root /srv;\n    }\n', `    add_header Access-Control-Allow-Origin ${A};\n`);
    const outcome = await consolidated(chain(nginx, express(CORS)), 'express');
    expect(outcome.texts.size).toBe(0);
    expect(reasons(outcome)).toEqual([expect.stringMatching(/^browsers would see something else: GET api\.example\.com\/fonts\/.* allowed → blocked$/)]);
  });
});

describe('registrations in scripts', () => {
  const answering = server(`    location / {\n      add_header Access-Control-Allow-Origin ${A} always;\n      add_header Access-Control-Allow-Methods "GET, PUT" always;\n      if ($request_method = OPTIONS) {\n        return 204;\n      }\n      proxy_pass http://api:3000;\n    }\n`);
  const rest = express('').replace("const cors = require('cors');\n", '');

  test.each([
    ['a call', CORS],
    ['a call with options in a variable', `const options = { origin: '${A}' };\napp.use(cors(options));\n`],
    ['another one for OPTIONS', `${CORS}app.options('*', cors({ origin: '${A}' }));\n`],
    ['a comment above and behind', `// CORS\n${CORS.trimEnd()} // for the shop\n`],
  ])('%s goes as a whole', async (_what, use) => {
    const { texts, refused } = await consolidated(chain(answering, express(use)), 'nginx');
    expect(refused).toEqual([]);
    expect([...texts.keys()]).toEqual(['api/server.js']);
    expect(texts.get('api/server.js')?.after).toBe(rest);
  });

  test.each([
    ['of one route', `app.get('/more', cors({ origin: '${A}' }), (req, res) => res.json([]));\n`],
    ['with something else', `app.use(express.json(), cors({ origin: '${A}' }));\n`],
  ])('one %s is hidden instead', async (_what, use) => {
    const { texts } = await consolidated(chain(answering, express(use)), 'nginx');
    expect([...texts.keys()]).toEqual(['edge/nginx.conf']);
    expect(texts.get('edge/nginx.conf')?.after).toContain('proxy_hide_header Access-Control-Allow-Origin;');
  });

  test('a function that does more loses its headers alone', async () => {
    const use = `app.use((req, res, next) => {\n  req.started = Date.now();\n  res.header('Access-Control-Allow-Origin', '${A}');\n  next();\n});\n`;
    const { texts, refused } = await consolidated(chain(answering, express(use)), 'nginx');
    expect(refused).toEqual([]);
    expect(texts.get('api/server.js')?.after).toBe(express(use.replace(/^ {2}res\.header.*\n/m, '')));
  });
});

describe('what is not done', () => {
  const nginx = (origin: string): string => server(`    location / {\n      add_header Access-Control-Allow-Origin ${origin} always;\n      proxy_pass http://api:3000;\n    }\n`);

  test('what the two layers let in together is not guessed: each origin alone is refused by browsers now', async () => {
    const { done, refused } = await consolidated(chain(nginx(A), express(`app.use(cors({ origin: '${B}' }));\n`)), 'express');
    expect(refused).toEqual([]);
    const [{ differences }] = done as [Outcome['done'][number]];
    const allowed = differences.filter(({ what, after }) => what === 'verdict' && after === 'allowed').map(({ request }) => request.origin);
    expect([...new Set(allowed)]).toEqual([B]);
  });

  test('a link that is only likely is not relied on', async () => {
    const { 'compose.yaml': _compose, 'api/Dockerfile': _dockerfile, ...texts } = chain(nginx(A), express(CORS));
    expect(reasons(await consolidated(texts, 'express'))).toEqual(['that Express app stands behind it is only likely: say so under `layers` in the configuration']);
  });

  test('a name that none has, and one that two have, are told with those that there are', async () => {
    const texts = chain(nginx(A), express(CORS));
    const [unknown] = (await consolidated(texts, 'apache')).refused;
    expect(unknown).toMatchObject({ reason: 'no layer that sends headers of CORS is called "apache"', asks: { choice: 'keep', candidates: ['nginx', 'express'] } });
    const outer = { 'outer/nginx.conf': nginx(A).replace('api:3000', 'edge:80'), 'compose.yaml': `${compose().replace('    ports: ["80:80"]\n', '')}  outer:\n    image: nginx:1.27\n    ports: ["80:80"]\n    volumes: ["./outer/nginx.conf:/etc/nginx/nginx.conf:ro"]\n` };
    const [several] = (await consolidated({ ...texts, ...outer }, 'nginx')).refused;
    expect(several).toMatchObject({ reason: '"nginx" means more than one layer on the way of one request', asks: { choice: 'keep', candidates: expect.arrayContaining(['outer/nginx.conf', 'edge/nginx.conf', 'express']) as unknown } });
    const inner = await consolidated({ ...texts, ...outer }, 'outer');
    expect(inner.done.map(({ title }) => title).sort()).toEqual(['Express app leaves CORS to nginx server api.example.com', 'nginx server api.example.com leaves CORS to nginx server api.example.com']);
  });

  test('layers that do not stand in front of each other are left alone', async () => {
    const texts = { 'one/server.js': express(CORS), 'two/server.js': express(CORS).replace('3000', '4000') };
    expect(await consolidated(texts, 'express')).toMatchObject({ done: [], refused: [] });
  });
});

test('the configuration may call a layer something', async () => {
  const texts = chain(server(`    location / {\n      add_header Access-Control-Allow-Origin ${A} always;\n      proxy_pass http://127.0.0.1:3000;\n    }\n`), express(CORS));
  const layers = [{ name: 'gateway', folder: '', files: [{ source: '^edge/' }], inFrontOf: ['orders'] }, { name: 'orders', folder: '', files: [{ source: '^api/' }] }];
  const repository = await revised(Object.keys(texts), filesFrom(texts), { rules: new Map(), strict: false, environment: 'production', trustedOrigins: [], inlineConfig: true, layers });
  const asked = await run(consolidate, repository, chosen());
  expect(asked.refused.map(({ asks }) => asks?.candidates)).toEqual([['gateway', 'orders']]);
  const { done, refused } = await run(consolidate, repository, chosen({ keep: 'orders' }));
  expect(refused).toEqual([]);
  expect(done.map(({ title }) => title)).toEqual(['nginx server api.example.com leaves CORS to Express app']);
});
