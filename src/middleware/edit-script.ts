import type { Change } from '../policy/change.js';
import { decline, type Declined } from '../readers/reader.js';
import { editLiteral, insertStatement, moduleAt, replaceFallback, type EstreeModule } from '../syntax/estree/index.js';
import type { TextEdit } from '../text/edit.js';
import type { Span } from '../text/span.js';

/**
 * Spells a change in JavaScript or TypeScript, in the file that holds the text. `addVary` writes the statement that
 * appends `Vary: Origin` for the name of the response (or context) that the header was set on; undefined where no code of
 * the author's sets headers.
 */
export function editScript(module: EstreeModule, change: Change, addVary: ((receiver: string) => string) | undefined): readonly TextEdit[] | Declined {
  const holder = moduleAt(module, change.at.file);
  const edit = holder === undefined ? undefined : editFor(holder, change, addVary);
  return edit === undefined ? decline(`nothing there can be edited for ${change.kind}`) : [edit];
}

/** What a missing setting falls back to, written as `code`: for products that do not take the empty text for nobody. */
export function closeFallback(module: EstreeModule, at: Span, code: string): readonly TextEdit[] | Declined {
  const holder = moduleAt(module, at.file);
  const edit = holder === undefined ? undefined : replaceFallback(holder, at, code);
  return edit === undefined ? decline('what it falls back to is put through other code') : [edit];
}

function editFor(module: EstreeModule, change: Change, addVary: ((receiver: string) => string) | undefined): TextEdit | undefined {
  switch (change.kind) {
    case 'add-vary':
      return addVary === undefined ? undefined : insertStatement(module, change.at, addVary);
    case 'replace-pattern':
    case 'replace-text':
    case 'remove-entry':
    case 'remove-header':
    case 'fail-closed':
    case 'compare-whole':
    case 'split-text':
      return editLiteral(module, change);
    default:
      return undefined;
  }
}
