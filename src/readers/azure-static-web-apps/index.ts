/**
 * Azure Static Web Apps: `globalHeaders` and `routes[].headers` of `staticwebapp.config.json`.
 *
 * The first route whose path and methods fit counts. Its headers stand above the global ones of the same name, and an
 * empty text takes a global header away. The texts are the same for every request, and nobody answers OPTIONS for them.
 *
 * Documented: https://learn.microsoft.com/azure/static-web-apps/configuration; the first match: `route-processor` of
 * `@azure/static-web-apps-cli` (read).
 */
import { everyPath, unknownPath, type PathPattern } from '../../middleware/static-headers/paths.js';
import { LAST, routesWithinLimits, sitePolicy, stepsOf, withinLimits, type HeaderRule } from '../../middleware/static-headers/rules.js';
import { staticWebAppPath } from '../../middleware/static-headers/splats.js';
import { editHeaders, mappedHeaders, placeIn } from '../../middleware/static-headers/yaml.js';
import { ALWAYS, unless, whenAll, type Guard } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlFile>({
  title: 'Azure Static Web Apps',
  language: 'yaml',
  mayConcern: /access-control-/i,

  *read(file) {
    if (!/(?:^|[/.-])staticwebapp\.config\.json$/.test(file.file)) return;
    const root = file.documents[0]?.root;
    const { routes, gaps: more } = routesWithinLimits(itemsOf(nodeAt(root, 'routes')) ?? []);
    const { rules, gaps } = withinLimits([...globalRule(file, root), ...routeRules(file, routes)]);
    for (const gap of rules.length > 0 ? [...more, ...gaps] : gaps) yield { kind: 'gap', gap };
    const at = (pairAt(root, 'globalHeaders') ?? pairAt(root, 'routes'))?.at;
    if (rules.length > 0 && at !== undefined) yield { kind: 'policy', policy: sitePolicy({ reader: 'azure-static-web-apps', title: 'Azure Static Web Apps', at, steps: stepsOf(rules, LAST) }, rules.map(({ place }) => place)) };
  },

  write: editHeaders,
});

function globalRule(file: YamlFile, root: YamlNode | undefined): readonly HeaderRule[] {
  const headers = pairAt(root, 'globalHeaders');
  const writes = mappedHeaders(file, headers?.value, true);
  return headers === undefined || writes.length === 0 ? [] : [{ place: everyPath(headers.at), when: ALWAYS, writes }];
}

function routeRules(file: YamlFile, routes: readonly YamlNode[]): readonly HeaderRule[] {
  let open: Guard = ALWAYS;
  return routes.flatMap((item): readonly HeaderRule[] => {
    const place = placeOf(item);
    const own = methodsOf(item);
    const reached = whenAll(open, own);
    open = whenAll(open, unless(whenAll(place.when, own)));
    const writes = mappedHeaders(file, nodeAt(item, 'headers'), true);
    return writes.length === 0 ? [] : [{ place, when: reached, writes }];
  });
}

function placeOf(item: YamlNode): PathPattern {
  const route = textAt(item, 'route');
  const at = placeIn(item, 'route');
  return route === undefined ? unknownPath('a path that is not read', at) : staticWebAppPath(route, at);
}

function methodsOf(item: YamlNode): Guard {
  const methods = itemsOf(nodeAt(item, 'methods'))?.flatMap((method) => (method.kind === 'scalar' && typeof method.value === 'string' ? [method.value.toUpperCase()] : []));
  return methods === undefined ? ALWAYS : { g: 'method', in: methods };
}
