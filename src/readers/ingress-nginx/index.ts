/**
 * The annotations of ingress-nginx (`nginx.ingress.kubernetes.io/enable-cors` and its companions) on an Ingress, in a
 * chart's values, or in a patch; and nginx text in snippets of its own or of NGINX Inc.'s controller (`nginx.org/`).
 *
 * Switched on alone it sends `*` with credentials, which browsers refuse. A list makes it send the origin back,
 * without `Vary`, on every response and over what the upstream says; a value that it does not accept means `*`.
 * Origins that do not match reach the upstream, whose own headers then count. Snippets are read as what they are, with the
 * controller's own lines around them. Traefik reads the same annotations in its own way.
 *
 * Read in the controller's source (v1.15); what it writes for CORS was run with Debian's nginx and headers-more.
 */
import type { Annotated, Field } from '../../middleware/ingress/annotations.js';
import { edit } from '../../middleware/ingress/edits.js';
import { reachedThrough } from '../../middleware/ingress/evidence.js';
import { classOf, hostsOf, nameOf, probesOf } from '../../middleware/ingress/object.js';
import { mistyped } from '../../middleware/ingress/values.js';
import { imageVersion, isAtLeast, type ImageVersion } from '../../middleware/ingress/version.js';
import { NEVER, type Gap, type Guard, type Policy } from '../../policy/program.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { defineReader, type Reading } from '../reader.js';
import { annotationsIn, PREFIX } from './annotations.js';
import { NEWEST } from './origins.js';
import { enabled, program } from './program.js';
import { snippetEdit, snippetPolicy, snippetsIn } from './snippets.js';
import { traefikProgram, type Setting } from './traefik.js';
import { controllerVersion } from './version.js';

export default defineReader<YamlInProject>({
  title: 'ingress-nginx',
  language: 'yaml',
  mayConcern: /(?:ingress\.kubernetes\.io|nginx\.org)(?:\/|~1)[\w-]*(?:cors|snippet)|(?:enable-cors|cors-[a-z-]+)["']?[ \t]*:|(?:server|location|http)-snippets?["']?[ \t]*:|\badd-headers["']?[ \t]*:|\baddHeaders["']?[ \t]*:/,

  *read(file) {
    for (const found of annotationsIn(file)) {
      if ('message' in found) yield gap({ at: found.at, reason: 'unsupported-syntax', message: found.message });
      else yield* readingsOf(found, file);
    }
  },

  write(file, policy, change) {
    const bags = annotationsIn(file).flatMap((found) => ('fields' in found ? [found] : []));
    for (const bag of bags) {
      const inSnippet = snippetEdit(bag, file, enabled(bag) ?? NEVER, change);
      if (inSnippet !== undefined) return inSnippet;
    }
    return edit(bags, policy, change, { enable: 'enable-cors', credentials: 'cors-allow-credentials', prefix: PREFIX, credentialsByDefault: true });
  },
});

function gap(found: Gap): Reading {
  return { kind: 'gap', gap: found };
}

function* readingsOf(annotated: Annotated, file: YamlInProject): Generator<Reading> {
  const { fields, object } = annotated;
  const ours = [...fields].filter(([name]) => name === 'enable-cors' || name.startsWith('cors-'));
  const [first] = ours;
  const refused = mistyped(annotated, (name) => ours.some(([our]) => our === name));
  if (refused !== undefined) {
    yield gap(refused);
    return;
  }
  const controller = classOf(object, fields) ?? '';
  const on = yield* switchedOn(annotated, first, controller);
  const [snippet] = snippetsIn(annotated);
  const at = snippet?.[1].at ?? fields.get('enable-cors')?.at ?? first?.[1].at;
  if (at === undefined || (on.g === 'never' && snippet === undefined)) return;
  const probes = probesOf(object, at);
  const hosts = hostsOf(object, fields);
  const made = isTraefik(controller) ? asTraefik(annotated, { on, place: hosts, at }, file) : snippet === undefined ? asNginx(annotated, on, hosts, probes[0]?.path ?? '/', at, controllerVersion(file)) : snippetPolicy(annotated, file, on, snippet, { hosts, probes });
  if ('message' in made) {
    yield gap(made);
    return;
  }
  const policy: Policy = {
    reader: 'ingress-nginx',
    title: nameOf(object),
    layer: 'gateway',
    at,
    behind: { options: null },
    probes,
    survivesUncaught: true,
    listens: [],
    ...made,
    evidence: { handWritten: snippet !== undefined, canAddVary: snippet !== undefined, readsCookies: 'unknown', noStore: false, ...reachedThrough(annotated) },
  };
  yield { kind: 'policy', policy };
}

/** When CORS is on, with what there is to say of a switch that switches nothing. */
function* switchedOn(annotated: Annotated, first: readonly [string, Field] | undefined, controller: string): Generator<Reading, Guard> {
  if (first === undefined) return NEVER;
  const on = enabled(annotated);
  if (on === undefined) {
    yield gap({ at: first[1].at, reason: 'unsupported-syntax', message: `\`${first[0]}\` has no effect here: \`${PREFIX}enable-cors: "true"\` is not set` });
    return NEVER;
  }
  const enable = annotated.fields.get('enable-cors');
  const at = enable?.at ?? first[1].at;
  if (!isTraefik(controller) && /traefik|haproxy/i.test(controller)) {
    yield gap({ at, reason: 'unsupported-syntax', message: `the class \`${controller}\` belongs to another controller, which reads these annotations in its own way` });
    return NEVER;
  }
  if (on.g === 'never' && enable?.value.kind === 'string' && !/^(?:0|f|false)$/i.test(enable.value.value.trim())) yield gap({ at, reason: 'unsupported-syntax', message: '`enable-cors` is not a boolean that the controller reads, so CORS is off' });
  return on;
}

/** Traefik's provider for these annotations has a class of its own, which people name after both. */
function isTraefik(controller: string): boolean {
  return /traefik/i.test(controller) && /nginx/i.test(controller);
}

function asNginx(annotated: Annotated, on: Guard, hosts: Guard, path: string, at: Span, version: ImageVersion | undefined): Pick<Policy, 'steps' | 'notes' | 'version'> {
  const told = version === undefined ? 'ingress-nginx ≥ 1.13 assumed (no version found)' : `ingress-nginx ${version.major}.${version.minor} (image)`;
  return { ...program(annotated, on, hosts, path, at, version ?? NEWEST), version: told };
}

function asTraefik(annotated: Annotated, setting: Omit<Setting, 'echoes'>, file: YamlInProject): Pick<Policy, 'steps' | 'notes' | 'version'> {
  const found = imageVersion(file, /(?:^|[\s"'/])traefik/);
  const echoes = found === undefined || (found.major === 3 && found.minor === 6 ? isAtLeast(found, 3, 6, 22) : isAtLeast(found, 3, 7, 6));
  return { steps: traefikProgram(annotated, { ...setting, echoes }), notes: [], version: found === undefined ? 'Traefik ≥ 3.7.6 assumed (no version found)' : `Traefik ${found.major}.${found.minor} (image)` };
}
