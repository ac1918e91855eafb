import { Ajv2020 } from 'ajv/dist/2020.js';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Codemod, Proposed } from '../../src/codemods/codemod.js';
import type { CodemodEntry } from '../../src/codemods/registry.js';
import { Folder, runIn, type Answer, type Setting } from '../support/cli.js';

const valid = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/schemas/codemod-1.json'), 'utf8')) as object);

/** Writes `header` for `setHeader`, and names a file beside it. */
const rename: Codemod = {
  *propose({ files, paths }) {
    for (const path of paths) {
      const text = files.read(path) ?? '';
      const start = text.indexOf('setHeader');
      if (start === -1) continue;
      yield { kind: 'rewriting', title: 'setHeader becomes header', at: { file: path, start, end: start + 9 }, texts: new Map([[path, text.replaceAll('setHeader', 'header')], ['notes/new file.txt', 'made\n']]), notes: ['run npm install'] };
    }
  },
};

/** Sends the first of the chosen origins where `*` is sent. */
const narrow: Codemod = {
  *propose({ files, policies }, choices): Iterable<Proposed> {
    for (const policy of policies) {
      const path = policy.at.file;
      const text = files.read(path) ?? '';
      const start = text.indexOf("'*'");
      if (start === -1) continue;
      const at = { file: path, start, end: start + 3 };
      const [origin] = choices.originsFor(policy)?.origins ?? [];
      if (origin === undefined) yield { kind: 'refusal', at, reason: 'it lets in every origin', asks: { choice: 'origins', policy, candidates: ['https://one.example', 'https://two.example'] } };
      else yield { kind: 'rewriting', title: `${origin} alone is let in`, at, texts: new Map([[path, text.replace("'*'", `'${origin}'`)]]), announces: { words: `Pages of ${origin} alone read it.`, allows: ({ request }) => request.origin !== origin } };
    }
  },
};

const FAKES: Readonly<Record<string, CodemodEntry>> = {
  rename: { group: 'JavaScript and TypeScript', help: 'Writes header for setHeader.', load: () => Promise.resolve({ default: rename }) },
  narrow: { group: 'Layers', help: 'Lets one origin in.', needs: 'origins', load: () => Promise.resolve({ default: narrow }) },
};
vi.mock('../../src/codemods/registry.js', () => ({ get CODEMODS() {
  return FAKES;
} }));

const folder = new Folder('codemod');
const server = (origin: string): string => `const app = require('express')();\napp.use((req, res, next) => {\n  res.setHeader('Access-Control-Allow-Origin', '${origin}');\n  next();\n});\napp.get('/orders', (req, res) => res.json([]));\n`;
const APP = server('https://app.example.com');
const RENAMED = APP.replace('setHeader', 'header');
const text = (path: string): string => readFileSync(folder.at(path), 'utf8');
const codemod = (words: readonly string[], setting?: Setting, cwd = folder.path): Promise<Answer> => runIn(cwd, ['codemod', ...words], setting);
/** Files and folders, without those of git. */
const all = (): readonly string[] => readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).filter((path) => !/^\.git(?:\/|$)/.test(path)).sort();

function git(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'init.defaultBranch=main', '-c', 'protocol.file.allow=always', ...args], { cwd: folder.path, encoding: 'utf8' });
  expect(`${status} ${status === 0 ? '' : stderr}`).toBe('0 ');
  return stdout;
}

function commit(files: Readonly<Record<string, string>>): void {
  folder.write(files);
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'all');
}

describe('a dry run', () => {
  test('writes nothing; its diff is what git applies, wherever in the repository it was made', async () => {
    commit({ 'src/a b.js': APP, 'src/crlf.js': APP.replaceAll('\n', '\r\n'), 'src/open.js': APP.trimEnd() });
    const { code, out, err } = await codemod(['rename'], {}, folder.at('src'));
    expect(code).toBe(0);
    expect(git('status', '--porcelain')).toBe('');
    expect(out).toContain('diff --git a/notes/new file.txt b/notes/new file.txt\nnew file mode 100644\n--- /dev/null\n+++ b/notes/new file.txt\t\n@@ -0,0 +1,1 @@\n+made\n');
    expect(err).toContain("a b.js:3:7: setHeader becomes header\n  Browsers decide as they did.\n");
    expect(err).toMatch(/Left to do by hand:\n {2}run npm install\n3 places in 4 files would be rewritten \(--write does it\)\n$/);
    const { status, stderr } = spawnSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: folder.path, input: out, encoding: 'utf8' });
    expect(`${status} ${stderr}`).toBe('0 ');
    expect([text('src/a b.js'), text('src/crlf.js'), text('src/open.js'), text('notes/new file.txt')]).toEqual([RENAMED, RENAMED.replaceAll('\n', '\r\n'), RENAMED.trimEnd(), 'made\n']);
  });

  test('has names with quotes and new lines as git has them', async () => {
    commit({ 'a"\\b\n.js': APP });
    const { out, err } = await codemod(['rename']);
    expect(err).toContain('a"\\b\\n.js:3:7');
    expect(spawnSync('git', ['apply', '-'], { cwd: folder.path, input: out, encoding: 'utf8' })).toMatchObject({ status: 0 });
    expect(text('a"\\b\n.js')).toBe(RENAMED);
  });

  test('never minds a dirty tree, and writes the diff where it is told to', async () => {
    commit({ 'app.js': server('*') });
    folder.write({ 'app.js': APP });
    const { code, out } = await codemod(['rename', '--dry-run', '-o', 'out/change.patch']);
    expect([code, out]).toEqual([0, '']);
    expect(text('out/change.patch')).toMatch(/^diff --git a\/app\.js/);
    expect(text('app.js')).toBe(APP);
  });

  test('nothing to do is no failure', async () => {
    folder.write({ 'app.js': RENAMED });
    expect(await codemod(['rename'])).toEqual({ code: 0, out: '', err: 'nothing to do\n' });
  });

  test('tells of files that are not read whole', async () => {
    folder.write({ 'app.js': RENAMED, 'broken.js': `${APP}app.use((;\n` });
    expect((await codemod(['rename'])).err).toMatch(/^cors-lint: broken\.js: not all of it could be read \(\d+ mistakes? of syntax\)\n/);
  });
});

describe('--write', () => {
  test('writes all files, new ones too, and says so; a second run finds nothing', async () => {
    commit({ 'app.js': APP, 'more.js': APP });
    const { code, out, err } = await codemod(['rename', '--write']);
    expect([code, out]).toEqual([0, '']);
    expect(err).toMatch(/\n2 places in 3 files rewritten\n$/);
    expect(all()).toEqual(['app.js', 'more.js', 'notes', 'notes/new file.txt']);
    expect([text('app.js'), text('more.js'), text('notes/new file.txt')]).toEqual([RENAMED, RENAMED, 'made\n']);
    expect((await codemod(['rename', '--write', '--force'])).err).toBe('nothing to do\n');
  });

  test.each([
    ['a changed file', () => folder.write({ 'other.txt': 'new' })],
    ['a file that is gone', () => rmSync(folder.at('other.txt'))],
    ['a file that git does not know', () => folder.write({ 'deep/er/new.txt': '' })],
    ['a staged file', () => {
      folder.write({ 'other.txt': 'new' });
      git('add', '-A');
    }],
  ])('refuses beside %s, unless it is forced', async (_what, change) => {
    commit({ 'app.js': APP, 'other.txt': 'old' });
    change();
    const { code, err } = await codemod(['rename', '--write']);
    expect(code).toBe(2);
    expect(err).toMatch(/^cors-lint: 1 file with changes that are not committed \((?:other\.txt|deep\/er\/new\.txt)\): commit or stash them, .* or say --force\n$/);
    expect(text('app.js')).toBe(APP);
    expect((await codemod(['rename', '--write', '--force'])).code).toBe(0);
    expect(text('app.js')).toBe(RENAMED);
  });

  test('a file that git ignores does not stand in the way, and a repository without a commit does', async () => {
    commit({ 'app.js': APP, '.gitignore': '*.log\n' });
    folder.write({ 'run.log': '' });
    expect((await codemod(['rename', '--write'])).code).toBe(0);
    rmSync(folder.at('.git'), { recursive: true });
    git('init', '-q');
    expect((await codemod(['rename', '--write'])).code).toBe(2);
  });

  test('asks the submodule too that a path names', async () => {
    commit({ 'app.js': RENAMED });
    mkdirSync(folder.at('library'));
    folder.write({ 'library/app.js': APP });
    spawnSync('bash', ['-c', 'git init -q && git add -A && git -c user.name=a -c user.email=a@example.com commit -qm all'], { cwd: folder.at('library') });
    git('-c', 'advice.addEmbeddedRepo=false', 'add', 'library');
    git('commit', '-qm', 'submodule');
    folder.write({ 'library/other.txt': '' });
    const { code, err } = await codemod(['rename', '--write', 'library']);
    expect([code, err]).toEqual([2, expect.stringContaining('(other.txt)')]);
    rmSync(folder.at('library/other.txt'));
    expect((await codemod(['rename', '--write', 'library'])).code).toBe(0);
    expect(text('library/app.js')).toBe(RENAMED);
  });

  test('needs no git', async () => {
    folder.write({ 'app.js': APP });
    expect((await codemod(['rename', '--write'])).code).toBe(0);
    expect(text('app.js')).toBe(RENAMED);
  });

  test('what stands where a new file would be made keeps all files as they are', async () => {
    folder.write({ 'app.js': APP, notes: 'a file where a folder is needed' });
    const { code, err } = await codemod(['rename', '--write']);
    expect(code).toBe(2);
    expect(err).toMatch(/notes\/new file\.txt: it cannot be written \((?:EEXIST|ENOTDIR)\)/);
    expect(all()).toEqual(['app.js', 'notes']);
    expect(text('app.js')).toBe(APP);
  });

  test('and --dry-run exclude each other', async () => {
    folder.write({ 'app.js': APP });
    expect(await codemod(['rename', '--write', '--dry-run'])).toMatchObject({ code: 2, err: 'cors-lint: --write and --dry-run exclude each other\n' });
  });
});

describe('choices', () => {
  test('a place that asks for origins is left, and says what is named here: exit 1', async () => {
    folder.write({ 'app.js': server('*') });
    const { code, out, err } = await codemod(['narrow']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe('app.js:3:48: left as it is: it lets in every origin\n  say so with --origins, --origins-from-env or --interactive; named here are https://one.example, https://two.example\nnothing rewritten, 1 place left as it is\n');
  });

  test('origins that are named are taken, and what changes is told', async () => {
    folder.write({ 'app.js': server('*') });
    const { code, out, err } = await codemod(['narrow', '--origins', ' https://two.example ,https://one.example']);
    expect(code).toBe(0);
    expect(out).toContain("+  res.setHeader('Access-Control-Allow-Origin', 'https://two.example');");
    expect(err).toMatch(/^app\.js:3:48: https:\/\/two\.example alone is let in\n {2}Pages of https:\/\/two\.example alone read it\.\n {4}GET \/orders from .*: allowed → blocked\n/);
  });

  test.each([
    [['--origins', 'https://app.example.com/'], '--origins: expected origins such as https://app.example.com, found "https://app.example.com/"; browsers send https://app.example.com'],
    [['--origins', 'https://*.example.com'], '--origins: expected origins such as https://app.example.com, found "https://*.example.com"'],
    [['--origins', 'app.example.com'], '--origins: expected origins such as https://app.example.com, found "app.example.com"'],
    [['--origins', '*'], '--origins: expected origins such as https://app.example.com, found "*"'],
    [['--origins', ' , '], '--origins: no origin is named'],
    [['--origins-from-env', 'A-B'], '--origins-from-env: "A-B" is no name of an environment variable'],
    [['--keep', 'edge'], '--keep is for consolidate'],
    [['--interactive'], '--interactive needs a terminal to ask on; say what is to be chosen with --origins, --origins-from-env or --keep'],
    [['--format', 'yaml'], '--format: expected text, json, found "yaml"'],
    [['nowhere'], 'nowhere: no such file or folder'],
    [['--origin', 'https://a.example'], 'unknown option --origin; did you mean --origins?'],
  ])('%j is no choice', async (words, message) => {
    folder.write({ 'app.js': server('*') });
    const { code, err } = await codemod(['narrow', ...words]);
    expect(code).toBe(2);
    expect(err).toContain(`cors-lint: ${message}`);
  });

  test('origins that nothing asks for are told', async () => {
    folder.write({ 'app.js': APP });
    expect((await codemod(['rename', '--origins', 'https://a.example'])).err).toMatch(/\ncors-lint: nothing here asks rename for origins\n$/);
  });
});

describe('--interactive', () => {
  /** Answers one after the other, then the input ends. */
  function answering(...answers: readonly string[]): { readonly setting: Setting; readonly asked: string[] } {
    const asked: string[] = [];
    return { asked, setting: { ask: (question) => Promise.resolve((asked.push(question), answers[asked.length - 1])) } };
  }

  test('asks for each policy: numbers, origins, again where an answer makes no sense', async () => {
    folder.write({ 'one.js': server('*'), 'two.js': `// two\n${server('*')}` });
    const { asked, setting } = answering('3', 'https://own.example/path', '2', 'https://own.example');
    const { code, out } = await codemod(['narrow', '-i'], setting);
    const question = (place: string): string => `${place}: whose pages may read what Express app serves?\n  1  https://one.example\n  2  https://two.example\nNumbers or origins, separated by commas, or nothing to leave it as it is: `;
    expect(asked).toEqual([question('one.js:3'), `3: there is no such number\n${question('one.js:3')}`, `origins: expected origins such as https://app.example.com, found "https://own.example/path"; browsers send https://own.example\n${question('one.js:3')}`, question('two.js:4')]);
    expect(code).toBe(0);
    expect(out.match(/^\+ .*'(https:.*)'/gm)?.map((line) => /https:[^']*/.exec(line)?.[0])).toEqual(['https://two.example', 'https://own.example']);
  });

  test('an empty answer leaves the place, and is not asked for again', async () => {
    folder.write({ 'one.js': server('*'), 'two.js': server('*') });
    const { asked, setting } = answering('', '1');
    const { code, out } = await codemod(['narrow', '-i'], setting);
    expect(asked).toHaveLength(2);
    expect(code).toBe(1);
    expect(out).toMatch(/^diff --git a\/two\.js b\/two\.js\n(?!.*diff)/s);
  });

  test('whoever ends the input is asked nothing more', async () => {
    folder.write({ 'one.js': server('*'), 'two.js': server('*') });
    const { asked, setting } = answering();
    expect(await codemod(['narrow', '-i'], setting)).toMatchObject({ code: 1, out: '' });
    expect(asked).toHaveLength(1);
  });

  test('policies of a file that say the same are one question, which names the places of both', async () => {
    const two = `${server('*')}${server('*').replaceAll('app', 'other')}`;
    folder.write({ 'one.js': two });
    const { asked, setting } = answering('1');
    await codemod(['narrow', '-i'], setting);
    expect(asked.every((question) => question.startsWith('one.js:3'))).toBe(true);
  });
});

describe('JSON', () => {
  test.each([
    ['what would be rewritten', APP, ['rename'], 0, { codemod: 'rename', written: false, done: [{ file: 'app.js', line: 3, column: 7, title: 'setHeader becomes header', announced: null, proven: true, changes: [], notes: ['run npm install'] }], refused: [], files: [{ file: 'app.js', isNew: false, text: RENAMED }, { file: 'notes/new file.txt', isNew: true, text: 'made\n' }] }],
    ['what was written', APP, ['rename', '--write'], 0, { written: true }],
    ['what is left', server('*'), ['narrow'], 1, { done: [], refused: [{ file: 'app.js', line: 3, column: 48, asks: { choice: 'origins', candidates: ['https://one.example', 'https://two.example'] } }], files: [], diff: '' }],
    ['what changes', server('*'), ['narrow', '--origins', 'https://a.example'], 0, { done: [{ announced: 'Pages of https://a.example alone read it.', changes: expect.arrayContaining([expect.objectContaining({ what: 'verdict', before: 'allowed', after: 'blocked' })]) as unknown }] }],
  ])('%s is what the schema says', async (_what, app, words, code, expected) => {
    folder.write({ 'app.js': app });
    const answer = await codemod([...words, '--format', 'json']);
    expect([answer.code, answer.err]).toEqual([code, '']);
    const told: unknown = JSON.parse(answer.out);
    expect(valid(told), JSON.stringify(valid.errors?.slice(0, 3))).toBe(true);
    expect(told).toMatchObject(expected);
  });

  test('the schema refuses what is no answer', () => {
    expect(valid({ version: 1 })).toBe(false);
  });
});

describe('names', () => {
  test('are listed under headings', async () => {
    expect(await codemod(['--list'])).toEqual({ code: 0, err: '', out: 'JavaScript and TypeScript:\n  rename\n      Writes header for setHeader.\n\nLayers:\n  narrow\n      Lets one origin in.\n' });
  });

  test.each([
    [[], 'say which code-mod: cors-lint codemod <name>; --list names them'],
    [['renam'], 'no code-mod is called "renam"; did you mean rename?'],
    [['toString'], 'no code-mod is called "toString"'],
  ])('%j names none', async (words, message) => {
    const { code, err } = await codemod(words);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  test('--help tells the flags in 80 columns', async () => {
    const { code, out } = await codemod(['--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/^cors-lint codemod <name> \[options\] \[paths\.\.\.\]\n/);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('files that are written by more than one, or not at all', () => {
  test('a file that somebody changed meanwhile: none is written', async () => {
    const { replaceAll } = await import('../../src/hosts/cli/write.js');
    folder.write({ 'a.js': 'old', 'b.js': 'newer' });
    const replacements = [{ path: folder.at('a.js'), before: 'old', after: 'new' }, { path: folder.at('deep/er/c.js'), before: undefined, after: 'c' }, { path: folder.at('b.js'), before: 'old', after: 'new' }];
    expect(() => replaceAll(replacements)).toThrow('b.js: it was changed by somebody else since it was read');
    expect(all()).toEqual(['a.js', 'b.js']);
    expect([text('a.js'), text('b.js')]).toEqual(['old', 'newer']);
  });

  test('one that cannot take its place brings the others back, mode and link too', async () => {
    const { replaceAll } = await import('../../src/hosts/cli/write.js');
    folder.write({ 'real.js': 'old', 'made.js': 'somebody was here first' });
    chmodSync(folder.at('real.js'), 0o640);
    symlinkSync('real.js', folder.at('link.js'));
    const replacements = [{ path: folder.at('link.js'), before: 'old', after: 'new' }, { path: folder.at('made.js'), before: undefined, after: 'm' }];
    expect(() => replaceAll(replacements)).toThrow('made.js: it was made by somebody else meanwhile');
    expect(all()).toEqual(['link.js', 'made.js', 'real.js']);
    expect([text('link.js'), text('made.js')]).toEqual(['old', 'somebody was here first']);
    expect(spawnSync('stat', ['-c', '%a', folder.at('real.js')], { encoding: 'utf8' }).stdout).toBe('640\n');
  });
});
