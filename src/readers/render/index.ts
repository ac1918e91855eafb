/**
 * Render: `services[].headers` of static sites in a Blueprint (`render.yaml`).
 *
 * The texts are the same for every request. What becomes of a header that two rules set for one path is not documented:
 * that is left open. Nobody answers OPTIONS.
 *
 * Documented: https://render.com/docs/blueprint-spec, https://render.com/docs/static-site-headers
 */
import { unknownPath } from '../../middleware/static-headers/paths.js';
import { repetition, sitePolicy, stepsOf, withinLimits, type HeaderRule } from '../../middleware/static-headers/rules.js';
import { renderPath } from '../../middleware/static-headers/splats.js';
import { editHeaders, headerEntry, placeIn } from '../../middleware/static-headers/yaml.js';
import { ALWAYS } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlFile>({
  title: 'Render',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*access-control-)[\s\S]*services:/i,

  *read(file) {
    if (!/(?:^|[/.-])render\.ya?ml$/.test(file.file)) return;
    for (const service of servicesIn(file)) {
      const headers = pairAt(service, 'headers');
      const { rules, gaps } = withinLimits(rulesOf(file, headers?.value));
      for (const gap of gaps) yield { kind: 'gap', gap };
      if (headers === undefined || rules.length === 0) continue;
      const repeated = repetition(rules, 'Render', headers.at);
      for (const gap of repeated.gaps) yield { kind: 'gap', gap };
      yield { kind: 'policy', policy: sitePolicy({ reader: 'render', title: `static site ${textAt(service, 'name') ?? 'without a name'}`, at: headers.at, steps: stepsOf(rules, repeated.combining) }, rules.map(({ place }) => place)) };
    }
  },

  write: editHeaders,
});

/** Services stand at the top or in the environments of projects. */
function servicesIn(file: YamlFile): readonly YamlNode[] {
  const root = file.documents[0]?.root;
  const environments = (itemsOf(nodeAt(root, 'projects')) ?? []).flatMap((project) => itemsOf(nodeAt(project, 'environments')) ?? []);
  return [root, ...environments].flatMap((holder) => itemsOf(nodeAt(holder, 'services')) ?? []);
}

function* rulesOf(file: YamlFile, headers: YamlNode | undefined): Generator<HeaderRule> {
  for (const item of itemsOf(headers) ?? []) {
    const write = headerEntry(file, item, 'name');
    if (write === undefined) continue;
    const path = textAt(item, 'path');
    const at = placeIn(item, 'path');
    yield { place: path === undefined ? unknownPath('a path that is not read', at) : renderPath(path, at), when: ALWAYS, writes: [write] };
  }
}
