import { comparedIn } from '../../middleware/envoy/compared.js';
import { durationFrom, fieldsOf, itemsOf as valuesOf, originsFrom, protoName, type Fields, type Refused } from '../../middleware/envoy/fields.js';
import { listedLevel, refusedAmong, unknownField } from '../../middleware/envoy/listed-level.js';
import type { CorsLevel, Matcher, Origins } from '../../middleware/envoy/level.js';
import { matcher } from '../../middleware/envoy/matchers.js';
import { ALWAYS, NEVER, type Guard } from '../../policy/program.js';
import { itemsOf, resolve, type YamlFile, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { fieldAt } from './fields.js';

const FIELDS = new Set(['allowOrigin', 'allowOrigins', 'allowMethods', 'allowHeaders', 'exposeHeaders', 'maxAge', 'allowCredentials', 'unmatchedPreflights']);
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', '*']);

/** A `corsPolicy`, or why Istio refuses it; `unread`: the older `allowOrigin` beside `allowOrigins`. */
export function corsPolicy(file: YamlFile, pair: YamlPair): { readonly level: CorsLevel; readonly unread: Span | undefined } | Refused {
  const { value: node } = pair;
  if (node === undefined || resolve(node)?.kind !== 'map') return { at: pair.at, refused: 'the policy is no mapping' };
  const fields = fieldsOf(file, node, protoName);
  const matchers = matchersOf(file, fields, pair);
  const old = originsFrom(fields.all.get('allowOrigin'), { by: 'exact', ignoreCase: false });
  const maxAge = durationFrom(fields.all.get('maxAge'));
  const refused = refusedAmong(unknownField(fields, FIELDS, 'a corsPolicy'), matchers, old, maxAge, refusedMethod(fields));
  if (refused !== undefined) return refused;
  const origins = matchers !== undefined && 'matchers' in matchers ? matchers : old !== undefined && 'matchers' in old ? old : undefined;
  const forwards = forwardsOf(fields);
  const level = listedLevel({
    fields,
    at: pair.key.at,
    origins,
    methods: fields.all.get('allowMethods'),
    headers: fields.all.get('allowHeaders'),
    exposed: fields.all.get('exposeHeaders'),
    maxAge,
    credentials: fields.all.get('allowCredentials'),
    ...(forwards === undefined ? {} : { forwards }),
  });
  return { level, unread: matchers === undefined ? undefined : fields.all.get('allowOrigin')?.at };
}

function matchersOf(file: YamlFile, { all }: Fields, pair: YamlPair): Origins | Refused | undefined {
  const field = all.get('allowOrigins');
  if (field === undefined) return undefined;
  const items = itemsOf(fieldAt(pair.value, 'allowOrigins')?.value);
  const unread = { by: 'exact', ignoreCase: false } as const;
  if (items === undefined || field.value.kind !== 'list') {
    const open = valuesOf(field.value);
    if (open === undefined) return { at: field.value.at, refused: '`allowOrigins` is not a list' };
    return open.length === 0 ? undefined : { at: field.at, matchers: open.map((value) => matcher(value, unread, value.at)) };
  }
  const matchers: Matcher[] = [];
  for (const item of items) {
    const compared = resolve(item)?.kind === 'map' ? comparedIn(file, item) : { at: item.at, refused: 'an origin is `exact:`, `prefix:` or `regex:` and a text' };
    if ('refused' in compared) return compared;
    matchers.push(matcher(compared.value, compared.comparison, compared.at));
  }
  if (field.value.rest !== undefined) matchers.push(matcher(field.value.rest, unread, field.value.rest.at));
  return matchers.length === 0 ? undefined : { at: field.at, matchers };
}

function refusedMethod({ all }: Fields): Refused | undefined {
  const methods = all.get('allowMethods')?.value;
  if (methods === undefined || methods.kind === 'nothing') return undefined;
  const odd = (valuesOf(methods) ?? []).find((item) => item.kind === 'string' && !METHODS.has(item.value));
  return odd?.kind === 'string' ? { at: odd.at, refused: `\`${odd.value}\` is no method that it knows` } : undefined;
}

/** Since Istio 1.23; without a word preflights of strangers go on. */
function forwardsOf({ all }: Fields): Guard | undefined {
  const value = all.get('unmatchedPreflights')?.value;
  if (value?.kind !== 'string') return undefined;
  return value.value === 'IGNORE' ? NEVER : value.value === 'FORWARD' ? ALWAYS : undefined;
}
