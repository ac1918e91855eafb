import { describe, expect, test } from 'vitest';
import { leftBehind, withDependency } from '../../../src/codemods/script/manifest.js';
import { versionFor } from '../../../src/codemods/script/packages.js';
import { filesFrom } from '../../../src/text/files.js';

const MANIFEST = `{
  "name": "shop",
  "dependencies": {
    "body-parser": "^1.20.0",
    "express": "^4.18.2"
  },
  "devDependencies": {
    "@types/express": "^4.17.0"
  }
}
`;

describe('a dependency', () => {
  test('is added in the order of names', () => {
    expect(withDependency(filesFrom({ 'package.json': MANIFEST }), 'src/app.js', 'cors', 'express')).toEqual({ kind: 'added', path: 'package.json', note: 'Run `npm install`.', text: MANIFEST.replace('"express": "^4', `"cors": "${versionFor('cors', undefined)}",\n    "express": "^4`) });
  });

  test('brings its types where the framework has some', () => {
    const added = withDependency(filesFrom({ 'package.json': MANIFEST }), 'app.ts', 'cors', 'express', { typed: true });
    expect(added).toMatchObject({ text: MANIFEST.replace('"express": "^4.18', `"cors": "${versionFor('cors', undefined)}",\n    "express": "^4.18`).replace('"@types/express"', `"@types/cors": "${versionFor('@types/cors', undefined)}",\n    "@types/express"`) });
  });

  test('keeps tabs, CRLF and a byte order mark, and an order that is nobody\'s', () => {
    const manifest = '\uFEFF{\r\n\t"dependencies": {\r\n\t\t"zod": "1",\r\n\t\t"express": "4"\r\n\t}\r\n}\r\n';
    expect(withDependency(filesFrom({ 'package.json': manifest }), 'app.js', 'cors', 'express')).toMatchObject({ text: manifest.replace('"4"', `"4",\r\n\t\t"cors": "${versionFor('cors', undefined)}"`) });
  });

  test.each([
    ['{"name":"x","dependencies":{"express":"4","zod":"1"}}\n', `{"name":"x","dependencies":{"cors":"${versionFor('cors', undefined)}","express":"4","zod":"1"}}\n`],
    ['{ "dependencies": { "zod": "1", "express": "4" }, "private": true }', `{ "dependencies": { "zod": "1", "express": "4", "cors": "${versionFor('cors', undefined)}" }, "private": true }`],
    ['{"dependencies": {"body-parser": "1", "express": "4"}}', `{"dependencies": {"body-parser": "1", "cors": "${versionFor('cors', undefined)}", "express": "4"}}`],
    ['{ "dependencies": { "express": "4" } }', `{ "dependencies": { "cors": "${versionFor('cors', undefined)}", "express": "4" } }`],
    ['{"dependencies":{"express":"4"}}', `{"dependencies":{"cors":"${versionFor('cors', undefined)}","express":"4"}}`],
  ])('stays in one line: %s', (manifest, text) => {
    expect(withDependency(filesFrom({ 'package.json': manifest }), 'app.js', 'cors', 'express')).toMatchObject({ text });
  });

  test('goes to the package that has the framework', () => {
    const texts = { 'package.json': '{\n  "workspaces": ["packages/*"]\n}\n', 'packages/api/package.json': MANIFEST, 'packages/api/src/package.json': '{ "type": "module" }\n' };
    expect(withDependency(filesFrom(texts), 'packages/api/src/app.js', 'cors', 'express')).toMatchObject({ path: 'packages/api/package.json' });
    expect(withDependency(filesFrom({ ...texts, 'packages/web/package.json': '{\n  "name": "web"\n}\n' }), 'packages/web/app.js', 'cors', 'express')).toMatchObject({ path: 'packages/web/package.json', text: `{\n  "name": "web",\n  "dependencies": {\n    "cors": "${versionFor('cors', undefined)}"\n  }\n}\n` });
  });

  test('that is there is not added', () => {
    expect(withDependency(filesFrom({ 'package.json': MANIFEST.replace('body-parser', 'cors') }), 'app.js', 'cors', 'express')).toEqual({ kind: 'there' });
  });

  test('is told by the command of what installs the others', () => {
    expect(withDependency(filesFrom({ 'package.json': MANIFEST, 'yarn.lock': '' }), 'app.js', 'cors', 'express')).toMatchObject({ note: 'Run `yarn install`.' });
    expect(withDependency(filesFrom({}), 'app.js', 'cors', 'express')).toEqual({ kind: 'no-manifest', note: 'Run `npm install cors`.' });
    expect(withDependency(filesFrom({ 'pnpm-lock.yaml': '' }), 'app.js', 'cors', 'express')).toMatchObject({ note: 'Run `pnpm add cors`.' });
  });
});

describe('a package that files import no more', () => {
  const before = { 'package.json': MANIFEST.replace('"express"', '"cors": "^2.8.6",\n    "express"').replace('"@types/express"', '"@types/cors": "^2.8.19",\n    "@types/express"'), 'src/app.ts': "import cors from 'cors';\nimport express from 'express';\nimport { a } from './a';\n" };
  const after = new Map([['src/app.ts', "import express from 'express';\n"]]);

  test('is told with its types, in the words of the installer', () => {
    expect(leftBehind(filesFrom(before), after)).toEqual(['Nothing imports cors any more: run `npm uninstall cors @types/cors`.']);
    expect(leftBehind(filesFrom({ ...before, 'pnpm-lock.yaml': '' }), after)).toEqual(['Nothing imports cors any more: run `pnpm remove cors @types/cors`.']);
  });

  test.each([
    ['another file imports it', { 'src/b.js': "const cors = require('cors/lib/index.js');" }],
    ['a configuration names it', { 'server.json': '{ "plugins": ["cors"] }' }],
    ['the manifest does not have it', { 'package.json': MANIFEST }],
  ])('is not told where %s', (_why, files: Readonly<Record<string, string>>) => {
    expect(leftBehind(filesFrom({ ...before, ...files }), after)).toEqual([]);
  });
});
