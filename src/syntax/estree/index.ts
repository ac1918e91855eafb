/** JavaScript and TypeScript: parsing, scopes, values of expressions and symbolic runs of modules. */
import type { Language } from '../language.js';
import { EstreeModule } from './module.js';
import { parseTree } from './parse.js';

export { truthy, wherePresent } from './either.js';
export { boundTo } from './functions.js';
export { headerSiteAt, quoted } from './header-sites.js';
export { insertIntoObject, insertOption, insertProperty } from './insert-property.js';
export { moduleAt, moduleFrom, textAt, EstreeModule } from './module.js';
export { headerWrite, nodeRequest, nodeResponseCall, recordWrites, unknownWrites } from './node-response.js';
export { portsIn } from '../../values/ports.js';
export { exemptOptions, moveBefore, moveOut, type Passing } from './edit-code.js';
export { editList, removeFlag, renameHeader, varyCallAt } from './edit-headers.js';
export { echoListed, onlyInDevelopment, replaceEntry, replaceOption, replaceValue } from './edit-origins.js';
export { functionsIn, opaqueHandle } from './opaque.js';
export type { ClassInView, MethodInView } from './classes.js';
export type { Parameter } from './parameters.js';
export { importsPackage, readsOfRequest, usesName } from './packages-used.js';
export { packageVersion, type PackageVersion } from './package-version.js';
export { callAt, editLiteral, insertStatement, replaceFallback, respell, respellPattern, switchOn } from './respell.js';
export { resolveImport } from './resolve.js';
export { run, valueOf, type Run, type Unreached } from './run.js';
export type { Packages } from './session.js';
export { bare, keyOf, walk, type Node } from './tree.js';

const language: Language<EstreeModule> = {
  // Declarations (`.d.ts`) do nothing.
  title: 'JavaScript and TypeScript',
  paths: /(?<!\.d)\.[cm]?[jt]sx?$/,
  // The parser is loaded by its first use: in ESLint there is none.
  load: () => Promise.resolve(),
  parse(source, files) {
    const tree = parseTree(source);
    if (!('program' in tree)) return { unit: undefined, problems: [tree] };
    return { unit: new EstreeModule(source, tree.program, tree.scopes, files, 0), problems: [] };
  },
};

export default language;
