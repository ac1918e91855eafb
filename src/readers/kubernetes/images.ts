import { folderOf, resolvePath } from '../../text/files.js';
import type { Image, Run } from '../../policy/topology.js';
import { itemsOf, nodeAt, resolve, textAt, valueOf, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';

/** The name of an image without tag and digest; undefined where a template writes it. A tag alone may be a template's. */
export function imageName(file: YamlFile, node: YamlNode): string | undefined {
  const value = valueOf(file, resolve(node));
  const parts = value.kind === 'concat' ? value.parts : [value];
  let text = '';
  for (const part of parts) {
    if (part.kind !== 'string') return /:[^/]*$|@/.test(text) ? bare(text) : undefined;
    text += part.value;
  }
  return text === '' ? undefined : bare(text);
}

function bare(text: string): string {
  return text.replace(/@.*$/, '').replace(/:[^/]*$/, '');
}

/** What `skaffold.yaml` builds: `build.artifacts` of the configuration and of its profiles. */
export function skaffoldImages(file: YamlFile): readonly Image[] {
  return file.documents.flatMap(({ root }): readonly Image[] => {
    if (!textAt(root, 'apiVersion')?.startsWith('skaffold/') || root === undefined) return [];
    const holders = [root, ...(itemsOf(nodeAt(root, 'profiles')) ?? [])];
    return holders.flatMap((holder) => itemsOf(nodeAt(holder, 'build', 'artifacts')) ?? []).flatMap((artifact): readonly Image[] => {
      const image = nodeAt(artifact, 'image');
      const name = image === undefined ? undefined : imageName(file, image);
      const run = runOf(file, artifact);
      return name === undefined || run === undefined ? [] : [{ fact: 'image', name, run, at: artifact.at }];
    });
  });
}

/** A Dockerfile is named from the context; builders without one take the context as it is. */
function runOf(file: YamlFile, artifact: YamlNode): Run | undefined {
  const context = resolvePath(folderOf(file.file), textAt(artifact, 'context') ?? '.');
  if (context === undefined) return undefined;
  const { at } = nodeAt(artifact, 'context') ?? nodeAt(artifact, 'image') ?? artifact;
  const others = ['buildpacks', 'jib', 'ko', 'bazel', 'custom'].some((builder) => nodeAt(artifact, builder) !== undefined);
  if (others) return { of: 'folder', path: context, at };
  const written = textAt(artifact, 'docker', 'dockerfile') ?? textAt(artifact, 'kaniko', 'dockerfile') ?? 'Dockerfile';
  const path = resolvePath(context, written);
  const stage = textAt(artifact, 'docker', 'target') ?? textAt(artifact, 'kaniko', 'target');
  return path === undefined ? undefined : { of: 'dockerfile', path, context, ...(stage === undefined ? {} : { stage }), at };
}

/** Names that a kustomization gives to images: the old one is whatever the new one holds. */
export function renamedImages(file: YamlFile): readonly Image[] {
  if (!/(?:^|\/)kustomization\.ya?ml$/.test(file.file)) return [];
  return (itemsOf(nodeAt(file.documents[0]?.root, 'images')) ?? []).flatMap((item): readonly Image[] => {
    const [name, by] = [textAt(item, 'name'), textAt(item, 'newName')];
    return name === undefined || by === undefined || name === by ? [] : [{ fact: 'image', name, run: { of: 'image', name: by, at: item.at }, at: item.at }];
  });
}
