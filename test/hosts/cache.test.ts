import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { lint } from '../../src/engine.js';
import type { Lint } from '../../src/hosts/cli/judge.js';
import { reporters } from '../../src/reporters/index.js';
import { Repository } from '../support/repository.js';

const SHOWCASE = join(import.meta.dirname, '../../fixtures/showcase');
const FORMATS = Object.keys(reporters);

let place: Repository;
let judged: number;
beforeEach(() => {
  place = new Repository();
  judged = 0;
});
afterEach(() => place.remove());

const counting: Lint = (paths, files, options) => {
  judged += 1;
  return lint(paths, files, options);
};

interface Told {
  readonly code: number;
  readonly err: string;
  readonly reports: readonly string[];
}

/** Everything that a run tells: its exit code and every format, which stand outside the folder that is linted. */
async function told(...argv: readonly string[]): Promise<Told> {
  const { code, err } = await place.lint([...FORMATS.flatMap((name) => ['-f', `${name}=../reports/${name}`]), ...argv], { cwd: 'work', engine: counting });
  return { code, err, reports: FORMATS.map((name) => readFileSync(place.path(`reports/${name}`), 'utf8')) };
}

const cacheIn = (folder: string): readonly string[] => readdirSync(place.path(folder)).filter((name) => name.endsWith('.entry'));
const CACHE = ['--cache', '--cache-location', '../kept'];

describe('a run from the cache tells the same, in every format, with the same exit code', () => {
  test.each(['.', ...readdirSync(SHOWCASE, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name)])('showcase: %s', async (name) => {
    cpSync(join(SHOWCASE, name), place.path('work'), { recursive: true });
    const plain = await told();
    const before = judged;
    expect(await told(...CACHE)).toEqual(plain);
    const cold = judged;
    expect(cold).toBeGreaterThan(before);
    expect(await told(...CACHE)).toEqual(plain);
    expect(judged).toBe(cold);
  }, 30_000);
});

describe('what a result depends on', () => {
  const SERVER = "const express = require('express');\nconst cors = require('cors');\nconst { options } = require('./settings.js');\nconst app = express();\napp.use(cors(options));\napp.get('/a', (req, res) => res.json({}));\napp.listen(3000);\n";
  const FILES = {
    'server.js': SERVER,
    'settings.js': 'exports.options = { origin: true, credentials: true };\n',
    'package.json': '{ "dependencies": { "express": "4.18.0", "cors": "2.8.5" } }\n',
    'nginx.conf': 'events {}\nhttp {\n  include conf.d/*.conf;\n}\n# cors\n',
    'conf.d/a.conf': 'server {\n  listen 80;\n  add_header Access-Control-Allow-Origin $http_origin;\n  location / { proxy_pass http://127.0.0.1:3000; }\n}\n',
    '.cors-lintrc.json': '{ "rules": { "no-null-origin": "off" } }\n',
  };

  beforeEach(async () => {
    place.write(Object.fromEntries(Object.entries(FILES).map(([path, text]) => [`work/${path}`, text])));
    await told(...CACHE);
    judged = 0;
    await told(...CACHE);
    expect(judged).toBe(0);
  }, 60_000);

  test.each<[string, () => void, readonly string[]]>([
    ['a linted file', () => place.write({ 'work/server.js': SERVER.replace('/a', '/b') }), []],
    ['an imported module', () => place.write({ 'work/settings.js': "exports.options = { origin: 'https://app.example' };\n" }), []],
    ['an imported module that is gone', () => rmSync(place.path('work/settings.js')), []],
    ['a manifest', () => place.write({ 'work/package.json': FILES['package.json'].replace('4.18.0', '5.0.0') }), []],
    ['a neighbour that is new', () => place.write({ 'work/conf.d/b.conf': FILES['conf.d/a.conf'].replace('80', '81').replace('$http_origin', '*') }), []],
    ['a neighbour that says nothing of it', () => place.write({ 'work/conf.d/c.conf': 'map $uri $other { default 1; }\n' }), []],
    ['a neighbour that is gone', () => rmSync(place.path('work/conf.d/a.conf')), []],
    ['the configuration', () => place.write({ 'work/.cors-lintrc.json': '{ "trustedOrigins": ["https://app.example"], "extends": "cors-lint:strict" }\n' }), []],
    ['rules of the command line', () => undefined, ['--skip', 'no-reflected-origin']],
    ['the environment', () => undefined, ['--env', 'test']],
    ['comments that are not honoured', () => undefined, ['--no-inline-config']],
    ['which files', () => undefined, ['server.js']],
  ])('%s', async (_role, change, argv) => {
    change();
    const now = await told(...CACHE, ...argv);
    expect(judged).toBeGreaterThan(0);
    expect(now).toEqual(await told(...argv));
    const counted = judged;
    expect(await told(...CACHE, ...argv)).toEqual(now);
    expect(judged).toBe(counted);
  });

  test('a level alone makes no other result, and is not forgotten', async () => {
    const now = await told(...CACHE, '--rule', 'no-reflected-origin=info');
    expect(judged).toBe(0);
    expect(now).toEqual(await told('--rule', 'no-reflected-origin=info'));
  });

  test('a file that nobody asked about changes nothing', async () => {
    place.write({ 'work/notes.md': '# Notes\n', 'work/other.js': 'export const a = 1;\n' });
    await told(...CACHE);
    expect(judged).toBe(0);
  });

  test('older results stay: going back is quick', async () => {
    const before = await told();
    judged = 0;
    place.write({ 'work/settings.js': "exports.options = { origin: 'https://app.example' };\n" });
    await told(...CACHE);
    place.write({ 'work/settings.js': FILES['settings.js'] });
    const counted = judged;
    expect(await told(...CACHE)).toEqual(before);
    expect(judged).toBe(counted);
  });

  test.each<[string, (text: string) => string]>([
    ['cut short', (text) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['of other bytes', (text) => text.replace('no-reflected-origin', 'no-reflected-0rigin')],
    ['not ours', () => '{}\n{}'],
  ])('an entry that is broken is ignored and made anew: %s', async (_how, broken) => {
    const [entry = ''] = cacheIn('kept');
    const path = place.path(`kept/${entry}`);
    const good = readFileSync(path, 'utf8');
    writeFileSync(path, broken(good));
    expect(await told(...CACHE)).toEqual(await told());
    expect(readFileSync(path, 'utf8')).toBe(good);
  });

  test('another version of cors-lint has results of its own', async () => {
    vi.resetModules();
    vi.doMock('../../src/generated/version.js', async (original) => ({ ...(await original<object>()), VERSION: '999.0.0' }));
    const { run } = await import('../../src/hosts/cli/run.js');
    const sink = { isTTY: false, write: () => undefined };
    await run(CACHE, { cwd: place.path('work'), env: {}, stdout: sink, stderr: sink, readStdin: () => new Uint8Array() }, () => Promise.resolve(counting));
    vi.doUnmock('../../src/generated/version.js');
    expect(judged).toBe(1);
  });
});

describe('where it is', () => {
  const OPEN = { 'work/a.conf': 'server { add_header Access-Control-Allow-Origin $http_origin; }\n' };

  test('beside installed packages, else in a folder of our own that git ignores', async () => {
    place.write(OPEN);
    await told('--cache');
    expect(cacheIn('work/.cors-lint-cache')).toHaveLength(1);
    expect(readFileSync(place.path('work/.cors-lint-cache/.gitignore'), 'utf8')).toBe('*\n');
    judged = 0;
    await told('--cache');
    expect(judged).toBe(0);
    mkdirSync(place.path('work/node_modules'));
    await told('--cache');
    expect(cacheIn('work/node_modules/.cache/cors-lint')).toHaveLength(1);
  });

  test('off unless it is asked for', async () => {
    place.write(OPEN);
    await told();
    expect(existsSync(place.path('work/.cors-lint-cache'))).toBe(false);
    expect(await place.lint(['--cache-location', 'x'], { cwd: 'work' })).toEqual({ code: 2, out: '', err: 'cors-lint: --cache-location needs --cache\n' });
  });

  test('what cannot be written is told, and the run goes on', async () => {
    place.write({ ...OPEN, kept: 'a file' });
    const { err, ...rest } = await told(...CACHE);
    expect(err).toBe(`cors-lint: ${place.path('kept')}: results cannot be kept here (ENOTDIR)\n`);
    expect(rest).toEqual({ code: (await told()).code, reports: (await told()).reports });
    rmSync(place.path('kept'));
    mkdirSync(place.path('kept'));
    chmodSync(place.path('kept'), 0o500);
    if (process.getuid?.() !== 0) expect((await told(...CACHE)).err).toMatch(/this result cannot be kept \(EACCES\)\n$/);
    chmodSync(place.path('kept'), 0o700);
  });

  test('a few results are kept, those that were used last', async () => {
    place.write(OPEN);
    await told(...CACHE);
    const [first = ''] = cacheIn('kept');
    const age = (name: string, seconds: number): void => utimesSync(place.path(`kept/${name}`), Date.now() / 1000 - seconds, Date.now() / 1000 - seconds);
    for (let index = 0; index < 40; index++) {
      writeFileSync(place.path(`kept/${index}.entry`), '');
      age(`${index}.entry`, 1000 + index);
    }
    age(first, 5000);
    await told(...CACHE);
    place.write({ 'work/a.conf': 'server { add_header Access-Control-Allow-Origin "*"; }\n' });
    await told(...CACHE);
    const kept = cacheIn('kept');
    expect(kept).toHaveLength(24);
    expect(kept).toContain(first);
    expect(kept).not.toContain('39.entry');
    expect(statSync(place.path(`kept/${first}`)).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
  });

  test('with --fix, --staged and a baseline the outcome is that without a cache', async () => {
    const FIXABLE = "const express = require('express');\nconst cors = require('cors');\nconst app = express();\napp.use(cors({ origin: 'https://app.example.com', maxAge: 999999999 }));\napp.get('/a', (req, res) => res.json({}));\n";
    place.init('work');
    place.write({ 'work/app.js': FIXABLE });
    place.gitIn('work', 'add', '.');
    await told(...CACHE);
    place.write({ 'work/app.js': '// nothing of it\n' });
    expect(await told(...CACHE, '--staged')).toEqual(await told('--staged'));
    place.write({ 'work/app.js': FIXABLE });
    await told('--fix');
    const fixed = readFileSync(place.path('work/app.js'), 'utf8');
    for (let run = 0; run < 2; run++) {
      place.write({ 'work/app.js': FIXABLE });
      await told(...CACHE, '--fix');
      expect(readFileSync(place.path('work/app.js'), 'utf8')).toBe(fixed);
    }
  });
});
