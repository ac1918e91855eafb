/**
 * The annotations of ingress-nginx (`nginx.ingress.kubernetes.io/enable-cors` and its companions) on an Ingress, in a
 * chart's values, or in a patch.
 *
 * Switched on alone it sends `*` with credentials, which browsers refuse. A list makes it send the origin back,
 * without `Vary`, on every response and over what the upstream says; a value that it does not accept means `*`.
 * Origins that do not match reach the upstream, whose own headers then count.
 */
import type { Annotated } from '../../middleware/ingress/annotations.js';
import { edit } from '../../middleware/ingress/edits.js';
import { classOf, hostsOf, nameOf, probesOf } from '../../middleware/ingress/object.js';
import { mistyped } from '../../middleware/ingress/values.js';
import { imageVersion, isAtLeast } from '../../middleware/ingress/version.js';
import type { Gap, Policy } from '../../policy/program.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { annotationsIn, PREFIX } from './annotations.js';
import { enabled, program } from './program.js';
import { traefikProgram, type Setting } from './traefik.js';

export default defineReader<YamlInProject>({
  title: 'ingress-nginx',
  language: 'yaml',
  mayConcern: /ingress\.kubernetes\.io(?:\/|~1)[\w-]*(?:cors|snippet)|(?:enable-cors|cors-[a-z-]+)["']?[ \t]*:/,

  *read(file) {
    for (const found of annotationsIn(file)) {
      if ('message' in found) yield gap({ at: found.at, reason: 'unsupported-syntax', message: found.message });
      else yield* readingsOf(found, file);
    }
  },

  write(file, policy, change) {
    const bags = annotationsIn(file).flatMap((found) => ('fields' in found ? [found] : []));
    return edit(bags, policy, change, { enable: 'enable-cors', credentials: 'cors-allow-credentials', prefix: PREFIX, credentialsByDefault: true });
  },
});

function gap(found: Gap): Reading {
  return { kind: 'gap', gap: found };
}

function* readingsOf(annotated: Annotated, file: YamlInProject): Generator<Reading> {
  const { fields, object: ingress } = annotated;
  for (const [name, { value, at }] of fields) {
    // The text may write CORS headers beside, or instead of, the controller's own.
    if (name.endsWith('-snippet') && (value.kind !== 'string' || /access-control-|vary/i.test(value.value))) {
      yield gap({ at, reason: 'unsupported-syntax', message: `the nginx text in \`${name}\` was not read: it can send CORS headers of its own` });
    }
  }
  const ours = [...fields].filter(([name]) => name === 'enable-cors' || name.startsWith('cors-'));
  const [first] = ours;
  if (first === undefined) return;
  const refused = mistyped(annotated, (name) => ours.some(([our]) => our === name));
  if (refused !== undefined) {
    yield gap(refused);
    return;
  }
  const on = enabled(annotated);
  if (on === undefined) {
    yield gap({ at: first[1].at, reason: 'unsupported-syntax', message: `\`${first[0]}\` has no effect here: \`${PREFIX}enable-cors: "true"\` is not set` });
    return;
  }
  const at = fields.get('enable-cors')?.at ?? first[1].at;
  const controller = classOf(ingress, fields) ?? '';
  const traefik = /traefik/i.test(controller) && /nginx/i.test(controller);
  if (!traefik && /traefik|haproxy/i.test(controller)) {
    yield gap({ at, reason: 'unsupported-syntax', message: `the class \`${controller}\` belongs to another controller, which reads these annotations in its own way` });
    return;
  }
  const enable = fields.get('enable-cors')?.value;
  if (on.g === 'never') {
    if (enable?.kind === 'string' && !/^(?:0|f|false)$/i.test(enable.value.trim())) yield gap({ at, reason: 'unsupported-syntax', message: '`enable-cors` is not a boolean that the controller reads, so CORS is off' });
    return;
  }
  const probes = probesOf(ingress, at);
  const place = hostsOf(ingress, fields);
  const { steps, notes, version } = traefik ? asTraefik(annotated, { on, place, at }, file) : { ...program(annotated, on, place, probes[0]?.path ?? '/', at), version: 'ingress-nginx ≥ 1.13 assumed (no version found)' };
  const policy: Policy = {
    reader: 'ingress-nginx',
    title: nameOf(ingress),
    layer: 'gateway',
    at,
    steps,
    behind: { options: null },
    probes,
    survivesUncaught: true,
    listens: [],
    version,
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes,
  };
  yield { kind: 'policy', policy };
}

function asTraefik(annotated: Annotated, setting: Omit<Setting, 'echoes'>, file: YamlInProject): Pick<Policy, 'steps' | 'notes'> & { readonly version: string } {
  const found = imageVersion(file, /(?:^|[\s"'/])traefik/);
  const echoes = found === undefined || (found.major === 3 && found.minor === 6 ? isAtLeast(found, 3, 6, 22) : isAtLeast(found, 3, 7, 6));
  return { steps: traefikProgram(annotated, { ...setting, echoes }), notes: [], version: found === undefined ? 'Traefik ≥ 3.7.6 assumed (no version found)' : `Traefik ${found.major}.${found.minor} (image)` };
}
