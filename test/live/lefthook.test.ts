import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { BAD, FINDING, GOOD, HookRepository, MENDABLE, MENDED, snippet } from '../support/hook-repository.js';
import { install } from './programs.js';
import { run } from './server.js';

/** Not among the development dependencies: it writes hooks into every checkout that it is installed for. */
const folder = join(import.meta.dirname, 'hooks');
let repository: HookRepository;

beforeAll(() => install(folder, readFileSync(join(folder, 'package-lock.json'), 'utf8')));
beforeEach(() => {
  repository = new HookRepository();
  repository.bin('lefthook', join(folder, 'node_modules/lefthook/bin/index.js'));
  repository.write({ 'lefthook.yml': snippet('lefthook') });
  run(join(repository.folder, 'node_modules/.bin/lefthook'), ['install'], repository.folder);
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--no-verify', '--message', 'hooks');
});
afterEach(() => repository.remove());

test('a bad commit is stopped, and the person is told why', () => {
  expect(repository.commit({ 'deploy folder/my site.conf': BAD, "a 'quoted' name.conf": GOOD })).toEqual({ committed: false, told: expect.stringContaining(FINDING) });
  expect(repository.read('deploy folder/my site.conf')).toBe(BAD);
});

test('a good one goes through', () => {
  expect(repository.commit({ 'nginx.conf': GOOD, 'notes.txt': BAD })).toMatchObject({ committed: true });
});

test('what can be mended is mended and staged', () => {
  expect(repository.commit({ 'my site.conf': MENDABLE })).toMatchObject({ committed: true });
  expect([repository.committed('my site.conf'), repository.git('status', '--porcelain')]).toEqual([MENDED, '']);
});
