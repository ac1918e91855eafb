/** Lists of origins that code-mods move in scripts: real servers answer browsers before and after alike, and do what the environment says. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install } from './programs.js';
import { realExchange } from './real-verdict.js';
import { answerAlike } from './rewritten-programs.js';
import { freePorts, start } from './server.js';

const isExpress = (texts: Readonly<Record<string, string>>): boolean => /"express":/.test(texts['package.json'] ?? '');
/** What a variable changes is asked below. */
const isOfVariable = (name: string): boolean => name.startsWith('from-environment');

for (const codemod of ['extract-allowlist', 'callback-to-list']) {
  for (const major of ['4', '5']) answerAlike({ title: `${codemod} on Express ${major}`, codemod, folder: `express-${major}`, serves: (name, texts) => isExpress(texts) && !isOfVariable(name) });
  answerAlike({ title: `${codemod} on Fastify, Koa, Hono and Nest`, codemod, folder: 'javascript', serves: (name, texts) => !isExpress(texts) && !isOfVariable(name) });
}

describe('a list that the environment can replace', () => {
  const fixture = join(import.meta.dirname, '../../fixtures/codemods/extract-allowlist/from-environment/after');
  const folder = join(import.meta.dirname, 'express-4');
  const work = join(folder, 'node_modules', '.from-environment');
  const program = join(work, 'app.js');

  beforeAll(() => {
    install(folder, readFileSync(join(folder, 'package-lock.json'), 'utf8'));
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    cpSync(fixture, work, { recursive: true });
  });

  afterAll(() => rmSync(work, { recursive: true, force: true }));

  const ASKED = ['https://shop.example', 'https://admin.shop.example', 'https://other.example', 'https://attacker.example'];

  test.each([
    ['is not set', [], ['https://shop.example', 'https://admin.shop.example']],
    ['names others, with blanks', ['CORS_ORIGINS= https://other.example ,, https://shop.example,'], ['https://shop.example', 'https://other.example']],
    ['is empty', ['CORS_ORIGINS='], []],
  ])('where it %s', async (_when, variables, expected) => {
    const [port] = await freePorts(1);
    const server = await start('env', ['-u', 'CORS_ORIGINS', ...variables, `PORT=${port}`, process.execPath, program], [port!]);
    try {
      const allowed = [];
      for (const origin of ASKED) {
        const { verdict } = await realExchange(port!, { url: 'https://api.example/orders', origin, method: 'PUT', headers: [], credentials: 'include' });
        if (verdict.allowed === true) allowed.push(origin);
      }
      expect(allowed).toEqual(expected);
    } finally {
      await server.stop();
    }
  });

  test.each(['https://shop.example/', 'shop.example', '*', 'null', 'https://shop.example https://other.example'])('refuses to start with %s', (entry) => {
    const { status, stderr } = spawnSync(process.execPath, [program], { env: { ...process.env, CORS_ORIGINS: `https://other.example,${entry}`, PORT: '0' }, encoding: 'utf8', timeout: 20_000 });
    expect(status).toBe(1);
    expect(stderr).toContain(`CORS_ORIGINS: ${JSON.stringify(entry)} is not an origin such as https://app.example.com`);
  });
});
