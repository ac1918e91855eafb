import type { Span } from '../../text/span.js';
import { mapCases } from '../../values/cases.js';
import { setting } from '../../values/either.js';
import { unknown, type Value } from '../../values/value.js';

type Filled = (text: string, start: number) => Value;
type Place = (start: number, end: number) => Span;

/**
 * A text of `@Value`: `#{…}` is an expression of Spring's language, of which those are followed that people write for
 * lists and defaults: a text, `'…'.split(',')`, `{'a', 'b'}`, the environment with `?:`. `filled` fills placeholders in.
 */
export function spelExpression(text: string, filled: Filled, place: Place): Value {
  const inside = /^\s*#\{(.*)\}\s*$/s.exec(text)?.[1];
  if (inside === undefined) {
    const value = filled(text, 0);
    // The default of a placeholder may be an expression itself.
    return mapCases(value, value.at, (one) => (one.kind === 'string' && /^#\{.*\}$/s.test(one.value) ? expression(one.value.slice(2, -1), 0, (part) => ({ kind: 'string', value: part, at: one.at }), () => one.at) : one));
  }
  return expression(inside, text.indexOf('#{') + 2, filled, place);
}

function expression(code: string, start: number, filled: Filled, place: Place): Value {
  const at = place(start, start + code.length);
  const trimmed = code.trim();
  const from = start + code.indexOf(trimmed);
  if (trimmed === 'null') return { kind: 'nothing', what: 'null', at };
  if (/^(?:true|false)$/.test(trimmed)) return { kind: 'boolean', value: trimmed === 'true', at };
  const [, quoted] = /^'([^']*)'$/s.exec(trimmed) ?? [];
  if (quoted !== undefined) return filled(quoted, from + 1);
  const [, list, separator] = /^'([^']*)'\s*\.\s*split\(\s*'([^']*)'\s*\)$/s.exec(trimmed) ?? [];
  if (list !== undefined && separator !== undefined) return mapCases(filled(list, from + 1), at, (one) => pieces(one, separator));
  const [, items] = /^\{((?:\s*'[^']*'\s*,?)*)\}$/s.exec(trimmed) ?? [];
  if (items !== undefined) return { kind: 'list', items: [...items.matchAll(/'([^']*)'/g)].map((match) => filled(match[1]!, from + 2 + match.index)), at };
  const [, variable, fallback] = /^(?:systemEnvironment|systemProperties|environment)\[\s*'([^']+)'\s*\](?:\s*\?:\s*'([^']*)')?$/s.exec(trimmed) ?? [];
  if (variable !== undefined) {
    const open: Value = { kind: 'env', name: variable, at };
    return fallback === undefined ? open : setting(variable, filled(fallback, from + trimmed.lastIndexOf(`'${fallback}'`) + 1), open, at);
  }
  return unknown('unsupported-syntax', `the expression \`#{${trimmed}}\``, at);
}

/** Java's `split`: pieces keep their blanks, empty ones at the end are dropped. */
function pieces(value: Value, separator: string): Value {
  if (value.kind === 'env' || value.kind === 'unknown') return { kind: 'list', items: [], rest: value, at: value.at };
  const by = /^\\?([,;|])$/.exec(separator)?.[1] ?? (/^\\s\*,\\s\*$/.test(separator) ? /\s*,\s*/ : undefined);
  if (value.kind !== 'string' || by === undefined) return unknown('unsupported-syntax', 'a split by a pattern', value.at);
  const parts = value.value.split(by);
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  const verbatim = value.at.end - value.at.start === value.value.length;
  let offset = 0;
  return {
    kind: 'list',
    items: parts.map((part) => {
      const start = value.value.indexOf(part, offset);
      offset = start + part.length;
      return { kind: 'string', value: part, at: verbatim ? { file: value.at.file, start: value.at.start + start, end: value.at.start + offset } : value.at };
    }),
    at: value.at,
  };
}
