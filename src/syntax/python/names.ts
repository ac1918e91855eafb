import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { expressionAt, plainText } from './held.js';
import type { PythonModule } from './module.js';
import { quoted } from './quoted.js';
import { without } from './respell.js';

export interface ListChange {
  readonly remove: readonly string[];
  readonly add: readonly string[];
}

/** Names taken out of, and put at the end of, the list that stands at a place: a display, a text with commas, a sum that ends in one. */
export function editNames(module: PythonModule, at: Span, change: ListChange): readonly TextEdit[] | undefined {
  const node = expressionAt(module, at);
  return node === undefined ? undefined : editIn(module, node, change);
}

function editIn(module: PythonModule, node: SyntaxNode, change: ListChange): readonly TextEdit[] | undefined {
  if (['list', 'tuple', 'set'].includes(node.type)) return editItems(module, node, change);
  if (node.type === 'string') return editText(module, node, change);
  // `list(default_headers) + ["x"]`, `", ".join([…])`, `list([…])`: the literal that is part of it.
  const parts = node.type === 'binary_operator' ? [node.childForFieldName('right'), node.childForFieldName('left')] : node.type === 'call' && /(?:\.join|^(?:list|tuple|set|frozenset))$/.test(node.childForFieldName('function')?.text ?? '') ? [node.childForFieldName('arguments')?.namedChildren[0]] : [];
  for (const part of parts) {
    const edits = part === null || part === undefined ? undefined : editIn(module, part, change);
    if (edits !== undefined) return edits;
  }
  return undefined;
}

function editItems(module: PythonModule, list: SyntaxNode, { remove, add }: ListChange): readonly TextEdit[] | undefined {
  const items = list.namedChildren.filter((child) => child.type !== 'comment');
  const gone = remove.map((name) => items.find((item) => plainText(item) === name));
  if (gone.includes(undefined)) return undefined;
  const kept = items.filter((item) => !gone.some((one) => one?.id === item.id));
  const added = add.map((name) => quoted(name, items.find(({ type }) => type === 'string')?.text ?? module.source.text));
  const [open, close] = list.type === 'tuple' ? ['(', ')'] : list.type === 'set' ? ['{', '}'] : ['[', ']'];
  const { file } = module;
  // `(x, y)` is a tuple by its parentheses alone, `{}` is no set.
  if (!list.text.startsWith(open) || (list.type === 'set' && kept.length + added.length === 0)) return undefined;
  if (!/[\r\n#]/.test(list.text)) {
    const texts = [...kept.map(({ text }) => text), ...added];
    return [{ file, start: list.startIndex, end: list.endIndex, text: `${open}${texts.join(', ')}${list.type === 'tuple' && texts.length === 1 ? ',' : ''}${close}` }];
  }
  if (kept.length === 0 || (list.type === 'tuple' && kept.length + added.length === 1)) return undefined;
  const edits = gone.flatMap((item) => (item === undefined ? [] : without(module, item)));
  if (added.length === 0) return edits;
  const last = kept.at(-1)!;
  const { text } = module.source;
  const indent = /(?:^|[\r\n])([ \t]*)$/.exec(text.slice(0, last.startIndex))?.[1];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const between = indent === undefined ? ', ' : `,${newline}${indent}`;
  return [...edits, { file, start: last.endIndex, end: last.endIndex, text: added.map((one) => `${between}${one}`).join('') }];
}

function editText(module: PythonModule, literal: SyntaxNode, { remove, add }: ListChange): readonly TextEdit[] | undefined {
  const text = plainText(literal);
  const quote = literal.namedChildren.at(-1)?.text ?? '';
  if (text === undefined || quote.length !== 1) return undefined;
  const pieces = text.split(',').filter((piece) => piece.trim() !== '');
  const kept = pieces.filter((piece) => !remove.includes(piece.trim()));
  if (pieces.length - kept.length !== remove.length || add.some((name) => /["'\\\r\n]/.test(name))) return undefined;
  const blank = /,(\s*)/.exec(text)?.[1] ?? ' ';
  const start = literal.namedChildren[0]!.endIndex;
  return [{ file: module.file, start, end: literal.endIndex - 1, text: [...kept.map((piece) => piece.trim()), ...add].join(`,${blank}`) }];
}
