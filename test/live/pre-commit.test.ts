import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../support/documents.js';
import { BAD, FINDING, GOOD, HookRepository, MENDABLE, MENDED, snippet } from '../support/hook-repository.js';
import { environmentOf } from './python/environment.js';
import { run } from './server.js';

/** Holds a clone of this repository, its package, and what pre-commit installs: one installation for all tests. */
const top = mkdtempSync(join(tmpdir(), 'cors-lint-pre-commit-'));
const clone = join(top, 'clone');
/** The Node.js of this machine, none from the network. */
const SYSTEM = 'default_language_version:\n  node: system\n';
let python = '';
let revision = '';
let packed = '';

beforeAll(async () => {
  ({ python } = await environmentOf('pre-commit.txt'));
  run('git', ['clone', '--quiet', root, clone], top);
  revision = run('git', ['rev-parse', 'HEAD'], clone).trim();
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', top], root);
  packed = join(top, readdirSync(top).find((name) => name.endsWith('.tgz'))!);
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

/** What the page shows, with this clone in the place of the public home. */
const fromRepository = (id: string): string => SYSTEM + snippet('pre-commit, from the repository').replace(/repo: https:.*/, `repo: ${pathToFileURL(clone).href}`).replace(/rev: .*/, `rev: ${revision}`).replace('id: cors-lint', `id: ${id}`);
const local = (): string => SYSTEM + snippet('pre-commit').replace(/cors-lint@[\w.-]+/, packed);

describe.each([
  ['from a clone of this repository', () => fromRepository('cors-lint')],
  ['from the package', local],
] as const)('%s', (_name, configuration) => {
  let repository: HookRepository;
  beforeEach(() => (repository = repositoryWith(configuration())));
  afterEach(() => repository.remove());

  test('a bad commit is stopped, and the person is told why', () => {
    expect(repository.commit({ 'deploy folder/my site.conf': BAD, 'nginx/cors params': BAD })).toEqual({ committed: false, told: expect.stringContaining(FINDING) });
    expect(repository.read('deploy folder/my site.conf')).toBe(BAD);
  });

  test('a good one goes through, and so does one that holds nothing to read', () => {
    expect(repository.commit({ 'deploy folder/my site.conf': GOOD })).toMatchObject({ committed: true });
    expect(repository.commit({ 'notes.txt': BAD })).toMatchObject({ committed: true });
  });
});

test('the fixing hook mends, stops the commit, and lets the mended text through', () => {
  const repository = repositoryWith(fromRepository('cors-lint-fix'));
  try {
    expect(repository.commit({ 'my site.conf': MENDABLE })).toEqual({ committed: false, told: expect.stringContaining('files were modified by this hook') });
    expect(repository.read('my site.conf')).toBe(MENDED);
    expect(repository.commit()).toMatchObject({ committed: true });
    expect(repository.committed('my site.conf')).toBe(MENDED);
  } finally {
    repository.remove();
  }
});

/** A repository whose hook pre-commit made. */
function repositoryWith(configuration: string): HookRepository {
  const repository = new HookRepository({ PRE_COMMIT_HOME: join(top, 'home') });
  repository.write({ '.pre-commit-config.yaml': configuration });
  repository.git('add', '--all');
  run(python, ['-m', 'pre_commit', 'install'], repository.folder);
  repository.git('commit', '--quiet', '--no-verify', '--message', 'hooks');
  return repository;
}
