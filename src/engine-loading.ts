import { languages as languageEntries, readers as readerEntries } from './generated/registries.js';
import type { Reader } from './readers/reader.js';
import type { Language } from './syntax/language.js';

/** The languages and readers of a run, loaded: reading with them is synchronous. */
export interface Loaded {
  readonly languages: Map<string, Language<unknown>>;
  readonly readers: Map<string, Reader<unknown>>;
}

/** A reader that a file may concern, and the language of it that the file is written in. */
export interface Wanted {
  readonly id: string;
  readonly language: string;
  /** For what the file says of CORS; else only for what it tells of layers. */
  readonly cors: boolean;
  /** It tells only of what has a name by which others know it. */
  readonly isByName: boolean;
}

/** Told from a file's path and text alone. */
export function readersFor(path: string, text: string): Wanted[] {
  return Object.entries(readerEntries).flatMap(([id, entry]) => {
    const language = languageOf(entry.language, path);
    return language !== undefined && (entry.mayConcern.test(text) || isAbout(entry.layers, path, text)) ? [wantedBy(id, entry, language, text)] : [];
  });
}

type Entry = (typeof readerEntries)[string];

const tellOfLayers = Object.entries(readerEntries).filter(([, { layers }]) => layers !== undefined);

/** Those that a file tells of layers, whatever it says of CORS. Asked of thousands of files: what is cheaper to rule out comes first. */
export function layerReadersFor(path: string, text: string): Wanted[] {
  const wanted: Wanted[] = [];
  for (const [id, entry] of tellOfLayers) {
    const language = isAbout(entry.layers, path, text) ? languageOf(entry.language, path) : undefined;
    if (language !== undefined) wanted.push(wantedBy(id, entry, language, text));
  }
  return wanted;
}

function wantedBy(id: string, { mayConcern, layers }: Entry, language: string, text: string): Wanted {
  return { id, language, cors: mayConcern.test(text), isByName: layers?.byName?.test(text) === true };
}

function isAbout(layers: Reader<unknown>['layers'], path: string, text: string): boolean {
  return layers?.paths.test(path) === true && layers.text.test(text);
}

/** The one of a reader's languages that a path is written in. */
export function languageOf(all: Reader<unknown>['language'], path: string): string | undefined {
  return (typeof all === 'string' ? [all] : all).find((id) => languageEntries[id]?.paths.test(path));
}

export async function load(wanted: readonly Wanted[], loaded: Loaded = { languages: new Map(), readers: new Map() }): Promise<Loaded> {
  const { languages, readers } = loaded;
  for (const id of new Set(wanted.map((one) => one.id))) if (!readers.has(id)) readers.set(id, await readerEntries[id]!.load());
  for (const id of new Set(wanted.map((one) => one.language))) {
    if (languages.has(id)) continue;
    const language = await languageEntries[id]!.load();
    await language.load();
    languages.set(id, language);
  }
  return loaded;
}
