import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import type { Lint } from '../../src/hosts/cli/judge.js';
import { Progress } from '../../src/hosts/cli/progress.js';
import { Stopwatch } from '../../src/hosts/cli/stopwatch.js';
import { Folder, MENDABLE, MENDED, runIn, SERVER, type Setting } from '../support/cli.js';

const folder = new Folder('runs');
const cli = (argv: readonly string[], setting?: Setting): ReturnType<typeof runIn> => runIn(folder.path, argv, setting);
const compact = ['-f', 'compact'];
const text = (path: string): string => readFileSync(folder.at(path), 'utf8');

/** nginx in front of the server, both adding the header: told at the gateway, with the server as a related place. */
const GATEWAY = "server {\n  listen 80;\n  location / {\n    proxy_pass http://127.0.0.1:3000;\n    add_header Access-Control-Allow-Origin 'https://app.example.com' always;\n  }\n}\n";
const BEHIND = "const app = require('express')();\napp.use(require('cors')({ origin: 'https://app.example.com' }));\napp.get('/a', (req, res) => res.json({}));\napp.listen(3000);\n";

describe('--related', () => {
  const findings = async (...argv: string[]): Promise<string[]> => (await cli([...compact, '--only', 'duplicate-cors-layers', '--only', 'no-reflected-origin', ...argv])).out.split('\n').filter(Boolean).map((line) => line.replace(/^([^:]+):.*\[cors-lint\/(.*)\]$/, '$1 $2'));

  test('the rest of the repository is read, and what concerns the named files is shown', async () => {
    folder.write({ 'edge/nginx.conf': GATEWAY, 'api/server.js': BEHIND, 'other/app.js': SERVER });
    expect(await findings('api/server.js')).toEqual([]);
    expect(await findings('--related', 'api/server.js')).toEqual(['edge/nginx.conf duplicate-cors-layers']);
    expect(await findings('--related', 'other')).toEqual(['other/app.js no-reflected-origin']);
    expect(await findings()).toEqual(['edge/nginx.conf duplicate-cors-layers', 'other/app.js no-reflected-origin']);
  });

  test('with --staged the staged files are those that count', async () => {
    folder.write({ 'edge/nginx.conf': GATEWAY, 'api/server.js': 'nothing yet', 'other/app.js': SERVER });
    const git = (...args: string[]): void => void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@a.example', ...args], { cwd: folder.path });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    folder.write({ 'api/server.js': BEHIND });
    git('add', '.');
    expect(await findings('--staged')).toEqual([]);
    expect(await findings('--staged', '--related')).toEqual(['edge/nginx.conf duplicate-cors-layers']);
  });

  test('nothing else is fixed', async () => {
    folder.write({ 'a.js': MENDABLE, 'b.js': MENDABLE });
    await cli(['--related', '--fix', 'a.js']);
    expect([text('a.js'), text('b.js')]).toEqual([MENDED, MENDABLE]);
  });
});

describe('--debug', () => {
  test('tells what was decided, on standard error alone', async () => {
    folder.write({ '.cors-lintrc': 'ignores: ["old/**"]\n', '.cors-lintignore': 'gen/\n', 'old/a.js': SERVER, 'gen/a.js': SERVER, 'quiet.js': '1', 'notes.txt': 'cors', 'x.min.js': SERVER, 'package.json': '{"dependencies":{"express":"5.1.0"}}', 'edge/nginx.conf': GATEWAY, 'api/server.js': BEHIND });
    const { out, err } = await cli([...compact, '--debug', '--ignore-pattern', 'edge/none']);
    expect(out).toBe((await cli(compact)).out);
    for (const line of [
      /^debug root: \/.*$/m,
      /^debug config: .*: cors-lint:recommended, .*\.cors-lintrc$/m,
      /^debug left out: .*, of no kind that is read: .*notes\.txt/m,
      /^debug left out: 1 file, \.cors-lintignore: gen\/a\.js$/m,
      /^debug left out: .*, installed, built or minified by their path: .*x\.min\.js/m,
      /^debug left out: .*, without a word about CORS, or not there: .*quiet\.js/m,
      /^debug left out: old\/a\.js: the configuration ignores it$/m,
      /^debug read: edge\/nginx\.conf: .*nginx \(nginx\)/m,
      /^debug read: api\/server\.js: .*express \(estree\)/m,
      /^debug version: api\/server\.js: .*express 5\.1\.0 \(package\.json\)/m,
      /^debug layers: edge\/nginx\.conf: .* passes on to 127\.0\.0\.1:3000, which is .* \(api\/server\.js\)$/m,
      /^debug layers: edge\/nginx\.conf:\d+: It passes requests on to 127\.0\.0\.1:3000\.$/m,
      /^debug layers: api\/server\.js:\d+: It is the only one in the repository that listens on port 3000\.$/m,
    ]) expect(err).toMatch(line);
  });

  test('why a change is not offered', async () => {
    folder.write({ 'kong.yml': '_format_version: "3.0"\nservices: [{ name: s, url: "http://s", routes: [{ paths: [/] }], plugins: [{ name: cors, config: { credentials: true, origins: ["*"] } }] }]\n', 'a.js': "const app = require('express')();\nconst origin = process.env.O || true;\napp.use(require('cors')({ origin, credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n" });
    const { err } = await cli([...compact, '--debug']);
    expect(err).toMatch(/^debug fix: (?:a\.js|kong\.yml): [a-z-]+: ".+" is not offered: .+$/m);
  });

  test('names of files cannot write lines of their own', async () => {
    folder.write({ 'a\ndebug root: evil.js': 'cors' });
    expect((await cli([...compact, '--debug'])).err).not.toMatch(/^debug root: evil/m);
  });
});

describe('progress', () => {
  /** An engine that takes its time. */
  const slow = (milliseconds: number): Lint => (paths, files, options) => {
    for (const path of paths) {
      const done = options.observer?.start('read', path);
      const until = performance.now() + milliseconds;
      while (performance.now() < until);
      done?.();
    }
    return lint([], files, options);
  };
  const texts = (count: number): Record<string, string> => Object.fromEntries(Array.from({ length: count }, (_none, index) => [`a${index}.js`, 'cors']));

  test('after a second, on a terminal: how many of how many, and nothing of it stays', async () => {
    folder.write(texts(12));
    const { out, err } = await cli(compact, { isTTY: true, engine: slow(120) });
    expect(out).toBe('');
    const shown = err.split('\r\u001b[K');
    expect(shown.at(-1)).toBe('');
    expect(shown.slice(1, -1).length).toBeGreaterThan(0);
    for (const line of shown.slice(1, -1)) expect(line).toMatch(/^cors-lint: (?:[89]|1[01]) of 12 files read$/);
  });

  test.each<[string, string[], boolean, number]>([
    ['a short run', [], true, 0],
    ['no terminal', [], false, 120],
    ['--no-progress', ['--no-progress'], true, 120],
  ])('%s shows none', async (_case, argv, isTTY, milliseconds) => {
    folder.write(texts(10));
    expect((await cli([...compact, ...argv], { isTTY, engine: slow(milliseconds) })).err).toBe('');
  });

  test('goes when the run fails', async () => {
    folder.write(texts(12));
    const failing: Lint = async (...given) => {
      await slow(120)(...given);
      throw new Error('broken inside');
    };
    expect((await cli(compact, { isTTY: true, engine: failing })).err.split('\r\u001b[K').at(-1)).toMatch(/^cors-lint: Error: broken inside/);
  });

  test('files that are read to try a change do not count', () => {
    let err = '';
    const progress = new Progress({ isTTY: true, write: (written) => void (err += written) });
    progress.expect(2);
    const until = performance.now() + 1050;
    while (performance.now() < until);
    const done = progress.start('mend');
    progress.start('read');
    done();
    expect(err).toBe('\r\u001b[Kcors-lint: 1 change tried');
  });
});

test('a stopwatch gives each part its own time, and to a change all that proves it', () => {
  const watch = new Stopwatch();
  const wait = (milliseconds: number): void => {
    for (const until = performance.now() + milliseconds; performance.now() < until; );
  };
  const outer = watch.start('judge', 'a');
  wait(20);
  const inner = watch.start('read', 'x');
  wait(20);
  inner();
  outer();
  const mending = watch.start('mend', 'a');
  watch.start('judge', 'b')();
  wait(5);
  mending();
  expect(watch.subject('judge', 'a')).toBeGreaterThanOrEqual(20);
  expect(watch.subject('judge', 'a')).toBeLessThan(watch.total - 20);
  expect(watch.stage('read')).toBeGreaterThanOrEqual(20);
  expect(watch.subject('judge', 'b')).toBe(0);
  expect(watch.subject('mend', 'a')).toBeGreaterThanOrEqual(5);
});

describe('standard input', () => {
  const stdin = ['--stdin', '--stdin-filename', 'sub/a.js'];

  test.each<[string, string[], string, number, RegExp, RegExp]>([
    ['a report', compact, MENDABLE, 1, /^sub\/a\.js:2:.*regex-unescaped-dot\]\n$/, /^$/],
    ['JSON', ['-f', 'json'], MENDABLE, 1, /^\{\n {2}"version": 1,[\s\S]*"file": "sub\/a\.js"/, /^$/],
    ['--fix', [...compact, '--fix'], MENDABLE, 0, new RegExp(`^${escaped(MENDED)}$`), /^$/],
    ['--fix of what it cannot fix', [...compact, '--fix'], SERVER, 1, new RegExp(`^${escaped(SERVER)}$`), /^sub\/a\.js:2:.*no-reflected-origin\]\n$/],
    ['--diff', [...compact, '--diff'], MENDABLE, 1, /^--- a\/sub\/a\.js\n\+\+\+ b\/sub\/a\.js\n@@ -1,3 \+1,3 @@\n/, /^$/],
    ['--fix-dry-run', [...compact, '--fix-dry-run'], MENDABLE, 1, /^$/, /^$/],
    ['--fix-dry-run of what needs none', [...compact, '--fix-dry-run'], 'cors', 0, /^$/, /^$/],
    ['--fix of a text that says nothing', ['--fix'], 'let a;', 0, /^let a;$/, /^$/],
  ])('%s', async (_case, argv, text, code, out, err) => {
    // What is on disk under that name does not count.
    folder.write({ 'sub/a.js': 'on disk' });
    const answer = await cli([...stdin, ...argv], { stdin: text });
    expect([answer.code, answer.out, answer.err]).toEqual([code, expect.stringMatching(out), expect.stringMatching(err)]);
    expect(readFileSync(folder.at('sub/a.js'), 'utf8')).toBe('on disk');
  });

  test('of a kind that is not read comes back as it is', async () => {
    expect(await cli(['--stdin', '--stdin-filename', 'a.txt', '--fix'], { stdin: 'cors' })).toMatchObject({ code: 0, out: 'cors' });
  });

  test('that is not UTF-8 is told, exit 2', async () => {
    const { code, out } = await cli([...stdin, '-f', 'json'], { stdin: Buffer.from([0x63, 0x6f, 0x72, 0x73, 0xe9]) });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ gaps: [{ file: 'sub/a.js', reason: 'not-utf-8' }] });
  });
});

function escaped(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

describe('minified scripts', () => {
  const BUNDLE = `/*! a licence\n of two lines */\n${SERVER.replaceAll('\n', '')}${'var a=1;'.repeat(1500)}\n`;

  test.each<[string, string[], string[], string[]]>([
    ['are left out, and said so', [], [], ['public/app.js minified']],
    ['count when named', ['public/app.js'], ['public/app.js'], []],
    ['count with --no-ignore', ['--no-ignore'], ['public/app.js'], []],
  ])('%s', async (_case, argv, findings, gaps) => {
    folder.write({ 'public/app.js': BUNDLE });
    const report = JSON.parse((await cli(['-f', 'json', '--only', 'no-reflected-origin', ...argv])).out) as { findings: { file: string }[]; gaps: { file: string; reason: string }[] };
    expect([report.findings.map(({ file }) => file), report.gaps.map(({ file, reason }) => `${file} ${reason}`)]).toEqual([findings, gaps]);
  });

  test('a long line in a text with many is no sign of it, and neither is a long list of settings', async () => {
    folder.write({ 'a.js': `${SERVER}// ${'x'.repeat(6000)}\n${'// line\n'.repeat(20)}`, 'kong.yml': `_format_version: "3.0"\nservices: [{ name: s, url: "http://s", routes: [{ paths: [/] }], plugins: [{ name: cors, config: { origins: ["*"], credentials: true, exposed_headers: [${'"x",'.repeat(2000)}"y"] } }] }]\n` });
    const { gaps } = JSON.parse((await cli(['-f', 'json'])).out) as { gaps: { reason: string }[] };
    expect(gaps.filter(({ reason }) => reason === 'minified')).toEqual([]);
  });
});

describe('files that change under a run', () => {
  /** Does something to the folder after everything was judged. */
  const meanwhile = (change: () => void): Lint => async (...given) => {
    const result = await lint(...given);
    change();
    return result;
  };

  test('a text that somebody else has written is not overwritten, and told; the others are fixed', async () => {
    folder.write({ 'a.js': MENDABLE, 'b.js': MENDABLE });
    const { code, err } = await cli([...compact, '--fix'], { engine: meanwhile(() => writeFileSync(folder.at('a.js'), 'mine')) });
    expect([code, err]).toEqual([2, 'cors-lint: a.js was not fixed: it was changed by somebody else since it was read\n']);
    expect([text('a.js'), text('b.js')]).toEqual(['mine', MENDED]);
  });

  test('one that is gone is told', async () => {
    folder.write({ 'a.js': MENDABLE });
    expect(await cli([...compact, '--fix'], { engine: meanwhile(() => rmSync(folder.at('a.js'), { force: true })) })).toMatchObject({ code: 2, err: 'cors-lint: a.js was not fixed: it is gone since it was read\n' });
  });

  test('one that becomes a folder is told', async () => {
    folder.write({ 'a.js': MENDABLE });
    const change = (): void => {
      rmSync(folder.at('a.js'), { recursive: true, force: true });
      mkdirSync(folder.at('a.js'));
    };
    expect(await cli([...compact, '--fix'], { engine: meanwhile(change) })).toMatchObject({ code: 2, err: 'cors-lint: a.js was not fixed: it cannot be written (EISDIR)\n' });
  });
});

test('names with spaces, quotes and line ends: one line each, and fixed under their names', async () => {
  const names = ['a b.js', '"q\'.js', 'n\nl.js', '-f.js', 'ü☃.js'];
  folder.write(Object.fromEntries(names.map((name) => [name, MENDABLE])));
  const { out } = await cli(compact);
  expect(out.trimEnd().split('\n')).toHaveLength(names.length);
  await cli(['--fix', ...compact, '--', ...names]);
  for (const name of names) expect(text(name)).toBe(MENDED);
});

test('same input, same bytes, in the order of path, line, column', async () => {
  folder.write({ 'b.js': SERVER + MENDABLE.replaceAll('app', 'b'), 'a.js': SERVER, 'B.js': SERVER, 'edge/nginx.conf': GATEWAY, 'api/server.js': BEHIND });
  const outputs = [await cli(['-f', 'json']), await cli(['-f', 'json']), await cli(['-f', 'json', 'edge', 'b.js', 'a.js', 'api', '.'])].map(({ out }) => out);
  expect(new Set(outputs).size).toBe(1);
  const places = (JSON.parse(outputs[0]!) as { findings: { file: string; range: number[] }[] }).findings.map(({ file, range }) => [file, range[0]!] as const);
  expect(places.length).toBeGreaterThan(4);
  expect(places).toEqual([...places].sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x - y)));
});
