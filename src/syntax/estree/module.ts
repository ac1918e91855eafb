import type { Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import { parseTree } from './parse.js';
import { resolveImport } from './resolve.js';
import { Scopes, type ScopeManagerLike } from './scopes.js';
import { rangeOf, walk, type Node, type Program } from './tree.js';

/** One parsed file of JavaScript or TypeScript with its scopes and the files beside it. */
export class EstreeModule {
  readonly scopes: Scopes;
  #parents: Map<Node, Node> | undefined;

  constructor(
    readonly source: SourceText,
    readonly program: Program,
    scopes: ScopeManagerLike,
    readonly files: Files,
    /** How many characters stand before the file's own text in what was parsed. */
    readonly shift: number,
  ) {
    this.scopes = new Scopes(scopes);
  }

  get file(): string {
    return this.source.file;
  }

  spanOf(node: Node): Span {
    const [start, end] = rangeOf(node);
    return { file: this.file, start: start - this.shift, end: end - this.shift };
  }

  textOf(node: Node): string {
    const { start, end } = this.spanOf(node);
    return this.source.text.slice(start, end);
  }

  parentOf(node: Node): Node | undefined {
    if (this.#parents === undefined) {
      this.#parents = new Map();
      for (const step of walk(this.program)) if (step.parent !== undefined) this.#parents.set(step.node, step.parent);
    }
    return this.#parents.get(node);
  }

  /** The innermost nodes that hold the span, outermost first. */
  nodesAround(span: Span): Node[] {
    const around: Node[] = [];
    for (const { node } of walk(this.program)) {
      const place = this.spanOf(node);
      if (place.start <= span.start && span.end <= place.end) around.push(node);
    }
    return around;
  }
}

/** Makes a module of a tree that the host has already (ESLint's `sourceCode.ast` and `sourceCode.scopeManager`). */
export function moduleFrom(source: SourceText, program: unknown, scopeManager: ScopeManagerLike, files: Files): EstreeModule {
  return new EstreeModule(source, program as Program, scopeManager, files, 0);
}

const parsed = new WeakMap<Files, Map<string, EstreeModule | undefined>>();

/** The module that `specifier` means in `from`, for files in view; parsed once per file. A circle of imports comes back to `root`, the module that was asked about. */
export function importedModule(from: EstreeModule, specifier: string, root: EstreeModule): EstreeModule | undefined {
  const path = resolveImport(from.files, from.file, specifier);
  return path === undefined ? undefined : path === root.file ? root : moduleAt(from, path);
}

/** The module of a file in view of `from`; itself for its own. Undefined where there is no such file or it cannot be parsed. */
export function moduleAt(from: EstreeModule, file: string): EstreeModule | undefined {
  if (file === from.file) return from;
  let modules = parsed.get(from.files);
  if (modules === undefined) parsed.set(from.files, (modules = new Map()));
  if (!modules.has(file)) modules.set(file, loadModule(file, from.files));
  return modules.get(file);
}

/** What is written at a place of a file in view. */
export function textAt(from: EstreeModule, { file, start, end }: Span): string {
  return moduleAt(from, file)?.source.text.slice(start, end) ?? '';
}

function loadModule(path: string, files: Files): EstreeModule | undefined {
  const text = files.read(path);
  if (text === undefined) return undefined;
  // A JSON file is an expression: in parentheses it parses as one.
  const shift = path.endsWith('.json') ? 1 : 0;
  const tree = parseTree(new SourceText(path, shift === 1 ? `(${text})` : text));
  return 'program' in tree ? new EstreeModule(new SourceText(path, text), tree.program, tree.scopes, files, shift) : undefined;
}
