import { editSetting, isOfSettings } from '../../middleware/setting-edits.js';
import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { itemsOf, removePair, respell, rewrite, type Edited, type YamlFile, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { decline } from '../reader.js';
import { pairNamed, routesOf } from './routes.js';

/** A change in the headers or methods of a route. */
export function ocelotEdits(file: YamlFile, policy: Policy, change: Change): Edited {
  if (isOfSettings(policy, change)) return editSetting(file, policy, change);
  switch (change.kind) {
    case 'replace-text':
      return respell(file, change.at, change.text);
    case 'remove-header': {
      const pair = credentialsAt(file, change.at);
      return pair === undefined ? decline('no line of this file allows credentials there') : removePair(file, pair);
    }
    case 'answer-options':
      return optionsAdded(file, change.at);
    default:
      return decline('not a change that a route can spell');
  }
}

function credentialsAt(file: YamlFile, at: Span): YamlPair | undefined {
  const holders = file.documents.flatMap(({ root }) => (root === undefined ? [] : [...routesOf(root).map(({ node }) => node), pairNamed(root, 'GlobalConfiguration')?.value]));
  return holders.map((holder) => pairNamed(holder, 'DownstreamHeaderTransform', 'Access-Control-Allow-Credentials')).find((pair) => pair?.at.start === at.start);
}

/** `"Options"` after the last method of the route at a place: OPTIONS then reaches what stands behind. */
function optionsAdded(file: YamlFile, at: Span): Edited {
  const route = file.documents.flatMap(({ root }) => (root === undefined ? [] : routesOf(root))).find((one) => one.at.start === at.start);
  const last = itemsOf(pairNamed(route?.node, 'UpstreamHttpMethod')?.value)?.at(-1);
  return last === undefined ? decline('no list of methods stands there') : rewrite(file, last.at, `${file.source.text.slice(last.at.start, last.at.end)}, "Options"`);
}
