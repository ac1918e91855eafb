import { describe, expect, test } from 'vitest';
import { packageVersion } from '../../src/syntax/estree/index.js';
import { filesFrom } from '../../src/text/files.js';

const MANIFEST = JSON.stringify({ dependencies: { hono: '^4.6.0', '@koa/cors': '^5.0.0' } });

/** `4.6.3 (yarn.lock)` as readers tell it. */
function versions(files: Readonly<Record<string, string>>, file: string): readonly string[] {
  return ['hono', '@koa/cors'].map((name) => {
    const found = packageVersion(filesFrom(files), file, name);
    return found === undefined ? 'none' : `${found.version} (${found.from})`;
  });
}

describe('a lock file of one folder', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly [string, string]]>([
    ['none', {}, ['4.6.0 (package.json)', '5.0.0 (package.json)']],
    ['npm 7 and later', { 'package-lock.json': JSON.stringify({ packages: { '': {}, 'node_modules/hono': { version: '4.12.10' }, 'node_modules/@koa/cors': { version: '5.0.1' } } }) }, ['4.12.10 (package-lock.json)', '5.0.1 (package-lock.json)']],
    ['npm 6', { 'package-lock.json': JSON.stringify({ dependencies: { hono: { version: '4.12.10' } } }) }, ['4.12.10 (package-lock.json)', '5.0.0 (package.json)']],
    ['npm shrinkwrap', { 'npm-shrinkwrap.json': JSON.stringify({ packages: { 'node_modules/hono': { version: '4.12.10' } } }) }, ['4.12.10 (npm-shrinkwrap.json)', '5.0.0 (package.json)']],
    [
      'pnpm 9',
      { 'pnpm-lock.yaml': `lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n\nimporters:\n\n  .:\n    dependencies:\n      '@koa/cors':\n        specifier: ^5.0.0\n        version: 5.0.1\n      hono:\n        specifier: ^4.6.0\n        version: 4.12.10(zod@3.23.8)\n\npackages:\n\n  hono@9.9.9:\n    resolution: {integrity: sha512-x}\n` },
      ['4.12.10 (pnpm-lock.yaml)', '5.0.1 (pnpm-lock.yaml)'],
    ],
    ['pnpm 7', { 'pnpm-lock.yaml': `lockfileVersion: 5.4\n\nspecifiers:\n  hono: 4.6.0\n\ndependencies:\n  '@koa/cors': 5.0.1_koa@2.15.0\n  hono: 4.12.10\n\npackages:\n\n  /hono/9.9.9:\n    dev: false\n` }, ['4.12.10 (pnpm-lock.yaml)', '5.0.1 (pnpm-lock.yaml)']],
    ['Yarn 1', { 'yarn.lock': `# yarn lockfile v1\n\n\n"@koa/cors@^5.0.0":\n  version "5.0.1"\n  resolved "https://x/cors.tgz"\n\nhono@^3.0.0:\n  version "3.12.0"\n\nhono@^4.0.0, hono@^4.6.0:\n  version "4.12.10"\n  dependencies:\n    x "1"\n` }, ['4.12.10 (yarn.lock)', '5.0.1 (yarn.lock)']],
    ['Yarn 4', { 'yarn.lock': `__metadata:\n  version: 8\n\n"@koa/cors@npm:^5.0.0":\n  version: 5.0.1\n  resolution: "@koa/cors@npm:5.0.1"\n\n"hono@npm:^4.0.0, hono@npm:^4.6.0":\n  version: 4.12.10\n` }, ['4.12.10 (yarn.lock)', '5.0.1 (yarn.lock)']],
    ['Bun', { 'bun.lock': `{\n  "lockfileVersion": 1,\n  "workspaces": { "": { "name": "shop", }, },\n  "packages": {\n    "@koa/cors": ["@koa/cors@5.0.1", "", { "dependencies": { "vary": "^1.1.2" } }, "sha512-x"],\n    "hono": ["hono@4.12.10", "", {}, "sha512-x"],\n  },\n}\n` }, ['4.12.10 (bun.lock)', '5.0.1 (bun.lock)']],
  ])('%s', (_name, files, expected) => {
    expect(versions({ 'package.json': MANIFEST, ...files }, 'src/app.ts')).toEqual(expected);
  });

  test('two versions in Yarn, and none of them for the range', () => {
    const lock = `hono@^3.0.0:\n  version "3.12.0"\n\nhono@^4.0.0:\n  version "4.12.10"\n`;
    expect(versions({ 'package.json': MANIFEST, 'yarn.lock': lock }, 'app.ts')[0]).toBe('4.6.0 (package.json)');
  });
});

describe('workspaces', () => {
  const manifests = { 'package.json': '{"workspaces":["apps/*"]}', 'apps/api/package.json': MANIFEST, 'apps/old/package.json': '{"dependencies":{"hono":"^3.0.0"}}' };

  test.each<[string, Readonly<Record<string, string>>]>([
    ['npm', { 'package-lock.json': JSON.stringify({ packages: { 'node_modules/hono': { version: '4.12.10' }, 'apps/old/node_modules/hono': { version: '3.12.0' } } }) }],
    ['pnpm', { 'pnpm-lock.yaml': `importers:\n\n  .: {}\n\n  apps/api:\n    dependencies:\n      hono:\n        specifier: ^4.6.0\n        version: 4.12.10\n\n  apps/old:\n    dependencies:\n      hono:\n        specifier: ^3.0.0\n        version: 3.12.0\n\npackages:\n` }],
    ['Yarn', { 'yarn.lock': `"hono@npm:^3.0.0":\n  version: 3.12.0\n\n"hono@npm:^4.6.0":\n  version: 4.12.10\n` }],
    ['Bun', { 'bun.lock': `{ "workspaces": { "": {}, "apps/api": { "name": "api" }, "apps/old": { "name": "old" } }, "packages": { "hono": ["hono@4.12.10", ""], "old/hono": ["hono@3.12.0", ""], }, }` }],
  ])('%s', (_name, files) => {
    expect(['apps/api/src/app.ts', 'apps/old/app.ts'].map((file) => packageVersion(filesFrom({ ...manifests, ...files }), file, 'hono')?.version)).toEqual(['4.12.10', '3.12.0']);
  });
});

describe('Deno', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['npm', { 'deno.json': '{"imports":{"hono":"npm:hono@^4.6.0"}}' }, '4.6.0 (deno.json)'],
    ['JSR', { 'deno.jsonc': '{\n  // web\n  "imports": { "hono": "jsr:@hono/hono@^4.6.0", },\n}' }, '4.6.0 (deno.json)'],
    ['locked', { 'deno.json': '{"imports":{"hono":"jsr:@hono/hono@^4.6.0"}}', 'deno.lock': '{"version":"4","specifiers":{"jsr:@hono/hono@^4.6.0":"4.12.10","npm:hono@4":"4.1.0"}}' }, '4.12.10 (deno.lock)'],
    ['locked by an older Deno', { 'deno.json': '{"imports":{"hono":"npm:hono@^4.6.0"}}', 'deno.lock': '{"version":"3","packages":{"specifiers":{"npm:hono@^4.6.0":"npm:hono@4.12.10"}}}' }, '4.12.10 (deno.lock)'],
  ])('%s', (_name, files, expected) => {
    expect(versions(files, 'main.ts')).toEqual([expected, 'none']);
  });
});

test.each(['pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'deno.lock', 'package-lock.json'])('a broken %s says nothing', (lock) => {
  expect(versions({ 'package.json': MANIFEST, [lock]: '{ "packages": [\n  hono@: {{{\n\timporters:\n"' }, 'app.ts')).toEqual(['4.6.0 (package.json)', '5.0.0 (package.json)']);
});
