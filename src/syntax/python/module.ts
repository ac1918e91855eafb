import { folderOf, resolvePath, type Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { RecordEntry, RecordValue, Value } from '../../values/value.js';
import type { Grammar, SyntaxNode } from '../tree-sitter.js';
import { Evaluation } from './evaluate.js';

/** A call with its arguments as values. */
export interface PythonCall {
  readonly node: SyntaxNode;
  readonly at: Span;
  /** The callee as written: `app.add_middleware`. */
  readonly callee: string;
  readonly positional: readonly SyntaxNode[];
  /** Keyword arguments in order, `**options` spread out; `rest` when something spread could not be read. */
  readonly keywords: RecordValue;
}

/** How many imports a value is followed through. */
const MAX_IMPORTS = 3;

/** One file of Python: its tree, the names that it imports and defines, and its neighbours one import away. */
export class PythonModule {
  readonly #modules: Map<string, PythonModule | undefined>;
  #imports: ReadonlyMap<string, string> | undefined;

  constructor(
    readonly source: SourceText,
    readonly root: SyntaxNode,
    readonly files: Files,
    private readonly grammar: Grammar,
    readonly depth: number = 0,
    modules?: Map<string, PythonModule | undefined>,
  ) {
    this.#modules = modules ?? new Map();
    this.#modules.set(source.file, this);
  }

  get file(): string {
    return this.source.file;
  }

  span(node: SyntaxNode): Span {
    return { file: this.file, start: node.startIndex, end: node.endIndex };
  }

  /** Calls of the file, in order of their places. */
  calls(): readonly PythonCall[] {
    return this.root.descendantsOfType('call').flatMap((node) => (node === null ? [] : [this.callOf(node)]));
  }

  callOf(node: SyntaxNode): PythonCall {
    const list = node.childForFieldName('arguments');
    const args = list?.type === 'argument_list' ? list.namedChildren.filter((child) => child.type !== 'comment') : [];
    const evaluation = new Evaluation(this);
    const entries: RecordEntry[] = [];
    let rest: RecordValue['rest'];
    for (const arg of args) {
      if (arg.type === 'keyword_argument') {
        const [name, value] = [arg.childForFieldName('name'), arg.childForFieldName('value')];
        if (name !== null && value !== null) entries.push({ key: name.text, value: evaluation.valueOf(value), at: this.span(arg) });
      } else if (arg.type === 'dictionary_splat') {
        const spread = arg.namedChildren[0] === undefined ? undefined : evaluation.valueOf(arg.namedChildren[0]);
        if (spread?.kind === 'record') {
          entries.push(...spread.entries);
          rest ??= spread.rest;
        } else rest = { kind: 'unknown', reason: 'dynamic-key', detail: `the keyword arguments ${arg.text}`, at: this.span(arg) };
      }
    }
    return {
      node,
      at: this.span(node),
      callee: node.childForFieldName('function')?.text ?? '',
      positional: args.filter((arg) => arg.type !== 'keyword_argument' && arg.type !== 'dictionary_splat' && arg.type !== 'list_splat'),
      keywords: { kind: 'record', entries, ...(rest === undefined ? {} : { rest }), at: this.span(list ?? node) },
    };
  }

  valueOf(node: SyntaxNode): Value {
    return new Evaluation(this).valueOf(node);
  }

  /** The qualified name of an expression by the file's imports: `CORSMiddleware` → `fastapi.middleware.cors.CORSMiddleware`. */
  qualifiedName(node: SyntaxNode): string | undefined {
    if (node.type === 'identifier') return this.imports.get(node.text) ?? node.text;
    if (node.type !== 'attribute') return undefined;
    const [object, attribute] = [node.childForFieldName('object'), node.childForFieldName('attribute')];
    const owner = object === null ? undefined : this.qualifiedName(object);
    return owner === undefined || attribute === null ? undefined : `${owner}.${attribute.text}`;
  }

  /** Local names → qualified names. */
  get imports(): ReadonlyMap<string, string> {
    this.#imports ??= importsOf(this.root);
    return this.#imports;
  }

  /** The other file that defines an imported name, and the name there; relative and from the package's root. */
  definitionOf(name: string): { readonly module: PythonModule; readonly name: string } | undefined {
    const qualified = this.imports.get(name);
    if (qualified === undefined) return undefined;
    const cut = qualified.lastIndexOf('.');
    const module = this.moduleNamed(qualified.slice(0, cut));
    return module === undefined ? undefined : { module, name: qualified.slice(cut + 1) };
  }

  /** Modules whose names `from … import *` brings in, last one first. */
  starred(): readonly PythonModule[] {
    return this.root
      .descendantsOfType('import_from_statement')
      .filter((node) => node?.descendantsOfType('wildcard_import').length === 1)
      .flatMap((node) => this.moduleNamed(node?.childForFieldName('module_name')?.text ?? '') ?? [])
      .reverse();
  }

  moduleNamed(name: string): PythonModule | undefined {
    if (this.depth >= MAX_IMPORTS) return undefined;
    const path = this.#pathOf(name);
    if (path === undefined) return undefined;
    if (!this.#modules.has(path)) {
      const text = this.files.read(path);
      this.#modules.set(path, undefined);
      if (text !== undefined) this.#modules.set(path, new PythonModule(new SourceText(path, text), this.grammar.parse(text), this.files, this.grammar, this.depth + 1, this.#modules));
    }
    return this.#modules.get(path);
  }

  /** Relative names by their dots; absolute ones from every folder above, nearest first. */
  #pathOf(name: string): string | undefined {
    const [, dots = '', rest = ''] = /^(\.*)(.*)$/.exec(name) ?? [];
    const inside = rest.replaceAll('.', '/');
    const bases: string[] = [];
    if (dots !== '') {
      const base = resolvePath(folderOf(this.file), '../'.repeat(dots.length - 1));
      if (base !== undefined) bases.push(base);
    } else {
      for (let folder = folderOf(this.file); ; folder = folderOf(folder)) {
        bases.push(folder, folder === '' ? 'src' : `${folder}/src`);
        if (folder === '') break;
      }
    }
    const candidates = bases.flatMap((base) => [`${inside}.py`, inside === '' ? '__init__.py' : `${inside}/__init__.py`].map((end) => (base === '' ? end : `${base}/${end}`)));
    return candidates.find((path) => path !== this.file && this.files.exists(path));
  }
}

function importsOf(root: SyntaxNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const node of root.descendantsOfType(['import_statement', 'import_from_statement'])) {
    if (node === null) continue;
    const from = node.childForFieldName('module_name');
    for (const child of node.namedChildren) {
      if (child.id === from?.id || (child.type !== 'dotted_name' && child.type !== 'aliased_import')) continue;
      const name = child.type === 'aliased_import' ? child.childForFieldName('name')?.text : child.text;
      const alias = child.type === 'aliased_import' ? child.childForFieldName('alias')?.text : undefined;
      if (name === undefined) continue;
      const separator = from === null || /^\.+$/.test(from.text) ? '' : '.';
      // `import a.b` binds `a`; `import a.b as c` binds the module itself.
      if (from === null) names.set(alias ?? name.split('.')[0]!, alias === undefined ? name.split('.')[0]! : name);
      else names.set(alias ?? name, `${from.text}${separator}${name}`);
    }
  }
  return names;
}
