import type { Change } from '../../policy/change.js';
import { decline, type Declined } from '../../readers/reader.js';
import { insertAhead, insertBehind, insertCall, removeArgument, removeCall, removeCallOf, removeItem, removeStatement, removeWrite, respell, type JvmModule, type Written } from '../../syntax/jvm/index.js';
import type { TextEdit } from '../../text/edit.js';

/** How a framework's changes are spelled. */
export interface JvmSpelling {
  /** Code that appends `Vary: Origin`; absent where no code of the author's sets headers. */
  readonly vary?: {
    /** The statement, on the object that a header is written on: `response.addHeader("Vary", "Origin");`. */
    readonly statement: (written: Written) => string;
    /** The call in a chain of a builder, without its dot; absent where there are no such chains. */
    readonly chained?: string;
  };
  /** Hosts are written without their scheme. */
  readonly schemeless?: true;
}

/** Spells a change in Java or Kotlin, in the file that holds the text. */
export function editJvm(module: JvmModule, change: Change, spelling: JvmSpelling): readonly TextEdit[] | Declined {
  const holder = module.at(change.at.file);
  const edit = holder === undefined ? undefined : editFor(holder, change, spelling);
  return edit === undefined ? decline(`nothing there can be edited for ${change.kind}`) : [edit];
}

function editFor(module: JvmModule, change: Change, { vary, schemeless }: JvmSpelling): TextEdit | undefined {
  const { at } = change;
  switch (change.kind) {
    case 'add-vary':
      if (vary === undefined) return undefined;
      return (vary.chained === undefined ? undefined : insertCall(module, at, vary.chained)) ?? insertAhead(module, at, vary.statement) ?? insertBehind(module, at, vary.statement);
    case 'replace-text':
      return respell(module, at, schemeless === true && !module.written(at).includes('://') ? change.text.replace(/^[a-z+.-]+:\/\//, '') : change.text);
    case 'replace-pattern':
      return respell(module, at, change.source);
    case 'remove-entry':
      return removeItem(module, at) ?? removeCallOf(module, at);
    case 'remove-header':
      return removeArgument(module, at) ?? removeWrite(module, at) ?? removeCall(module, at) ?? removeStatement(module, at);
    default:
      return undefined;
  }
}
