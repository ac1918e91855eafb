import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import { argumentsOf, helpersOf, namesCors } from './cors-code.js';
import { wholeOf } from './taking-out.js';

/** A function that an app or a blueprint calls around requests. */
export interface Hook {
  readonly definition: SyntaxNode;
  /** `app` of `@app.after_request`. */
  readonly owner: string;
  readonly when: 'before' | 'after';
  /** Called for what others answer, too: `@bp.after_app_request`. */
  readonly everywhere: boolean;
  /** The definition with its decorator, or the call that takes its name. */
  readonly registration: SyntaxNode;
  readonly isDecorated: boolean;
}

const HOOK = /^([\w.]+)\.(before|after)(_app)?_request$/;

/** Hooks of a file that have to do with CORS: they name its headers, or answer preflights. */
export function hooksIn(module: PythonModule): readonly Hook[] {
  return module.nodes('function_definition').flatMap((definition) => {
    const hook = decorated(definition) ?? called(module, definition);
    return hook !== undefined && (namesCors(module, definition) || helpersOf(module, definition).length > 0 || (hook.when === 'before' && /["']OPTIONS["']/i.test(definition.text))) ? [hook] : [];
  });
}

function decorated(definition: SyntaxNode): Hook | undefined {
  const whole = wholeOf(definition);
  const decorators = whole.type === 'decorated_definition' ? whole.namedChildren.filter(({ type }) => type === 'decorator').flatMap(({ namedChildren }) => namedChildren) : [];
  return decorators.length === 1 ? hookOf(decorators[0]!.text, definition, whole, true) : undefined;
}

/** `app.after_request(add_headers)`. */
function called(module: PythonModule, definition: SyntaxNode): Hook | undefined {
  const name = definition.childForFieldName('name')?.text;
  return module.calls().flatMap(({ node, callee }) => (argumentsOf(node).length === 1 && argumentsOf(node)[0]?.text === name ? (hookOf(callee, definition, node, false) ?? []) : []))[0];
}

function hookOf(text: string, definition: SyntaxNode, registration: SyntaxNode, isDecorated: boolean): Hook | undefined {
  const [, owner, when, everywhere] = HOOK.exec(text) ?? [];
  return owner === undefined ? undefined : { definition, owner, when: when === 'before' ? 'before' : 'after', everywhere: everywhere !== undefined, registration, isDecorated };
}
