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
