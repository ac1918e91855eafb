import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lint, type LintResult } from '../src/engine.js';
import type { Finding } from '../src/findings/finding.js';
import { rules } from '../src/generated/registries.js';
import { applyEdits } from '../src/text/edit.js';
import { filesFrom, type Files } from '../src/text/files.js';
import { SourceText } from '../src/text/source-text.js';
import { filesUnder, optionsOf, pathsUnder } from './support/lint.js';

const root = join(import.meta.dirname, '../fixtures/rules');

/**
 * A case: one file, or a folder whose files belong together. `*.fixed.*` is what the automatic fixes make of its
 * neighbour, `*.suggested.*` what the first suggestion of each finding makes of it (in the folder too).
 */
interface Case {
  readonly rule: string;
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** The one that is to be mended. */
  readonly file: string;
  readonly fixed?: string;
  readonly suggested?: string;
}

const cases: readonly Case[] = readdirSync(root).flatMap((rule) =>
  readdirSync(join(root, rule))
    .filter((name) => !/\.(?:fixed|suggested)\./.test(name))
    .map((name) => {
      const path = join(root, rule, name);
      if (statSync(path).isDirectory()) return folderCase(rule, name, texts(path));
      const beside = (what: string): string | undefined => filesUnder(join(root, rule)).read(name.replace(/(\.\w+)$/, `.${what}$1`));
      const [fixed, suggested] = [beside('fixed'), beside('suggested')];
      return { rule, name, file: name, files: { [name]: filesUnder(join(root, rule)).read(name)! }, ...(fixed === undefined ? {} : { fixed }), ...(suggested === undefined ? {} : { suggested }) };
    }),
);

function folderCase(rule: string, name: string, all: Readonly<Record<string, string>>): Case {
  const files = Object.fromEntries(Object.entries(all).filter(([path]) => !/\.(?:fixed|suggested)\./.test(path)));
  const mended = Object.entries(all).filter(([path]) => !(path in files));
  const marked = (what: string): string | undefined => mended.find(([path]) => path.includes(`.${what}.`))?.[1];
  const [fixed, suggested] = [marked('fixed'), marked('suggested')];
  return { rule, name, files, file: (mended[0]?.[0] ?? '').replace(/\.(?:fixed|suggested)\./, '.'), ...(fixed === undefined ? {} : { fixed }), ...(suggested === undefined ? {} : { suggested }) };
}

function texts(folder: string): Record<string, string> {
  return Object.fromEntries(pathsUnder(folder).map((path) => [path, filesUnder(folder).read(path)!]));
}

/** `expect: <ids>` in a comment: what the recommended rules and the case's own find on that line (`expect-next`: on the next one), and nothing else anywhere. */
function expected(files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => {
      const [, next, ids = ''] = /\bexpect(-next)?: ([\w, -]+)/.exec(line) ?? [];
      return ids.split(/[\s,]+/).filter((id) => /^[a-z]/.test(id)).map((id) => `${path}:${index + (next === undefined ? 1 : 2)} ${id}`);
    }),
  );
}

function placed(result: LintResult, files: Files): string[] {
  return result.findings.map(({ at, ruleId }: Finding) => `${at.file}:${new SourceText(at.file, files.read(at.file)!).positionAt(at.start).line} ${ruleId}`);
}

const run = (rule: string, files: Readonly<Record<string, string>>): Promise<LintResult> => lint(Object.keys(files), filesFrom(files), optionsOf(rule));

describe.each(cases)('$rule/$name', ({ rule, name, files, file, fixed }) => {
  test(name.startsWith('bad-') ? 'is found where expected, with a witness' : 'is silent', async () => {
    const result = await run(rule, files);
    expect(placed(result, filesFrom(files)).sort()).toEqual(expected(files).sort());
    if (name.startsWith('bad-')) expect(expected(files).join()).toContain(rule);
    for (const finding of result.findings) expect(finding.witness).toBeDefined();
  });

  test('automatic fixes mend it, and a second run changes nothing', async () => {
    const fixes = (await run(rule, files)).findings.flatMap(({ fix }) => fix ?? []);
    if (fixed === undefined) {
      expect(fixes).toEqual([]);
      return;
    }
    const mended = applyEdits(files[file]!, fixes.flatMap(({ edits }) => edits));
    expect(mended).toBe(fixed);
    const again = await run(rule, { ...files, [file]: mended });
    expect(again.findings.filter(({ ruleId }) => ruleId === rule)).toEqual([]);
    expect(again.findings.flatMap(({ fix }) => fix ?? [])).toEqual([]);
  });
});

describe.each(cases.filter(({ suggested }) => suggested !== undefined))('$rule/$name', ({ rule, files, file, suggested }) => {
  test('the first suggestion mends it', async () => {
    const found = (await run(rule, files)).findings.filter(({ ruleId }) => ruleId === rule);
    const offered = found.flatMap(({ suggestions }) => suggestions.slice(0, 1));
    expect(offered).not.toEqual([]);
    const mended = applyEdits(files[file]!, offered.flatMap(({ edits }) => edits));
    expect(mended).toBe(suggested);
    // An echo without credentials is still worth a word: another one, of what breaks nothing.
    const isSaid = (messageId: string): boolean => found.some((one) => one.messageId === messageId);
    const left = (await run(rule, { ...files, [file]: mended })).findings.filter((one) => one.ruleId === rule && (one.class !== 'hygiene' || isSaid(one.messageId)));
    expect(left).toEqual([]);
  });
});

test('every rule has a case that it speaks about and one that it is silent about', () => {
  for (const rule of Object.keys(rules)) {
    const names = cases.filter((one) => one.rule === rule).map(({ name }) => name.slice(0, 3));
    expect([rule, names.includes('bad'), names.includes('ok-')]).toEqual([rule, true, true]);
  }
});
