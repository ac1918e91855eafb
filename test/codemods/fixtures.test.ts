import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CODEMODS } from '../../src/codemods/registry.js';
import { decides, inWords, run, type Outcome } from '../../src/codemods/run.js';
import { chosen, repositoryOf } from './repository.js';

/**
 * fixtures/codemods/<code-mod>/<case>/: `before/` and `after/` hold the files (no `after/`: nothing changes), `case.json` what is
 * chosen, and what is told. An `after/` is written by hand, from the product's documentation; the live suite serves both.
 */
interface Case {
  readonly choices?: Parameters<typeof chosen>[0];
  readonly environment?: string;
  /** `file:line: reason`, each the beginning of what is told; those of a file are in order. */
  readonly refused?: readonly string[];
  /** Some of the requests that browsers decide otherwise, as they are told; absent: there are none. */
  readonly seen?: readonly string[];
  /** The words of what is announced, each of one rewriting. */
  readonly announced?: readonly string[];
  /** What is left to do by hand. */
  readonly notes?: readonly string[];
}

const ROOT = join(import.meta.dirname, '../../fixtures/codemods');
/** Real shapes that each code-mod is shown on, at least. */
const SHAPES = 6;

const casesOf = (name: string): readonly string[] => (existsSync(join(ROOT, name)) ? readdirSync(join(ROOT, name)).sort() : []);

function textsIn(folder: string): Readonly<Record<string, string>> {
  if (!existsSync(folder)) return {};
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.sort().map((path) => [path.slice(folder.length + 1).split(sep).join('/'), readFileSync(path, 'utf8')]));
}

function mapped(texts: Readonly<Record<string, string>>, change: (text: string) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, change(text)]));
}

/** All files as they are after a run. */
function after(texts: Readonly<Record<string, string>>, outcome: Outcome): Readonly<Record<string, string>> {
  return Object.fromEntries([...new Map([...Object.entries(texts), ...[...outcome.texts].map(([path, text]) => [path, text.after] as const)])].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const withCrlf = (text: string): string => text.replaceAll('\n', '\r\n');

for (const [name, { load }] of Object.entries(CODEMODS)) {
  describe(name, () => {
    const cases = casesOf(name);

    test(`is shown on ${SHAPES} shapes, some of which it refuses`, () => {
      expect(cases.length).toBeGreaterThanOrEqual(SHAPES);
      const refusing = cases.filter((one) => (JSON.parse(readFileSync(join(ROOT, name, one, 'case.json'), 'utf8')) as Case).refused !== undefined);
      expect(refusing).not.toEqual([]);
      expect(refusing.length).toBeLessThan(cases.length);
    });

    for (const one of cases) {
      const folder = join(ROOT, name, one);
      const { choices = {}, environment, refused = [], seen, announced = [], notes = [] } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as Case;
      const before = textsIn(join(folder, 'before'));
      const expected = existsSync(join(folder, 'after')) ? textsIn(join(folder, 'after')) : before;

      test(`${one}: writes what is expected, and tells what it leaves`, async () => {
        const { default: codemod } = await load();
        const outcome = await run(codemod, await repositoryOf(before, environment), chosen(choices));
        expect(after(before, outcome)).toEqual(expected);
        const told = outcome.refused.map(({ at, line, reason }) => `${at.file}:${line}: ${reason}`);
        expect(told.map((line, index) => line.slice(0, refused[index]?.length))).toEqual(refused);
        const decided = outcome.done.flatMap(({ differences }) => differences.filter(decides).map(inWords));
        if (seen === undefined) expect(decided).toEqual([]);
        else expect(decided).toEqual(expect.arrayContaining([...seen]));
        expect(outcome.done.flatMap(({ announces }) => announces?.words ?? [])).toEqual(announced);
        expect([...new Set(outcome.done.flatMap((done) => done.notes ?? []))]).toEqual(notes);
      });

      test(`${one}: finds nothing to do the second time`, async () => {
        const { default: codemod } = await load();
        const { texts, refused: again } = await run(codemod, await repositoryOf(expected, environment), chosen(choices));
        expect([...texts.keys()]).toEqual([]);
        expect(again.length).toBeLessThanOrEqual(refused.length);
      });

      test(`${one}: keeps line endings`, async () => {
        const { default: codemod } = await load();
        const crlf = mapped(before, withCrlf);
        const outcome = await run(codemod, await repositoryOf(crlf, environment), chosen(choices));
        expect(after(crlf, outcome)).toEqual(mapped(expected, withCrlf));
      });
    }
  });
}
