import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { taken } from '../../src/hosts/scan.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const COUNT = 2000;

let top: string;
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'cors-lint-scan-'));
  for (let index = 0; index < COUNT; index++) {
    const folder = join(top, `part-${index % 20}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${index}.js`), index % 100 === 0 ? `const app = require('express')();\napp.use(require('cors')({ origin: true, credentials: true }));\napp.get('/${index}', (req, res) => res.json({}));\n` : 'export const value = 1;\n');
  }
  writeFileSync(join(top, 'utf16.js'), Buffer.from('\uFEFF// cors', 'utf16le'));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

function run(args: readonly string[], ...before: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...before, CLI, ...args], { cwd: top, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined } });
  return { code: status, out: stdout, err: stderr };
}

/** Says on standard error how many threads were started. */
const COUNTING = `data:text/javascript,${encodeURIComponent("import threads from 'node:worker_threads'; import { syncBuiltinESMExports } from 'node:module'; let count = 0; const { Worker } = threads; threads.Worker = class extends Worker { constructor(...args) { super(...args); count += 1; } }; syncBuiltinESMExports(); process.on('exit', () => process.stderr.write(`threads: ${count}\\n`));")}`;
/** A machine on which no thread can be started, and one with a single processor. */
const without = (code: string): string => `data:text/javascript,${encodeURIComponent(`import threads from 'node:worker_threads'; import os from 'node:os'; import { syncBuiltinESMExports } from 'node:module'; ${code} syncBuiltinESMExports();`)}`;
const BROKEN = without("threads.Worker = class extends threads.Worker { constructor(path, options) { super('throw new Error()', { ...options, eval: true }); } };");
const ALONE = without('os.availableParallelism = () => 1;');

test('each file is taken once, whoever takes it', () => {
  const files = Array.from({ length: 1234 }, (_one, index) => `file-${index}`);
  const share = { root: { folder: '', repository: false, cwd: '' }, files, next: new Int32Array(new SharedArrayBuffer(4)) };
  const [one, other] = [taken(share), taken(share)];
  const both: string[] = [];
  for (let turn = one.next(); turn.done !== true; turn = one.next()) {
    both.push(...turn.value);
    for (const some of [other.next().value ?? []].flat()) both.push(some);
  }
  expect(both.sort()).toEqual([...files].sort());
});

test('many files are read by two threads, and the report is the same without the other one', () => {
  const args = ['--format', 'json', '.'];
  const counted = run(args, '--import', COUNTING);
  expect(counted.err).toContain(`threads: ${availableParallelism() > 1 ? 1 : 0}\n`);
  const alone = run(args, '--import', ALONE);
  expect(alone.code).toBe(1);
  expect(new Set([...alone.out.matchAll(/part-\d+\/file-\d+\.js/g)].map(([file]) => file)).size).toBe(COUNT / 100);
  expect(alone.out).toContain('utf16.js');
  expect(counted.out).toBe(alone.out);
  const broken = run(args, '--import', BROKEN);
  expect([broken.code, broken.out, broken.err]).toEqual([alone.code, alone.out, alone.err]);
});
