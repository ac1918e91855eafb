import { fieldsOf, itemsOf, listFrom, originsFrom, textFrom, switchFrom, type Field, type Fields, type Refused } from '../../middleware/envoy/fields.js';
import type { CorsLevel, Origins, Written } from '../../middleware/envoy/level.js';
import { refusedAmong, unknownField } from '../../middleware/envoy/listed-level.js';
import { matcher } from '../../middleware/envoy/matchers.js';
import { exact, NONE, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS } from '../../policy/program.js';
import { itemSpans, resolve, type YamlFile, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';

const FIELDS = new Set(['origins', 'methods', 'headers', 'exposed_headers', 'credentials', 'max_age', 'v2CommaSeparatedOrigins']);
const EXACT = { by: 'exact', ignoreCase: false } as const;

/** The `cors` of a Mapping or of the Module. */
export function corsLevel(file: YamlFile, pair: YamlPair): CorsLevel | Refused | undefined {
  if (pair.value === undefined || resolve(pair.value)?.kind !== 'map') return undefined;
  const fields = fieldsOf(file, pair.value);
  const origins = originsOf(fields);
  const refused = refusedAmong(unknownField(fields, FIELDS, '`cors`'), origins);
  if (refused !== undefined) return refused;
  const [methods, headers, exposed] = ['methods', 'headers', 'exposed_headers'].map((name) => texts(fields.all.get(name)));
  const maxAge = textFrom(fields.all.get('max_age'));
  const credentials = switchFrom(file, fields.all.get('credentials'));
  return {
    at: pair.key.at,
    enabled: ALWAYS,
    ...(origins !== undefined && 'matchers' in origins ? { origins } : {}),
    ...(methods === undefined ? {} : { methods }),
    ...(headers === undefined ? {} : { headers }),
    ...(exposed === undefined ? {} : { exposed }),
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

/** A list, or one text with commas. */
function originsOf({ file, all }: Fields): Origins | Refused | undefined {
  const field = all.get('origins');
  if (field?.value.kind !== 'string') return originsFrom(field, EXACT);
  const pieces = field.value.value.split(',');
  const entries = itemSpans(file, field.value).map((item, index) => ({ ...item, bare: pieces[index] === item.text })).filter(({ text }) => text !== '');
  return entries.length === 0 ? undefined : { at: field.at, matchers: entries.map(({ text, at, bare }) => matcher({ kind: 'string', value: text, at }, bare ? EXACT : { by: keptBlank }, at)) };
}

/** Emissary-ingress 2 keeps the blank after a comma, and the entry then matches nothing. */
function keptBlank(text: string, at: Span): OriginSet {
  return { s: 'dynamic', why: factOf(unknown('unsupported-syntax', 'the version of Emissary-ingress, of which some keep the blank after a comma', at)), lower: NONE, upper: exact(text, at), exactTexts: true, at };
}

/** Lists are joined by a comma and a blank; a text stays as it is. */
function texts(field: Field | undefined): Written | undefined {
  if (field === undefined) return undefined;
  return field.value.kind === 'list' && itemsOf(field.value)?.every((item) => item.kind === 'string') === true ? listFrom(field, ', ') : textFrom(field);
}
