import { join } from 'node:path';
import type { Linter } from 'eslint';
import { expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import type { Fix } from '../../src/findings/finding.js';
import { applyEdits } from '../../src/text/edit.js';
import { SourceText } from '../../src/text/source-text.js';
import { built, linterOf, SAMPLES, type Language } from '../support/eslint.js';
import { filesUnder, optionsOf } from '../support/lint.js';

const root = join(import.meta.dirname, '../../fixtures');
const files = filesUnder(root);
const rules = { ...(built.configs.recommended[0] as Linter.Config<Linter.RulesRecord>).rules, 'cors-lint/parse-error': 'error' } as const;
const linter = linterOf('9.39', root);

const CASES = (Object.entries(SAMPLES) as [Language, string][]).flatMap(([language, name]) => [
  [language, `rules/no-wildcard-with-credentials/${name}`] as const,
  ...(language === 'headers-file' ? [] : [[language, `rules/no-wildcard-with-credentials/${name.replace('bad-', 'ok-')}`] as const]),
]);

test.each(CASES.filter(([, path]) => files.exists(path)))('%s: an editor shows what the command line says of %s', async (language, path) => {
  const text = files.read(path)!;
  const source = new SourceText(path, text);
  const here = (fix: Fix | undefined): fix is Fix => fix?.edits.every(({ file }) => file === path) === true;
  const mended = ({ edits }: Fix): string => applyEdits(text, edits);
  const { findings } = await lint([path], files, optionsOf());
  const said = findings.filter(({ at }) => at.file === path).map(({ ruleId, message, at, fix, suggestions }) => ({
    rule: `cors-lint/${ruleId}`,
    message,
    places: [source.positionAt(at.start), source.positionAt(at.end)],
    fix: here(fix) ? mended(fix) : null,
    suggestions: suggestions.filter(here).map(mended),
  }));
  const messages = linter.verify(text, [{ files: ['**/*.*', '**/_headers'], plugins: { 'cors-lint': built }, language: `cors-lint/${language}`, rules }], join(root, path));
  const written = ({ range: [start, end], text: added }: { range: readonly [number, number]; text: string }): string => text.slice(0, start) + added + text.slice(end);
  const shown = messages.map((message) => ({
    rule: message.ruleId,
    message: message.message,
    places: [{ line: message.line, column: message.column }, { line: message.endLine, column: message.endColumn }],
    fix: message.fix === undefined ? null : written(message.fix),
    suggestions: (message.suggestions ?? []).filter(({ messageId }) => messageId !== 'disable').map(({ fix }) => written(fix)),
  }));
  expect(shown).toEqual(said);
  expect(shown.length > 0).toBe(path.includes('/bad-'));
});
