import type { Span } from '../../text/span.js';
import type { EstreeModule } from './module.js';
import { keyOf, rangeOf, type Node } from './tree.js';

/** Where code writes a header: a call, an entry of an object, an assignment, a pair. */
export interface HeaderSite {
  readonly node: Node;
  /** The text that names the header, where one stands there. */
  readonly name: (Node & { type: 'Literal' }) | undefined;
  readonly value: Node | undefined;
}

/** The header that is written by exactly what stands at the span. */
export function headerSiteAt(module: EstreeModule, span: Span): HeaderSite | undefined {
  const node = exactly(module, span);
  switch (node?.type) {
    case 'CallExpression': {
      // `res.setHeader(name, value)`, `setHeader(event, name, value)`
      const index = node.arguments.slice(0, 2).findIndex(isText);
      return index === -1 ? undefined : siteOf(node, node.arguments[index], node.arguments[index + 1]);
    }
    case 'Property':
      return siteOf(node, node.key, node.value);
    case 'MemberExpression': {
      // `headers[name] = …`, told by its left side
      const outer = module.parentOf(node);
      return outer?.type === 'AssignmentExpression' && outer.left === node ? siteOf(outer, node.property, outer.right) : undefined;
    }
    case 'AssignmentExpression':
      return node.left.type === 'MemberExpression' ? siteOf(node, node.left.property, node.right) : undefined;
    case 'ArrayExpression':
      return node.elements.length === 2 ? siteOf(node, node.elements[0], node.elements[1]) : undefined;
    case 'ObjectExpression': {
      // `{ key: name, value: … }`
      const [name, value] = [/^(?:key|name|header)$/, /^value$/].map((wanted) => node.properties.flatMap((property) => (property.type === 'Property' && wanted.test(keyOf(property.key, property.computed) ?? '') ? [property.value] : []))[0]);
      return siteOf(node, name, value);
    }
    default:
      return undefined;
  }
}

function siteOf(node: Node, name: Node | null | undefined, value: Node | null | undefined): HeaderSite {
  return { node, name: isText(name) ? name : undefined, value: value === null || value === undefined || value.type === 'SpreadElement' ? undefined : value };
}

function isText(node: Node | null | undefined): node is Node & { type: 'Literal' } {
  return node?.type === 'Literal' && typeof node.value === 'string';
}

/** The innermost node of exactly this span. */
export function exactly(module: EstreeModule, span: Span): Node | undefined {
  return module.nodesAround(span).findLast((node) => node.type !== 'TemplateElement' && sameRange(module, node, span));
}

export function sameRange(module: EstreeModule, node: Node, span: Span): boolean {
  const [start, end] = rangeOf(node);
  return start - module.shift === span.start && end - module.shift === span.end;
}

/** The property that stands at the span. */
export function propertyAt(module: EstreeModule, span: Span): (Node & { type: 'Property' }) | undefined {
  return module.nodesAround(span).findLast((node): node is Node & { type: 'Property' } => node.type === 'Property' && sameRange(module, node, span));
}

/** The quotes of the module's texts. */
export function quoted(module: EstreeModule, text: string): string {
  const quote = (module.source.text.match(/"/g)?.length ?? 0) > (module.source.text.match(/'/g)?.length ?? 0) ? '"' : "'";
  return quote + text.replace(/\\/g, '\\\\').replaceAll(quote, `\\${quote}`) + quote;
}
