import { folderOf, type Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';
import type { Grammar, SyntaxNode } from '../tree-sitter.js';
import { Evaluation } from './evaluate.js';

/** An annotation with its elements; a single unnamed one is `value`. */
export interface JavaAnnotation {
  readonly name: string;
  readonly node: SyntaxNode;
  readonly at: Span;
  readonly elements: ReadonlyMap<string, SyntaxNode>;
}

/** A method call; `receiver` is the expression before the dot. */
export interface JavaCall {
  readonly node: SyntaxNode;
  readonly at: Span;
  readonly name: string;
  readonly receiver: SyntaxNode | undefined;
  readonly args: readonly SyntaxNode[];
}

const MAX_IMPORTS = 3;

/** One Java file and its neighbours by package path. */
export class JavaModule {
  readonly #modules: Map<string, JavaModule | undefined>;

  constructor(
    readonly source: SourceText,
    readonly root: SyntaxNode,
    readonly files: Files,
    private readonly grammar: Grammar,
    readonly depth: number = 0,
    modules?: Map<string, JavaModule | undefined>,
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

  valueOf(node: SyntaxNode): Value {
    return new Evaluation(this).valueOf(node);
  }

  nodes(type: string, within: SyntaxNode = this.root): readonly SyntaxNode[] {
    return within.descendantsOfType(type).flatMap((node) => node ?? []);
  }

  callOf(node: SyntaxNode): JavaCall {
    return {
      node,
      at: this.span(node),
      name: node.childForFieldName('name')?.text ?? '',
      receiver: node.childForFieldName('object') ?? undefined,
      args: argumentsOf(node),
    };
  }

  /** Annotations of a class, a method or a parameter. */
  annotationsOf(declaration: SyntaxNode): readonly JavaAnnotation[] {
    const modifiers = declaration.namedChildren.find((child) => child.type === 'modifiers');
    return (modifiers?.namedChildren ?? []).filter((child) => child.type === 'annotation' || child.type === 'marker_annotation').map((node) => {
      const elements = new Map<string, SyntaxNode>();
      for (const argument of node.childForFieldName('arguments')?.namedChildren ?? []) {
        if (argument.type === 'element_value_pair') {
          const [key, value] = [argument.childForFieldName('key'), argument.childForFieldName('value')];
          if (key !== null && value !== null) elements.set(key.text, value);
        } else if (!argument.type.endsWith('comment')) elements.set('value', argument);
      }
      return { name: (node.childForFieldName('name')?.text ?? '').replace(/^.*\./, ''), node, at: this.span(node), elements };
    });
  }

  /** The file of a class named here: in the same package, or imported. */
  moduleOf(className: string): JavaModule | undefined {
    if (this.depth >= MAX_IMPORTS) return undefined;
    const imported = this.nodes('import_declaration').map((node) => node.namedChildren[0]?.text ?? '').find((name) => name.endsWith(`.${className}`));
    const here = folderOf(this.file);
    const own = this.nodes('package_declaration')[0]?.namedChildren.at(-1)?.text.replaceAll('.', '/') ?? '';
    const root = here.endsWith(own) ? here.slice(0, here.length - own.length) : '';
    const path = imported === undefined ? `${here === '' ? '' : `${here}/`}${className}.java` : `${root}${imported.replaceAll('.', '/')}.java`;
    return path === this.file ? undefined : this.at(path);
  }

  /** The module of a file in view, read once; itself for its own. */
  at(file: string): JavaModule | undefined {
    if (!this.#modules.has(file)) {
      const text = this.files.exists(file) ? this.files.read(file) : undefined;
      this.#modules.set(file, undefined);
      if (text !== undefined) this.#modules.set(file, new JavaModule(new SourceText(file, text), this.grammar.parse(text), this.files, this.grammar, this.depth + 1, this.#modules));
    }
    return this.#modules.get(file);
  }
}

export function argumentsOf(call: SyntaxNode): readonly SyntaxNode[] {
  return call.childForFieldName('arguments')?.namedChildren.filter((child) => !child.type.endsWith('comment')) ?? [];
}
