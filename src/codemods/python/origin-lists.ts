/** Lists of origins that Python code writes out: where the whole list stands that an origin is of, and what it holds. */
import { classIn, type PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { Span } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import type { Value } from '../../values/value.js';
import { argumentsOf, namesCors } from './cors-code.js';

export interface OriginList {
  readonly kind: 'list';
  /** The whole value: a list, a text that stands for one, or what makes a list of several. */
  readonly node: SyntaxNode;
  readonly origins: readonly string[];
  /** What it is the value of: `allow_origins`, `CORS_ALLOWED_ORIGINS`. */
  readonly target: string;
  /** A name or a setting is given it, which may be given another one in its place: by a branch, by another module of settings. */
  readonly isAssigned: boolean;
}

export type OriginsFound =
  | OriginList
  /** The value of a variable of the environment that is not set, or of a settings class. */
  | { readonly kind: 'default' }
  /** `isOfList`: it is a list, and the reason is what it holds or where more is added. */
  | { readonly kind: 'none'; readonly why: string; readonly isOfList?: true };

/** The list that an origin at a place is of. */
export function listWith(module: PythonModule, at: Span): OriginsFound {
  const text = textAt(module, at);
  if (text === undefined) return none('what is let in is not written out as a text');
  return listOf(module, text);
}

/** The text at a place, with what is joined to it. */
function textAt(module: PythonModule, at: Span): SyntaxNode | undefined {
  let node: SyntaxNode | null = module.root.descendantForIndex(at.start, Math.max(at.start, at.end - 1));
  while (node !== null && node.type !== 'string' && node.endIndex - node.startIndex <= at.end - at.start + 2) node = node.parent;
  for (; node !== null && /^(?:string_|interpolation|escape)/.test(node.type); node = node.parent);
  return node?.type === 'string' ? node : undefined;
}

function listOf(module: PythonModule, text: SyntaxNode): OriginsFound {
  const node = whole(text);
  const { parent } = node;
  const line = node.startPosition.row + 1;
  if (parent?.type === 'assignment' && isNamed(node) && !isOption(parent.childForFieldName('left')!.text)) return withName(module, node, parent.childForFieldName('left')!);
  const target = parent === null ? undefined : targetOf(node, parent);
  if (target === 'default' || (parent !== null && isSetting(module, parent))) return { kind: 'default' };
  if (parent?.type === 'augmented_assignment') return { ...none(`line ${line} adds to a list that stands elsewhere: both are let in, and a variable would replace one of them`), isOfList: true };
  if (target === undefined) return none(`the origins in line ${line} stand in an expression, and are no whole value of an option, a setting or a name`);
  if (functionsAround(node).some((definition) => namesCors(module, definition))) return none(`line ${line} is part of a function that writes headers of CORS itself: a list of the module, or options of a package, can be read from the environment`);
  const added = addedTo(module, node);
  if (added !== undefined) return none(`${target} is added to in line ${added}, and a variable would replace the rest alone`);
  const held = originsIn(module.valueOf(node));
  return typeof held === 'string' ? { ...none(held), isOfList: true } : { kind: 'list', node, origins: held, target, isAssigned: parent?.type === 'assignment' };
}

/** An expression as far as it is made of lists and texts alone. */
function whole(text: SyntaxNode): SyntaxNode {
  let node = text;
  for (let parent = node.parent; parent !== null; parent = node.parent) {
    if (parent.type === 'argument_list' && isMakingList(parent.parent)) node = parent.parent!;
    else if (isPart(parent, node)) node = parent;
    else if (parent.type === 'attribute' && parent.childForFieldName('attribute')?.text === 'split' && parent.parent?.type === 'call') node = parent.parent;
    else break;
  }
  return node;
}

function isPart(parent: SyntaxNode, node: SyntaxNode): boolean {
  if (parent.type === 'conditional_expression') return parent.namedChildren[1]?.id !== node.id;
  return /^(?:list|tuple|set|list_splat|expression_list|parenthesized_expression|concatenated_string)$/.test(parent.type) || (parent.type === 'binary_operator' && parent.childForFieldName('operator')?.text === '+');
}

function isMakingList(call: SyntaxNode | null): boolean {
  return call?.type === 'call' && /^(?:list|tuple|set|frozenset|sorted)$/.test(call.childForFieldName('function')?.text ?? '');
}

/** One text with a name, which may stand in lists: `FRONTEND_URL = "https://…"`. */
function isNamed(node: SyntaxNode): boolean {
  return (node.type === 'string' || node.type === 'concatenated_string') && node.parent?.childForFieldName('left')?.type === 'identifier';
}

/** Is a name that of Flask-CORS's own settings, which take one text too? */
function isOption(name: string): boolean {
  return /^CORS_ORIGINS$/.test(name);
}

/** The one list that names a text; the text itself may be asked for elsewhere as well. */
function withName(module: PythonModule, text: SyntaxNode, name: SyntaxNode): OriginsFound {
  const uses = module.root.descendantsOfType('identifier').filter((node) => node.text === name.text && node.id !== name.id && /^(?:list|tuple|set)$/.test(node.parent?.type ?? ''));
  const [only, ...others] = uses.map(whole);
  if (only === undefined || others.some((other) => other.id !== only.id)) return none(`${name.text} in line ${text.startPosition.row + 1} is one origin, and no one list names it`);
  return listOf(module, only);
}

/** What a value is given to; undefined where it is given to nothing that takes a list as its own. */
function targetOf(node: SyntaxNode, parent: SyntaxNode): string | undefined {
  if (parent.type === 'assignment') return parent.childForFieldName('right')?.id === node.id ? parent.childForFieldName('left')?.text : undefined;
  if (parent.type === 'keyword_argument') return parent.childForFieldName('name')?.text;
  if (parent.type === 'pair') return parent.childForFieldName('value')?.id === node.id ? parent.childForFieldName('key')?.text.replace(/^["']|["']$/g, '') : undefined;
  if (parent.type === 'return_statement') return functionsAround(parent).map((definition) => `${definition.childForFieldName('name')?.text ?? ''}()`)[0];
  const call = parent.type === 'argument_list' ? parent.parent : null;
  if (call === null || argumentsOf(call)[1]?.id !== node.id) return undefined;
  const callee = call.childForFieldName('function')?.text ?? '';
  if (/(?:^|\.)(?:getenv|environ\.get)$/.test(callee) || /^(?:env|config)(?:\.\w+)?$/.test(callee)) return 'default';
  return callee.endsWith('.setdefault') ? argumentsOf(call)[0]?.text.replace(/^["']|["']$/g, '') : undefined;
}

/** The line in which a list with a name gets more. */
function addedTo(module: PythonModule, node: SyntaxNode): number | undefined {
  const name = node.parent?.type === 'assignment' ? node.parent.childForFieldName('left') : undefined;
  if (name?.type !== 'identifier') return undefined;
  const more = module.root.descendantsOfType(['augmented_assignment', 'call']).find((one) => (one.type === 'call' ? new RegExp(`^${name.text}\\.(?:append|extend|insert|add|update)$`).test(one.childForFieldName('function')?.text ?? '') : one.childForFieldName('left')?.text === name.text));
  return more === undefined ? undefined : more.startPosition.row + 1;
}

/** Functions that a node stands in, the innermost first. */
export function functionsAround(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let around = node.parent; around !== null; around = around.parent) if (around.type === 'function_definition') found.push(around);
  return found;
}

/** A field of a class that the environment fills (pydantic's `BaseSettings`). */
function isSetting(module: PythonModule, assignment: SyntaxNode): boolean {
  const around = assignment.parent?.parent?.parent;
  return assignment.type === 'assignment' && around?.type === 'class_definition' && classIn(module, around).fromEnvironment;
}

/** Texts of a list, or of each of those that it may be; why they are not known. */
function originsIn(value: Value): readonly string[] | string {
  const found: string[] = [];
  for (const { value: one } of casesOfValue(value)) {
    if (one.kind === 'string') found.push(one.value);
    else if (one.kind === 'list' && one.rest === undefined) {
      for (const item of one.items) {
        const held = item.kind === 'list' ? 'a list stands in the list' : originsIn(item);
        if (typeof held === 'string') return held;
        found.push(...held);
      }
    } else return whyUnknown(one.kind === 'list' ? one.rest! : one);
  }
  return found;
}

function whyUnknown(value: Value): string {
  if (value.kind === 'env') return `a part of the list is read from ${value.name} already`;
  if (value.kind === 'regex') return `the list has a pattern, ${value.source}: a variable names origins alone`;
  return value.kind === 'unknown' && value.detail !== '' ? `what the list holds is not all in the text: it depends on ${value.detail}` : 'what the list holds is not all in the text';
}

function none(why: string): OriginsFound & { readonly kind: 'none' } {
  return { kind: 'none', why };
}
