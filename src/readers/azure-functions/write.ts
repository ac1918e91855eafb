import { editSetting, isOfSettings } from '../../middleware/setting-edits.js';
import { editHeaders } from '../../middleware/static-headers/yaml.js';
import type { Policy } from '../../policy/program.js';
import { effectAt } from '../../policy/views.js';
import { removeEntry, respell, rewrite, type Edited, type YamlFile } from '../../syntax/yaml/index.js';
import { decline, type Change } from '../reader.js';

/** Spells a change in the settings; headers of `host.json` are entries of a map. */
export function edited(file: YamlFile, policy: Policy, change: Change): Edited {
  if (policy.title === 'host.json') return editHeaders(file, policy, change);
  if (isOfSettings(policy, change)) return editSetting(file, policy, change);
  switch (change.kind) {
    case 'replace-text':
      return /[,\s]/.test(change.text) ? decline('not one origin') : respell(file, change.at, change.text);
    case 'remove-entry':
      return removeEntry(file, change.at);
    case 'remove-header': {
      const value = effectAt(policy, change.at)?.value;
      return value?.v === 'literal' && value.written ? rewrite(file, value.at, 'false') : decline('credentials are not switched on by a value of this file');
    }
    default:
      return decline('not a change that these settings can spell');
  }
}
