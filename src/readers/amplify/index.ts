/**
 * AWS Amplify Hosting: `customHeaders` of `customHttp.yml`, of one app or of several, and of the older `amplify.yml`.
 *
 * The texts are the same for every request. What becomes of a header that two patterns set for one path is not
 * documented: that is left open. Nobody answers OPTIONS.
 *
 * Documented: https://docs.aws.amazon.com/amplify/latest/userguide/custom-header-YAML-format.html
 */
import { unknownPath } from '../../middleware/static-headers/paths.js';
import { repetition, sitePolicy, stepsOf, withinLimits, type HeaderRule } from '../../middleware/static-headers/rules.js';
import { amplifyPath } from '../../middleware/static-headers/splats.js';
import { editHeaders, listedHeaders, placeIn } from '../../middleware/static-headers/yaml.js';
import { ALWAYS } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlFile>({
  title: 'AWS Amplify Hosting',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*access-control-)[\s\S]*customHeaders/i,

  *read(file) {
    if (!/(?:^|[/.-])(?:customHttp|amplify)\.ya?ml$/.test(file.file)) return;
    const root = file.documents[0]?.root;
    for (const app of [root, ...(itemsOf(nodeAt(root, 'applications')) ?? [])]) {
      const headers = pairAt(app, 'customHeaders');
      const { rules, gaps } = withinLimits(rulesOf(file, headers?.value));
      for (const gap of gaps) yield { kind: 'gap', gap };
      if (headers === undefined || rules.length === 0) continue;
      const repeated = repetition(rules, 'Amplify', headers.at);
      for (const gap of repeated.gaps) yield { kind: 'gap', gap };
      const root = textAt(app, 'appRoot');
      yield { kind: 'policy', policy: sitePolicy({ reader: 'amplify', title: `Amplify Hosting${root === undefined ? '' : ` of ${root}`}`, at: headers.at, steps: stepsOf(rules, repeated.combining) }, rules.map(({ place }) => place)) };
    }
  },

  write: editHeaders,
});

function* rulesOf(file: YamlFile, headers: YamlNode | undefined): Generator<HeaderRule> {
  for (const item of itemsOf(headers) ?? []) {
    const writes = listedHeaders(file, nodeAt(item, 'headers'));
    if (writes.length === 0) continue;
    const pattern = textAt(item, 'pattern');
    const at = placeIn(item, 'pattern');
    yield { place: pattern === undefined ? unknownPath('a path that is not read', at) : amplifyPath(pattern, at), when: ALWAYS, writes };
  }
}
