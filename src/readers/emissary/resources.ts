import { objectsIn } from '../../middleware/kubernetes/objects.js';
import { embedded, nodeAt, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';

/** A Mapping or the Module `ambassador`, with the mapping that holds its settings. */
export interface Resource {
  /** The file that it was parsed in: the outer one, or an annotation inside it. */
  readonly file: YamlFile;
  readonly kind: 'Mapping' | 'Module';
  readonly name: string | undefined;
  readonly settings: YamlNode;
}

export function resourcesIn(file: YamlFile): readonly Resource[] {
  return objectsIn(file).flatMap((object): readonly Resource[] => {
    const { node, kind, group, name } = object;
    const spec = nodeAt(node, 'spec');
    if (group === 'getambassador.io') return isRead(kind, name) && spec !== undefined ? [{ file, kind, name, settings: spec }] : [];
    const annotation = nodeAt(node, 'metadata', 'annotations', 'getambassador.io/config');
    const inner = annotation === undefined ? undefined : embedded(file, annotation);
    // There the settings stand beside the name.
    return (inner?.documents ?? []).flatMap(({ root }): readonly Resource[] => {
      const [innerKind, innerName] = [textAt(root, 'kind'), textAt(root, 'name')];
      return root !== undefined && inner !== undefined && isRead(innerKind, innerName) ? [{ file: inner, kind: innerKind, name: innerName, settings: root }] : [];
    });
  });
}

function isRead(kind: string | undefined, name: string | undefined): kind is Resource['kind'] {
  return kind === 'Mapping' || (kind === 'Module' && name === 'ambassador');
}
