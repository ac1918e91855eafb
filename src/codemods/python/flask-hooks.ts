import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import { argumentsOf, helpersOf, namesCors } from './cors-code.js';
import { definedElsewhere, type Defined } from './elsewhere.js';
import { wholeOf } from './taking-out.js';

/** A function that an app or a blueprint calls around requests. */
export interface Hook {
  /** The file that it stands in. */
  readonly holder: PythonModule;
  readonly definition: SyntaxNode;
  /** What it is called where it is registered. */
  readonly name: string;
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

/** Hooks that are registered in a file and have to do with CORS: they name its headers, or answer preflights. */
export function hooksIn(module: PythonModule): readonly Hook[] {
  const own = module.nodes('function_definition').flatMap((definition) => {
    const defined = { holder: module, definition };
    return decorated(defined) ?? called(module, defined, definition.childForFieldName('name')?.text ?? '') ?? [];
  });
  const imported = module.calls().flatMap(({ callee, positional: [given] }) => {
    const defined = given !== undefined && HOOK.test(callee) && module.definition('function_definition', given.text) === undefined ? definedElsewhere(module, given) : undefined;
    return defined?.definition.type === 'function_definition' ? (called(module, defined, given!.text) ?? []) : [];
  });
  return [...own, ...imported].filter(({ holder, definition, when }) => namesCors(holder, definition) || helpersOf(holder, definition).length > 0 || (when === 'before' && /["']OPTIONS["']/i.test(definition.text)));
}

function decorated(defined: Defined): Hook | undefined {
  const whole = wholeOf(defined.definition);
  const decorators = whole.type === 'decorated_definition' ? whole.namedChildren.filter(({ type }) => type === 'decorator').flatMap(({ namedChildren }) => namedChildren) : [];
  return decorators.length === 1 ? hookOf(decorators[0]!.text, { ...defined, name: defined.definition.childForFieldName('name')?.text ?? '', registration: whole, isDecorated: true }) : undefined;
}

/** `app.after_request(add_headers)`. */
function called(module: PythonModule, defined: Defined, name: string): Hook | undefined {
  return module.calls().flatMap(({ node, callee }) => (argumentsOf(node).length === 1 && argumentsOf(node)[0]?.text === name ? (hookOf(callee, { ...defined, name, registration: node, isDecorated: false }) ?? []) : []))[0];
}

function hookOf(text: string, found: Omit<Hook, 'owner' | 'when' | 'everywhere'>): Hook | undefined {
  const [, owner, when, everywhere] = HOOK.exec(text) ?? [];
  return owner === undefined ? undefined : { ...found, owner, when: when === 'before' ? 'before' : 'after', everywhere: everywhere !== undefined };
}
