import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EngineOptions, LintResult } from '../../src/engine.js';
import { lint as realLint } from '../../src/engine.js';
import type { Finding } from '../../src/findings/finding.js';
import { NO_FIXES } from '../../src/findings/fix-counts.js';
import { VERSION } from '../../src/generated/version.js';
import type { Lint } from '../../src/hosts/cli/judge.js';
import { run } from '../../src/hosts/cli/run.js';
import { findingAt } from '../support/report.js';

let top: string;
beforeEach(() => void (top = realpathSync(mkdtempSync(join(tmpdir(), 'cors-lint-cli-')))));
afterEach(() => rmSync(top, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), content);
  }
}

const text = (path: string): string => readFileSync(join(top, path), 'utf8');

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Setting {
  readonly lint?: Lint;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  readonly cwd?: string;
}

async function cli(argv: readonly string[], { lint = fake, stdin = '', env = {}, isTTY = false, cwd = '' }: Setting = {}): Promise<Answer> {
  let out = '';
  let err = '';
  const terminal = {
    cwd: join(top, cwd),
    env,
    stdout: { isTTY, write: (written: string) => void (out += written) },
    stderr: { isTTY: false, write: (written: string) => void (err += written) },
    readStdin: () => new TextEncoder().encode(stdin),
  };
  const code = await run(argv, terminal, () => Promise.resolve(lint));
  return { code, out, err };
}

/**
 * An engine that any reader of a test sees through: each `cors:error`, `cors:warn` in a text is a finding; the fix of
 * `cors:fix` turns it into `cors:done`, and `cors:suggest` offers the same as a suggestion.
 */
const fake: Lint = (paths, files, options) => Promise.resolve(resultOf(paths, (path) => files.read(path) ?? '', options));

function resultOf(paths: readonly string[], read: (path: string) => string, { rules }: EngineOptions): LintResult {
  const configured = rules.get('no-reflected-origin');
  const findings = paths.flatMap((path) => [...read(path).matchAll(/cors:(error|warn|fix|suggest)/g)].flatMap((match): Finding[] => {
    if (configured === undefined) return [];
    const at = { file: path, start: match.index, end: match.index + match[0].length };
    const mend = { title: 'Mend', edits: [{ ...at, text: 'cors:done' }], changes: [] };
    return [findingAt(at, { severity: match[1] === 'warn' ? 'warn' : configured.severity, message: match[0], ...(match[1] === 'fix' ? { fix: mend } : {}), suggestions: match[1] === 'suggest' ? [mend] : [] })];
  }));
  return { findings, gaps: [], policies: [], unusedDisables: [], read: paths.length, fixes: NO_FIXES };
}

const compact = ['-f', 'compact'];

describe('which files', () => {
  const named = async (argv: readonly string[], setting?: Setting): Promise<string[]> => (await cli([...compact, ...argv], setting)).out.split('\n').filter(Boolean).map((line) => line.split(':')[0]!);

  test('folders are searched; what tools made and others wrote is left out', async () => {
    write({ 'a.js': 'cors:error', 'sub/b.ts': 'cors:error', 'notes.txt': 'cors:error', 'node_modules/x/c.js': 'cors:error', 'dist/d.js': 'cors:error', 'x.min.js': 'cors:error', 'quiet.js': 'nothing' });
    expect(await named([])).toEqual(['a.js', 'sub/b.ts']);
    expect(await named(['sub'])).toEqual(['sub/b.ts']);
    expect(await named(['--no-ignore'])).toEqual(['a.js', 'dist/d.js', 'node_modules/x/c.js', 'sub/b.ts', 'x.min.js']);
  });

  const ignored = { '.gitignore': 'secret/\n*.gen.js\n', 'secret/a.js': 'cors:error', 'b.gen.js': 'cors:error', 'sub/.gitignore': '!c.gen.js\nd.js\n', 'sub/d.js': 'cors:error', 'e.js': 'cors:error', '.cors-lintignore': 'legacy/**\n', 'legacy/f.js': 'cors:error' };

  test('.gitignore and .cors-lintignore count, with git and without', async () => {
    write(ignored);
    expect(await named([])).toEqual(['e.js']);
    execFileSync('git', ['init', '-q'], { cwd: top });
    expect(await named([])).toEqual(['e.js']);
  });

  test('an ignored file is skipped silently also when named, and so is one of an unknown kind', async () => {
    write({ ...ignored, 'notes.txt': 'cors:error' });
    execFileSync('git', ['init', '-q'], { cwd: top });
    expect(await cli([...compact, 'b.gen.js', 'legacy/f.js', 'notes.txt'])).toEqual({ code: 0, out: '', err: 'cors-lint: no files that it can read were found\n' });
  });

  test('below the root of a repository paths are those of the working directory', async () => {
    write({ 'pkg/a.js': 'cors:error', 'other/b.js': 'cors:error' });
    execFileSync('git', ['init', '-q'], { cwd: top });
    expect(await named(['.'], { cwd: 'pkg' })).toEqual(['a.js']);
    expect(await named(['../other'], { cwd: 'pkg' })).toEqual(['../other/b.js']);
  });

  test('--ignore-pattern', async () => {
    write({ 'a.js': 'cors:error', 'b/c.js': 'cors:error' });
    expect(await named(['--ignore-pattern', 'b/'])).toEqual(['a.js']);
  });

  test('links: one file counts once, a loop ends', async () => {
    write({ 'z/real.js': 'cors:error' });
    symlinkSync(join(top, 'z/real.js'), join(top, 'a-link.js'));
    symlinkSync(top, join(top, 'z/loop'));
    expect(await named([])).toEqual(['z/real.js']);
  });

  test('a tracked file that was deleted is no error', async () => {
    write({ 'a.js': 'cors:error', 'gone.js': 'cors:error' });
    execFileSync('git', ['init', '-q'], { cwd: top });
    execFileSync('git', ['add', '.'], { cwd: top });
    rmSync(join(top, 'gone.js'));
    expect(await named([])).toEqual(['a.js']);
  });

  test('a path that does not exist is exit 2', async () => {
    expect(await cli(['nope.js'])).toEqual({ code: 2, out: '', err: 'cors-lint: nope.js: no such file or folder\n' });
  });
});

test('files that cannot be read are named, and the run goes on', async () => {
  write({
    'a.js': 'cors:error',
    'binary.js': Buffer.from('cors\0\u0001'),
    'latin1.js': Buffer.from([0x2f, 0x2f, 0x63, 0x6f, 0x72, 0x73, 0xe9]),
    'utf16.js': Buffer.from('\uFEFFcors', 'utf16le'),
    'huge.js': `// cors ${'x'.repeat(6 * 1024 * 1024)}`,
  });
  const { code, out } = await cli(['-f', 'json']);
  const { findings, gaps } = JSON.parse(out) as { findings: { file: string }[]; gaps: { file: string; reason: string }[] };
  expect(code).toBe(1);
  expect(findings.map(({ file }) => file)).toEqual(['a.js']);
  expect(gaps.map(({ file, reason }) => `${file} ${reason}`)).toEqual(['binary.js binary', 'huge.js too-large', 'latin1.js not-utf-8', 'utf16.js not-utf-8']);
});

describe('exit codes', () => {
  test.each<[string, string, string[], number]>([
    ['nothing', 'cors', [], 0],
    ['an error', 'cors:error', [], 1],
    ['a warning', 'cors:warn', [], 0],
    ['a warning that fails', 'cors:warn', ['--fail-on', 'warn'], 1],
    ['an error that does not', 'cors:error', ['--fail-on', 'never'], 0],
    ['an error turned down', 'cors:error', ['--rule', 'no-reflected-origin=warn'], 0],
    ['an error turned off', 'cors:error', ['--skip', 'cors-lint/no-reflected-origin'], 0],
    ['too many warnings', 'cors:warn cors:warn', ['--max-warnings', '1'], 1],
    ['as many as allowed', 'cors:warn', ['--max-warnings', '1'], 0],
    ['too many, though not shown', 'cors:warn', ['--max-warnings', '0', '--quiet'], 1],
    ['all fixed', 'cors:fix', ['--fix'], 0],
    ['not all fixed', 'cors:fix cors:error', ['--fix'], 1],
    ['would change', 'cors:fix', ['--fix-dry-run'], 1],
    ['would change, as a diff', 'cors:fix', ['--diff'], 1],
    ['would not change', 'cors', ['--diff'], 0],
    ['an unknown flag', 'cors', ['--fxi'], 2],
    ['an unknown rule', 'cors', ['--only', 'no-reflected-orign'], 2],
    ['an unknown level', 'cors', ['--fail-on', 'eror'], 2],
    ['an unknown format', 'cors', ['-f', 'jsn'], 2],
    ['a configuration that is not there', 'cors', ['-c', 'nope.json'], 2],
    ['a number that is none', 'cors', ['--max-warnings', 'x'], 2],
  ])('%s', async (_case, content, argv, code) => {
    write({ 'a.js': content });
    expect((await cli(argv)).code).toBe(code);
  });

  test.each([
    [['--fxi'], 'unknown option --fxi; did you mean --fix?'],
    [['--rule', 'no-reflected-orign=off'], '--rule: unknown rule "no-reflected-orign"; did you mean no-reflected-origin?'],
    [['-f', 'jsn'], '--format: unknown format "jsn"; did you mean json?'],
    [['--fail-on', 'eror'], '--fail-on: expected error, warn, info, never, found "eror"; did you mean error?'],
  ])('%j says what was meant', async (argv, message) => {
    expect((await cli(argv)).err).toBe(`cors-lint: ${message}\n`);
  });

  test('a mistake of the engine is told, and is no finding', async () => {
    write({ 'a.js': 'cors' });
    const { code, out, err } = await cli([], { lint: () => Promise.reject(new Error('broken inside')) });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('broken inside');
  });
});

describe('fixes', () => {
  test('are written once; a second run changes nothing; mode, mark, line ends and links stay', async () => {
    write({ 'real/a.js': '\uFEFF// cors:fix\r\n// cors:error é\r\n' });
    chmodSync(join(top, 'real/a.js'), 0o751);
    symlinkSync(join(top, 'real/a.js'), join(top, 'link.js'));
    await cli(['--fix', 'link.js']);
    const mended = '\uFEFF// cors:done\r\n// cors:error é\r\n';
    expect(text('real/a.js')).toBe(mended);
    expect(statSync(join(top, 'real/a.js')).mode & 0o777).toBe(0o751);
    expect(realpathSync(join(top, 'link.js'))).toBe(join(top, 'real/a.js'));
    const { mtimeMs } = statSync(join(top, 'real/a.js'));
    await cli(['--fix', 'link.js']);
    expect(text('real/a.js')).toBe(mended);
    expect(statSync(join(top, 'real/a.js')).mtimeMs).toBe(mtimeMs);
    expect(readdirSync(join(top, 'real'))).toEqual(['a.js']);
  });

  test('suggestions only when asked', async () => {
    write({ 'a.js': 'cors:suggest' });
    await cli(['--fix']);
    expect(text('a.js')).toBe('cors:suggest');
    await cli(['--fix-suggestions']);
    expect(text('a.js')).toBe('cors:done');
  });

  test('fixes that touch each other take turns', async () => {
    write({ 'a.js': 'cors' });
    const both: Lint = (_paths, files) => {
      const at = { file: 'a.js', start: 0, end: files.read('a.js')!.length };
      const left = (files.read('a.js')!.match(/!/g) ?? []).length < 3;
      const finding = findingAt(at, { fix: { title: '', edits: [{ ...at, text: `${files.read('a.js')}!` }], changes: [] } });
      return Promise.resolve({ findings: left ? [finding, finding] : [], gaps: [], policies: [], unusedDisables: [], read: 1, fixes: NO_FIXES });
    };
    expect((await cli(['--fix'], { lint: both })).code).toBe(0);
    expect(text('a.js')).toBe('cors!!!');
  });

  test('a fix that never comes to rest is stopped', async () => {
    write({ 'a.js': 'cors' });
    const endless: Lint = () => {
      const at = { file: 'a.js', start: 0, end: 0 };
      return Promise.resolve({ findings: [findingAt(at, { fix: { title: '', edits: [{ ...at, text: '!' }], changes: [] } })], gaps: [], policies: [], unusedDisables: [], read: 1, fixes: NO_FIXES });
    };
    expect((await cli(['--fix'], { lint: endless })).code).toBe(1);
    expect(text('a.js')).toBe(`${'!'.repeat(10)}cors`);
  });

  test('--diff prints what git can apply, and writes nothing', async () => {
    write({ 'a.js': 'one\ncors:fix\nthree\n' });
    const { out } = await cli(['--diff']);
    expect(text('a.js')).toBe('one\ncors:fix\nthree\n');
    expect(out).toBe('--- a/a.js\n+++ b/a.js\n@@ -1,3 +1,3 @@\n one\n-cors:fix\n+cors:done\n three\n');
    write({ 'change.patch': out });
    execFileSync('git', ['apply', 'change.patch'], { cwd: top });
    expect(text('a.js')).toBe('one\ncors:done\nthree\n');
  });

  test('--fix-dry-run reports as if fixed, and writes nothing', async () => {
    write({ 'a.js': 'cors:fix cors:error' });
    const { out } = await cli([...compact, '--fix-dry-run']);
    expect(out.trim().split('\n')).toEqual(['a.js:1:11: error cors:error [cors-lint/no-reflected-origin]']);
    expect(text('a.js')).toBe('cors:fix cors:error');
  });
});

describe('standard input', () => {
  test('is read under the name given', async () => {
    expect(await cli([...compact, '--stdin', '--stdin-filename', 'src/a.js'], { stdin: '\ncors:error' })).toMatchObject({ code: 1, out: 'src/a.js:2:1: error cors:error [cors-lint/no-reflected-origin]\n' });
  });

  test('the fixed text goes to standard output, the report does not', async () => {
    const { code, out, err } = await cli([...compact, '--stdin', '--stdin-filename', 'a.js', '--fix'], { stdin: 'cors:fix cors:error' });
    expect([code, out]).toEqual([1, 'cors:done cors:error']);
    expect(err).toContain('a.js:1:11');
    expect(existsSync(join(top, 'a.js'))).toBe(false);
  });

  test('needs a name', async () => {
    expect((await cli(['--stdin'])).code).toBe(2);
  });
});

describe('configuration', () => {
  test('levels, ignored files and failOn come from the file; the command line is stronger', async () => {
    write({ '.cors-lintrc.json': '{"rules":{"no-reflected-origin":"warn"},"ignores":["old/**"],"failOn":"warn"}', 'a.js': 'cors:error', 'old/b.js': 'cors:error' });
    expect(await cli(compact)).toMatchObject({ code: 1, out: 'a.js:1:1: warn cors:error [cors-lint/no-reflected-origin]\n' });
    expect((await cli([...compact, '--fail-on', 'error'])).code).toBe(0);
    expect((await cli([...compact, '--no-config'])).out).toMatch(/^a\.js:1:1: error.*\nold\/b\.js/);
    expect((await cli([...compact, '--rule', 'no-reflected-origin=off'])).out).toBe('');
  });

  test('a configuration that lies elsewhere, by its whole path: its patterns start from the root of the run', async () => {
    write({ 'settings/strict.json': '{"extends":[],"rules":{"no-reflected-origin":"warn"},"ignores":["old/**"]}', 'app/a.js': 'cors:error', 'app/old/b.js': 'cors:error' });
    expect(await cli([...compact, '-c', join(top, 'settings/strict.json')], { cwd: 'app' })).toMatchObject({ out: 'a.js:1:1: warn cors:error [cors-lint/no-reflected-origin]\n', err: '' });
  });

  test('--stats tells what became of the changes that rules asked for', async () => {
    write({ 'a.js': "const app = require('express')();\napp.use(require('cors')({ origin: [/^https:\\/\\/app.example\\.com$/], credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n" });
    const { err } = await cli([...compact, '--stats'], { lint: realLint });
expect(err).toMatch(/^1 file, 1 parsed, policies: 1\n1 finding, 0 gaps\nchanges: 1 asked for by rules, 1 proven automatic, 0 proven as suggestions, 0 not spelled by the reader, 0 dropped by the proof\n/);
    for (const stage of ['list files', 'read', 'load parsers', 'judge', 'try changes', 'report', 'total']) expect(err).toMatch(new RegExp(`^${stage} +\\d+\\.\\d$`, 'm'));
    expect(err).toMatch(/^regex-unescaped-dot +\d+\.\d +\d+\.\d +1$/m);
    expect(err).toMatch(/^no-null-origin +\d+\.\d +0\.0 +0$/m);
  });

  test('what only a person can choose is not tried where no report shows it', async () => {
    write({ 'a.js': 'cors:suggest' });
    const asked: (boolean | undefined)[] = [];
    const lint: Lint = (paths, files, options) => {
      asked.push(options.suggestions);
      return fake(paths, files, options);
    };
    for (const argv of [['-f', 'stylish'], ['-f', 'stylish', '-f', 'json=report.json'], ['-f', 'pretty'], ['-f', 'stylish', '--fix-suggestions', '--diff'], ['-f', 'stylish', '--fix', '--diff']]) await cli(argv, { lint });
    expect([...asked.slice(0, 4), asked.at(-1)]).toEqual([false, true, true, true, false]);
  });

  test('files that the configuration ignores tell nothing of layers', async () => {
    write({ '.cors-lintrc.json': '{"ignores":["old/**"]}', 'a.js': 'cors', 'compose.yaml': 'services:\n  a: {}\n', 'old/compose.yaml': 'services:\n  a: {}\n' });
    const beside: string[] = [];
    const lint: Lint = async (paths, files, options) => {
      for (const path of options.beside ?? []) if ((await options.isIgnored?.(path)) === false) beside.push(path);
      return fake(paths, files, options);
    };
    await cli([], { lint });
    expect(beside).toEqual(['compose.yaml']);
  });

  test('--print-config', async () => {
    write({ '.cors-lintrc.json': '{"environments":{"dev":{"files":["a.js"]}},"extends":[],"rules":{"no-null-origin":"warn"}}', 'a.js': '' });
    expect(JSON.parse((await cli(['--print-config', 'a.js', '-f', 'json'])).out)).toEqual({ version: 1, file: 'a.js', sources: ['.cors-lintrc.json', 'command line'], environment: 'dev', strict: false, ignored: false, failOn: 'error', requireDisableReason: false, trustedOrigins: [], layers: [], rules: { 'no-null-origin': 'warn' } });
  });

  test('files of different environments are judged apart, each for its own', async () => {
    write({ '.cors-lintrc.json': '{"environments":{"dev":{"files":["*.dev.js"]}}}', 'a.js': 'cors', 'b.dev.js': 'cors' });
    const seen: string[] = [];
    const lint: Lint = (paths, _files, { environment }) => {
      seen.push(`${environment}: ${paths.join(' ')}`);
      return Promise.resolve({ findings: [], gaps: [], policies: [], unusedDisables: [], read: 0, fixes: NO_FIXES });
    };
    await cli([], { lint });
    expect(seen).toEqual(['production: a.js', 'dev: b.dev.js']);
    seen.length = 0;
    await cli(['--env', 'test'], { lint });
    expect(seen).toEqual(['test: a.js b.dev.js']);
  });

  test('a broken configuration is exit 2', async () => {
    write({ '.cors-lintrc.json': '{"rulse":{}}', 'a.js': 'cors' });
    expect(await cli([])).toMatchObject({ code: 2, err: expect.stringContaining('unknown key "rulse"; did you mean rules?') });
  });
});

describe('reports', () => {
  test('several at once', async () => {
    write({ 'a.js': 'cors:error' });
    const { out } = await cli(['-f', 'compact', '-f', 'json=out/r.report', '-f', 'sarif=r.sarif']);
    expect(out).toMatch(/^a\.js:1:1/);
    expect(JSON.parse(text('out/r.report'))).toMatchObject({ version: 1, summary: { errors: 1 } });
    expect(JSON.parse(text('r.sarif'))).toMatchObject({ version: '2.1.0' });
    await cli(['-f', 'compact', '-o', 'r.txt']);
    expect(text('r.txt')).toBe(out);
  });

  test.each<[string, string[], Readonly<Record<string, string>>, boolean, boolean]>([
    ['a terminal', [], {}, true, true],
    ['no terminal', [], {}, false, false],
    ['NO_COLOR', [], { NO_COLOR: '1' }, true, false],
    ['NO_COLOR before FORCE_COLOR', [], { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['FORCE_COLOR', [], { FORCE_COLOR: '1' }, false, true],
    ['the flag before both', ['--color', 'always'], { NO_COLOR: '1' }, false, true],
    ['the flag against the terminal', ['--color', 'never'], {}, true, false],
  ])('colours: %s', async (_case, argv, env, isTTY, colored) => {
    write({ 'a.js': 'cors:error' });
    expect((await cli(['-f', 'stylish', ...argv], { env, isTTY })).out.includes('\u001b[')).toBe(colored);
  });
});

describe('asking about the tool', () => {
  test('version, help', async () => {
    expect((await cli(['-v'])).out).toBe(`${VERSION}\n`);
    expect((await cli(['-h'])).out).toContain('--fix-suggestions');
  });
});

describe('with the real engine', () => {
  const SERVER = "const express = require('express');\nconst cors = require('cors');\nconst app = express();\napp.use(cors({ origin: true, credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n";

  test('a finding, its comment, and a comment that is not needed', async () => {
    write({ 'a.js': SERVER });
    expect(await cli(compact, { lint: realLint })).toMatchObject({ code: 1, out: expect.stringMatching(/^a\.js:4:\d+: error .* \[cors-lint\/no-reflected-origin\]\n$/) });
    write({ 'a.js': SERVER.replace('app.use', '// cors-lint-disable-next-line no-reflected-origin -- public demo\napp.use') });
    expect(await cli(compact, { lint: realLint })).toEqual({ code: 0, out: '', err: '' });
    expect((await cli([...compact, '--no-inline-config'], { lint: realLint })).code).toBe(1);
    write({ 'a.js': SERVER.replace('app.get', '// cors-lint-disable-next-line no-null-origin\napp.get').replace('origin: true', "origin: 'https://a.example'") });
    expect((await cli(compact, { lint: realLint })).out).toBe('a.js:5:1: warn This comment silences nothing. [cors-lint/unused-disable]\n');
    expect((await cli([...compact, '--report-unused-disables', 'error'], { lint: realLint })).code).toBe(1);
    expect((await cli([...compact, '--report-unused-disables', 'off'], { lint: realLint })).out).toBe('');
  });

  test('a reason can be demanded', async () => {
    write({ '.cors-lintrc': 'requireDisableReason: true', 'a.js': SERVER.replace('app.use', '// cors-lint-disable-next-line no-reflected-origin\napp.use') });
    expect(await cli(compact, { lint: realLint })).toMatchObject({ code: 1, out: expect.stringContaining('[cors-lint/disable-without-reason]') });
  });

  test('--print-policy', async () => {
    write({ 'a.js': SERVER });
    const { policies } = JSON.parse((await cli(['--print-policy', 'a.js'], { lint: realLint })).out) as { policies: { reader: string }[] };
    expect(policies.map(({ reader }) => reader)).toEqual(['express']);
  });
});
