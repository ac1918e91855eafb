import type { Files } from '../../text/files.js';
import type { Language } from '../language.js';
import { chartOf } from './chart.js';
import { kustomized } from './kustomize.js';
import { parseYaml } from './parse.js';
import type { YamlFile } from './tree.js';

export { insertPairAfter, removeEntry, removePair, respell, rewrite, whyNotEditable, type Edited } from './edit.js';
export { embedded, parseYaml } from './parse.js';
export { itemsOf, keyOf, nodeAt, pairAt, pairsOf, resolve, textAt, type YamlDocument, type YamlFile, type YamlMap, type YamlNode, type YamlPair, type YamlScalar, type YamlSeq } from './tree.js';
export { editList, listAround, listAt } from './lists.js';
export { pairAround, pairWith, scalarOf } from './place.js';
export { spelledPair } from './spelling.js';
export { itemSpans, truthOf, unfollowed, valueOf, valueOfPair } from './value.js';

/** A file with those around it: what others say of the same application. */
export interface YamlInProject extends YamlFile {
  readonly files: Files;
}

/** YAML 1.2, and JSON, which is YAML. Templates (Helm, Jinja, decK, ERB) may stand for values or alone on lines. */
const language: Language<YamlInProject> = {
  title: 'YAML and JSON',
  // KrakenD's own configuration may be a template as a whole.
  // A second ending is that of a tool which fills templates in.
  paths: /\.(?:ya?ml|jsonc?)(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$|(?:^|\/)krakend[\w.-]*\.tmpl$/i,
  load: () => Promise.resolve(),
  parse(source, files) {
    const { unit, problems } = parseYaml(source);
    if (unit === undefined) return { unit, problems };
    const chart = chartOf(files, source.file);
    return { unit: { ...unit, files, ...(chart === undefined ? {} : { chart }), ...(unit.spelling === 'json' ? {} : kustomized(files, unit)) }, problems };
  },
};

export default language;
