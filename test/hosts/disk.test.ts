import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Disk } from '../../src/hosts/disk.js';

let top: string;
beforeEach(() => void (top = mkdtempSync(join(tmpdir(), 'cors-lint-disk-'))));
afterEach(() => rmSync(top, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), text);
}

test('a search finds what may concern CORS, and nothing that was installed or built', () => {
  write('app/src/main/java/b/Security.java', 'HttpSecurity http;');
  write('app/src/main/java/a/Web.java', 'CorsRegistry registry;');
  write('app/src/main/java/a/Other.java', 'class Other {}');
  write('app/src/main/java/a/cors.txt', 'cors');
  write('app/target/generated/Web.java', 'CorsRegistry registry;');
  write('app/node_modules/x/Web.java', 'CorsRegistry registry;');
  const disk = new Disk({ folder: top, repository: false, cwd: top });
  expect(disk.search('app', /\.java$/)).toEqual(['app/src/main/java/a/Web.java', 'app/src/main/java/b/Security.java']);
});

test('a text that is laid over a file is what a search sees', () => {
  write('a/Web.java', 'class Web {}');
  const disk = new Disk({ folder: top, repository: false, cwd: top });
  expect(disk.search('', /\.java$/)).toEqual([]);
  disk.lay('a/Web.java', 'CorsRegistry registry;');
  expect(disk.search('', /\.java$/)).toEqual(['a/Web.java']);
});

const FILES = ['compose.yaml', 'cors.js', 'large.js', 'quiet.js', 'utf16.js'];

function several(): Disk {
  write('cors.js', "app.use(cors({ origin: 'https://app.example.com' }));\n");
  write('quiet.js', 'export const a = 1;\n');
  write('compose.yaml', 'services:\n  web:\n    image: nginx\n');
  writeFileSync(join(top, 'utf16.js'), Buffer.from('\uFEFF// cors', 'utf16le'));
  writeFileSync(join(top, 'large.js'), Buffer.alloc(6 * 1024 * 1024, 'cors '));
  return new Disk({ folder: top, repository: false, cwd: top });
}

test('what another thread tested is as if it were tested here', () => {
  const [theirs, ours] = [several(), new Disk({ folder: top, repository: false, cwd: top })];
  theirs.test(FILES);
  ours.adopt(structuredClone(theirs.tested));
  const expected = new Disk({ folder: top, repository: false, cwd: top }).concerned(FILES);
  expect(expected.files).toEqual(['cors.js']);
  expect(expected.layers).toEqual(['compose.yaml']);
  expect(expected.unread.map(({ file, reason }) => [file, reason])).toEqual([['large.js', 'too-large'], ['utf16.js', 'not-utf-8']]);
  // Read there, and not again.
  rmSync(top, { recursive: true });
  expect(ours.concerned(FILES)).toEqual(expected);
  expect(ours.read('cors.js')).toBe("app.use(cors({ origin: 'https://app.example.com' }));\n");
  expect(ours.search('', /\.js$/)).toEqual([]);
});

test('texts that stand in for files hide what another thread read', () => {
  const theirs = several();
  theirs.test(FILES);
  const ours = new Disk({ folder: top, repository: false, cwd: top });
  ours.standIn(new Map([['cors.js', () => Buffer.from('// nothing')]]));
  ours.lay('quiet.js', "import cors from 'cors';");
  ours.adopt(structuredClone(theirs.tested));
  expect(ours.concerned(['cors.js', 'quiet.js']).files).toEqual(['quiet.js']);
});
