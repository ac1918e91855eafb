import type { Span } from '../../text/span.js';
import { unknown, type Value } from '../../values/value.js';
import type { SyntaxNode } from '../tree-sitter.js';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', '0': '\0', a: '\x07', b: '\b', f: '\f', v: '\v', '\n': '' };

/** The text of a string literal of any prefix, of neighbours that Python joins, and of an f-string with its holes. */
export function stringValue(node: SyntaxNode, at: Span, valueOf: (node: SyntaxNode) => Value): Value {
  const literals = node.type === 'concatenated_string' ? node.namedChildren.filter((child) => child.type === 'string') : [node];
  const parts = literals.flatMap((literal) => partsOf(literal, at, valueOf));
  const texts = parts.map((part) => (part.kind === 'string' ? part.value : undefined));
  if (texts.every((text) => text !== undefined)) return { kind: 'string', value: texts.join(''), at };
  return { kind: 'concat', parts, at };
}

function partsOf(literal: SyntaxNode, at: Span, valueOf: (node: SyntaxNode) => Value): Value[] {
  const raw = isRaw(literal);
  return literal.namedChildren.flatMap((child): Value[] => {
    if (child.type === 'string_content') return [{ kind: 'string', value: raw ? child.text : unescaped(child.text), at }];
    if (child.type !== 'interpolation') return [];
    const inner = child.childForFieldName('expression') ?? child.namedChildren[0];
    return [inner === undefined || inner === null ? unknown('unsupported-syntax', child.text, at) : valueOf(inner)];
  });
}

export function isRaw(literal: SyntaxNode): boolean {
  return /^[a-z]*r/i.test(literal.namedChildren[0]?.text ?? '');
}

function unescaped(text: string): string {
  return text.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n|[^])/g, (whole, code: string) => {
    if (/^[xuU]/.test(code) && code.length > 1) return String.fromCodePoint(Math.min(parseInt(code.slice(1), 16), 0x10ffff));
    return ESCAPES[code] ?? (code === '\r\n' ? '' : whole);
  });
}
