/** Lists of origins of a file, rewritten so that a variable of the environment replaces them. */
import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import { namesCors } from './cors-code.js';
import { behindHead, below, endOfLine, importsAdded } from './head.js';
import { lineOf } from './lines.js';
import { functionsAround, type OriginList } from './origin-lists.js';
import { readingIn, readingWritten, type Reading, type Wanted } from './origins-reading.js';
import { fieldAdded, settingsIn } from './settings-field.js';
import { styleOf } from './style.js';

export interface ReadFromVariable {
  readonly edits: readonly TextEdit[];
  readonly notes: readonly string[];
}

/**
 * Each list reads the variable where it stands; where several say the same, a constant does that they all name.
 * @returns a text where there is no way
 */
export function readFromVariable(module: PythonModule, lists: readonly OriginList[], wanted: Wanted): ReadFromVariable | string {
  const first = lists[0]!.node.startIndex;
  const same = lists.length > 1 && lists.every(({ origins }) => [...origins].sort().join() === [...lists[0]!.origins].sort().join());
  const isPlain = lists.every(({ node }) => isLiteral(node));
  const settings = isPlain && (lists.length === 1 || same) ? settingsIn(module, statementAt(module, lists[0]!.node).startIndex) : undefined;
  const notes = lists.flatMap((list) => askedElsewhere(module, list, wanted.env));
  if (settings !== undefined) {
    const field = fieldAdded(settings, (indent) => movedList(module, lists[0]!.node, indent), wanted);
    if (typeof field === 'string') return field;
    return { edits: [...lists.map(({ node }) => replaced(module, node, field.expression)), ...field.edits], notes: [...notes, `${wanted.env} holds a list in JSON, as pydantic-settings reads lists: ["https://app.example.com"]`] };
  }
  const late = lists.flatMap(({ node }) => loadedAfter(module, node) ?? [])[0];
  if (late !== undefined) return `variables of the environment are loaded from a file in line ${late}, after the list would have read one`;
  const reading = readingIn(module, first);
  const written = readingWritten(module, reading, wanted);
  if (typeof written === 'string') return written;
  const imports = importsAdded(module, written.imports);
  if (!same) {
    const sites = lists.map(({ node }) => {
      const { text, start } = lineBefore(module, node);
      const indent = /^[ \t]*/.exec(text)![0];
      return replaced(module, node, written.expression(listText(node), flatTexts(node), indent, module.source.text.slice(start + indent.length, node.startIndex)));
    });
    return { edits: [...imports, ...(written.helper === '' ? [] : [behindHead(module, written.helper)]), ...sites], notes };
  }
  if (!isPlain) return 'several lists say the same by names: a constant ahead of them may not know these';
  const name = CONSTANTS.find((one) => !new RegExp(`\\b${one}\\b`).test(module.source.text));
  if (name === undefined) return `the names ${CONSTANTS.join(', ')} are taken`;
  const { node } = lists[0]!;
  const constant = `${name} = ${written.expression(movedList(module, node, ''), flatTexts(node), '', `${name} = `)}`;
  return { edits: [...imports, ...declared(module, constant, written.helper, reading, first), ...lists.map((list) => replaced(module, list.node, name))], notes };
}

const CONSTANTS = ['ALLOWED_ORIGINS', 'CORS_ALLOWED_ORIGINS', 'TRUSTED_ORIGINS'] as const;

/** The constant behind the function that it calls; further down where what it reads the environment with is made there. */
function declared(module: PythonModule, constant: string, helper: string, reading: Reading, before: number): readonly TextEdit[] {
  const { newline } = styleOf(module);
  const needed = module.root.namedChildren.findLast((statement) => statement.endIndex <= before && (LOADS.test(statement.text) || ('object' in reading && statement.type === 'expression_statement' && statement.text.startsWith(`${reading.object} =`))));
  if (needed === undefined) return [behindHead(module, helper === '' ? constant : [helper, '', '', constant].join(newline))];
  const at = endOfLine(module, needed);
  const rest = module.source.text.slice(at);
  const blank = below(rest, newline) === '' || rest.startsWith(`${newline}${newline}`) ? '' : newline;
  return [...(helper === '' ? [] : [behindHead(module, helper)]), { file: module.file, start: at, end: at, text: `${newline}${newline}${constant}${blank}` }];
}

/** Calls that load variables of the environment from a file (python-dotenv, django-environ, environs, envparse). */
const LOADS = /\b(?:load_dotenv|read_env|read_envfile|read_dotenv)\(/;

/** The line of a call that loads variables from a file, where the list is made before it or does not wait for it. */
function loadedAfter(module: PythonModule, node: SyntaxNode): number | undefined {
  if (functionsAround(node).length > 0) return undefined;
  const call = module.nodes('call').find((one) => LOADS.test(`${one.childForFieldName('function')?.text ?? ''}(`) && (one.startIndex > node.startIndex || functionsAround(one).length > 0));
  return call === undefined ? undefined : call.startPosition.row + 1;
}

/** The name of a list is asked for by something else than an option for origins: what that does comes from the variable, too. */
function askedElsewhere(module: PythonModule, { node, target }: OriginList, env: string): readonly string[] {
  if (node.parent?.type !== 'assignment' || node.parent.childForFieldName('left')?.type !== 'identifier') return [];
  const other = module.root.descendantsOfType('identifier').find((one) => one.text === target && (one.startIndex < node.parent!.startIndex || one.startIndex > node.endIndex) && !isOption(one) && !functionsAround(one).some((around) => namesCors(module, around)));
  return other === undefined ? [] : [`${target} is asked for in line ${other.startPosition.row + 1} of ${module.file} too: ${env} replaces it there as well`];
}

/** Is a name the name or the value of an argument, a pair or a setting for origins? */
function isOption({ parent, text }: SyntaxNode): boolean {
  if (parent?.type === 'keyword_argument') return parent.childForFieldName('name')?.text === text || /origins$/i.test(parent.childForFieldName('name')?.text ?? '');
  if (parent?.type === 'pair') return /origins["']$/i.test(parent.childForFieldName('key')?.text ?? '');
  return parent?.type === 'assignment' && (parent.childForFieldName('left')?.text === text || /CORS_ORIGINS["']\]$/.test(parent.childForFieldName('left')?.text ?? ''));
}

function statementAt(module: PythonModule, node: SyntaxNode): SyntaxNode {
  return module.root.namedChildren.find(({ startIndex, endIndex }) => startIndex <= node.startIndex && node.endIndex <= endIndex) ?? node;
}

function replaced(module: PythonModule, node: SyntaxNode, text: string): TextEdit {
  return { file: module.file, start: node.startIndex, end: node.endIndex, text };
}

function lineBefore({ source: { text } }: PythonModule, { startIndex }: SyntaxNode): { readonly text: string; readonly start: number } {
  const { start } = lineOf(text, startIndex);
  return { text: text.slice(start, startIndex), start };
}

/** A value as a list: one text is a list of it, and what commas alone make a tuple needs parentheses. */
function listText({ type, text }: SyntaxNode): string {
  if (type === 'string' || type === 'concatenated_string') return `[${text}]`;
  return type === 'expression_list' ? `(${text})` : text;
}

/** A list of nothing but texts, as it would be written below another indentation. */
function movedList(module: PythonModule, node: SyntaxNode, indent: string): string {
  const own = /^[ \t]*/.exec(lineBefore(module, node).text)![0];
  return listText(node).split('\n').map((line, index) => (index === 0 || !line.startsWith(own) ? line : `${indent}${line.slice(own.length)}`)).join('\n');
}

/** A text, or a list of nothing but texts. */
function isLiteral(node: SyntaxNode): boolean {
  const items = /^(?:list|tuple|set)$/.test(node.type) ? node.namedChildren.filter(({ type }) => type !== 'comment') : [node];
  return items.every(({ type, text }) => type === 'string' && !/^[bBfF]/.test(text));
}

/** What a list on one line holds, if it holds nothing but texts. */
function flatTexts(node: SyntaxNode): readonly string[] | undefined {
  if (!isLiteral(node) || /[\r\n]/.test(node.text)) return undefined;
  return node.descendantsOfType('string_content').map(({ text }) => text);
}
