import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { MACHINE } from './java/libraries.js';
import { againstEngine, digits, lines } from './origin-engines.js';

const MATCH = fileURLToPath(new URL('regex/Match.java', import.meta.url));

test('patterns of Java are read as java.util.regex does', async () => {
  await againstEngine('java', async (asked) => {
    const { status, stdout, stderr } = spawnSync('java', [...MACHINE, MATCH], { input: lines(asked), encoding: 'utf8', maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(stderr);
    return digits(stdout);
  });
});
