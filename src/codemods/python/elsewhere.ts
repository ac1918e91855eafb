/** Code that stands in another file than the one that takes it: where, who else asks for it, and which of its names can be had here. */
import type { Revised } from '../../engine.js';
import type { Effect, Policy } from '../../policy/program.js';
import { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import { below, folderOf, type Files } from '../../text/files.js';
import { contains as within } from '../../text/span.js';
import { contains } from './cors-code.js';
import { dropImports, type Wanted } from './imports.js';
import { removeDefinition, removeUnused } from './taking-out.js';

export interface Defined {
  readonly holder: PythonModule;
  readonly definition: SyntaxNode;
}

/** Files in which the code of a policy may be registered: its own, and those that its headers are written in. */
export function filesOf({ at, steps }: Policy): readonly string[] {
  return [...new Set([at.file, ...steps.flatMap(({ effects }) => effects.map((effect) => effect.at.file))])];
}

/** A header of CORS that a policy is known to write. */
export function writtenIn({ steps }: Policy): Effect | undefined {
  return steps.flatMap(({ effects }) => effects).find(({ header, value }) => header.startsWith('access-control-') && value.v !== 'unknown');
}

/** Names that hand each other on: `from .middleware import CorsHeaders` of an `__init__.py`. */
const MAX_HOPS = 4;

/** The class or function of another file that an expression names: `CorsHeaders`, `middleware.CorsHeaders`. */
export function definedElsewhere(module: PythonModule, node: SyntaxNode): Defined | undefined {
  if (node.type !== 'identifier' && node.type !== 'attribute') return undefined;
  const qualified = module.qualifiedName(node) ?? '';
  const cut = qualified.lastIndexOf('.');
  let home = node.type === 'identifier' ? module.definitionOf(node.text) : undefined;
  if (node.type === 'attribute' && module.imports.has(node.text.split('.')[0]!)) {
    const holder = module.moduleNamed(qualified.slice(0, cut));
    home = holder === undefined ? undefined : { module: holder, name: qualified.slice(cut + 1) };
  }
  for (let hops = 0; home !== undefined && hops < MAX_HOPS; hops += 1) {
    const definition = home.module.definition('class_definition', home.name) ?? home.module.definition('function_definition', home.name);
    if (definition !== undefined) return { holder: home.module, definition };
    home = home.module.definitionOf(home.name);
  }
  return undefined;
}

/** A name that says CORS: whoever asks for it says so, too. */
const TELLING = /cors|crossorigin/i;

/** Files that ask for a name and for the module that it is from (or for the name alone). */
function* askingFor(files: Files, name: string, module = name): Generator<string> {
  const [asks, imports] = [name, module].map((word) => new RegExp(`\\b${word}\\b`));
  for (const path of TELLING.test(name) ? files.search('', /\.py$/) : below(files, '', /\.py$/)) {
    const text = files.read(path) ?? '';
    if (asks!.test(text) && imports!.test(text)) yield path;
  }
}

/** Files that ask for a class or a function which is a policy by itself, since nothing in view registers it: one of them may. */
export function* askingForWriter(repository: Revised, policy: Policy): Generator<string> {
  const write = writtenIn(policy);
  if (write === undefined || !within(policy.at, write.at)) return;
  const holder = repository.unit('python', write.at.file);
  const writer = holder instanceof PythonModule ? holder.root.namedChildren.find((node) => /^(?:class|function)_definition$/.test(node.type) && within(holder.span(node), write.at)) : undefined;
  const name = writer?.childForFieldName('name')?.text;
  if (!(holder instanceof PythonModule) || name === undefined) return;
  for (const path of askingFor(repository.files, name, nameOfModule(holder))) if (path !== holder.file) yield path;
}

/**
 * A file that asks for what is defined in this one or another, beyond the definition, imports of it and some places of this file.
 * @param places where it is registered
 */
export function sharedWith(files: Files, module: PythonModule, { holder, definition }: Defined, places: readonly SyntaxNode[]): string | undefined {
  const name = definition.childForFieldName('name')?.text ?? '';
  const isAsked = (inside: PythonModule): boolean => inside.root.descendantsOfType('identifier').some((node) => node.text === name && !(inside === holder && contains(definition, node)) && !(inside === module && places.some((place) => contains(place, node))) && (inside === holder || !isImported(node)));
  return isAsked(module) ? module.file : holder !== module && isAsked(holder) ? holder.file : [...askingFor(files, name, holder === module ? nameOfModule(holder) : name)].find((path) => path !== module.file && path !== holder.file);
}

function isImported(node: SyntaxNode): boolean {
  return [node.parent?.parent, node.parent?.parent?.parent].some((statement) => statement?.type === 'import_from_statement');
}

export interface Left {
  readonly edits: readonly TextEdit[];
  /** What is said of what stays, or of what is left. */
  readonly notes: readonly string[];
}

/** A function or class of another file that is asked for no more, taken out with what only it asked for; where somebody may ask for it, it stays. */
export function leftBehind({ files, paths }: Pick<Revised, 'files' | 'paths'>, { holder, definition }: Defined, shared: string | undefined): Left {
  if (shared !== undefined) return { edits: [], notes: [`${definition.childForFieldName('name')?.text} stays in ${holder.file}: ${shared} asks for it, too`] };
  return changedBehind({ files, paths }, holder, [removeDefinition(holder, definition)]);
}

/** Edits of another file with all that nobody asks for there any more. */
export function changedBehind({ files, paths }: Pick<Revised, 'files' | 'paths'>, holder: PythonModule, own: readonly TextEdit[]): Left {
  const gone = [...own, ...removeUnused(holder, own, files, paths)];
  const edits = [...gone, ...dropImports(holder, gone)];
  return { edits, notes: isEmptied(holder, edits) ? [`nothing is left in ${holder.file}`] : [] };
}

/** Do edits leave no more of a file than imports, comments and its own description? */
function isEmptied({ root }: PythonModule, edits: readonly TextEdit[]): boolean {
  const isText = (node: SyntaxNode): boolean => node.type === 'expression_statement' && node.namedChildren[0]?.type === 'string';
  return root.namedChildren.every((node) => /^import|^future_import|^comment$/.test(node.type) || isText(node) || edits.some(({ start, end }) => start <= node.startIndex && node.endIndex <= end));
}

/** `middleware` of `api/middleware.py`, `api` of `api/__init__.py`. */
function nameOfModule({ file }: PythonModule): string {
  return /([^/]+?)(?:\/__init__)?\.py$/.exec(file)?.[1] ?? file;
}

/** Names of a file that code of another one may ask for as they are, by imports that are then wanted. */
export class Borrowed {
  readonly #wanted = new Map<string, Wanted>();

  /** @param by how the file's own names are imported here: `api.middleware` */
  constructor(
    private readonly module: PythonModule,
    readonly holder: PythonModule,
    private readonly by: string,
  ) {}

  /** Can it be had, and mean the same? */
  has(name: string): boolean {
    const wanted = this.#wanted.get(name) ?? this.#importOf(name);
    if (wanted === undefined) return false;
    const qualified = wanted.from === undefined ? wanted.name : `${wanted.from}${wanted.from.endsWith('.') ? '' : '.'}${wanted.name}`;
    if (this.module.imports.get(name) === qualified) return true;
    // Here it is something else.
    if (this.module.root.descendantsOfType('identifier').some((node) => node.text === name)) return false;
    this.#wanted.set(name, wanted);
    return true;
  }

  /** Imports that code asks for which is written with such names. */
  wantedBy(code: string): readonly Wanted[] {
    return [...this.#wanted.values()].filter(({ name }) => new RegExp(`(?<![\\w.])${name}\\b`).test(code));
  }

  #importOf(name: string): Wanted | undefined {
    const { holder, module } = this;
    const qualified = holder.imports.get(name);
    if (qualified === undefined) {
      const isSet = holder.root.namedChildren.some((statement) => statement.namedChildren[0]?.type === 'assignment' && statement.namedChildren[0].childForFieldName('left')?.text === name);
      return isSet && module.fileNamed(this.by) === holder.file ? { from: this.by, name } : undefined;
    }
    // Dots count from the folder of the file that has them.
    if (qualified.startsWith('.') && folderOf(holder.file) !== folderOf(module.file)) return undefined;
    if (qualified === name) return { name };
    const cut = qualified.lastIndexOf('.');
    const from = qualified.slice(0, cut);
    return qualified.slice(cut + 1) === name ? { from: /^\.*$/.test(from) ? `${from}.` : from, name } : undefined;
  }
}
