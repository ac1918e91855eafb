import { editPython } from '../../middleware/edit-python.js';
import type { PythonSpelling } from '../../middleware/python-spelling.js';
import { effectsAt, listEffectAt } from '../../middleware/effects-at.js';
import type { Policy } from '../../policy/program.js';
import type { PythonModule } from '../../syntax/python/index.js';
import { insertImport, insertSetting, removeSetting, settingOf } from '../../syntax/python/index.js';
import type { TextEdit } from '../../text/edit.js';
import { decline, type Change, type Declined } from '../reader.js';

const CODE: PythonSpelling = {
  append: ({ receiver, quote }, name, value) => (/^["']vary["']$/i.test(name) && /^["']/.test(value) ? `patch_vary_headers(${receiver.replace(/\.headers$/, '')}, [${value.split(/\s*,\s*/).join(`${quote}, ${quote}`)}])` : `${receiver}[${name}] = ${value}`),
  origin: 'request.headers.get("Origin")',
};

/** Spells a change in settings, where `True` becomes `False`, or in the code that writes headers. */
export function writeDjango(module: PythonModule, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  const holder = module.at(change.at.file);
  if (holder === undefined) return decline('the file is not in view');
  if (!policy.evidence.handWritten) return writeSettings(holder, policy, change);
  const edits = editPython(module, policy, change, CODE);
  const needsImport = 'length' in edits && edits.some(({ text }) => text.includes('patch_vary_headers(')) && holder.imports.get('patch_vary_headers') === undefined;
  return needsImport ? [insertImport(holder, 'from django.utils.cache import patch_vary_headers'), ...edits] : edits;
}

function writeSettings(module: PythonModule, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  const written = module.source.text.slice(change.at.start, change.at.end);
  switch (change.kind) {
    case 'remove-header':
    case 'fail-closed': {
      if (written === 'True') return [{ ...change.at, text: 'False' }];
      if (change.kind === 'fail-closed' && written !== 'False') return editPython(module, policy, change, {});
      const sends = effectsAt(policy, change.at).some(({ value }) => value.v === 'literal' && value.written);
      const edit = sends && change.kind === 'remove-header' && written !== 'False' ? removeSetting(module, change.at) : undefined;
      return edit === undefined ? decline('the setting is not a literal there') : [edit];
    }
    case 'edit-list': {
      const effect = listEffectAt(policy, change.at, [...change.remove, ...change.add]);
      return effect?.value.v === 'literal' && !effect.value.written && change.remove.length === 0 ? beside(module, effect.header, change.add) : editPython(module, policy, change, {});
    }
    case 'allow-only':
      return allowOnly(module, policy, change);
    default:
      return editPython(module, policy, change, {});
  }
}

/** What django-cors-headers allows by itself, and more. */
function beside(module: PythonModule, header: string, names: readonly string[]): readonly TextEdit[] | Declined {
  const [setting, defaults] = header === 'access-control-allow-methods' ? ['CORS_ALLOW_METHODS', 'default_methods'] : header === 'access-control-allow-headers' ? ['CORS_ALLOW_HEADERS', 'default_headers'] : [];
  if (setting === undefined || defaults === undefined) return decline('no setting has names for it');
  const edit = insertSetting(module, setting, /^CORS_/, (quote) => `[*${defaults}, ${names.map((name) => `${quote}${name}${quote}`).join(', ')}]`);
  if (edit === undefined) return decline('the file has no settings of it');
  return [...(module.imports.has(defaults) ? [] : [insertImport(module, `from corsheaders.defaults import ${defaults}`)]), edit];
}

const OPEN = /^CORS_(?:ALLOW_ALL_ORIGINS|ORIGIN_ALLOW_ALL)$/;

/** A list of origins in the place of the switch, the pattern or the list that lets too many in; or everybody, without credentials. */
function allowOnly(module: PythonModule, policy: Policy, { at, origins }: Change & { readonly kind: 'allow-only' }): readonly TextEdit[] | Declined {
  const setting = settingOf(module, at);
  if (setting === undefined) return decline('no setting stands there');
  if (origins.length === 1 && origins[0] === '*') {
    const places = policy.steps.flatMap(({ effects }) => effects.filter(({ header }) => header === 'access-control-allow-credentials'));
    const [first] = places;
    return OPEN.test(setting.name) && first !== undefined && module.source.text.slice(first.at.start, first.at.end) === 'True' && first.at.file === module.file ? [{ ...first.at, text: 'False' }] : decline('credentials are not switched on by a literal there');
  }
  const taken = settingOf(module, undefined, 'CORS_ALLOWED_ORIGINS') ?? settingOf(module, undefined, 'CORS_ORIGIN_WHITELIST');
  if (taken !== undefined && taken.name !== setting.name) return decline('another setting lists origins');
  const name = OPEN.test(setting.name) || /REGEX/.test(setting.name) ? 'CORS_ALLOWED_ORIGINS' : setting.name;
  return [{ ...setting.at, text: `${name} = [${origins.map((origin) => `"${origin}"`).join(', ')}]` }];
}
