import { EmbeddedText, moved, pieceOf } from '../../middleware/ingress/embedded-text.js';
import { objectsNear } from '../../middleware/kubernetes/beside.js';
import { allObjectsIn, type KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { serverReadings } from '../../middleware/nginx/server-readings.js';
import { edited } from '../../middleware/nginx/write.js';
import type { Policy } from '../../policy/program.js';
import type { Run } from '../../policy/topology.js';
import { parseNginx, type NginxFile } from '../../syntax/nginx/index.js';
import { itemsOf, keyOf, nodeAt, pairsOf, parseYaml, textAt, valueOf, type YamlFile, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import { folderOf, resolvePath } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import { decline, type Change, type Declined, type Reading } from '../reader.js';

/** Words that make a text of a ConfigMap a server of nginx. */
const SERVER = /(?:^|[\s;{}])server\s*\{/;

/** What the pods have around a text is not in view. */
const NO_FILES = { read: () => undefined, exists: () => false, list: () => [], search: () => [] };

interface Configuration {
  readonly embedded: EmbeddedText;
  readonly unit: NginxFile;
}

/** The servers of nginx that stand in the data of a file's ConfigMaps, each at its place in the file. */
export function* configuredServers(file: YamlFile): Generator<Reading> {
  for (const object of allObjectsIn(file)) {
    for (const part of configurationsOf(file, object)) {
      if ('kind' in part) yield part;
      else for (const reading of serverReadings(part.unit)) yield part.embedded.placed(reading.kind === 'policy' ? { ...reading, policy: ours(reading.policy, object) } : reading.kind === 'layer' ? { ...reading, layer: { ...reading.layer, policy: ours(reading.layer.policy, object) } } : reading);
    }
  }
}

function ours(policy: Policy, { name }: KubernetesObject): Policy {
  return { ...policy, reader: 'kubernetes', title: `${policy.title} in ConfigMap ${name ?? '(no name in view)'}` };
}

function* configurationsOf(file: YamlFile, { kind, group, node }: KubernetesObject): Generator<Configuration | Reading> {
  for (const pair of kind === 'ConfigMap' && group === '' ? pairsOf(nodeAt(node, 'data')) : []) {
    const value = pair.value === undefined ? undefined : valueOf(file, pair.value);
    if (value === undefined || !/\.conf(?:\.template)?$/.test(keyOf(pair) ?? '')) continue;
    if (value.kind !== 'string') {
      yield { kind: 'gap', gap: { at: pair.key.at, reason: 'template-syntax', message: 'a configuration that a template writes was not read' } };
      continue;
    }
    if (!SERVER.test(value.value)) continue;
    const embedded = new EmbeddedText([pieceOf(file, value)]);
    const { unit, problems } = parseNginx(new SourceText(file.file, embedded.text), NO_FILES);
    const [problem] = problems;
    if (problem === undefined) yield { embedded, unit };
    else yield { kind: 'gap', gap: { at: embedded.placeOf(problem.at), reason: 'parse-error', message: `nginx refuses this text: ${problem.message}` } };
  }
}

/** Spells a change inside the text, where that stands sign by sign in the file. */
export function configurationEdit(file: YamlFile, change: Change): readonly TextEdit[] | Declined {
  for (const part of allObjectsIn(file).flatMap((object) => [...configurationsOf(file, object)])) {
    if ('kind' in part || part.embedded.partAt(change.at) === undefined) continue;
    const edits = edited(part.unit, moved(change, (span) => part.embedded.partAt(span) ?? span));
    return 'declined' in edits ? edits : (part.embedded.editsOf(edits) ?? decline('the text does not stand in the file as nginx gets it'));
  }
  return decline('the text is not in this file');
}

/**
 * Files whose text a container mounts: those of ConfigMaps in view that hold servers of nginx, and those that a
 * kustomization makes a ConfigMap of.
 */
export function mountedBy(file: YamlInProject, pod: YamlNode | undefined, container: YamlNode): readonly Run[] {
  const mounts = (itemsOf(nodeAt(container, 'volumeMounts')) ?? []).map((mount) => textAt(mount, 'name'));
  return (itemsOf(nodeAt(pod, 'spec', 'volumes')) ?? []).flatMap((volume): readonly Run[] => {
    const name = mounts.includes(textAt(volume, 'name')) ? textAt(volume, 'configMap', 'name') : undefined;
    if (name === undefined) return [];
    const found = [...objectsNear(file, /^kind:[ \t]*["']?ConfigMap\b/m)].filter(({ object }) => object.kind === 'ConfigMap' && object.name === name && SERVER.test(object.node.kind === 'map' ? dataOf(object.node) : ''));
    const written = [...new Set(found.map((one) => one.file.file))];
    return [...written, ...generated(file, name)].map((path) => ({ of: 'file', path, at: volume.at }));
  });
}

function dataOf(configMap: YamlNode): string {
  return pairsOf(nodeAt(configMap, 'data')).map(({ value }) => textAt(value) ?? '').join('\n');
}

/** `configMapGenerator: [{name, files: [nginx.conf, default.conf=conf/site.conf]}]` of the kustomization beside. */
function generated(file: YamlInProject, name: string): readonly string[] {
  const folder = folderOf(file.file);
  const path = folder === '' ? 'kustomization.yaml' : `${folder}/kustomization.yaml`;
  const text = file.files.exists(path) ? file.files.read(path) : undefined;
  const root = text === undefined || !text.includes('configMapGenerator') ? undefined : parseYaml(new SourceText(path, text)).unit?.documents[0]?.root;
  return (itemsOf(nodeAt(root, 'configMapGenerator')) ?? []).filter((one) => textAt(one, 'name') === name).flatMap((one) => itemsOf(nodeAt(one, 'files')) ?? []).flatMap((item) => {
    const written = textAt(item);
    return written === undefined ? [] : (resolvePath(folder, written.slice(written.indexOf('=') + 1)) ?? []);
  });
}
