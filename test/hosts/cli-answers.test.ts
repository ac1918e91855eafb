import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../src/config/check.js';
import { configSchema } from '../../src/config/schema.js';
import { ruleEntries } from '../../src/generated/catalogue.js';
import { FLAGS } from '../../src/hosts/cli/options.js';
import { Folder, runIn, SERVER } from '../support/cli.js';

const folder = new Folder('answers');
const cli = (...argv: string[]): ReturnType<typeof runIn> => runIn(folder.path, argv);
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

describe('--help', () => {
  test('names every flag under a heading, the exit codes, and two examples, in 80 columns', async () => {
    const { code, out } = await cli('--help');
    expect(code).toBe(0);
    expect(widest(out)).toBeLessThanOrEqual(80);
    for (const name of Object.keys(FLAGS)) expect(out).toMatch(new RegExp(`^  (?:-\\w, |    )--${name}(?: <[^>]+>)?(?:\\s|$)`, 'm'));
    expect(out.match(/^[A-Z][\w -]+.*:$/gm)).toEqual(expect.arrayContaining(['Files:', 'Fixes:', 'Examples:', 'Exit codes:']));
    for (const exit of ['0', '1', '2', '130']) expect(out).toMatch(new RegExp(`^  ${exit} {2,}\\S`, 'm'));
    expect(/Examples:\n((?: .*\n)+)/.exec(out)![1]!.match(/^ {2}cors-lint/gm)).toHaveLength(2);
  });
});

describe('--rules', () => {
  test('every rule in 80 columns, the worst first, those of the strict set with a mark', async () => {
    const { out } = await cli('--rules');
    expect(widest(out)).toBeLessThanOrEqual(80);
    const ids = [...out.matchAll(/^([ *]) ([a-z][a-z-]+) {2}/gm)];
    expect(ids.map(([, , id]) => id).sort()).toEqual(ruleEntries.map(({ id }) => id).sort());
    const strict = new Set(ruleEntries.filter(({ set }) => set === 'strict').map(({ id }) => id));
    for (const [, mark, id] of ids) expect(`${id} ${mark}`).toBe(`${id} ${strict.has(id!) ? '*' : ' '}`);
    const classOf = new Map(ruleEntries.map((rule) => [rule.id, rule.class]));
    const order = ids.map(([, , id]) => ['security-error', 'broken-in-browser', 'correctness-warning', 'hygiene'].indexOf(classOf.get(id!)!));
    expect(order).toEqual([...order].sort());
    expect(out).not.toContain('`');
  });

  test('as JSON, with a version', async () => {
    const { version, rules } = JSON.parse((await cli('--rules', '--format', 'json')).out) as { version: number; rules: object[] };
    expect(version).toBe(1);
    expect(rules).toHaveLength(ruleEntries.length);
    expect(rules).toContainEqual(expect.objectContaining({ ruleId: 'cors-lint/no-null-origin', class: 'security-error', set: 'recommended' }));
  });

  test('another format is refused', async () => {
    expect(await cli('--rules', '-f', 'sarif')).toEqual({ code: 2, out: '', err: 'cors-lint: --format: an answer is text or json, not "sarif"\n' });
  });
});

describe('--explain', () => {
  test('the text, options, bad and good code, without marks of markdown', async () => {
    for (const { id, options } of ruleEntries) {
      const { code, out } = await cli('--explain', id);
      expect(code).toBe(0);
      const prose = out.replace(/^ {2,}.*$/gm, '');
      expect(prose).not.toMatch(/`|\*\*|\]\(/);
      expect(widest(prose)).toBeLessThanOrEqual(80);
      for (const option of Object.keys(options)) expect(out).toContain(`Option ${option} (default `);
      if (id !== 'parse-error') expect(out).toMatch(/^Bad \(bad-.*\):$[\s\S]*^Good \(ok-.*\):$/m);
    }
  });

  test('by its full id, and as JSON', async () => {
    expect((await cli('--explain', 'cors-lint/no-reflected-origin')).out).toContain('the most\nreported CORS hole');
    const { version, rule } = JSON.parse((await cli('--explain', 'no-null-origin', '-f', 'json')).out) as { version: number; rule: { ruleId: string; bad: { text: string }; options: object } };
    expect([version, rule.ruleId]).toEqual([1, 'cors-lint/no-null-origin']);
    expect(rule.bad.text).toContain("'null'");
    expect(Object.keys(rule.options)).toEqual(['allowInEnv']);
  });

  test('an unknown one is exit 2, with the nearest', async () => {
    expect(await cli('--explain', 'no-nul-origin')).toEqual({ code: 2, out: '', err: 'cors-lint: --explain: unknown rule "no-nul-origin"; did you mean no-null-origin?\n' });
  });
});

describe('--print-config', () => {
  test('what applies, and which files say so', async () => {
    folder.write({ 'base.json': '{"extends":[],"rules":{"no-null-origin":["warn",{"allowInEnv":["dev"]}]}}', '.cors-lintrc.yaml': 'extends: ./base.json\nenvironments: { dev: { files: ["*.dev.js"] } }\ntrustedOrigins: ["https://a.example", { env: dev, origins: ["http://localhost:*"] }]\n' });
    const { out } = await cli('--print-config', 'x.dev.js', '--skip', 'no-null-origin');
    expect(out).toMatch(/^x\.dev\.js\n/);
    expect(out).toMatch(/^ {2}from +base\.json, \.cors-lintrc\.yaml, command line$/m);
    expect(out).toMatch(/^ {2}environment +dev$/m);
    expect(out).toMatch(/^ {2}trusted origins +https:\/\/a\.example http:\/\/localhost:\*$/m);
    expect(out).toMatch(/^ {2}no-null-origin +off \{"allowInEnv":\["dev"\]\}$/m);
    expect(JSON.parse((await cli('--print-config', 'x.js', '-f', 'json')).out)).toMatchObject({ version: 1, file: 'x.js', environment: 'production', trustedOrigins: ['https://a.example'], rules: { 'no-null-origin': ['warn', { allowInEnv: ['dev'] }] } });
  });

  test('--env stands in for the environment, and for what is trusted in it', async () => {
    folder.write({ '.cors-lintrc.yaml': 'trustedOrigins: [{ env: dev, origins: ["http://localhost:*"] }]\n' });
    expect(JSON.parse((await cli('--print-config', 'x.js', '-f', 'json', '--env', 'dev')).out)).toMatchObject({ environment: 'dev', trustedOrigins: ['http://localhost:*'] });
  });
});

describe('--init', () => {
  const written = (): string => readFileSync(folder.at('.cors-lintrc.yaml'), 'utf8');

  test('a configuration that fits, is valid, and lints', async () => {
    folder.write({ 'src/server.js': SERVER, 'conf/app.dev.yml': 'cors: 1', 'docker-compose.yml': 'a: cors', 'docker-compose.prod.yml': 'a: 1', 'test/a.test.js': 'cors' });
    const { code, out } = await cli('--init');
    expect(code).toBe(0);
    expect(out).toContain('npx cors-lint\n');
    expect(written()).toContain('#   src/server.js\n');
    const config: unknown = parse(written());
    expect(checkConfig(config, configSchema(ruleEntries))).toEqual({ config });
    expect(config).toMatchObject({ extends: ['cors-lint:recommended'], environments: { dev: { files: expect.arrayContaining(['!**/{docker-,}compose*prod*']) }, test: {} } });
    expect(config).not.toHaveProperty('trustedOrigins');
    expect(await cli('-f', 'compact', '--only', 'no-reflected-origin')).toMatchObject({ code: 1, out: expect.stringMatching(/^src\/server\.js:2:/) });
    const environment = async (file: string): Promise<unknown> => (JSON.parse((await cli('--print-config', file, '-f', 'json')).out) as { environment: unknown }).environment;
    expect(await Promise.all(['src/server.js', 'conf/app.dev.yml', 'docker-compose.yml', 'docker-compose.prod.yml', 'test/a.test.js'].map(environment))).toEqual(['production', 'dev', 'dev', 'production', 'test']);
  });

  test('what it leaves as comments is valid too', async () => {
    await cli('--init');
    const open = parse(written().split('\n').filter((line) => /^# ( *- |\s|[a-zA-Z]+:( |$))/.test(line) || !line.startsWith('#')).map((line) => line.replace(/^# /, '')).filter((line) => !/^ {2}\S+\/|schema=/.test(line)).join('\n')) as Record<string, unknown>;
    expect(Object.keys(open).sort()).toEqual(['environments', 'extends', 'failOn', 'ignores', 'overrides', 'requireDisableReason', 'rules', 'trustedOrigins']);
    expect(checkConfig(open, configSchema(ruleEntries))).toEqual({ config: open });
  });

  test.each(['.cors-lintrc', '.cors-lintrc.yaml', 'cors-lint.config.mjs', '.config/cors-lintrc.json'])('refuses where %s is', async (name) => {
    folder.write({ [name]: 'mine' });
    const { code, err } = await cli('--init');
    expect(code).toBe(2);
    expect(err).toBe(`cors-lint: --init: ${folder.at(name)} is there already; nothing was written\n`);
    expect(readFileSync(folder.at(name), 'utf8')).toBe('mine');
  });

  test('names of files cannot break out of the comment', async () => {
    folder.write({ 'a\nextends: evil\n#.js': SERVER });
    await cli('--init');
    expect(parse(written())).toEqual({ extends: ['cors-lint:recommended'] });
  });
});
