import type { SourceCode } from 'eslint';
import { SourceText } from '../../text/source-text.js';
import { commentSyntaxOf, takesLine, type CommentSyntax } from './comment-syntax.js';
import { documentLanguageOf } from './source-file.js';

/** Where a comment goes that silences a rule on one line, and what it says. */
export interface Insertion {
  /** Offset in the text. */
  readonly at: number;
  readonly text: string;
  /** In words, for the title: editors offer the same with a comment of their own, not always of the file's language. */
  readonly how: string;
}

/** The rules of a comment that silences the next line already, up to its last one. */
const ABOVE = /(?:eslint|cors-lint)-disable-next-line[^\S\r\n]+[\w@/-]*\w(?:[^\S\r\n]*,[^\S\r\n]*[\w@/-]*\w)*/;

/**
 * A comment of its own above the line of an offset, with its indentation; or one more rule in the comment that stands
 * there, since of two comments about the next line the upper one would be about the lower. Undefined where no comment can stand.
 */
export function disableComment(sourceCode: SourceCode, path: string, offset: number, ruleId: string): Insertion | undefined {
  const source = new SourceText(path, sourceCode.text);
  const { line } = source.positionAt(offset);
  const at = source.lineStart(line);
  const comment = commentAt(sourceCode, path, at);
  if (comment === undefined) return undefined;
  const known = line > 1 ? ABOVE.exec(source.line(line - 1)) : null;
  if (known !== null) return { at: source.lineStart(line - 1) + known.index + known[0].length, text: `, cors-lint/${ruleId}`, how: 'in the comment above' };
  const [indent = ''] = /^\s*/.exec(source.line(line)) ?? [];
  const [opener = ''] = comment('').split(' ');
  return { at, how: `with a ${opener} comment`, text: `${indent}${comment(`eslint-disable-next-line cors-lint/${ruleId} -- `)}${source.lineEnding}` };
}

/** How a comment is written on a line of its own before the one that starts here; undefined inside of strings and the like. */
function commentAt(sourceCode: SourceCode, path: string, lineStart: number): CommentSyntax['line'] | undefined {
  const { text, ast } = sourceCode;
  const language = documentLanguageOf(sourceCode, path);
  if (language === undefined) return [...ast.tokens, ...ast.comments].some(({ range }) => range !== undefined && range[0] < lineStart && lineStart < range[1]) ? undefined : (words) => `// ${words}`;
  const syntax = commentSyntaxOf(language, path);
  return syntax !== undefined && takesLine(syntax, text, lineStart) ? syntax.line : undefined;
}
