/** Python: parsing, names across imports, and values of expressions. */
import type { Language } from '../language.js';
import { loadGrammar, problemsIn, type Grammar } from '../tree-sitter.js';
import { PythonModule } from './module.js';

export { PythonModule, type PythonCall } from './module.js';
export { parametersOf, type WrittenParameter } from './parameters.js';
export { run, type ClassInView, type Packages, type Parameter, type Run, type Unreached } from './run.js';
export { environmentOfFile } from './imported.js';
export { compareVersions, isAtLeast, pinnedVersion, versionRange, type PinnedVersion, type VersionRange } from './pinned-version.js';
export { insertPair, removePair } from './pairs.js';
export { removeArgument, removeItem, respell, switchOn } from './respell.js';
export { insertAhead, insertBehind, removeStatement, type Written } from './statements.js';
export { keepForDevelopment, splitItem } from './list-items.js';
export { moveBehind, moveItem } from './move.js';
export { editNames } from './names.js';
export { portsIn } from '../../values/ports.js';
export { portsServed } from './served-ports.js';
export { insertArgument, listOrigins } from './origin-options.js';
export { guardWrite, inScope, moveAhead, renameText, replaceValue, replaceWrite } from './rewrite-statements.js';
export { insertImport, insertSetting, removeSetting, settingOf } from './module-settings.js';
export { classIn, classNamed } from './classes.js';
export { objectNamed } from './named-object.js';
export { splitText, stripText } from './lists.js';
export { truth } from './truth.js';

let grammar: Grammar | undefined;

const language: Language<PythonModule> = {
  title: 'Python',
  // Tests build applications that nobody else asks.
  paths: /^(?!(?:.*\/)?(?:tests?\/|test_[^/]*$|conftest\.py$|tests\.py$)).*(?<!_test)\.py$/,
  async load() {
    grammar = await loadGrammar('python');
  },
  parse(source, files) {
    if (grammar === undefined) return { unit: undefined, problems: [] };
    const root = grammar.parse(source.text);
    return { unit: new PythonModule(source, root, files, grammar), problems: problemsIn(root, source.file) };
  },
  release: (module) => module.release(),
};

export default language;
