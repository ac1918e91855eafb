import { parseYaml, type YamlFile, type YamlInProject } from '../../syntax/yaml/index.js';
import { folderOf, type Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';

/** Files of a folder that are looked at: objects of Kubernetes are often one to a file. */
const MAX_FILES = 40;
const MAX_LENGTH = 200_000;

const known = new WeakMap<Files, Map<string, { readonly text: string; readonly unit: YamlFile | undefined }>>();

/** The YAML files beside one whose text has certain words; each is parsed once. */
export function filesBeside({ file, files }: Pick<YamlInProject, 'file' | 'files'>, words: RegExp): readonly YamlFile[] {
  const folder = folderOf(file);
  let read = known.get(files);
  if (read === undefined) known.set(files, (read = new Map()));
  const found: YamlFile[] = [];
  for (const name of files.list(folder).filter((one) => /\.ya?ml$/i.test(one)).slice(0, MAX_FILES)) {
    const path = folder === '' ? name : `${folder}/${name}`;
    // Asked for each time: who reads what is written down by the files themselves.
    const text = path === file ? undefined : files.read(path);
    if (text === undefined || text.length > MAX_LENGTH || !words.test(text)) continue;
    let one = read.get(path);
    if (one?.text !== text) read.set(path, (one = { text, unit: parseYaml(new SourceText(path, text)).unit }));
    if (one?.unit !== undefined) found.push(one.unit);
  }
  return found;
}
