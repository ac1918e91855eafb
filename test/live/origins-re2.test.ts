import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { againstEngine, digits, lines } from './origin-engines.js';

const MATCH = fileURLToPath(new URL('regex/match.go', import.meta.url));

test('patterns of RE2 are read as Go’s regexp does', async () => {
  await againstEngine('re2', async (asked) => {
    const { status, stdout, stderr } = spawnSync('go', ['run', MATCH], { input: lines(asked), encoding: 'utf8', maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(stderr);
    return digits(stdout);
  });
});
