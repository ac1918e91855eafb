/** What fixes and suggestions make of Python is Python: CPython compiles every expected text under `fixtures`, and what the tool itself writes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';

const root = join(import.meta.dirname, '../../fixtures');
const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.py')).map((path) => join(root, path)).sort();
const work = mkdtempSync(join(tmpdir(), 'cors-lint-fixes-'));

afterAll(() => rmSync(work, { recursive: true }));

/** Texts that CPython does not compile, each with the last line of what it says. */
function refused(texts: readonly { readonly name: string; readonly text: string }[]): readonly string[] {
  writeFileSync(join(work, 'texts.json'), JSON.stringify(texts));
  const script = 'import json, sys\nfor one in json.load(open(sys.argv[1])):\n    try:\n        compile(one["text"], one["name"], "exec")\n    except (SyntaxError, ValueError) as error:\n        print(one["name"], error)\n';
  return execFileSync('python3', ['-c', script, join(work, 'texts.json')], { encoding: 'utf8' }).split('\n').filter((line) => line !== '');
}

describe('CPython compiles', () => {
  test('every fixture, those that fixes are expected to make included', () => {
    const texts = paths.map((path) => ({ name: path.slice(root.length + 1), text: readFileSync(path, 'utf8') }));
    expect(texts.filter(({ name }) => /\.(?:fixed|suggested)\./.test(name)).length).toBeGreaterThan(20);
    expect(refused(texts)).toEqual([]);
  });

  test('what each fix and each suggestion makes of a fixture, in any way of writing it', async () => {
    const made: { name: string; text: string }[] = [];
    for (const path of paths.filter((one) => /[\\/]rules[\\/]/.test(one) && !/\.(?:fixed|suggested)\./.test(one))) {
      for (const [way, rewritten] of Object.entries(WAYS)) {
        const text = rewritten(readFileSync(path, 'utf8'));
        const { findings } = await lint(['app.py'], filesFrom({ 'app.py': text }), optionsOf());
        for (const finding of findings) {
          for (const { edits } of [finding.fix, ...finding.suggestions].flatMap((fix) => fix ?? [])) {
            if (edits.every(({ file }) => file === 'app.py')) made.push({ name: `${path.slice(root.length + 1)} (${way}) ${finding.ruleId}`, text: applyEdits(text, edits) });
          }
        }
      }
    }
    expect(made.length).toBeGreaterThan(100);
    expect(refused(made)).toEqual([]);
  });
});

/** The same program as others write it. */
const WAYS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'single quotes': (text) => text.replace(/"([^"'\n]*)"/g, "'$1'"),
  'line ends of Windows': (text) => text.replaceAll('\n', '\r\n'),
  'letters of all kinds in front': (text) => `# café 😀\n${text}`,
  'without trailing commas': (text) => text.replace(/,(\s*[)\]}])/g, '$1'),
  'lists as tuples': (text) => text.replace(/= \[("[^\]\n]*")\]/g, '= ($1,)'),
  'long strings': (text) => text.replace(/"(https:[^"\n]*)"/g, '"""$1"""'),
};
