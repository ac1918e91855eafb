import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import { argumentsOf, namesCors } from './cors-code.js';
import { definedElsewhere, type Defined } from './elsewhere.js';
import { keywordOf } from './origins.js';
import { wholeOf } from './taking-out.js';

/** A middleware of the author's, and where an app takes it. */
export interface HandWritten {
  /** The file that it stands in. */
  readonly holder: PythonModule;
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
  /** What it is called where it is registered: `CorsHeaders`, `middleware.CorsHeaders`. */
  readonly name: string;
}

/** Middlewares that are registered in a file, wherever they are defined. */
export function middlewareIn(module: PythonModule): readonly HandWritten[] {
  const own = module.nodes('function_definition', 'class_definition').flatMap((definition) => {
    const defined = { holder: module, definition };
    return decorated(defined) ?? called(module, defined, definition.childForFieldName('name')?.text ?? '');
  });
  return [...own, ...[...importedIn(module)].flatMap(([name, defined]) => called(module, defined, name))];
}

/** Classes and functions of other files that calls name which register middleware, by what they are called here. */
function importedIn(module: PythonModule): ReadonlyMap<string, Defined> {
  const named = module.calls().flatMap(({ node, callee, positional }) => {
    const isWrapping = node.parent?.type === 'assignment' && positional.length > 0 && /^[\w.]*[A-Z]\w*$/.test(callee);
    const isRegistering = /(?:^|\.)(?:add_middleware|Middleware)$|\.middleware\(\s*["']http["']\s*\)$/.test(callee);
    return [...(isWrapping ? [node.childForFieldName('function')] : []), ...(isRegistering ? [positional[0], keywordOf(node, 'dispatch')] : [])].flatMap((name) => name ?? []);
  });
  const found = new Map<string, Defined>();
  for (const node of named) {
    const defined = found.has(node.text) || module.definition('class_definition', node.text) !== undefined ? undefined : definedElsewhere(module, node);
    if (defined !== undefined) found.set(node.text, defined);
  }
  return found;
}

function bodyOf(definition: SyntaxNode): SyntaxNode | undefined {
  if (definition.type === 'function_definition') return definition;
  const methods = (definition.childForFieldName('body')?.namedChildren ?? []).map((child) => (child.type === 'decorated_definition' ? (child.childForFieldName('definition') ?? child) : child)).filter(({ type }) => type === 'function_definition');
  return ['dispatch', '__call__'].flatMap((name) => methods.filter((method) => method.childForFieldName('name')?.text === name))[0];
}

function decoratorsOf(definition: SyntaxNode): readonly SyntaxNode[] {
  return definition.parent?.type === 'decorated_definition' ? definition.parent.namedChildren.filter(({ type }) => type === 'decorator').flatMap(({ namedChildren }) => namedChildren) : [];
}

function decorated({ holder, definition }: Defined): readonly HandWritten[] | undefined {
  const body = bodyOf(definition);
  const decorators = decoratorsOf(definition);
  const owners = decorators.flatMap((one) => /^([\w.]+)\.middleware\(\s*["']http["']\s*\)$/.exec(one.text)?.[1] ?? []);
  return decorators.length === 1 && owners.length === 1 && body !== undefined ? [{ holder, definition, body, by: 'decorated', registration: wholeOf(definition), owner: owners[0]!, name: definition.childForFieldName('name')?.text ?? '' }] : undefined;
}

/** Calls that take it by a name. */
function called(module: PythonModule, { holder, definition }: Defined, name: string): readonly HandWritten[] {
  const body = bodyOf(definition);
  if (body === undefined) return [];
  return module.calls().flatMap(({ node, callee }): readonly HandWritten[] => {
    const args = argumentsOf(node);
    const owner = /^([\w.]+)\.add_middleware$/.exec(callee)?.[1];
    const takes = (owner !== undefined || callee === 'Middleware') && (args[0]?.text === name || (/BaseHTTPMiddleware$/.test(args[0]?.text ?? '') && keywordOf(node, 'dispatch')?.text === name));
    if (takes) return [{ holder, definition, body, by: owner === undefined ? 'listed' : 'added', registration: node, owner: owner ?? '', name }];
    const wraps = definition.type === 'class_definition' && callee === name && args[0]?.type === 'identifier' && node.parent?.type === 'assignment';
    if (wraps) return [{ holder, definition, body, by: 'wrapped', registration: node, owner: args[0]!.text, name }];
    const registrar = /^([\w.]+)\.middleware\(\s*["']http["']\s*\)$/.exec(callee)?.[1];
    return registrar !== undefined && args[0]?.text === name ? [{ holder, definition, body, by: 'added', registration: node, owner: registrar, name }] : [];
  });
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
