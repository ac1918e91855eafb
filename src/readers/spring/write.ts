import { editedSetting, isApplicationFile } from '../../middleware/application/index.js';
import { listEffectAt } from '../../middleware/effects-at.js';
import { editJvm } from '../../middleware/jvm/edit.js';
import type { JvmSpelling } from '../../middleware/jvm/spelling.js';
import type { Policy } from '../../policy/program.js';
import { insertCall, removePart, respellPart, type JvmModule } from '../../syntax/jvm/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { Change, Declined } from '../reader.js';

/** Patterns take the place of origins with credentials; whole origins need none. */
const SPELLING: JvmSpelling = {
  origins: {
    names: {
      allowedOriginPatterns: 'allowedOrigins',
      allowedOrigins: 'allowedOrigins',
      setAllowedOriginPatterns: 'setAllowedOrigins',
      setAllowedOrigins: 'setAllowedOrigins',
      originPatterns: 'origins',
      origins: 'origins',
      value: 'value',
    },
  },
};
/** `addAllowedOrigin` takes one. */
const ONE_BY_ONE: JvmSpelling = { origins: { names: { addAllowedOriginPattern: 'addAllowedOrigin', addAllowedOrigin: 'addAllowedOrigin' }, single: true } };

/** Calls of a mapping that say more than what is granted by default. */
const LISTS: Readonly<Record<string, string>> = { 'access-control-allow-methods': 'allowedMethods', 'access-control-allow-headers': 'allowedHeaders' };

/** Spells a change in annotations and code, or in the application file that a value comes from. */
export function writeSpring(module: JvmModule, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  if (isApplicationFile(change.at.file)) return editedSetting(module.files, policy, change);
  const holder = module.at(change.at.file);
  const own = holder === undefined ? undefined : ownEdit(holder, policy, change);
  if (own !== undefined) return [own];
  const edits = editJvm(module, policy, change, SPELLING);
  return 'declined' in edits && change.kind === 'allow-only' ? editJvm(module, policy, change, ONE_BY_ONE) : edits;
}

/** What stands for the value of a setting that is not set: `*` in `${origins:*}`; the setting stays. */
function fallbackWithin(module: JvmModule, at: Span): Span {
  const [, name, end] = at.file === module.file ? (/^("?\\?\$\{[^:{}]+:)[^{}]*(\}"?)$/.exec(module.source.text.slice(at.start, at.end)) ?? []) : [];
  return name === undefined || end === undefined ? at : { ...at, start: at.start + name.length, end: at.end - end.length };
}

function ownEdit(module: JvmModule, policy: Policy, change: Change): TextEdit | undefined {
  switch (change.kind) {
    // Lists that are one text, with commas between their entries.
    case 'replace-text':
      return respellPart(module, fallbackWithin(module, change.at), change.text);
    case 'remove-entry':
      return removePart(module, change.at);
    case 'fail-closed':
      return respellPart(module, fallbackWithin(module, change.at), '');
    case 'edit-list': {
      const effect = listEffectAt(policy, change.at, [...change.remove, ...change.add]);
      const call = effect?.value.v === 'literal' && !effect.value.written && change.remove.length === 0 ? LISTS[effect.header] : undefined;
      if (call === undefined || effect?.value.v !== 'literal') return undefined;
      const names = [...effect.value.text.split(',').map((name) => name.trim()), ...change.add].map((name) => `"${name}"`);
      return insertCall(module, change.at, `${call}(${names.join(', ')})`);
    }
    default:
      return undefined;
  }
}
