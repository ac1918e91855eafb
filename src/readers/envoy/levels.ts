import { comparedIn, open } from '../../middleware/envoy/compared.js';
import { fieldsOf, originsFrom, protoName, switchFrom, textFrom, type Field, type Fields, type Refused } from '../../middleware/envoy/fields.js';
import type { CorsLevel, Matcher, Origins } from '../../middleware/envoy/level.js';
import { matcher } from '../../middleware/envoy/matchers.js';
import { ALWAYS, NEVER, type Guard } from '../../policy/program.js';
import { itemsOf, pairAt, resolve, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import { corsPolicyOf, fieldAt, protoAt, typeOf } from './tables.js';

/** A level as written: `typed` since Envoy 1.24, else the old `cors` of a virtual host or of a route's action. */
export type Level = { readonly level: CorsLevel; readonly typed: boolean } | (Refused & { readonly typed: boolean }) | { readonly off: YamlPair };

const FIELDS = new Set(['@type', 'allowOriginStringMatch', 'allowMethods', 'allowHeaders', 'exposeHeaders', 'maxAge', 'allowCredentials', 'filterEnabled', 'shadowEnabled', 'allowPrivateNetworkAccess', 'forwardNotMatchingPreflights']);
/** Fields of Envoy's second API, gone since 1.17. */
const OLD = new Set(['allowOrigin', 'allowOriginRegex', 'enabled']);

/** The policy among the configurations per filter; one may be wrapped to switch the filter off. */
export function typedLevel(file: YamlFile, owner: YamlNode | undefined): Level | undefined {
  const pair = corsPolicyOf(owner);
  if (pair?.value === undefined) return undefined;
  const type = typeOf(pair.value) ?? '';
  if (!type.endsWith('.FilterConfig')) return levelOf(file, pair, pair.value, true);
  const disabled = resolve(protoAt(pair.value, 'disabled'));
  if (disabled?.kind === 'scalar' && disabled.value === true) return { off: pair };
  const inner = protoAt(pair.value, 'config');
  return inner === undefined ? undefined : levelOf(file, pair, inner, true);
}

export function legacyLevel(file: YamlFile, pair: YamlPair | undefined): Level | undefined {
  return pair?.value === undefined ? undefined : levelOf(file, pair, pair.value, false);
}

function levelOf(file: YamlFile, pair: YamlPair, node: YamlNode, typed: boolean): Level {
  if (resolve(node)?.kind !== 'map') return { at: pair.at, refused: 'the policy is no mapping', typed };
  const fields = fieldsOf(file, node, (key) => (key === '@type' ? key : protoName(key)));
  const type = typeOf(node);
  if (typed && type !== undefined && !/\.CorsPolicy$|TypedStruct$/.test(type)) return { at: pairAt(node, '@type')?.at ?? pair.at, refused: 'the filter takes a CorsPolicy here', typed };
  // The second API, whose bootstrap names it wherever it names a type.
  const second = !typed && /\.v2\.|\benvoy\.(?:cors|router|http_connection_manager)\b/.test(file.masked) && !/\.v3\./.test(file.masked);
  for (const [name, { at }] of fields.all) {
    if (FIELDS.has(name) || (second && OLD.has(name))) continue;
    return { at, refused: OLD.has(name) ? `\`${name}\` went with its second API (1.17): the third has \`allow_origin_string_match\`` : `a CorsPolicy has no field \`${name}\``, typed };
  }
  const misspelled = textFields(fields);
  if (misspelled !== undefined) return { ...misspelled, typed };
  const origins = originsOf(file, fields, node);
  if (origins !== undefined && 'refused' in origins) return { ...origins, typed };
  return { level: { ...settingsFrom(fields), at: pair.key.at, enabled: enabledBy(fields), ...(origins === undefined ? {} : { origins }) }, typed };
}

/** Protobuf takes no number and no list for a text. */
function textFields({ all }: Fields): Refused | undefined {
  for (const name of ['allowMethods', 'allowHeaders', 'exposeHeaders', 'maxAge']) {
    const value = all.get(name)?.value;
    if (value !== undefined && ['number', 'boolean', 'list', 'record'].includes(value.kind)) return { at: value.at, refused: `\`${name}\` is a text` };
  }
  return undefined;
}

/** The fields but for origins; one that is absent or empty leaves the word to the next level. */
function settingsFrom({ file, all }: Fields): Omit<CorsLevel, 'at' | 'enabled' | 'origins'> {
  const [methods, headers, exposed, maxAge] = ['allowMethods', 'allowHeaders', 'exposeHeaders', 'maxAge'].map((name) => textFrom(all.get(name)));
  const [credentials, privateNetwork, forwards] = ['allowCredentials', 'allowPrivateNetworkAccess', 'forwardNotMatchingPreflights'].map((name) => switchFrom(file, all.get(name)));
  return {
    ...(methods === undefined ? {} : { methods }),
    ...(headers === undefined ? {} : { headers }),
    ...(exposed === undefined ? {} : { exposed }),
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(privateNetwork === undefined ? {} : { privateNetwork }),
    ...(forwards === undefined ? {} : { forwards }),
  };
}

function originsOf(file: YamlFile, { all }: Fields, node: YamlNode): Origins | Refused | undefined {
  const field = all.get('allowOriginStringMatch');
  if (field === undefined) return oldOrigins(all);
  const list = fieldAt(node, 'allowOriginStringMatch')?.value;
  // A single matcher is taken for a list of one.
  const items = itemsOf(list) ?? (resolve(list)?.kind === 'map' ? [list!] : undefined);
  if (items === undefined || field.value.kind === 'unknown') {
    return field.value.kind === 'unknown' || field.value.kind === 'env' ? { at: field.at, matchers: [matcher(field.value, { by: 'exact', ignoreCase: false }, field.value.at)] } : { at: field.value.at, refused: 'the matchers are not a list' };
  }
  const matchers: Matcher[] = [];
  for (const item of items) {
    const compared = resolve(item)?.kind === 'map' ? comparedIn(file, item) : { at: item.at, refused: 'an entry is a matcher such as `exact: https://app.example`' };
    if ('refused' in compared) return compared;
    matchers.push(matcher(compared.value, compared.comparison, compared.at));
  }
  if (field.value.kind === 'list' && field.value.rest !== undefined) matchers.push(matcher(field.value.rest, { by: 'exact', ignoreCase: false }, field.value.rest.at));
  return matchers.length === 0 ? undefined : { at: field.at, matchers };
}

function oldOrigins(all: ReadonlyMap<string, Field>): Origins | Refused | undefined {
  const texts = originsFrom(all.get('allowOrigin'), { by: 'exact', ignoreCase: false });
  const patterns = originsFrom(all.get('allowOriginRegex'), { by: 'regex' });
  for (const origins of [texts, patterns]) if (origins !== undefined && 'refused' in origins) return origins;
  const matchers = [texts, patterns].flatMap((origins) => (origins !== undefined && 'matchers' in origins ? origins.matchers : []));
  return matchers.length === 0 ? undefined : { at: all.get('allowOrigin')?.at ?? all.get('allowOriginRegex')!.at, matchers };
}

/** A share of all requests; that of the runtime's key, where it has one, may be another. */
function enabledBy({ all }: Fields): Guard {
  const field = all.get('filterEnabled') ?? all.get('enabled');
  if (field === undefined) return ALWAYS;
  const { value, at } = field;
  if (value.kind === 'boolean') return value.value ? ALWAYS : NEVER;
  if (value.kind !== 'record') return open(at, 'the share of requests that the filter works for');
  const share = value.entries.find(({ key }) => protoName(key) === 'defaultValue')?.value;
  const part = (name: string): unknown => {
    const found = share?.kind === 'record' ? share.entries.find(({ key }) => protoName(key) === name)?.value : undefined;
    return found?.kind === 'number' || found?.kind === 'string' ? found.value : undefined;
  };
  const whole = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 }[String(part('denominator') ?? 'HUNDRED')];
  const numerator = Number(part('numerator') ?? 0);
  if (whole !== undefined && numerator >= whole) return ALWAYS;
  if (numerator === 0 && !value.entries.some(({ key }) => protoName(key) === 'runtimeKey')) return NEVER;
  return open(at, 'the share of requests that the filter works for');
}
