import type { Change } from '../policy/change.js';
import type { Policy } from '../policy/program.js';
import { decline, type Declined } from '../readers/reader.js';
import { insertProperty, moduleAt, type EstreeModule } from '../syntax/estree/index.js';
import type { TextEdit } from '../text/edit.js';
import { editScript } from './edit-script.js';

/** Spells a change where headers are entries of an object, or are set on a `Headers`. */
export function editFetch(module: EstreeModule, _policy: Policy, change: Change): readonly TextEdit[] | Declined {
  if (change.kind !== 'add-vary') return editScript(module, change, (receiver) => receiver);
  const holder = moduleAt(module, change.at.file);
  if (holder === undefined) return decline('the file is not in view');
  const added = insertProperty(holder, change.at, 'Vary', "'Vary': 'Origin'");
  if (added !== undefined) return [added];
  const { text } = holder.source;
  const written = text.slice(change.at.start, change.at.end);
  // `headers['Access-Control-Allow-Origin'] = …` on a plain object, of which another `Vary` would be lost.
  const object = /^([\w$.]+)(?:\[[^\]]*\]|\.\w+)$/.exec(written)?.[1];
  if (object !== undefined) return /\bvary['"]?\]?\s*[:=]/i.test(text) ? decline('another Vary would be lost') : editScript(module, change, () => `${object}['Vary'] = 'Origin'`);
  return editScript(module, change, (receiver) => `${receiver}${written.startsWith(`${receiver}.headers`) ? '.headers' : ''}.append('Vary', 'Origin')`);
}
