import { and, not } from '../../values/condition.js';
import type { HeaderWrite } from '../../values/response-action.js';
import { unknown, type Event, type Value } from '../../values/value.js';
import { openWrites } from '../responses-out-of-view.js';

type Where = Pick<Event, 'when' | 'at'>;

/** A header that code in Java or Kotlin writes; one whose name is not known may be any. */
export function jvmHeader(op: HeaderWrite['op'], name: Value | undefined, value: Value | undefined, missing: HeaderWrite['missing'], { when, at }: Where): readonly HeaderWrite[] {
  if (name === undefined || value === undefined) return [];
  if (name.kind === 'either') return name.options.flatMap((option) => jvmHeader(op, option.value, value, missing, { when: and(when, option.when), at }));
  if (name.kind === 'string') return [{ do: 'header', op, name: name.value.toLowerCase(), value: jvmText(value), missing, when, at }];
  // Names that come with data (copied from another response) are of anything, as a rule not of CORS.
  return name.kind === 'unknown' && !/cors|origin/i.test(name.detail) ? [] : openWrites(name.kind === 'unknown' ? name : unknown('dynamic-key', 'the name of a header', at), when);
}

/** A header whose value is a list: one line for each item, or all in one line. */
export function jvmHeaderLines(op: 'set' | 'append', name: Value | undefined, value: Value | undefined, missing: HeaderWrite['missing'], where: Where): readonly HeaderWrite[] {
  if (value?.kind === 'either') return value.options.flatMap((option) => jvmHeaderLines(op, name, option.value, missing, { ...where, when: and(where.when, option.when) }));
  if (value?.kind !== 'list' || value.rest !== undefined) return jvmHeader(op, name, value, missing, where);
  return value.items.flatMap((item, index) => jvmHeader(index === 0 ? op : 'append', name, item, missing, where));
}

/** Headers of a map, or of an object with headers of its own: each entry is written. */
export function jvmHeaders(op: 'set' | 'append', headers: Value | undefined, missing: HeaderWrite['missing'], { when, at }: Where): readonly HeaderWrite[] {
  if (headers === undefined) return [];
  if (headers.kind === 'either') return headers.options.flatMap((option) => jvmHeaders(op, option.value, missing, { when: and(when, option.when), at }));
  if (headers.kind === 'record') {
    const known = headers.entries.flatMap((one) => jvmHeaderLines(op, { kind: 'string', value: one.key, at: one.at }, one.value, missing, { when, at: one.at }));
    return headers.rest === undefined ? known : [...known, ...openWrites(headers.rest, when)];
  }
  return headers.kind === 'unknown' ? openWrites(headers, when) : [];
}

/** `String.valueOf(value)`, for what is written as a text. */
export function jvmText(value: Value): Value {
  if (value.kind === 'either') return { ...value, options: value.options.map((option) => ({ ...option, value: jvmText(option.value) })) };
  if (value.kind === 'condition') {
    const text = (holds: boolean): Value => ({ kind: 'string', value: String(holds), at: value.at });
    return { kind: 'either', options: [{ when: value.condition, value: text(true) }, { when: not(value.condition), value: text(false) }], at: value.at };
  }
  return value.kind === 'boolean' || value.kind === 'number' ? { kind: 'string', value: String(value.value), at: value.at } : value;
}

/** `allowedOrigins.toString()`-like texts: names joined by a comma, as setters of lists write them. */
export function joinedText(value: Value, separator: string): Value {
  if (value.kind === 'either') return { ...value, options: value.options.map((option) => ({ ...option, value: joinedText(option.value, separator) })) };
  if (value.kind !== 'list') return jvmText(value);
  const texts = value.items.map((item) => (item.kind === 'string' ? item.value : undefined));
  return value.rest !== undefined || texts.includes(undefined) ? unknown('unsupported-syntax', 'a list as a text', value.at) : { kind: 'string', value: texts.join(separator), at: value.at };
}
