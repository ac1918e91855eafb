import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { PythonModule } from './module.js';
import { nodeAt } from './respell.js';

/** Names that stand for a value in turn. */
const MAX_NAMES = 4;

/**
 * The expression that gives what stands at a place its value: that of a keyword argument, of a pair, of an assignment
 * (`at` may be its target), the last argument of a call that writes a header. A name of the module is followed to what it was set to, once.
 */
export function expressionAt(module: PythonModule, at: Span): SyntaxNode | undefined {
  const node = nodeAt(module, at);
  if (node === undefined) return undefined;
  const assignment = node.parent?.type === 'assignment' && node.parent.childForFieldName('left')?.id === node.id ? node.parent : node;
  return expressionIn(module, assignment, 0);
}

function expressionIn(module: PythonModule, node: SyntaxNode, names: number): SyntaxNode | undefined {
  switch (node.type) {
    case 'expression_statement':
    case 'parenthesized_expression':
      return within(module, node.namedChildren[0], names);
    case 'keyword_argument':
    case 'pair':
      return within(module, node.childForFieldName('value'), names);
    case 'assignment':
      return within(module, node.childForFieldName('right'), names);
    case 'identifier':
      return within(module, names < MAX_NAMES ? assigned(module, node.text) : undefined, names + 1);
    case 'call':
      return /(?:header|^set|\badd|append|setdefault)\w*$/i.test(node.childForFieldName('function')?.text ?? '') ? within(module, node.childForFieldName('arguments')?.namedChildren.findLast((one) => one.type !== 'comment'), names) : node;
    default:
      return node;
  }
}

function within(module: PythonModule, node: SyntaxNode | null | undefined, names: number): SyntaxNode | undefined {
  return node === null || node === undefined ? undefined : expressionIn(module, node, names);
}

/** What a name of the module is set to, where that happens once. */
function assigned(module: PythonModule, name: string): SyntaxNode | undefined {
  const all = module.scopes.within(module.root, name, undefined);
  const [only] = all;
  return all.length === 1 && only?.how === 'assign' ? only.value : undefined;
}

/** The text of a plain literal without escapes. */
export function plainText(node: SyntaxNode | null | undefined): string | undefined {
  const [open, content, close] = node?.type === 'string' ? node.namedChildren : [];
  if (open?.type !== 'string_start' || /[fb]/i.test(open.text)) return undefined;
  if (content?.type === 'string_end') return '';
  return content?.type === 'string_content' && close?.type === 'string_end' && !content.text.includes('\\') ? content.text : undefined;
}
