import { expect, test } from 'vitest';
import type { Codemod } from '../../../src/codemods/codemod.js';
import extract, { announced } from '../../../src/codemods/extract-allowlist.js';
import list from '../../../src/codemods/callback-to-list.js';
import { run } from '../../../src/codemods/run.js';
import { chosen, repositoryOf } from '../repository.js';

const PACKAGE = JSON.stringify({ dependencies: { express: '^4.22.3', cors: '^2.8.6', hono: '^4.13.19' } });

/** An Express application that declares something, and mounts `cors` with options. */
const express = (declared: string, options: string): string => `const express = require('express');\nconst cors = require('cors');\n${declared}\nconst app = express();\napp.use(cors(${options}));\napp.get('/x', (req, res) => res.json([]));\n`;

async function outcomeOf(codemod: Codemod, text: string, choices: Parameters<typeof chosen>[0] = {}, path = 'app.js'): Promise<{ readonly text: string; readonly refused: readonly string[] }> {
  const { texts, refused } = await run(codemod, await repositoryOf({ 'package.json': PACKAGE, [path]: text }), chosen(choices));
  return { text: texts.get(path)?.after ?? text, refused: refused.map(({ reason }) => reason) };
}

test('a list of origins that has a name is used instead of a new one', async () => {
  const before = express("\nconst trusted = ['https://a.example', 'https://b.example'];\n", "{ origin: trusted }));\napp.get('/y', cors({ origin: ['https://b.example', 'https://a.example'] }), (req, res) => res.json([]));\napp.use('/z', cors({ origin: trusted }");
  expect(await outcomeOf(extract, before)).toEqual({ text: before.replace("['https://b.example', 'https://a.example']", 'trusted'), refused: [] });
});

test('a name that is taken is not taken again', async () => {
  const { text } = await outcomeOf(extract, express('const ALLOWED_ORIGINS = 3;', "{ origin: ['https://a.example', 'https://b.example'] }"));
  expect(text).toContain("const CORS_ORIGINS = ['https://a.example', 'https://b.example'];");
  expect(text).toContain('cors({ origin: CORS_ORIGINS })');
});

test('what the list names is declared before it', async () => {
  const { text } = await outcomeOf(extract, express("const { log } = console;\nconst main = 'https://a.example';\n", "{ origin: [main, 'https://b.example'] }"));
  expect(text).toContain("const main = 'https://a.example';\n\nconst ALLOWED_ORIGINS = [main, 'https://b.example'];\n\nconst app");
});

test('a variable is read after those of a file were loaded', async () => {
  const { text, refused } = await outcomeOf(extract, express("log('starting');\nrequire('dotenv').config();\n", "{ origin: ['https://a.example', 'https://b.example'] }"), { env: 'CORS_ORIGINS' });
  expect(refused).toEqual([]);
  expect(text.indexOf('process.env.CORS_ORIGINS')).toBeGreaterThan(text.indexOf("require('dotenv').config()"));
  expect(text.indexOf('process.env.CORS_ORIGINS')).toBeLessThan(text.indexOf('const app'));
});

test('a list that has a name already is read from the variable where it stands', async () => {
  const { text, refused } = await outcomeOf(extract, express("\nconst trusted = ['https://a.example'];\n", '{ origin: trusted }'), { env: 'CORS_ORIGINS' });
  expect(refused).toEqual([]);
  expect(text).toContain("const trusted = originsNamedIn('CORS_ORIGINS', process.env.CORS_ORIGINS) ?? ['https://a.example'];\n\n/**");
});

test('Deno is asked in its own way', async () => {
  const { text } = await outcomeOf(extract, "import { Hono } from 'hono';\nimport { cors } from 'hono/cors';\n\nconst app = new Hono();\napp.use('*', cors({ origin: ['https://a.example', 'https://b.example'] }));\napp.get('/x', (c) => c.json({}));\n\nDeno.serve({ port: Number(Deno.env.get('PORT')) }, app.fetch);\n", { env: 'CORS_ORIGINS' }, 'app.ts');
  expect(text).toContain("originsNamedIn('CORS_ORIGINS', Deno.env.get('CORS_ORIGINS'))");
});

test('origins that nobody wrote are not for this', async () => {
  const { refused } = await outcomeOf(extract, express('', "{ origin: ['https://a.example', 'https://b.example'] }"), { origins: ['https://c.example'] });
  expect(refused).toEqual([expect.stringMatching(/^the origins stay those that are written/)]);
});

test.each([
  ["process.env.CORS_ORIGINS?.split(',') ?? ['https://b.example']", /^browsers would see something else where CORS_ORIGINS is not set: GET \/x from https:\/\//],
  ["process.env.CORS_ORIGINS?.split(',') ?? ['https://a.example']", undefined],
])('without the variable browsers see what they saw, or it is refused: %s', async (written, reason) => {
  const before = express('', "{ origin: ['https://a.example'] }");
  const wrong: Codemod = {
    *propose({ files, policies }) {
      const text = files.read('app.js')!;
      const after = text.replace("['https://a.example'] })", `${written} })`);
      if (!text.includes('process.env')) yield { kind: 'rewriting', title: 'the list is read', at: policies[0]!.at, texts: new Map([['app.js', after]]), announces: announced('CORS_ORIGINS') };
    },
  };
  expect((await outcomeOf(wrong, before, { env: 'CORS_ORIGINS' })).refused).toEqual(reason === undefined ? [] : [expect.stringMatching(reason)]);
});

test.each([
  ["(origin, cb) => { let ok = false; for (const one of trusted) { if (one === origin) ok = true; } cb(null, ok); }", "origin: ['https://a.example', 'https://b.example']"],
  ["(origin, cb) => cb(null, trusted.some((one) => one === origin))", 'origin: trusted'],
  ["(origin, cb) => (trusted.find((one) => one === origin) ? cb(null, true) : cb(null, false))", 'origin: trusted'],
  ["(origin, cb) => cb(null, origin === 'https://a.example' || trusted.includes(origin))", "origin: ['https://a.example', 'https://b.example']"],
])('a callback in another shape becomes the list: %s', async (callback, expected) => {
  const { text, refused } = await outcomeOf(list, express("const trusted = ['https://a.example', 'https://b.example'];", `{ origin: ${callback} }`));
  expect(refused).toEqual([]);
  expect(text).toContain(`cors({ ${expected} })`);
});
