import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { againstEngine } from './origin-engines.js';

const MATCH = fileURLToPath(new URL('regex/match.py', import.meta.url));

test('patterns of Python are read as its re does', async () => {
  await againstEngine('python', async (asked) => {
    const input = asked.map(({ set: { source, flags }, texts }) => `${JSON.stringify({ source, flags, texts })}\n`).join('');
    const { status, stdout, stderr } = spawnSync('python3', [MATCH], { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(stderr);
    return stdout.split('\n').slice(0, -1).map((line) => JSON.parse(line) as boolean[] | null);
  });
});
