import type { JvmModule } from '../../syntax/jvm/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';

/** How a file is written, as far as new code has to look like it. */
export interface JvmStyle {
  readonly isKotlin: boolean;
  /** One level of indentation. */
  readonly indent: string;
  readonly newline: string;
}

export function styleOf({ isKotlin, root, source }: JvmModule): JvmStyle {
  const bodies = root.descendantsOfType(['class_body', 'interface_body', 'enum_body']);
  const own = bodies.flatMap((body) => [...new Set(body.namedChildren.map((member) => blanksBefore(source.text, member.startIndex)))].filter((blanks) => blanks !== undefined && blanks !== ''))[0];
  return { isKotlin, indent: own ?? /[\r\n]([ \t]+)[^\s*]/.exec(source.text)?.[1] ?? '    ', newline: source.lineEnding };
}

/** The blanks that a line begins with where only they stand before an offset; undefined: something else does. */
export function blanksBefore(text: string, offset: number): string | undefined {
  return /(?:^|[\r\n])([ \t]*)$/.exec(text.slice(0, offset))?.[1];
}

/** The lines that hold a stretch of a text, with the end of the last one. */
export function linesOf(text: string, start: number, end: number): { readonly start: number; readonly end: number } {
  const from = Math.max(text.lastIndexOf('\n', start - 1), text.lastIndexOf('\r', start - 1)) + 1;
  return { start: from, end: end + /^[^\r\n]*(?:\r\n|\n|\r|$)/.exec(text.slice(end))![0].length };
}

/** Does an empty line stand in a stretch between two things? */
export function hasEmptyLine(between: string): boolean {
  return between.split(/\r\n|\n|\r/).length > 2;
}

/** Lines in the style of a file: each level of indentation is written as two blanks at first. */
export function inStyle(lines: readonly string[], { indent, newline }: JvmStyle, depth = 0): string {
  return lines
    .map((line) => {
      const blanks = /^ */.exec(line)![0].length;
      return line === '' ? '' : `${indent.repeat(depth + blanks / 2)}${line.slice(blanks)}`;
    })
    .join(newline);
}

/** A text as a literal of the language. */
export function literal(text: string, isKotlin: boolean): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return `"${isKotlin ? escaped.replace(/\$(?=[A-Za-z_{`])/g, '\\$') : escaped}"`;
}

/** Comments inside of a node, as they are written. */
export function commentsIn(node: SyntaxNode): readonly string[] {
  return node.descendantsOfType(['line_comment', 'block_comment', 'multiline_comment', 'comment']).map(({ text }) => text.trimEnd());
}
