import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { JvmModule } from './module.js';

/** Another text for a part of a string literal, where that needs no escapes. */
export function respellPart(module: JvmModule, at: Span, text: string): TextEdit | undefined {
  return /["\\$\r\n]/.test(text) || literalAround(module, at) === undefined ? undefined : { ...at, text };
}

/** An item of a list that is one text with commas, with its comma; the only one stays. */
export function removePart(module: JvmModule, at: Span): TextEdit | undefined {
  const literal = literalAround(module, at);
  if (literal === undefined) return undefined;
  const { text } = module.source;
  const after = /^\s*,\s*/.exec(text.slice(at.end, literal.endIndex));
  if (after !== null) return { ...at, end: at.end + after[0].length, text: '' };
  const before = /\s*,\s*$/.exec(text.slice(literal.startIndex, at.start));
  return before === null ? undefined : { ...at, start: at.start - before[0].length, text: '' };
}

/** `false` for a `true` that stands there. */
export function negated(module: JvmModule, at: Span): TextEdit | undefined {
  if (at.file !== module.file) return undefined;
  return module.source.text.slice(at.start, at.end) === 'true' ? { ...at, text: 'false' } : undefined;
}

function literalAround(module: JvmModule, at: Span): SyntaxNode | undefined {
  if (at.file !== module.file) return undefined;
  let node: SyntaxNode | null = module.root.descendantForIndex(at.start, Math.max(at.start, at.end - 1));
  while (node !== null && node.type !== 'string_literal') node = node.parent;
  return node === null || node.text.startsWith('"""') || node.startIndex >= at.start || node.endIndex <= at.end ? undefined : node;
}
