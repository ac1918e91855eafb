import type { EstreeModule } from './module.js';
import type { Node } from './tree.js';

/**
 * Does the pattern that a node makes live on from request to request, with the position where it stopped (`lastIndex`)?
 * One that is made in a function is made again whenever that is called; a function without parameters is no handler
 * of requests, unless it is named after a method (`GET`).
 */
export function keepsState(flags: string, node: Node, module: EstreeModule): { readonly keepsState?: true } {
  if (!/[gy]/.test(flags)) return {};
  for (let around = module.parentOf(node); around !== undefined; around = module.parentOf(around)) {
    if (around.type !== 'FunctionDeclaration' && around.type !== 'FunctionExpression' && around.type !== 'ArrowFunctionExpression') continue;
    if (around.params.length > 0 || (around.type === 'FunctionDeclaration' && /^[A-Z]+$/.test(around.id?.name ?? ''))) return {};
  }
  return { keepsState: true };
}
