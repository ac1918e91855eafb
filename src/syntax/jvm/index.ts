/** Java and Kotlin: parsing, classes across files, and what their code does when it is followed. */
import type { Language } from '../language.js';
import { loadGrammar, problemsIn, type Grammar } from '../tree-sitter.js';
import { separated } from './kotlin-text.js';
import { JvmModule } from './module.js';

export { JvmModule } from './module.js';
export { run, type AnnotationInView, type ClassInView, type MethodInView, type ObjectInView, type Run } from './run.js';
export { removeArgument, removeCall, removeCallOf, removeItem, removeStatement, removeWrite, respell } from './respell.js';
export { argumentsIn, callAround, calledNames, isCall, nameNode } from './call-around.js';
export { editNames } from './names.js';
export { listOrigins, type OriginCalls } from './origin-calls.js';
export { guardWrite, moveAhead, nameOfType, renameCall, renameText, replaceValue } from './rewrite-statements.js';
export { negated, removePart, respellPart } from './text-items.js';
export { insertAhead, insertBehind, insertCall, type Written } from './statements.js';
export { managedVersion, springVersion, type SpringProject, type SpringVersion } from './spring-version.js';
export type { Injected, Injection, Packages } from './session.js';
export type * from './tree.js';

/** Folders (`src/test`, `jvmTest`, `tests`) and files of tests: what is only run by them concerns nobody's browser. */
const TESTS = /(?<![^/])(?:src\/(?:it|testFixtures)|(?:[a-z]\w*T|t)ests?)\/|(?:Tests?|TestCase|TestConfig|[a-z\d]IT|[a-z\d]Spec)\.(?:java|kts?)$/;

export function isTestSource(path: string): boolean {
  return TESTS.test(path);
}

let grammars: { readonly java: Grammar; readonly kotlin: Grammar } | undefined;

const language: Language<JvmModule> = {
  title: 'Java and Kotlin',
  paths: new RegExp(`^(?!.*(?:${TESTS.source})).*\\.(?:java|kts?)$`),
  async load() {
    const [java, kotlin] = await Promise.all([loadGrammar('java'), loadGrammar('kotlin')]);
    grammars = { java, kotlin };
  },
  parse(source, files) {
    if (grammars === undefined) return { unit: undefined, problems: [] };
    const { java, kotlin } = grammars;
    const inKotlin: Grammar = { parse: (text) => kotlin.parse(separated(text)) };
    const grammarOf = (file: string): Grammar => (/\.java$/.test(file) ? java : inKotlin);
    const root = grammarOf(source.file).parse(source.text);
    return { unit: new JvmModule(source, root, files, grammarOf), problems: problemsIn(root, source.file) };
  },
  release: (module) => module.release(),
};

export default language;
