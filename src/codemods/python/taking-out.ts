/** Edits that take code out of a file with its lines, its own comments and the empty lines that belonged to it. */
import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import { textsWith, type Files } from '../../text/files.js';
import type { TextEdit } from '../../text/edit.js';
import { contains, holdsCors, namesCors, statementsOf, type Pruned } from './cors-code.js';
import { lineOf, withBlankLines } from './lines.js';

/** Whole new texts of the files that edits are in: what stood last and goes leaves no empty lines at the end. Undefined where edits do not fit together. */
export function textsWithout(files: Files, edits: readonly TextEdit[]): ReadonlyMap<string, string> | undefined {
  const texts = textsWith(files, edits);
  const trailing = /(?<=^|\n)(?:[ \t]*\r?\n)+$/;
  return texts === undefined ? undefined : new Map([...texts].map(([file, text]) => [file, trailing.test(files.read(file) ?? '') ? text : text.replace(trailing, '')]));
}

/** A statement of a module or a class, with its decorators, the comments right above it and the empty lines behind. */
export function removeDefinition(module: PythonModule, definition: SyntaxNode): TextEdit {
  const { text } = module.source;
  const whole = wholeOf(definition);
  let { start } = lineOf(text, whole.startIndex);
  for (let before = whole.previousNamedSibling; before?.type === 'comment' && before.endPosition.row === text.slice(0, start).split('\n').length - 2 && before.startPosition.column === whole.startPosition.column; before = before.previousNamedSibling) start = lineOf(text, before.startIndex).start;
  const { end } = withBlankLines(text, { start, end: lineOf(text, whole.startIndex, whole.endIndex).end });
  return { file: module.file, start, end, text: '' };
}

/** A definition with its decorators. */
export function wholeOf(definition: SyntaxNode): SyntaxNode {
  return definition.parent?.type === 'decorated_definition' ? definition.parent : definition;
}

/** What goes of a function of which something stays. */
export function takeOut(module: PythonModule, { gone, freed, chained = [], unwrapped = [] }: Pick<Pruned, 'gone' | 'freed'> & Partial<Pick<Pruned, 'chained' | 'unwrapped'>>): readonly TextEdit[] {
  const inFreed = (node: SyntaxNode): boolean => freed.some(({ statement, body }) => contains(statement, node) && !contains(body, node));
  const kept = gone.filter((node) => !inFreed(node) && node.type !== 'block');
  // What moves out of an else-branch is written as a whole.
  const nested = freed.flatMap(({ statement, body }) => ({ file: module.file, start: statement.startIndex, end: statement.endIndex, text: movedOut(module, statement, body, kept) }));
  const single = kept.filter((node) => !freed.some(({ statement }) => contains(statement, node)));
  const turned = chained.map(({ statement, clause }) => ({ file: module.file, start: statement.startIndex, end: clause.startIndex + 'el'.length, text: '' }));
  const handed = unwrapped.flatMap(({ call, response }) => [{ file: module.file, start: call.startIndex, end: response.startIndex, text: '' }, { file: module.file, start: response.endIndex, end: call.endIndex, text: '' }]);
  return [...nested, ...turned, ...handed, ...runsOf(single).flatMap((run) => removal(module, run))];
}

/** Statements right behind each other, with nothing but comments between them. */
function runsOf(nodes: readonly SyntaxNode[]): readonly (readonly SyntaxNode[])[] {
  const runs: SyntaxNode[][] = [];
  for (const node of nodes) {
    const last = runs.at(-1)?.at(-1);
    let before = node.previousNamedSibling;
    while (before?.type === 'comment') before = before.previousNamedSibling;
    if (last !== undefined && before?.id === last.id && !isItem(node)) runs.at(-1)!.push(node);
    else runs.push([node]);
  }
  return runs;
}

function removal(module: PythonModule, run: readonly SyntaxNode[]): TextEdit {
  const { text } = module.source;
  const { file } = module;
  const [first, last] = [run[0]!, run.at(-1)!];
  if (isItem(first)) return withoutArgument(module, first);
  const around = first.parent;
  const all = around === null ? [] : statementsOf(around);
  if (all.every((one) => run.some(({ id }) => id === one.id))) return { file, start: first.startIndex, end: last.endIndex, text: 'pass' };
  let { start } = lineOf(text, first.startIndex);
  // A comment right above says what the first of them does; that of a block's first statement stands before the block.
  for (let before = first.previousNamedSibling ?? (around?.type === 'block' ? around.previousNamedSibling : null); before?.type === 'comment' && lineOf(text, before.startIndex).end === start && text.slice(lineOf(text, before.startIndex).start, before.startIndex).trim() === ''; before = before.previousNamedSibling) start = lineOf(text, before.startIndex).start;
  const { end } = lineOf(text, first.startIndex, last.endIndex);
  const above = all[0]?.id === first.id ? 0 : /(?:(?<=\n)[ \t]*\r?\n)*$/.exec(text.slice(0, start))![0].length;
  const below = withBlankLines(text, { start, end }).end;
  // Of the empty lines on both sides those above stay, so that what follows is as far away as before.
  const hasBelow = below > end && all.at(-1)?.id !== last.id;
  return { file, start: hasBelow ? start : start - above, end: hasBelow ? below : end, text: '' };
}

/** One of the arguments of a call, or of the values of a tuple. */
function isItem(node: SyntaxNode): boolean {
  return node.type === 'keyword_argument' || node.parent?.type === 'tuple' || node.parent?.type === 'expression_list';
}

function withoutArgument(module: PythonModule, argument: SyntaxNode): TextEdit {
  const { text } = module.source;
  const [next, before] = [argument.nextNamedSibling, argument.previousNamedSibling];
  const line = lineOf(text, argument.startIndex, argument.endIndex);
  if (text.slice(line.start, argument.startIndex).trim() === '' && /^,?[ \t]*\r?\n?$/.test(text.slice(argument.endIndex, line.end))) return { file: module.file, ...line, text: '' };
  if (before !== null) return { file: module.file, start: before.endIndex, end: argument.endIndex, text: '' };
  return { file: module.file, start: argument.startIndex, end: next?.startIndex ?? argument.endIndex, text: '' };
}

/** The statements of an else-branch without what goes, one level further out. */
function movedOut(module: PythonModule, statement: SyntaxNode, body: SyntaxNode, gone: readonly SyntaxNode[]): string {
  const { text } = module.source;
  const [outer, inner] = [statement, body].map(({ startPosition }) => startPosition.column);
  const edits = runsOf(gone.filter((node) => contains(body, node))).map((run) => removal(module, run));
  // Comments right below the `else:` are not part of what the parser takes for its body.
  const opens = body.parent === null ? body.startIndex : lineOf(text, body.parent.startIndex).end;
  let [moved, from] = ['', Math.min(opens, body.startIndex)];
  for (const { start, end, text: by } of edits) {
    moved += text.slice(from, Math.max(from, start)) + by;
    from = end;
  }
  moved += text.slice(from, Math.max(from, body.endIndex));
  return moved.trimEnd().split('\n').map((line, index) => (index === 0 ? line.trimStart() : line.slice(Math.min(inner! - outer!, /^[ \t]*/.exec(line)![0].length)))).join('\n');
}

/** Dictionaries and functions of the module that hold headers of CORS, where nothing asks for them any more, in this file or another of those. */
export function removeUnused(module: PythonModule, edits: readonly TextEdit[], files: Files, paths: readonly string[]): readonly TextEdit[] {
  const gone = [...edits];
  const removed: TextEdit[] = [];
  const isGone = (node: SyntaxNode): boolean => gone.some(({ file, start, end }) => file === module.file && start <= node.startIndex && node.endIndex <= end);
  const isUnused = (name: SyntaxNode, own: SyntaxNode): boolean => {
    const asking = module.root.descendantsOfType('identifier').filter(({ id, text }) => text === name.text && id !== name.id);
    return asking.length > 0 && asking.every((node) => isGone(node) || contains(own, node)) && !paths.some((path) => path !== module.file && path.endsWith('.py') && files.read(path)?.includes(name.text) === true);
  };
  // What is only asked for by another one of them goes after that one.
  for (let before = -1; before !== removed.length; ) {
    before = removed.length;
    for (const statement of module.root.namedChildren) {
      const name = nameOfUnused(module, statement);
      if (name === undefined || isGone(statement) || !isUnused(name, statement)) continue;
      const edit = removeDefinition(module, statement);
      removed.push(edit);
      gone.push(edit);
    }
  }
  return removed;
}

/** The name of a dictionary of headers, or of a function without decorators that writes some. */
function nameOfUnused(module: PythonModule, statement: SyntaxNode): SyntaxNode | undefined {
  if (statement.type === 'function_definition') return namesCors(module, statement) ? (statement.childForFieldName('name') ?? undefined) : undefined;
  const assignment = statement.type === 'expression_statement' ? statement.namedChildren[0] : undefined;
  const name = assignment?.type === 'assignment' ? assignment.childForFieldName('left') : null;
  // Files that say nothing of CORS are not looked at: what is called for it is asked for in those that do.
  return name?.type === 'identifier' && /cors/i.test(name.text) && holdsCors(assignment!.childForFieldName('right')) ? name : undefined;
}
