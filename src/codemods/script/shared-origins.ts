import { folderOf, type Files } from '../../text/files.js';
import { importsOf } from './imports.js';
import { openingImport, originsDeclared } from './origins-from-environment.js';
import type { Script } from './script.js';

/** A module that holds a constant of origins for several files. */
export interface SharedOrigins {
  readonly path: string;
  readonly text: string;
  /** Under which name each of the files has it. */
  readonly names: readonly string[];
}

const MODULES = ['allowed-origins', 'cors-origins', 'cors-allowed-origins'] as const;
const NAME = 'ALLOWED_ORIGINS';

/** Writes a module next to several files, and imports it in each of them. @returns why they cannot share one */
export function sharedBetween(files: Files, scripts: readonly Script[], list: string, env: string | undefined): SharedOrigins | string {
  const [first] = scripts;
  if (first === undefined) return 'there is no file';
  const folder = scripts.map(({ path }) => folderOf(path)).reduce(commonFolder);
  const ending = /\.[cm]?[jt]s(?=x?$)/.exec(first.path)?.[0] ?? '.js';
  const path = MODULES.map((name) => `${folder === '' ? '' : `${folder}/`}${name}${ending}`).find((one) => !files.exists(one));
  if (path === undefined) return `there are files already that are called ${MODULES.join(', ')}`;
  const declared = originsDeclared(first, NAME, { list, ...(env === undefined ? {} : { env }) });
  if (typeof declared === 'string') return declared;
  const isRequired = scripts.map((script) => requires(script));
  if (new Set(isRequired).size > 1) return 'some of its files are modules, and some call require()';
  const { newline, semicolons } = first.style;
  const [constant, ...more] = declared.statements;
  const statements = isRequired[0] === true ? [constant!, ...more, `module.exports = { ${NAME} }${semicolons ? ';' : ''}`] : [`export ${constant!}`, ...more];
  const names = scripts.map((script) => {
    const like = openingImport(script) ?? '';
    return script.bind({ from: specifierOf(script, path, withEnding(scripts, isRequired[0] === true)), member: NAME, names: [NAME, 'CORS_ORIGINS'], like });
  });
  return { path, text: statements.join(newline + newline) + newline, names };
}

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (folder !== '' && folder !== b && !b.startsWith(`${folder}/`)) folder = folderOf(folder);
  return folder;
}

/** Does a file import by `require()`? */
function requires(script: Script): boolean {
  const imports = script.root.getStatements().filter((statement) => importsOf(statement).length > 0);
  return imports.length > 0 ? imports[0]!.getText().includes('require(') && !imports[0]!.getText().startsWith('import') : /\.c[jt]s$/.test(script.path);
}

/** How one file names another in an import. @param ending of TypeScript: what it is compiled to, or as it is; `none`: without it */
export function specifierOf(script: Script, path: string, ending: 'compiled' | 'own' | 'none'): string {
  const depth = folderOf(script.path).split('/').filter((part) => part !== '');
  const target = path.split('/');
  let shared = 0;
  while (shared < depth.length && shared < target.length - 1 && depth[shared] === target[shared]) shared++;
  const up = depth.length - shared;
  const relative = `${up === 0 ? './' : '../'.repeat(up)}${target.slice(shared).join('/')}`;
  if (ending === 'none') return relative.replace(/\.[cm]?[jt]s$/, '');
  return ending === 'own' ? relative : relative.replace(/\.([cm]?)ts$/, '.$1js');
}

/** As the files name others; where they name none, Node asks for endings in modules. */
export function withEnding(scripts: readonly Script[], isRequired: boolean): 'compiled' | 'own' | 'none' {
  const others = scripts.flatMap(({ root }) => root.getStatements()).flatMap(importsOf).filter((from) => /^\.\.?\//.test(from));
  if (others.some((from) => /\.[cm]?tsx?$/.test(from))) return 'own';
  if (others.some((from) => /\.[cm]?jsx?$/.test(from))) return 'compiled';
  return others.length === 0 && !isRequired && scripts[0]?.isTypeScript === false ? 'compiled' : 'none';
}
