import { insertImport, type PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { lineOf, withBlankLines } from './lines.js';
import { styleOf } from './style.js';

/** A name to import, and from where: without `from`, a module by itself. */
export interface Wanted {
  readonly from?: string;
  readonly name: string;
}

export interface Imported {
  /** What the name is called in the file. */
  readonly local: string;
  readonly edits: readonly TextEdit[];
}

/**
 * A name of a module imported at the head of a file: as it is there already, beside other names of that module, or by a
 * statement of its own in the order of the names around it.
 * @param beside a package whose imports stand near, where none of the module's own package are there
 */
export function importName(module: PythonModule, from: string, name: string, beside?: string): Imported {
  const local = [...module.imports].find(([, qualified]) => qualified === `${from}.${name}`)?.[0];
  if (local !== undefined && headOf(module).some((statement) => namesIn(statement).some((one) => localOf(one) === local))) return { local, edits: [] };
  const same = headOf(module).find((statement) => statement.childForFieldName('module_name')?.text === from && namesIn(statement).length > 0);
  if (same !== undefined) return { local: name, edits: [addedTo(module, same, name)] };
  return { local: name, edits: [statementAdded(module, from, name, beside)] };
}

function addedTo(module: PythonModule, statement: SyntaxNode, name: string): TextEdit {
  const names = namesIn(statement);
  const behind = names.findLast((one) => one.text.toLowerCase() < name.toLowerCase());
  const [first] = names;
  const lined = lineOf(module.source.text, first!.startIndex).start !== lineOf(module.source.text, statement.startIndex).start;
  const separator = lined ? `,${styleOf(module).newline}${/^[ \t]*/.exec(module.source.text.slice(lineOf(module.source.text, first!.startIndex).start))![0]}` : ', ';
  const at = behind?.endIndex ?? first!.startIndex;
  return { file: module.file, start: at, end: at, text: behind === undefined ? `${name}${separator}` : `${separator}${name}` };
}

function statementAdded(module: PythonModule, from: string, name: string, beside: string | undefined): TextEdit {
  const { newline } = styleOf(module);
  const statement = `from ${from} import ${name}`;
  const head = headOf(module);
  const near = [from.split('.')[0]!, beside].map((root) => head.filter((one) => moduleIn(one).split('.')[0] === root)).find((found) => found.length > 0) ?? [];
  const behind = near.findLast((one) => moduleIn(one) < from);
  if (behind !== undefined) return { file: module.file, start: behind.endIndex, end: behind.endIndex, text: `${newline}${statement}` };
  const [first] = near;
  return first === undefined ? insertImport(module, statement) : { file: module.file, start: first.startIndex, end: first.startIndex, text: `${statement}${newline}` };
}

/** Imports of the module itself, not of a branch or a function. */
function headOf({ root }: PythonModule): readonly SyntaxNode[] {
  return root.namedChildren.filter(({ type }) => type === 'import_statement' || type === 'import_from_statement');
}

function moduleIn(statement: SyntaxNode): string {
  return statement.childForFieldName('module_name')?.text ?? statement.namedChildren[0]?.childForFieldName('name')?.text ?? statement.namedChildren[0]?.text ?? '';
}

/** `a`, `a as b` of an import. */
function namesIn(statement: SyntaxNode): readonly SyntaxNode[] {
  const from = statement.childForFieldName('module_name');
  return statement.namedChildren.filter(({ id, type }) => id !== from?.id && (type === 'dotted_name' || type === 'aliased_import'));
}

function localOf(name: SyntaxNode): string {
  return name.childForFieldName('alias')?.text ?? name.text.split('.')[0]!;
}

/**
 * Imported names that nothing asks for any more once some spans are gone, taken out; what nothing asked for before stays.
 * @param written code that comes into the file, which may ask for some
 */
export function dropImports(module: PythonModule, gone: readonly Span[], written = ''): readonly TextEdit[] {
  const asked = new Map<string, boolean>();
  const isGone = (node: SyntaxNode): boolean => gone.some(({ file, start, end }) => file === module.file && start <= node.startIndex && node.endIndex <= end);
  for (const node of module.root.descendantsOfType('identifier')) {
    if (/^import/.test(node.parent?.parent?.type ?? '') || /^import/.test(node.parent?.parent?.parent?.type ?? '') || isAttribute(node)) continue;
    asked.set(node.text, asked.get(node.text) === true || !isGone(node));
  }
  const { text } = module.source;
  const exported = /\b__all__\b/.test(text);
  const isLost = (name: SyntaxNode): boolean => asked.get(localOf(name)) === false && !new RegExp(`\\b${localOf(name)}\\b`).test(written) && !exported;
  const whole: { readonly start: number; readonly end: number }[] = [];
  const parts = headOf(module).flatMap((statement) => {
    const names = namesIn(statement);
    const lost = names.filter(isLost);
    if (lost.length === 0 || lost.length < names.length) return lost.flatMap((name) => taken(module, names, name, lost));
    const line = lineOf(text, statement.startIndex, statement.endIndex);
    const last = whole.at(-1);
    if (last?.end === line.start) whole.splice(-1, 1, { start: last.start, end: line.end });
    else whole.push(line);
    return [];
  });
  let before = 0;
  const groups = whole.map((lines) => {
    const { start, end } = withItsBlankLine(text, lines);
    const edit = { file: module.file, start: Math.max(start, before), end, text: '' };
    before = end;
    return edit;
  });
  return [...parts, ...groups];
}

/** A group of imports that goes as a whole goes with the empty line behind it; the last one with that before it, as code stands two lines below. */
function withItsBlankLine(text: string, lines: { readonly start: number; readonly end: number }): { readonly start: number; readonly end: number } {
  const above = /\n((?:[ \t]*\r?\n)+)$/.exec(text.slice(0, lines.start))?.[1];
  if (lines.start > 0 && above === undefined) return lines;
  const behind = withBlankLines(text, lines);
  return above === undefined || behind.end === lines.end || /^(?:from|import)\b/.test(text.slice(behind.end)) ? behind : { start: lines.start - above.length, end: lines.end };
}

/** A name out of a list of them, with the comma that belongs to it, and with its line where it has one of its own. */
function taken(module: PythonModule, names: readonly SyntaxNode[], name: SyntaxNode, lost: readonly SyntaxNode[]): readonly TextEdit[] {
  const { text } = module.source;
  const { file } = module;
  const line = lineOf(text, name.startIndex, name.endIndex);
  if (/^[ \t]*[\w. ]+,?[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n)$/.test(text.slice(line.start, line.end)) && text.slice(line.start, name.startIndex).trim() === '') return [{ file, ...line, text: '' }];
  const index = names.findIndex(({ id }) => id === name.id);
  const isLost = (one: SyntaxNode): boolean => lost.some(({ id }) => id === one.id);
  if (!names.slice(index).every(isLost)) return [{ file, start: name.startIndex, end: names[index + 1]!.startIndex, text: '' }];
  // Those at the end go with the comma before the first of them.
  const [before, last] = [names[index - 1], names.at(-1)];
  return before === undefined || last === undefined || isLost(before) ? [] : [{ file, start: before.endIndex, end: last.endIndex, text: '' }];
}

/** The name behind a dot, or of a keyword argument, is no name of the module. */
function isAttribute(node: SyntaxNode): boolean {
  const { parent } = node;
  return (parent?.type === 'attribute' && parent.childForFieldName('attribute')?.id === node.id) || (parent?.type === 'keyword_argument' && parent.childForFieldName('name')?.id === node.id);
}

/** Code that is written for a name which has to be imported, and what of the file goes for it. */
export interface Rewritten {
  readonly written: string;
  readonly edits: readonly TextEdit[];
}

/**
 * Edits of a file with the import that they need, and without those that nothing asks for any more.
 * @param more other names that what is written asks for
 */
export function changeImports(module: PythonModule, from: string, name: string, rewritten: (local: string) => Rewritten, more: readonly Wanted[] = []): Imported {
  const { local, edits: own } = importName(module, from, name, from.split(/[._]/)[0]);
  const added = [...own, ...more.flatMap((wanted) => (wanted.from === undefined ? [insertImport(module, `import ${wanted.name}`)] : importName(module, wanted.from, wanted.name).edits))];
  const { written, edits } = rewritten(local);
  const dropped = dropImports(module, edits, [written, local, ...edits.map(({ text }) => text)].join(' '));
  const { newline } = styleOf(module);
  // Where the statement goes that the new one would stand behind, it stands in its place.
  const moved = added.map((edit) => {
    const place = dropped.find(({ start, end }) => start < edit.start && edit.start < end);
    if (place === undefined) return edit;
    const [, above = '', below = ''] = /^((?:[ \t]*\r?\n)*)[^]*?\n((?:[ \t]*\r?\n)*)$/.exec(module.source.text.slice(place.start, place.end)) ?? [];
    return { ...edit, start: place.start, end: place.start, text: `${above}${edit.text.trim()}${newline}${below}` };
  });
  return { local, edits: [...moved, ...dropped, ...edits] };
}

/** The module that a name of the file is imported from, as the file spells it: `api.middleware` for `CorsHeaders`, `middleware.CorsHeaders`. */
export function importedBy(module: PythonModule, name: string): string {
  const [root = '', ...parts] = name.split('.');
  const qualified = [module.imports.get(root) ?? root, ...parts].join('.');
  return qualified.slice(0, qualified.lastIndexOf('.'));
}

/** Other names of its module imported in the place of a name that nothing asks for any more; undefined where none of those that are wanted are there. */
export function importInstead(module: PythonModule, name: string, wanted: readonly Wanted[]): { readonly edit: TextEdit; readonly names: readonly string[] } | undefined {
  const from = importedBy(module, name);
  const names = wanted.filter((one) => one.from === from).map((one) => one.name);
  const node = headOf(module).filter((statement) => statement.childForFieldName('module_name')?.text === from).flatMap(namesIn).find((one) => one.type === 'dotted_name' && one.text === name);
  return node === undefined || names.length === 0 ? undefined : { edit: { file: module.file, start: node.startIndex, end: node.endIndex, text: names.join(', ') }, names };
}
