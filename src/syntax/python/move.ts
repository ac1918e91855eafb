import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { PythonModule } from './module.js';
import { nodeAt, without } from './respell.js';

/** Moves an item of a list or tuple in front of another one of the same; undefined where they are none. */
export function moveItem(module: PythonModule, at: Span, before: Span): readonly TextEdit[] | undefined {
  const [item, target] = [nodeAt(module, at), nodeAt(module, before)];
  if (item?.parent === undefined || item.parent === null || item.parent.id !== target?.parent?.id || !['list', 'tuple'].includes(item.parent.type)) return undefined;
  const { text } = module.source;
  const line = startOfLine(text, target.startIndex);
  const indent = text.slice(line, target.startIndex);
  const alone = /^[ \t]*$/.test(indent);
  const added = alone ? { start: line, text: `${indent}${item.text},${module.source.lineEnding}` } : { start: target.startIndex, text: `${item.text}, ` };
  return [{ file: module.file, end: added.start, ...added }, without(module, item)];
}

/** Moves the statement that holds `at` behind the one of the same block that holds `after`, which comes later in the text. */
export function moveBehind(module: PythonModule, at: Span, after: Span): readonly TextEdit[] | undefined {
  const [moved, target] = [at, after].map((span) => (span.file === module.file ? module.root.descendantForIndex(span.start, Math.max(span.start, span.end - 1)) : null)).map(statementOf);
  if (moved?.type !== 'expression_statement' || target === undefined || moved.parent?.id !== target.parent?.id || target.startIndex < moved.endIndex) return undefined;
  const { text, lineEnding } = module.source;
  const start = startOfLine(text, moved.startIndex);
  const indent = text.slice(start, moved.startIndex);
  const tail = /^[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r|$)/.exec(text.slice(moved.endIndex));
  const ends = /^[ \t]*(?:#[^\r\n]*)?/.exec(text.slice(target.endIndex))![0].length + target.endIndex;
  if (!/^[ \t]*$/.test(indent) || tail === null) return undefined;
  // What follows a function stands apart from it.
  const gap = target.type === 'expression_statement' ? lineEnding : lineEnding.repeat(indent === '' ? 3 : 2);
  return [
    { file: module.file, start, end: moved.endIndex + tail[0].length, text: '' },
    { file: module.file, start: ends, end: ends, text: gap + text.slice(start, moved.endIndex + tail[0].length).replace(/[\r\n]+$/, '') },
  ];
}

function startOfLine(text: string, index: number): number {
  return Math.max(text.lastIndexOf('\n', index - 1), text.lastIndexOf('\r', index - 1)) + 1;
}

/** The statement of a block or a module that a node belongs to. */
function statementOf(node: SyntaxNode | null): SyntaxNode | undefined {
  for (let one = node; one !== null; one = one.parent) if (one.parent?.type === 'module' || one.parent?.type === 'block') return one;
  return undefined;
}
