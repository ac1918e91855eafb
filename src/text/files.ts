import { applyEdits, type TextEdit } from './edit.js';

/**
 * What the engine may ask of a file system. Hosts provide it: disk, an index, an editor's buffers, a test's map.
 * Paths use `/` and are relative to the root of the run. Nothing here throws: what cannot be had is undefined.
 */
export interface Files {
  /** Decoded text with its byte order mark, or undefined when there is no such readable text file. */
  read(path: string): string | undefined;
  exists(path: string): boolean;
  /** Names of a folder's files and folders (folders end with `/`), in byte order; empty when there is no such folder. */
  list(folder: string): readonly string[];
  /**
   * Paths below a folder whose names match, in byte order: at least those whose text may concern CORS, never those of
   * installed or built code. For what one file says about another without naming it (a framework's component scan).
   */
  search(folder: string, names: RegExp): readonly string[];
}

/** Folders that hold nothing that people wrote for this repository. */
const FOREIGN = /^(?:\..*|node_modules|target|build|out|bin|dist|vendor)\/$/;

/** Every file below a folder whose name matches, without folders of installed or built code. */
export function* below(files: Pick<Files, 'list'>, folder: string, names: RegExp): Generator<string> {
  const prefix = folder === '' ? '' : `${folder}/`;
  for (const name of files.list(folder)) {
    if (!name.endsWith('/')) {
      if (names.test(name)) yield `${prefix}${name}`;
    } else if (!FOREIGN.test(name)) yield* below(files, `${prefix}${name.slice(0, -1)}`, names);
  }
}

/** Files that keep a record of what is asked of them. */
export class Traced implements Files {
  #asked: Set<string> | undefined;

  constructor(private readonly files: Files) {}

  /** Does a part of the work, which takes no record itself, and tells every path whose text or existence it asked for. */
  trace<T>(part: () => T): { readonly value: T; readonly asked: ReadonlySet<string> } {
    const asked = new Set<string>();
    this.#asked = asked;
    try {
      return { value: part(), asked };
    } finally {
      this.#asked = undefined;
    }
  }

  read(path: string): string | undefined {
    this.#asked?.add(path);
    return this.files.read(path);
  }

  exists(path: string): boolean {
    this.#asked?.add(path);
    return this.files.exists(path);
  }

  list(folder: string): readonly string[] {
    return this.files.list(folder);
  }

  search(folder: string, names: RegExp): readonly string[] {
    return this.files.search(folder, names);
  }
}

/** Joins and normalises; undefined when the result leaves the root. */
export function resolvePath(from: string, relative: string): string | undefined {
  const parts: string[] = [];
  for (const part of `${from}/${relative}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else parts.push(part);
  }
  return parts.join('/');
}

/** `a/b/c.js` → `a/b`; a file at the root → the empty text. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Names of a folder's files and folders (these end with `/`), each once, told from the paths of all files. */
export function namesIn(paths: readonly string[], folder: string): readonly string[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const inside = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  return [...new Set(inside.map((rest) => (rest.includes('/') ? rest.slice(0, rest.indexOf('/') + 1) : rest)))];
}

export function filesFrom(texts: Readonly<Record<string, string>>): Files {
  const paths = Object.keys(texts).sort();
  const list = (folder: string): readonly string[] => namesIn(paths, folder);
  return {
    read: (path) => (Object.hasOwn(texts, path) ? texts[path] : undefined),
    exists: (path) => Object.hasOwn(texts, path) || list(path).length > 0,
    list,
    search: (folder, names) => [...below({ list }, folder, names)],
  };
}

/** Whole new texts of the files that edits are in, by path; undefined when these do not fit together. */
export function textsWith(files: Pick<Files, 'read'>, edits: readonly TextEdit[]): ReadonlyMap<string, string> | undefined {
  const texts = new Map<string, string>();
  for (const file of new Set(edits.map((edit) => edit.file))) {
    try {
      texts.set(file, applyEdits(files.read(file) ?? '', edits.filter((edit) => edit.file === file)));
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
  return texts;
}

/** The files as they would be with the edits; undefined when these do not fit together. */
export function overlay(files: Files, edits: readonly TextEdit[]): Traced | undefined {
  const texts = textsWith(files, edits);
  return texts === undefined ? undefined : overlaid(files, texts);
}

/** The files with other texts in their places, and those that are new among them. */
export function overlaid(files: Files, texts: ReadonlyMap<string, string>): Traced {
  const fresh = [...texts.keys()].filter((path) => !files.exists(path));
  if (fresh.length === 0) return new Traced({ read: (path) => texts.get(path) ?? files.read(path), exists: (path) => files.exists(path), list: (folder) => files.list(folder), search: (folder, names) => files.search(folder, names) });
  const own = filesFrom(Object.fromEntries(fresh.map((path) => [path, ''])));
  const both = (one: readonly string[], other: readonly string[]): readonly string[] => [...new Set([...one, ...other])].sort();
  return new Traced({
    read: (path) => texts.get(path) ?? files.read(path),
    exists: (path) => own.exists(path) || files.exists(path),
    list: (folder) => both(files.list(folder), own.list(folder)),
    search: (folder, names) => both(files.search(folder, names), own.search(folder, names)),
  });
}
