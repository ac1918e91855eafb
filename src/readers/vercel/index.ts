/**
 * Vercel: `headers` of `vercel.json`, and the older `routes` with headers of their own.
 *
 * Every matching rule of `headers` counts, of two texts for one header the later one; in `routes` the first match ends
 * the search unless it says `continue`. The texts are the same for every request, but for what `has` captured of the
 * request (`:name`, `$name`). Nobody answers OPTIONS but the function behind. Paths are those of path-to-regexp 6.
 *
 * Conversion of rules: `@vercel/routing-utils` 6 (run in the live suite); order and repetition: `vercel dev`
 * (`util/dev/router`, read); the rest: https://vercel.com/docs/project-configuration (documented).
 */
import { routesWithinLimits, sitePolicy, stepsOf, withinLimits, LAST, type HeaderRule } from '../../middleware/static-headers/rules.js';
import { editHeaders } from '../../middleware/static-headers/yaml.js';
import { itemsOf, pairAt, type YamlFile } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { rulesOf } from './headers.js';
import { legacyRules } from './routes.js';

export default defineReader<YamlFile>({
  title: 'Vercel',
  language: 'yaml',
  mayConcern: /access-control-/i,

  *read(file) {
    if (!/(?:^|[/.-])(?:vercel|now)(?:\.[\w-]+)?\.json$/.test(file.file)) return;
    const root = file.documents[0]?.root;
    const [headers, routes] = [pairAt(root, 'headers'), pairAt(root, 'routes')];
    const own = withinLimits(rulesOf(file, headers?.value));
    if (own.rules.length > 0 && routes !== undefined && headers !== undefined) {
      yield gap({ at: headers.key.at, reason: 'unsupported-syntax', message: 'Vercel refuses this file: `headers` and `routes` cannot stand together' });
      return;
    }
    const older = routesWithinLimits(itemsOf(routes?.value) ?? []);
    const { rules, gaps } = own.rules.length > 0 ? own : withinLimits(legacyRules(file, older.routes));
    for (const one of rules.length > 0 ? [...older.gaps, ...gaps] : gaps) yield gap(one);
    yield* policyOf(rules, (headers ?? routes)?.at);
  },

  write: editHeaders,
});

function gap(found: Extract<Reading, { kind: 'gap' }>['gap']): Reading {
  return { kind: 'gap', gap: found };
}

function* policyOf(rules: readonly HeaderRule[], at: HeaderRule['place']['at'] | undefined): Generator<Reading> {
  if (rules.length === 0 || at === undefined) return;
  yield { kind: 'policy', policy: sitePolicy({ reader: 'vercel', title: 'headers of vercel.json', at, steps: stepsOf(rules, LAST) }, rules.map(({ place }) => place)) };
}
