import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { EstreeModule } from './module.js';
import { rangeOf, type Node } from './tree.js';

/** Writes another text into the string literal at `span`, in its own quotes; undefined when there is no such literal. */
export function respell(module: EstreeModule, span: Span, text: string): TextEdit | undefined {
  const node = exactly(module, span);
  if (node?.type === 'Literal' && typeof node.value === 'string') {
    const quote = module.source.text.charAt(span.start);
    return { ...span, text: quote + escaped(text, quote) + quote };
  }
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return { ...span, text: `\`${escaped(text, '`')}\`` };
  return undefined;
}

function escaped(text: string, quote: string): string {
  const body = text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replaceAll(quote, `\\${quote}`);
  return quote === '`' ? body.replace(/\$\{/g, '\\${') : body;
}

/** Writes another pattern into the regex literal, or the text of `new RegExp('…')`, at `span`. */
export function respellPattern(module: EstreeModule, span: Span, source: string): TextEdit | undefined {
  const node = exactly(module, span);
  if (node?.type !== 'Literal' || !('regex' in node)) return respell(module, span, source);
  const pattern = { file: span.file, start: span.start + 1, end: module.source.text.lastIndexOf('/', span.end - 1) };
  // In a literal a slash needs a backslash; one that has it keeps it.
  return { ...pattern, text: source.replace(/\\.|\//gs, (piece) => (piece === '/' ? '\\/' : piece)).replace(/\n/g, '\\n') };
}

/** Takes the array element at `span` out, with one comma and the blanks beside it. */
export function removeElement(module: EstreeModule, span: Span): TextEdit | undefined {
  const node = exactly(module, span);
  const list = node === undefined ? undefined : module.parentOf(node);
  if (node === undefined || list?.type !== 'ArrayExpression') return undefined;
  return withoutItem(module, list.elements.flatMap((element) => element ?? []), node);
}

/** Takes the property at `span` out of its object literal, with its comma. */
export function removeProperty(module: EstreeModule, span: Span): TextEdit | undefined {
  const node = module.nodesAround(span).findLast((candidate) => candidate.type === 'Property' && sameRange(module, candidate, span));
  const object = node === undefined ? undefined : module.parentOf(node);
  if (node === undefined || object?.type !== 'ObjectExpression') return undefined;
  return withoutItem(module, object.properties, node);
}

function withoutItem(module: EstreeModule, items: readonly Node[], node: Node): TextEdit | undefined {
  const { text } = module.source;
  const index = items.indexOf(node);
  const { file, start, end } = module.spanOf(node);
  const previous = items[index - 1];
  const next = items[index + 1];
  const edit = next !== undefined ? { file, start, end: module.spanOf(next).start } : previous !== undefined ? { file, start: module.spanOf(previous).end, end } : { file, start, end };
  // A comment in between belongs to somebody: leave the text alone.
  const between = text.slice(edit.start, start) + text.slice(end, edit.end);
  return /^[\s,]*$/.test(between) ? { ...edit, text: '' } : undefined;
}

/** Inserts a statement after the one that holds `span`, on a line of its own with the same indentation. */
export function insertAfterStatement(module: EstreeModule, span: Span, statement: (receiver: string) => string): TextEdit | undefined {
  const around = module.nodesAround(span);
  const holder = around.findLast((node) => node.type === 'ExpressionStatement');
  const block = holder === undefined ? undefined : module.parentOf(holder);
  if (holder?.type !== 'ExpressionStatement' || block === undefined || (block.type !== 'BlockStatement' && block.type !== 'Program' && block.type !== 'SwitchCase')) return undefined;
  const receiver = receiverOf(holder.expression);
  if (receiver === undefined) return undefined;
  const { text } = module.source;
  const { file, start, end } = module.spanOf(holder);
  const lineStart = Math.max(text.lastIndexOf('\n', start - 1), text.lastIndexOf('\r', start - 1)) + 1;
  const indentation = /^[\t ]*/.exec(text.slice(lineStart, start))![0];
  const semicolon = text.charAt(end - 1) === ';' ? ';' : '';
  const ownLine = indentation.length === start - lineStart;
  const separator = ownLine ? module.source.lineEnding + indentation : semicolon === '' ? '; ' : ' ';
  return { file, start: end, end, text: separator + statement(receiver) + semicolon };
}

/** The name that a chain of calls begins with: `res` of `res.status(200).set(…)`. */
function receiverOf(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'CallExpression') return receiverOf(node.callee);
  if (node.type === 'MemberExpression') return receiverOf(node.object);
  return undefined;
}

function exactly(module: EstreeModule, span: Span): Node | undefined {
  return module.nodesAround(span).findLast((node) => sameRange(module, node, span));
}

function sameRange(module: EstreeModule, node: Node, span: Span): boolean {
  const [start, end] = rangeOf(node);
  return start - module.shift === span.start && end - module.shift === span.end;
}
