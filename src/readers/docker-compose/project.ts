import type { Setting, Settings } from '../../middleware/commands/shell.js';
import { itemsOf, keyOf, nodeAt, pairsOf, parseYaml, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import { folderOf, resolvePath, type Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import { Definition, pairNamed, rawText, type Part } from './definition.js';

/** Files that `docker compose up` takes where none is named, in its order, and those that it lays over them. */
const STANDARD = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDES = ['compose.override.yml', 'compose.override.yaml', 'docker-compose.override.yml', 'docker-compose.override.yaml'];

/** Files that include and extend one another; more are a circle. */
const MAX_DEPTH = 8;
const MAX_FILES = 100;

/** A Compose project: the services that run together. */
export interface Project {
  /** Tells it from others: its folder, or its file where that is not the one that is taken by itself. */
  readonly key: string;
  readonly folder: string;
  readonly services: readonly Definition[];
  /** Top-level `networks` and `configs`, as the last file has them. */
  network(name: string): YamlNode | undefined;
  config(name: string): { readonly node: YamlNode; readonly folder: string | undefined } | undefined;
}

/** The project that a file is the first of; undefined for one that is laid over another, which is read with that. */
export function projectOf(file: YamlInProject): Project | undefined {
  const folder = folderOf(file.file);
  const name = file.file.slice(folder === '' ? 0 : folder.length + 1);
  const standard = STANDARD.find((one) => file.files.read(inFolder(folder, one)) !== undefined);
  const loading = new Loading(file);
  if (name === standard) {
    const override = OVERRIDES.find((one) => file.files.read(inFolder(folder, one)) !== undefined);
    return loading.project(folder === '' ? '.' : folder, folder, [file.file, ...(override === undefined ? [] : [inFolder(folder, override)])]);
  }
  if (standard === undefined) return loading.project(file.file, folder, [file.file]);
  if (OVERRIDES.includes(name)) return undefined;
  // What cannot run by itself is laid over the standard file: `-f docker-compose.yml -f docker-compose.prod.yml`.
  const isWhole = pairsOf(loading.root(file.file)?.node).every(({ value }) => ['image', 'build', 'extends'].some((key) => nodeAt(value, key) !== undefined));
  return loading.project(file.file, folder, [...(isWhole ? [] : [inFolder(folder, standard)]), file.file]);
}

class Loading {
  readonly #parsed = new Map<string, YamlInProject | undefined>();
  readonly #files: Files;
  #opened = 0;

  constructor(first: YamlInProject) {
    this.#files = first.files;
    this.#parsed.set(first.file, first);
  }

  project(key: string, folder: string, paths: readonly string[]): Project {
    const settings = environmentOf(this.#files, folder);
    const files = this.#withIncluded(paths, folder, 0);
    const names = new Map<string, Part[]>();
    for (const { file, folder: from } of files) {
      for (const pair of pairsOf(rootOf(file, 'services'))) {
        const name = keyOf(pair);
        if (name === undefined || pair.value === undefined) continue;
        const parts = names.get(name) ?? [];
        parts.push(...this.#extended({ node: pair.value, file, folder: from }, 0));
        names.set(name, parts);
      }
    }
    const services = [...names].map(([name, parts]) => {
      const written = files.map(({ file }) => pairNamed(rootOf(file, 'services'), name)).find((pair) => pair !== undefined);
      return new Definition(name, written!.at, parts, settings);
    });
    const last = (section: string, name: string): { readonly node: YamlNode; readonly folder: string | undefined } | undefined =>
      files.flatMap(({ file, folder: from }) => [nodeAt(rootOf(file, section), name) ?? []].flat().map((node) => ({ node, folder: from }))).at(-1);
    return { key, folder, services, network: (name) => last('networks', name)?.node, config: (name) => last('configs', name) };
  }

  root(path: string): { readonly node: YamlNode | undefined } | undefined {
    const file = this.#file(path);
    return file === undefined ? undefined : { node: rootOf(file, 'services') };
  }

  /** Files in the order in which they are merged. Paths in one that is included start from its own folder. */
  #withIncluded(paths: readonly string[], folder: string | undefined, depth: number): readonly { readonly file: YamlInProject; readonly folder: string | undefined }[] {
    return paths.flatMap((path) => {
      const file = this.#file(path);
      if (file === undefined || depth > MAX_DEPTH) return [];
      const included = (itemsOf(rootOf(file, 'include')) ?? []).flatMap((item) => {
        const node = nodeAt(item, 'path') ?? item;
        const named = (itemsOf(node) ?? [node]).flatMap((one) => rawText(one) ?? []).flatMap((one) => resolvePath(folder ?? '', one) ?? []);
        const start = rawText(nodeAt(item, 'project_directory'));
        return this.#withIncluded(named, start === undefined ? folderOf(named[0] ?? '') : resolvePath(folder ?? '', start), depth + 1);
      });
      return [...included, { file, folder }];
    });
  }

  /** What a service extends stands before it. */
  #extended(part: Part, depth: number): readonly Part[] {
    const node = nodeAt(part.node, 'extends');
    const service = rawText(nodeAt(node, 'service')) ?? rawText(node);
    if (service === undefined || depth > MAX_DEPTH) return [part];
    const named = rawText(nodeAt(node, 'file'));
    const path = named === undefined ? part.file.file : resolvePath(part.folder ?? '', named);
    const file = path === undefined ? undefined : this.#file(path);
    const base = file === undefined ? undefined : nodeAt(rootOf(file, 'services'), service);
    if (file === undefined || base === undefined || base === part.node) return [part];
    return [...this.#extended({ node: base, file, folder: named === undefined ? part.folder : folderOf(file.file) }, depth + 1), part];
  }

  #file(path: string): YamlInProject | undefined {
    if (!this.#parsed.has(path)) {
      this.#opened += 1;
      const text = this.#opened > MAX_FILES ? undefined : this.#files.read(path);
      const unit = text === undefined ? undefined : parseYaml(new SourceText(path, text)).unit;
      this.#parsed.set(path, unit === undefined ? undefined : { ...unit, files: this.#files });
    }
    return this.#parsed.get(path);
  }
}

function rootOf(file: YamlInProject, section: string): YamlNode | undefined {
  return nodeAt(file.documents[0]?.root, section);
}

/** `.env` beside the first file: the shell's own variables win over it. */
function environmentOf(files: Files, folder: string): Settings {
  return new Map([...variablesIn(files.read(inFolder(folder, '.env')) ?? '')].map(([name, value]) => [name, { value, byDefault: true }]));
}

/** `NAME=value` on each line. */
export function variablesIn(text: string): ReadonlyMap<string, string> {
  return new Map(Array.from(text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*("[^"\n]*"|'[^'\n]*'|[^#\r\n]*?)[ \t]*(?:#.*)?\r?$/gm), ([, name = '', value = '']) => [name, value.replace(/^(["'])(.*)\1$/, '$2')]));
}

export function inFolder(folder: string, name: string): string {
  return folder === '' || name === '' ? `${folder}${name}` : `${folder}/${name}`;
}

export function settingsFrom(entries: ReadonlyMap<string, { readonly value: Setting | undefined }>): Settings {
  return new Map([...entries].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value] as const])));
}
