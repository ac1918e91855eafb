/** A container that runs a script of its package runs what that script runs. */
import { expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';

const app = (port: number): string => `const app = require('express')();\napp.use(require('cors')({ origin: 'https://app.example.com' }));\napp.get('/api', (request, response) => response.json([]));\napp.listen(${port});\n`;
const EDGE = 'server {\n  listen 443 ssl;\n  location / {\n    add_header Access-Control-Allow-Origin https://app.example.com always;\n    proxy_pass http://orders:3000;\n  }\n}\n';

/** One package with two applications on one port: only the script tells which of them the image runs. */
const repository = (script: string): Readonly<Record<string, string>> => ({
  'compose.yaml': 'services:\n  edge:\n    image: nginx\n    ports: ["443:443"]\n    volumes: ["./edge.conf:/etc/nginx/conf.d/default.conf"]\n  orders:\n    build: .\n',
  Dockerfile: `FROM node:22\nWORKDIR /srv\nCOPY . .\nCMD ["npm", "run", "${script}"]\n`,
  'package.json': '{"scripts":{"orders":"node orders/server.js","stock":"node stock/server.js"}}',
  'edge.conf': EDGE,
  'orders/server.js': app(3000),
  'stock/server.js': app(3000),
});

test.each(['orders', 'stock'])('the application of the script %s stands behind the proxy', async (script) => {
  const files = repository(script);
  const { findings, gaps } = await lint(Object.keys(files), filesFrom(files), optionsOf());
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(['duplicate-cors-layers']);
  expect(findings.flatMap(({ at, related }) => [at.file, ...related.map((one) => one.at.file)])).toContain(`${script}/server.js`);
  expect(gaps).toEqual([]);
});

test('a script that is not there leaves open which it is', async () => {
  const files = repository('gone');
  const { findings, gaps } = await lint(Object.keys(files), filesFrom(files), optionsOf());
  expect(findings).toEqual([]);
  expect(gaps.map(({ message }) => message).join()).toMatch(/more than one application/);
});
