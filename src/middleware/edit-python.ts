import type { Change } from '../policy/change.js';
import { decline, type Declined } from '../readers/reader.js';
import { insertAhead, insertBehind, removeArgument, removeItem, removeStatement, respell, type PythonModule, type Written } from '../syntax/python/index.js';
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
      return addVary === undefined ? undefined : (insertAhead(module, change.at, addVary) ?? insertBehind(module, change.at, addVary));
    case 'replace-pattern':
      return respell(module, change.at, change.source);
    case 'replace-text':
      return respell(module, change.at, change.text);
    case 'fail-closed':
      return respell(module, change.at, '');
    case 'remove-entry':
      return removeItem(module, change.at);
    case 'drop-credentials':
      return removeArgument(module, change.at) ?? removeStatement(module, change.at);
    default:
      return undefined;
  }
}
