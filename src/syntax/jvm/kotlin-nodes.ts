import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { Code } from './tree.js';

/** Words that the grammar takes for names. */
export function word(text: string, at: Span): Code {
  switch (text) {
    case 'true':
    case 'false':
      return { is: 'boolean', value: text === 'true', at };
    case 'this':
    case 'null':
    case 'break':
    case 'continue':
      return { is: text, at };
    default:
      return { is: 'name', name: text.replace(/^`|`$/g, ''), at };
  }
}

/** Comments stand among all other nodes. */
export function isComment(node: SyntaxNode): boolean {
  return node.type.endsWith('comment');
}

/** The first name in a declaration. */
export function nameOf(node: SyntaxNode): string {
  return (node.namedChildren.find((child) => child.type === 'identifier')?.text ?? '').replace(/^`|`$/g, '');
}

/** Its type. */
export function typeOf(node: SyntaxNode): string | undefined {
  const type = node.namedChildren.find((child) => /_type$/.test(child.type));
  return type === undefined ? undefined : typeName(type);
}

/** A type without its arguments and without `?`. */
export function typeName(node: SyntaxNode): string {
  return node.text.replace(/<.*>/s, '').replace(/\?$/, '').trim();
}

/** The expression behind a token: a default, an initial value. */
export function behind(node: SyntaxNode, token: string): SyntaxNode | undefined {
  const index = node.children.findIndex((child) => child.type === token);
  return index === -1 ? undefined : node.children.slice(index + 1).find((child) => child.isNamed && !isComment(child));
}

/** The arms of an `if`: before and behind `else`. */
export function armsOf(node: SyntaxNode): readonly [SyntaxNode | undefined, SyntaxNode | undefined] {
  const children = node.children;
  const [close, otherwise] = [children.findIndex((child) => child.type === ')'), children.findIndex((child) => child.type === 'else')];
  const named = (from: number, to: number): SyntaxNode | undefined => children.slice(from + 1, to).find((child) => child.isNamed && !isComment(child));
  return [named(close, otherwise === -1 ? children.length : otherwise), otherwise === -1 ? undefined : named(otherwise, children.length)];
}

/** The operator as Java writes it; `in` and `!in` as they are. */
export function operatorOf(node: SyntaxNode): string {
  if (node.type === 'in_expression') return node.children.some((child) => child.type === '!in') ? '!in' : 'in';
  const operator = node.childForFieldName('operator')?.text ?? node.children.find((child) => !child.isNamed)?.text ?? '';
  return operator === '===' ? '==' : operator === '!==' ? '!=' : operator;
}
