import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import { argumentsOf, contains, namesCors } from './cors-code.js';
import { keywordOf } from './origins.js';
import { wholeOf } from './taking-out.js';

/** A middleware of the author's, and where an app takes it. */
export interface HandWritten {
  /** A function or a class. */
  readonly definition: SyntaxNode;
  /** The function that sees requests and responses: itself, `dispatch` or `__call__`. */
  readonly body: SyntaxNode;
  /**
   * `decorated`: `@app.middleware("http")`, the registration is the whole definition; `added`: `app.add_middleware(Own)`;
   * `listed`: `Middleware(Own)`; `wrapped`: `Own(app)`.
   */
  readonly by: 'decorated' | 'added' | 'listed' | 'wrapped';
  readonly registration: SyntaxNode;
  /** `app` of `app.add_middleware(…)`, or what is wrapped. */
  readonly owner: string;
}

/** Middlewares of a file that are registered in it. */
export function middlewareIn(module: PythonModule): readonly HandWritten[] {
  return module.nodes('function_definition', 'class_definition').flatMap((definition) => {
    const body = bodyOf(definition);
    return body === undefined ? [] : (decorated(definition, body) ?? called(module, definition, body));
  });
}

function bodyOf(definition: SyntaxNode): SyntaxNode | undefined {
  if (definition.type === 'function_definition') return definition;
  const methods = (definition.childForFieldName('body')?.namedChildren ?? []).map((child) => (child.type === 'decorated_definition' ? (child.childForFieldName('definition') ?? child) : child)).filter(({ type }) => type === 'function_definition');
  return ['dispatch', '__call__'].flatMap((name) => methods.filter((method) => method.childForFieldName('name')?.text === name))[0];
}

function decoratorsOf(definition: SyntaxNode): readonly SyntaxNode[] {
  return definition.parent?.type === 'decorated_definition' ? definition.parent.namedChildren.filter(({ type }) => type === 'decorator').flatMap(({ namedChildren }) => namedChildren) : [];
}

function decorated(definition: SyntaxNode, body: SyntaxNode): readonly HandWritten[] | undefined {
  const decorators = decoratorsOf(definition);
  const owners = decorators.flatMap((one) => /^([\w.]+)\.middleware\(\s*["']http["']\s*\)$/.exec(one.text)?.[1] ?? []);
  return decorators.length === 1 && owners.length === 1 ? [{ definition, body, by: 'decorated', registration: wholeOf(definition), owner: owners[0]! }] : undefined;
}

/** Calls that take it by its name. */
function called(module: PythonModule, definition: SyntaxNode, body: SyntaxNode): readonly HandWritten[] {
  const name = definition.childForFieldName('name')?.text ?? '';
  return module.calls().flatMap(({ node, callee }): readonly HandWritten[] => {
    const args = argumentsOf(node);
    const owner = /^([\w.]+)\.add_middleware$/.exec(callee)?.[1];
    const takes = (owner !== undefined || callee === 'Middleware') && (args[0]?.text === name || (/BaseHTTPMiddleware$/.test(args[0]?.text ?? '') && keywordOf(node, 'dispatch')?.text === name));
    if (takes) return [{ definition, body, by: owner === undefined ? 'listed' : 'added', registration: node, owner: owner ?? '' }];
    const wraps = definition.type === 'class_definition' && callee === name && args[0]?.type === 'identifier' && node.parent?.type === 'assignment';
    if (wraps) return [{ definition, body, by: 'wrapped', registration: node, owner: args[0]!.text }];
    const registrar = /^([\w.]+)\.middleware\(\s*["']http["']\s*\)$/.exec(callee)?.[1];
    return registrar !== undefined && args[0]?.text === name ? [{ definition, body, by: 'added', registration: node, owner: registrar }] : [];
  });
}

/** Is a name asked for in the file beyond its definition and where it is registered? */
export function isShared(module: PythonModule, { definition, registration }: HandWritten): boolean {
  const name = definition.childForFieldName('name')?.text;
  return module.root.descendantsOfType('identifier').some((node) => node.text === name && !contains(definition, node) && !contains(registration, node));
}

export interface Sender {
  readonly definition: SyntaxNode;
  readonly isPreflight: boolean;
}

/** Other functions that write headers of CORS and have nothing to do where the middleware does: `@app.options(…)` and handlers of exceptions that it lies around. */
export function sendersIn(module: PythonModule): readonly Sender[] {
  return module.nodes('function_definition').flatMap((definition): readonly Sender[] => {
    const [decorator, ...others] = decoratorsOf(definition).map(({ text }) => text);
    if (decorator === undefined || others.length > 0 || !namesCors(module, definition)) return [];
    if (/^[\w.]+\.options\(/.test(decorator)) return [{ definition, isPreflight: true }];
    // What nobody catches, and what is told for 500, is answered outside of all middleware.
    return /^[\w.]+\.exception_handler\(\s*(?!Exception\b|500\b|status\.HTTP_500)/.test(decorator) ? [{ definition, isPreflight: false }] : [];
  });
}
