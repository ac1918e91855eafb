import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { decline, type Declined } from '../../readers/reader.js';
import { editNames, insertAhead, insertBehind, insertCall, moveAhead, removeCallOf, removeItem, renameCall, renameText, respell, type JvmModule } from '../../syntax/jvm/index.js';
import type { TextEdit } from '../../text/edit.js';
import { effectsAt, listEffectAt } from '../effects-at.js';
import { allowOnlyInJvm } from './allow-only.js';
import { removeHeader } from './remove-header.js';
import type { JvmSpelling } from './spelling.js';

type Edits = readonly TextEdit[] | TextEdit | undefined;

/** Spells a change in Java or Kotlin, in the file that holds the text. */
export function editJvm(module: JvmModule, policy: Policy, change: Change, spelling: JvmSpelling): readonly TextEdit[] | Declined {
  const holder = module.at(change.at.file);
  const edits = holder === undefined ? undefined : editsFor(holder, policy, change, spelling);
  return edits === undefined ? decline(`nothing there can be edited for ${change.kind}`) : 'text' in edits ? [edits] : edits;
}

function editsFor(module: JvmModule, policy: Policy, change: Change, spelling: JvmSpelling): Edits {
  const { at } = change;
  const { vary, schemeless } = spelling;
  switch (change.kind) {
    case 'add-vary':
      if (vary === undefined) return undefined;
      return (vary.chained === undefined ? undefined : insertCall(module, at, vary.chained)) ?? insertAhead(module, at, vary.statement) ?? insertBehind(module, at, vary.statement);
    case 'replace-text':
      return respell(module, at, schemeless === true && !module.written(at).includes('://') ? change.text.replace(/^[a-z+.-]+:\/\//, '') : change.text);
    case 'replace-pattern':
      return respell(module, at, change.source);
    case 'fail-closed':
      return respell(module, at, '');
    case 'remove-entry':
      return removeItem(module, at) ?? removeCallOf(module, at);
    case 'remove-header':
      return removeHeader(module, at);
    case 'rename-header': {
      const [effect] = effectsAt(policy, at);
      return effect === undefined ? undefined : renameText(module, at, effect.header, change.header);
    }
    case 'append-header':
      return vary?.adds === undefined ? undefined : renameCall(module, at, vary.adds);
    case 'edit-list': {
      const effect = listEffectAt(policy, at, [...change.remove, ...change.add]);
      if (effect === undefined || (effect.value.v === 'literal' && !effect.value.written)) return undefined;
      return editNames(module, effect.value.at, change) ?? editNames(module, effect.at, change);
    }
    case 'send-with-responses':
      return moveAhead(module, change.effects);
    case 'allow-only':
      return allowOnlyInJvm(module, policy, change, spelling);
    default:
      return undefined;
  }
}
