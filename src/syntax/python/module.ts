import { folderOf, resolvePath, type Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import type { RecordEntry, RecordValue, Value } from '../../values/value.js';
import type { Grammar, SyntaxNode } from '../tree-sitter.js';
import { Scopes, testsAround } from './bindings.js';
import { Evaluation } from './evaluate.js';
import { shortened } from './truth.js';

/** A call; its arguments become values when they are asked for. */
export interface PythonCall {
  readonly node: SyntaxNode;
  readonly at: Span;
  /** The callee as written: `app.add_middleware`. */
  readonly callee: string;
  /** Arguments by position, up to a `*spread`. */
  readonly positional: readonly SyntaxNode[];
  /** Keyword arguments in order, `**options` spread out; `rest` when something spread could not be read. */
  readonly keywords: RecordValue;
  /** What must hold for the call to be reached within its function or module. */
  readonly condition: Condition;
}

/** Kinds of nodes that a module is asked for as a whole. */
const INDEXED = ['call', 'class_definition', 'function_definition', 'import_statement', 'import_from_statement'] as const;

type Indexed = (typeof INDEXED)[number];

function indexOf(root: SyntaxNode): ReadonlyMap<string, readonly SyntaxNode[]> {
  const index = new Map<string, SyntaxNode[]>(INDEXED.map((type) => [type, []]));
  for (const node of root.descendantsOfType([...INDEXED])) index.get(node.type)?.push(node);
  return index;
}

/** How many imports a value is followed through. */
const MAX_IMPORTS = 3;
/** Parts of a dotted name. */
const MAX_PARTS = 16;

/** One file of Python: its tree, the names that it imports and defines, and its neighbours one import away. */
export class PythonModule {
  readonly #modules: Map<string, PythonModule | undefined>;
  readonly scopes: Scopes;
  #imports: ReadonlyMap<string, string> | undefined;
  #calls: readonly PythonCall[] | undefined;
  #definitions: ReadonlyMap<string, SyntaxNode> | undefined;
  #stars: readonly string[] | undefined;
  #presets: ReadonlyMap<string, SyntaxNode> | undefined;
  #index: ReadonlyMap<string, readonly SyntaxNode[]> | undefined;
  readonly #paths = new Map<string, string | undefined>();

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
    this.scopes = new Scopes(root);
  }

  get file(): string {
    return this.source.file;
  }

  /** Frees the trees of this file and of those that were read for it. */
  release(): void {
    for (const module of this.#modules.values()) module?.root.tree.delete();
    this.#modules.clear();
  }

  /** The text at a span of this file or of one that its names lead to. */
  readonly written = (at: Span): string => this.#modules.get(at.file)?.source.text.slice(at.start, at.end) ?? '';

  span(node: SyntaxNode): Span {
    return { file: this.file, start: node.startIndex, end: node.endIndex };
  }

  /** Nodes of a kind that much is asked about, in order of their places; the tree is walked once for all of them. */
  nodes(...types: readonly Indexed[]): readonly SyntaxNode[] {
    this.#index ??= indexOf(this.root);
    const index = this.#index;
    const found = types.map((type) => index.get(type) ?? []);
    return found.length === 1 ? found[0]! : found.flat().sort((a, b) => a.startIndex - b.startIndex);
  }

  /** Calls of the file, in order of their places. */
  calls(): readonly PythonCall[] {
    this.#calls ??= this.nodes('call').map((node) => this.callOf(node));
    return this.#calls;
  }

  /** A call whose arguments are evaluated on their own, or as a part of the evaluation that met it. */
  callOf(node: SyntaxNode, evaluation?: Evaluation): PythonCall {
    const args = argumentsIn(node);
    const spread = args.findIndex((arg) => arg.type === 'list_splat');
    let [keywords, condition]: [RecordValue | undefined, Condition | undefined] = [undefined, undefined];
    const { module, at } = { module: this, at: this.span(node) };
    return {
      node,
      at,
      callee: node.childForFieldName('function')?.text ?? '',
      positional: (spread === -1 ? args : args.slice(0, spread)).filter((arg) => arg.type !== 'keyword_argument' && arg.type !== 'dictionary_splat'),
      get keywords() {
        return (keywords ??= module.#keywordsOf(node, args, evaluation ?? new Evaluation(module)));
      },
      get condition() {
        return (condition ??= new Evaluation(module).testsHold(testsAround(node)));
      },
    };
  }

  #keywordsOf(node: SyntaxNode, args: readonly SyntaxNode[], evaluation: Evaluation): RecordValue {
    const entries: RecordEntry[] = [];
    let rest: RecordValue['rest'];
    for (const arg of args) {
      const [name, value] = [arg.childForFieldName('name'), arg.childForFieldName('value')];
      if (arg.type === 'keyword_argument' && name !== null && value !== null) entries.push({ key: name.text, value: evaluation.valueOf(value), at: this.span(arg) });
      else if (arg.type === 'dictionary_splat') {
        const spread = arg.namedChildren[0] === undefined ? undefined : evaluation.valueOf(arg.namedChildren[0]);
        if (spread?.kind === 'record') entries.push(...spread.entries);
        if (spread?.kind !== 'record' || spread.rest !== undefined) rest ??= { kind: 'unknown', reason: 'dynamic-key', detail: `the keyword arguments ${shortened(arg.text)}`, at: this.span(arg) };
      } else if (arg.type === 'list_splat') rest ??= { kind: 'unknown', reason: 'dynamic-key', detail: `the arguments ${shortened(arg.text)}`, at: this.span(arg) };
    }
    return { kind: 'record', entries, ...(rest === undefined ? {} : { rest }), at: this.span(node.childForFieldName('arguments') ?? node) };
  }

  /** `os.environ.setdefault('X', …)` of this file: variable → default. */
  environmentDefaults(): ReadonlyMap<string, SyntaxNode> {
    this.#presets ??= new Map(
      (this.source.text.includes('setdefault') ? this.calls() : []).flatMap(({ node, positional: [name, value] }) => {
        const callee = node.childForFieldName('function');
        const preset = callee !== null && name?.type === 'string' && value !== undefined && callee.text.endsWith('setdefault') && this.qualifiedName(callee) === 'os.environ.setdefault';
        return preset ? [[name.text.replace(/^["']|["']$/g, ''), value] as const] : [];
      }),
    );
    return this.#presets;
  }

  /** Calls of this file that name a function of it. */
  callsOf(definition: SyntaxNode): readonly SyntaxNode[] {
    const name = definition.childForFieldName('name')?.text;
    return this.calls().filter((call) => call.callee === name).map((call) => call.node);
  }

  /** A class or a function of this file by its name; the last one counts. */
  definition(type: 'class_definition' | 'function_definition', name: string): SyntaxNode | undefined {
    this.#definitions ??= new Map(this.nodes('class_definition', 'function_definition').map((node) => [`${node.type} ${node.childForFieldName('name')?.text ?? ''}`, node]));
    return this.#definitions.get(`${type} ${name}`);
  }

  /** A plain function of this file, or of the file that a name is imported from. */
  functionNamed(name: string, hops = 0): { readonly module: PythonModule; readonly definition: SyntaxNode } | undefined {
    const definition = this.definition('function_definition', name);
    if (definition !== undefined) return isMethod(definition) ? undefined : { module: this, definition };
    const elsewhere = hops < MAX_IMPORTS ? this.definitionOf(name) : undefined;
    return elsewhere?.module.functionNamed(elsewhere.name, hops + 1);
  }

  /** The call that a name of the module is set to: `settings = Settings()`. */
  assignedCall(name: string): SyntaxNode | undefined {
    const last = this.scopes.within(this.root, name, undefined).at(-1);
    return last?.how === 'assign' && last.value.type === 'call' ? last.value : undefined;
  }

  /**
   * What a name stands for, followed through the project's own files: qualified names as the outermost file imports
   * them. A class of the project has a name that starts with its file. Several when only star imports could bring it.
   */
  resolvedNames(node: SyntaxNode, hops = 0): readonly string[] {
    const qualified = this.qualifiedName(node);
    if (qualified === undefined || hops > MAX_IMPORTS) return [];
    if (node.type !== 'identifier') return [qualified];
    const name = node.text;
    if (this.definition('class_definition', name) !== undefined) return [`${this.file}:${name}`];
    const alias = this.scopes.within(this.root, name, undefined).at(-1);
    if (alias?.how === 'assign' && alias.value.text !== name) return this.resolvedNames(alias.value, hops + 1);
    return this.#exported(name, hops);
  }

  #exported(name: string, hops: number): readonly string[] {
    if (hops > MAX_IMPORTS) return [];
    if (this.definition('class_definition', name) !== undefined) return [`${this.file}:${name}`];
    const qualified = this.imports.get(name);
    if (qualified !== undefined) {
      const elsewhere = this.definitionOf(name);
      return elsewhere === undefined ? [qualified] : elsewhere.module.#exported(elsewhere.name, hops + 1);
    }
    return [...this.#starNames().map((from) => `${from}.${name}`), ...this.starred().flatMap((module) => module.#exported(name, hops + 1))];
  }

  /** Modules outside the project whose names `from … import *` brings in. */
  #starNames(): readonly string[] {
    return this.#starImports().filter((name) => this.moduleNamed(name) === undefined);
  }

  /** Modules whose names `from … import *` brings in, last one first. */
  starredNames(): readonly string[] {
    return this.#starImports().toReversed();
  }

  #starImports(): readonly string[] {
    this.#stars ??= this.nodes('import_from_statement')
      .filter((node) => node.namedChildren.some((child) => child.type === 'wildcard_import'))
      .map((node) => node.childForFieldName('module_name')?.text ?? '');
    return this.#stars;
  }

  valueOf(node: SyntaxNode): Value {
    return new Evaluation(this).valueOf(node);
  }

  /** The qualified name of an expression by the file's imports: `CORSMiddleware` → `fastapi.middleware.cors.CORSMiddleware`. */
  qualifiedName(node: SyntaxNode): string | undefined {
    const parts: string[] = [];
    let object: SyntaxNode = node;
    for (let depth = 0; object.type === 'attribute' && depth < MAX_PARTS; depth += 1) {
      const [owner, attribute] = [object.childForFieldName('object'), object.childForFieldName('attribute')];
      if (owner === null || attribute === null) return undefined;
      parts.unshift(attribute.text);
      object = owner;
    }
    return object.type === 'identifier' ? [this.imports.get(object.text) ?? object.text, ...parts].join('.') : undefined;
  }

  /** Local names → qualified names. */
  get imports(): ReadonlyMap<string, string> {
    this.#imports ??= importsOf(this.nodes('import_statement', 'import_from_statement'));
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

  /** Files of the project whose names `from … import *` brings in, last one first. */
  starred(): readonly PythonModule[] {
    return this.#starImports().flatMap((name) => this.moduleNamed(name) ?? []).toReversed();
  }

  /** The project's file that a module's name stands for. */
  fileNamed(name: string): string | undefined {
    if (!this.#paths.has(name)) this.#paths.set(name, name === '' ? undefined : this.#pathOf(name));
    return this.#paths.get(name);
  }

  moduleNamed(name: string): PythonModule | undefined {
    if (this.depth >= MAX_IMPORTS) return undefined;
    const path = this.fileNamed(name);
    if (path === undefined) return undefined;
    return this.at(path);
  }

  /** The module of a file in view, read once; itself for its own. */
  at(file: string): PythonModule | undefined {
    if (file === this.file) return this;
    if (!this.#modules.has(file)) {
      const text = this.files.read(file);
      this.#modules.set(file, undefined);
      if (text !== undefined) this.#modules.set(file, new PythonModule(new SourceText(file, text), this.grammar.parse(text), this.files, this.grammar, this.depth + 1, this.#modules));
    }
    return this.#modules.get(file);
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

function argumentsIn(call: SyntaxNode): readonly SyntaxNode[] {
  const list = call.childForFieldName('arguments');
  if (list?.type === 'generator_expression') return [list];
  return list?.type === 'argument_list' ? list.namedChildren.filter((child) => child.type !== 'comment') : [];
}

function isMethod(definition: SyntaxNode): boolean {
  const owner = definition.parent?.type === 'decorated_definition' ? definition.parent.parent : definition.parent;
  return owner?.parent?.type === 'class_definition';
}

function importsOf(statements: readonly SyntaxNode[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const node of statements) {
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
