import type { Span } from '../../text/span.js';
import type { TextEdit } from '../../text/edit.js';
import { exactly } from './header-sites.js';
import type { EstreeModule } from './module.js';
import { callAt } from './respell.js';
import { bare, keyOf, type Node } from './tree.js';

/** Adds an entry after the one at the span, on a line of its own where that one has it; undefined where none stands there. */
export function insertProperty(module: EstreeModule, span: Span, key: string, text: string): TextEdit | undefined {
  const around = module.nodesAround(span);
  const property = around.findLast((node) => node.type === 'Property');
  if (property === undefined) return undefined;
  const place = module.spanOf(property);
  const object = module.parentOf(property);
  if (place.start !== span.start || place.end !== span.end || object?.type !== 'ObjectExpression') return undefined;
  if (object.properties.some((other) => other.type === 'Property' && keyOf(other.key, other.computed)?.toLowerCase() === key.toLowerCase())) return undefined;
  const source = module.source.text;
  const line = /(^|[\r\n])([\t ]*)$/.exec(source.slice(0, place.start));
  const { file, end } = place;
  if (line === null) return { file, start: end, end, text: `, ${text}` };
  const added = module.source.lineEnding + (line[2] ?? '') + text;
  // A comment at the end of the line belongs to what stands there already.
  const [commented, comma = '', comment = ''] = /^(,?)([\t ]*\/\/[^\r\n]*)/.exec(source.slice(end)) ?? [];
  if (commented === undefined) return { file, start: end, end, text: `,${added}` };
  const behind = end + commented.length;
  return comma === '' ? { file, start: end, end: behind, text: `,${comment}${added}` } : { file, start: behind, end: behind, text: `${added},` };
}

/** Adds an option to the call at the span, whose argument number `index` is an object that does not have it, or is not given; else undefined. */
export function insertOption(module: EstreeModule, span: Span, key: string, text: string, index = 0): TextEdit | undefined {
  const call = callAt(module, span);
  if (call === undefined || call.arguments.length > index + 1 || call.arguments.length < index) return undefined;
  const { file, end } = module.spanOf(call);
  const given = call.arguments[index];
  if (given === undefined) return /[^,\s]\s*\)$/.test(module.textOf(call)) ? { file, start: end - 1, end: end - 1, text: `${index > 0 ? ', ' : ''}{ ${text} }` } : undefined;
  return insertEntry(module, bare(given), key, text);
}

/** Adds an option to the object that stands at the span, or that the entry there has as its value; undefined where there is none. */
export function insertIntoObject(module: EstreeModule, span: Span, key: string, text: string): TextEdit | undefined {
  const node = exactly(module, span);
  return node === undefined ? undefined : insertEntry(module, node.type === 'Property' ? node.value : node, key, text);
}

function insertEntry(module: EstreeModule, object: Node, key: string, text: string): TextEdit | undefined {
  if (object.type !== 'ObjectExpression') return undefined;
  const last = object.properties.at(-1);
  if (last === undefined) return { ...module.spanOf(object), text: `{ ${text} }` };
  return last.type === 'Property' ? insertProperty(module, module.spanOf(last), key, text) : undefined;
}
