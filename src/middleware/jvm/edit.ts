import type { Change } from '../../policy/change.js';
import { decline, type Declined } from '../../readers/reader.js';
import { insertAhead, insertBehind, insertCall, removeCall, removeItem, removeStatement, respell, type JvmModule, type Written } from '../../syntax/jvm/index.js';
import type { TextEdit } from '../../text/edit.js';

/** How code of a framework appends `Vary: Origin`. */
export interface VarySpelling {
  /** The call on the object that a header is written on: `addHeader`. */
  readonly statement: (written: Written) => string;
  /** The call in a chain of a builder, without its dot; undefined where there are no such chains. */
  readonly chained: string | undefined;
}

/** Spells a change in hand-written Java or Kotlin, in the file that holds the text. */
export function editJvm(module: JvmModule, change: Change, vary: VarySpelling): readonly TextEdit[] | Declined {
  const holder = module.at(change.at.file);
  const edit = holder === undefined ? undefined : editFor(holder, change, vary);
  return edit === undefined ? decline(`nothing there can be edited for ${change.kind}`) : [edit];
}

function editFor(module: JvmModule, change: Change, vary: VarySpelling): TextEdit | undefined {
  const { at } = change;
  switch (change.kind) {
    case 'add-vary':
      return (vary.chained === undefined ? undefined : insertCall(module, at, vary.chained)) ?? insertAhead(module, at, vary.statement) ?? insertBehind(module, at, vary.statement);
    case 'replace-text':
      return respell(module, at, change.text);
    case 'replace-pattern':
      return respell(module, at, change.source);
    case 'remove-entry':
      return removeItem(module, at);
    case 'drop-credentials':
      // A builder's call is one link of a chain; what is called on headers is a statement.
      return /\.\s*header\s*\(/.test(module.written(at)) ? (removeCall(module, at) ?? removeStatement(module, at)) : removeStatement(module, at);
    default:
      return undefined;
  }
}
