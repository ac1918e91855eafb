import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as parser from '@typescript-eslint/parser';
import type { Linter } from 'eslint';
import { describe, expect, test } from 'vitest';
import { LANGUAGES, commentSyntaxOf, languageOf, takesLine, type LanguageName } from '../../src/hosts/eslint/comment-syntax.js';
import { built, fixture, linterOf } from '../support/eslint.js';

const fixtures = join(import.meta.dirname, '../../fixtures/rules');
const linter = linterOf('9.39', fixtures);
const rules: Linter.RulesRecord = { ...(built.configs.recommended[0] as Linter.Config<Linter.RulesRecord>).rules, 'cors-lint/parse-error': 'error' };

function verify(text: string, name: string): Linter.LintMessage[] {
  const language = languageOf(name);
  const config: Linter.Config = language === undefined ? { languageOptions: { parser: parser as Linter.Parser, parserOptions: { ecmaFeatures: { jsx: true } } } } : { language: `cors-lint/${language}` };
  return linter.verify(text, [{ files: ['**/*.*', '**/_headers'], plugins: { 'cors-lint': built }, rules, linterOptions: { reportUnusedDisableDirectives: 'error' }, ...config }], join(fixtures, name));
}

const offerOf = ({ suggestions = [] }: Linter.LintMessage): Linter.LintSuggestion | undefined => suggestions.find(({ messageId }) => messageId === 'disable');

/** A finding without what a line more changes. */
const place = ({ ruleId, message, line, column }: Linter.LintMessage, shift = 0): string => `${line + shift}:${column} ${ruleId} ${message}`;

/** Takes the offer of each finding, and sees that the finding alone goes and that nothing else moves but down. */
function proof(text: string, name: string): readonly ('offered' | 'withheld')[] {
  const messages = verify(text, name);
  return messages.map((finding) => {
    const offer = offerOf(finding);
    if (offer === undefined) return 'withheld';
    const { range: [start, end], text: added } = offer.fix;
    const after = verify(text.slice(0, start) + added + text.slice(end), name);
    const silenced = (other: Linter.LintMessage): boolean => other.line === finding.line && other.ruleId === finding.ruleId;
    const shift = /[\r\n]$/.test(added) ? 1 : 0;
    expect([name, ...after.map((message) => place(message))]).toEqual([name, ...messages.filter((message) => !silenced(message)).map((message) => place(message, message.line >= finding.line ? shift : 0))]);
    return 'offered';
  });
}

const RULES = ['no-wildcard-with-credentials', 'no-null-origin', 'vary-origin-missing'];
const names = RULES.flatMap((rule) => readdirSync(join(fixtures, rule)).filter((name) => /^bad-/.test(name) && !/\.(?:fixed|suggested)\./.test(name) && statSync(join(fixtures, rule, name)).isFile()).map((name) => `${rule}/${name}`));
const kindOf = (name: string): string => (/\.json$/.test(name) ? 'json' : (languageOf(name) ?? 'script'));

describe('what is offered silences one finding and leaves the rest of the text as it was', () => {
  test.each([...new Set(names.map(kindOf))].filter((kind) => kind !== 'json'))('%s', (kind) => {
    const outcomes = names.filter((name) => kindOf(name) === kind).flatMap((name) => {
      const text = fixture(name.split('/')[0]!, name.split('/')[1]!);
      return [...proof(text, name), ...proof(text.replaceAll('\n', '\r\n'), name)];
    });
    expect(outcomes).toContain('offered');
  }, 300_000);

  test('the syntaxes of all languages with fixtures are among them', () => {
    const without: readonly LanguageName[] = ['headers-file'];
    expect(LANGUAGES.filter((language) => !without.includes(language) && !names.some((name) => kindOf(name) === language || (language === 'apache' && /apache/.test(name)) || (language === 'lighttpd' && /lighttpd/.test(name)) || (language === 'hocon' && /play/.test(name))))).toEqual([]);
  });
});

test('the comment has the indentation and the line end of its line', () => {
  const text = 'server {\r\n    location / {\r\n\tadd_header Access-Control-Allow-Origin "*" always;\r\n        add_header Access-Control-Allow-Credentials true always;\r\n    root /srv;\r\n    }\r\n}\r\n';
  const [finding] = verify(text, 'site.conf') as [Linter.LintMessage];
  expect(offerOf(finding)!.desc).toBe('Disable cors-lint/no-wildcard-with-credentials for this line with a # comment');
  expect(offerOf(finding)!.fix.text).toBe('\t# eslint-disable-next-line cors-lint/no-wildcard-with-credentials -- \r\n');
});

test('a comment that stands there already takes the rule in', () => {
  const text = "app.use(require('cors')({ origin: true, credentials: true }));\n";
  const script = `const app = require('express')();\n// eslint-disable-next-line no-undef -- why\n${text}`;
  const [finding] = verify(script, 'app.js').filter(({ ruleId }) => ruleId === 'cors-lint/no-reflected-origin') as [Linter.LintMessage];
  expect(offerOf(finding)!.desc).toMatch(/in the comment above$/);
  const { range: [start, end], text: added } = offerOf(finding)!.fix;
  expect(script.slice(0, start) + added + script.slice(end)).toContain('// eslint-disable-next-line no-undef, cors-lint/no-reflected-origin -- why\n');
});

/** `¶` marks the start of the line in question. */
const HELD_BACK: readonly (readonly [why: string, path: string, text: string])[] = [
  ['a string over lines', 'main.py', 'x = """\n¶*\n"""'],
  ['a joined line', 'main.py', 'x = 1 + \\\n¶  2'],
  ['a joined line with CRLF', 'main.py', 'x = 1 + \\\r\n¶  2'],
  ['a joined line', 'httpd.conf', 'Header set A \\\n¶  "*"'],
  ['a joined line', 'haproxy.cfg', 'http-response set-header A \\\n¶  "*"'],
  ['a joined line', 'application.properties', 'origins=a,\\\n¶  b'],
  ['a string over lines', 'nginx.conf', 'add_header A "x\n¶y";'],
  ['Lua', 'nginx.conf', 'content_by_lua_block {\n  if a then {\n¶  ngx.header.A = "*"\n } }'],
  ['a heredoc', 'Caddyfile', 'respond <<END\n¶  *\n  END'],
  ['a raw string', 'Caddyfile', 'respond `\n¶  *`'],
  ['a long string', 'default.vcl', 'set x = {"\n¶*"};'],
  ['a text block', 'App.java', 'String x = """\n¶  *""";'],
  ['a comment', 'App.java', '/*\n¶ code */ x();'],
  ['a raw string', 'App.kt', 'val x = """\n¶  *"""'],
  ['a string over lines', 'netlify.toml', "x = '''\n¶*'''"],
  ['the inside of a tag', 'web.xml', '<add\n¶  value="*" />'],
  ['character data', 'web.xml', '<x><![CDATA[\n¶<y>]]></x>'],
  ['text between tags', 'web.xml', '<x>\n¶ * </x>'],
  ['what must come first', 'web.xml', '¶<?xml version="1.0"?><x/>'],
  ['a block scalar', 'a.yaml', 'conf: |\n  server {\n¶    add_header: x\n  }'],
  ['a block scalar in a list', 'a.yaml', '- |\n¶ key: x'],
  ['a block scalar of a key in a list', 'a.yaml', '- a: >-\n¶    key: x'],
  ['a quoted scalar over lines', 'a.yaml', 'a: "x\n¶  key: y"'],
  ['a plain scalar over lines', 'a.yaml', 'a: x\n¶  y'],
  ['an action of a template', 'a.yaml', 'a: {{ list\n¶  - x }}'],
  ['a string over lines', 'application.conf.hocon', 'x = """\n¶*"""'],
];

const TAKEN: readonly (readonly [what: string, path: string, text: string])[] = [
  ['the first line', 'main.py', '¶x = 1'],
  ['an argument', 'main.py', 'f(\n¶    "*",\n)'],
  ['a line behind a closed string', 'main.py', 'x = """\n*\n"""\n¶y = 1'],
  ['a quote in a comment', 'main.py', "# don't\n¶y = 1"],
  ['a quote in a word', 'nginx.conf', "log_format x don't;\n¶y z;"],
  ['a line behind Lua', 'nginx.conf', 'content_by_lua_block { x = { } }\n¶y z;'],
  ['a key', 'a.yaml', 'a:\n¶  b: x'],
  ['an item', 'a.yaml', 'a:\n¶  - x'],
  ['an item of a flow', 'a.yaml', 'a: [\n¶  "x"]'],
  ['a key behind a block scalar', 'a.yaml', 'a: |\n  x\n¶b: y'],
  ['a key of an item behind a block scalar', 'a.yaml', '- a: |\n    x\n¶  b: y'],
  ['an attribute behind a tag', 'web.xml', '<x>\n¶  <y value="*"/></x>'],
  ['an annotation', 'App.java', 'String x = "\\"";\n¶@A("*")'],
];

const takes = (path: string, marked: string): boolean => takesLine(commentSyntaxOf(path.endsWith('.hocon') ? 'hocon' : path.endsWith('nginx.conf') ? 'nginx' : languageOf(path)!, path)!, marked.replace('¶', ''), marked.indexOf('¶'));

test.each(HELD_BACK)('no line goes into %s (%s)', (_why, path, marked) => expect(takes(path, marked)).toBe(false));
test.each(TAKEN)('a line goes before %s (%s)', (_what, path, marked) => expect(takes(path, marked)).toBe(true));

test('JSON has no comments', () => {
  const name = 'no-wildcard-with-credentials/bad-vercel.json';
  const text = fixture('no-wildcard-with-credentials', 'bad-vercel.json');
  expect(proof(text, name)).toContain('withheld');
  expect(proof(text, name)).not.toContain('offered');
  expect(commentSyntaxOf('yaml', 'wrangler.jsonc')?.line('x')).toBe('// x');
});

describe('scripts', () => {
  const offered = (text: string, name: string): readonly boolean[] => verify(text, name).map((finding) => offerOf(finding) !== undefined);

  test('a line of an argument takes a comment', () => {
    expect(offered("const app = require('express')();\napp.use(require('cors')({\n  origin: true,\n  credentials: true,\n}));\n", 'app.js')).toEqual([true]);
  });

  test('the inside of a template does not', () => {
    expect(offered("const app = require('express')();\nconst page = `\n${app.use(require('cors')({ origin: true, credentials: true }))}`;\n", 'app.js')).toEqual([false]);
  });
});
