/** Code that stands in another file than the one that takes it: where, who else asks for it, and which of its names can be had here. */
import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import { folderOf, type Files } from '../../text/files.js';

export interface Defined {
  readonly holder: PythonModule;
  readonly definition: SyntaxNode;
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

/**
 * A file besides these that asks for a name. Files that say nothing of CORS are not looked at: for a name that says it, none is missed.
 * @param by what else such a file has to name: the module
 */
export function askedForIn(files: Files, name: string, but: readonly string[], by = name): string | undefined {
  const [asks, imports] = [name, by].map((word) => new RegExp(`\\b${word}\\b`));
  return files.search('', /\.py$/).find((path) => {
    const text = but.includes(path) ? '' : (files.read(path) ?? '');
    return asks!.test(text) && imports!.test(text);
  });
}

/** `middleware` of `api/middleware.py`, `api` of `api/__init__.py`. */
export function nameOfModule({ file }: PythonModule): string {
  return /([^/]+?)(?:\/__init__)?\.py$/.exec(file)?.[1] ?? file;
}

/** A name to import, and from where: without `from`, a module by itself. */
export interface Wanted {
  readonly from?: string;
  readonly name: string;
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
