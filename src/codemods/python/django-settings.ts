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
  const gone = settings.map(({ startIndex, endIndex }) => ({ file: module.file, start: startIndex, end: endIndex }));
  return [...takeOut(module, { gone: settings, freed: [] }), ...names.map((name) => withoutItem(module, name)), ...dropImports(module, gone)];
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
