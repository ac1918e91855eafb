import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { effectsOn, originLeaves } from '../../policy/views.js';
import { entryAt, insertAfter, parseProperties, respell, type PropertyEntry } from '../../syntax/properties/index.js';
import { insertPairAfter, keyOf, pairsOf, parseYaml, rewrite, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import { decline, type Declined } from '../../readers/reader.js';
import type { TextEdit } from '../../text/edit.js';
import type { Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import { contains, sameSpan, type Span } from '../../text/span.js';
import { editedSetting } from '../application/index.js';
import { effectsAt } from '../effects-at.js';

const CREDENTIALS = 'allow-credentials';
/** What Micronaut sends unless a key says `false`. */
const ON_BY_DEFAULT = ['access-control-allow-credentials', 'access-control-allow-private-network'];

/** Spells a change in the application file that holds its place. */
export function editMicronaut(files: Files, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  switch (change.kind) {
    case 'replace-text':
    case 'remove-entry':
    case 'edit-list':
      return editedSetting(files, policy, change);
    case 'replace-pattern': {
      const leaf = originLeaves(policy).find((candidate) => candidate.s === 'regex' && sameSpan(candidate.at, change.at));
      return leaf === undefined ? decline('no pattern stands there') : editedSetting(files, policy, { kind: 'replace-text', at: leaf.at, text: change.source });
    }
    case 'remove-header':
      for (const header of ON_BY_DEFAULT) if (effectsAt(policy, change.at).some((effect) => effect.header === header)) return switchedOff(files, policy, header, change.at);
      return editedSetting(files, policy, change);
    default:
      return decline('not a change that application files can spell');
  }
}

/** `false` in the place of what is written; or the key of credentials, which are allowed without it. */
function switchedOff(files: Files, policy: Policy, header: string, at: Span): readonly TextEdit[] | Declined {
  const value = effectsOn(policy, header).find(({ effect }) => sameSpan(effect.at, at))?.effect.value;
  if (value?.v !== 'literal') return decline('nothing sends it there');
  const { file } = value.at;
  const source = new SourceText(file, files.read(file) ?? '');
  if (file.endsWith('.properties')) {
    const { unit } = parseProperties(source, files);
    const entry = unit === undefined ? undefined : entryAt(unit, value.at);
    if (unit === undefined || entry === undefined) return decline('no key stands there');
    return value.written ? respell(unit, value.at, 'false') : insertAfter(unit, entry, keyBeside(entry), 'false');
  }
  const { unit } = parseYaml(source);
  if (unit === undefined) return decline('the file cannot be read');
  if (value.written) return rewrite(unit, value.at, 'false');
  const pair = pairAround(unit, value.at);
  const key = pair === undefined ? undefined : keyOf(pair);
  if (pair === undefined || key === undefined) return decline('no key stands there');
  return insertPairAfter(unit, pair, /(?:^|\.)enabled$/.test(key) ? `${key.replace(/enabled$/, 'configurations')}: { all: { ${CREDENTIALS}: false } }` : `${key.replace(/[^.]*$/, CREDENTIALS)}: false`);
}

/** Where nothing is configured but the switch, a configuration with the same defaults. */
function keyBeside({ key }: PropertyEntry): string {
  return key.endsWith('.cors.enabled') ? key.replace(/enabled$/, `configurations.all.${CREDENTIALS}`) : key.replace(/[^.]*$/, CREDENTIALS);
}

/** The innermost key whose value holds a place. */
function pairAround(file: YamlFile, at: Span): YamlPair | undefined {
  const within = (node: YamlNode | undefined): YamlPair | undefined => {
    const pair = pairsOf(node).find((candidate) => contains(candidate.at, at));
    return pair === undefined ? undefined : (within(pair.value) ?? pair);
  };
  return file.documents.map(({ root }) => within(root)).find((pair) => pair !== undefined);
}
