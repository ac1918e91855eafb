import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CODEMODS } from '../../src/codemods/registry.js';

/**
 * The command as it is published writes what code-mods do in memory: it reads only files that may concern CORS, and holds
 * TypeScript's compiler without what nobody asks of it.
 */
const CLI = join(import.meta.dirname, '../../dist/cli.js');
const ROOT = join(import.meta.dirname, '../../fixtures/codemods');
const run = promisify(execFile);
const valid = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/schemas/codemod-1.json'), 'utf8')) as object);

let top: string;
beforeAll(() => void (top = mkdtempSync(join(tmpdir(), 'cors-lint-packaged-'))));
afterAll(() => rmSync(top, { recursive: true, force: true }));

function textsIn(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.sort().map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}


for (const name of Object.keys(CODEMODS)) {
  const cases = readdirSync(join(ROOT, name)).filter((one) => existsSync(join(ROOT, name, one, 'after')));
  if (cases.length === 0) continue;
  describe(name, () => {
    test.each(cases)('%s is rewritten by the command', async (one) => {
      const folder = join(top, name, one);
      cpSync(join(ROOT, name, one, 'before'), folder, { recursive: true });
      const { choices = {} } = JSON.parse(readFileSync(join(ROOT, name, one, 'case.json'), 'utf8')) as { choices?: { origins?: readonly string[]; env?: string; keep?: string } };
      const flags = [...(choices.origins ?? []).flatMap((origin) => ['--origins', origin]), ...(choices.env === undefined ? [] : ['--origins-from-env', choices.env]), ...(choices.keep === undefined ? [] : ['--keep', choices.keep])];
      const { code, stdout } = await run(process.execPath, [CLI, 'codemod', name, '--write', '--format', 'json', ...flags, '.'], { cwd: folder, maxBuffer: 2 ** 26 }).then(({ stdout }) => ({ code: 0, stdout }), (error: unknown) => error as { code: number; stdout: string });
      // 1: a place was refused, which some cases are about.
      expect([0, 1]).toContain(code);
      expect(valid(JSON.parse(stdout)), JSON.stringify(valid.errors?.slice(0, 3))).toBe(true);
      expect(textsIn(folder)).toEqual(textsIn(join(ROOT, name, one, 'after')));
    }, 30_000);
  });
}
