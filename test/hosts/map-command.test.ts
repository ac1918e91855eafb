import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Folder, runIn } from '../support/cli.js';

const folder = new Folder('map');

const SERVER = "const app = require('express')();\napp.use(require('cors')({ origin: ['https://shop.example.com'], credentials: true }));\napp.get('/items', (req, res) => res.json([]));\napp.put('/items', (req, res) => res.json([]));\napp.listen(3000);\n";
const EDGE = 'events {}\nhttp {\n  server {\n    listen 443 ssl;\n    server_name api.example.com;\n    location / { proxy_pass http://127.0.0.1:3000; }\n  }\n}\n';
const MANIFEST = '{ "dependencies": { "express": "5.1.0", "cors": "2.8.5" } }';

const schema: object = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/schemas/map-1.schema.json'), 'utf8')) as object;
const fits = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(schema);

function shop(): void {
  folder.write({ 'package.json': MANIFEST, 'server.js': SERVER, 'edge/nginx.conf': EDGE });
}

async function jsonOf(...words: readonly string[]): Promise<unknown> {
  const { code, out, err } = await runIn(folder.path, ['map', '--format', 'json', ...words]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}

describe('cors-lint map', () => {
  test('JSON fits its schema: an edge, an application, and who reads', async () => {
    shop();
    const map = await jsonOf();
    expect(fits(map), JSON.stringify(fits.errors)).toBe(true);
    expect(map).toMatchObject({
      version: 1,
      environment: 'production',
      layers: [{ id: 'layer-1', kind: 'proxy', file: 'edge/nginx.conf', loc: { start: { line: 3 } } }, { id: 'layer-2', kind: 'app-middleware', file: 'server.js', listens: [3000] }],
      links: [{ from: 'layer-1', to: 'layer-2', upstream: { host: '127.0.0.1', port: 3000 } }],
    });
  });

  test('JSON fits its schema with findings, patterns and settings too', async () => {
    folder.write({ 'package.json': MANIFEST, 'server.js': SERVER.replace("['https://shop.example.com']", "[/example\\.com$/, process.env.MORE]"), 'other/app.py': 'from flask import Flask\nfrom flask_cors import CORS\napp = Flask(__name__)\nCORS(app, origins=r".*", supports_credentials=True)\n@app.route("/a")\ndef a(): return ""\n' });
    const map = await jsonOf();
    expect(fits(map), JSON.stringify(fits.errors)).toBe(true);
    expect(JSON.stringify(map)).toMatch(/"look-alike".*"undecided".*"dependsOn"/s);
  });

  test('a map that is no map does not fit', () => {
    expect(fits({ version: 1 })).toBe(false);
  });

  test('a page by default, into a file, in folders that are made', async () => {
    shop();
    expect(await runIn(folder.path, ['map', '-o', 'out/map.html'])).toEqual({ code: 0, out: '', err: '' });
    const text = readFileSync(folder.at('out/map.html'), 'utf8');
    expect(text).toMatch(/^<!doctype html>/);
    for (const said of ['api.example.com/items', 'edge/<wbr>nginx.conf:3', 'https://shop.example.com', '127.0.0.1:3000']) expect(text).toContain(said);
    expect(text).not.toMatch(/(?:src|srcset|action)=|@import|url\(/);
  });

  test('the same files give the same bytes', async () => {
    shop();
    expect(await runIn(folder.path, ['map'])).toEqual(await runIn(folder.path, ['map']));
  });

  test('Mermaid', async () => {
    shop();
    const { out } = await runIn(folder.path, ['map', '-f', 'mermaid']);
    expect(out.split('\n')).toEqual([
      'flowchart LR',
      '  browser(["pages of other sites"])',
      expect.stringMatching(/^ {2}layer1\["nginx server api\.example\.com<br\/>edge\/nginx\.conf:3/),
      expect.stringMatching(/^ {2}layer2\("Express app<br\/>server\.js:1<br\/>named origins read, with credentials/),
      '  browser --> layer1',
      '  layer1 -->|"127.0.0.1:3000"| layer2',
      '',
    ]);
  });

  test('a folder without CORS', async () => {
    folder.write({ 'readme.txt': 'nothing' });
    expect(fits(await jsonOf())).toBe(true);
    expect((await runIn(folder.path, ['map'])).out).toContain('No file says anything of CORS');
    expect((await runIn(folder.path, ['map', '-f', 'mermaid'])).out).toBe('flowchart LR\n  none["no layer says anything of CORS"]\n');
  });

  test('an unknown format is refused with those that there are', async () => {
    expect(await runIn(folder.path, ['map', '--format', 'svg'])).toEqual({ code: 2, out: '', err: expect.stringMatching(/--format: expected html, mermaid, json, found "svg"/) as string });
  });

  test('a file that cannot be written is told', async () => {
    shop();
    folder.write({ taken: '' });
    expect(await runIn(folder.path, ['map', '-o', 'taken/map.html'])).toMatchObject({ code: 2, err: expect.stringContaining('cannot be written') as string });
  });

  test('help', async () => {
    expect((await runIn(folder.path, ['map', '--help'])).out).toContain('--format <name>');
  });
});
