import { parseYaml, type YamlFile, type YamlInProject } from '../../syntax/yaml/index.js';
import { SourceText } from '../../text/source-text.js';
import { folderOf } from '../../text/files.js';
import { allObjectsIn, type KubernetesObject } from './objects.js';

/** Files of a folder that are looked at, and their length. */
const MAX_FILES = 40;
const MAX_LENGTH = 200_000;

/** An object with the file that it stands in. */
export interface Placed {
  readonly file: YamlFile;
  readonly object: KubernetesObject;
}

/** Objects of a file, then those of the files beside it whose text has the words. */
export function* objectsNear(file: YamlInProject, words: RegExp): Generator<Placed> {
  for (const object of allObjectsIn(file)) yield { file, object };
  const folder = folderOf(file.file);
  const beside = file.files.list(folder).filter((name) => /\.ya?ml$/i.test(name)).map((name) => (folder === '' ? name : `${folder}/${name}`)).filter((path) => path !== file.file);
  for (const path of beside.slice(0, MAX_FILES)) {
    const text = file.files.read(path);
    if (text === undefined || text.length > MAX_LENGTH || !words.test(text)) continue;
    yield* placedIn(path, text);
  }
}

/** By path; good as long as the text is the one that was read: the files of a folder ask for the same ones beside them. */
const remembered = new Map<string, { readonly text: string; readonly objects: readonly Placed[] }>();
const MAX_REMEMBERED = 100;

function placedIn(path: string, text: string): readonly Placed[] {
  const known = remembered.get(path);
  if (known?.text === text) return known.objects;
  const { unit: file } = parseYaml(new SourceText(path, text));
  const objects = file === undefined ? [] : allObjectsIn(file).map((object) => ({ file, object }));
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(path, { text, objects });
  return objects;
}
