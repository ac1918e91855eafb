import { everyPath, pathPattern, unknownPath, type PathPattern } from '../../middleware/static-headers/paths.js';
import type { HeaderRule } from '../../middleware/static-headers/rules.js';
import { mappedHeaders, placeIn } from '../../middleware/static-headers/yaml.js';
import { ALWAYS, unless, whenAll, type Guard } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, resolve, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';
import { conditionsOf, filled } from './headers.js';

/**
 * `routes: [{ src, methods, headers, continue, … }]` (https://vercel.com/docs/project-configuration#legacy): patterns
 * that are anchored at both ends, the first that matches counts. Behind `handle` come those of another phase: whether
 * they are asked depends on what files there are.
 */
export function legacyRules(file: YamlFile, routes: readonly YamlNode[]): readonly HeaderRule[] {
  const rules: HeaderRule[] = [];
  let open: Guard = ALWAYS;
  for (const item of routes) {
    const handle = pairAt(item, 'handle');
    if (handle !== undefined) {
      open = { g: 'fact', fact: factOf(unknown('upstream', 'whether the site has a file for the path', handle.at)) };
      continue;
    }
    const conditions = conditionsOf(file, item);
    const place = patternOf(item);
    const reached = whenAll(open, methodsOf(item), conditions.when);
    const writes = mappedHeaders(file, nodeAt(item, 'headers'), false);
    if (writes.length > 0) rules.push({ place, when: reached, writes: writes.map((write) => filled(write, conditions, [])) });
    if (!isTrue(nodeAt(item, 'continue'))) open = whenAll(open, unless(whenAll(place.when, methodsOf(item), conditions.when)));
  }
  return rules;
}

function patternOf(item: YamlNode): PathPattern {
  const source = textAt(item, 'src') ?? textAt(item, 'source');
  const at: Span = pairAt(item, 'src') === undefined ? placeIn(item, 'source') : placeIn(item, 'src');
  if (source === undefined) return unknownPath('a path that is not read', at);
  const inner = source.replace(/^\^|\$$/g, '');
  if (/^\/?\(?\.\*\)?$/.test(inner)) return everyPath(at);
  // The pattern is tried on the path with and without its first slash.
  const plain = /^\/?[\w/-]*/.exec(inner)![0];
  const rest = inner.slice(plain.length);
  return pathPattern(`^/?(?:${inner})$`, 'i', [plain.startsWith('/') ? plain : `/${plain}`, ...(rest === '' ? [] : [''])], at);
}

function methodsOf(item: YamlNode): Guard {
  const methods = itemsOf(nodeAt(item, 'methods'))?.flatMap((method) => (method.kind === 'scalar' && typeof method.value === 'string' ? [method.value] : []));
  return methods === undefined ? ALWAYS : { g: 'method', in: methods };
}

function isTrue(node: YamlNode | undefined): boolean {
  const found = resolve(node);
  return found?.kind === 'scalar' && found.value === true;
}
