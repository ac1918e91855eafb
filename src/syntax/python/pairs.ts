import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { PythonModule } from './module.js';
import { nodeAt, without } from './respell.js';

/** The pair of a dictionary that stands at a place, taken out with its comma. */
export function removePair(module: PythonModule, at: Span): TextEdit | undefined {
  const pair = pairAt(module, at);
  return pair === undefined ? undefined : without(module, pair);
}

/** A pair of texts put behind the one at a place, in its quotes; undefined where the dictionary has the key, in whatever case. */
export function insertPair(module: PythonModule, at: Span, key: string, value: string): TextEdit | undefined {
  const pair = pairAt(module, at);
  const quote = /["']/.exec(pair?.childForFieldName('key')?.text ?? '')?.[0];
  if (pair === undefined || quote === undefined || pair.parent === null) return undefined;
  const taken = new RegExp(`^["']${key}["']$`, 'i');
  if (pair.parent.namedChildren.some((child) => taken.test(child.childForFieldName('key')?.text ?? ''))) return undefined;
  const { text } = module.source;
  const added = `${quote}${key}${quote}: ${quote}${value}${quote}`;
  const { startIndex, endIndex } = pair;
  const indent = /(?:^|[\r\n])([ \t]*)$/.exec(text.slice(0, startIndex))?.[1];
  const [, comma = '', comment = ''] = /^([ \t]*,)?([ \t]*(?:#[^\r\n]*)?)/.exec(text.slice(endIndex)) ?? [];
  const end = endIndex + comma.length + comment.length;
  const endsLine = /^(?:\r|\n|$)/.test(text.slice(end));
  // Pairs that share their line, also with the brace behind the last.
  if (indent === undefined || !endsLine) return { file: module.file, start: endIndex, end: endIndex, text: `, ${added}` };
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return { file: module.file, start: endIndex, end, text: `,${comment}${newline}${indent}${added}${comma}` };
}

function pairAt(module: PythonModule, at: Span): SyntaxNode | undefined {
  const node = nodeAt(module, at);
  return node?.type === 'pair' && node.parent?.type === 'dictionary' ? node : undefined;
}
