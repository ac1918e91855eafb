/**
 * HAProxy Technologies' Kubernetes ingress controller: `haproxy.org/cors-enable` and its companions on an Ingress, in a
 * chart's values or in a patch, and the same settings without prefix in the controller's ConfigMap.
 *
 * Every origin but `*` is a pattern that is looked for anywhere in the Origin: a plain `https://app.example.com` lets
 * in `https://app.example.com.evil.example`, and a list with commas matches nobody. Blanks part patterns. OPTIONS goes
 * to the backend unless `cors-respond-to-options` is on, from 3.2 on.
 *
 * Read in the controller's source, v1.5 to v3.2; the rules that it generates were run with Debian's HAProxy.
 */
import type { Annotated } from '../../middleware/ingress/annotations.js';
import { annotationsIn, settingsOf } from '../../middleware/ingress/annotations.js';
import { edit } from '../../middleware/ingress/edits.js';
import { reachedThrough } from '../../middleware/ingress/evidence.js';
import { hostsOf, nameOf, probesOf } from '../../middleware/ingress/object.js';
import { mistyped, switched } from '../../middleware/ingress/values.js';
import { imageVersion, isAtLeast, type ImageVersion } from '../../middleware/ingress/version.js';
import type { Gap, Policy } from '../../policy/program.js';
import { originLeaves } from '../../policy/views.js';
import { textAt, type YamlFile, type YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { isOn, program } from './program.js';

const PREFIX = 'haproxy.org/';
const CONTROLLER = { prefixes: [PREFIX, 'haproxy.com/'], kinds: ['Ingress'] };
const IMAGE = /haproxytech\/kubernetes-ingress/;

export default defineReader<YamlInProject>({
  title: 'HAProxy Kubernetes Ingress',
  language: 'yaml',
  mayConcern: /haproxy\.(?:org|com)(?:\/|~1)cors-|haproxy[\s\S]*\bcors-enable|\bcors-enable[\s\S]*haproxy/,

  *read(file) {
    const version = imageVersion(file, IMAGE);
    for (const annotated of bagsIn(file)) yield* readingsOf(annotated, version);
  },

  write: (file, policy, change) => edit([...bagsIn(file)], policy, change, { enable: 'cors-enable', credentials: 'cors-allow-credentials', prefix: PREFIX, credentialsByDefault: false }),
});

function* bagsIn(file: YamlFile): Generator<Annotated> {
  for (const found of annotationsIn(file, CONTROLLER)) {
    if (!('elsewhere' in found)) yield found;
    else if (found.kind === 'ConfigMap' && isOurs(textAt(found.elsewhere, 'metadata', 'name') ?? '')) {
      const settings = settingsOf(found.file, found.elsewhere);
      if (settings?.fields.has('cors-enable') === true) yield settings;
    }
  }
}

/** The other HAProxy controller has a ConfigMap too. */
function isOurs(name: string): boolean {
  return /haproxy|kubernetes-ingress/.test(name) && !/haproxy-ingress|ingress-haproxy/.test(name);
}

function gap(found: Gap): Reading {
  return { kind: 'gap', gap: found };
}

function* readingsOf(annotated: Annotated, version: ImageVersion | undefined): Generator<Reading> {
  const { fields, object } = annotated;
  const ours = [...fields].filter(([name]) => name.startsWith('cors-'));
  const [first] = ours;
  if (first === undefined) return;
  const refused = mistyped(annotated, (name) => name.startsWith('cors-'));
  if (refused !== undefined) {
    yield gap(refused);
    return;
  }
  const on = switched(annotated, 'cors-enable', false, isOn);
  const at = fields.get('cors-enable')?.at ?? first[1].at;
  if (on === undefined) yield gap({ at, reason: 'unsupported-syntax', message: `\`${first[0]}\` has no effect here: \`${PREFIX}cors-enable: "true"\` is not set` });
  if (on === undefined || on.g === 'never') return;
  const policy: Policy = {
    reader: 'haproxytech-ingress',
    title: nameOf(object),
    layer: 'gateway',
    at,
    steps: program(annotated, { on, place: hostsOf(object, fields), at, answersOptions: version === undefined || isAtLeast(version, 3, 2) }),
    behind: { options: null },
    probes: probesOf(object, at),
    survivesUncaught: true,
    listens: [],
    version: version === undefined ? 'HAProxy Kubernetes Ingress ≥ 3.2 assumed (no version found)' : `HAProxy Kubernetes Ingress ${version.major}.${version.minor} (image)`,
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false, ...reachedThrough(annotated) },
    notes: [],
  };
  yield { kind: 'policy', policy };
  for (const leaf of originLeaves(policy)) {
    if (leaf.s === 'regex' && /,$|:\/\/[^,]*,[a-z]*:\/\//.test(leaf.source)) yield gap({ at: leaf.at, reason: 'unsupported-syntax', message: 'A comma is a sign of the pattern here, so no origin matches: blanks part patterns, and `|` alternatives' });
  }
}
