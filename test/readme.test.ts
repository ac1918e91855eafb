import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lint } from '../src/engine.js';
import { run } from '../src/hosts/cli/run.js';
import plugin from '../src/hosts/eslint/index.js';

test('the README shows what the tool really says', async () => {
  const root = join(import.meta.dirname, '..');
  const [, shown] = /What it says of one file of the shop.*?```text\n(.*?)```/s.exec(readFileSync(join(root, 'README.md'), 'utf8'))!;
  let out = '';
  const terminal = { cwd: root, env: {}, stdout: { isTTY: false, write: (text: string) => void (out += text) }, stderr: { isTTY: false, write: () => undefined }, readStdin: () => new Uint8Array() };
  await run(['-f', 'pretty', 'fixtures/showcase/gateway/kong.yml'], terminal, () => Promise.resolve(lint));
  expect(out.startsWith(shown!)).toBe(true);
});

test('the ESLint configuration that the README names is there', () => {
  const [, name] = /corsLint\.configs\.(\w+)/.exec(readFileSync(join(import.meta.dirname, '../README.md'), 'utf8'))!;
  expect(plugin.configs[name!]).toBeInstanceOf(Array);
});
