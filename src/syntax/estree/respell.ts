import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { EstreeModule } from './module.js';
import { exactly, headerSiteAt, propertyAt, quoted, sameRange } from './header-sites.js';
import { isListed, wholeLines } from './statements.js';
import { bare, keyOf, type Node } from './tree.js';

/** A change of one literal, in words that readers share. */
export type LiteralChange =
  | { readonly kind: 'replace-pattern'; readonly at: Span; readonly source: string }
  | { readonly kind: 'replace-text'; readonly at: Span; readonly text: string }
  | { readonly kind: 'remove-entry' | 'remove-header' | 'fail-closed'; readonly at: Span }
  | { readonly kind: 'compare-whole'; readonly at: Span; readonly origin: string; readonly subdomains?: string }
  | { readonly kind: 'split-text'; readonly at: Span; readonly texts: readonly string[] };

/** Spells a change of a literal, an array element or a property; undefined where there is no such thing to edit. */
export function editLiteral(module: EstreeModule, change: LiteralChange): TextEdit | undefined {
  switch (change.kind) {
    case 'replace-pattern':
      return respellPattern(module, change.at, change.source);
    case 'replace-text':
      return respell(module, change.at, change.text);
    case 'fail-closed':
      // The empty text names no origin, and what is split from it neither.
      return respell(module, change.at, '') ?? (isNull(module, exactly(module, change.at)) ? { ...change.at, text: quoted(module, '') } : undefined);
    case 'compare-whole':
      return compareWhole(module, change.at, change.origin, change.subdomains);
    case 'split-text':
      return splitText(module, change.at, change.texts);
    case 'remove-entry':
      return removeElement(module, change.at);
    case 'remove-header':
      return removeProperty(module, change.at) ?? removeStatement(module, change.at);
  }
}

/** Writes another text into the string literal at `span`, in its own quotes, or another number in place of one; undefined when there is neither. */
export function respell(module: EstreeModule, span: Span, text: string): TextEdit | undefined {
  const node = exactly(module, span);
  if (node !== undefined && isNumber(node) && /^-?\d+$/.test(text)) return { ...span, text };
  const spelled = spelling(module, node);
  return spelled === undefined ? undefined : { ...span, text: spelled(text) };
}

/** A number, or one that is worked out of numbers: `60 * 60 * 24`. */
function isNumber(node: Node): boolean {
  if (node.type === 'BinaryExpression') return isNumber(bare(node.left)) && isNumber(bare(node.right));
  return node.type === 'UnaryExpression' ? isNumber(bare(node.argument)) : node.type === 'Literal' && typeof node.value === 'number';
}

/** `true` in the place of the text at `span`. */
export function switchOn(module: EstreeModule, span: Span): TextEdit | undefined {
  return spelling(module, exactly(module, span)) === undefined ? undefined : { ...span, text: 'true' };
}

/** How a text is written in the quotes of a literal; undefined for anything else. */
export function spelling(module: EstreeModule, node: Node | undefined): ((text: string) => string) | undefined {
  const isText = (node?.type === 'Literal' && typeof node.value === 'string') || (node?.type === 'TemplateLiteral' && node.expressions.length === 0);
  if (node === undefined || !isText) return undefined;
  const quote = module.textOf(node).charAt(0);
  return (text) => quote + escaped(text, quote) + quote;
}

function escaped(text: string, quote: string): string {
  const body = text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replaceAll(quote, `\\${quote}`);
  return quote === '`' ? body.replace(/\$\{/g, '\\${') : body;
}

/** Writes another pattern into the regex literal, or the text of `new RegExp('…')`, at `span`. */
export function respellPattern(module: EstreeModule, span: Span, source: string): TextEdit | undefined {
  const node = exactly(module, span);
  if (node?.type !== 'Literal' || !('regex' in node)) return respell(module, span, source);
  const pattern = { file: span.file, start: span.start + 1, end: module.source.text.lastIndexOf('/', span.end - 1) };
  // In a literal a slash needs a backslash; one that has it keeps it.
  return { ...pattern, text: source.replace(/\\.|\//gs, (piece) => (piece === '/' ? '\\/' : piece)).replace(/\n/g, '\\n') };
}

/** `x.endsWith('example.com')` → `(x === 'https://example.com' || x.endsWith('.example.com'))`, in the quotes of the text. */
function compareWhole(module: EstreeModule, span: Span, origin: string, subdomains: string | undefined): TextEdit | undefined {
  const literal = exactly(module, span);
  const call = literal === undefined ? undefined : module.parentOf(literal);
  if (literal === undefined || call?.type !== 'CallExpression' || call.arguments[0] !== literal || call.callee.type !== 'MemberExpression') return undefined;
  const method = keyOf(call.callee.property, call.callee.computed);
  if (method !== 'startsWith' && method !== 'endsWith' && method !== 'includes' && method !== 'indexOf') return undefined;
  const test = method === 'indexOf' ? module.parentOf(call) : call;
  // `indexOf(…) !== -1` and its like; a bare number means something else.
  if (test === undefined || (method === 'indexOf' && (test.type !== 'BinaryExpression' || test.left !== call || !/^(!==?-1|>-1|>=0)$/.test(test.operator + module.textOf(test.right))))) return undefined;
  const text = spelling(module, literal);
  if (text === undefined) return undefined;
  const subject = module.textOf(call.callee.object);
  const same = `${subject} === ${text(origin)}`;
  if (subdomains === undefined) return { ...module.spanOf(test), text: same };
  const either = `${same} || ${subject}${call.callee.optional ? '?' : ''}.endsWith(${text(subdomains)})`;
  const isWhole = /^(?:IfStatement|VariableDeclarator|ReturnStatement)$/.test(module.parentOf(test)?.type ?? '');
  return { ...module.spanOf(test), text: isWhole ? either : `(${either})` };
}

/**
 * Writes other code in place of the literal at `span`, where it is what an option or an argument falls back to: nothing but
 * `||`, `??` and choices stand between. Undefined where something else is done with it first.
 */
export function replaceFallback(module: EstreeModule, span: Span, code: string): TextEdit | undefined {
  let node = exactly(module, span);
  if (node?.type !== 'Literal') return undefined;
  for (;;) {
    const outer: Node | undefined = module.parentOf(node);
    if (outer === undefined) return undefined;
    if (bare(outer) !== outer || outer.type === 'LogicalExpression' || (outer.type === 'ConditionalExpression' && outer.test !== node)) node = outer;
    else return outer.type === 'Property' || (outer.type === 'CallExpression' && outer.callee !== node) ? { ...span, text: code } : undefined;
  }
}

/** A text that holds several, as a list of them. */
function splitText(module: EstreeModule, span: Span, texts: readonly string[]): TextEdit | undefined {
  const spelled = spelling(module, exactly(module, span));
  return spelled === undefined ? undefined : { ...span, text: `[${texts.map(spelled).join(', ')}]` };
}

function isNull(module: EstreeModule, node: Node | undefined): boolean {
  return node?.type === 'Literal' && module.textOf(node) === 'null';
}

/** Takes the array element at `span` out, or the one that only makes a text of it, with one comma and the blanks beside it. */
export function removeElement(module: EstreeModule, span: Span): TextEdit | undefined {
  const node = textMadeOf(module, exactly(module, span));
  const list = node === undefined ? undefined : module.parentOf(node);
  if (node === undefined || list?.type !== 'ArrayExpression') return undefined;
  return withoutItem(module, list.elements.flatMap((element) => element ?? []), node);
}

/** `String(x)`, `${x}` or `'' + x` around a node, else the node. */
function textMadeOf(module: EstreeModule, node: Node | undefined): Node | undefined {
  const outer = node === undefined ? undefined : module.parentOf(node);
  if (node === undefined || outer === undefined) return node;
  const isCall = outer.type === 'CallExpression' && outer.arguments.length === 1 && outer.arguments[0] === node && module.textOf(outer.callee) === 'String';
  const isTemplate = outer.type === 'TemplateLiteral' && outer.expressions.length === 1 && outer.quasis.every(({ value }) => value.raw === '');
  const isSum = outer.type === 'BinaryExpression' && outer.operator === '+' && [outer.left, outer.right].some((side) => side !== node && /^(?:''|"")$/.test(module.textOf(side)));
  return isCall || isTemplate || isSum ? outer : node;
}

/** Takes the property at `span` out of its object literal, with its comma. */
export function removeProperty(module: EstreeModule, span: Span): TextEdit | undefined {
  const node = propertyAt(module, span);
  const object = node === undefined ? undefined : module.parentOf(node);
  if (node === undefined || object?.type !== 'ObjectExpression') return undefined;
  return withoutItem(module, object.properties, node);
}

/**
 * Takes out what writes a header at `span`: the statement that is nothing but that, with its line where it stands alone, or
 * the link of a chain of calls (`res.status(200).set(…).json(…)`).
 */
function removeStatement(module: EstreeModule, span: Span): TextEdit | undefined {
  const node = headerSiteAt(module, span)?.node ?? exactly(module, span);
  if (node === undefined) return undefined;
  const before = node.type === 'CallExpression' && node.callee.type === 'MemberExpression' ? node.callee.object : undefined;
  const outer = module.parentOf(node);
  const isLink = before?.type === 'CallExpression' || (outer?.type === 'MemberExpression' && outer.object === node);
  if (before !== undefined && isLink) return { file: span.file, start: module.spanOf(before).end, end: span.end, text: '' };
  if (outer?.type !== 'ExpressionStatement' || !isListed(module, outer)) return undefined;
  const { file, start, end } = wholeLines(module, outer);
  return { file, start, end, text: '' };
}

function withoutItem(module: EstreeModule, items: readonly Node[], node: Node): TextEdit | undefined {
  const { text } = module.source;
  const index = items.indexOf(node);
  const { file, start, end } = module.spanOf(node);
  const previous = items[index - 1];
  const next = items[index + 1];
  const edit = next !== undefined ? { file, start, end: module.spanOf(next).start } : previous !== undefined ? { file, start: module.spanOf(previous).end, end } : alone(text, { file, start, end });
  // A comment in between belongs to somebody: leave the text alone.
  const between = text.slice(edit.start, start) + text.slice(end, edit.end);
  return /^[\s,]*$/.test(between) ? { ...edit, text: '' } : undefined;
}

/** The only item with the blanks around it, up to the brackets. */
function alone(text: string, { file, start, end }: Span): Span {
  const before = /[{[]\s*$/.exec(text.slice(0, start))?.[0].length ?? 1;
  const after = /^[\s,]*[}\]]/.exec(text.slice(end))?.[0].length ?? 1;
  return { file, start: start - before + 1, end: end + after - 1 };
}

/**
 * Adds a statement on a line of its own, with the indentation of its neighbour: before the outermost choice or loop
 * that holds `span` within its function, so that it runs either way; else after the statement at `span`, or before it
 * where it sends the response. Undefined where no statement of a block holds the span.
 */
export function insertStatement(module: EstreeModule, span: Span, statement: (receiver: string) => string): TextEdit | undefined {
  const around = module.nodesAround(span);
  const inner = around.slice(around.findLastIndex((node) => /Function/.test(node.type)) + 1);
  const holder = inner.findLast((node) => /Statement$|Declaration$/.test(node.type));
  const choice = inner.find((node) => /^(If|Switch|Try|For|ForOf|ForIn|While|DoWhile)Statement$/.test(node.type));
  if (holder?.type !== 'ExpressionStatement') return undefined;
  const anchor = choice ?? holder;
  const block = module.parentOf(anchor);
  const receiver = receiverOf(holder.expression);
  if ((block?.type !== 'BlockStatement' && block?.type !== 'Program') || receiver === undefined) return undefined;
  const { text } = module.source;
  const { file, start, end } = module.spanOf(anchor);
  if (choice !== undefined && !isKnownBefore(module, receiver, start)) return undefined;
  const indentation = /[\t ]*$/.exec(text.slice(0, start))![0];
  const ownLine = /^$|[\r\n]$/.test(text.slice(0, start - indentation.length));
  const semicolon = text.charAt(module.spanOf(holder).end - 1) === ';' ? ';' : '';
  const separator = ownLine ? module.source.lineEnding + indentation : semicolon === '' ? '; ' : ' ';
  const added = statement(receiver.name) + semicolon;
  const before = choice !== undefined || sends(holder.expression);
  if (before) return { file, start, end: start, text: added + separator };
  // A comment behind the statement, on its line, is about it.
  const behind = end + (ownLine ? (/^[\t ]*(?:\/\/.*|\/\*.*\*\/[\t ]*(?=[\r\n]|$))/.exec(text.slice(end))?.[0].length ?? 0) : 0);
  return { file, start: behind, end: behind, text: separator + added };
}

/** Is the name a parameter, declared before this place, or a global? */
function isKnownBefore(module: EstreeModule, name: Node, offset: number): boolean {
  const variable = module.scopes.variableOf(name);
  const declared = variable?.identifiers[0];
  return variable === undefined || (declared !== undefined && module.spanOf(declared as Node).start < offset);
}

const SENDING = /^(writeHead|end|send|json|jsonp|sendStatus|redirect|render|sendFile|download)$/;

function sends(node: Node): boolean {
  if (node.type === 'CallExpression') return sends(node.callee);
  return node.type === 'MemberExpression' && (SENDING.test(keyOf(node.property, node.computed) ?? '') || sends(node.object));
}

/** The name that a chain of calls or the target of an assignment begins with: `res` of `res.status(200).set(…)`. */
function receiverOf(node: Node): (Node & { type: 'Identifier' }) | undefined {
  if (node.type === 'Identifier') return node;
  if (node.type === 'AssignmentExpression') return receiverOf(node.left);
  if (node.type === 'CallExpression') return receiverOf(node.callee);
  return node.type === 'MemberExpression' ? receiverOf(node.object) : undefined;
}

/** The call that stands at a span. */
export function callAt(module: EstreeModule, span: Span): (Node & { type: 'CallExpression' }) | undefined {
  return module.nodesAround(span).findLast((node): node is Node & { type: 'CallExpression' } => node.type === 'CallExpression' && sameRange(module, node, span));
}
