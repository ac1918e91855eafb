import { describe, expect, test } from 'vitest';
import { withDependency } from '../../../src/codemods/script/manifest.js';
import { VERSIONS } from '../../../src/codemods/script/packages.js';
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
    expect(withDependency(filesFrom({ 'package.json': MANIFEST }), 'src/app.js', 'cors', 'express')).toEqual({ kind: 'added', path: 'package.json', note: 'Run `npm install`.', text: MANIFEST.replace('"express": "^4', `"cors": "${VERSIONS['cors']}",\n    "express": "^4`) });
  });

  test('brings its types where the framework has some', () => {
    const added = withDependency(filesFrom({ 'package.json': MANIFEST }), 'app.ts', 'cors', 'express', { typed: true });
    expect(added).toMatchObject({ text: MANIFEST.replace('"express": "^4.18', `"cors": "${VERSIONS['cors']}",\n    "express": "^4.18`).replace('"@types/express"', `"@types/cors": "${VERSIONS['@types/cors']}",\n    "@types/express"`) });
  });

  test('keeps tabs, CRLF and a byte order mark, and an order that is nobody\'s', () => {
    const manifest = '\uFEFF{\r\n\t"dependencies": {\r\n\t\t"zod": "1",\r\n\t\t"express": "4"\r\n\t}\r\n}\r\n';
    expect(withDependency(filesFrom({ 'package.json': manifest }), 'app.js', 'cors', 'express')).toMatchObject({ text: manifest.replace('"4"', `"4",\r\n\t\t"cors": "${VERSIONS['cors']}"`) });
  });

  test('goes to the package that has the framework', () => {
    const texts = { 'package.json': '{\n  "workspaces": ["packages/*"]\n}\n', 'packages/api/package.json': MANIFEST, 'packages/api/src/package.json': '{ "type": "module" }\n' };
    expect(withDependency(filesFrom(texts), 'packages/api/src/app.js', 'cors', 'express')).toMatchObject({ path: 'packages/api/package.json' });
    expect(withDependency(filesFrom({ ...texts, 'packages/web/package.json': '{\n  "name": "web"\n}\n' }), 'packages/web/app.js', 'cors', 'express')).toMatchObject({ path: 'packages/web/package.json', text: `{\n  "name": "web",\n  "dependencies": {\n    "cors": "${VERSIONS['cors']}"\n  }\n}\n` });
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
