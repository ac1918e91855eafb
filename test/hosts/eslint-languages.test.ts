import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ESLint, Linter } from 'eslint';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type plugin from '../../src/hosts/eslint/declaration.js';
import { built, eslintOf, expectedIn, fixture, linterOf, require, SAMPLES, seenIn, VERSIONS, type Language, type Version } from '../support/eslint.js';

const root = join(import.meta.dirname, '../..');
/** A pattern that ended with `/*` would pick nothing up. */
const EVERY = ['**/*.*', '**/_headers'];
const RULE = 'no-wildcard-with-credentials';
const languages = Object.keys(SAMPLES) as Language[];
const textOf = (language: Language): string => fixture(RULE, SAMPLES[language]);

let top: string;
beforeAll(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'cors-lint-languages-')));
  // What `_headers` means is told by the files beside it.
  const folder = dirname(dirname(SAMPLES['headers-file']));
  cpSync(join(root, 'fixtures/rules', RULE, folder), join(top, folder), { recursive: true });
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

const rules = (built.configs.recommended[0] as Linter.Config<Linter.RulesRecord>).rules!;

/** Rules on files of one language, by name. */
function configFor(language: string, more: Linter.Config = {}): Linter.Config[] {
  return [{ files: EVERY, plugins: { 'cors-lint': built }, language: `cors-lint/${language}`, rules }, { files: EVERY, ...more }];
}

/** As the version does: by language, or in 8.57 by the parser. */
function documentConfig(version: Version, language: string, more: Linter.Config = {}): Linter.Config[] {
  if (version !== '8.57') return configFor(language, more);
  return [{ files: EVERY, plugins: { 'cors-lint': built }, languageOptions: { parser: built.parser }, rules }, { files: EVERY, ...more }];
}

const NGINX = `server {
    location /api/ {
        add_header Access-Control-Allow-Origin "*";
        add_header Access-Control-Allow-Credentials "true";
        root /srv/www;
    }
}
`;
const REFUSED = `3 cors-lint/${RULE}`;

describe.each(Object.keys(VERSIONS) as Version[])('ESLint %s', (version) => {
  const verify = (text: string, language: string, name: string, more: Linter.Config = {}): Linter.LintMessage[] =>
    linterOf(version, top).verify(text, documentConfig(version, language, more), join(top, name));

  test.each(languages)('%s: findings stand where the fixture says', (language) => {
    const messages = verify(textOf(language), language, SAMPLES[language]);
    expect(seenIn(messages)).toEqual(expectedIn(textOf(language)));
    expect(messages.length).toBeGreaterThan(0);
  });

  test('a place has a start and an end, and a severity of its own', () => {
    const [message] = verify(NGINX, 'nginx', 'site.conf', { rules: { [`cors-lint/${RULE}`]: 'warn' } });
    expect(message).toMatchObject({ severity: 1, line: 3, column: 9, endLine: 3, endColumn: 52 });
  });

  test('options of a rule count', () => {
    const text = fixture('no-null-origin', 'bad-nginx.conf');
    expect(seenIn(verify(text, 'nginx', 'site.conf'))).toContain(expectedIn(text)[0]);
    expect(seenIn(verify(text, 'nginx', 'site.conf', { rules: { 'cors-lint/no-null-origin': ['error', { allowInEnv: ['production'] }] } })).filter((seen) => seen.endsWith('no-null-origin'))).toEqual([]);
  });

  const MENDED = { nginx: 'nginx.conf', apache: 'apache.conf', lighttpd: 'lighttpd.conf', haproxy: 'haproxy.cfg', caddy: 'caddy.caddyfile', python: 'django.py', java: 'javalin.java', kotlin: 'ktor.kt' } as const;

  test.each(Object.entries(MENDED))('%s: fixes are applied, with a byte order mark and with CRLF too', (language, name) => {
    const [text, fixed] = [fixture('vary-origin-missing', `bad-${name}`), fixture('vary-origin-missing', `bad-${name.replace(/(\.\w+)$/, '.fixed$1')}`)];
    for (const as of [(one: string) => one, (one: string) => `\uFEFF${one}`, (one: string) => one.replaceAll('\n', '\r\n')]) {
      const { output, messages } = linterOf(version, top).verifyAndFix(as(text), documentConfig(version, language), { filename: join(top, name) });
      expect(output).toBe(as(fixed));
      expect(seenIn(messages).filter((seen) => seen.endsWith('vary-origin-missing'))).toEqual([]);
    }
  });

  test('a suggestion mends the text', () => {
    const [{ suggestions = [] }] = verify(NGINX, 'nginx', 'site.conf') as [Linter.LintMessage];
    const [{ fix, desc }] = suggestions as [Linter.LintSuggestion];
    expect(desc).toMatch(/^Stop allowing credentials/);
    const mended = NGINX.slice(0, fix.range[0]) + fix.text + NGINX.slice(fix.range[1]);
    expect(mended).not.toContain('Credentials');
    expect(verify(mended, 'nginx', 'site.conf')).toEqual([]);
  });

  const COMMENTS: readonly (readonly [language: Language, before: string, after: string])[] = [
    ['nginx', '# ', ''],
    ['python', '# ', ''],
    ['yaml', '# ', ''],
    ['java', '// ', ''],
    ['kotlin', '/* ', ' */'],
    ['vcl', '/* ', ' */'],
    ['xml', '<!-- ', ' -->'],
    ['hocon', '// ', ''],
    ['properties', '# ', ''],
  ];

  test.each(COMMENTS)('%s: comments %s…%s silence; ESLint counts its own that silence nothing', (language, before, after) => {
    const text = textOf(language);
    const line = Number(expectedIn(text)[0]!.split(' ')[0]);
    const lines = text.split('\n');
    const commented = (words: string): string => [...lines.slice(0, line - 1), `${before}${words}${after}`, ...lines.slice(line - 1)].join('\n');
    const silenced = (words: string): readonly string[] => seenIn(verify(commented(words), language, SAMPLES[language], { linterOptions: { reportUnusedDisableDirectives: 'error' } }));
    const others = expectedIn(text).slice(1).map((seen) => seen.replace(/^\d+/, (number) => String(Number(number) + 1)));
    expect(silenced(`eslint-disable-next-line cors-lint/${RULE}`)).toEqual(others);
    expect(silenced(`cors-lint-disable-next-line ${RULE}`)).toEqual(others);
    expect(silenced(`eslint-disable cors-lint/${RULE}`)).toEqual([]);
    expect(silenced(`eslint-disable-file cors-lint/${RULE}`)).toEqual([]);
    expect(silenced('eslint-disable-next-line cors-lint/no-null-origin')).toEqual([expect.stringMatching(`^${line} Unused eslint-disable directive`), `${line + 1} cors-lint/${RULE}`, ...others]);
  });

  test('--fix takes one rule out of a comment that silences two, and leaves the rest as it is', () => {
    const commented = (list: string): string => NGINX.replace('        add', `        # eslint-disable-next-line ${list} -- the reason\n        add`);
    const options = { linterOptions: { reportUnusedDisableDirectives: 'error' } } as const;
    const { output } = linterOf(version, top).verifyAndFix(commented(`cors-lint/no-null-origin, cors-lint/${RULE}`), documentConfig(version, 'nginx', options), { filename: join(top, 'site.conf') });
    expect(output).toBe(commented(`cors-lint/${RULE}`));
  });

  test('a disabled range ends where it is enabled', () => {
    const text = NGINX.replace('        add', `# eslint-disable cors-lint/${RULE}\n# eslint-enable cors-lint/${RULE}\n        add`);
    expect(seenIn(verify(text, 'nginx', 'site.conf', { linterOptions: { reportUnusedDisableDirectives: 'off' } }))).toEqual([REFUSED.replace('3', '5')]);
  });

  test('a broken file is a finding, an empty one is nothing', () => {
    const broken = verify(NGINX.replace('}\n}', ''), 'nginx', 'site.conf', { rules: { 'cors-lint/parse-error': 'error' } });
    expect(broken.some(({ fatal }) => fatal === true)).toBe(false);
    expect(seenIn(broken).some((seen) => seen.endsWith('cors-lint/parse-error'))).toBe(true);
    for (const language of languages) expect(verify('', language, SAMPLES[language])).toEqual([]);
  });

  test('a text without a word about CORS starts no worker; another one is read once, however many rules ask', () => {
    const asked = vi.spyOn(Worker.prototype, 'postMessage');
    try {
      expect(verify('server { listen 80; }\n', 'nginx', 'plain.conf')).toEqual([]);
      expect(asked).toHaveBeenCalledTimes(0);
      expect(seenIn(verify(NGINX, 'nginx', 'site.conf'))).toEqual([REFUSED]);
      expect(asked).toHaveBeenCalledTimes(1);
    } finally {
      asked.mockRestore();
    }
  });
});

/** Their own rules for scripts, turned on for every file. */
describe.each((Object.keys(VERSIONS) as Version[]).filter((version) => version !== '8.57'))('every core rule of ESLint %s', (version) => {
  const { builtinRules } = require(`${VERSIONS[version]}/use-at-your-own-risk`) as { builtinRules: ReadonlyMap<string, { readonly meta: { readonly schema?: unknown } }> };
  const core = Object.fromEntries([...builtinRules.keys()].map((id) => [id, 'error' as const]));

  test('they are all there', () => expect(Object.keys(core).length).toBeGreaterThan(250));

  test.each(languages)('crashes on no %s and says nothing about it', (language) => {
    for (const text of [textOf(language), `\uFEFF${textOf(language).replaceAll('\n', '\r\n')}  \t\n\n\n\n`, '']) {
      const messages = linterOf(version, top).verify(text, configFor(language, { rules: core }), join(top, SAMPLES[language]));
      expect(messages.filter(({ ruleId }) => !ruleId?.startsWith('cors-lint/'))).toEqual([]);
    }
  });

  test('on texts that are none of ours too', () => {
    const messages = linterOf(version, top).verify('\u00a0x = 0777;\t\n', configFor('nginx', { rules: core }), join(top, 'x.conf'));
    expect(messages).toEqual([]);
  });
});

describe.each((Object.keys(VERSIONS) as Version[]))('a project under ESLint %s', (version) => {
  let project: string;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  };
  const binary = join(root, 'node_modules', VERSIONS[version], 'bin/eslint.js');
  const eslint = (argv: readonly string[], input = ''): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync(process.execPath, [binary, ...argv], { cwd: project, input, encoding: 'utf8', env: { ...process.env, ESLINT_USE_FLAT_CONFIG: 'true' } });
  const seen = (stdout: string): readonly string[] => (JSON.parse(stdout) as ESLint.LintResult[]).flatMap(({ filePath, messages }) => seenIn(messages).map((one) => `${filePath.slice(project.length + 1)} ${one}`)).sort();

  beforeAll(() => {
    project = join(top, `project-${version}`);
    mkdirSync(join(project, 'node_modules'), { recursive: true });
    symlinkSync(root, join(project, 'node_modules/cors-lint'));
    write('package.json', '{ "name": "project" }');
    write('eslint.config.mjs', `import corsLint from 'cors-lint';\nexport default corsLint.configs['${version === '8.57' ? 'parser-' : ''}recommended'];\n`);
    write('deploy/site.conf', NGINX);
    write('sites-enabled/default', NGINX);
    write('app/main.py', fixture(RULE, SAMPLES.python));
    write('Caddyfile', textOf('caddy'));
    write('README.md', NGINX);
    write('data.json', '{ "cors": true }');
  });

  const FOUND = [`Caddyfile ${expectedIn(textOf('caddy'))[0]}`, `app/main.py ${expectedIn(fixture(RULE, SAMPLES.python))[0]}`, `deploy/site.conf ${REFUSED}`, `sites-enabled/default ${REFUSED}`];

  test('`eslint .` picks the files up, and ends', () => {
    const { status, stdout, stderr } = eslint(['.', '--format', 'json']);
    expect(stderr).toBe('');
    expect(seen(stdout)).toEqual(FOUND);
    expect(status).toBe(1);
  });

  test('standard input is read under the name that is given', () => {
    const { status, stdout } = eslint(['--stdin', '--stdin-filename', 'deploy/other.conf', '--format', 'json'], NGINX);
    expect([status, seen(stdout)]).toEqual([1, [`deploy/other.conf ${REFUSED}`]]);
  });

  test('--fix writes the file', () => {
    write('fix/main.py', fixture('vary-origin-missing', 'bad-django.py'));
    eslint(['--fix', 'fix/main.py']);
    expect(readFileSync(join(project, 'fix/main.py'), 'utf8')).toBe(fixture('vary-origin-missing', 'bad-django.fixed.py'));
    rmSync(join(project, 'fix'), { recursive: true });
  });

  // `concurrency` came with 9.34.
  if (version === '9.39' || version === '10') {
    test("it works in ESLint's own threads", () => {
      const { status, stdout } = eslint(['.', '--format', 'json', '--concurrency', '2']);
      expect([status, seen(stdout)]).toEqual([1, FOUND]);
    });
  }
});

describe('eslintrc', () => {
  test.each(['eslint-8', 'eslint'])('%s lints the files of `overrides` with the parser', (name) => {
    const project = join(top, `eslintrc-${name}`);
    mkdirSync(join(project, 'node_modules'), { recursive: true });
    symlinkSync(join(root, 'src/tools/eslint-plugin-cors-lint'), join(project, 'node_modules/eslint-plugin-cors-lint'));
    writeFileSync(join(project, '.eslintrc.json'), JSON.stringify({ root: true, extends: ['plugin:cors-lint/legacy-recommended'] }));
    writeFileSync(join(project, 'site.conf'), NGINX);
    writeFileSync(join(project, 'main.py'), textOf('python'));
    const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules', name, 'bin/eslint.js'), '.', '--format', 'json'], { cwd: project, encoding: 'utf8', env: { ...process.env, ESLINT_USE_FLAT_CONFIG: 'false' } });
    const found = (JSON.parse(stdout) as ESLint.LintResult[]).map(({ filePath, messages }) => [filePath.slice(project.length + 1), ...seenIn(messages)]);
    expect(found).toEqual([['main.py', ...expectedIn(textOf('python'))], ['site.conf', REFUSED]]);
  });
});

test("another plugin's parser may read the file: its tree is not asked for", () => {
  const parseForESLint = (text: string): object => ({ ast: { type: 'Program', body: [{ type: 'YAMLDocument', range: [0, text.length] }], range: [0, text.length], loc: { start: { line: 1, column: 0 }, end: { line: 1, column: 0 } }, tokens: [], comments: [] }, visitorKeys: { Program: [] }, services: { isYAML: true } });
  const config = [{ files: EVERY, plugins: { 'cors-lint': built }, languageOptions: { parser: { parseForESLint } as Linter.Parser }, rules }];
  expect(seenIn(linterOf('9.39', top).verify(textOf('yaml'), config, join(top, SAMPLES.yaml)))).toEqual(expectedIn(textOf('yaml')));
});

test('a worker that dies is one problem of the file, and the next file has a new one', async () => {
  const dist = join(top, 'dist');
  mkdirSync(dist);
  for (const file of ['eslint.cjs', 'scopes.cjs']) cpSync(join(root, 'dist', file), join(dist, file));
  writeFileSync(join(dist, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(root, 'dist/chunks'), join(dist, 'chunks'));
  const worker = readFileSync(join(root, 'dist/eslint-worker.js'), 'utf8');
  writeFileSync(join(dist, 'eslint-worker.js'), `import { parentPort as inbox } from 'node:worker_threads';\ninbox.on('message', ({ path }) => path.endsWith('deadly.conf') && process.exit(1));\n${worker}`);
  const deadly = require(join(dist, 'eslint.cjs')) as typeof plugin;
  const eslint = eslintOf('9.39', { cwd: top, overrideConfigFile: true, overrideConfig: deadly.configs.strict });
  const messages = async (name: string): Promise<Linter.LintMessage[]> => (await eslint.lintText(NGINX, { filePath: join(top, name) }))[0]!.messages;
  expect((await messages('deadly.conf')).map(({ line, message }) => `${line} ${message}`).join('\n')).toBe('1 cors-lint could not read this file: its worker ended unexpectedly.');
  expect(seenIn(await messages('site.conf'))).toContain(REFUSED);
});

test('neither the plugin nor a script starts a worker', () => {
  const program = `const { Worker } = require('node:worker_threads'); let started = 0; const start = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (...given) { started += 1; return start.apply(this, given); };
const plugin = require(${JSON.stringify(join(root, 'dist/eslint.cjs'))}); const { Linter } = require('eslint');
const messages = new Linter().verify("require('express')().use(require('cors')({ origin: true, credentials: true }));", plugin.configs.recommended.concat({ languageOptions: { sourceType: 'commonjs' } }), 'a.js');
console.log(messages.length, started);`;
  expect(execFileSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' })).toBe('1 0\n');
});
