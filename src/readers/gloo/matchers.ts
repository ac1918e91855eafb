import { allConditions, NO_CONDITIONS, open, type Conditions } from '../../middleware/envoy/compared.js';
import { EVERY_PATH, exactPath, patternPath, prefixPath, type PathMatch } from '../../middleware/envoy/paths.js';
import type { Guard } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, textAt, type YamlNode } from '../../syntax/yaml/index.js';

/** One of a route's matchers: a path, methods, headers, the query. */
export function conditionsOf(matcher: YamlNode | undefined): Conditions {
  if (matcher === undefined) return NO_CONDITIONS;
  const others: { guard: Guard; methods: readonly string[] | null }[] = [];
  const methods = itemsOf(nodeAt(matcher, 'methods'));
  if (methods !== undefined && methods.length > 0) {
    const texts = methods.flatMap((item) => textAt(item) ?? []);
    others.push(texts.length === methods.length ? { guard: { g: 'method', in: texts }, methods: texts } : { guard: open(matcher.at, 'methods that a template writes'), methods: null });
  }
  for (const name of ['headers', 'queryParameters']) {
    const pair = pairAt(matcher, name);
    if (pair !== undefined) others.push({ guard: open(pair.at, `the condition \`${name}\` of a route`), methods: null });
  }
  return allConditions(pathOf(matcher), others);
}

function pathOf(matcher: YamlNode): PathMatch {
  for (const [name, make] of [['prefix', prefixPath], ['exact', exactPath], ['regex', patternPath]] as const) {
    const pair = pairAt(matcher, name);
    if (pair === undefined) continue;
    const text = textAt(pair.value);
    return text === undefined ? { ...EVERY_PATH, guard: open(pair.at, 'a path that a template writes') } : make(text, pair.value?.at ?? pair.at);
  }
  return EVERY_PATH;
}
