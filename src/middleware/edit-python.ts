import type { Change } from '../policy/change.js';
import { decline, type Declined } from '../readers/reader.js';
import { insertAhead, insertBehind, insertPair, removeArgument, removeItem, removePair, removeStatement, respell, type PythonModule, type Written } from '../syntax/python/index.js';
import type { TextEdit } from '../text/edit.js';

/**
 * Spells a change in Python, in the file that holds the text. `addVary` writes the statement that appends `Vary: Origin`
 * where a header was written by hand; undefined where no code of the author's sets headers.
 */
export function editPython(module: PythonModule, change: Change, addVary: ((written: Written) => string) | undefined): readonly TextEdit[] | Declined {
  const holder = module.at(change.at.file);
  const edit = holder === undefined ? undefined : editFor(holder, change, addVary);
  return edit === undefined ? decline(`nothing there can be edited for ${change.kind}`) : [edit];
}

function editFor(module: PythonModule, change: Change, addVary: ((written: Written) => string) | undefined): TextEdit | undefined {
  switch (change.kind) {
    case 'add-vary':
      return addVary === undefined ? undefined : (insertPair(module, change.at, 'Vary', 'Origin') ?? insertAhead(module, change.at, addVary) ?? insertBehind(module, change.at, addVary));
    case 'replace-pattern':
      return respell(module, change.at, change.source);
    case 'replace-text':
      return respell(module, change.at, change.text);
    case 'fail-closed':
      return respell(module, change.at, '');
    case 'remove-entry':
      return removeItem(module, change.at);
    case 'remove-header':
      return removeArgument(module, change.at) ?? removePair(module, change.at) ?? removeStatement(module, change.at);
    default:
      return undefined;
  }
}

/**
 * The same where headers are plain dictionaries: another `Vary` would be lost, so where the text sets one, none is added.
 * Headers of a response object that can hold several lines are told by `appends`.
 */
export function editDictionaries(module: PythonModule, change: Change, appends: RegExp | undefined): readonly TextEdit[] | Declined {
  const text = module.at(change.at.file)?.source.text ?? '';
  const setsVary = /\bvary['"]\s*[\]:,]/i.test(text);
  const statement = ({ receiver, quote }: Written): string => {
    const [name, value] = [`${quote}Vary${quote}`, `${quote}Origin${quote}`];
    return appends?.test(receiver) === true ? `${receiver}.add(${name}, ${value})` : `${receiver}[${name}] = ${value}`;
  };
  return change.kind === 'add-vary' && setsVary ? decline('another Vary would be lost') : editPython(module, change, statement);
}
