import { objectsIn } from '../../middleware/kubernetes/objects.js';
import { nodeAt, parseYaml, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { SourceText } from '../../text/source-text.js';

/** A Mapping or the Module `ambassador`, with the mapping that holds its settings. */
export interface Resource {
  /** The file that it was parsed in: the outer one, or an annotation inside it. */
  readonly file: YamlFile;
  readonly kind: 'Mapping' | 'Module';
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly settings: YamlNode;
}

export function resourcesIn(file: YamlFile): readonly Resource[] {
  return objectsIn(file).flatMap((object): readonly Resource[] => {
    const { node, kind, group, name, namespace } = object;
    const spec = nodeAt(node, 'spec');
    if (group === 'getambassador.io') return isRead(kind, name) && spec !== undefined ? [{ file, kind, name, namespace, settings: spec }] : [];
    const annotation = nodeAt(node, 'metadata', 'annotations', 'getambassador.io/config');
    // There the settings stand beside the name.
    return partsOf(file, annotation).flatMap((part) =>
      part.documents.flatMap(({ root }): readonly Resource[] => {
        const [innerKind, innerName] = [textAt(root, 'kind'), textAt(root, 'name')];
        return root !== undefined && isRead(innerKind, innerName) ? [{ file: part, kind: innerKind, name: innerName, namespace: textAt(root, 'namespace') ?? namespace, settings: root }] : [];
      }),
    );
  });
}

/** More documents in one annotation nobody writes. */
const MAX_PARTS = 20;

/** The documents of an annotation, each as a file of its own with the offsets of the outer one: their markers are indented. */
function partsOf({ file, source }: YamlFile, annotation: YamlNode | undefined): readonly YamlFile[] {
  if (annotation?.kind !== 'scalar' || annotation.style !== 'literal') return [];
  const { start, end } = annotation.at;
  const { text } = source;
  const first = text.indexOf('\n', start) + 1;
  if (first === 0 || first >= end) return [];
  const cuts = [first, ...Array.from(text.slice(first, end).matchAll(/^[ ]*---[ ]*\r?$/gm), (match) => first + match.index)];
  const blank = (part: string): string => part.replace(/[^\r\n]/g, ' ');
  return cuts.slice(0, MAX_PARTS).flatMap((cut, index) => {
    const piece = text.slice(cut, cuts[index + 1] ?? end).replace(/^[ ]*---/, blank);
    return parseYaml(new SourceText(file, blank(text.slice(0, cut)) + piece)).unit ?? [];
  });
}

function isRead(kind: string | undefined, name: string | undefined): kind is Resource['kind'] {
  return kind === 'Mapping' || (kind === 'Module' && name === 'ambassador');
}
