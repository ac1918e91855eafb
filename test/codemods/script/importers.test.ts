import { describe, expect, test } from 'vitest';
import { exportedAs, importersOf } from '../../../src/codemods/script/importers.js';
import { Script } from '../../../src/codemods/script/script.js';
import { descendants } from '../../../src/codemods/script/nodes.js';
import { Node } from '../../../src/codemods/script/tree.js';
import { filesFrom } from '../../../src/text/files.js';

describe('what a file exports', () => {
  test.each([
    ['module.exports = (a) => a;', 'default'],
    ['exports.allow = (a) => a;', 'allow'],
    ['module.exports.allow = (a) => a;', 'allow'],
    ['export default (a) => a;', 'default'],
    ['export const allow = (a) => a;', 'allow'],
    ['const allow = (a) => a;\nmodule.exports = allow;', 'default'],
    ['const allow = (a) => a;\nmodule.exports = { allow };', 'allow'],
    ['const allow = (a) => a;\nmodule.exports = { permit: allow };', 'permit'],
    ['const allow = (a) => a;\nexport { allow as permit };', 'permit'],
    ['const allow = (a) => a;\napp.use(allow);', undefined],
  ])('%s', (text, name) => {
    const script = Script.open('cors.js', text);
    expect(exportedAs(script, descendants(script.root, Node.isArrowFunction)[0]!)).toBe(name);
  });
});

describe('files that import it', () => {
  const usesIn = (text: string, name: string): readonly (readonly string[])[] => importersOf(filesFrom({ 'package.json': '{}', 'src/cors.ts': '', 'src/app.ts': text }), 'src/cors.ts', name, new Map()).map(({ uses, names }) => [...uses.map((use) => use.getText()), ...(names === undefined ? [] : [`${names.length} names`])]);

  test.each([
    ["import allow from './cors';\napp.use(allow);", 'default', ['allow', '2 names']],
    ["import { allow } from './cors.js';\napp.use(allow);", 'allow', ['allow', '2 names']],
    ["import { allow as permit } from './cors';\napp.use(permit);", 'allow', ['permit']],
    ["import * as all from './cors';\napp.use(all.allow, all.log);", 'allow', ['all.allow']],
    ["const allow = require('./cors');\napp.use(allow);", 'default', ['allow', '2 names']],
    ["const { allow } = require('./cors');\napp.use(allow);", 'allow', ['allow', '2 names']],
    ["app.use(require('./cors'));", 'default', ["require('./cors')"]],
    ["app.use(require('./cors').allow);", 'allow', ["require('./cors').allow"]],
  ])('%s', (text, name, uses) => {
    expect(usesIn(text, name)).toEqual([uses]);
  });

  test('are none that import something else', () => {
    expect(usesIn("import { log } from './cors';\nlog();", 'allow')).toEqual([]);
    expect(usesIn("import cors from 'cors';\ncors();", 'default')).toEqual([]);
    // What is done with all of a module may reach any of its exports.
    expect(usesIn("import * as all from './cors';\nregister(all);", 'allow')).toEqual([['all']]);
  });
});
