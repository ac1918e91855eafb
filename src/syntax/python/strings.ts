import { mapCases } from '../../values/cases.js';
import type { Span } from '../../text/span.js';
import { unknown, type Value } from '../../values/value.js';
import type { SyntaxNode } from '../tree-sitter.js';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', v: '\v', '\n': '' };

/** The text of a string literal of any prefix, of neighbours that Python joins, and of an f-string with its holes. */
export function stringValue(node: SyntaxNode, at: Span, valueOf: (node: SyntaxNode) => Value): Value {
  const literals = node.type === 'concatenated_string' ? node.namedChildren.filter((child) => child.type === 'string') : [node];
  return literals.flatMap((literal) => partsOf(literal, at, valueOf)).reduce<Value>((sum, part) => followedBy(sum, part, at), { kind: 'string', value: '', at });
}

/** Longer texts are followed no further; names that double would have no end. */
const MAX_LENGTH = 200_000;
const MAX_PARTS = 500;

/** One text behind another; neighbouring known texts become one, alternatives stay apart. */
export function followedBy(left: Value, right: Value, at: Span): Value {
  return mapCases(left, at, (a) =>
    mapCases(right, at, (b): Value => {
      if (b.kind === 'number') return followedBy(a, { kind: 'string', value: String(b.value), at: b.at }, at);
      if ((a.kind === 'string' ? a.value.length : 0) + (b.kind === 'string' ? b.value.length : 0) > MAX_LENGTH || (a.kind === 'concat' ? a.parts.length : 0) + (b.kind === 'concat' ? b.parts.length : 0) > MAX_PARTS) return unknown('budget', 'a text that is too long', at);
      if (a.kind === 'string' && b.kind === 'string') return { kind: 'string', value: a.value + b.value, at };
      const before = a.kind === 'concat' ? a.parts : a.kind === 'string' && a.value === '' ? [] : [a];
      const last = before.at(-1);
      if (last?.kind === 'string' && b.kind === 'string') return { kind: 'concat', parts: [...before.slice(0, -1), { ...last, value: last.value + b.value }], at };
      return { kind: 'concat', parts: [...before, b], at };
    }),
  );
}

function partsOf(literal: SyntaxNode, at: Span, valueOf: (node: SyntaxNode) => Value): Value[] {
  const prefix = literal.namedChildren[0]?.text ?? '';
  return literal.namedChildren.flatMap((child): Value[] => {
    if (child.type === 'string_content') {
      const text = child.text.replace(/\r\n?/g, '\n');
      const value = isRaw(literal) ? text : unescaped(text);
      if (value === undefined) return [unknown('unsupported-syntax', 'a character given by its name', at)];
      return [{ kind: 'string', value: /^[a-z]*f/i.test(prefix) ? value.replace(/\{\{|\}\}/g, (pair) => pair[0]!) : value, at }];
    }
    if (child.type !== 'interpolation') return [];
    const inner = child.childForFieldName('expression') ?? child.namedChildren[0];
    const plain = child.namedChildren.every((part) => part.type !== 'format_specifier' && (part.type !== 'type_conversion' || part.text === '!s'));
    return [inner === undefined || inner === null || !plain ? unknown('unsupported-syntax', child.text.slice(0, 50), at) : valueOf(inner)];
  });
}

export function isRaw(literal: SyntaxNode): boolean {
  return /^[a-z]*r/i.test(literal.namedChildren[0]?.text ?? '');
}

/** A literal's text without its escapes; undefined when it names a character (`\N{…}`). */
function unescaped(text: string): string | undefined {
  if (/(?:^|[^\\])(?:\\\\)*\\N\{/.test(text)) return undefined;
  return text.replace(/\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))/g, (whole, octal?: string, two?: string, four?: string, eight?: string, other?: string) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
    const hex = two ?? four ?? eight;
    return hex === undefined ? (ESCAPES[other ?? ''] ?? whole) : String.fromCodePoint(Math.min(parseInt(hex, 16), 0x10ffff));
  });
}
