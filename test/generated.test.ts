import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ruleEntries } from '../src/generated/catalogue.js';

const root = join(import.meta.dirname, '..');

test('what is generated from the file tree is fresh', () => {
  const { status, stderr } = spawnSync(process.execPath, ['src/tools/generate.mjs', '--check'], { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
}, 30_000);

test('the catalogue holds every rule, with its words', () => {
  const files = readdirSync(join(root, 'rules')).filter((name) => name.endsWith('.ts')).map((name) => name.slice(0, -3));
  expect(ruleEntries.map(({ id }) => id)).toEqual([...files, 'parse-error'].sort());
  for (const { id, title, description } of ruleEntries) {
    expect(title, id).not.toBe('');
    expect(description, id).toMatch(/\.$/);
  }
});

test('every rule has a page with bad and good code, which the tests of the fixtures run', () => {
  for (const { id } of ruleEntries.filter((entry) => entry.id !== 'parse-error')) {
    const page = readFileSync(join(root, 'docs/rules', `${id}.md`), 'utf8');
    const [, bad = '', good = ''] = /## Bad\n([\s\S]*)## Good\n([\s\S]*)## Fix\n/.exec(page) ?? [];
    const fences = (part: string): number => (part.match(/^```/gm) ?? []).length / 2;
    expect([id, fences(bad) >= 3, fences(good) >= 3]).toEqual([id, true, true]);
    expect(page).not.toMatch(/\bexpect(?:-next)?: /);
  }
});
