import { Node, Project, ts, type SourceFile, type Statement } from 'ts-morph';
import { applyEdits, type TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { importOf, type Wanted } from './imports.js';
import { namesOf, nodesIn } from './nodes.js';
import { indentAt, lineStart, styleOf, withCommentsAbove, type Style } from './style.js';
import { unready } from './unready.js';

/**
 * One JavaScript or TypeScript file that is rewritten. The tree is that of the text as it was; edits are kept beside it and
 * done in the end, so that everything between them stays as it is to the byte. Spans are those of the engine: offsets into
 * the text with its byte order mark, which the tree does not have.
 */
export class Script {
  readonly root: SourceFile;
  readonly #mark: string;
  readonly #edits: TextEdit[] = [];
  /** Those edits that import something. */
  readonly #imports = new Set<TextEdit>();
  readonly #bound = new Map<string, string>();
  #style: Style | undefined;

  private constructor(
    readonly path: string,
    private readonly text: string,
  ) {
    this.#mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
    const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true, skipFileDependencyResolution: true, compilerOptions: { allowJs: true, noLib: true, noResolve: true, jsx: ts.JsxEmit.Preserve } });
    this.root = project.createSourceFile(`/${path}`, text.slice(this.#mark.length));
  }

  /** @param path tells the language by its ending */
  static open(path: string, text: string): Script {
    return new Script(path, text);
  }

  get style(): Style {
    return (this.#style ??= styleOf(this.root));
  }

  get isTypeScript(): boolean {
    return /\.[cm]?tsx?$/.test(this.path);
  }

  /** The innermost node that stands at exactly this span, comments in front of it not counted. */
  nodeAt(span: Pick<Span, 'start' | 'end'>): Node | undefined {
    const node = this.nodeAround(span);
    const { start, end } = this.spanOf(node);
    return start === span.start && end === span.end ? node : undefined;
  }

  /** The innermost node that contains a span. */
  nodeAround(span: Pick<Span, 'start' | 'end'>): Node {
    const [start, end] = [span.start - this.#mark.length, span.end - this.#mark.length];
    return nodesIn(this.root).findLast((node) => node.getPos() <= start && node.getEnd() >= end && node.getStart() <= start) ?? this.root;
  }

  spanOf(node: Node): Span {
    return { file: this.path, start: node.getStart() + this.#mark.length, end: node.getEnd() + this.#mark.length };
  }

  /** The blanks and tabs that the line of a node starts with. */
  indentOf(node: Node): string {
    return indentAt(this.root.getFullText(), node.getStart());
  }

  /** The comments that stand right above a node and behind it on its last line, each as it is written. */
  commentsOf(node: Node): readonly string[] {
    const text = this.root.getFullText();
    const lines = (part: string): readonly string[] => part.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
    const behind = /^[ \t]*,?[ \t]*(\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/(?=[ \t]*(?:\r?\n|$)))/.exec(text.slice(node.getEnd()))?.[1] ?? '';
    return [...lines(text.slice(withCommentsAbove(node), node.getStart())), ...lines(behind)];
  }

  /** 1-based line of a node. */
  lineOf(node: Node): number {
    return this.root.getLineAndColumnAtPos(node.getStart()).line;
  }

  /** How many characters of its line stand in front of a node, the indentation not counted. */
  before(node: Node): number {
    return node.getStart() - lineStart(this.root.getFullText(), node.getStart()) - this.indentOf(node).length;
  }

  replace(node: Node, text: string): void {
    this.#edit(node.getStart(), node.getEnd(), text);
  }

  /** Replaces what stands from one node to the end of another. */
  replaceBetween(first: Node, last: Node, text: string): void {
    this.#edit(first.getStart(), last.getEnd(), text);
  }

  /** Takes over an edit that a reader spelled. */
  take({ start, end, text }: TextEdit): void {
    this.#edit(start - this.#mark.length, end - this.#mark.length, text);
  }

  /** Puts a text right in front of a node: `a, ` in front of an argument. */
  insertBefore(node: Node, text: string): void {
    this.#edit(node.getStart(), node.getStart(), text);
  }

  /** Puts a text right behind a node. */
  insertAfter(node: Node, text: string): void {
    this.#edit(node.getEnd(), node.getEnd(), text);
  }

  /**
   * Puts lines in front of a statement, behind the comments that stand above it or (`above-comments`) in front of those
   * that stand right above it. Every line is indented as the statement is; the first, and those after a newline.
   */
  insertStatementBefore(statement: Node, text: string, where: 'below-comments' | 'above-comments' = 'above-comments'): void {
    const indent = this.indentOf(statement);
    const offset = where === 'below-comments' ? statement.getStart() : withCommentsAbove(statement);
    this.#edit(offset, offset, `${text}${this.style.newline}${indent}`);
  }

  /** Puts lines behind the line on which a statement ends. */
  insertStatementAfter(statement: Node, text: string): void {
    const end = this.#withCommentBehind(statement);
    this.#edit(end, end, `${this.style.newline}${this.indentOf(statement)}${text}`);
  }

  /**
   * Removes statements with their lines, the comments right above them and behind them on their last line. Of the empty
   * lines around them one is left.
   */
  removeStatements(first: Node, last: Node = first): void {
    const text = this.root.getFullText();
    let start = withCommentsAbove(first);
    let end = this.#withCommentBehind(last);
    const own = text.slice(lineStart(text, start), start).trim() === '' && /^[ \t]*(?:\r?\n|$)/.test(text.slice(end));
    if (own) {
      start = lineStart(text, start);
      end += /^[ \t]*(?:\r?\n)?/.exec(text.slice(end))![0].length;
      const [before, after] = [text.slice(0, this.#leftUpTo(start)), text.slice(end)];
      const empty = /^(?:[ \t]*\r?\n)+/.exec(after)?.[0] ?? '';
      // Two empty lines meet, or one stands now at the beginning or the end of what is around.
      if (empty !== '' && (before === '' || /\n[ \t]*\r?\n$/.test(before) || /[{[(]\s*$/.test(before))) end += empty.length;
      else if (/\n[ \t]*\r?\n$/.test(before) && (after === '' || /^[ \t]*[}\])]/.test(after))) start = before.replace(/(?:[ \t]*\r?\n)+$/, (lines) => /^[ \t]*\r?\n/.exec(lines)![0]).length;
    }
    this.#edit(start, end, '');
  }

  /** Removes properties from an object that keeps others, with the comments above them. */
  removeProperties(properties: readonly Node[]): void {
    const text = this.root.getFullText();
    for (const record of new Set(properties.map((one) => one.getParent()))) {
      if (!Node.isObjectLiteralExpression(record)) continue;
      const all = record.getProperties();
      const isGone = (index: number): boolean => properties.includes(all[index]!);
      all.forEach((first, index) => {
        if (!isGone(index) || (index > 0 && isGone(index - 1))) return;
        const next = all.findIndex((_one, later) => later > index && !isGone(later));
        const before = all[index - 1];
        if (next !== -1) this.#edit(withCommentsAbove(first), withCommentsAbove(all[next]!), '');
        else if (before !== undefined) this.#edit(/^\s*,[ \t]*\/[/*]/.test(text.slice(before.getEnd())) ? this.#endOfLine(before) : before.getEnd(), all.at(-1)!.getEnd(), '');
      });
    }
  }

  #endOfLine(node: Node): number {
    return node.getEnd() + /^[^\r\n]*/.exec(this.root.getFullText().slice(node.getEnd()))![0].length;
  }

  /** Where the text that stays ends in front of an offset up to which lines go already. */
  #leftUpTo(offset: number): number {
    const gone = this.#edits.find(({ start, end, text }) => end === offset && start < end && text === '');
    return gone === undefined ? offset : this.#leftUpTo(gone.start);
  }

  /**
   * The name under which the file has a package, which it imports if it does not yet: in the way in which it imports
   * the others, next to the one that is `like` it.
   */
  bind(wanted: Wanted): string {
    const key = JSON.stringify([wanted.from, wanted.member]);
    const known = this.#bound.get(key);
    if (known !== undefined) return known;
    const { name, edit } = importOf(this.root, wanted, this.style, this.path);
    if (edit !== undefined) {
      const inserted: TextEdit = { file: this.path, start: edit.offset, end: edit.offset, text: edit.text };
      this.#imports.add(inserted);
      this.#edits.push(inserted);
    }
    this.#bound.set(key, name);
    return name;
  }

  /** The first of some names that nothing in the file has. */
  freeName(...names: readonly string[]): string | undefined {
    return names.find((name) => namesOf(this.root, name).length === 0);
  }

  /** The text with all edits done. */
  result(): string {
    return this.#edits.length === 0 ? this.text : this.#mark + applyEdits(this.root.getFullText(), this.#edits);
  }

  /** Why what is written would fail as the file is loaded; undefined where nothing tells so. */
  unready(): string | undefined {
    return unready(this.root, this.#edits.filter((edit) => !this.#imports.has(edit)), () => Script.open(this.path, this.result()).root);
  }

  /** An edit within another one has nothing left to change, whichever of them came first; of two at one place the later counts. */
  #edit(start: number, end: number, text: string): void {
    const fresh: TextEdit = { file: this.path, start, end, text };
    const imports = text === '' ? this.#edits.filter((other) => this.#imports.has(other) && isWithin(other, fresh)) : [];
    if (imports.length > 0) return this.#keepImports(fresh, imports);
    if (this.#edits.some((other) => isWithin(fresh, other) && !isWithin(other, fresh))) return;
    const kept = this.#edits.filter((other) => !isWithin(other, fresh));
    this.#edits.splice(0, this.#edits.length, ...kept, fresh);
  }

  /** Imports that stand behind a line that goes take its place, with the empty line behind it. */
  #keepImports({ file, start, end }: TextEdit, imports: readonly TextEdit[]): void {
    const lines = imports.map(({ text }) => text.replace(/^\r?\n/, '') + this.style.newline).join('');
    const isLast = /\n[ \t]*\r?\n$/.test(this.root.getFullText().slice(start, end));
    const instead: TextEdit = { file, start, end, text: lines + (isLast ? this.style.newline : '') };
    this.#edits.splice(0, this.#edits.length, ...this.#edits.filter((other) => !isWithin(other, instead)), instead);
    this.#imports.add(instead);
  }

  #withCommentBehind(node: Node): number {
    const text = this.root.getFullText();
    return node.getEnd() + (/^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/(?=[ \t]*(?:\r?\n|$)))/.exec(text.slice(node.getEnd()))?.[0].length ?? 0);
  }
}

/** What is inserted at the edge of what is replaced stays. */
function isWithin(inner: TextEdit, outer: TextEdit): boolean {
  if (inner.start === inner.end) return outer.start < inner.start && inner.end < outer.end;
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** The statement around a node that stands in a block or at the top of the file. */
export function statementOf(node: Node): Statement | undefined {
  return node.getFirstAncestor((one): one is Statement => Node.isStatement(one) && (Node.isBlock(one.getParent()) || Node.isSourceFile(one.getParent()) || Node.isCaseClause(one.getParent()) || Node.isDefaultClause(one.getParent()))) ?? (Node.isStatement(node) ? node : undefined);
}
