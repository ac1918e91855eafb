import { expect, test } from 'vitest';
import { lint } from '../../../src/engine.js';
import type { Unit } from '../../../src/policy/topology.js';
import { filesFrom } from '../../../src/text/files.js';
import { readingsFor } from '../../support/plain-layers.js';

async function unitsIn(reader: string, path: string, files: Readonly<Record<string, string>>): Promise<readonly Unit[]> {
  return (await readingsFor(reader, path, files)).flatMap((reading) => (reading.kind === 'topology' && reading.fact.fact === 'unit' ? [reading.fact] : []));
}

const APP = { 'app.js': 'module.exports = require("express")();', 'src/app.ts': 'export const app = 1; export default app;', 'src/routes.ts': 'export const routes = 1;' };

test.each<readonly [what: string, path: string, text: string, port: number, imported: readonly string[]]>([
  ['require of an app', 'server.js', "const app = require('./app');\napp.listen(process.env.PORT || 3000);", 3000, ['app.js']],
  ['a server of http', 'server.js', "const http = require('http');\nconst app = require('./app');\nconst server = http.createServer(app);\nserver.listen(3001);", 3001, ['app.js']],
  ["Express' generator", 'bin/www.js', "var app = require('../app');\nvar http = require('http');\nvar port = normalizePort(process.env.PORT || '3002');\napp.set('port', port);\nhttp.createServer(app).listen(port);\nfunction normalizePort(val) { var port = parseInt(val, 10); return isNaN(port) ? val : port; }", 3002, ['app.js']],
  ["a setting of the app", 'server.js', "const app = require('./app');\napp.set('port', process.env.PORT || 3003);\napp.listen(app.get('port'), () => {});", 3003, ['app.js']],
  ['modules, and TypeScript by the name of what it compiles to', 'src/server.ts', "import app from './app.js';\nimport { routes } from './routes.js';\nconst PORT = Number(process.env.PORT) || 3004;\napp.use(routes);\napp.listen(PORT);", 3004, ['src/app.ts', 'src/routes.ts']],
  ['Fastify', 'src/server.ts', "import { app } from './app';\napp.listen({ port: 3005, host: '0.0.0.0' });", 3005, ['src/app.ts']],
  ['Hono', 'src/server.ts', "import { serve } from '@hono/node-server';\nimport { app } from './app';\nserve({ fetch: app.fetch, port: 3006 });", 3006, ['src/app.ts']],
  ['an import at run time', 'server.js', "async function main() { const { default: app } = await import('./app.js'); app.listen(3007); }\nmain();", 3007, ['app.js']],
])('Node: %s', async (_what, path, text, port, imported) => {
  const [unit, ...others] = await unitsIn('node-servers', path, { ...APP, [path]: text });
  expect(others).toEqual([]);
  expect(unit).toMatchObject({ title: path, networks: ['machine'], names: ['localhost', '127.0.0.1'] });
  expect(unit!.ports.map((one) => one.port)).toEqual([port]);
  expect(unit!.runs.map((run) => ('path' in run ? run.path : ''))).toEqual([path, ...imported]);
});

test.each<readonly [what: string, text: string]>([
  ['nothing is imported', 'require("express")().listen(3000);'],
  ['the port is not known', "require('./app').listen(process.env.PORT);"],
  ['two servers on two ports', "const app = require('./app');\napp.listen(3000);\nrequire('./admin').listen(3001);"],
  ['a listener of events', "const app = require('./app');\nemitter.listen('change');"],
])('Node: no fact where %s', async (_what, text) => {
  expect(await unitsIn('node-servers', 'server.js', { ...APP, 'server.js': text })).toEqual([]);
});

const SHOP = { 'shop/__init__.py': 'def create_app():\n    pass\n', 'shop/main.py': 'app = 1\n' };

test.each<readonly [what: string, text: string, port: number, imported: readonly string[]]>([
  ['uvicorn and a name', 'import uvicorn\nif __name__ == "__main__":\n    uvicorn.run("shop.main:app", host="0.0.0.0", port=8001, reload=True)\n', 8001, ['shop/main.py']],
  ["uvicorn's own port", 'import uvicorn\nuvicorn.run("shop.main:app")\n', 8000, ['shop/main.py']],
  ['an app of a factory', 'import os\nfrom shop import create_app\napp = create_app()\nif __name__ == "__main__":\n    app.run(port=int(os.environ.get("PORT", 5001)))\n', 5001, ['shop/__init__.py']],
  ['waitress', 'from waitress import serve\nfrom shop.main import app\nserve(app, port=8080)\n', 8080, ['shop/main.py']],
])('Python: %s', async (_what, text, port, imported) => {
  const [unit] = await unitsIn('python-servers', 'run.py', { ...SHOP, 'run.py': text });
  expect(unit!.ports.map((one) => one.port)).toEqual([port]);
  expect(unit!.runs.map((run) => ('path' in run ? run.path : ''))).toEqual(['run.py', ...imported]);
});

test('Python: no fact without a port or without another module', async () => {
  expect(await unitsIn('python-servers', 'run.py', { ...SHOP, 'run.py': 'from shop.main import app\napp.run()\n' })).toEqual([]);
  expect(await unitsIn('python-servers', 'run.py', { 'run.py': 'import uvicorn\nuvicorn.run("elsewhere:app", port=1)\n' })).toEqual([]);
});

test('what nginx passes on to a port is followed through the module that listens there', async () => {
  const files = {
    'nginx.conf': 'server {\n  listen 80;\n  location / {\n    add_header Access-Control-Allow-Origin "https://a.example" always;\n    proxy_pass http://localhost:3000;\n  }\n}\n',
    'api/server.js': "const app = require('./app');\napp.listen(process.env.PORT || 3000);\n",
    'api/app.js': "const express = require('express');\nconst cors = require('cors');\nconst app = express();\napp.use(cors({ origin: 'https://a.example' }));\napp.get('/x', (req, res) => res.json({}));\nmodule.exports = app;\n",
  };
  const options = { rules: new Map([['duplicate-cors-layers', { severity: 'error' as const, options: {} }]]), strict: false, environment: 'production', trustedOrigins: [], inlineConfig: true };
  const found = async (beside: readonly string[]): Promise<readonly string[]> => (await lint(['nginx.conf', 'api/app.js'], filesFrom(files), { ...options, beside })).findings.map(({ ruleId }) => ruleId);
  expect(await found([])).toEqual([]);
  expect(await found(['api/server.js'])).toContain('duplicate-cors-layers');
});
