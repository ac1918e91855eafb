import { describe, expect, test } from 'vitest';
import { survey, type Survey } from '../src/engine.js';
import { evaluate } from '../src/policy/evaluate.js';
import { applyEdits } from '../src/text/edit.js';
import { filesFrom } from '../src/text/files.js';
import { optionsOf } from './support/lint.js';

const nginx = (location: string, server = ''): string => `server {
    listen 80;
    server_name api.example.com;
${server}
    location / {
${location}
        proxy_pass http://127.0.0.1:3000;
    }
}
`;

const express = (middleware: string, listening = 'app.listen(3000);'): string => `const express = require('express');
const cors = require('cors');

const app = express();
${middleware}
app.get('/users', (req, res) => res.json([]));
app.put('/users', (req, res) => res.json({}));
${listening}
`;

const REFLECTING = 'app.use(cors({ origin: true, credentials: true }));';
const LISTED = "app.use(cors({ origin: ['https://app.example.com', 'https://admin.example.com'], credentials: true }));";
const REPLACED = `        proxy_hide_header Access-Control-Allow-Origin;
        add_header Access-Control-Allow-Origin https://app.example.com always;`;

const surveyed = (texts: Readonly<Record<string, string>>): Promise<Survey> => survey(Object.keys(texts), filesFrom(texts), { ...optionsOf(), suggestions: true });
const rulesIn = ({ findings }: Survey): readonly string[] => findings.map(({ ruleId, at }) => `${at.file} ${ruleId}`);

describe('a policy is judged where it stands', () => {
  test('what a layer in front replaces is not reported, and told as neutralised', async () => {
    const found = await surveyed({ 'nginx.conf': nginx(REPLACED), 'server.js': express(REFLECTING) });
    expect(rulesIn(found)).toEqual([]);
    expect(found.neutralised.map(({ ruleId, at, within }) => [ruleId, at.file, within.title])).toEqual([['no-reflected-origin', 'server.js', 'nginx server api.example.com']]);
  });

  test('alone, the same application is reported', async () => {
    expect(rulesIn(await surveyed({ 'server.js': express(REFLECTING) }))).toEqual(['server.js no-reflected-origin']);
  });

  test('what passes through shows as it shows outside', async () => {
    const { findings, neutralised } = await surveyed({ 'nginx.conf': nginx('', '    # passes on').replace('location / {', 'location /api/ {').replace(':3000;', ':3000/;'), 'server.js': express(REFLECTING) });
    expect(findings.map(({ ruleId, witness }) => [ruleId, witness?.request.url])).toEqual([['no-reflected-origin', 'https://api.example.com/api/users']]);
    expect(neutralised).toEqual([]);
  });

  test('two layers that send the same header hide nothing: when that is mended, the hole is open', async () => {
    const texts = { 'nginx.conf': nginx('        add_header Access-Control-Allow-Origin https://app.example.com always;'), 'server.js': express(REFLECTING) };
    const found = await surveyed(texts);
    expect(rulesIn(found)).toEqual(['nginx.conf duplicate-cors-layers', 'server.js no-reflected-origin']);
  });

  test('who asks for credentials hides nothing from browsers that have them', async () => {
    const found = await surveyed({ 'nginx.conf': nginx('        auth_basic staff;\n        auth_basic_user_file users;'), 'server.js': express(REFLECTING) });
    expect(rulesIn(found)).toContain('server.js no-reflected-origin');
  });

  test('who asks for credentials and replaces what the layer behind says hides that', async () => {
    const found = await surveyed({ 'nginx.conf': nginx(`        auth_basic staff;\n        auth_basic_user_file users;\n${REPLACED}`), 'server.js': express(REFLECTING) });
    expect(rulesIn(found)).not.toContain('server.js no-reflected-origin');
    expect(found.neutralised.map(({ ruleId }) => ruleId)).toEqual(['no-reflected-origin']);
  });

  test('what another finding of the layer alone explains is not told as neutralised', async () => {
    const late = express('').replace('app.listen', "app.use(cors({ origin: 'https://app.example.com' }));\napp.listen");
    expect(rulesIn(await surveyed({ 'server.js': late }))).toEqual(['server.js cors-registered-too-late']);
    const { neutralised } = await surveyed({ 'nginx.conf': nginx(REPLACED), 'server.js': late });
    expect(neutralised.map(({ ruleId }) => ruleId)).toEqual(['cors-registered-too-late']);
  });

  test('who asks for credentials after a preflight that fails in front of all hides what only a preflighted request shows', async () => {
    const late = express('').replace('app.listen', 'app.use(cors({ origin: true, credentials: true }));\napp.listen');
    const ids = async (location: string): Promise<readonly string[]> => [...new Set((await surveyed({ 'nginx.conf': nginx(location), 'server.js': late })).findings.filter(({ at }) => at.file === 'server.js').map(({ ruleId }) => ruleId))];
    const asking = '        auth_basic staff;\n        auth_basic_user_file users;';
    expect(await ids(asking)).toContain('no-reflected-origin');
    expect(await ids(`        if ($request_method = OPTIONS) { return 204; }\n${asking}`)).not.toContain('no-reflected-origin');
  });

  test('what nobody knows hides nothing', async () => {
    const found = await surveyed({ 'nginx.conf': nginx('        proxy_hide_header Access-Control-Allow-Origin;\n        add_header Access-Control-Allow-Origin $allowed_by_lua always;'), 'server.js': express(REFLECTING) });
    expect(rulesIn(found)).toContain('server.js no-reflected-origin');
    expect(found.neutralised).toEqual([]);
  });

  test('a port that is open to everybody keeps what is found there alive', async () => {
    const compose = (ports: string): string => `services:\n  edge:\n    image: nginx\n    volumes: ['./nginx.conf:/etc/nginx/conf.d/default.conf:ro']\n    ports: ['80:80']\n  api:\n    build: ./api\n${ports}`;
    const texts = (ports: string): Record<string, string> => ({ 'compose.yaml': compose(ports), 'nginx.conf': nginx(REPLACED).replace('127.0.0.1:3000', 'api:3000'), 'api/server.js': express(REFLECTING), 'api/Dockerfile': 'FROM node:20\nCOPY . .\nCMD ["node", "server.js"]\n' });
    expect(rulesIn(await surveyed(texts('')))).toEqual([]);
    expect(rulesIn(await surveyed(texts("    ports: ['3000:3000']\n")))).toEqual(['api/server.js no-reflected-origin']);
    // A port of the machine's own address is no way in from outside.
    expect(rulesIn(await surveyed(texts("    ports: ['127.0.0.1:3000:3000']\n")))).toEqual([]);
    // What runs only when it is asked for may not stand there.
    expect(rulesIn(await surveyed(texts('    profiles: [debug]\n')))).toEqual(['api/server.js no-reflected-origin']);
  });
});

describe('what only the layers in front do is found at their place', () => {
  test.each([
    ['asks for credentials', '        auth_basic staff;\n        auth_basic_user_file users;', 'preflight-behind-auth', 'auth_basic staff;'],
    ['answers preflights', '        if ($request_method = OPTIONS) { return 204; }', 'preflight-unanswered', '204'],
    ['takes Vary away', '        proxy_hide_header Vary;', 'vary-origin-missing', 'proxy_hide_header Vary;'],
  ])('%s', async (_what, location, rule, text) => {
    const texts = { 'nginx.conf': nginx(location), 'server.js': express(LISTED) };
    const { findings } = await surveyed(texts);
    expect(findings.map(({ ruleId, at }) => [ruleId, texts['nginx.conf'].slice(at.start, at.end)])).toEqual([[rule, text]]);
    expect(findings[0]!.related.map(({ at }) => at.file)).toContain('server.js');
  });

  test('a suggestion that mends the chain is spelled by the layer that it is about', async () => {
    const texts = { 'nginx.conf': nginx('        auth_basic staff;\n        auth_basic_user_file users;'), 'server.js': express(LISTED) };
    const { findings } = await surveyed(texts);
    const [suggestion, ...others] = findings[0]!.suggestions;
    expect(others).toEqual([]);
    expect(applyEdits(texts['nginx.conf'], suggestion!.edits)).toBe(nginx('        limit_except OPTIONS {\n            auth_basic staff;\n            auth_basic_user_file users;\n        }'));
  });

  // nginx 1.22 asks for no password any more in the location inside; methods that are limited get no rewrite directives.
  test.each(['        location /users/open { proxy_pass http://127.0.0.1:3000; }', '        set $backend app;'])('what other requests would lose is not moved: %s', async (line) => {
    const texts = { 'nginx.conf': nginx(`        auth_basic staff;\n        auth_basic_user_file users;\n${line}`), 'server.js': express(LISTED) };
    const { findings } = await surveyed(texts);
    const asked = findings.filter(({ ruleId }) => ruleId === 'preflight-behind-auth');
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.flatMap(({ suggestions }) => suggestions)).toEqual([]);
  });

  // nginx has no CORS headers here: an answer of its own to preflights would not be one.
  test('a change after which the chain is as broken as before is not offered', async () => {
    const texts = { 'nginx.conf': nginx('', '    auth_basic staff;\n    auth_basic_user_file users;\n'), 'server.js': express(LISTED) };
    const { findings } = await surveyed(texts);
    expect(findings.map(({ ruleId, suggestions }) => [ruleId, suggestions])).toEqual([['preflight-behind-auth', []]]);
  });

  test('a link that is only likely makes no error', async () => {
    const { findings } = await surveyed({ 'nginx.conf': nginx('        add_header Access-Control-Allow-Origin https://app.example.com always;').replace('127.0.0.1', 'backend'), 'server.js': express("app.use(cors({ origin: 'https://app.example.com' }));") });
    expect(findings.map(({ ruleId, severity }) => [ruleId, severity])).toEqual([['duplicate-cors-layers', 'warn']]);
  });

  test('what a likely layer would hide stays reported', async () => {
    expect(rulesIn(await surveyed({ 'nginx.conf': nginx(REPLACED).replace('127.0.0.1', 'backend'), 'server.js': express(REFLECTING) }))).toContain('server.js no-reflected-origin');
  });
});

describe('a survey', () => {
  test('tells the outermost layers, and what a change would make of them', async () => {
    const found = await surveyed({ 'nginx.conf': nginx('        add_header Access-Control-Allow-Origin https://app.example.com always;'), 'server.js': express("app.use(cors({ origin: 'https://app.example.com' }));") });
    const [entry] = found.entries;
    expect(found.entries.map(({ policy, inner }) => [policy.reader, ...inner.map(({ deployment }) => deployment.policy.reader)])).toEqual([['nginx', 'express']]);
    const request = { method: 'GET', path: '/users', headers: [['host', 'api.example.com'], ['origin', 'https://app.example.com']] as const, target: 'https://api.example.com' };
    const values = (deployment: typeof entry): readonly (string | null)[] => evaluate(deployment!, request)[0]!.response.headers.filter(({ name }) => name === 'access-control-allow-origin').map(({ text }) => text);
    expect(values(entry)).toHaveLength(2);
    const at = found.findings[0]!.at;
    const attempt = found.attempt(entry!.policy, { kind: 'hide-inner-header', at, header: 'Access-Control-Allow-Origin' });
    expect('declined' in attempt ? attempt.declined : values(attempt.entries[0])).toEqual(['https://app.example.com']);
  });
});

test('of two ways to one place, each counts', async () => {
  const proxy = `server {
    listen 80;
    server_name api.example.com;
    location /a/ {
${REPLACED}
        proxy_pass http://127.0.0.1:3000/;
    }
    location /b/ {
        proxy_pass http://127.0.0.1:3000/;
    }
}
`;
  const { findings, neutralised } = await surveyed({ 'nginx.conf': proxy, 'server.js': express(REFLECTING) });
  expect(findings.map(({ ruleId, witness }) => [ruleId, witness?.request.url])).toEqual([['no-reflected-origin', 'https://api.example.com/b/users']]);
  expect(neutralised).toEqual([]);
});

describe('three layers', () => {
  const server = (location: string, port: number, to: number): string => `server {\n    listen ${port};\n    server_name api.example.com;\n    location / {\n${location}\n        proxy_pass http://127.0.0.1:${to};\n    }\n}\n`;
  const ADDED = '        add_header Access-Control-Allow-Origin https://app.example.com always;';
  const APPLICATION = express("app.use(cors({ origin: 'https://app.example.com' }));");

  test('what two of them double is of no account where the first one replaces it', async () => {
    const inner = { 'gateway.conf': server(ADDED, 8081, 3000), 'server.js': APPLICATION };
    expect(rulesIn(await surveyed(inner))).toEqual(['gateway.conf duplicate-cors-layers']);
    expect(rulesIn(await surveyed({ 'edge.conf': server(REPLACED, 80, 8081), ...inner }))).toEqual([]);
  });

  test('the first and the last double it, with one between them that says nothing', async () => {
    const { findings } = await surveyed({ 'edge.conf': server(ADDED, 80, 8081), 'gateway.conf': server('', 8081, 3000), 'server.js': APPLICATION });
    expect(findings.map(({ ruleId, at, related }) => [ruleId, at.file, related.map((one) => one.at.file)])).toEqual([['duplicate-cors-layers', 'edge.conf', ['server.js']]]);
  });
});

test('a proxy is asked at the places that the application behind it serves', async () => {
  const { findings } = await surveyed({ 'nginx.conf': nginx('        add_header Access-Control-Allow-Origin https://app.example.com always;'), 'server.js': express("app.use(cors({ origin: 'https://app.example.com' }));") });
  expect(findings.map(({ witness }) => witness?.request.url)).toEqual(['https://api.example.com/users']);
});
