import { VERCEL, placeOf } from '../../middleware/path-to-regexp.js';
import { asked, filledIn, type Asked, type ConditionDialect } from '../../middleware/request-conditions.js';
import { unknownPath, type PathPattern } from '../../middleware/static-headers/paths.js';
import type { HeaderRule, HeaderWrite } from '../../middleware/static-headers/rules.js';
import { listedHeaders, placeIn } from '../../middleware/static-headers/yaml.js';
import { admits } from '../../origins/membership.js';
import type { OriginSet, RegexSet } from '../../origins/origin-set.js';
import type { HeaderValue } from '../../policy/program.js';
import { itemsOf, nodeAt, textAt, valueOf, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/**
 * A pattern must fit the whole text (https://vercel.com/docs/project-configuration#header-object-definition). Whether
 * alternatives outside of any group are held to that is not documented: then both readings are open.
 */
export const VERCEL_CONDITIONS: ConditionDialect = {
  whole(source, at): OriginSet {
    const full: RegexSet = { s: 'regex', source, flags: '', dialect: 'pcre', use: 'full', subject: 'origin', at, sourceAt: at };
    if (!hasOpenAlternatives(source)) return full;
    const why = factOf(unknown('unsupported-syntax', 'how Vercel anchors alternatives', at));
    return { s: 'dynamic', why, lower: full, upper: { ...full, source: `^${source}$`, use: 'search' }, exactTexts: false, at };
  },
  nameOf: (key) => key,
};

/** A `|` outside of groups and classes. */
function hasOpenAlternatives(source: string): boolean {
  let depth = 0;
  for (const [piece] of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|[()|]/gs)) {
    if (piece === '(') depth += 1;
    else if (piece === ')') depth -= 1;
    else if (piece === '|' && depth === 0) return true;
  }
  return false;
}

/** `headers: [{ source, has, missing, headers: [{ key, value }] }]` */
export function* rulesOf(file: YamlFile, node: YamlNode | undefined): Generator<HeaderRule> {
  for (const item of itemsOf(node) ?? []) {
    const writes = listedHeaders(file, nodeAt(item, 'headers'));
    if (writes.length === 0) continue;
    const source = textAt(item, 'source');
    const at = placeIn(item, 'source');
    const place = source === undefined ? undefined : placeOf(source, VERCEL, at);
    const conditions = conditionsOf(file, item);
    const parameters = place?.parameters ?? [];
    yield { place: place === undefined ? unknownPath('a path that is not read', at) : patternOf(place, at), when: conditions.when, writes: writes.map((write) => filled(write, conditions, parameters)) };
  }
}

function patternOf({ when, sample }: NonNullable<ReturnType<typeof placeOf>>, at: Span): PathPattern {
  const matches = (path: string): boolean | undefined => {
    const found = when.g === 'path' ? admits(when.in, path, () => undefined) : true;
    return typeof found === 'boolean' ? found : undefined;
  };
  return { when, sample, at, matches, filled: () => undefined };
}

/** What `has` and `missing` of a rule ask. */
export function conditionsOf(file: YamlFile, item: YamlNode): Asked {
  const rule = valueOf(file, item);
  return rule.kind === 'record' ? asked(rule, VERCEL_CONDITIONS) : { when: { g: 'always' }, origin: [], captured: [] };
}

/** `$name` is what `:name` becomes, `$1` a group of the path. */
export function filled(write: HeaderWrite, conditions: Asked, parameters: readonly string[]): HeaderWrite {
  const { value } = write;
  if (value === undefined || 'v' in value || value.kind !== 'string') return write;
  const named: Value = { ...value, value: value.value.replace(/\$(?:\{([A-Za-z_]\w*)\}|(?=[A-Za-z_])(\w+))/g, (whole, braced: string | undefined, bare: string | undefined) => ([...conditions.origin, ...conditions.captured].includes(braced ?? bare ?? '') ? `:${braced ?? bare}` : whole)) };
  const made: HeaderValue | undefined = filledIn(named, conditions, parameters) ?? (/\$\d/.test(value.value) ? { v: 'unknown', fact: factOf(unknown('parameter', 'a part of the path', value.at)), at: value.at } : undefined);
  return made === undefined ? write : { ...write, value: made };
}
