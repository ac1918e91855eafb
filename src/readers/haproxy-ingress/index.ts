/**
 * HAProxy Ingress (jcmoraisjr): `haproxy-ingress.github.io/cors-enable` and its companions on an Ingress, a Service, in
 * a chart's values or in a patch, and the same settings without prefix in the controller's ConfigMap.
 *
 * The controller answers every OPTIONS request itself. From 0.17 on an absent, a `*` and a refused list all mean that
 * every origin is sent back; one entry that is refused (a blank after a comma is enough) discards the whole list.
 * Credentials are documented as the default and are none in the controller's code, 0.10 to 0.17: only the annotation
 * sends them.
 *
 * Read in the controller's source, tags v0.10 to v0.17.0-alpha.2; the rules that it generates were run with Debian's HAProxy.
 */
import type { Annotated, Field } from '../../middleware/ingress/annotations.js';
import { annotationsIn, settingsOf } from '../../middleware/ingress/annotations.js';
import { edit } from '../../middleware/ingress/edits.js';
import { reachedThrough } from '../../middleware/ingress/evidence.js';
import { hostsOf, nameOf, probesOf } from '../../middleware/ingress/object.js';
import { mistyped, switched } from '../../middleware/ingress/values.js';
import { imageVersion, type ImageVersion } from '../../middleware/ingress/version.js';
import type { Gap, Policy } from '../../policy/program.js';
import { keyOf, textAt, type YamlFile, type YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { program } from './program.js';

const PREFIX = 'haproxy-ingress.github.io/';
/** Until 0.13 the only prefix, and understood since; the other HAProxy controller reads it as well. */
const LEGACY = 'ingress.kubernetes.io/';
const CONTROLLER = { prefixes: [PREFIX, LEGACY], kinds: ['Ingress', 'Service'] };
const IMAGE = /haproxy-ingress/;

export default defineReader<YamlInProject>({
  title: 'HAProxy Ingress',
  language: 'yaml',
  mayConcern: /ingress(?:\.github|\.kubernetes)\.io(?:\/|~1)cors-|haproxy[\s\S]*\bcors-enable|\bcors-enable[\s\S]*haproxy/,

  *read(file) {
    const version = imageVersion(file, IMAGE);
    for (const annotated of bagsIn(file)) yield* readingsOf(annotated, version);
  },

  write: (file, policy, change) => edit([...bagsIn(file)], policy, change, { enable: 'cors-enable', credentials: 'cors-allow-credentials', prefix: PREFIX, credentialsByDefault: false }),
});

function* bagsIn(file: YamlFile): Generator<Annotated> {
  for (const found of annotationsIn(file, CONTROLLER)) {
    if (!('elsewhere' in found)) yield found;
    else if (found.kind === 'ConfigMap' && /haproxy-ingress|ingress-haproxy/.test(textAt(found.elsewhere, 'metadata', 'name') ?? '')) {
      const settings = settingsOf(found.file, found.elsewhere);
      if (settings?.fields.has('cors-enable') === true) yield settings;
    }
  }
}

function isLegacy({ pair }: Field): boolean {
  return pair !== undefined && keyOf(pair)?.startsWith(LEGACY) === true;
}

function gap(found: Gap): Reading {
  return { kind: 'gap', gap: found };
}

function* readingsOf(annotated: Annotated, version: ImageVersion | undefined): Generator<Reading> {
  const { fields, object } = annotated;
  const ours = [...fields].filter(([name]) => name.startsWith('cors-'));
  const [first] = ours;
  if (first === undefined) return;
  if (version === undefined && isLegacy(first[1])) {
    yield gap({ at: first[1].at, reason: 'unsupported-syntax', message: `\`${LEGACY}\` is read by more than one HAProxy controller, each in its own way: \`${PREFIX}\` or \`haproxy.org/\` says which is meant` });
    return;
  }
  const refused = mistyped(annotated, (name) => name.startsWith('cors-'));
  if (refused !== undefined) {
    yield gap(refused);
    return;
  }
  const on = switched(annotated, 'cors-enable', false);
  const at = fields.get('cors-enable')?.at ?? first[1].at;
  if (on === undefined) yield gap({ at, reason: 'unsupported-syntax', message: `\`${first[0]}\` has no effect here: \`${PREFIX}cors-enable: "true"\` is not set` });
  if (on === undefined || on.g === 'never') return;
  const probes = probesOf(object, at);
  const policy: Policy = {
    reader: 'haproxy-ingress',
    title: nameOf(object),
    layer: 'gateway',
    at,
    ...program(annotated, { on, place: hostsOf(object, fields), path: probes[0]?.path ?? '/', at, version: version === undefined ? 17 : version.major > 0 ? 99 : version.minor }),
    behind: { options: null },
    probes,
    survivesUncaught: true,
    listens: [],
    version: version === undefined ? 'HAProxy Ingress ≥ 0.17 assumed (no version found)' : `HAProxy Ingress ${version.major}.${version.minor} (image)`,
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false, ...reachedThrough(annotated) },
  };
  yield { kind: 'policy', policy };
}
