/**
 * DigitalOcean App Platform: `cors` of `ingress.rules[]` in an app spec, and of components in older ones.
 *
 * An origin that fits `exact`, `prefix` or `regex` (RE2) is let through; `prefix` lets longer hosts in. Documented is
 * what is compared and which headers are configured. Whether a pattern must fit the whole origin, who answers
 * preflights, what is sent for `*` and whether `Vary` goes with it is not: all that is left open.
 *
 * Documented: https://docs.digitalocean.com/products/app-platform/reference/app-spec/
 */
import { editCors } from '../../middleware/envoy/edits.js';
import { perhapsVarying } from '../../middleware/envoy/perhaps-varying.js';
import { ALWAYS, type Guard, type Policy } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, textAt, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { program } from './program.js';

export default defineReader<YamlFile>({
  title: 'DigitalOcean App Platform',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*allow_origins)[\s\S]*(?:services|static_sites|functions|ingress)/,

  *read(file) {
    const root = file.documents[0]?.root;
    // A template for the deploy button holds the spec below a key.
    const spec = nodeAt(root, 'spec') ?? root;
    if (pairAt(spec, 'name') === undefined) return;
    for (const place of placesIn(spec)) yield* readingsOf(file, place);
  },

  write: editCors,
});

/** A `cors` of a spec, with the path that its requests begin with. */
interface Place {
  readonly cors: YamlPair;
  readonly path: string;
  readonly title: string;
}

const COMPONENTS = ['services', 'static_sites', 'functions'];

function placesIn(spec: YamlNode | undefined): readonly Place[] {
  const rules = (itemsOf(nodeAt(spec, 'ingress', 'rules')) ?? []).flatMap((rule) => placeOf(rule, textAt(rule, 'match', 'path', 'prefix') ?? textAt(rule, 'match', 'path', 'exact') ?? '/', textAt(rule, 'component', 'name')));
  const components = COMPONENTS.flatMap((kind) => itemsOf(nodeAt(spec, kind)) ?? []).flatMap((component) => placeOf(component, textAt(itemsOf(nodeAt(component, 'routes'))?.[0], 'path') ?? '/', textAt(component, 'name')));
  return [...rules, ...components];
}

function placeOf(holder: YamlNode, path: string, component: string | undefined): readonly Place[] {
  const cors = pairAt(holder, 'cors');
  // Other products write lists of texts there.
  return cors === undefined || pairAt(cors.value, 'allow_origins') === undefined ? [] : [{ cors, path, title: `App Platform, ${component ?? 'a component'} below ${path}` }];
}

function* readingsOf(file: YamlFile, { cors, path, title }: Place): Generator<Reading> {
  const place: Guard = path === '/' ? ALWAYS : { g: 'path', in: { s: 'prefix', text: path, subject: 'origin', ignoreCase: false, at: cors.key.at } };
  const steps = program(file, cors, place);
  if ('refused' in steps) {
    yield { kind: 'gap', gap: { at: steps.at, reason: 'unsupported-syntax', message: `App Platform refuses this configuration: ${steps.refused}` } };
    return;
  }
  const policy: Policy = {
    reader: 'digitalocean',
    title,
    layer: 'gateway',
    at: cors.key.at,
    steps,
    behind: { options: null },
    probes: [{ path, methods: null, requestHeaders: [], at: cors.key.at }],
    survivesUncaught: true,
    listens: [],
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
  // For `*` it is open already what is sent.
  const star = policy.steps.some(({ effects }) => effects.some(({ header, value }) => header === 'access-control-allow-origin' && value.v === 'literal'));
  yield { kind: 'policy', policy: star ? policy : perhapsVarying(policy, 'whether App Platform sends `Vary: Origin`') };
}
