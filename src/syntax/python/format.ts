import { entry, unknown, type RecordValue, type StringValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { followedBy } from './strings.js';

/** `"https://%s" % host`, `"%s:%d" % (host, port)`, `"%(host)s" % {…}`; undefined where a conversion is not plain text. */
export function percentFormatted(template: StringValue, given: Value, at: Span): Value | undefined {
  const values = given.kind === 'list' ? given.items : [given];
  if (given.kind === 'list' && given.rest !== undefined) return undefined;
  let next = 0;
  const filled = pieces(template, /%(?:\((\w+)\))?([sdri%])/g, ([, name, conversion]) => {
    if (conversion === '%') return { kind: 'string', value: '%', at };
    if (conversion === 'r') return undefined;
    if (name !== undefined) return given.kind === 'record' ? entry(given, name)?.value : undefined;
    next += 1;
    return values[next - 1];
  }, at);
  return template.value.replaceAll(/%(?:\(\w+\))?[sdri%]/g, '').includes('%') || (given.kind !== 'record' && next !== values.length) ? undefined : filled;
}

/** `"{}://{}".format(…)`, `{0}`, `{name}`; undefined where a field has a format of its own or looks into its value. */
export function formatted(template: StringValue, args: readonly Value[], keywords: RecordValue | undefined, at: Span): Value | undefined {
  let next = 0;
  const filled = pieces(template, /\{\{|\}\}|\{(\w*)\}/g, ([whole, name]) => {
    if (name === undefined) return { kind: 'string', value: whole[0]!, at };
    if (name === '') return args[next++];
    return /^\d+$/.test(name) ? args[Number(name)] : keywords === undefined ? undefined : entry(keywords, name)?.value;
  }, at);
  return /[{}]/.test(template.value.replaceAll(/\{\{|\}\}|\{\w*\}/g, '')) ? undefined : filled;
}

/** A text whose matches are replaced by values; undefined as soon as one has none. */
function pieces(template: StringValue, pattern: RegExp, valueFor: (match: RegExpMatchArray) => Value | undefined, at: Span): Value | undefined {
  let [sum, from]: [Value, number] = [{ kind: 'string', value: '', at }, 0];
  for (const match of template.value.matchAll(pattern)) {
    const value = valueFor(match);
    if (value === undefined) return undefined;
    sum = followedBy(followedBy(sum, { kind: 'string', value: template.value.slice(from, match.index), at }, at), inText(value), at);
    from = match.index + match[0].length;
  }
  return followedBy(sum, { kind: 'string', value: template.value.slice(from), at }, at);
}

/** What `str()` makes of a value that is put into a text. */
export function inText(value: Value): Value {
  switch (value.kind) {
    case 'number':
      return { kind: 'string', value: String(value.value), at: value.at };
    case 'boolean':
      return { kind: 'string', value: value.value ? 'True' : 'False', at: value.at };
    case 'nothing':
      return { kind: 'string', value: 'None', at: value.at };
    case 'list':
    case 'record':
    case 'regex':
    case 'function':
    case 'handle':
      return unknown('unsupported-syntax', 'the text of an object', value.at);
    case 'either':
      return { ...value, options: value.options.map(({ when, value: option }) => ({ when, value: inText(option) })) };
    default:
      return value;
  }
}
