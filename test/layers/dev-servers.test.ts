import { describe, expect, test } from 'vitest';
import { survey, type Survey } from '../../src/engine.js';
import { concernsCors } from '../../src/hosts/disk.js';
import { layersOf } from '../../src/policy/deployment.js';
import { explain } from '../../src/questions/explain.js';
import { mapOf } from '../../src/questions/map.js';
import { why } from '../../src/questions/why.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';

const api = (cors: string): string => `const express = require('express');\nconst cors = require('cors');\nconst app = express();\napp.use(cors(${cors}));\napp.get('/items', (req, res) => res.json([]));\napp.listen(3000);\n`;
const API = { 'api/server.js': api("{ origin: true, credentials: true }"), 'api/package.json': '{"name":"api","dependencies":{"cors":"^2.8.5","express":"^4.21.0"}}' };
const vite = (server: string): string => `import { defineConfig } from 'vite';\nexport default defineConfig({ server: ${server} });\n`;
const PROXY = "{ '/api': { target: 'http://localhost:3000', changeOrigin: true, rewrite: (path) => path.replace(/^\\/api/, '') } }";
const WEB = { 'web/package.json': '{"name":"web","scripts":{"dev":"vite"},"devDependencies":{"vite":"8.0.0"}}', 'web/vite.config.ts': vite(`{ proxy: ${PROXY} }`) };

function surveyed(texts: Readonly<Record<string, string>>, environment: string): Promise<Survey> {
  const [asked, beside] = [true, false].map((is) => Object.keys(texts).filter((path) => concernsCors(texts[path]!) === is));
  return survey(asked!, filesFrom(texts), { ...optionsOf(), environment, beside: beside! });
}

const chains = ({ entries }: Survey): readonly (readonly string[])[] => entries.map((entry) => layersOf(entry).map(({ at }) => at.file));
const found = ({ findings }: Survey): readonly unknown[] => findings.map(({ ruleId, severity, at, message, witness }) => ({ ruleId, severity, at, message, url: witness?.request.url }));

describe('where the repository is judged for production', () => {
  test.each([
    ['Vite', WEB],
    ['Vite without CORS of its own', { ...WEB, 'web/vite.config.ts': vite(`{ cors: false, proxy: ${PROXY} }`) }],
    ['webpack-dev-server', { 'web/webpack.config.js': "module.exports = { devServer: { headers: { 'Access-Control-Allow-Origin': 'https://other.example' }, proxy: [{ context: ['/'], target: 'http://localhost:3000' }] } };" }],
  ])('%s in front of an application changes nothing that is found, and is no way in', async (_server, dev) => {
    const [alone, both] = await Promise.all([surveyed(API, 'production'), surveyed({ ...API, ...dev }, 'production')]);
    expect(found(alone).length).toBeGreaterThan(0);
    expect(found(both)).toEqual(found(alone));
    expect(chains(both)).toEqual([['api/server.js']]);
    const map = mapOf(both, 'production', []);
    expect(map.layers.map(({ policy }) => policy.at.file)).toEqual(['api/server.js']);
    expect([map.links, map.gaps]).toEqual([[], []]);
  });

  test('a target that is not known is no gap there', async () => {
    const texts = { ...API, 'web/vite.config.ts': vite("{ proxy: { '/api': process.env.API_URL } }") };
    expect((await surveyed(texts, 'production')).gaps).toEqual([]);
    expect((await surveyed(texts, 'development')).gaps.map(({ message }) => message)).toContain('where requests are passed on to (`$API_URL`) is decided when it is deployed, or for each request: the layer behind is not known');
  });

  test('whoever passes requests on to a dev server finds nobody there', async () => {
    const nginx = 'server {\n  listen 80;\n  location / {\n    proxy_pass http://localhost:5173;\n    add_header Access-Control-Allow-Origin https://app.example.com always;\n  }\n}\n';
    const texts = { ...API, ...WEB, 'nginx.conf': nginx };
    expect(chains(await surveyed(texts, 'production'))).toEqual([['api/server.js'], ['nginx.conf']]);
    expect(chains(await surveyed(texts, 'development'))).toEqual([['nginx.conf', 'web/vite.config.ts', 'api/server.js'], ['web/vite.config.ts', 'api/server.js']]);
  });
});

describe('on a developer\'s machine', () => {
  const asked = { origin: 'http://localhost:4000', method: 'GET', headers: [], credentials: 'omit', url: 'http://localhost:5173/api/items' } as const;

  test('the proxy stands in front, and the application is reached past it too', async () => {
    const both = await surveyed({ ...API, ...WEB }, 'development');
    expect(chains(both)).toContainEqual(['web/vite.config.ts', 'api/server.js']);
    expect(both.exposed.map(({ policy }) => policy.at.file)).toEqual(['api/server.js']);
    expect(found(both).length).toBeGreaterThan(0);
  });

  test('what is asked of the port of the dev server goes through its proxy', async () => {
    const [explanation] = explain(await surveyed({ ...API, ...WEB }, 'development'), asked, 'development');
    expect(explanation?.worlds[0]?.response.layers.map(({ policy, request }) => `${policy.at.file} ${request.path}`)).toEqual(['web/vite.config.ts /api/items', 'api/server.js /items']);
    expect(explanation?.verdict.allowed).toBe(true);
    expect(explain(await surveyed({ ...API, ...WEB }, 'production'), asked, 'production')).toEqual([]);
  });

  test('a preflight is answered by the dev server itself, whatever the application would say', async () => {
    const [explanation] = explain(await surveyed({ ...API, ...WEB }, 'development'), { ...asked, origin: 'https://shop.example', method: 'PUT' }, 'development');
    expect(explanation?.verdict).toMatchObject({ allowed: false });
    expect(explanation?.worlds[0]?.preflight?.layers.map(({ policy }) => policy.at.file)).toEqual(['web/vite.config.ts']);
  });

  test('a dev server whose folder is built for a container runs on the machine all the same, whatever starts it', async () => {
    const texts = { ...API, ...WEB, 'web/package.json': '{"name":"web","devDependencies":{"vite":"8.0.0"}}', 'compose.yaml': 'services:\n  web:\n    build: ./web\n    ports: ["80:80"]\n', 'web/Dockerfile': 'FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm run build\n' };
    expect(chains(await surveyed(texts, 'development'))).toContainEqual(['web/vite.config.ts', 'api/server.js']);
  });

  test('a message of a browser that names the port finds the layers', async () => {
    const failure = { reasons: ['preflight-acao-missing'], url: 'http://localhost:5173/api/items', origin: 'https://shop.example', method: 'PUT', sent: {} };
    const answer = why(await surveyed({ ...API, ...WEB }, 'development'), failure, { environment: 'development', origins: [] });
    expect(answer.outcome).toBe('explained');
  });
});
