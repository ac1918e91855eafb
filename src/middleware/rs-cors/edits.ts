import { editSetting, isOfSettings } from '../setting-edits.js';
import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { effectAt } from '../../policy/views.js';
import { decline, type Declined } from '../../readers/reader.js';
import { removeEntry, resolve, respell, rewrite, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';

/** A change in settings of rs/cors as a file writes them. `passes`: the value that lets preflights pass. */
export function rsCorsEdits(file: YamlFile, policy: Policy, change: Change, passes: YamlNode | undefined): readonly TextEdit[] | Declined {
  if (isOfSettings(policy, change)) return editSetting(file, policy, change);
  switch (change.kind) {
    case 'replace-text':
      return respell(file, change.at, change.text);
    case 'remove-entry':
      return removeEntry(file, change.at);
    case 'remove-header': {
      const value = effectAt(policy, change.at)?.value;
      if (value?.v !== 'literal' || !value.written) return decline('credentials are not switched on by a value of this file');
      return rewrite(file, value.at, 'false');
    }
    case 'answer-options': {
      const value = resolve(passes);
      if (value?.kind !== 'scalar' || value.value !== true) return decline('no value of this file lets preflights pass');
      return rewrite(file, value.at, 'false');
    }
    default:
      return decline('not a change that these settings can spell');
  }
}
