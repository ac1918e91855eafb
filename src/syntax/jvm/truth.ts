import { and, FALSE, or, TRUE, type Condition } from '../../values/condition.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';

/** When is a boolean expression true? */
export function truth(value: Value): Condition {
  switch (value.kind) {
    case 'boolean':
      return value.value ? TRUE : FALSE;
    case 'string':
      return value.value.toLowerCase() === 'true' ? TRUE : FALSE;
    case 'nothing':
      return FALSE;
    case 'condition':
      return value.condition;
    case 'either':
      return or(...value.options.map(({ when, value: option }) => and(when, truth(option))));
    case 'unknown':
    case 'env':
      return { c: 'fact', fact: factOf(value) };
    default:
      return { c: 'fact', fact: factOf(unknown('unsupported-syntax', 'a condition', value.at)) };
  }
}

/** When is the value there at all, neither null nor empty? */
export function presence(value: Value): Condition {
  switch (value.kind) {
    case 'nothing':
      return FALSE;
    case 'string':
      return value.value === '' ? FALSE : TRUE;
    case 'list':
      return value.items.length > 0 ? TRUE : value.rest === undefined ? FALSE : { c: 'fact', fact: factOf(value.rest) };
    case 'request':
      return value.part === 'header' ? { c: 'present', value, at: value.at } : TRUE;
    case 'derived':
      return presence(value.of);
    case 'either':
      return or(...value.options.map(({ when, value: option }) => and(when, presence(option))));
    case 'unknown':
      return { c: 'fact', fact: factOf(value) };
    default:
      return TRUE;
  }
}

/** A condition that nobody can decide from the text. */
export function undecided(at: Span, detail: string): Condition {
  return { c: 'fact', fact: factOf(unknown('unsupported-syntax', detail, at)) };
}
