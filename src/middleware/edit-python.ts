import type { Change } from '../policy/change.js';
import type { Policy } from '../policy/program.js';
import { decline, type Declined } from '../readers/reader.js';
import { editNames, insertAhead, insertArgument, insertBehind, insertPair, keepForDevelopment, moveAhead, moveItem, removeArgument, removeItem, removePair, removeStatement, renameText, replaceWrite, respell, splitItem, switchOn, type PythonModule, type Written } from '../syntax/python/index.js';
import type { TextEdit } from '../text/edit.js';
import { allowOnlyInPython } from './allow-only-python.js';
import { effectsAt, listEffectAt } from './effects-at.js';
import type { PythonSpelling } from './python-spelling.js';

type Edits = readonly TextEdit[] | TextEdit | undefined;

/** Spells a change in Python, in the file that holds the text. */
export function editPython(module: PythonModule, policy: Policy, change: Change, spelling: PythonSpelling): readonly TextEdit[] | Declined {
  const holder = module.at(change.at.file);
  const edits = holder === undefined ? undefined : editsFor(holder, policy, change, spelling);
  return edits === undefined ? decline(`nothing there can be edited for ${change.kind}`) : 'text' in edits ? [edits] : edits;
}

function editsFor(module: PythonModule, policy: Policy, change: Change, spelling: PythonSpelling): Edits {
  const { at } = change;
  const { append } = spelling;
  switch (change.kind) {
    case 'add-vary': {
      if (append === undefined) return undefined;
      const vary = (written: Written): string => append(written, `${written.quote}Vary${written.quote}`, `${written.quote}Origin${written.quote}`);
      return insertPair(module, at, 'Vary', 'Origin') ?? insertAhead(module, at, vary) ?? insertBehind(module, at, vary);
    }
    case 'replace-pattern':
      return respell(module, at, change.source);
    case 'replace-text':
      return respell(module, at, change.text);
    case 'switch-on':
      return switchOn(module, at);
    case 'fail-closed':
      return respell(module, at, '');
    case 'split-text':
      return splitItem(module, at, change.texts);
    case 'remove-entry':
      return removeItem(module, at);
    case 'remove-header':
      return removeArgument(module, at) ?? removePair(module, at) ?? removeStatement(module, at);
    case 'rename-header': {
      const effect = effectsAt(policy, at)[0];
      return effect === undefined ? undefined : renameText(module, at, effect.header, change.header);
    }
    case 'append-header':
      return append === undefined ? undefined : replaceWrite(module, at, append);
    case 'edit-list':
      return editedList(module, policy, change, spelling);
    case 'send-with-responses':
      return moveAhead(module, change.effects);
    case 'move-before':
      return moveItem(module, at, change.before);
    case 'only-in-development':
      return keepForDevelopment(module, at);
    case 'allow-only':
      return allowOnlyInPython(module, policy, change, spelling);
    default:
      return undefined;
  }
}

/** A list where it is written; or, of a list that is the product's own, an option beside the others. */
function editedList(module: PythonModule, policy: Policy, change: Change & { readonly kind: 'edit-list' }, { options }: PythonSpelling): Edits {
  const effect = listEffectAt(policy, change.at, [...change.remove, ...change.add]);
  if (effect?.value.v !== 'literal') return undefined;
  if (effect.value.written) return editNames(module, effect.value.at, change) ?? editNames(module, effect.at, change);
  const list = options?.lists?.[effect.header];
  if (list === undefined || change.remove.length > 0) return undefined;
  const kept = list.added === true ? [] : effect.value.text.split(',').map((name) => name.trim());
  return insertArgument(module, change.at, list.option, [...kept, ...change.add].filter((name) => name !== ''));
}

/**
 * The same where headers are plain dictionaries: another `Vary` would be lost, so where the text sets one, none is added.
 * Headers of a response object that can hold several lines are told by `appends`.
 */
export function editDictionaries(module: PythonModule, policy: Policy, change: Change, { appends, ...spelling }: Omit<PythonSpelling, 'append'> & { readonly appends?: RegExp }): readonly TextEdit[] | Declined {
  const text = module.at(change.at.file)?.source.text ?? '';
  const setsVary = /\bvary['"]\s*[\]:,]/i.test(text);
  if (change.kind === 'append-header') return decline('a dictionary has one value for each name');
  if (change.kind === 'add-vary' && setsVary) return decline('another Vary would be lost');
  return editPython(module, policy, change, { ...spelling, append: ({ receiver }, name, value) => (appends?.test(receiver) === true ? `${receiver}.add(${name}, ${value})` : `${receiver}[${name}] = ${value}`) });
}
