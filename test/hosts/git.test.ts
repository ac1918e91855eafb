import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changesSince, stagedChanges, uncommittedChanges } from '../../src/hosts/git.js';
import { rootOf } from '../../src/hosts/root.js';
import { Repository } from '../support/repository.js';

let place: Repository;
beforeEach(() => void (place = new Repository()));
afterEach(() => place.remove());

/** A line that lets every site in with credentials, wherever it stands. */
const OPEN = 'add_header Access-Control-Allow-Origin $http_origin always; add_header Access-Control-Allow-Credentials true always; add_header Vary Origin always;';
const site = (...lines: readonly string[]): string => `server {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
const OPEN_SITE = site('listen 80;', OPEN);
const CLOSED_SITE = site('listen 80;', '# says nothing of CORS');

/** Places that are shown, without what they say. */
async function shown(argv: readonly string[], cwd = ''): Promise<readonly string[]> {
  const { out, code, err } = await place.lint(['-f', 'compact', '--only', 'no-reflected-origin', ...argv], { cwd });
  if (code === 2) throw new Error(err);
  return out.split('\n').filter(Boolean).map((line) => line.split(':').slice(0, 2).join(':'));
}

describe('--staged', () => {
  beforeEach(() => {
    place.init();
    place.write({ 'old.conf': OPEN_SITE, 'kept.conf': CLOSED_SITE, 'moved.conf': `${CLOSED_SITE}# one\n# two\n# three\n`, 'gone.conf': OPEN_SITE });
    place.commit();
  });

  test('files that are added, changed, renamed or copied are read; others and deleted ones are not', async () => {
    place.write({ 'new.conf': OPEN_SITE, 'kept.conf': OPEN_SITE });
    place.git('mv', 'moved.conf', 'renamed.conf');
    writeFileSync(place.path('renamed.conf'), `${OPEN_SITE}# one\n# two\n# three\n`);
    place.git('rm', '-q', 'gone.conf');
    place.git('add', '.');
    place.write({ 'untracked.conf': OPEN_SITE });
    expect(await shown(['--staged'])).toEqual(['kept.conf:3', 'new.conf:3', 'renamed.conf:3']);
    expect(await shown(['--staged', 'new.conf', 'old.conf'])).toEqual(['new.conf:3']);
  });

  test('the text is that of the index, not of the disk', async () => {
    place.write({ 'kept.conf': OPEN_SITE });
    place.git('add', '.');
    place.write({ 'kept.conf': CLOSED_SITE });
    expect(await shown(['--staged'])).toEqual(['kept.conf:3']);
    place.git('add', '.');
    place.write({ 'kept.conf': OPEN_SITE });
    expect(await shown(['--staged'])).toEqual([]);
  });

  test('a staged file that is no more on disk is read', async () => {
    place.write({ 'sub/new.conf': OPEN_SITE });
    place.git('add', '.');
    rmSync(place.path('sub'), { recursive: true });
    expect(await shown(['--staged'])).toEqual(['sub/new.conf:3']);
  });

  test('what a staged file names is read from the index too', async () => {
    const app = "const express = require('express');\nconst cors = require('cors');\nconst { origin } = require('./settings.js');\nconst app = express();\napp.use(cors({ origin, credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n";
    place.write({ 'app.js': app, 'settings.js': 'exports.origin = true;\n' });
    place.git('add', '.');
    place.write({ 'settings.js': "exports.origin = 'https://app.example';\n" });
    expect(await shown(['--staged'])).not.toEqual([]);
    rmSync(place.path('settings.js'));
    expect(await shown(['--staged'])).not.toEqual([]);
    place.git('add', '.');
    expect(await shown(['--staged'])).toEqual([]);
  });

  test('what is in conflict has no text in the index, and is left out', async () => {
    place.git('checkout', '-q', '-b', 'other');
    place.write({ 'kept.conf': OPEN_SITE });
    place.commit();
    place.git('checkout', '-q', 'main');
    place.write({ 'kept.conf': site('listen 81;') });
    place.commit();
    expect(() => place.git('merge', 'other')).toThrow();
    expect(await shown(['--staged'])).toEqual([]);
  });

  const FIXABLE = "const express = require('express');\nconst cors = require('cors');\nconst app = express();\napp.use(cors({ origin: 'https://app.example.com', maxAge: 999999999 }));\napp.get('/a', (req, res) => res.json({}));\n";

  test('--fix mends what is staged as a whole on disk; the index stays as it is, so the commit is held up', async () => {
    place.write({ 'app.js': FIXABLE });
    place.git('add', '.');
    const { err, code } = await place.lint(['--staged', '--fix']);
    expect({ err, code }).toEqual({ err: 'cors-lint: app.js was fixed on disk: stage it to commit the fix\n', code: 1 });
    expect(readFileSync(place.path('app.js'), 'utf8')).not.toBe(FIXABLE);
    expect(place.git('show', ':app.js')).toBe(FIXABLE);
  });

  test('--fix leaves alone what is staged in part, says so, and reports it', async () => {
    const more = `${FIXABLE}// not staged yet\n`;
    place.write({ 'app.js': FIXABLE, 'whole.js': FIXABLE });
    place.git('add', '.');
    place.write({ 'app.js': more });
    const { err, out, code } = await place.lint(['--staged', '--fix', '--fail-on', 'warn', '-f', 'compact']);
    expect(err.split('\n')).toEqual(['cors-lint: app.js was not fixed: it is staged in part, and its text on disk is another one', 'cors-lint: whole.js was fixed on disk: stage it to commit the fix', '']);
    expect(out).toMatch(/^app\.js:4:/);
    expect(out).not.toContain('whole.js');
    expect(code).toBe(1);
    expect(readFileSync(place.path('app.js'), 'utf8')).toBe(more);
  });

  test('a repository without a commit', async () => {
    rmSync(place.path('.git'), { recursive: true });
    place.init();
    place.write({ 'untracked.conf': OPEN_SITE });
    place.git('add', 'old.conf', 'kept.conf');
    expect(await shown(['--staged'])).toEqual(['old.conf:3']);
    expect(await shown(['--staged', '--changed-lines'])).toEqual(['old.conf:3']);
    expect(await shown(['--changed-lines'])).toEqual(['gone.conf:3', 'old.conf:3', 'untracked.conf:3']);
  });

  test('links and submodules have no text', async () => {
    const other = new Repository();
    other.init();
    other.write({ 'a.conf': OPEN_SITE });
    other.commit();
    place.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', other.top, 'module');
    other.remove();
    symlinkSync('old.conf', place.path('link.conf'));
    place.git('add', '.');
    expect(await shown(['--staged'])).toEqual([]);
    // Inside, the submodule is a repository like any other: its `.git` is a file.
    writeFileSync(place.path('module/b.conf'), OPEN_SITE);
    place.gitIn('module', 'add', '.');
    expect(await shown(['--staged'], 'module')).toEqual(['b.conf:3']);
  });
});

describe('in a hook, where git names the index and the repository', () => {
  const names = ['GIT_DIR', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'PATH', 'GIT_CONFIG_PARAMETERS'] as const;
  const before = names.map((name) => [name, process.env[name]] as const);
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  /** The environment that git gives to a hook, recorded by a hook. */
  function hookEnvironment(folder: string, ...commit: readonly string[]): Readonly<Record<string, string>> {
    const hooks = join(place.top, 'hooks');
    mkdirSync(hooks, { recursive: true });
    writeFileSync(join(hooks, 'pre-commit'), `#!/bin/sh\nenv | grep ^GIT_ > "${join(hooks, 'environment')}"\ncp "$GIT_INDEX_FILE" "${join(hooks, 'index')}"\nexit 1\n`);
    chmodSync(join(hooks, 'pre-commit'), 0o755);
    expect(() => place.gitIn(folder, '-c', `core.hooksPath=${hooks}`, ...commit)).toThrow();
    return Object.fromEntries(readFileSync(join(hooks, 'environment'), 'utf8').split('\n').filter(Boolean).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  }

  beforeEach(() => {
    place.init('repo');
    place.write({ 'repo/sub/a.conf': CLOSED_SITE, 'repo/b.conf': CLOSED_SITE });
    place.gitIn('repo', 'add', '.');
    place.gitIn('repo', 'commit', '-q', '-m', 'first');
  });

  test.each<[string, readonly string[]]>([
    ['git commit -a', ['commit', '-a', '-m', 'x']],
    ['git commit <path>', ['commit', '-m', 'x', 'sub/a.conf']],
  ])('%s: the index is another file', async (_what, command) => {
    place.write({ 'repo/sub/a.conf': OPEN_SITE });
    const environment = hookEnvironment('repo', ...command);
    expect(environment['GIT_INDEX_FILE']).not.toBe('.git/index');
    expect(await shown(['--staged'], 'repo')).toEqual([]);
    process.env['GIT_INDEX_FILE'] = place.path('hooks/index');
    expect(await shown(['--staged'], 'repo')).toEqual(['sub/a.conf:3']);
    expect(await shown(['--staged'], 'repo/sub')).toEqual(['a.conf:3']);
  });

  test('a plain commit names the index relative to the top', async () => {
    place.write({ 'repo/sub/a.conf': OPEN_SITE });
    place.gitIn('repo', 'add', '.');
    const environment = hookEnvironment('repo', 'commit', '-m', 'x');
    expect(environment['GIT_INDEX_FILE']).toBe('.git/index');
    process.env['GIT_INDEX_FILE'] = '.git/index';
    expect(await shown(['--staged'], 'repo/sub')).toEqual(['a.conf:3']);
  });

  test('a linked work tree, whose hooks have GIT_DIR, also below its top', async () => {
    place.gitIn('repo', 'worktree', 'add', '-q', '../linked');
    writeFileSync(place.path('linked/sub/a.conf'), OPEN_SITE);
    writeFileSync(place.path('linked/.gitignore'), 'ignored.conf\n');
    place.gitIn('linked', 'add', '.');
    const environment = hookEnvironment('linked', 'commit', '-m', 'x');
    expect(environment['GIT_DIR']).toBeDefined();
    for (const name of ['GIT_DIR', 'GIT_PREFIX'] as const) process.env[name] = environment[name];
    expect(await shown(['--staged'], 'linked')).toEqual(['sub/a.conf:3']);
    expect(await shown(['--staged'], 'linked/sub')).toEqual(['a.conf:3']);
    for (const name of ['c.conf', 'ignored.conf']) writeFileSync(place.path(`linked/sub/${name}`), OPEN_SITE);
    expect(await shown([], 'linked/sub')).toEqual(['a.conf:3', 'c.conf:3']);
    expect(await shown(['linked', 'repo'])).toEqual(['linked/sub/a.conf:3', 'linked/sub/c.conf:3']);
  });

  test('no git on the path', async () => {
    process.env['PATH'] = place.path('nowhere');
    expect(await place.lint(['--staged'], { cwd: 'repo' })).toEqual({ code: 2, out: '', err: 'cors-lint: --staged: git was not found\n' });
    expect((await place.lint([], { cwd: 'repo' })).code).toBe(0);
  });

  test('git refuses a repository of somebody else: in its own words', async () => {
    process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'] = '1';
    const { code, err } = await place.lint(['--since', 'main'], { cwd: 'repo' }).finally(() => delete process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER']);
    expect(code).toBe(2);
    expect(err).toMatch(/^cors-lint: --since: git says: fatal: detected dubious ownership in repository at '.*repo'\n[^]*safe\.directory/);
  });
});

describe('--since', () => {
  beforeEach(() => {
    place.init();
    place.write({ 'a.conf': OPEN_SITE, 'b.conf': OPEN_SITE, 'c.conf': OPEN_SITE, 'd.conf': OPEN_SITE });
    place.commit();
    place.git('checkout', '-q', '-b', 'work');
  });

  test('what changed since the merge base: committed, uncommitted, not yet known to git; not what the other branch did', async () => {
    place.write({ 'a.conf': `${OPEN_SITE}# committed\n` });
    place.commit();
    place.git('checkout', '-q', 'main');
    place.write({ 'd.conf': `${OPEN_SITE}# on the other branch\n` });
    place.commit();
    place.git('checkout', '-q', 'work');
    place.write({ 'b.conf': `${OPEN_SITE}# not committed\n`, 'sub/new.conf': OPEN_SITE, '.gitignore': 'ignored.conf\n', 'ignored.conf': OPEN_SITE });
    rmSync(place.path('c.conf'));
    expect(await shown(['--since', 'main'])).toEqual(['a.conf:3', 'b.conf:3', 'sub/new.conf:3']);
    expect(await shown(['--since', 'main', 'sub'])).toEqual(['sub/new.conf:3']);
    expect(await shown(['--since', 'main'], 'sub')).toEqual(['new.conf:3']);
    expect(await shown(['--since', 'HEAD'])).toEqual(['b.conf:3', 'sub/new.conf:3']);
    expect((await place.lint(['--since', 'main', 'd.conf'])).err).toBe('cors-lint: no files that it can read were found\n');
  });

  test('a renamed file', async () => {
    place.git('mv', 'a.conf', 'z.conf');
    expect(await shown(['--since', 'main'])).toEqual(['z.conf:3']);
    expect(await shown(['--since', 'main', '--changed-lines'])).toEqual([]);
  });

  test('tags, hashes, ancestors and a detached head', async () => {
    place.git('tag', '-a', 'v1', '-m', 'v1');
    const hash = place.git('rev-parse', 'HEAD').trim();
    place.write({ 'a.conf': `${OPEN_SITE}#\n` });
    place.commit();
    place.git('checkout', '-q', '--detach');
    for (const ref of ['v1', hash, hash.slice(0, 8), 'HEAD~1', 'main']) expect(await shown(['--since', ref])).toEqual(['a.conf:3']);
  });

  test.each([['mian', ': did you mean "main"?'], ['v1', ''], ['--output=x', ''], ['main..work', ''], ['HEAD:a.conf', '']])('a commit that git does not know: %s', async (ref, hint) => {
    const { code, out, err } = await place.lint([`--since=${ref}`]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(new RegExp(`^cors-lint: --since: git knows no commit ${JSON.stringify(ref)}`));
    if (hint !== '') expect(err).toContain('main');
  });

  test('a shallow clone that does not reach the merge base', async () => {
    place.write({ 'a.conf': `${OPEN_SITE}# 1\n` });
    place.commit();
    place.write({ 'a.conf': `${OPEN_SITE}# 2\n` });
    place.commit();
    place.git('checkout', '-q', 'main');
    place.write({ 'b.conf': `${OPEN_SITE}# 3\n` });
    place.commit();
    place.git('clone', '-q', '--depth=1', '--no-single-branch', '--branch', 'work', `file://${place.top}`, 'clone');
    const { code, err } = await place.lint(['--since', 'origin/main'], { cwd: 'clone' });
    expect(code).toBe(2);
    expect(err).toBe('cors-lint: --since: this clone is shallow and does not reach back to where origin/main and HEAD part; fetch more of its history (git fetch --unshallow, or fetch-depth: 0 in actions/checkout)\n');
    const root = rootOf(place.path('clone'), []);
    const { lines, notes } = changesSince(root, 'origin/main', { shallow: 'compare', untracked: false });
    expect([...lines.keys()]).toEqual(['a.conf', 'b.conf']);
    expect(notes).toEqual(['origin/main and HEAD have no commit in common: compared with origin/main itself']);
  });

  test('histories without a common commit are compared as they are, and that is told', async () => {
    place.git('checkout', '-q', '--orphan', 'other');
    place.write({ 'a.conf': `${OPEN_SITE}#\n` });
    place.commit();
    const { err } = await place.lint(['--since', 'main', '-f', 'compact']);
    expect(err).toBe('cors-lint: main and HEAD have no commit in common: compared with main itself\n');
    expect(await shown(['--since', 'main'])).toEqual(['a.conf:3']);
  });
});

describe('--changed-lines', () => {
  const TWO = `${site('listen 80;', OPEN)}${site('listen 81;', OPEN)}`;

  beforeEach(() => {
    place.init();
    place.write({ 'a.conf': TWO });
    place.commit();
  });

  test('against the last commit when nothing else is named; a file that git does not know counts whole', async () => {
    expect(await shown(['--changed-lines'])).toEqual([]);
    place.write({ 'a.conf': TWO.replace(`81;\n  ${OPEN}`, `81;\n  ${OPEN} # touched`), 'new.conf': OPEN_SITE });
    expect(await shown(['--changed-lines'])).toEqual(['a.conf:7', 'new.conf:3']);
  });

  test('with --since and with --staged, where the lines are those of the index', async () => {
    place.write({ 'a.conf': `# moved\n${TWO.replace(`80;\n  ${OPEN}`, `80;\n  ${OPEN} # staged`)}` });
    place.git('add', '.');
    place.write({ 'a.conf': TWO.replace(`81;\n  ${OPEN}`, `81;\n  ${OPEN} # on disk`) });
    expect(await shown(['--staged', '--changed-lines'])).toEqual(['a.conf:4']);
    expect(await shown(['--since', 'HEAD', '--changed-lines'])).toEqual(['a.conf:7']);
  });

  test('where lines were only taken away the line after them counts', async () => {
    place.write({ 'a.conf': TWO.replace('  listen 81;\n', '') });
    expect(await shown(['--changed-lines'])).toEqual(['a.conf:6']);
    place.write({ 'a.conf': TWO.replace('server {\n  listen 81;\n', '# nothing of CORS\nserver {\n  listen 81;\n') });
    expect(await shown(['--changed-lines'])).toEqual([]);
  });

  test('a finding counts when a related place changed; a gap when its own did', async () => {
    const server = (rest: string): string => `const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: 'https://app.example.com' }));${rest}\napp.get('/prices', (req, res) => res.json([]));\napp.listen(3000);\n`;
    const gateway = `<VirtualHost *:80>\n  ServerName api.example.com\n  ProxyPass / http://127.0.0.1:3000/\n  Header always set Access-Control-Allow-Origin "https://app.example.com"\n</VirtualHost>\n`;
    const unknown = (rest: string): string => `_format_version: "3.0"\nservices: [{ name: s, url: "http://s", routes: [{ paths: [/] }], plugins: [{ name: cors, config: { credentials: true, origins: [ "{{ .Values.origin }}" ] } }] }]${rest}\n`;
    place.write({ 'server.js': server(''), 'sites-available/api.conf': gateway, 'kong.yml': unknown('') });
    place.commit();
    const told = async (...argv: readonly string[]): Promise<readonly string[]> => {
      const { findings, gaps } = JSON.parse((await place.lint(['-f', 'json', ...argv])).out) as { readonly findings: readonly { readonly ruleId: string; readonly file: string }[]; readonly gaps: readonly { readonly file: string }[] };
      return [...findings.filter(({ ruleId }) => ruleId.endsWith('duplicate-cors-layers')), ...gaps].map(({ file }) => file);
    };
    expect(await told()).toEqual(['sites-available/api.conf', 'kong.yml']);
    expect(await told('--changed-lines')).toEqual([]);
    place.write({ 'server.js': server(' // touched') });
    expect(await told('--changed-lines')).toEqual(['sites-available/api.conf']);
    // The gateway is not read with the application, unless that is asked for.
    expect(await told('--changed-lines', '--since', 'HEAD')).toEqual([]);
    expect(await told('--changed-lines', '--since', 'HEAD', '--related')).toEqual(['sites-available/api.conf']);
    place.write({ 'server.js': `// moved\n${server('')}`, 'kong.yml': unknown(' # touched') });
    expect(await told('--changed-lines')).toEqual(['kong.yml']);
  });

  test('--fix mends what is shown alone; findings are where the mended text has them', async () => {
    const part = (name: string): string => `app${name}.use(cors({ origin: 'https://app.example.com', maxAge: 999999999 }));\n`;
    const app = `const express = require('express');\nconst cors = require('cors');\nconst appA = express();\nconst appB = express();\n${part('A')}${part('B')}appA.get('/a', (req, res) => res.json({}));\nappB.get('/b', (req, res) => res.json({}));\n`;
    place.write({ 'app.js': app });
    place.commit();
    place.write({ 'app.js': app.replace(part('B'), `// touched\n${part('B').replace(');\n', '); // touched\n')}`) });
    expect((await place.lint(['--changed-lines', '--fix'])).code).toBe(0);
    const fixed = readFileSync(place.path('app.js'), 'utf8');
    expect(fixed).toContain(part('A'));
    expect(fixed).not.toContain(part('B').replace(');\n', '); // touched\n'));
  });
});

describe('names', () => {
  test('blanks, quotes, newlines, tabs, backslashes, letters of every kind', async () => {
    const names = ['a b.conf', "it's.conf", 'q"uote.conf', 'new\nline.conf', 'tab\t.conf', 'back\\slash.conf', 'ünï çødé.conf', '日本.conf', ':(top)x.conf', '-dash.conf', '*.conf'];
    place.init();
    for (const config of ['true', 'false']) {
      rmSync(place.path('.git'), { recursive: true, force: true });
      place.init();
      place.git('config', 'core.quotePath', config);
      place.commit();
      for (const name of names) writeFileSync(place.path(name), site('listen 80;', 'listen 81;'));
      place.commit();
      for (const name of names) writeFileSync(place.path(name), OPEN_SITE);
      const root = rootOf(place.top, []);
      const changed = [...names].sort().map((name) => [name, [[3, 3]]]);
      const sorted = (lines: ReadonlyMap<string, unknown>): unknown => [...lines].sort(([a], [b]) => (a < b ? -1 : 1));
      expect(sorted(uncommittedChanges(root).lines)).toEqual(changed);
      expect(sorted(changesSince(root, 'HEAD', { shallow: 'refuse', untracked: true }).lines)).toEqual(changed);
      place.git('add', '-A');
      expect(sorted(stagedChanges(root).lines)).toEqual(changed);
      expect((await shown(['--staged', '--changed-lines', '-f', 'json=report.json', '-o', 'x.txt'])).length).toBe(0);
      const { findings } = JSON.parse(readFileSync(place.path('report.json'), 'utf8')) as { findings: readonly { file: string }[] };
      expect(findings.map(({ file }) => file)).toEqual([...names].sort());
      rmSync(place.path('report.json'));
      rmSync(place.path('x.txt'));
    }
  });

  test.each<[string, boolean, readonly string[]]>([
    ['listed by git', true, []],
    ['without git', false, []],
    ['staged', true, ['--staged']],
    ['changed', true, ['--since', 'HEAD']],
  ])('a name that is not UTF-8 is told in one line, and its file left out: %s', async (_how, repository, argv) => {
    if (repository) {
      place.init();
      place.commit();
    }
    place.write({ 'a.conf': OPEN_SITE });
    for (const name of ['caf\xe9.conf', 'na\xefve.txt', 'x\xff/b.conf']) {
      const path = Buffer.concat([Buffer.from(`${place.top}/`), Buffer.from(name, 'latin1')]);
      if (name.includes('/')) mkdirSync(path.subarray(0, path.lastIndexOf(0x2f)));
      writeFileSync(path, OPEN_SITE);
    }
    if (repository) place.git('add', '-A');
    const { code, out, err } = await place.lint(['-f', 'compact', '--only', 'no-reflected-origin', ...argv]);
    expect(out.split('\n').filter(Boolean).map((line) => line.split(':')[0])).toEqual(['a.conf']);
    expect(code).toBe(1);
    expect(err).toMatch(/^cors-lint: left out, since the name is not UTF-8: .*\n$/);
    if (repository) expect(err).toBe('cors-lint: left out, since the name is not UTF-8: "caf\\351.conf", "x\\377/b.conf"\n');
  });

  test('what looks like a header of a patch is text', () => {
    place.init();
    const tricky = (word: string): string => `-- a/x.conf\n++ b/x.conf\n@@ -1 +1 @@\n${word}\ndiff --git a/x b/x\n`;
    place.write({ 'a.conf': tricky('one'), 'x.conf': 'same\n' });
    place.commit();
    place.write({ 'a.conf': `${tricky('two')}${tricky('two')}` });
    const { lines } = uncommittedChanges(rootOf(place.top, []));
    expect([...lines.keys()]).toEqual(['a.conf']);
  });
});

describe('whatever the user has set for their own eyes', () => {
  test('the diff is read the same, and nothing that a repository names is run', async () => {
    place.init();
    const rest = Array.from({ length: 40 }, (_one, index) => `# line ${index} of what stays\n`).join('');
    place.write({ 'a.conf': `${CLOSED_SITE}${rest}${CLOSED_SITE}`, '.gitattributes': '*.conf diff=evil\n' });
    place.commit();
    const witness = place.path('ran');
    for (const [key, value] of [['color.ui', 'always'], ['color.diff', 'always'], ['diff.noprefix', 'true'], ['diff.mnemonicPrefix', 'true'], ['diff.interHunkContext', '100'], ['diff.context', '9'], ['diff.relative', 'true'], ['diff.renames', 'false'], ['diff.external', `touch ${witness}; echo`], ['diff.evil.command', `touch ${witness}; echo`], ['diff.evil.textconv', `touch ${witness}; cat`], ['core.fsmonitor', `touch ${witness}; echo`], ['core.pager', `touch ${witness}; cat`], ['diff.submodule', 'log'], ['diff.wsErrorHighlight', 'all'], ['diff.colorMoved', 'zebra']] as const) place.git('config', key, value);
    rmSync(witness, { force: true });
    renameSync(place.path('a.conf'), place.path('b.conf'));
    writeFileSync(place.path('b.conf'), `${OPEN_SITE}${rest}${OPEN_SITE}`);
    const root = rootOf(place.top, []);
    expect([...uncommittedChanges(root).lines]).toEqual([['b.conf', 'all']]);
    rmSync(witness, { force: true });
    place.git('-c', 'core.fsmonitor=false', 'add', '-A');
    rmSync(witness, { force: true });
    expect([...stagedChanges(root).lines]).toEqual([['b.conf', [[3, 3], [47, 47]]]]);
    expect(await shown(['--staged', '--changed-lines'])).toEqual(['b.conf:3', 'b.conf:47']);
    expect(() => readFileSync(witness)).toThrow();
  });
});

describe('not here', () => {
  test.each<[string, readonly string[]]>([['--staged', ['--staged']], ['--since', ['--since', 'main']], ['--changed-lines', ['--changed-lines']]])('%s without a repository', async (flag, argv) => {
    place.write({ 'a.conf': OPEN_SITE });
    expect(await place.lint(argv)).toEqual({ code: 2, out: '', err: `cors-lint: ${flag}: ${place.top} is in no git repository\n` });
  });

  test('a bare repository', async () => {
    place.git('init', '-q', '--bare', 'bare');
    place.write({ 'bare/a.conf': OPEN_SITE });
    const { code, err } = await place.lint(['--staged'], { cwd: 'bare' });
    expect(code).toBe(2);
    expect(err).toBe('cors-lint: --staged: git says: fatal: this operation must be run in a work tree\n');
  });

  test('a folder whose .git is broken', async () => {
    place.write({ '.git': 'gitdir: nowhere\n', 'a.conf': OPEN_SITE });
    const { code, err } = await place.lint(['--staged']);
    expect(code).toBe(2);
    expect(err).toMatch(/^cors-lint: --staged: /);
    expect(await shown([])).toEqual(['a.conf:3']);
  });

  test.each<[string, readonly string[], string]>([
    ['--staged and --since', ['--staged', '--since', 'main'], '--staged and --since exclude each other: what is staged is compared with the last commit'],
    ['--staged and --stdin', ['--staged', '--stdin', '--stdin-filename', 'a.conf'], '--staged and --stdin exclude each other: git does not know a text from standard input'],
    ['--since and --stdin', ['--since', 'main', '--stdin', '--stdin-filename', 'a.conf'], '--since and --stdin exclude each other: git does not know a text from standard input'],
    ['--changed-lines and --stdin', ['--changed-lines', '--stdin', '--stdin-filename', 'a.conf'], '--changed-lines and --stdin exclude each other: git does not know a text from standard input'],
  ])('%s', async (_what, argv, err) => {
    place.init();
    expect(await place.lint(argv)).toEqual({ code: 2, out: '', err: `cors-lint: ${err}\n` });
  });
});
