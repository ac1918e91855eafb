import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { exactly, headerSiteAt, propertyAt } from './header-sites.js';
import type { EstreeModule } from './module.js';
import { removeProperty } from './respell.js';
import { before, indentationOf, isKnownBefore, parameterNames, statementAround, wholeLines } from './statements.js';
import { bare, keyOf, type Node } from './tree.js';

/** Moves the statement that holds `span`, with comments on the lines above it, in front of the one of the same block that holds `anchor`. */
export function moveBefore(module: EstreeModule, span: Span, anchor: Span): readonly TextEdit[] | undefined {
  const moved = statementAround(module, span);
  const target = statementAround(module, anchor);
  if (moved?.type !== 'ExpressionStatement' || target === undefined || module.parentOf(moved) !== module.parentOf(target)) return undefined;
  const { text } = module.source;
  const lines = wholeLines(module, moved);
  const place = module.spanOf(target);
  if (!lines.alone || place.start >= lines.start || !isKnownBefore(module, moved, place.start)) return undefined;
  const comments = /(?:(?<=^|[\r\n])[\t ]*\/\/[^\r\n]*(?:\r\n|\n|\r))+$/.exec(text.slice(0, lines.start))?.[0].length ?? 0;
  const start = lines.start - comments;
  const targetLine = place.start - indentationOf(module, target).length;
  const piece = text.slice(start, lines.end);
  return [
    { file: span.file, start: targetLine, end: targetLine, text: /[\r\n]$/.test(piece) ? piece : piece + module.source.lineEnding },
    { file: span.file, start, end: lines.end, text: '' },
  ];
}

/**
 * Moves what writes headers at `spans` out of the choice that they stand in together, in front of it, so that it happens
 * either way. Entries of an object that a response is given (`writeHead(204, {…})`) become calls of `setHeader`.
 */
export function moveOut(module: EstreeModule, spans: readonly Span[]): readonly TextEdit[] | undefined {
  const choices = spans.map((span) => module.nodesAround(span).findLast((node) => node.type === 'IfStatement'));
  const [choice] = choices;
  if (choice?.type !== 'IfStatement' || choices.some((other) => other !== choice)) return undefined;
  const { start } = module.spanOf(choice);
  const edits: TextEdit[] = [];
  const statements: string[] = [];
  for (const span of spans) {
    const site = headerSiteAt(module, span);
    const statement = statementAround(module, span);
    if (site === undefined || statement === undefined || !isKnownBefore(module, site.node, start)) return undefined;
    const isWhole = statement.type === 'ExpressionStatement' && statement.expression === site.node;
    const response = isWhole ? undefined : responseOf(module, span);
    const removed = isWhole ? wholeLines(module, statement) : response === undefined || site.name === undefined || site.value === undefined ? undefined : removeProperty(module, span);
    if (removed === undefined) return undefined;
    edits.push({ file: span.file, start: removed.start, end: removed.end, text: '' });
    const end = module.source.text.charAt(module.spanOf(statement).end - 1) === ';' ? ';' : '';
    statements.push(isWhole ? module.source.text.slice(module.spanOf(statement).start, removed.end).trimEnd() : `${response!}.setHeader(${module.textOf(site.name!)}, ${module.textOf(site.value!)})${end}`);
  }
  return module.parentOf(choice)?.type === 'BlockStatement' || module.parentOf(choice)?.type === 'Program' ? [before(module, choice, statements), ...edits] : undefined;
}

/** The response of `response.writeHead(status, {…})` and `response.set({…})`, one of whose entries stands at the span. */
function responseOf(module: EstreeModule, span: Span): string | undefined {
  const property = propertyAt(module, span);
  const object = property === undefined ? undefined : module.parentOf(property);
  const call = object === undefined ? undefined : module.parentOf(object);
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || !/^(?:writeHead|set|header)$/.test(keyOf(call.callee.property, call.callee.computed) ?? '')) return undefined;
  return call.callee.object.type === 'Identifier' ? call.callee.object.name : undefined;
}

/** How middleware of a framework lets requests pass. */
export interface Passing {
  /** Names for the parameters of a function that is written around other middleware. */
  readonly parameters: readonly string[];
  /** The method of the request, for the name of the first parameter. */
  method(first: string): string;
  /** What a function does to let a request pass, for the names of its parameters. */
  pass(parameters: readonly string[]): string;
}

/** Lets OPTIONS pass the function that holds `span`, or the middleware that is registered there. */
export function exemptOptions(module: EstreeModule, span: Span, passing: Passing): TextEdit | undefined {
  const inner = module.nodesAround(span).findLast((node) => (parameterNames(node)?.length ?? 0) >= 2);
  if (inner !== undefined) return insertFirst(module, inner, passing);
  const node = exactly(module, span);
  const registered = node?.type === 'CallExpression' && node.callee.type === 'MemberExpression' && keyOf(node.callee.property, node.callee.computed) === 'use' ? node.arguments.filter(({ type }) => type !== 'Literal') : [];
  const [middleware] = registered;
  if (middleware === undefined || registered.length > 1 || middleware.type === 'SpreadElement') return undefined;
  const inPlace = bare(middleware);
  if (parameterNames(inPlace) !== undefined) return insertFirst(module, inPlace, passing);
  const list = passing.parameters.join(', ');
  const [first = ''] = passing.parameters;
  return { ...module.spanOf(middleware), text: `(${list}) => (${passing.method(first)} === 'OPTIONS' ? ${passing.pass(passing.parameters)} : ${module.textOf(middleware)}(${list}))` };
}

function insertFirst(module: EstreeModule, code: Node, passing: Passing): TextEdit | undefined {
  const names = parameterNames(code);
  const body = 'body' in code ? code.body : undefined;
  const [first] = names ?? [];
  if (first === undefined || typeof body !== 'object' || body === null || !('type' in body) || body.type !== 'BlockStatement') return undefined;
  const [statement] = body.body;
  if (statement === undefined) return undefined;
  return before(module, statement, [`if (${passing.method(first)} === 'OPTIONS') return ${passing.pass(names!)};`.replace(' return ;', ' return;')]);
}
