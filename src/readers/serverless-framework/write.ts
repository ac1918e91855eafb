import { editSetting, isOfSettings } from '../../middleware/setting-edits.js';
import { effectAt, originLeaves } from '../../policy/views.js';
import type { Policy } from '../../policy/program.js';
import { removeEntry, respell, rewrite, type Edited, type YamlInProject } from '../../syntax/yaml/index.js';
import { decline, type Change } from '../reader.js';

/** Spells a change in the service's own file; what a variable or another file says is nobody's here. */
export function edited(file: YamlInProject, policy: Policy, change: Change): Edited {
  if (change.at.file !== file.file) return decline('it stands in another file');
  if (isOfSettings(policy, change)) return editSetting(file, policy, change);
  switch (change.kind) {
    case 'replace-text':
      // To Serverless a comma separates origins.
      return /[,\s"$#]/.test(change.text) ? decline('not one origin') : respell(file, change.at, change.text);
    case 'remove-entry':
      return removeEntry(file, change.at);
    case 'replace-pattern': {
      const leaf = originLeaves(policy).find((candidate) => candidate.at.start === change.at.start);
      return decline(leaf?.s === 'regex' ? 'a pattern is made of an entry here, not written' : 'no pattern stands there');
    }
    case 'remove-header': {
      const value = effectAt(policy, change.at)?.value;
      if (value?.v !== 'literal' || !value.written) return decline('credentials are not switched on by a value of this file');
      return value.at.file === file.file ? rewrite(file, value.at, 'false') : decline('it stands in another file');
    }
    default:
      return decline('not a change that Serverless can spell');
  }
}
