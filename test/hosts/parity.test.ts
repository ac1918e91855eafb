import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as parser from '@typescript-eslint/parser';
import type { Linter } from 'eslint';
import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import type { Fix } from '../../src/findings/finding.js';
import { directivesIn } from '../../src/findings/ignore.js';
import plugin from '../../src/hosts/eslint/index.js';
import { SourceText } from '../../src/text/source-text.js';
import { filesUnder, optionsOf, pathsUnder } from '../support/lint.js';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '../../fixtures');
const files = filesUnder(root);
const scripts = pathsUnder(root).filter((path) => /^(rules|shapes|showcase)\/.*\.[cm]?[jt]sx?$/.test(path) && directivesIn(new SourceText(path, files.read(path)!)).length === 0);

/** What somebody sees: where, what, and what each offer would write. */
interface Seen {
  readonly rule: string;
  readonly message: string;
  readonly from: string;
  readonly to: string;
  readonly fix: string | null;
  readonly suggestions: readonly string[];
}

const byPlace = (a: Seen, b: Seen): number => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;

async function onTheCommandLine(path: string): Promise<Seen[]> {
  const { findings } = await lint([path], files, optionsOf());
  const source = new SourceText(path, files.read(path)!);
  const place = (offset: number): string => Object.values(source.positionAt(offset)).join(':');
  const here = (fix: Fix | undefined): fix is Fix => fix?.edits.every(({ file }) => file === path) === true;
  // ESLint reports broken syntax itself.
  return findings.filter(({ at, ruleId }) => at.file === path && ruleId !== 'parse-error').map(({ ruleId, message, at, fix, suggestions }) => ({
    rule: `cors-lint/${ruleId}`,
    message,
    from: place(at.start),
    to: place(at.end),
    fix: here(fix) ? mended(source.text, fix.edits.map((edit) => [[edit.start, edit.end], edit.text])) : null,
    suggestions: suggestions.filter(here).map(({ edits }) => mended(source.text, edits.map((edit) => [[edit.start, edit.end], edit.text]))),
  })).sort(byPlace);
}

function inTheEditor(linter: Linter, given: Linter.Parser | undefined, path: string): Seen[] {
  const text = files.read(path)!;
  const config: Linter.Config[] = [
    ...(plugin.configs['parser-recommended'] as Linter.Config[]),
    {
      files: ['**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx}'],
      languageOptions: { ...(given === undefined ? {} : { parser: given }), sourceType: /^\s*(import|export)\b/m.test(text) ? 'module' : 'commonjs' },
      linterOptions: { reportUnusedDisableDirectives: 'off' },
    },
  ];
  return linter.verify(text, config, join(root, path)).map((message) => ({
    rule: message.ruleId ?? 'fatal',
    message: message.message,
    from: `${message.line}:${message.column}`,
    to: `${message.endLine}:${message.endColumn}`,
    fix: message.fix === undefined ? null : mended(text, [[message.fix.range, message.fix.text]]),
    suggestions: (message.suggestions ?? []).filter(({ messageId }) => messageId !== 'disable').map(({ fix }) => mended(text, [[fix.range, fix.text]])),
  })).sort(byPlace);
}

function mended(text: string, edits: readonly (readonly [readonly [number, number], string])[]): string {
  return [...edits].sort(([[a]], [[b]]) => b - a).reduce((sum, [[start, end], written]) => sum.slice(0, start) + written + sum.slice(end), text);
}

const expected = new Map<string, Promise<Seen[]>>();

/** TypeScript needs its parser. */
const PARSERS = [
  ['@typescript-eslint/parser', parser as Linter.Parser, (path: string) => scripts.includes(path)],
  ['espree, the default', undefined, (path: string) => path.endsWith('.js')],
] as const;

describe.each(['eslint-8', 'eslint', 'eslint-10'])('%s', (name) => {
  const { Linter: Class } = require(name) as { Linter: new (options: object) => Linter };
  const linter = new Class({ configType: 'flat', cwd: root });

  test.each(PARSERS)('with %s an editor shows what the command line says', async (_parser, given, reads) => {
    const differing: object[] = [];
    for (const path of scripts.filter(reads)) {
      if (!expected.has(path)) expected.set(path, onTheCommandLine(path));
      const [line, editor] = [await expected.get(path), inTheEditor(linter, given, path)];
      if (JSON.stringify(editor) !== JSON.stringify(line)) differing.push({ path, line, editor });
    }
    expect(differing).toEqual([]);
  }, 600_000);
});

test('there is something to compare: findings, fixes and suggestions', async () => {
  const all = (await Promise.all(scripts.map((path) => expected.get(path) ?? onTheCommandLine(path)))).flat();
  expect(all.length).toBeGreaterThan(20);
  expect(all.some(({ fix }) => fix !== null)).toBe(true);
  expect(all.some(({ suggestions }) => suggestions.length > 0)).toBe(true);
});
