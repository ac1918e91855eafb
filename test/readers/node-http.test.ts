import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import nodeHttp from '../../src/readers/node-http/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { differences, observed } from '../support/observed.js';
import { read } from '../support/estree.js';

const HANDLERS: readonly (readonly [start: string, body: string])[] = [
  ["writeHead(200,{ACAO:'*'})", `res.writeHead(200, { 'Access-Control-Allow-Origin': '*' }); res.end('ok');`],
  ["setHeader ACAO '*' + ACAM/ACAH", `res.setHeader('Access-Control-Allow-Origin', '*'); res.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS'); res.setHeader('Access-Control-Allow-Headers', 'Content-Type'); if (req.method === 'OPTIONS') { res.writeHead(204); res.end(); return; } res.end('ok');`],
  ["setHeader ACAO '*' then writeHead", `res.setHeader('Access-Control-Allow-Origin', '*'); res.writeHead(200, { 'access-control-allow-origin': req.headers.origin || 'none' }); res.end('ok');`],
  ['writeHead array form', `res.writeHead(200, ['Access-Control-Allow-Origin', '*', 'Access-Control-Allow-Origin', 'https://app.example.com']).end('ok');`],
  ['setHeader ACAO [a,b]', `res.setHeader('Access-Control-Allow-Origin', ['https://app.example.com', 'http://localhost:3000']); res.end('ok');`],
  ['appendHeader ACAO twice', `res.appendHeader('Access-Control-Allow-Origin', '*'); res.appendHeader('Access-Control-Allow-Origin', 'https://app.example.com'); res.end('ok');`],
  ['reflect startsWith', `const o = req.headers.origin; if (o && o.startsWith('https://app.example.com')) { res.setHeader('Access-Control-Allow-Origin', o); res.setHeader('Access-Control-Allow-Credentials', 'true'); } res.end('ok');`],
  ['new URL(origin)', `const o = req.headers.origin; try { if (new URL(o).hostname.endsWith('.example.com')) { res.setHeader('Access-Control-Allow-Origin', o); res.setHeader('Vary', 'Origin'); } } catch {} res.end('ok');`],
  ['setHeader ACAO number/boolean', `res.setHeader('Access-Control-Allow-Credentials', true); res.setHeader('Access-Control-Max-Age', 600); res.setHeader('Access-Control-Allow-Origin', '*'); res.end('ok');`],
  ['setHeaders(new Headers)', `res.setHeaders(new Headers({ 'Access-Control-Allow-Origin': '*' })); res.end('ok');`],
];

test('answers like the recorded servers', () => {
  let held = 0;
  for (const row of observed('javascript').filter(({ framework }) => framework === 'node:http')) {
    const described = (row.options as { handler: string }).handler;
    const body = HANDLERS.find(([start]) => described.startsWith(start))?.[1] ?? expect.fail(described);
    const { policies } = read(nodeHttp, { 'server.mjs': `import http from 'node:http';\nhttp.createServer((req, res) => { ${body} }).listen(3000);\n` }, 'server.mjs');
    expect(policies).toHaveLength(1);
    expect(differences({ policy: policies[0]!, inner: [] }, row), `${described} ${JSON.stringify(row.request)}`).toEqual([]);
    expect(policies[0]!.listens).toEqual([3000]);
    held++;
  }
  expect(held).toBe(280);
});

test('a handler compares paths: those are asked about', () => {
  const text = readFileSync(new URL('../../fixtures/readers/node-http/shared-headers.js', import.meta.url), 'utf8');
  const { policies } = read(nodeHttp, { 'server.js': text }, 'server.js');
  expect(policies).toHaveLength(1);
  const [policy] = policies;
  const answer = (method: string, path: string): (string | number | null)[] => {
    const outcomes = evaluate({ policy: policy!, inner: [] }, { method, path, headers: [['origin', 'https://a.example']] });
    expect(outcomes).toHaveLength(1);
    return [outcomes[0]!.response.status, ...outcomes[0]!.response.headers.map(({ text: sent }) => sent)];
  };
  expect([policy!.probes.map(({ path }) => path), policy!.listens]).toEqual([['/report', '/'], [8080]]);
  expect(answer('OPTIONS', '/anywhere')).toEqual([204, '*', 'GET']);
  expect(answer('GET', '/report')).toEqual([200, '*', 'GET']);
  expect(answer('GET', '/other')).toEqual([404]);
});

test('Vary is added before the headers are sent', () => {
  const text = "require('http').createServer((req, res) => {\n  res.writeHead(200, { 'Access-Control-Allow-Origin': req.headers.origin || '*' });\n  res.end();\n});\n";
  const { unit, policies } = read(nodeHttp, { 'server.js': text }, 'server.js');
  const at = policies[0]!.steps.flatMap(({ effects }) => effects).find(({ header }) => header === 'access-control-allow-origin')!.at;
  const edits = nodeHttp.write(unit, policies[0]!, { kind: 'add-vary', at });
  expect('declined' in edits ? edits : applyEdits(text, edits)).toBe(text.replace('  res.writeHead', "  res.appendHeader('Vary', 'Origin');\n  res.writeHead"));
});
