/**
 * The pages of the sources: every reader has one section, what a section says of its example is what the linter says, and
 * what it says was run is what a suite starts.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { maxAgeOf } from '../src/browser/headers.js';
import { readersFor } from '../src/engine-loading.js';
import { lint } from '../src/engine.js';
import { readers } from '../src/generated/registries.js';
import { filesFrom } from '../src/text/files.js';
import { pagesOf, root, type Page } from './support/documents.js';
import { optionsOf } from './support/lint.js';

const pages = pagesOf([], 'docs/sources');

interface Section {
  readonly page: string;
  readonly title: string;
  readonly text: string;
}

const sections: readonly Section[] = pages.flatMap(({ path, text }) =>
  text.split(/^## /m).slice(1).map((part) => ({ page: posix.basename(path), title: part.split('\n')[0]!, text: part.trimEnd() })),
);

/** Files that belong together, and the line behind them that says what cors-lint makes of them. */
interface Example {
  readonly page: string;
  readonly section: string;
  readonly files: Readonly<Record<string, string>>;
  readonly environment: string;
  readonly told: string;
}

const examples: readonly Example[] = pages.flatMap(examplesOf);

function examplesOf({ path, text, fences }: Page): readonly Example[] {
  const found: Example[] = [];
  let files: Record<string, string> = {};
  for (const [index, { section, file = '', text: shown, end }] of fences.entries()) {
    files[file] = `${shown}\n`;
    const [, environment = 'production', told] = /^→ (?:in `(\w+)`: )?(.+)$/m.exec(text.slice(end, fences[index + 1]?.start)) ?? [];
    if (told === undefined) continue;
    found.push({ page: posix.basename(path), section, files, environment, told });
    files = {};
  }
  return found;
}

async function saidOf(files: Readonly<Record<string, string>>, environment: string): Promise<string> {
  const { findings, policies, gaps } = await lint(Object.keys(files), filesFrom(files), { ...optionsOf(), environment });
  const listed = (names: readonly string[]): string => [...new Set(names)].sort().map((name) => `\`${name}\``).join(', ');
  const versions = listed(policies.flatMap(({ version }) => version ?? []));
  return [
    findings.length > 0 ? listed(findings.map(({ ruleId }) => ruleId)) : policies.length > 0 ? 'nothing wrong' : 'no policy',
    ...(versions === '' ? [] : [`read as ${versions}`]),
    ...new Set(gaps.map(({ message }) => `gap: "${message}"`)),
  ].join(' · ');
}

/** What stands behind a label of a section: `- **Run:** …`, also within the line of another label. */
function labelled(text: string, label: string): string | undefined {
  return new RegExp(`\\*\\*${label}:\\*\\* ([^]*?)(?=\\n- \\*\\*|\\*\\*\\w[\\w ]*:\\*\\*|\\n\\n|$)`).exec(text)?.[1];
}

/** Ids of readers by their titles: two readers of one product (YAML and properties) share a section. */
const idsOf = new Map<string, readonly string[]>();

beforeAll(async () => {
  for (const [id, { load }] of Object.entries(readers)) {
    const { title } = await load();
    idsOf.set(title, [...(idsOf.get(title) ?? []), id]);
  }
}, 60_000);

test('every reader has one section', () => {
  const named = sections.map(({ title }) => title).filter((title) => idsOf.has(title));
  expect(named.sort()).toEqual([...idsOf.keys()].sort());
});

test('every section is a reader’s, but for those about browsers and the index', () => {
  const others = sections.filter(({ page, title }) => page !== 'browsers.md' && page !== 'README.md' && !idsOf.has(title));
  expect(others).toEqual([]);
});

describe('sections', () => {
  const ofReaders = sections.filter(({ text }) => text.includes('- **Versions:**'));

  test('are as many as there are titles', () => expect(ofReaders.length).toBe(idsOf.size));

  test.each(ofReaders)('$page: $title says what it is held against and what is not read', ({ title, text }) => {
    expect(idsOf.has(title)).toBe(true);
    expect(labelled(text, 'Versions')).toMatch(/\.$/);
    expect(labelled(text, 'Not read')).toMatch(/\.$/);
    const held = ['Run', 'Read', 'Documented'].flatMap((label) => labelled(text, label) ?? []);
    expect(held.join()).toMatch(/\]\(\.\.\/\.\.\/test\/|\.md#/);
    expect(text.split('\n').length).toBeLessThan(75);
  });

  test.each(ofReaders)('$page: $title has an example of its own', async ({ page, title }) => {
    const own = examples.filter((example) => example.page === page && example.section === title);
    expect(own.length).toBeGreaterThan(0);
    for (const { files, environment, told } of own) {
      const others = Object.entries(files).filter(([path, text]) => !readersFor(path, text).some(({ id }) => idsOf.get(title)!.includes(id)));
      expect(await saidOf(Object.fromEntries(others), environment)).not.toBe(told);
    }
  });
});

test.each(examples)('$page: the example of $section gives what is said', async ({ files, environment, told }) => {
  expect(Object.keys(files)).not.toContain('');
  expect(await saidOf(files, environment)).toBe(told);
});

test.each(pages)('$path: every example is told about, under the name that it has', ({ text, fences, path }) => {
  expect(examples.filter(({ page }) => page === posix.basename(path)).flatMap(({ files }) => Object.keys(files)).length).toBe(fences.length);
  const shown = [...text.matchAll(/^`([^`\n]+)`:\n\n```/gm)].map(([, name]) => name);
  expect(shown).toEqual(fences.map(({ file }) => file));
});

describe('what was run', () => {
  const folder = join(root, 'test/live');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => !/node_modules|package-lock/.test(path) && /\.(?:ts|json|txt|xml)$/.test(path));
  const answers = readdirSync(join(root, 'fixtures'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.jsonl.gz'));
  const recorded = new Set(answers.flatMap((path) => gunzipSync(readFileSync(join(root, 'fixtures', path))).toString('utf8').match(/"(?:version|software)": ?"[^"]*"/g) ?? []));
  const known = [...paths.map((path) => readFileSync(join(folder, path), 'utf8')), ...recorded].join('\n');

  test.each(sections.filter(({ text }) => labelled(text, 'Run') !== undefined))('$page: every version that was run of $title is one that a suite starts or that answers are recorded of', ({ text }) => {
    const versions = labelled(text, 'Run')!.match(/(?<![\d.])\d+(?:\.\d+)+/g) ?? [];
    expect(versions.filter((version) => !new RegExp(`(?<![\\d.])${version.replaceAll('.', '\\.')}(?!\\d)`).test(known))).toEqual([]);
  });

  test('every live suite is named, but for those of hosts', () => {
    const targets = new Set(pagesOf(['docs/codemods.md'], 'docs/sources').flatMap((page) => page.targets).map((target) => posix.basename(target)));
    const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const suites = readdirSync(folder).filter((name) => name.endsWith('.test.ts') && (name.startsWith('codemod') || /from '(?:\.\.\/){2}src\/(?!hosts\/|generated\/)/.test(textOf(name)) && !/from '(?:\.\.\/){2}src\/questions\//.test(textOf(name))));
    expect(suites.length).toBeGreaterThan(50);
    expect(suites.filter((name) => !targets.has(name))).toEqual([]);
  });
});

describe('versions that are told apart', () => {
  test.each(sections.filter(({ text }) => /\d\.\d/.test(labelled(text, 'Versions') ?? '')))('$page: those of $title are in its code', ({ title, text }) => {
    const code = idsOf.get(title)!.flatMap((id) => [...importedBy(join(root, 'src/readers', id, 'index.ts'))]).filter((path) => OF_PRODUCTS.test(path)).map((path) => readFileSync(path, 'utf8')).join('\n');
    const versions = labelled(text, 'Versions')!.match(/(?<![\d.])\d+(?:\.\d+)+/g)!;
    expect(versions.filter((version) => !new RegExp(`(?<![\\d.])${version.replaceAll('.', '\\.')}(?!\\d)`).test(code))).toEqual([]);
  });
});

/** Modules that know what products do, and the build files and lock files of theirs. */
const OF_PRODUCTS = /\/src\/(?:readers|middleware|syntax\/(?:jvm|python))\//;

/** A module and all that it imports of this repository. */
function importedBy(path: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, specifier = ''] of readFileSync(path, 'utf8').matchAll(/ from '(\.[^']+)'/g)) importedBy(join(path, '..', specifier.replace(/\.js$/, '.ts')), found);
  return found;
}

describe('browsers', () => {
  const { text } = pages.find(({ path }) => path.endsWith('/browsers.md'))!;
  const rows = [...text.matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) => row.split(' | ').map((cell) => cell.replaceAll('`', '')));

  test('what departs from the standard is what the exchanges say', () => {
    const vectors = JSON.parse(gunzipSync(readFileSync(join(root, 'fixtures/observed/fetch-vectors.json.gz'))).toString('utf8')) as readonly { readonly id: string; readonly chromium?: object; readonly firefox?: object }[];
    const departures = vectors.flatMap(({ id, chromium, firefox }) => [...(chromium === undefined ? [] : [`${id} Chromium`]), ...(firefox === undefined ? [] : [`${id} Firefox`])]);
    const shown = rows.filter(([id]) => vectors.some((vector) => vector.id === id)).flatMap(([id, browsers = '']) => browsers.split(', ').map((browser) => `${id} ${browser}`));
    expect(shown.sort()).toEqual(departures.sort());
    expect(text).toContain(`${vectors.length} exchanges`);
  });

  test('how long preflights are kept is what the model says', () => {
    const shown = rows.filter((row) => row.length === 5 && row.slice(1).every((cell) => /^(?:\d+|unknown)$/.test(cell)));
    expect(shown.length).toBeGreaterThan(5);
    for (const [value = '', ...seconds] of shown) {
      const kept = maxAgeOf(value === '(absent)' ? [] : [['access-control-max-age', value]])!;
      expect([value, ...seconds]).toEqual([value, ...[kept.standard, kept.chromium, kept.firefox, kept.webkit].map((number) => String(number ?? 'unknown'))]);
    }
  });
});

test('pages link to tests that are there', () => {
  const missing = pages.flatMap(({ path, targets }) => targets.filter((target) => target.includes('/test/')).map((target) => posix.join(posix.dirname(path), target))).filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});
