import { folderOf, resolvePath, type Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import { merged, patched } from './merge.js';
import { embedded, parseYaml } from './parse.js';
import { itemsOf, nodeAt, textAt, type YamlDocument, type YamlFile, type YamlNode } from './tree.js';

/** An object with the patches of its overlay applied, and the files that its parts stand in. */
interface Patched {
  readonly root: YamlNode;
  readonly files: readonly YamlFile[];
  /** Files whose patches took part. */
  readonly by: readonly string[];
}

interface Patch {
  /** The file that the patch stands in. */
  readonly file: YamlFile;
  readonly root: YamlNode;
  readonly target: YamlNode | undefined;
}

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const MAX_DEPTH = 5;
const MAX_FILES = 200;

/**
 * The documents of an overlay's patch as the objects that they make of the base, when the base is in the repository:
 * `patches`, `patchesStrategicMerge` and `patchesJson6902` of the kustomization beside, or inline in it. Undefined where
 * the file is no patch, or one of what it patches is not found.
 */
export function kustomized(files: Files, unit: YamlFile): { readonly documents: readonly YamlDocument[]; readonly bases: readonly YamlFile[]; readonly written: readonly YamlDocument[] } | undefined {
  const folder = folderOf(unit.file);
  const path = kustomizationIn(files, folder);
  if (path === undefined || !/\bpatches/.test(files.read(path) ?? '')) return undefined;
  const overlay = new Overlay(files, unit);
  if (!overlay.hasPatchIn(unit.file, folder)) return undefined;
  const objects = overlay.objectsIn(folder, 0).filter(({ by }) => by.includes(unit.file));
  if (objects.length === 0 || overlay.unmatched.has(unit.file)) return undefined;
  return {
    documents: objects.map(({ root }) => ({ root, at: { file: unit.file, start: 0, end: unit.source.text.length } })),
    bases: [...new Set(objects.flatMap((object) => object.files))].filter(({ file }) => file !== unit.file),
    written: unit.documents,
  };
}

class Overlay {
  /** Files with a patch whose object is not in view. */
  readonly unmatched = new Set<string>();
  readonly #read = new Map<string, YamlFile | undefined>();

  constructor(
    private readonly files: Files,
    private readonly unit: YamlFile,
  ) {}

  /** Does the folder's kustomization patch something with this file? Asked before the base is read. */
  hasPatchIn(path: string, folder: string): boolean {
    const file = this.#parsed(kustomizationIn(this.files, folder) ?? '');
    return file !== undefined && this.#patchesOf(file, folder).some((patch) => patch.file.file === path);
  }

  /** The objects of a folder's kustomization: its resources, patched. */
  objectsIn(folder: string, depth: number): readonly Patched[] {
    const path = kustomizationIn(this.files, folder);
    const file = path === undefined ? undefined : this.#parsed(path);
    const root = file?.documents[0]?.root;
    if (file === undefined || depth > MAX_DEPTH) return [];
    const resources = ['resources', 'bases', 'components'].flatMap((key) => textsIn(nodeAt(root, key)));
    let objects = resources.flatMap((resource): readonly Patched[] => {
      const target = resolvePath(folder, resource);
      if (target === undefined || /:\/\/|^git@/.test(resource)) return [];
      if (!/\.ya?ml$/i.test(target)) return this.objectsIn(target, depth + 1);
      const found = this.#parsed(target);
      return found === undefined ? [] : found.documents.flatMap((document) => (document.root === undefined ? [] : [{ root: document.root, files: [found], by: [] }]));
    });
    for (const patch of this.#patchesOf(file, folder)) {
      let applied = false;
      objects = objects.flatMap((object): readonly Patched[] => {
        if (!isFor(patch, object.root)) return [object];
        applied = true;
        const after = itemsOf(patch.root) === undefined ? merged(object.root, patch.root) : patched(object.root, patch.root);
        return after === undefined ? [] : [{ root: after, files: [...object.files, patch.file], by: [...object.by, patch.file.file] }];
      });
      if (!applied) this.unmatched.add(patch.file.file);
    }
    return objects;
  }

  #patchesOf(file: YamlFile, folder: string): readonly Patch[] {
    const root = file.documents[0]?.root;
    const inFile = (path: string, target: YamlNode | undefined): readonly Patch[] => {
      const resolved = resolvePath(folder, path);
      const found = resolved === undefined ? undefined : this.#parsed(resolved);
      return found === undefined ? [] : patchesIn(found, target);
    };
    const inText = (node: YamlNode | undefined, target: YamlNode | undefined): readonly Patch[] => {
      const inner = node === undefined ? undefined : embedded(file, node);
      return inner === undefined ? [] : patchesIn(inner, target);
    };
    return [
      ...(itemsOf(nodeAt(root, 'patchesStrategicMerge')) ?? []).flatMap((item) => (textAt(item)?.includes('\n') === true ? inText(item, undefined) : inFile(textAt(item) ?? '', undefined))),
      ...['patchesJson6902', 'patches'].flatMap((key) => itemsOf(nodeAt(root, key)) ?? []).flatMap((item) => {
        const target = nodeAt(item, 'target');
        const path = textAt(item, 'path');
        return path === undefined ? inText(nodeAt(item, 'patch'), target) : inFile(path, target);
      }),
    ];
  }

  /** The file that is read is the one that its reader has: edits find their nodes in it. */
  #parsed(path: string): YamlFile | undefined {
    if (path === this.unit.file) return this.unit;
    if (!this.#read.has(path) && this.#read.size < MAX_FILES) {
      const text = this.files.exists(path) ? this.files.read(path) : undefined;
      this.#read.set(path, text === undefined ? undefined : parseYaml(new SourceText(path, text)).unit);
    }
    return this.#read.get(path);
  }
}

function patchesIn(file: YamlFile, target: YamlNode | undefined): readonly Patch[] {
  return file.documents.flatMap(({ root }) => (root === undefined ? [] : [{ file, root, target }]));
}

/** A strategic merge patch names its object itself, unless a target does. */
function isFor({ root, target }: Patch, object: YamlNode): boolean {
  const group = (node: YamlNode): string => (textAt(node, 'apiVersion') ?? '').replace(/\/?[^/]*$/, '');
  if (target === undefined) return itemsOf(root) === undefined && group(root) === group(object) && ['kind', 'name'].every((key) => nameOf(root, key) !== undefined && nameOf(root, key) === nameOf(object, key));
  if (nodeAt(target, 'labelSelector') !== undefined || nodeAt(target, 'annotationSelector') !== undefined) return false;
  return (textAt(target, 'group') ?? group(object)) === group(object) && fits(textAt(target, 'kind'), textAt(object, 'kind')) && fits(textAt(target, 'name'), textAt(object, 'metadata', 'name'));
}

function nameOf(object: YamlNode, key: string): string | undefined {
  return key === 'kind' ? textAt(object, 'kind') : textAt(object, 'metadata', 'name');
}

/** Selectors are patterns that are held against the whole; one that is more than a name or anything selects nothing here. */
function fits(selector: string | undefined, text: string | undefined): boolean {
  return selector === undefined || selector === '' || selector === '.*' || selector === text;
}

function kustomizationIn(files: Files, folder: string): string | undefined {
  return NAMES.map((name) => inFolder(folder, name)).find((path) => files.exists(path));
}

function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function textsIn(node: YamlNode | undefined): readonly string[] {
  return (itemsOf(node) ?? []).flatMap((item) => textAt(item) ?? []);
}
