import type { Change } from '../policy/change.js';
import type { Policy } from '../policy/program.js';
import { decline, type Declined } from '../readers/reader.js';
import { insertProperty, moduleAt, quoted, type EstreeModule } from '../syntax/estree/index.js';
import type { TextEdit } from '../text/edit.js';
import { editScript, type ScriptWords } from './edit-script.js';

/** Spells a change where headers are entries of an object, or are set on a `Headers`. */
export function editFetch(module: EstreeModule, policy: Policy, change: Change, words: ScriptWords): readonly TextEdit[] | Declined {
  const holder = moduleAt(module, change.at.file);
  const added = holder !== undefined && change.kind === 'add-vary' ? insertProperty(holder, change.at, 'Vary', `${quoted(holder, 'Vary')}: ${quoted(holder, 'Origin')}`) : undefined;
  if (added !== undefined) return [added];
  const text = holder?.source.text ?? '';
  const written = text.slice(change.at.start, change.at.end);
  // `headers['Access-Control-Allow-Origin'] = …` on a plain object, of which another `Vary` would be lost.
  const object = /^([\w$.]+)(?:\[[^\]]*\]|\.\w+)(?:$|\s*=[^=])/.exec(written)?.[1];
  if (object === undefined) return editScript(module, policy, change, { ...words, vary: (receiver, value) => `${receiver}${written.startsWith(`${receiver}.headers`) ? '.headers' : ''}.append('Vary', ${value})` });
  const isVaried = /\bvary['"]?\]?\s*[:=]/i.test(text);
  if (isVaried && change.kind === 'add-vary') return decline('another Vary would be lost');
  return editScript(module, policy, change, isVaried ? words : { ...words, vary: (_receiver, value) => `${object}['Vary'] = ${value}` });
}
