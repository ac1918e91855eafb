import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { exactly, headerSiteAt, propertyAt, quoted } from './header-sites.js';
import { insertProperty } from './insert-property.js';
import type { EstreeModule } from './module.js';
import { before, isListed } from './statements.js';
import type { Node } from './tree.js';

/** Keeps the list's entry at the span for development alone. */
export function onlyInDevelopment(module: EstreeModule, span: Span): TextEdit | undefined {
  const node = exactly(module, span);
  if (node === undefined || module.parentOf(node)?.type !== 'ArrayExpression') return undefined;
  return { ...span, text: `...(process.env.NODE_ENV !== ${quoted(module, 'production')} ? [${module.textOf(node)}] : [])` };
}

/** Writes `code` as the value of the option at the span, or of the option whose value stands there. */
export function replaceOption(module: EstreeModule, span: Span, code: string): TextEdit | undefined {
  const node = exactly(module, span);
  const outer = node === undefined ? undefined : module.parentOf(node);
  const property = propertyAt(module, span) ?? (outer?.type === 'Property' && outer.value === node ? outer : undefined);
  // The object of all options is not the value of one.
  if (property === undefined || property.computed || property.value.type === 'ObjectExpression' || module.parentOf(property)?.type !== 'ObjectExpression') return undefined;
  return { ...module.spanOf(property), text: `${module.textOf(property.key)}: ${code}` };
}

/** Writes other entries in place of the list's entry at the span. */
export function replaceEntry(module: EstreeModule, span: Span, texts: readonly string[]): TextEdit | undefined {
  const node = exactly(module, span);
  if (node === undefined || module.parentOf(node)?.type !== 'ArrayExpression') return undefined;
  return { ...span, text: texts.map((text) => quoted(module, text)).join(', ') };
}

/** Writes a text as the value of the header that is written at the span. */
export function replaceValue(module: EstreeModule, span: Span, text: string): TextEdit | undefined {
  const site = headerSiteAt(module, span);
  return site?.value === undefined || site.name === undefined ? undefined : { ...module.spanOf(site.value), text: quoted(module, text) };
}

/**
 * Writes the header at the span only for origins of a list, which is declared in front of the program's statement that
 * holds it. `vary` writes the statement that adds to Vary for the object that the header is set on; absent where that is said already.
 */
export function echoListed(module: EstreeModule, span: Span, origins: readonly string[], vary: ((receiver: string) => string) | undefined): readonly TextEdit[] | undefined {
  const site = headerSiteAt(module, span);
  const top = module.nodesAround(span)[1];
  if (site?.value === undefined || site.name === undefined || top === undefined || module.parentOf(top)?.type !== 'Program') return undefined;
  const list = freeName(module, ['allowedOrigins', 'knownOrigins', 'corsOrigins']);
  if (list === undefined) return undefined;
  const typed = /\.[cm]?tsx?$/.test(module.file) ? ': readonly unknown[]' : '';
  const end = /;\s*$/m.test(module.source.text) ? ';' : '';
  const declared = before(module, top, [`const ${list}${typed} = [${origins.map((origin) => quoted(module, origin)).join(', ')}]${end}`]);
  const test = `${list}.includes(${module.textOf(site.value)})`;
  if (site.node.type === 'Property') {
    const vary_ = vary === undefined ? undefined : insertProperty(module, span, 'Vary', `${quoted(module, 'Vary')}: ${quoted(module, 'Origin')}`);
    if (vary !== undefined && vary_ === undefined) return undefined;
    return [declared, { ...span, text: `...(${test} ? { ${module.textOf(site.node)} } : {})` }, ...(vary_ === undefined ? [] : [vary_])];
  }
  const statement = module.parentOf(site.node);
  if (statement?.type !== 'ExpressionStatement' || !isListed(module, statement)) return undefined;
  const receiver = receiverOf(module, site.node);
  if (vary !== undefined && receiver === undefined) return undefined;
  const { file, start } = module.spanOf(statement);
  const guard: TextEdit = { file, start, end: start, text: `if (${test}) ` };
  if (vary === undefined) return [declared, guard];
  const added = before(module, statement, [vary(receiver!) + end]);
  return [declared, { ...added, text: added.text + guard.text }];
}

/** What a call or an assignment writes a header on, as code. */
function receiverOf(module: EstreeModule, node: Node): string | undefined {
  const member = node.type === 'CallExpression' ? node.callee : node.type === 'AssignmentExpression' ? node.left : undefined;
  return member?.type === 'MemberExpression' ? module.textOf(member.object) : undefined;
}

/** The first name that nothing in the module has. */
function freeName(module: EstreeModule, names: readonly string[]): string | undefined {
  return names.find((name) => !new RegExp(`\\b${name}\\b`).test(module.source.text));
}
