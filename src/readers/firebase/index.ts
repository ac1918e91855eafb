/**
 * Firebase Hosting: `hosting.headers` of `firebase.json`, of one site or of several.
 *
 * Every rule whose glob or regular expression fits counts, of two texts for one header the later one. `source` is a
 * glob in the language of `minimatch`, `regex` RE2 that fits anywhere in the path. The texts are the same for every
 * request. Functions and services behind rewrites answer OPTIONS, files do not.
 *
 * `superstatic` 10, which the emulator serves with (run in the live suite); https://firebase.google.com/docs/hosting/full-config#headers
 */
import { globPath } from '../../middleware/static-headers/globs.js';
import { pathPattern, unknownPath, type PathPattern } from '../../middleware/static-headers/paths.js';
import { LAST, sitePolicy, stepsOf, withinLimits, type HeaderRule } from '../../middleware/static-headers/rules.js';
import { editHeaders, listedHeaders, placeIn } from '../../middleware/static-headers/yaml.js';
import { ALWAYS } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlFile>({
  title: 'Firebase Hosting',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*access-control-)[\s\S]*"hosting"/i,

  *read(file) {
    if (!/(?:^|[/.-])firebase(?:\.[\w-]+)?\.json$/.test(file.file)) return;
    const hosting = nodeAt(file.documents[0]?.root, 'hosting');
    if (hosting === undefined) return;
    for (const site of itemsOf(hosting) ?? [hosting]) {
      const { rules, gaps } = withinLimits(rulesOf(file, site));
      for (const gap of gaps) yield { kind: 'gap', gap };
      const name = textAt(site, 'target') ?? textAt(site, 'site');
      const at = pairAt(site, 'headers')?.at ?? site.at;
      if (rules.length > 0) yield { kind: 'policy', policy: sitePolicy({ reader: 'firebase', title: `Firebase Hosting${name === undefined ? '' : ` of ${name}`}`, at, steps: stepsOf(rules, LAST) }, rules.map(({ place }) => place)) };
    }
  },

  write: editHeaders,
});

function* rulesOf(file: YamlFile, site: YamlNode): Generator<HeaderRule> {
  for (const item of itemsOf(nodeAt(site, 'headers')) ?? []) {
    const writes = listedHeaders(file, nodeAt(item, 'headers'));
    if (writes.length > 0) yield { place: placeOf(item), when: ALWAYS, writes };
  }
}

/** `source` and `glob` are one; with `regex` beside them the file is refused. */
function placeOf(item: YamlNode): PathPattern {
  for (const key of ['source', 'glob']) {
    const glob = textAt(item, key);
    if (glob !== undefined) return globPath(glob, placeIn(item, key));
  }
  const regex = textAt(item, 'regex');
  const at = placeIn(item, 'regex');
  if (regex === undefined) return unknownPath('a path that is not read', at);
  // A path that it fits: its text up to the first sign.
  const plain = /^\^?(\/[\w/-]*)/.exec(regex)?.[1] ?? '/';
  return pathPattern(regex.replaceAll('(?P<', '(?<'), '', /\$$/.test(regex) ? [plain] : [plain, ''], at);
}
