import { environmentOfFile, run, type PythonModule } from '../../syntax/python/index.js';
import { folderOf } from '../../text/files.js';
import { runsIn } from '../../values/fact.js';
import { unknown, type Value } from '../../values/value.js';

/** Names of settings modules below a folder that may hold them, in the order of what production runs. */
const NAMES = ['settings.py', 'settings/production.py', 'settings/prod.py', 'settings/base.py', 'settings/common.py', 'settings/__init__.py'];
/** Folders of a project that are looked through. */
const MAX_FOLDERS = 40;

const found = new WeakMap<object, Map<string, string | undefined>>();

/** A setting as the project's settings bind it; unknown where no settings are in view, undefined where they bind no such name. */
export function projectSetting(module: PythonModule, name: string): Value | undefined {
  const at = module.span(module.root);
  if (name === 'DEBUG') return { kind: 'condition', condition: { c: 'fact', fact: runsIn('development', at) }, at };
  const file = settingsAround(module);
  const settings = file === undefined ? undefined : module.at(file);
  if (settings === undefined || environmentOfFile(settings.file) !== 'production') return unknown('import-not-resolved', `the setting ${name}`, at);
  const value = run(settings, () => undefined, new RegExp(`\\b${name.replace(/\W/g, '')}\\b|\\bimport\\s*\\*`), [name]).named(name);
  return value?.kind === 'nothing' && value.what === 'undefined' ? undefined : value;
}

/** The nearest settings of the folders above a module. */
function settingsAround(module: PythonModule): string | undefined {
  const { files } = module;
  const known = found.get(files) ?? new Map<string, string | undefined>();
  found.set(files, known);
  const start = folderOf(module.file);
  if (known.has(start)) return known.get(start);
  let result: string | undefined;
  for (let folder = start; result === undefined; folder = folderOf(folder)) {
    const below = files.list(folder).filter((name) => name.endsWith('/')).slice(0, MAX_FOLDERS).map((name) => name.slice(0, -1));
    const inside = ['', ...below].map((name) => [folder, name].filter((part) => part !== '').join('/'));
    result = inside.flatMap((one) => NAMES.map((name) => (one === '' ? name : `${one}/${name}`))).find((path) => path !== module.file && files.exists(path));
    if (folder === '') break;
  }
  known.set(start, result);
  return result;
}
