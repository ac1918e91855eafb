import type { Change } from '../policy/change.js';
import type { Policy } from '../policy/program.js';
import { effectAt } from '../policy/views.js';
import type { Declined, Reader } from '../readers/reader.js';
import type { TextEdit } from '../text/edit.js';

/**
 * A change as its reader spells it. A list that stands in one text needs no words of its own: where the reader has none,
 * the text is replaced, and a header of which nothing is left is sent no more.
 */
export function spelled<Unit>(reader: Pick<Reader<Unit>, 'write'>, unit: Unit, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  const own = reader.write(unit, policy, change);
  if (!('declined' in own) || change.kind !== 'edit-list') return own;
  const value = effectAt(policy, change.at)?.value;
  if (value?.v !== 'literal' || !value.written) return own;
  const text = editedList(value.text, change);
  return reader.write(unit, policy, text === '' ? { kind: 'remove-header', at: change.at } : { kind: 'replace-text', at: value.at, text });
}

/** The list as its author separates it, without some names and with others at its end. */
export function editedList(text: string, { remove, add }: { readonly remove: readonly string[]; readonly add: readonly string[] }): string {
  const separator = /,\s*/.exec(text)?.[0] ?? ', ';
  const kept = text.split(',').map((name) => name.trim()).filter((name) => name !== '' && !remove.includes(name));
  return [...kept, ...add.filter((name) => !kept.includes(name))].join(separator);
}
