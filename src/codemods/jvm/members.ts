import type { ClassDeclaration, JvmModule } from '../../syntax/jvm/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { blanksBefore, hasEmptyLine, inStyle, linesOf, styleOf } from './style.js';

/** The node that a span is the whole of. */
export function nodeOf(module: JvmModule, at: Span): SyntaxNode | undefined {
  let node = module.root.descendantForIndex(at.start, Math.max(at.start, at.end - 1));
  while (node !== null && (node.startIndex > at.start || node.endIndex < at.end)) node = node.parent;
  return node !== null && node.startIndex === at.start && node.endIndex === at.end ? node : undefined;
}

/** An annotation without its line where it has one of its own; a comment behind it stays. */
export function removeAnnotation(module: JvmModule, at: Span): TextEdit {
  const { text } = module.source;
  const rest = /^[ \t]*(?:\r\n|\n|\r)/.exec(text.slice(at.end));
  if (rest !== null && blanksBefore(text, at.start) !== undefined) return { file: module.file, ...linesOf(text, at.start, at.end), text: '' };
  const blanks = /^[ \t]*/.exec(text.slice(at.end))![0].length;
  return rest === null ? { file: module.file, start: at.start, end: at.end + blanks, text: '' } : { file: module.file, start: at.start - /[ \t]*$/.exec(text.slice(0, at.start))![0].length, end: at.end, text: '' };
}

/**
 * A member put behind the others of a class; undefined where the class has no body.
 * @param lines levels of indentation are two blanks
 */
export function addMember(module: JvmModule, { at }: Pick<ClassDeclaration, 'at'>, lines: readonly string[]): TextEdit | undefined {
  const body = bodyOf(module, at);
  const style = styleOf(module);
  const { text } = module.source;
  if (body === undefined) return module.isKotlin && nodeOf(module, at)?.type === 'class_declaration' ? { file: module.file, start: at.end, end: at.end, text: ` {${style.newline}${inStyle(lines, style, depthOf(module, at) + 1)}${style.newline}${style.indent.repeat(depthOf(module, at))}}` } : undefined;
  const last = body.namedChildren.at(-1);
  const member = inStyle(lines, style, depthOf(module, at) + 1);
  if (last === undefined) return { file: module.file, start: body.startIndex + 1, end: body.endIndex - 1, text: `${style.newline}${member}${style.newline}${style.indent.repeat(depthOf(module, at))}` };
  const end = linesOf(text, last.startIndex, last.endIndex).end;
  // Members that share their line with the closing brace go on behind it.
  if (end > body.endIndex - 1) return { file: module.file, start: last.endIndex, end: body.endIndex - 1, text: `${style.newline}${style.newline}${member}${style.newline}` };
  return { file: module.file, start: end, end, text: `${style.newline}${member}${style.newline}` };
}

/** Lines put before the first member of a class. */
export function addFirst(module: JvmModule, { at }: Pick<ClassDeclaration, 'at'>, lines: readonly string[]): TextEdit | undefined {
  const body = bodyOf(module, at);
  const style = styleOf(module);
  const next = body?.namedChildren[0];
  if (body === undefined || next === undefined || linesOf(module.source.text, body.startIndex, body.startIndex).end > next.startIndex) return undefined;
  const { end } = linesOf(module.source.text, body.startIndex, body.startIndex);
  const gap = /^[ \t]*(?:\r\n|\n|\r)/.test(module.source.text.slice(end)) ? '' : style.newline;
  return { file: module.file, start: end, end, text: `${gap === '' ? style.newline : ''}${inStyle(lines, style, depthOf(module, at) + 1)}${style.newline}${gap}` };
}

/** Levels of indentation of the line that a declaration begins on. */
export function depthOf(module: JvmModule, at: Span): number {
  const { text } = module.source;
  const blanks = /^[ \t]*/.exec(text.slice(linesOf(text, at.start, at.start).start))![0];
  return Math.round(blanks.length / styleOf(module).indent.length);
}

function bodyOf(module: JvmModule, at: Span): SyntaxNode | undefined {
  return nodeOf(module, at)?.namedChildren.find(({ type }) => /(?:class|interface|enum|record)_body$/.test(type));
}

/** Comments on the lines right in front of a statement, and behind it on its line. */
export function commentsAbout(module: JvmModule, at: Span): readonly string[] {
  const { text } = module.source;
  let node = nodeOf(module, at);
  while (node?.parent !== null && node?.parent !== undefined && !/^(?:block|constructor_body|function_body|lambda_literal|statements|switch_block_statement_group)$/.test(node.parent.type)) node = node.parent;
  if (node === undefined) return [];
  const isComment = (one: SyntaxNode | null): one is SyntaxNode => one?.type.includes('comment') === true;
  const before: string[] = [];
  let { startIndex } = node;
  for (let one = node.previousNamedSibling; isComment(one) && blanksBefore(text, one.startIndex) !== undefined && !hasEmptyLine(text.slice(one.endIndex, startIndex)); one = one.previousNamedSibling) {
    before.unshift(one.text.trimEnd());
    startIndex = one.startIndex;
  }
  const next = node.nextNamedSibling;
  const isBehind = isComment(next) && !/[\r\n]/.test(text.slice(node.endIndex, next.startIndex));
  return [...before, ...(isBehind ? [next.text.trimEnd()] : [])];
}
