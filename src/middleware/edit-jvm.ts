import type { Change } from '../policy/change.js';
import { decline, type Declined } from '../readers/reader.js';
import { insertAhead, insertBehind, removeArgument, removeCall, removeCallOf, removeItem, removeStatement, removeWrite, respell, type JvmModule, type Written } from '../syntax/jvm/index.js';
import type { TextEdit } from '../text/edit.js';

/** How a framework's changes are spelled. */
export interface JvmSpelling {
  /** The statement that appends `Vary: Origin`; undefined where no code of the author's sets headers. */
  readonly addVary: ((written: Written) => string) | undefined;
  /** Hosts are written without their scheme. */
  readonly schemeless: boolean;
}

/** Spells a change in Java or Kotlin, in the file that holds the text. */
export function editJvm(module: JvmModule, change: Change, { addVary, schemeless }: JvmSpelling): readonly TextEdit[] | Declined {
  const holder = module.at(change.at.file);
  const edit = holder === undefined ? undefined : editFor(holder, change, addVary, schemeless);
  return edit === undefined ? decline(`nothing there can be edited for ${change.kind}`) : [edit];
}

function editFor(module: JvmModule, change: Change, addVary: JvmSpelling['addVary'], schemeless: boolean): TextEdit | undefined {
  const { at } = change;
  switch (change.kind) {
    case 'add-vary':
      return addVary === undefined ? undefined : (insertAhead(module, at, addVary) ?? insertBehind(module, at, addVary));
    case 'replace-text':
      return respell(module, at, schemeless && !module.written(at).includes('://') ? change.text.replace(/^[a-z+.-]+:\/\//, '') : change.text);
    case 'replace-pattern':
      return respell(module, at, change.source);
    case 'remove-entry':
      return removeItem(module, at) ?? removeCallOf(module, at);
    case 'drop-credentials':
      return removeArgument(module, at) ?? removeWrite(module, at) ?? removeCall(module, at) ?? removeStatement(module, at);
    default:
      return undefined;
  }
}
