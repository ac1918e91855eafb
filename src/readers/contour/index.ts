/**
 * Contour's HTTPProxy: `spec.virtualhost.corsPolicy`, one policy for every route of the virtual host.
 *
 * An origin that is a whole URL is compared as it stands, without regard to case: `https://*.example.com` is one, so
 * no subdomain matches it. Whatever is no such URL is an RE2 pattern for the whole text. `*` lets everybody in, and
 * the origin is sent back. Documented, parts of
 * internal/dag/httpproxy_processor.go were read; Envoy's part was run.
 */
import { editCors } from '../../middleware/envoy/edits.js';
import { durationFrom, fieldsOf, originsFrom, type Fields, type Refused } from '../../middleware/envoy/fields.js';
import { listedLevel, refusedAmong, unknownField } from '../../middleware/envoy/listed-level.js';
import { refusedByRe2 } from '../../middleware/envoy/matchers.js';
import { refusal, remark, remarksOn } from '../../middleware/envoy/readings.js';
import { virtualHostPolicy } from '../../middleware/envoy/routes.js';
import { objectsIn, type KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { exact, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, resolve, textAt, type YamlFile, type YamlInProject } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { defineReader, type Reading } from '../reader.js';
import { proxyLayer } from './routes.js';

const FIELDS = new Set(['allowCredentials', 'allowOrigin', 'allowMethods', 'allowHeaders', 'exposeHeaders', 'maxAge', 'allowPrivateNetwork']);

export default defineReader<YamlInProject>({
  title: 'Contour',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*cors)(?=[\s\S]*HTTPProxy)[\s\S]*projectcontour\.io/i,
  layers: { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?HTTPProxy\b/, byName: /(?:)/ },

  *read(file) {
    for (const object of objectsIn(file)) {
      if (object.kind !== 'HTTPProxy' || object.group !== 'projectcontour.io') continue;
      const layer = proxyLayer(file, object);
      if (layer !== undefined) yield { kind: 'layer', layer };
      yield* readingsOf(file, object);
    }
  },

  write: editCors,
});

function* readingsOf(file: YamlFile, { node, name }: KubernetesObject): Generator<Reading> {
  const misplaced = [pairAt(node, 'spec', 'corsPolicy'), ...(itemsOf(nodeAt(node, 'spec', 'routes')) ?? []).map((route) => pairAt(route, 'corsPolicy'))];
  for (const pair of misplaced) if (pair !== undefined) yield remark(pair.key.at, '`corsPolicy` is not read here: it belongs under `spec.virtualhost`, for all routes');
  const pair = pairAt(node, 'spec', 'virtualhost', 'corsPolicy');
  if (pair?.value === undefined || resolve(pair.value)?.kind !== 'map') return;
  const fields = fieldsOf(file, pair.value);
  const origins = originsFrom(fields.all.get('allowOrigin'), { by: originSet });
  const maxAge = durationFrom(fields.all.get('maxAge'));
  const refused = refusedAmong(unknownField(fields, FIELDS, 'a corsPolicy'), origins, maxAge, refusedPattern(fields), ...['allowOrigin', 'allowMethods'].map((field) => missing(fields, field, pair.key.at)));
  if (refused !== undefined) {
    yield refusal('Contour', refused);
    return;
  }
  const level = listedLevel({
    fields,
    at: pair.key.at,
    origins,
    methods: fields.all.get('allowMethods'),
    headers: fields.all.get('allowHeaders'),
    exposed: fields.all.get('exposeHeaders'),
    maxAge,
    credentials: fields.all.get('allowCredentials'),
    privateNetwork: fields.all.get('allowPrivateNetwork'),
  });
  yield* remarksOn(level);
  const host = pairAt(node, 'spec', 'virtualhost', 'fqdn');
  const fqdn = host === undefined ? undefined : textAt(host.value);
  yield {
    kind: 'policy',
    policy: virtualHostPolicy({
      reader: 'contour',
      title: `HTTPProxy ${name ?? 'without a name'}`,
      at: level.at,
      hosts: host === undefined || fqdn === undefined ? [] : [{ text: fqdn, at: host.value?.at ?? host.at }],
      otherHosts: [],
      routes: [{ at: level.at, match: ALWAYS, sample: '/', methods: null, levels: [level], headers: [] }],
      complete: false,
      version: 'Contour ≥ 1.22 assumed (no version found)',
    }),
  };
}

/** `*`; what Go reads as a URL of scheme and host alone; else a pattern. */
function originSet(text: string, at: Span): OriginSet {
  if (text === '*') return exact(text, at);
  return isWholeUrl(text) ? exact(text, at, ['ignore-case']) : { s: 'regex', source: text, flags: '', dialect: 're2', use: 'full', subject: 'origin', at };
}

/** Go's `url.Parse` and no more than its scheme and host: the host may hold `*`, `(`, `)`, `+` and their like, not `\`, `|`, `^` or brackets. */
function isWholeUrl(text: string): boolean {
  const [, host] = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#@]*)$/.exec(text) ?? [];
  return host !== undefined && host !== '' && /^[A-Za-z0-9\-._~!$&'()*+,;=<>"\u0080-\uffff]*(?::\d*)?$/.test(host);
}

function refusedPattern({ all }: Fields): Refused | undefined {
  const value = all.get('allowOrigin')?.value;
  if (value?.kind !== 'list') return undefined;
  for (const item of value.items) {
    if (item.kind !== 'string' || item.value === '*' || isWholeUrl(item.value)) continue;
    const why = refusedByRe2(item.value);
    if (why !== undefined) return { at: item.at, refused: `\`${item.value}\` is neither a whole origin nor a pattern (${why})` };
  }
  return undefined;
}

function missing({ all }: Fields, name: string, at: Span): Refused | undefined {
  const field = all.get(name);
  if (field === undefined) return { at, refused: `\`${name}\` is required` };
  return field.value.kind === 'list' && field.value.items.length === 0 && field.value.rest === undefined ? { at: field.at, refused: `\`${name}\` needs an entry` } : undefined;
}
