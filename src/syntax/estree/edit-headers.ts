import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { exactly, headerSiteAt, quoted } from './header-sites.js';
import type { EstreeModule } from './module.js';
import { spelling } from './respell.js';
import { bare, keyOf, type ArrayExpression, type MemberExpression, type Node } from './tree.js';

/** Writes another name where a header is written at the span. */
export function renameHeader(module: EstreeModule, span: Span, header: string): TextEdit | undefined {
  const name = headerSiteAt(module, span)?.name;
  const spelled = spelling(module, name);
  return name === undefined || spelled === undefined ? undefined : { ...module.spanOf(name), text: spelled(header) };
}

/** The call that replaces Vary at the span, with the object that it is called on and its value, as code. */
export function varyCallAt(module: EstreeModule, span: Span): { readonly receiver: string; readonly value: string } | undefined {
  const site = headerSiteAt(module, span);
  const call = site?.node;
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || site?.value === undefined || call.arguments.length !== 2) return undefined;
  // A link of a chain may stand in front of what its method does not return.
  return call.callee.object.type === 'CallExpression' || module.parentOf(call)?.type === 'MemberExpression' ? undefined : { receiver: module.textOf(call.callee.object), value: module.textOf(site.value) };
}

/**
 * Takes names out of the comma list whose text or array stands at the span, and adds others at its end. Undefined where
 * neither is written there, or nothing would be left.
 */
export function editList(module: EstreeModule, span: Span, remove: readonly string[], add: readonly string[]): TextEdit | undefined {
  const node = exactly(module, span);
  const outer = node === undefined ? undefined : module.parentOf(node);
  // The only item of a list that is joined is its text.
  const list = node === undefined ? undefined : (listIn(bare(node)) ?? (outer?.type === 'ArrayExpression' && isJoined(module, outer) ? outer : undefined));
  if (list !== undefined) return editArray(module, list, remove, add);
  const spelled = spelling(module, node);
  const text = node?.type === 'Literal' ? node.value : node?.type === 'TemplateLiteral' ? node.quasis[0]?.value.cooked : undefined;
  if (spelled === undefined || typeof text !== 'string') return undefined;
  const names = text.split(',').map((name) => name.trim());
  const left = [...names.filter((name) => name !== '' && !remove.includes(name)), ...add];
  return left.length === 0 ? undefined : { ...span, text: spelled(left.join(/,\S/.test(text) ? ',' : ', ')) };
}

/** `[…]` and `[…].join(…)` */
function listIn(node: Node): ArrayExpression | undefined {
  if (node.type === 'ArrayExpression') return node;
  return node.type === 'CallExpression' && isJoin(node.callee) ? listIn(bare(node.callee.object)) : undefined;
}

function isJoined(module: EstreeModule, list: Node): boolean {
  const outer = module.parentOf(list);
  return outer !== undefined && isJoin(outer) && outer.object === list;
}

function isJoin(node: Node): node is MemberExpression {
  return node.type === 'MemberExpression' && keyOf(node.property, node.computed) === 'join';
}

function editArray(module: EstreeModule, list: ArrayExpression, remove: readonly string[], add: readonly string[]): TextEdit | undefined {
  const items = list.elements.flatMap((element) => element ?? []);
  const [first, second] = items;
  const last = items.at(-1);
  const place = module.spanOf(list);
  if (first === undefined || last === undefined) return { ...place, text: `[${add.map((name) => quoted(module, name)).join(', ')}]` };
  const { text } = module.source;
  const between = second === undefined ? ', ' : text.slice(module.spanOf(first).end, module.spanOf(second).start);
  const from = module.spanOf(first).start;
  const to = module.spanOf(last).end;
  const kept = items.filter((item) => !(item.type === 'Literal' && remove.includes(String(item.value))));
  // A comment in between belongs to somebody: it stays where nothing is taken out.
  if (kept.length === items.length) return { file: place.file, start: to, end: to, text: add.map((name) => (/^\s*,\s*$/.test(between) ? between : ', ') + (spelling(module, last)?.(name) ?? quoted(module, name))).join('') };
  const bareText = text.slice(from, to);
  if (/\/[/*]/.test(items.reduce((rest, item) => rest.replace(module.textOf(item), ''), bareText))) return undefined;
  const left = [...kept.map((item) => module.textOf(item)), ...add.map((name) => spelling(module, last)?.(name) ?? quoted(module, name))];
  return left.length === 0 ? undefined : { file: place.file, start: from, end: to, text: left.join(between) };
}

/** Takes a flag from the regular expression at the span: a literal, or `new RegExp(source, flags)`. */
export function removeFlag(module: EstreeModule, span: Span, flag: string): TextEdit | undefined {
  const node = module.nodesAround(span).findLast((one) => (one.type === 'Literal' && 'regex' in one) || isRegExp(one));
  if (node?.type === 'Literal' && 'regex' in node) {
    const { file, start, end } = module.spanOf(node);
    const flags = start + module.textOf(node).lastIndexOf('/') + 1;
    return { file, start: flags, end, text: module.source.text.slice(flags, end).replaceAll(flag, '') };
  }
  const given = node?.type === 'NewExpression' || node?.type === 'CallExpression' ? node.arguments[1] : undefined;
  if (given?.type !== 'Literal' || typeof given.value !== 'string') return undefined;
  const left = given.value.replaceAll(flag, '');
  if (left !== '') return { ...module.spanOf(given), text: quoted(module, left) };
  const pattern = module.spanOf((node as Node & { type: 'NewExpression' }).arguments[0]!);
  return { file: pattern.file, start: pattern.end, end: module.spanOf(given).end, text: '' };
}

function isRegExp(node: Node): boolean {
  return (node.type === 'NewExpression' || node.type === 'CallExpression') && node.callee.type === 'Identifier' && node.callee.name === 'RegExp';
}
