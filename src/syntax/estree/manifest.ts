import { folderOf, type Files } from '../../text/files.js';

const parsed = new WeakMap<Files, Map<string, unknown>>();

/** A JSON file as plain data; comments and trailing commas, which `tsconfig.json` may have, are left out. Undefined where there is none. */
export function jsonAt(files: Files, path: string): unknown {
  let known = parsed.get(files);
  if (known === undefined) parsed.set(files, (known = new Map()));
  if (!known.has(path)) known.set(path, read(files, path));
  return known.get(path);
}

function read(files: Files, path: string): unknown {
  const text = files.read(path)?.replace(/^\uFEFF/, '');
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return withComments(text);
  }
}

function withComments(text: string): unknown {
  const bare = text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '$1').replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, '$1');
  try {
    return JSON.parse(bare);
  } catch {
    return undefined;
  }
}

export function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

export function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
}

/** The folder of a file and those around it, innermost first; the root is the empty text. */
export function* foldersAbove(file: string): Generator<string> {
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    yield folder;
    if (folder === '') return;
  }
}

export function within(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
