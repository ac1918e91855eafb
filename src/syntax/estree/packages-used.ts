import type { EstreeModule } from './module.js';
import { keyOf, walk, type Node } from './tree.js';

/** Does the module import a package, by any form of import, whose name matches? */
export function importsPackage(module: EstreeModule, names: RegExp): boolean {
  for (const { node } of walk(module.program)) {
    const specifier = specifierOf(node);
    if (specifier !== undefined && names.test(specifier)) return true;
  }
  return false;
}

/** Is a member of this name read of what is called a request? */
export function readsOfRequest(module: EstreeModule, names: RegExp): boolean {
  for (const { node } of walk(module.program)) if (node.type === 'MemberExpression' && names.test(keyOf(node.property, node.computed) ?? '') && isRequest(node.object)) return true;
  return false;
}

/** Does the code name something so? */
export function usesName(module: EstreeModule, names: RegExp): boolean {
  for (const { node } of walk(module.program)) if (node.type === 'Identifier' && names.test(node.name)) return true;
  return false;
}

function isRequest(node: Node): boolean {
  if (node.type === 'Identifier') return /^(?:req|request|ctx|context|c|event)$/.test(node.name);
  return node.type === 'MemberExpression' && isRequest(node.object) && /^req(?:uest)?$/.test(keyOf(node.property, node.computed) ?? '');
}

function specifierOf(node: Node): string | undefined {
  const source = node.type === 'ImportDeclaration' || node.type === 'ImportExpression' ? node.source : node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'require' ? node.arguments[0] : undefined;
  return source?.type === 'Literal' && typeof source.value === 'string' ? source.value : undefined;
}
