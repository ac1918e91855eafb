import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml, parseAllDocuments } from 'yaml';
import { CODEMODS } from '../src/codemods/registry.js';
import { PRESETS } from '../src/config/resolve.js';
import { ConfigSearch } from '../src/config/search.js';
import { lint } from '../src/engine.js';
import { directivesIn } from '../src/findings/ignore.js';
import { languagePaths, ruleEntries } from '../src/generated/catalogue.js';
import { VERSION } from '../src/generated/version.js';
import { SHARED } from '../src/hosts/cli/command.js';
import { COMMAND_NAMES, loadCommand } from '../src/hosts/cli/commands.js';
import { FLAGS, parseOptions, parseWith, type Flag } from '../src/hosts/cli/options.js';
import { run } from '../src/hosts/cli/run.js';
import plugin from '../src/hosts/eslint/index.js';
import { reporters } from '../src/reporters/index.js';
import { SourceText } from '../src/text/source-text.js';
import { callsIn, pagesOf, root, type Fence, type Page } from './support/documents.js';
import { filesUnder, optionsOf, pathsUnder } from './support/lint.js';

/** Every page; those that people wrote have more to hold. */
const pages = pagesOf(['README.md', 'CHANGELOG.md', 'rules/README.md', 'fixtures/showcase/README.md'], 'docs');
const written = pages.filter(({ path }) => !path.startsWith('docs/rules/') && path !== 'docs/fixes.md' && path !== 'rules/README.md');
const page = (path: string): Page => pages.find((one) => one.path === path)!;

const ruleIds = ruleEntries.map(({ id }) => id);
/** Findings about comments are no rules: nothing configures them but flags. */
const findingIds = [...ruleIds, 'unused-disable', 'disable-without-reason'];
const commands = (await Promise.all(COMMAND_NAMES.map(loadCommand))).flatMap((command) => command ?? []);
const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts;

const PLUGIN_CONFIGS = Object.keys(plugin.configs);
const isConfig = ({ file = '', text }: Fence): boolean => /^(?:\.cors-lintrc(?:\.\w+)?|\.config\/cors-lintrc\.\w+|cors-lint\.config\.\w+)$/.test(file) || (file === 'package.json' && text.includes('"cors-lint":'));
const ESLINT_FILE = /^(?:eslint\.config\.\w+|\.eslintrc\.\w+)$/;

const scriptProblems = (name: string) => (text: string): readonly string[] => (ts.transpileModule(text, { fileName: name, reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext } }).diagnostics ?? []).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
const thrown = (parse: (text: string) => unknown) => (text: string): readonly string[] => {
  try {
    parse(text);
    return [];
  } catch (error) {
    return [String(error)];
  }
};

const takesValue = (word: string | undefined): boolean => Object.entries(FLAGS).some(([name, { type }]) => word === `--${name}` && type === 'string');

/** What is wrong with an example, by its language. */
const PARSERS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  json: thrown(JSON.parse),
  jsonc: (text) => [ts.parseConfigFileTextToJson('a.jsonc', text).error?.messageText ?? []].flat().map((message) => (typeof message === 'string' ? message : message.messageText)),
  yaml: (text) => parseAllDocuments(text, { strict: true }).flatMap((document) => ('errors' in document ? document.errors.map(({ message }) => message) : [])),
  js: scriptProblems('a.js'),
  ts: scriptProblems('a.ts'),
  tsx: scriptProblems('a.tsx'),
};

let top: string;
beforeAll(() => void (top = mkdtempSync(join(tmpdir(), 'cors-lint-documents-'))));
afterAll(() => rmSync(top, { recursive: true, force: true }));

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), `${text}\n`);
}

/** An empty folder where `cors-lint` and ESLint are installed. */
function project(eslint: string): string {
  const folder = mkdtempSync(join(top, 'project-'));
  mkdirSync(join(folder, 'node_modules/@typescript-eslint'), { recursive: true });
  for (const [name, target] of [['cors-lint', root], ['eslint-plugin-cors-lint', root], ['eslint', join(root, 'node_modules', eslint)], ['@typescript-eslint/parser', join(root, 'node_modules/@typescript-eslint/parser')]] as const) {
    symlinkSync(target, join(folder, 'node_modules', name));
  }
  return folder;
}

test.each(pages)('$path: links and pictures lead somewhere', ({ path, targets, anchors }) => {
  const broken = targets.filter((target) => {
    if (/^(?:https?|mailto):/.test(target)) return false;
    const [file = '', anchor] = decodeURI(target).split('#');
    const to = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file));
    if (to.startsWith('..') || !existsSync(join(root, to))) return true;
    return anchor !== undefined && to.endsWith('.md') && !(to === path ? anchors : pages.find((one) => one.path === to)?.anchors)?.has(anchor);
  });
  expect(broken).toEqual([]);
});

describe.each(written)('$path', ({ path, text, codes, fences }) => {
  // One may speak of a flag without its value.
  const calls = [...codes, ...fences.map((fence) => fence.text)].flatMap(callsIn).map((words) => (takesValue(words.at(-1)) ? [...words, 'no-null-origin'] : words));

  test('every command is one', async () => {
    for (const words of calls.filter((one) => !one.some((word) => word.includes('<')))) {
      const command = await loadCommand(words[0]);
      if (command !== undefined) {
        parseWith(words.slice(1), { ...SHARED, ...command.flags });
        continue;
      }
      const { flags } = parseOptions(words);
      const rules = [...(flags.only ?? []), ...(flags.skip ?? []), ...(flags.rule ?? []).map((rule) => rule.split('=')[0]!), flags.explain ?? 'no-null-origin'];
      for (const id of rules) expect(ruleIds, words.join(' ')).toContain(id.replace(/^cors-lint\//, ''));
      for (const name of flags.format ?? []) expect(Object.keys(reporters), words.join(' ')).toContain(name.split('=')[0]);
    }
  });

  test('every flag that is named is one', () => {
    // Products that are read have flags of their own.
    const named = codes.filter((code) => /^--?[a-z]/.test(code) && !path.startsWith('docs/sources/')).flatMap((code) => [...code.matchAll(/(?<![\w-])-(?:-([a-z][\w-]*)|([a-z]))(?![\w-])/g)]);
    const long = new Set<string>([FLAGS, ...commands.map((command) => command.flags)].flatMap((one) => Object.keys(one)));
    const short = new Set([FLAGS, ...commands.map((command) => command.flags)].flatMap((one) => Object.values<Flag>(one)).flatMap((flag) => flag.short ?? []));
    expect(named.filter(([, name, letter]) => (name === undefined ? !short.has(letter ?? '') : !long.has(name))).map(([flag]) => flag)).toEqual([]);
  });

  test('every rule and every configuration that is named is there', () => {
    const all = [...codes, ...fences.map((fence) => fence.text)].join('\n');
    const known = [...findingIds, ...Object.keys(plugin.rules), ...Object.keys('languages' in plugin ? (plugin.languages ?? {}) : {}), ...PLUGIN_CONFIGS, 'cors-lint', 'config', 'api', 'parser', 'schema.json', 'package.json', '*'];
    const ids = [...all.matchAll(/(?<![\w/:.@-])cors-lint\/([\w.*-]+)/g)].map(([, id = '']) => id);
    expect(ids.filter((id) => !known.includes(id))).toEqual([]);
    const sets = [...all.matchAll(/(?<![\w/])(cors-lint:[a-z-]+)/g)].map(([, name]) => name);
    expect(sets.filter((name) => !PRESETS.some((preset) => preset === name))).toEqual([]);
    const configs = [...all.matchAll(/\bconfigs(?:\.([\w-]+)|\[['"]([\w-]+)['"]\])|plugin:cors-lint\/([\w-]+)/g)].map(([, ...names]) => names.join(''));
    expect(configs.filter((name) => !PLUGIN_CONFIGS.includes(name))).toEqual([]);
    expect(directivesIn(new SourceText(path, text)).flatMap(({ rules }) => rules).filter((id) => !ruleIds.includes(id) && !id.startsWith('<'))).toEqual([]);
  });

  test('versions of this package are the present one', () => {
    const versions = [...text.matchAll(/\brev: v([\d.]+)|(?<![\w/])cors-lint@(\d[\d.]*)/g)].map(([, rev, version]) => rev ?? version);
    expect(versions.filter((version) => version !== VERSION)).toEqual([]);
  });

  test('every script of this package that is named is there', () => {
    const named = [...codes, ...fences.map((fence) => fence.text)].flatMap((code) => [...code.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name));
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test.each(fences.filter(({ language, text: example }) => language in PARSERS && !/^[\s*]*…$/m.test(example)))('the example in line $line is of its language', ({ language, text: example }) => {
    expect(PARSERS[language]!(example)).toEqual([]);
  });

  test.each(fences.filter(isConfig))('the configuration in line $line is one', async ({ file = '', section }) => {
    const folder = project('eslint');
    for (const other of fences.filter((one) => one.section === section && one.file !== undefined)) write(folder, other.file!, other.text);
    expect((await new ConfigSearch(ruleEntries, folder, folder).from(join(folder, file))).length).toBeGreaterThan(0);
  });

  test.each(fences.filter(({ file = '' }) => ESLINT_FILE.test(file)))('ESLint takes the configuration in line $line', async ({ file = '', text: example, section }) => {
    const eslint = file.startsWith('.eslintrc') || /8\.57/.test(section) ? 'eslint-8' : 'eslint';
    const folder = project(eslint);
    write(folder, file, example);
    expect(await foundBy(folder, eslint, file.startsWith('eslint.config'))).toEqual(['cors-lint/no-reflected-origin']);
  });
});

const REFLECTING = "import cors from 'cors';\nimport express from 'express';\nconst app = express();\napp.use(cors({ origin: true, credentials: true }));\napp.get('/me', (req, res) => res.json({}));\n";

/** What ESLint finds in a script that lets everybody in, by a configuration in the folder. */
async function foundBy(folder: string, eslint: string, flat: boolean): Promise<readonly (string | null)[]> {
  const require = createRequire(import.meta.url);
  const { loadESLint, ESLint } = require(eslint) as typeof import('eslint');
  const Class = flat && eslint === 'eslint-8' ? (require('eslint-8/use-at-your-own-risk') as { FlatESLint: typeof ESLint }).FlatESLint : loadESLint === undefined ? ESLint : await loadESLint({ useFlatConfig: flat });
  const results = await new Class({ cwd: folder }).lintText(REFLECTING, { filePath: join(folder, 'src/app.js') });
  return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
}

/**
 * Commands that end in `# exit <n>` are run in a copy of the showcase, with the files of their section laid over it; a
 * block right behind a single command is what it prints, or the file that the block names, afterwards; `…` stands for
 * anything. `vitest -u` writes what is true.
 */
describe.each(written.filter(({ text }) => /# exit \d/.test(text)))('$path', (document) => {
  test('commands do what the page says', async () => {
    await expect(await toldTruly(document)).toMatchFileSnapshot(join(root, document.path));
  });
});

const RUN = /^((?:npx |node )?(?:cors-lint|dist\/cli\.js)\b.*?)( +# exit )(\d+)$/;

async function toldTruly({ text, fences }: Page): Promise<string> {
  const truths: { readonly at: Fence; readonly text: string }[] = [];
  let said: readonly string[] = [];
  let folder = '';
  for (const fence of fences) {
    const [truth, ...more] = fence.followsFence && fence.language !== 'sh' ? said.map((told) => (fence.file === undefined ? told : readFileSync(join(folder, fence.file), 'utf8'))) : [];
    if (truth !== undefined && more.length === 0) truths.push({ at: fence, text: agree(fence.text, truth) ? fence.text : `${truth.trimEnd()}${fence.text === '' ? '\n' : ''}` });
    said = [];
    if (fence.language !== 'sh' || !/# exit \d/.test(fence.text)) continue;
    folder = shopWith(fences.filter((other) => other.section === fence.section && other.file !== undefined && other.start < fence.start));
    const lines: string[] = [];
    for (const line of fence.text.split('\n')) {
      const [, command, gap, code] = RUN.exec(line) ?? [];
      if (command === undefined) {
        lines.push(line);
        continue;
      }
      const answer = await answerTo(callsIn(command)[0]!, folder);
      expect(answer.code === 2 && code !== '2' ? answer.text : '', command).toBe('');
      lines.push(`${command}${gap}${answer.code}`);
      said = [...said, answer.text];
    }
    truths.push({ at: fence, text: lines.join('\n') });
  }
  return truths.reduceRight((all, { at, text: truth }) => all.slice(0, at.start) + truth + all.slice(at.end), text);
}

/** The showcase under git, with further files on top. */
function shopWith(files: readonly Fence[]): string {
  const folder = mkdtempSync(join(top, 'shop-'));
  cpSync(join(root, 'fixtures/showcase'), folder, { recursive: true });
  const git = (...words: readonly string[]): void => void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@shop.example', '-c', 'commit.gpgsign=false', ...words], { cwd: folder });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--no-verify', '--message=shop');
  for (const { file, text } of files) write(folder, file!, text);
  return folder;
}

async function answerTo(argv: readonly string[], folder: string): Promise<{ readonly code: number; readonly text: string }> {
  let out = '';
  let told = '';
  const code = await run(argv, { cwd: folder, env: {}, stdout: { isTTY: false, write: (text) => void (out += text) }, stderr: { isTTY: false, write: (text) => void (told += text) }, readStdin: () => new Uint8Array() }, () => Promise.resolve(lint));
  return { code, text: out === '' ? told : out };
}

/** Is what is shown what was said, where `…` stands for anything? */
function agree(shown: string, said: string): boolean {
  const parts = shown.trimEnd().split(/^\s*\*?\s*…\s*$\n?/m).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}\\n*$`).test(said);
}

test('the page of the command line has every flag and every format', () => {
  const { codes, headings } = page('docs/cli.md');
  const named = codes.flatMap((code) => [...code.matchAll(/--([a-z][\w-]*)/g)].map(([, name]) => name));
  expect(Object.keys(FLAGS).filter((flag) => !named.includes(flag))).toEqual([]);
  expect(Object.keys(reporters).filter((name) => !headings.includes(name) && !codes.includes(name))).toEqual([]);
});

test('the page of code-mods has each under its heading, and begins with what it does', () => {
  const { text, headings } = page('docs/codemods.md');
  const sections = text.split(/^## /m).slice(1).flatMap((part) => part.split(/^### /m).slice(1).map((section) => ({ group: part.split('\n')[0]!, name: /^`(.*)`$/m.exec(section)?.[1], says: section.split('\n').slice(1).join(' ').replaceAll('`', '').trim() })));
  expect(sections.map(({ group, name }) => `${group}: ${name}`).sort()).toEqual(Object.entries(CODEMODS).map(([name, { group }]) => `${group}: ${name}`).sort());
  for (const { name = '', says } of sections) expect(says).toSatisfy((words: string) => words.startsWith(CODEMODS[name]!.help.replaceAll('`', '').replace(/\.$/, '')), `docs/codemods.md: ${name}: ${CODEMODS[name]!.help}`);
  expect(headings).toEqual(expect.arrayContaining(Object.keys(CODEMODS)));
});

test('the page of the configuration has every key', () => {
  const { properties } = JSON.parse(readFileSync(join(root, 'schema.json'), 'utf8')) as { properties: object };
  expect(Object.keys(properties).filter((key) => !page('docs/configuration.md').headings.includes(key))).toEqual([]);
});

test('the page of the Action has its inputs with their defaults, its outputs, and no others', () => {
  const action = parseYaml(readFileSync(join(root, 'action.yml'), 'utf8')) as Record<'inputs' | 'outputs', Record<string, { default?: unknown }>>;
  const { text, fences } = page('docs/github-action.md');
  const rowsUnder = (heading: string): readonly (readonly string[])[] => {
    const [, part = ''] = new RegExp(`^## ${heading}\\n([^]*?)(?=^## |$(?![^]))`, 'm').exec(text) ?? [];
    return part.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
  };
  expect(rowsUnder('Inputs').map(([, name, value]) => [name, value])).toEqual(Object.entries(action.inputs).map(([name, input]) => [name, String(input.default ?? '')]));
  expect(rowsUnder('Outputs').map(([, name]) => name)).toEqual(Object.keys(action.outputs));
  for (const fence of fences.filter(({ language }) => language === 'yaml')) {
    for (const { uses = '', with: inputs = {} } of stepsIn(parseYaml(fence.text))) {
      if (uses.startsWith('cors-lint/cors-lint@')) expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
    }
  }
});

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

function stepsIn(value: unknown): readonly Step[] {
  if (typeof value !== 'object' || value === null) return [];
  return ['uses' in value ? (value as Step) : [], ...Object.values(value).map(stepsIn)].flat();
}

/** Requests that a page shows as `curl` lines, with the answer in the block behind. */
describe('requests to replay', () => {
  const { fences } = page('docs/reading-a-finding.md');
  const replays = fences.filter(({ language, text }) => language === 'sh' && text.startsWith('curl '));

  test.each(replays)('line $line: a finding has it, and the answer is the predicted one', async ({ text, section, end }) => {
    const shop = shopWith(fences.filter((other) => other.section === section && other.file !== undefined));
    const { findings } = await lint(pathsUnder(shop).filter((path) => !path.startsWith('.git/')), filesUnder(shop), optionsOf());
    const words = callsIn(text.replace(/^curl/, 'cors-lint'))[0]!;
    const headers = new Map(words.filter((_word, index) => words[index - 1] === '-H').map((header) => header.split(': ') as [string, string]));
    const isPreflight = words.includes('OPTIONS');
    const { pathname } = new URL(words.find((word) => word.startsWith('http'))!);
    const witness = findings.flatMap((finding) => finding.witness ?? []).find(({ request }) => request.origin === headers.get('Origin') && new URL(request.url, 'https://a.example').pathname === pathname && request.method === (isPreflight ? headers.get('Access-Control-Request-Method') : 'GET'));
    const predicted = isPreflight ? witness?.preflight : witness?.response;
    const [status, ...told] = fences.find((fence) => fence.followsFence && fence.language === 'http' && fence.start > end)!.text.split('\n');
    expect(status).toContain(` ${predicted?.status} `);
    // Lines of one name are one list, wherever they stand.
    const lists = (lines: readonly (readonly [string, string])[]): readonly string[][] => [...new Headers(lines.map(([name, value]) => [name, value]))];
    expect(lists(told.map((line) => line.split(': ') as [string, string]))).toEqual(lists((predicted?.headers ?? []).map((line) => [line.name, line.text ?? ''])));
  });

  test('there are some', () => expect(replays.length).toBeGreaterThan(1));
});

test('every reason of a gap is explained', () => {
  const reasonsIn = (path: string, union: RegExp): readonly string[] => [...(union.exec(readFileSync(join(root, path), 'utf8'))?.[1] ?? '').matchAll(/'([\w-]+)'/g)].map(([, reason = '']) => reason);
  const reasons = [...reasonsIn('src/values/fact.ts', /UnknownReason =([^;]*);/), ...reasonsIn('src/hosts/disk.ts', /interface Unread [^]*?reason:([^;]*);/)];
  expect(reasons).toEqual(expect.arrayContaining(['env-variable', 'unreadable']));
  expect(page('docs/reading-a-finding.md').codes).toEqual(expect.arrayContaining(reasons));
});

test.each(page('docs/contributing.md').fences.filter(({ file }) => file !== undefined))('the part of $file is what stands there', ({ file, text }) => {
  expect(readFileSync(join(root, file!), 'utf8')).toSatisfy((whole: string) => agree(text, whole));
});

test('languages of the ESLint plugin are named on its page', () => {
  const { codes } = page('docs/eslint.md');
  for (const name of ['nginx', 'yaml', 'python', 'java', 'kotlin']) expect(codes).toContain(`cors-lint/${name}`);
  expect(Object.keys(languagePaths)).not.toEqual([]);
});

test('the README fits on a few screens, and its first commands are there to run', () => {
  const { text, fences } = page('README.md');
  expect(text.split('\n').length).toBeLessThanOrEqual(250);
  const [lintShop, runTests] = fences.map((fence) => fence.text);
  expect(lintShop).toMatch(/^npm ci --ignore-scripts && npm run build && node dist\/cli\.js fixtures\/showcase$/);
  expect(runTests).toMatch(/^npm ci --ignore-scripts && npm run build && npm test$/);
  expect(existsSync(join(root, 'fixtures/showcase'))).toBe(true);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['build', 'test']));
});
