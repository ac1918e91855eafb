import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BuiltCli } from '../support/built-cli.js';
import { Folder, MENDABLE, MENDED, SERVER } from '../support/cli.js';

const cli = new BuiltCli();
const folder = new Folder('process');

/** Runs a line of shell in which `$CLI` is the command. */
function shell(line: string, more: { readonly uid?: number; readonly gid?: number; readonly cwd?: string } = {}): SpawnSyncReturns<string> {
  return spawnSync('bash', ['--norc', '-c', line], { cwd: folder.path, encoding: 'utf8', env: { ...process.env, NODE: process.execPath, CLI: cli.path }, ...more });
}
const CLI = '"$NODE" "$CLI"';
const text = (path: string): string => readFileSync(folder.at(path), 'utf8');

/** Permissions hold nobody back who is root: then somebody else runs the command. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const canMount = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0;
function asNobody(): { readonly uid?: number; readonly gid?: number } {
  if (!isRoot) return {};
  const all = ['', ...readdirSync(folder.path, { recursive: true, encoding: 'utf8' })];
  for (const path of all) chownSync(folder.at(path), NOBODY, NOBODY);
  return { uid: NOBODY, gid: NOBODY };
}

describe('streams', () => {
  test('standard input that is closed is empty', () => {
    expect(shell(`${CLI} --stdin --stdin-filename a.js <&-`)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('standard input that does not wait is waited for', () => {
    folder.write({ 'app.js': SERVER });
    // The other end of the pipe makes it non-blocking, and writes late.
    const line = `"$NODE" -e 'setTimeout(() => process.stdout.write(require("fs").readFileSync("app.js")), 300)' | "$NODE" -e '
      const { spawnSync } = require("child_process");
      process.stdin.on("readable", () => undefined); process.stdin.pause();
      const { status } = spawnSync(process.execPath, [process.env.CLI, "-f", "compact", "--stdin", "--stdin-filename", "a.js"], { stdio: "inherit" });
      process.exit(status);'`;
    expect(shell(line)).toMatchObject({ status: 1, stdout: expect.stringMatching(/^a\.js:2:/) });
  });

  test('standard output that is closed early: no word, and the exit code of the run', () => {
    folder.write(Object.fromEntries(Array.from({ length: 40 }, (_none, index) => [`app-${index}.js`, SERVER])));
    const { stdout, stderr } = shell(`${CLI} -f json | head -1; echo "codes \${PIPESTATUS[@]}"`);
    expect([stdout, stderr]).toEqual(['{\ncodes 1 0\n', '']);
  });

  test('standard error that is closed early harms nothing', () => {
    folder.write({ 'app.js': SERVER });
    const { stdout, status } = shell(`{ ${CLI} -f compact --debug; echo "code $?"; } 2> >(true)`);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^app\.js:2:.*\ncode 1\n$/);
  });

  test('standard output without room is told, exit 2', () => {
    folder.write({ 'app.js': SERVER });
    expect(shell(`${CLI} > /dev/full`)).toMatchObject({ status: 2, stderr: 'cors-lint: standard output cannot be written (ENOSPC)\n' });
  });
});

describe('files that cannot be written', () => {
  test('a read-only file is told by name, others are fixed, exit 2', () => {
    folder.write({ 'free.js': MENDABLE, 'locked.js': MENDABLE });
    chmodSync(folder.at('locked.js'), 0o444);
    const { status, stdout, stderr } = shell(`${CLI} -f compact --fix`, asNobody());
    expect([status, stderr]).toEqual([2, 'cors-lint: locked.js was not fixed: it cannot be written (EACCES)\n']);
    expect([text('free.js'), text('locked.js')]).toEqual([MENDED, MENDABLE]);
    // What was not written is still wrong.
    expect(stdout).toMatch(/^locked\.js:2:.*regex-unescaped-dot\]\n$/);
  });

  test('so is a file in a read-only folder', () => {
    folder.write({ 'free.js': MENDABLE, 'locked/a.js': MENDABLE });
    const somebody = asNobody();
    chmodSync(folder.at('locked'), 0o555);
    expect(shell(`${CLI} -f compact --fix`, somebody)).toMatchObject({ status: 2, stderr: 'cors-lint: locked/a.js was not fixed: it cannot be written (EACCES)\n' });
    expect([text('free.js'), text('locked/a.js')]).toEqual([MENDED, MENDABLE]);
    chmodSync(folder.at('locked'), 0o755);
  });

  test('a report that cannot be written is exit 2', () => {
    folder.write({ 'app.js': SERVER, 'locked/keep': '' });
    const somebody = asNobody();
    chmodSync(folder.at('locked'), 0o555);
    expect(shell(`${CLI} -o locked/report.txt`, somebody)).toMatchObject({ status: 2, stdout: '', stderr: `cors-lint: ${folder.at('locked/report.txt')}: it cannot be written (EACCES)\n` });
    chmodSync(folder.at('locked'), 0o755);
  });

  test('without room on the disk the original stays whole, and nothing else is left', () => {
    // No file may grow past 512 bytes; a write past that fails as on a full disk.
    const filler = `// ${'x'.repeat(900)}\n`;
    folder.write({ 'large.js': MENDABLE + filler, 'small.js': MENDABLE });
    const { status, stderr } = shell(`trap "" XFSZ; ulimit -f 1; ${CLI} -f compact --fix large.js small.js`);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^cors-lint: large\.js was not fixed: it cannot be written \((?:EFBIG|ENOSPC)\)\n$/)]);
    expect([text('large.js'), text('small.js')]).toEqual([MENDABLE + filler, MENDED]);
    expect(readdirSync(folder.path).sort()).toEqual(['large.js', 'small.js']);
  });

  test.runIf(canMount)('so it does on a file system that is really full', () => {
    folder.write({ 'disk/keep': '', 'app.js': MENDABLE + '// filler\n'.repeat(2000) });
    const { status, stdout, stderr } = shell(`unshare -m bash -c 'mount -t tmpfs -o size=32k none disk && cp app.js disk/ && cd disk && "$NODE" "$CLI" -f compact --fix; code=$?; cmp app.js ../app.js && ls -A; exit $code'`);
    expect([status, stderr]).toEqual([2, 'cors-lint: app.js was not fixed: it cannot be written (ENOSPC)\n']);
    expect(stdout).toMatch(/^app\.js:2:.*\napp\.js\n$/);
  });

  test('owner and mode stay', () => {
    folder.write({ 'a.js': MENDABLE });
    chmodSync(folder.at('a.js'), 0o640);
    if (isRoot) chownSync(folder.at('a.js'), NOBODY, NOBODY);
    const before = statSync(folder.at('a.js'));
    expect(shell(`${CLI} --fix`).status).toBe(0);
    const { mode, uid, gid } = statSync(folder.at('a.js'));
    expect([text('a.js'), mode, uid, gid]).toEqual([MENDED, before.mode, before.uid, before.gid]);
  });
});

test('a configuration that is no program is told with its line, exit 2', () => {
  folder.write({ 'cors-lint.config.mjs': 'export default {\n  rules: [\n};\n', 'app.js': SERVER });
  expect(shell(CLI)).toMatchObject({ status: 2, stdout: '', stderr: `cors-lint: ${folder.at('cors-lint.config.mjs')}:3: Unexpected token '}'\n` });
});

test.runIf(canMount)('a .ts configuration in a folder that cannot be written is told, exit 2', () => {
  folder.write({ 'read-only/.cors-lintrc.ts': 'export default {};', 'read-only/app.js': SERVER });
  const { status, stdout, stderr } = shell(`unshare -m bash -c 'mount --bind read-only read-only && mount -o remount,ro,bind read-only && cd read-only && "$NODE" "$CLI"'`);
  const sentence = 'a .ts configuration is compiled into a file beside it, and its folder cannot be written (EROFS); use JSON, YAML or .mjs';
  expect([status, stdout, stderr]).toEqual([2, '', `cors-lint: ${folder.at('read-only/.cors-lintrc.ts')}: ${sentence}\n`]);
});

test('a folder that cannot be opened is told; named, it is exit 2', () => {
  folder.write({ 'app.js': SERVER.replace('true', "'https://app.example.com'"), 'locked/a.js': SERVER });
  const somebody = asNobody();
  chmodSync(folder.at('locked'), 0o000);
  const gaps = (line: string): readonly [number | null, unknown] => {
    const { status, stdout } = shell(line, somebody);
    return [status, (JSON.parse(stdout) as { gaps: { file: string; reason: string }[] }).gaps.filter(({ reason }) => reason === 'unreadable').map(({ file }) => file)];
  };
  expect(gaps(`${CLI} -f json`)).toEqual([0, ['locked']]);
  expect(gaps(`${CLI} -f json locked`)).toEqual([2, ['locked']]);
  chmodSync(folder.at('locked'), 0o755);
  expect(gaps(`git init -q; chmod 0 locked; ${CLI} -f json`)).toEqual([0, ['locked']]);
  chmodSync(folder.at('locked'), 0o755);
});

describe('a run that is interrupted', () => {
  const COUNT = 120;
  const many = (): void => folder.write(Object.fromEntries(Array.from({ length: COUNT }, (_none, index) => [`app-${index}.js`, MENDABLE])));

  /** Interrupts the run as soon as a condition holds. @returns how it ended */
  async function interrupted(argv: readonly string[], when: () => boolean): Promise<NodeJS.Signals | number | null> {
    const child = spawn(process.execPath, [cli.path, ...argv], { cwd: folder.path, stdio: 'ignore' });
    const ended = new Promise<NodeJS.Signals | number | null>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    while (child.exitCode === null && child.signalCode === null && !when()) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill('SIGINT');
    return ended;
  }

  test('ends by the signal, which is 130 in a shell, while it reads', async () => {
    many();
    const began = Date.now();
    expect(await interrupted(['--fix'], () => Date.now() - began > 300)).toBe('SIGINT');
    expect(shell(`timeout --preserve-status -s INT 0.3 ${CLI} --fix; echo $?`).stdout).toBe('130\n');
    expect(readdirSync(folder.path)).toHaveLength(COUNT);
  });

  test('ends between two files while it writes: each is the old or the new one, and nothing else is left', async () => {
    many();
    const changed = (): number => Array.from({ length: COUNT }, (_none, index) => index).filter((index) => text(`app-${index}.js`) !== MENDABLE).length;
    const first = [...Array(COUNT).keys()].map((index) => `app-${index}.js`).sort()[0]!;
    expect(await interrupted(['--fix'], () => existsSync(join(folder.path, first)) && text(first) !== MENDABLE)).toBe('SIGINT');
    const count = changed();
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(COUNT);
    for (let index = 0; index < COUNT; index++) expect([MENDABLE, MENDED]).toContain(text(`app-${index}.js`));
    expect(readdirSync(folder.path)).toHaveLength(COUNT);
  });
});
