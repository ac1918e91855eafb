import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import type { EngineOptions, LintResult } from '../../engine.js';
import { VERSION } from '../../generated/version.js';
import type { Files } from '../../text/files.js';
import { codeOf } from '../disk.js';
import type { Root } from '../root.js';
import type { Lint, LoadLint } from './judge.js';
import { Asked, type Question } from './asked.js';

/** Results that are kept; the one that was used longest ago goes first. */
const MAX_ENTRIES = 24;
const ENDING = '.entry';

/** What stands in an entry, behind the hash of all of it. */
interface Entry {
  /** Everything that the engine asked about files, with the hash of the answer. */
  readonly asked: readonly (readonly [question: Question, answer: string])[];
  readonly result: LintResult;
}

/**
 * The engine, with results of earlier runs: one is taken where the texts that are linted, the options and the version
 * are the same, and every other question that the engine asked then (files, folders, what is not there, searches) has
 * the same answer now. A cache that cannot be read or written is no cache, and never an error.
 * @param tell is told once why results cannot be kept
 */
export function cachedLint(folder: string, loadLint: LoadLint, tell: (note: string) => void): Lint {
  const usable = made(folder, tell);
  return async (paths, files, options) => {
    const lint = async (through: Files): Promise<LintResult> => (await loadLint())(paths, through, options);
    if (!usable) return lint(files);
    const key = keyOf(paths, files, options);
    for (const path of entriesIn(folder).filter((entry) => basename(entry).startsWith(key))) {
      const known = read(path);
      if (known?.asked.every(([question, answer]) => answerTo(files, question) === answer) !== true) continue;
      touch(path);
      options.observer?.note('cache', '', `taken from ${path}`);
      return known.result;
    }
    const through = new Asked(files);
    const result = await lint(through);
    const asked = through.questions.map((question) => [question, answerTo(files, question)] as const);
    write(join(folder, `${key}-${hashOf(JSON.stringify(asked))}${ENDING}`), { asked, result }, tell);
    forgetOld(folder);
    return result;
  };
}

/** `--cache-location`, or where tools of a Node.js project keep such things; elsewhere a folder of our own. */
export function cacheFolder(root: Root, location: string | undefined): string {
  if (location !== undefined) return resolve(root.cwd, location);
  const home = [root.cwd, root.folder].find((folder) => existsSync(join(folder, 'node_modules')));
  return home === undefined ? join(root.cwd, '.cors-lint-cache') : join(home, 'node_modules', '.cache', 'cors-lint');
}

/** Before anything is listed: the folder itself must not change the answers of its first run. */
function made(folder: string, tell: (note: string) => void): boolean {
  try {
    if (!existsSync(folder)) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, '.gitignore'), '*\n');
    }
    readdirSync(folder);
    return true;
  } catch (error) {
    tell(`${folder}: results cannot be kept here (${codeOf(error)})`);
    return false;
  }
}

function keyOf(paths: readonly string[], files: Files, { rules, observer: _observer, ...options }: EngineOptions): string {
  const texts = paths.map((path) => [path, answerTo(files, ['read', path])]);
  return hashOf(JSON.stringify([VERSION, process.version, parserVersions(), [...rules], options, texts]));
}

/** Parsers are installed apart from this package. */
function parserVersions(): readonly string[] {
  const require = createRequire(import.meta.url);
  return ['oxc-parser/package', '@typescript-eslint/parser/package.json', 'typescript/package.json'].map((manifest) => {
    try {
      return (require(manifest) as { readonly version: string }).version;
    } catch {
      return '';
    }
  });
}

function answerTo(files: Files, question: Question): string {
  switch (question[0]) {
    case 'read': {
      const text = files.read(question[1]);
      return text === undefined ? 'none' : hashOf(text);
    }
    case 'exists':
      return String(files.exists(question[1]));
    case 'list':
      return hashOf(files.list(question[1]).join('\0'));
    case 'search':
      return hashOf(files.search(question[1], new RegExp(question[2], question[3])).join('\0'));
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Undefined: there is none, or it is not what was written. */
function read(path: string): Entry | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    return end !== -1 && hashOf(body) === text.slice(0, end) ? (JSON.parse(body) as Entry) : undefined;
  } catch {
    return undefined;
  }
}

/** Another run sees the whole entry or none. */
function write(path: string, entry: Entry, tell: (note: string) => void): void {
  const fresh = `${path}.${process.pid}`;
  try {
    const body = JSON.stringify(entry);
    writeFileSync(fresh, `${hashOf(body)}\n${body}`);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    tell(`${path}: this result cannot be kept (${codeOf(error)})`);
  }
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // It was forgotten by another run, or is not ours to touch.
  }
}

/** What another run forgets at the same time is forgotten too. */
function forgetOld(folder: string): void {
  const used = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const entries = entriesIn(folder).map((path) => ({ path, used: used(path) }));
  for (const { path } of entries.sort((a, b) => b.used - a.used).slice(MAX_ENTRIES)) rmSync(path, { force: true });
}

/** Those of an interrupted run too, which are forgotten in their turn. */
function entriesIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.includes(ENDING)).map((name) => join(folder, name));
}
