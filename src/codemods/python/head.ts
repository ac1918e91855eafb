/** The head of a file: its docstring and its imports, and what is put there. */
import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import { importName } from './imports.js';
import { lineOf } from './lines.js';
import { styleOf } from './style.js';

/** What is imported: a module, or a name of one, near to the imports of a package. */
export type Import = { readonly module: string } | { readonly from: string; readonly name: string; readonly beside?: string };

/** Edits that import what is not imported yet. */
export function importsAdded(module: PythonModule, wanted: readonly Import[]): readonly TextEdit[] {
  const missing = wanted.flatMap((one) => ('module' in one && module.imports.get(one.module) !== one.module ? [one.module] : []));
  const named = wanted.flatMap((one) => ('module' in one ? [] : importName(module, one.from, one.name, one.beside).edits));
  return [...modulesAdded(module, missing), ...named];
}

/** Modules of Python that web applications import: they stand in the first group. */
const STANDARD = /^(?:__future__|abc|argparse|ast|asyncio|base64|collections|contextlib|copy|csv|dataclasses|datetime|decimal|email|enum|functools|hashlib|hmac|html|http|importlib|inspect|io|itertools|json|logging|math|mimetypes|multiprocessing|operator|os|pathlib|pickle|platform|random|re|secrets|shutil|signal|socket|sqlite3|ssl|string|subprocess|sys|tempfile|textwrap|threading|time|traceback|types|typing|unittest|urllib|uuid|warnings|zoneinfo)$/;

/** `import a` for each, in the order of those that are there. */
function modulesAdded(module: PythonModule, names: readonly string[]): readonly TextEdit[] {
  if (names.length === 0) return [];
  const { file } = module;
  const { newline } = styleOf(module);
  const head = headOf(module);
  const standard = head.filter((one) => STANDARD.test(rootOf(one)) && rootOf(one) !== '__future__');
  const plain = standard.filter(({ type }) => type === 'import_statement');
  const lines = (some: readonly string[]): string => some.map((name) => `import ${name}`).join(newline);
  if (plain.length > 0) {
    const places = new Map<SyntaxNode | undefined, string[]>();
    for (const name of names) {
      const behind = plain.findLast((one) => rootOf(one) < name);
      places.set(behind, [...(places.get(behind) ?? []), name]);
    }
    return [...places].map(([behind, some]) => (behind === undefined ? inserted(file, plain[0]!.startIndex, `${lines(some)}${newline}`) : inserted(file, endOfLine(module, behind), `${newline}${lines(some)}`)));
  }
  const first = standard[0] ?? head.find((one) => rootOf(one) !== '__future__');
  if (first !== undefined) return [inserted(file, first.startIndex, `${lines(names)}${newline}${standard[0] === undefined ? newline : ''}`)];
  const opening = openingOf(module).at(-1);
  const title = titleOf(module);
  return [opening === undefined ? inserted(file, title.length, `${/[\r\n]$/.test(title) && !title.startsWith('#!') ? newline : ''}${lines(names)}${newline}`) : inserted(file, endOfLine(module, opening), `${newline}${newline}${lines(names)}`)];
}

/** Statements put behind the head, two empty lines away from what is around them. */
export function behindHead(module: PythonModule, statements: string): TextEdit {
  const opening = openingOf(module).at(-1);
  const { text } = module.source;
  const { newline } = styleOf(module);
  const at = opening === undefined ? titleOf(module).length : endOfLine(module, opening);
  return inserted(module.file, at, `${newline.repeat(opening === undefined ? 2 : 3)}${statements}${below(text.slice(at), newline)}`);
}

/** What is still missing of two empty lines in front of what follows. */
export function below(rest: string, newline: string): string {
  if (rest.trim() === '') return '';
  const [blank] = /^(?:[ \t]*\r?\n)*/.exec(rest)!;
  return newline.repeat(Math.max(0, 3 - (blank.split('\n').length - 1)));
}

/** Comments that belong to the file itself: those with an empty line behind, or what an interpreter reads of it. */
function titleOf({ source: { text } }: PythonModule): string {
  return (/^(?:#[^\r\n]*\r?\n)+(?=[ \t]*\r?\n)/.exec(text) ?? /^(?:#![^\r\n]*\r?\n)?(?:#[^\r\n]*\bcoding[:=][^\r\n]*\r?\n)?/.exec(text)!)[0];
}

/** The docstring and the imports that a file opens with, those of a `try` and of `if TYPE_CHECKING:` too. */
function openingOf({ root }: PythonModule): readonly SyntaxNode[] {
  const statements = root.namedChildren.filter(({ type }) => type !== 'comment');
  const end = statements.findIndex((one, index) => !isImport(one) && !(index === 0 && one.type === 'expression_statement' && one.namedChildren[0]?.type === 'string') && !isGroup(one));
  return statements.slice(0, end === -1 ? statements.length : end);
}

function headOf(module: PythonModule): readonly SyntaxNode[] {
  return openingOf(module).filter(isImport);
}

function isImport({ type }: SyntaxNode): boolean {
  return /^(?:import_statement|import_from_statement|future_import_statement)$/.test(type);
}

/** `try:` and `if` around nothing but imports. */
function isGroup(statement: SyntaxNode): boolean {
  return /^(?:try|if)_statement$/.test(statement.type) && statement.descendantsOfType('block').every((block) => block.namedChildren.every((one) => isImport(one) || /^(?:comment|pass_statement)$/.test(one.type) || one.text.endsWith(' = None')));
}

function rootOf(statement: SyntaxNode): string {
  if (statement.type === 'future_import_statement') return '__future__';
  const name = statement.childForFieldName('module_name') ?? statement.namedChildren[0]?.childForFieldName('name') ?? statement.namedChildren[0];
  return (name?.text ?? '').split('.')[0]!;
}

/** Behind a comment in the same line, in front of its end. */
export function endOfLine({ source: { text } }: PythonModule, { startIndex, endIndex }: SyntaxNode): number {
  const { end } = lineOf(text, startIndex, endIndex);
  // The carriage return in front of a line feed is a part of comments to the parser.
  return end - /[\r\n]*$/.exec(text.slice(startIndex, end))![0].length;
}

function inserted(file: string, at: number, text: string): TextEdit {
  return { file, start: at, end: at, text };
}
