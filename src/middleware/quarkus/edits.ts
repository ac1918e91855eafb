import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { effectsOn, originLeaves } from '../../policy/views.js';
import { entryAt, insertAfter, parseProperties, respell, type PropertiesFile } from '../../syntax/properties/index.js';
import { insertPairAfter, keyOf, pairsOf, parseYaml, rewrite, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import { decline, type Declined } from '../../readers/reader.js';
import type { TextEdit } from '../../text/edit.js';
import type { Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import { contains, sameSpan, type Span } from '../../text/span.js';
import { documentsOf, editedSetting } from '../application/index.js';
import { effectsAt } from '../effects-at.js';
import { quarkusSettings, type QuarkusSettings } from './settings.js';

const CREDENTIALS = 'access-control-allow-credentials';

/** Spells a change in the application file that holds its place. */
export function editQuarkus(files: Files, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  switch (change.kind) {
    case 'replace-text':
      return editedSetting(files, policy, { ...change, text: inList(files, change.at, change.text) });
    case 'replace-pattern': {
      const leaf = originLeaves(policy).find((candidate) => candidate.s === 'regex' && sameSpan(candidate.at, change.at));
      return leaf === undefined ? decline('no pattern stands there') : editedSetting(files, policy, { kind: 'replace-text', at: leaf.at, text: inList(files, leaf.at, `/${change.source}/`) });
    }
    case 'remove-entry':
    case 'edit-list':
      return editedSetting(files, policy, change);
    case 'allow-only':
      return change.origins.includes('*') ? decline('credentials follow from the origins there') : editedSetting(files, policy, change);
    case 'remove-header':
      return effectsAt(policy, change.at).some(({ header }) => header === CREDENTIALS) ? withoutCredentials(files, policy, change.at) : editedSetting(files, policy, change);
    default:
      return decline('not a change that application files can spell');
  }
}

/** Where several items are one text, a comma or a backslash in one of them has a backslash of its own. */
function inList(files: Files, at: Span, text: string): string {
  const setting = documentsOf(files, at.file).flatMap(({ settings }) => settings).find(({ whole }) => contains(whole, at));
  return setting === undefined || setting.key.endsWith(']') ? text : text.replace(/[\\,]/g, '\\$&');
}

/** `false` in the place of what is written; or the key, since explicit origins are given credentials without it. */
function withoutCredentials(files: Files, policy: Policy, at: Span): readonly TextEdit[] | Declined {
  const value = effectsOn(policy, 'access-control-allow-credentials').find(({ effect }) => sameSpan(effect.at, at))?.effect.value;
  const settings = quarkusSettings(files, policy.at.file);
  if (value?.v === 'literal' && value.written && settings.whole(['quarkus.http.cors.access-control-allow-credentials'])?.whole.start !== at.start) return withoutHeader(files, policy, settings, at);
  if (value?.v === 'literal' && value.written) return value.at.file.endsWith('.properties') ? respell(properties(files, value.at.file), value.at, 'false') : rewrite(yaml(files, value.at.file), value.at, 'false');
  const beside = settings.whole(['quarkus.http.cors.origins'])?.whole;
  if (beside === undefined) return decline('no list of origins stands beside it');
  if (beside.file.endsWith('.properties')) {
    const unit = properties(files, beside.file);
    const entry = entryAt(unit, beside);
    return entry === undefined ? decline('no key stands there') : insertAfter(unit, entry, entry.key.replace(/origins$/, CREDENTIALS), 'false');
  }
  const unit = yaml(files, beside.file);
  const pair = pairIn(unit, beside);
  return pair === undefined ? decline('no key stands there') : insertPairAfter(unit, pair, `${(keyOf(pair) ?? '').replace(/origins$/, CREDENTIALS)}: false`);
}

/** A header that is added to every response goes as a whole; one that says more than its value is not a header without it. */
function withoutHeader(files: Files, policy: Policy, settings: QuarkusSettings, at: Span): readonly TextEdit[] | Declined {
  const { key } = settings.sources.flatMap((source) => source.settings).find(({ whole }) => sameSpan(whole, at)) ?? { key: '' };
  const header = key.replace(/value$/, '');
  const alone = settings.sources.flatMap((source) => source.settings).filter((one) => one.key.startsWith(header)).length === 1;
  return alone ? editedSetting(files, policy, { kind: 'remove-header', at }) : decline('the header is more than a value');
}

function properties(files: Files, file: string): PropertiesFile {
  const source = new SourceText(file, files.read(file) ?? '');
  return parseProperties(source, files).unit ?? { file, source, files, entries: [] };
}

function yaml(files: Files, file: string): YamlFile {
  const source = new SourceText(file, files.read(file) ?? '');
  return parseYaml(source).unit ?? { file, source, spelling: 'yaml', masked: source.text, documents: [], templates: [], branches: [] };
}

function pairIn(file: YamlFile, at: Span): YamlPair | undefined {
  const within = (node: YamlNode | undefined): YamlPair | undefined => {
    for (const pair of pairsOf(node)) {
      if (sameSpan(pair.at, at)) return pair;
      const inner = within(pair.value);
      if (inner !== undefined) return inner;
    }
    return undefined;
  };
  return file.documents.map(({ root }) => within(root)).find((pair) => pair !== undefined);
}
