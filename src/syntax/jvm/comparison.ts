import { isAsked } from '../../values/asked.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { factOf, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { constantName } from './enums.js';
import { presence, undecided } from './truth.js';

export { undecided } from './truth.js';

/** When are two values equal? `==` and `equals` ask the same of what is followed here. */
export function equality(left: Value, right: Value, at: Span, ignoreCase = false): Condition {
  if (left.kind === 'either') return or(...left.options.map(({ when, value }) => and(when, equality(value, right, at, ignoreCase))));
  if (right.kind === 'either') return or(...right.options.map(({ when, value }) => and(when, equality(left, value, at, ignoreCase))));
  if (isAsked(left) || isAsked(right)) {
    const [text, other] = isAsked(left) ? [left, right] : [right, left];
    if (other.kind === 'nothing') return not(presence(text));
    return ['number', 'boolean', 'list', 'record', 'function', 'handle', 'regex'].includes(other.kind) ? FALSE : { c: 'equals', left: text, right: other, ignoreCase, at };
  }
  if (left.kind === 'condition' && right.kind === 'boolean') return right.value ? left.condition : not(left.condition);
  for (const [one, other] of [[left, right], [right, left]] as const) {
    if (one.kind !== 'unknown' && one.kind !== 'env') continue;
    const fact = factOf(one);
    const text = constant(other);
    if (other.kind === 'nothing' && one.kind === 'env') return FALSE;
    return text === undefined ? undecided(at, 'a comparison') : { c: 'fact', fact: { ...fact, key: `${fact.key}=${text}` } };
  }
  const [a, b] = [constant(left), constant(right)];
  if (a !== undefined && b !== undefined) return (ignoreCase ? a.toLowerCase() === b.toLowerCase() : a === b) ? TRUE : FALSE;
  if (left === right) return TRUE;
  if (constantName(left) !== undefined && constantName(right) !== undefined) return FALSE;
  return left.kind === 'nothing' || right.kind === 'nothing' ? FALSE : undecided(at, 'a comparison');
}

function constant(value: Value): string | undefined {
  if (value.kind === 'string') return `"${value.value}"`;
  if (value.kind === 'number' || value.kind === 'boolean') return String(value.value);
  return value.kind === 'nothing' ? 'null' : undefined;
}
