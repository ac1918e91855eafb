import { allConditions, open, type Conditions } from '../../middleware/envoy/compared.js';
import type { CorsLevel } from '../../middleware/envoy/level.js';
import { EVERY_PATH, exactPath, patternPath, prefixPath, type PathMatch } from '../../middleware/envoy/paths.js';
import type { Host, Route } from '../../middleware/envoy/routes.js';
import type { Guard } from '../../policy/program.js';
import { pairAt, resolve, textAt, type YamlNode } from '../../syntax/yaml/index.js';

/** The route that a Mapping makes: a prefix (a pattern, a whole path) and perhaps a method. */
export function routeOf(settings: YamlNode, level: CorsLevel): Route {
  const { guard, sample, methods } = conditionsOf(settings);
  return { at: pairAt(settings, 'method')?.at ?? pairAt(settings, 'prefix')?.at ?? settings.at, match: guard, sample, methods, levels: [level], headers: [] };
}

/** The host that it is for; undefined: all. */
export function mappedHost(settings: YamlNode): Host | undefined {
  for (const key of ['hostname', 'host']) {
    const pair = pairAt(settings, key);
    const text = textAt(pair?.value);
    if (pair?.value !== undefined && text !== undefined && text !== '*') return { text, at: pair.value.at };
  }
  return undefined;
}

/** The requests that it takes. */
export function conditionsOf(settings: YamlNode): Conditions {
  const others: { guard: Guard; methods: readonly string[] | null }[] = [];
  const method = pairAt(settings, 'method');
  const text = textAt(method?.value);
  if (method !== undefined) others.push(text === undefined ? { guard: open(method.at, 'a method that a template writes'), methods: null } : { guard: { g: 'method', in: [text.toUpperCase()] }, methods: [text.toUpperCase()] });
  for (const name of ['headers', 'regex_headers', 'query_parameters', 'regex_query_parameters', 'method_regex']) {
    const pair = pairAt(settings, name);
    const isFalse = resolve(pair?.value);
    if (pair !== undefined && !(isFalse?.kind === 'scalar' && isFalse.value === false)) others.push({ guard: open(pair.at, `the condition \`${name}\` of a Mapping`), methods: null });
  }
  return allConditions(pathOf(settings), others);
}

function pathOf(settings: YamlNode): PathMatch {
  const pair = pairAt(settings, 'prefix');
  if (pair === undefined) return EVERY_PATH;
  const text = textAt(pair.value);
  const at = pair.value?.at ?? pair.at;
  if (text === undefined) return { ...EVERY_PATH, guard: open(at, 'a path that a template writes') };
  const isOn = (name: string): boolean => {
    const found = resolve(pairAt(settings, name)?.value);
    return found?.kind === 'scalar' && found.value === true;
  };
  return isOn('prefix_regex') ? patternPath(text, at) : isOn('prefix_exact') ? exactPath(text, at) : prefixPath(text, at);
}
