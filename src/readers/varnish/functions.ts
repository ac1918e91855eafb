import type { Expression } from '../../syntax/vcl/index.js';
import { mapCases } from '../../values/cases.js';
import { choose } from '../../values/either.js';
import { unknown, type Value } from '../../values/value.js';
import { conditionOf, patternIn, type Place } from './expressions.js';
import { emptyIfAbsent } from './variables.js';

/** Functions whose result says something of a request header; any other is not known. */
export function callOf(expression: Expression & { e: 'call' }, place: Place, valueOf: (expression: Expression, place: Place) => Value): Value {
  const { name, args, at } = expression;
  const [first, second, third] = args;
  const method = /^(.+)\.(lower|upper)$/.exec(name);
  if (method !== null && args.length === 0) return recased(place.read(method[1]!, at), method[2] === 'lower' ? 'lower-case' : 'upper-case', at);
  if ((name === 'std.tolower' || name === 'std.toupper') && first !== undefined) return recased(valueOf(first, place), name === 'std.tolower' ? 'lower-case' : 'upper-case', at);
  if ((name === 'regsub' || name === 'regsuball') && first !== undefined && second !== undefined && third?.e === 'text') {
    const pattern = patternIn(second);
    if (pattern !== undefined) return mapCases(valueOf(first, place), at, (value) => replaced(value, pattern.source, third.value, name === 'regsuball', at));
  }
  // Fastly's ternary.
  if (name === 'if' && first !== undefined && second !== undefined && third !== undefined) return choose(conditionOf(first, place), valueOf(second, place), valueOf(third, place), at);
  // What only touches the query leaves the path as it is.
  if (/^std\.querysort$|^querystring\.|^boltsort\./.test(name) && first !== undefined) return valueOf(first, place);
  if (name === 'std.collect' && first?.e === 'name') return place.read(first.name, at);
  return unknown('function-call', `what ${name} returns`, at);
}

function recased(value: Value, how: 'lower-case' | 'upper-case', at: Value['at']): Value {
  return mapCases(emptyIfAbsent(value, at), at, (one) => {
    if (one.kind === 'string') return { ...one, value: how === 'lower-case' ? one.value.toLowerCase() : one.value.toUpperCase() };
    // The host is compared in lower case anyway.
    if (one.kind === 'request' && one.header === 'host') return one;
    return one.kind === 'request' ? { kind: 'derived', how, of: one, at } : one.kind === 'unknown' ? one : unknown('function-call', 'a text in another case', at);
  });
}

/** `regsub(text, pattern, by)`. */
function replaced(value: Value, pattern: string, by: string, all: boolean, at: Value['at']): Value {
  if (value.kind === 'nothing') return { kind: 'string', value: '', at };
  if (value.kind === 'string') {
    try {
      const [, insensitive, rest = ''] = /^(\(\?i\))?(.*)$/s.exec(pattern) ?? [];
      return { ...value, value: value.value.replace(new RegExp(rest, `${insensitive === undefined ? '' : 'i'}${all ? 'g' : ''}`), by.replaceAll('$', '$$$$').replace(/\\([0-9])/g, (_all, digit: string) => (digit === '0' ? '$&' : `$${digit}`))) };
    } catch {
      return unknown('regex-too-complex', 'the result of regsub', at);
    }
  }
  // What is left of an origin without its scheme is its host with the port.
  if (value.kind === 'request' && value.header === 'origin' && by === '' && /^\^(?:\(\?:https\?\)|\(https\?\)|\(http\|https\)|https\?|https)?:\/\/$|^\^https\?:\\?\/\\?\/$/.test(pattern) && /https\?|http\|https/.test(pattern)) return { kind: 'derived', how: 'url-host', of: value, at };
  if (value.kind === 'unknown') return value;
  if (value.kind === 'request' && value.part === 'path' && /^\(*(?:\?:)?(?:\\?[?&#]|\[[?&\\|#]+\])/.test(pattern.replace(/^\(\?i\)/, ''))) return value;
  return unknown('function-call', `what \`regsub\` makes of ${value.kind === 'request' ? value.part === 'header' ? `the header ${value.header ?? ''}` : `the ${value.part}` : 'a text'}`, at);
}
