import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import { dropImports } from './imports.js';
import { lineOf } from './lines.js';
import { takeOut } from './taking-out.js';

/** django-cors-headers as settings name it: its application, and its middleware. */
const NAMED = /^(?:corsheaders(?:\.apps\.\w+)?|corsheaders\.middleware\.CorsMiddleware)$/;

/**
 * A settings module without django-cors-headers: its settings, its application and its middleware.
 * @returns undefined where these are put into their lists by code
 */
export function corsHeadersRemoved(module: PythonModule): readonly TextEdit[] | undefined {
  const settings = module.root.descendantsOfType('assignment').filter((node) => /^CORS_[A-Z_]+$/.test(node.childForFieldName('left')?.text ?? '')).flatMap(({ parent }) => (parent?.type === 'expression_statement' ? [parent] : []));
  const names = module.root.descendantsOfType('string').filter(({ text }) => NAMED.test(text.slice(1, -1)));
  if (names.some(({ parent }) => parent === null || !/^(?:list|tuple)$/.test(parent.type)) || /\bCORS_[A-Z_]+\s*(?:\+=|\.\w+\()/.test(module.source.text)) return undefined;
  // `INSTALLED_APPS += ["corsheaders"]` says nothing else.
  const lists = [...new Map(names.flatMap(({ parent }) => (parent === null ? [] : [[parent.id, parent] as const]))).values()];
  const added = lists.filter((list) => list.parent?.type === 'augmented_assignment' && list.namedChildren.every(({ id, type }) => type === 'comment' || names.some((name) => name.id === id)));
  const items = names.filter(({ parent }) => !added.some(({ id }) => id === parent?.id));
  const statements = withConditions(module, [...settings, ...added.flatMap(({ parent }) => parent?.parent ?? [])]);
  const gone = statements.map(({ startIndex, endIndex }) => ({ file: module.file, start: startIndex, end: endIndex }));
  return [...takeOut(module, { gone: statements, freed: [] }), ...items.map((name) => withoutItem(module, name)), ...dropImports(module, gone)];
}

/** An `if` that decides nothing else goes in the place of what stands in its branches. */
function withConditions({ root }: PythonModule, gone: readonly SyntaxNode[]): readonly SyntaxNode[] {
  const isGone = (node: SyntaxNode): boolean => gone.some(({ id }) => id === node.id);
  const isIdle = (node: SyntaxNode): boolean => node.type === 'if_statement' && node.descendantsOfType('block').every((block) => block.namedChildren.every((one) => one.type === 'comment' || isGone(one) || isIdle(one)));
  const idle = root.descendantsOfType('if_statement').filter(isIdle);
  const isWithin = (node: SyntaxNode): boolean => idle.some((outer) => outer.id !== node.id && outer.startIndex <= node.startIndex && node.endIndex <= outer.endIndex);
  return [...gone, ...idle].filter((node) => !isWithin(node)).sort((a, b) => a.startIndex - b.startIndex);
}

/** An entry of a list with its line where it has one of its own, else with its comma. */
function withoutItem(module: PythonModule, item: SyntaxNode): TextEdit {
  const { text } = module.source;
  const line = lineOf(text, item.startIndex, item.endIndex);
  if (text.slice(line.start, item.startIndex).trim() === '' && /^[ \t]*,?[ \t]*(?:#[^\r\n]*)?\r?\n?$/.test(text.slice(item.endIndex, line.end))) return { file: module.file, ...line, text: '' };
  const [next, before] = [item.nextNamedSibling, item.previousNamedSibling];
  const [start, end] = next !== null ? [item.startIndex, next.startIndex] : [before?.endIndex ?? item.startIndex, item.endIndex];
  return { file: module.file, start, end, text: '' };
}
