/** Java: parsing, annotations, calls in order, and values of expressions. */
import type { Language } from '../language.js';
import { loadGrammar, problemsIn, type Grammar } from '../tree-sitter.js';
import { JavaModule } from './module.js';

export { JavaModule, type JavaAnnotation, type JavaCall } from './module.js';
export { springVersion, type SpringVersion } from './spring-version.js';
export { removeArgument, removeItem, removeStatement, respell } from './respell.js';

let grammar: Grammar | undefined;

const language: Language<JavaModule> = {
  title: 'Java',
  paths: /\.java$/,
  async load() {
    grammar = await loadGrammar('java');
  },
  parse(source, files) {
    if (grammar === undefined) return { unit: undefined, problems: [] };
    const root = grammar.parse(source.text);
    return { unit: new JavaModule(source, root, files, grammar), problems: problemsIn(root, source.file) };
  },
};

export default language;
