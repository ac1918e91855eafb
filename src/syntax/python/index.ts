/** Python: parsing, names across imports, and values of expressions. */
import type { Language } from '../language.js';
import { loadGrammar, problemsIn, type Grammar } from '../tree-sitter.js';
import { PythonModule } from './module.js';

export { PythonModule, type PythonCall } from './module.js';
export { pinnedVersion, type PinnedVersion } from './pinned-version.js';
export { removeArgument, removeItem, respell } from './respell.js';

let grammar: Grammar | undefined;

const language: Language<PythonModule> = {
  title: 'Python',
  paths: /\.pyi?$/,
  async load() {
    grammar = await loadGrammar('python');
  },
  parse(source, files) {
    if (grammar === undefined) return { unit: undefined, problems: [] };
    const root = grammar.parse(source.text);
    return { unit: new PythonModule(source, root, files, grammar), problems: problemsIn(root, source.file) };
  },
};

export default language;
