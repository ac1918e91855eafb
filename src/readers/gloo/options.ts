import { bothOrigins, fieldsOf, originsFrom, textFrom, type Fields, type Refused } from '../../middleware/envoy/fields.js';
import type { CorsLevel } from '../../middleware/envoy/level.js';
import { listedLevel, refusedAmong, unknownField } from '../../middleware/envoy/listed-level.js';
import { refusedByRe2 } from '../../middleware/envoy/matchers.js';
import { pairAt, resolve, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

/** `off`: the route is taken out of the filter's work. */
export type Option = { readonly level: CorsLevel; readonly ignoredFalse: Span | undefined } | { readonly off: true } | Refused;

const FIELDS = new Set(['allowOrigin', 'allowOriginRegex', 'allowMethods', 'allowHeaders', 'exposeHeaders', 'maxAge', 'allowCredentials', 'disableForRoute']);

/** `options.cors` of a virtual host or a route; a policy for a place with none of its own. */
export function optionsLevel(file: YamlFile, owner: YamlNode | undefined, route: boolean): Option | undefined {
  const pair = pairAt(owner, 'options', 'cors');
  if (pair?.value === undefined || resolve(pair.value)?.kind !== 'map') return undefined;
  const fields = fieldsOf(file, pair.value);
  const texts = originsFrom(fields.all.get('allowOrigin'), { by: 'exact', ignoreCase: false });
  const patterns = originsFrom(fields.all.get('allowOriginRegex'), { by: 'regex' });
  const disabled = fields.all.get('disableForRoute')?.value;
  if (route && disabled?.kind === 'boolean' && disabled.value) return { off: true };
  const refused = refusedAmong(unknownField(fields, FIELDS, '`cors`'), texts, patterns, refusedPattern(fields));
  if (refused !== undefined) return refused;
  const origins = bothOrigins(texts !== undefined && 'matchers' in texts ? texts : undefined, patterns !== undefined && 'matchers' in patterns ? patterns : undefined);
  if (origins === undefined) return { at: pair.key.at, refused: 'an origin is required' };
  const credentials = fields.all.get('allowCredentials');
  const isFalse = credentials?.value.kind === 'boolean' && !credentials.value.value;
  const level = listedLevel({
    fields,
    at: pair.key.at,
    origins,
    methods: fields.all.get('allowMethods'),
    headers: fields.all.get('allowHeaders'),
    exposed: fields.all.get('exposeHeaders'),
    maxAge: textFrom(fields.all.get('maxAge')),
    // Only a `true` is handed on.
    credentials: isFalse ? undefined : credentials,
  });
  return { level, ignoredFalse: isFalse ? credentials.at : undefined };
}

function refusedPattern({ all }: Fields): Refused | undefined {
  const value = all.get('allowOriginRegex')?.value;
  for (const item of value?.kind === 'list' ? value.items : []) {
    const why = item.kind === 'string' ? refusedByRe2(item.value) : undefined;
    if (why !== undefined) return { at: item.at, refused: `the pattern is no RE2 pattern (${why})` };
  }
  return undefined;
}
