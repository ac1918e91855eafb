import { Node, type SourceFile } from 'ts-morph';
import { descendants, nodesIn } from './nodes.js';

/** How a script is written, told by what stands in it. */
export interface Style {
  readonly quote: "'" | '"';
  readonly semicolons: boolean;
  /** One step of indentation: a tab, or blanks. */
  readonly indent: string;
  readonly newline: '\n' | '\r\n';
  /** A comma after the last of several lines of an object or a list. */
  readonly trailingComma: boolean;
  /** `{ a: 1 }` and not `{a: 1}`. */
  readonly spacedBraces: boolean;
}

/** What most of the file does; where nothing tells, single quotes, semicolons, two blanks, no trailing commas, blanks in braces. */
export function styleOf(root: SourceFile): Style {
  const text = root.getFullText();
  const quotes = descendants(root, Node.isStringLiteral).map((node) => text[node.getEnd() - 1]);
  const ended = nodesIn(root).filter((node) => Node.isExpressionStatement(node) || Node.isVariableStatement(node) || Node.isImportDeclaration(node)).map((node) => text[node.getEnd() - 1] === ';');
  const literals = [...descendants(root, Node.isObjectLiteralExpression), ...descendants(root, Node.isArrayLiteralExpression)].map((node) => node.getText()).filter((literal) => literal.length > 2);
  const several = literals.filter((literal) => /\n\s*[}\]]$/.test(literal)).map((literal) => /,\s*[}\]]$/.test(literal));
  const single = literals.filter((literal) => literal.startsWith('{') && !literal.includes('\n')).map((literal) => /^\{\s/.test(literal));
  return {
    quote: mostly(quotes.map((quote) => quote === '"'), false) ? '"' : "'",
    semicolons: mostly(ended, true),
    indent: indentIn(root, text),
    newline: /\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n',
    trailingComma: mostly(several, false),
    spacedBraces: mostly(single, true),
  };
}

function mostly(votes: readonly boolean[], otherwise: boolean): boolean {
  const yes = votes.filter(Boolean).length;
  return yes * 2 === votes.length ? otherwise : yes * 2 > votes.length;
}

/** By how much what stands in a block is indented more than the line that opens it. */
function indentIn(root: SourceFile, text: string): string {
  const counts = new Map<string, number>();
  for (const node of [...descendants(root, Node.isBlock), ...descendants(root, Node.isObjectLiteralExpression)]) {
    const first = Node.isBlock(node) ? node.getStatements()[0] : Node.isObjectLiteralExpression(node) ? node.getProperties()[0] : undefined;
    if (first === undefined) continue;
    const [outer, inner] = [indentAt(text, node.getStart()), indentAt(text, first.getStart())];
    if (inner.length > outer.length && inner.startsWith(outer)) counts.set(inner.slice(outer.length), (counts.get(inner.slice(outer.length)) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '  ';
}

/** The blanks and tabs that the line of an offset starts with. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))![0];
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the comments begin that stand on lines of their own right above a node, without an empty line between. */
export function withCommentsAbove(node: Node): number {
  const text = node.getSourceFile().getFullText();
  let start = node.getStart();
  for (const comment of node.getLeadingCommentRanges().reverse()) {
    const isOwnLine = text.slice(lineStart(text, comment.getPos()), comment.getPos()).trim() === '';
    if (!isOwnLine || !/^[ \t]*(?:\r?\n)?[ \t]*$/.test(text.slice(comment.getEnd(), start)) || text.startsWith('#!', comment.getPos())) break;
    start = comment.getPos();
  }
  return start;
}
