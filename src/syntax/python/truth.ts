import type { Span } from '../../text/span.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { runsIn, type Environment } from '../../values/fact.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** Truth in Python's sense: empty texts and lists, `None`, zero and `False` are false. */
export function truth(value: Value): Condition {
  switch (value.kind) {
    case 'string':
      return value.value === '' ? FALSE : TRUE;
    case 'number':
      return value.value === 0 ? FALSE : TRUE;
    case 'boolean':
      return value.value ? TRUE : FALSE;
    case 'nothing':
      return FALSE;
    case 'list':
      return value.items.length > 0 ? TRUE : value.rest === undefined ? FALSE : { c: 'fact', fact: factOf(value.rest) };
    case 'record':
      return value.entries.length > 0 ? TRUE : value.rest === undefined ? FALSE : { c: 'fact', fact: factOf(value.rest) };
    case 'condition':
      return value.condition;
    case 'either':
      return or(...value.options.map(({ when, value: option }) => and(when, truth(option))));
    case 'env':
      // A variable that is set to the empty text is as good as unset.
      return TRUE;
    case 'unknown':
      return { c: 'fact', fact: factOf(value) };
    case 'request':
      return value.part === 'header' ? { c: 'present', value, at: value.at } : TRUE;
    case 'derived':
      return truth(value.of);
    case 'concat':
      return value.parts.some((part) => truth(part).c === 'true') ? TRUE : undecided(value.at, 'a computed text');
    default:
      return TRUE;
  }
}

/** What is left of a value once it is known to be true. */
export function present(value: Value): Value {
  if (value.kind !== 'either') return value;
  const options = value.options.filter(({ value: option }) => truth(option).c !== 'false');
  return options.length === 1 ? options[0]!.value : { ...value, options };
}

/** A condition that nobody can decide from the text. */
export function undecided(at: Span, text: string): Condition {
  return { c: 'fact', fact: factOf(unknown('unsupported-syntax', `the condition ${text}`, at)) };
}

/** Does a value equal a text? `environment` says that the value names where the process runs. */
export function equals(value: Value, text: string, environment: boolean, at: Span): Condition {
  switch (value.kind) {
    case 'string':
      return value.value === text ? TRUE : FALSE;
    case 'nothing':
    case 'boolean':
    case 'number':
    case 'list':
    case 'record':
      return FALSE;
    default: {
      const named = environment ? environmentNamed(text) : undefined;
      if (named !== undefined) return { c: 'fact', fact: runsIn(named, at) };
      if (value.kind === 'either') return or(...value.options.map(({ when, value: option }) => and(when, equals(option, text, environment, at))));
      if (value.kind === 'env' && /debug/i.test(value.name)) {
        if (/^(?:1|true|yes|on)$/i.test(text)) return { c: 'fact', fact: runsIn('development', at) };
        if (/^(?:0|false|no|off)$/i.test(text)) return not({ c: 'fact', fact: runsIn('development', at) });
      }
      const fact = value.kind === 'unknown' || value.kind === 'env' ? factOf(value) : factOf(unknown('unsupported-syntax', 'a comparison', at));
      return { c: 'fact', fact: { ...fact, key: `${fact.key}=${text}`, detail: `whether ${value.kind === 'env' ? value.name : 'a value'} is "${text}"` } };
    }
  }
}

function environmentNamed(text: string): Environment | undefined {
  if (/^(?:prod(?:uction)?|live)$/i.test(text)) return 'production';
  if (/^(?:dev(?:elopment)?|local)$/i.test(text)) return 'development';
  return /^test(?:s|ing)?$/i.test(text) ? 'test' : undefined;
}

export function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 50 ? `${line.slice(0, 47)}…` : line;
}
