import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { effectAt } from '../../policy/views.js';
import { editSetting, isOfSettings } from '../setting-edits.js';
import { insertPairAfter, keyOf, pairWith, removeEntry, respell, rewrite, spelledPair, type Edited, type YamlFile } from '../../syntax/yaml/index.js';

/** What spares preflights, by what asks for credentials. */
const PREFLIGHTS: Readonly<Record<string, string>> = { DefaultAuthorizer: 'AddDefaultAuthorizerToCorsPreflight', ApiKeyRequired: 'AddApiKeyRequiredToCorsPreflight' };

/** Changes of texts, entries and switches, in any document that AWS reads as YAML or JSON. */
export function edited(file: YamlFile, policy: Policy, change: Change): Edited {
  if (isOfSettings(policy, change)) return editSetting(file, policy, change);
  switch (change.kind) {
    case 'replace-text':
      return respell(file, change.at, change.text);
    case 'remove-entry':
      return removeEntry(file, change.at);
    case 'remove-header': {
      const value = effectAt(policy, change.at)?.value;
      if (value?.v !== 'literal' || !value.written) return { declined: 'credentials are not switched on by a value of this file' };
      const written = file.source.text.slice(value.at.start, value.at.end);
      return /^["']?true["']?$/i.test(written) ? rewrite(file, value.at, written.replace(/true/i, 'false')) : { declined: 'credentials are switched on by more than one word' };
    }
    case 'exempt-options': {
      // SAM guards the OPTIONS method that it adds, unless it is told not to.
      const pair = pairWith(file, change.at);
      const key = pair === undefined ? undefined : PREFLIGHTS[keyOf(pair) ?? ''];
      return pair === undefined || key === undefined ? { declined: 'nothing here guards preflights by default' } : insertPairAfter(file, pair, spelledPair(file, key, false));
    }
    default:
      return { declined: 'not a change that this document can spell' };
  }
}
