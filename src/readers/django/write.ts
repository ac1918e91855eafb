import { editPython } from '../../middleware/edit-python.js';
import type { Policy } from '../../policy/program.js';
import type { PythonModule } from '../../syntax/python/index.js';
import type { TextEdit } from '../../text/edit.js';
import { decline, type Change, type Declined } from '../reader.js';

/** Spells a change in settings, where `True` becomes `False`, or in the code that writes headers. */
export function writeDjango(module: PythonModule, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  const holder = module.at(change.at.file);
  if (holder === undefined) return decline('the file is not in view');
  const written = holder.source.text.slice(change.at.start, change.at.end);
  if (!policy.evidence.handWritten) {
    if (change.kind === 'remove-header' || (change.kind === 'fail-closed' && /^(?:True|False)$/.test(written))) return written === 'True' ? [{ ...change.at, text: 'False' }] : decline('the setting is not a literal there');
    return editPython(module, change, undefined);
  }
  const edits = editPython(module, change, ({ receiver, quote }) => `patch_vary_headers(${receiver.replace(/\.headers$/, '')}, [${quote}Origin${quote}])`);
  return change.kind === 'add-vary' && 'length' in edits && holder.imports.get('patch_vary_headers') === undefined ? [importOf(holder), ...edits] : edits;
}

/** The import of `patch_vary_headers` behind the last of the file's head. */
function importOf(module: PythonModule): TextEdit {
  const statements = module.root.namedChildren.filter((child) => child.type !== 'comment');
  const head = statements.findIndex((child, index) => !/^(?:import_statement|import_from_statement|future_import_statement)$/.test(child.type) && !(index === 0 && child.type === 'expression_statement'));
  const last = statements[(head === -1 ? statements.length : head) - 1];
  const newline = module.source.text.includes('\r\n') ? '\r\n' : '\n';
  const text = 'from django.utils.cache import patch_vary_headers';
  const at = last?.endIndex ?? 0;
  return { file: module.file, start: at, end: at, text: last === undefined ? `${text}${newline}` : `${newline}${text}` };
}
