import type { Policy } from '../../policy/program.js';
import type { Reading } from '../../readers/reader.js';
import { embedded, nodeAt, pairAt, pairsOf, resolve, textAt, type YamlFile, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import { rsCorsSteps } from '../rs-cors/program.js';
import { misplaced, probesOf, routerOf, routingSteps } from './endpoints.js';
import { componentOf } from './settings.js';
import { krakendFor, type KrakenD } from './version.js';

const EVERY_NAME = ['security/cors', 'github_com/devopsfaith/krakend-cors'];

/** What a file says of KrakenD's CORS component: at the service level, where alone it counts. */
export function* krakendReadings(file: YamlInProject): Generator<Reading> {
  for (const root of rootsIn(file)) {
    const krakend = krakendFor(file.files, file.file, formatOf(root));
    if (isConfiguration(root)) yield* serviceReadings(file, root, krakend);
    else {
      const part = EVERY_NAME.map((name) => pairAt(root, name)).find((pair) => pair !== undefined);
      if (part !== undefined) yield gap(part.at, 'This is a part of a configuration of KrakenD, and the file that includes it is not read with it');
    }
  }
}

/** The roots of a file's documents; a ConfigMap holds configurations as texts. */
export function* rootsIn(file: YamlFile): Generator<YamlNode> {
  for (const { root } of file.documents) {
    if (root === undefined) continue;
    if (textAt(root, 'kind') !== 'ConfigMap') yield root;
    else for (const { value } of pairsOf(nodeAt(root, 'data'))) if (value !== undefined && holdsName(value)) for (const inner of embedded(file, value)?.documents ?? []) if (inner.root !== undefined) yield inner.root;
  }
}

function holdsName(node: YamlNode): boolean {
  return node.kind === 'scalar' && typeof node.value === 'string' && EVERY_NAME.some((name) => String(node.value).includes(name));
}

/** A whole configuration, or a template of one: `endpoints` beside settings, or settings with the version of the format. */
function isConfiguration(root: YamlNode): boolean {
  return pairAt(root, 'endpoints') !== undefined || (pairAt(root, 'extra_config') !== undefined && pairAt(root, 'endpoint') === undefined && pairAt(root, 'url_pattern') === undefined);
}

function formatOf(root: YamlNode): number | undefined {
  const version = resolve(nodeAt(root, 'version'));
  return version?.kind === 'scalar' && typeof version.value === 'number' ? version.value : undefined;
}

function* serviceReadings(file: YamlInProject, root: YamlNode, krakend: KrakenD): Generator<Reading> {
  for (const at of misplaced(root, EVERY_NAME)) yield gap(at, 'KrakenD reads the settings of CORS in the `extra_config` of the service only: here they do nothing');
  const unread = EVERY_NAME.filter((name) => !krakend.namespaces.includes(name)).map((name) => pairAt(root, 'extra_config', name)).find((pair) => pair !== undefined);
  if (unread !== undefined) yield gap(unread.key.at, `${krakend.text} does not know this name: it reads \`${krakend.namespaces[0]!}\``);
  const pair = krakend.namespaces.map((name) => pairAt(root, 'extra_config', name)).find((one) => one !== undefined);
  if (pair === undefined) return;
  const { settings, gaps, notes } = componentOf(file, pair, krakend);
  for (const one of gaps) yield { kind: 'gap', gap: one };
  if (settings === undefined) return;
  const router = routerOf(file, root);
  const probes = probesOf(router, settings.at);
  const port = resolve(nodeAt(root, 'port'));
  const policy: Policy = {
    reader: 'krakend',
    title: 'KrakenD security/cors',
    layer: 'gateway',
    at: settings.at,
    steps: [...rsCorsSteps(settings), ...routingSteps(router, settings.at)],
    behind: { options: null },
    probes,
    survivesUncaught: true,
    listens: port === undefined ? [8080] : port.kind === 'scalar' && typeof port.value === 'number' ? [port.value] : [],
    version: krakend.text,
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: notes.map((note) => ({ ...note, path: probes[0]!.path })),
  };
  yield { kind: 'policy', policy };
}

function gap(at: YamlNode['at'], message: string): Reading {
  return { kind: 'gap', gap: { at, reason: 'unsupported-syntax', message } };
}
