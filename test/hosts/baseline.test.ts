import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Repository } from '../support/repository.js';

let place: Repository;
beforeEach(() => {
  place = new Repository();
  place.init();
});
afterEach(() => place.remove());

const BASELINE = ['--baseline', 'known.json'];

/** A server with one location for each path; every one lets every site in with credentials. */
const site = (...paths: readonly string[]): string => `server {\n${paths.map((path) => `  location ${path} {\n    add_header Access-Control-Allow-Origin $http_origin always;\n    add_header Access-Control-Allow-Credentials true always;\n    add_header Vary Origin always;\n  }\n`).join('')}}\n`;

const known = (): { readonly version: number; readonly findings: readonly { readonly fingerprint: string; readonly rule: string; readonly path: string; readonly message: string }[] } => JSON.parse(readFileSync(place.path('known.json'), 'utf8')) as ReturnType<typeof known>;

/** Lines on which something is shown. */
async function shown(...argv: readonly string[]): Promise<readonly string[]> {
  const { out } = await place.lint(['-f', 'compact', '--only', 'no-reflected-origin', ...argv]);
  return out.split('\n').filter(Boolean).map((line) => line.split(':').slice(0, 2).join(':'));
}

test('what is written is known: not shown, not counted against the run, and told in the summary', async () => {
  place.write({ 'a.conf': site('/a', '/b') });
  const first = await place.lint([]);
  expect(first.code).toBe(1);
  const written = await place.lint([...BASELINE, '--write-baseline']);
  expect(written).toMatchObject({ code: 0, err: expect.stringMatching(/^cors-lint: known\.json: \d+ known findings written\n$/) as unknown });
  const again = await place.lint([...BASELINE, '-f', 'json']);
  const { findings, summary } = JSON.parse(again.out) as { findings: unknown[]; summary: { baseline: number; errors: number } };
  expect({ code: again.code, findings, errors: summary.errors, err: again.err }).toEqual({ code: 0, findings: [], errors: 0, err: '' });
  expect(summary.baseline).toBe(known().findings.length);
  expect((await place.lint([...BASELINE, '-f', 'pretty'])).out).toContain(`${summary.baseline} known`);
  expect((await place.lint([...BASELINE, '-f', 'stylish'])).out).toContain(`${summary.baseline} known findings not shown`);
  expect(JSON.parse((await place.lint(['-f', 'json'])).out).summary).not.toHaveProperty('baseline');
});

test('the file is for readers of a diff too: versioned, an entry a line, sorted, and the same each time', async () => {
  place.write({ 'b.conf': site('/b'), 'a.conf': site('/z', '/a') });
  await place.lint([...BASELINE, '--write-baseline']);
  const text = readFileSync(place.path('known.json'), 'utf8');
  const { version, findings } = known();
  expect(version).toBe(1);
  expect(findings.map(({ path }) => path)).toEqual(findings.map(({ path }) => path).sort());
  expect(findings.every(({ rule, message, fingerprint }) => rule.startsWith('cors-lint/') && message !== '' && /^[0-9a-f]{20}$/.test(fingerprint))).toBe(true);
  expect(text.split('\n').filter((line) => line.includes('"fingerprint"'))).toHaveLength(findings.length);
  await place.lint([...BASELINE, '--write-baseline']);
  expect(readFileSync(place.path('known.json'), 'utf8')).toBe(text);
});

describe('fingerprints, not counts', () => {
  beforeEach(async () => {
    place.write({ 'a.conf': site('/a', '/b') });
    await place.lint([...BASELINE, '--write-baseline']);
  }, 60_000);

  test('moved lines and edits elsewhere change nothing', async () => {
    place.write({ 'a.conf': `# moved\n\n${site('/x', '/b', '/a').replaceAll('always', ' always').replace(/  location \/x[^}]*}\n/, '  # another\n')}` });
    expect(await shown(...BASELINE)).toEqual([]);
  });

  test('a finding that is mended while another of the same rule comes up shows', async () => {
    place.write({ 'a.conf': site('/c', '/b') });
    expect(await shown(...BASELINE)).toEqual(['a.conf:3']);
  });

  test('one more shows, alone', async () => {
    place.write({ 'a.conf': site('/a', '/b', '/c') });
    expect(await shown(...BASELINE)).toEqual(['a.conf:13']);
  });

  test('a renamed file has findings of its own', async () => {
    place.write({ 'b.conf': site('/a', '/b') });
    expect(await shown(...BASELINE)).toEqual(['b.conf:3', 'b.conf:8']);
  });
});

describe('what is gone', () => {
  beforeEach(async () => {
    place.write({ 'a.conf': site('/a'), 'b.conf': site('/b'), 'sub/c.conf': site('/c') });
    await place.lint([...BASELINE, '--write-baseline']);
    place.write({ 'a.conf': 'server { listen 80; }\n', 'b.conf': '# cors\n' });
  }, 60_000);

  const paths = (): readonly string[] => [...new Set(known().findings.map(({ path }) => path))];

  test('it is told, and forgotten when that is asked for', async () => {
    const told = await place.lint(BASELINE);
    expect(told.err).toMatch(/^cors-lint: known\.json: \d+ known findings are gone; --prune-baseline forgets what is\n$/);
    expect(paths()).toEqual(['a.conf', 'b.conf', 'sub/c.conf']);
    const pruned = await place.lint([...BASELINE, '--prune-baseline']);
    expect(pruned.err).toMatch(/are gone and forgotten\n$/);
    expect(pruned.code).toBe(0);
    expect(paths()).toEqual(['sub/c.conf']);
    expect((await place.lint(BASELINE)).err).toBe('');
  });

  test('only what this run looked at is forgotten: its files', async () => {
    await place.lint([...BASELINE, '--prune-baseline', 'a.conf', 'sub']);
    expect(paths()).toEqual(['b.conf', 'sub/c.conf']);
  });

  test('only what this run looked at is forgotten: its rules', async () => {
    await place.lint([...BASELINE, '--prune-baseline', '--only', 'no-null-origin']);
    await place.lint([...BASELINE, '--prune-baseline', '--skip', 'cors-lint/no-reflected-origin']);
    expect(paths()).toEqual(['a.conf', 'b.conf', 'sub/c.conf']);
    await place.lint([...BASELINE, '--prune-baseline', '--only', 'no-reflected-origin', '--skip', 'no-null-origin']);
    expect(paths()).toEqual(['sub/c.conf']);
  });

  test('a file that is gone was looked at with its folder', async () => {
    rmSync(place.path('sub/c.conf'));
    await place.lint([...BASELINE, '--prune-baseline', 'a.conf']);
    expect(paths()).toEqual(['b.conf', 'sub/c.conf']);
    await place.lint([...BASELINE, '--prune-baseline', 'sub']);
    expect(paths()).toEqual(['b.conf']);
  });

  test('writing anew for some files keeps what is known of the others', async () => {
    place.write({ 'a.conf': site('/new') });
    await place.lint([...BASELINE, '--write-baseline', 'a.conf']);
    expect(paths()).toEqual(['a.conf', 'b.conf', 'sub/c.conf']);
    expect(await shown(...BASELINE)).toEqual([]);
  });
});

test('the configuration names it, relative to itself, and each file has that of its own', async () => {
  place.write({ 'one/.cors-lintrc.json': '{ "baseline": "known/today.json" }', 'one/a.conf': site('/a'), 'two/.cors-lintrc.json': '{ "baseline": "../two.json" }', 'two/b.conf': site('/b'), 'c.conf': site('/c') });
  expect((await place.lint(['--write-baseline'])).code).toBe(0);
  expect(existsSync(place.path('one/known/today.json')) && existsSync(place.path('two.json'))).toBe(true);
  expect(await shown()).toEqual(['c.conf:3']);
  rmSync(place.path('two.json'));
  expect(await place.lint([])).toMatchObject({ code: 2, err: 'cors-lint: two.json: no such baseline; --write-baseline makes it\n' });
  expect((await place.lint(['one'])).code).toBe(0);
});

test('--fix mends what is shown; what a baseline is made of is what --fix leaves', async () => {
  const fixable = "const express = require('express');\nconst cors = require('cors');\nconst app = express();\napp.use(cors({ origin: 'https://app.example.com', maxAge: 999999999 }));\napp.get('/a', (req, res) => res.json({}));\n";
  place.write({ 'app.js': fixable, 'a.conf': site('/a') });
  await place.lint([...BASELINE, '--write-baseline']);
  await place.lint([...BASELINE, '--fix']);
  expect(readFileSync(place.path('app.js'), 'utf8')).toBe(fixable);
  await place.lint([...BASELINE, '--write-baseline', '--fix']);
  const { findings } = known();
  const { findings: left } = JSON.parse((await place.lint(['-f', 'json'])).out) as { findings: readonly { fingerprint: string }[] };
  expect(readFileSync(place.path('app.js'), 'utf8')).not.toBe(fixable);
  expect(findings.map(({ fingerprint }) => fingerprint).sort()).toEqual(left.map(({ fingerprint }) => fingerprint).sort());
});

const entry = { fingerprint: 'a', rule: 'cors-lint/x', path: 'a.conf', message: 'm' };

test.each<[string, string, RegExp]>([
  ['conflict markers', `{\n  "version": 1,\n  "findings": [\n<<<<<<< HEAD\n  ]\n}\n`, /^cors-lint: known\.json:4:1: this baseline is no JSON \(.+\)\n$/],
  ['cut off', '{\n  "version": 1,\n  "findings": [', /^cors-lint: known\.json:3:16: this baseline is no JSON \(.+\)\n$/],
  ['empty', '', /^cors-lint: known\.json:1:1: this baseline is no JSON/],
  ['of another version', '{\n  "version": 2,\n  "findings": []\n}', /^cors-lint: known\.json:2:14: version: expected 1, found 2\n$/],
  ['of another shape', '[]', /^cors-lint: known\.json:1:1: expected an object, found a list\n$/],
  ['an entry without a fingerprint', JSON.stringify({ version: 1, findings: [entry, { ...entry, fingerprint: undefined }] }, null, 2), /^cors-lint: known\.json:10:5: findings\.1: the key fingerprint is missing\n$/],
])('a broken baseline ends the run with its place, also where nothing is found: %s', async (_what, text, told) => {
  place.write({ 'known.json': text, 'a.conf': '# cors\n' });
  for (const more of [[], ['--prune-baseline'], ['--write-baseline']]) {
    const { code, out, err } = await place.lint([...BASELINE, ...more]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(told);
  }
  expect(readFileSync(place.path('known.json'), 'utf8')).toBe(text);
});

test.each<[string, readonly string[], string]>([
  ['no file of that name', BASELINE, 'cors-lint: known.json: no such baseline; --write-baseline makes it\n'],
  ['none named', ['--write-baseline'], 'cors-lint: which baseline? Name one with --baseline <file>, or with the key baseline of the configuration\n'],
  ['none named to prune', ['--prune-baseline'], 'cors-lint: which baseline? Name one with --baseline <file>, or with the key baseline of the configuration\n'],
  ['half of the findings', [...BASELINE, '--write-baseline', '--changed-lines'], 'cors-lint: --write-baseline and --changed-lines exclude each other\n'],
  ['a run that writes nothing', [...BASELINE, '--prune-baseline', '--diff'], 'cors-lint: --prune-baseline and --diff exclude each other\n'],
])('what makes no sense is exit 2: %s', async (_what, argv, err) => {
  place.write({ 'a.conf': site('/a') });
  expect(await place.lint(argv)).toEqual({ code: 2, out: '', err });
});
