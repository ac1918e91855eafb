import type { OriginSet } from '../../origins/origin-set.js';
import { exact } from '../../origins/origin-set.js';
import { NEVER } from '../../policy/program.js';
import { resolve, type YamlFile, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { fieldsOf, itemsOf, originsFrom, textFrom, type Field, type Fields, type Refused } from '../envoy/fields.js';
import type { CorsLevel, Written } from '../envoy/level.js';
import { listedLevel, refusedAmong, unknownField } from '../envoy/listed-level.js';

const FIELDS = new Set(['allowOrigins', 'allowCredentials', 'allowMethods', 'allowHeaders', 'exposeHeaders', 'maxAge']);

/**
 * The Gateway API's HTTPCORSFilter, which others take over as it stands. `maxAge`: the default in seconds.
 *
 * Origins are `*`, or a scheme with a host that may begin with a wildcard for any number of labels. A `*` stands alone
 * in its list (a rule of the API). Documented; a stranger's preflight is answered without a grant.
 */
export function corsFilter(file: YamlFile, pair: YamlPair, maxAge: number | undefined, others: ReadonlySet<string> = new Set()): CorsLevel | Refused {
  const { value: node } = pair;
  if (node === undefined || resolve(node)?.kind !== 'map') return { at: pair.at, refused: 'the filter is no mapping' };
  const fields = fieldsOf(file, node);
  const origins = originsFrom(fields.all.get('allowOrigins'), { by: glob });
  const refused = refusedAmong(unknownField(fields, new Set([...FIELDS, ...others]), 'the filter'), origins, ...['allowOrigins', 'allowMethods', 'allowHeaders'].map((name) => mixedStar(fields, name)), oddOrigin(fields));
  if (refused !== undefined) return refused;
  return listedLevel({
    fields,
    at: pair.key.at,
    origins,
    methods: fields.all.get('allowMethods'),
    headers: fields.all.get('allowHeaders'),
    exposed: fields.all.get('exposeHeaders'),
    maxAge: ageOf(fields.all.get('maxAge'), maxAge, pair.key.at),
    credentials: fields.all.get('allowCredentials'),
    forwards: NEVER,
  });
}

/** `*` in front of labels stands for any text before them; everything else is compared as it stands. */
export function glob(text: string, at: Span): OriginSet {
  return text === '*' || !text.includes('*') ? exact(text, at) : { s: 'glob', text, star: 'any-text', ignoreCase: false, ports: 'as-written', at };
}

function ageOf(field: Field | undefined, standard: number | undefined, at: Span): Written | undefined {
  const written = textFrom(field);
  if (written !== undefined || standard === undefined) return written;
  return { value: { v: 'literal', text: String(standard), at, written: false }, at };
}

function mixedStar({ all }: Fields, name: string): Refused | undefined {
  const value = all.get(name)?.value;
  const items = value === undefined ? [] : (itemsOf(value) ?? []);
  const star = items.find((item) => item.kind === 'string' && item.value === '*');
  return star !== undefined && items.length > 1 ? { at: star.at, refused: `\`*\` stands alone in \`${name}\`` } : undefined;
}

/** What the API's own pattern for origins does not take. */
function oddOrigin({ all }: Fields): Refused | undefined {
  const value = all.get('allowOrigins')?.value;
  for (const item of value === undefined ? [] : (itemsOf(value) ?? [])) {
    if (item.kind !== 'string' || item.value === '*') continue;
    if (!/^[a-zA-Z][a-zA-Z0-9+\-.]*:\/\/(?:\*|(?:\*\.)?[a-zA-Z0-9_.-]+|\[[0-9a-fA-F:.]+\])(?::(?:\d{1,5}|\*))?$/.test(item.value)) return { at: item.at, refused: `\`${item.value}\` is no scheme and host (with a wildcard only in front)` };
  }
  return undefined;
}
