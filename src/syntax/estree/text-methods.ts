import { isAsked } from '../../values/asked.js';
import { not, type Condition } from '../../values/condition.js';
import { unknown, type DerivedValue, type RegexValue, type Value } from '../../values/value.js';
import type { Call } from './calls.js';
import { concat, short } from './evaluate.js';
import { keepsState } from './kept-state.js';
import { runnable } from './runnable.js';
import type { Node } from './tree.js';
import { atLeast, equality, foundPosition, fromCondition, join, mapCases, type Case } from './either.js';

/** Methods of texts and patterns, known or coming with the request; undefined for one that is not followed. */
export function textMethod(receiver: Value, call: Call): Value | undefined {
  const { method, args, frame, node } = call;
  const at = frame.module.spanOf(node);
  const [first] = args;
  if (receiver.kind === 'regex') {
    if (first === undefined) return undefined;
    if (method === 'test') return mapCases(first, at, (text) => fromCondition(matches(text, receiver, at), at));
    if (method === 'exec') return mapCases(first, at, (text) => matchResult(text, receiver, at));
    return undefined;
  }
  switch (method) {
    case 'includes':
    case 'startsWith':
    case 'endsWith':
      return first === undefined ? undefined : mapCases(first, at, (part) => fromCondition(affix(method, receiver, part, call), at));
    case 'indexOf':
      if (first === undefined || receiver.kind === 'unknown') return undefined;
      return mapCases(first, at, (part) => {
        if (receiver.kind === 'string' && part.kind === 'string') return { kind: 'number', value: receiver.value.indexOf(part.value), at };
        const found = affix('includes', receiver, part, call);
        const start = affix('startsWith', receiver, part, call);
        const cases: Case[] = [{ when: start, value: { kind: 'number', value: 0, at } }, { when: { c: 'and', of: [not(start), found] }, value: foundPosition(at) }, { when: not(found), value: { kind: 'number', value: -1, at } }];
        return join(cases, at);
      });
    case 'match':
    case 'search':
      return first === undefined || receiver.kind === 'unknown' ? undefined : mapCases(first, at, (pattern) => {
        const given = pattern.kind === 'regex' ? pattern : pattern.kind === 'string' ? regexFrom(pattern, '', call) : undefined;
        if (given === undefined) return unknown('regex-too-complex', 'a pattern', at);
        // These begin at the front whatever the pattern remembers.
        const { keepsState: _kept, ...regex } = given;
        if (method === 'match') return matchResult(receiver, regex, at);
        const test = matches(receiver, regex, at);
        const position: Value = /^\^[^|]*$/.test(regex.source) ? { kind: 'number', value: 0, at } : foundPosition(at);
        return join([{ when: test, value: position }, { when: not(test), value: { kind: 'number', value: -1, at } }], at);
      });
    case 'toLowerCase':
    case 'toLocaleLowerCase':
      return receiver.kind === 'string' ? { ...receiver, value: receiver.value.toLowerCase() } : derived('lower-case', receiver, at);
    case 'toUpperCase':
    case 'toLocaleUpperCase':
      return receiver.kind === 'string' ? { ...receiver, value: receiver.value.toUpperCase() } : derived('upper-case', receiver, at);
    case 'trim':
      return receiver.kind === 'string' ? { ...receiver, value: receiver.value.trim() } : derived('trim', receiver, at);
    case 'toString':
    case 'valueOf':
    case 'normalize':
      return receiver;
    case 'localeCompare':
      if (first === undefined) return undefined;
      return orderOf(equality(receiver, first, at), at);
    case 'split':
      return split(receiver, call);
    case 'replace':
    case 'replaceAll':
      return replaced(receiver, call);
    case 'concat':
      return args.reduce((text, part) => concat(text, part, frame, node), receiver);
    case 'slice':
    case 'substring':
    case 'padStart':
    case 'repeat':
    case 'charAt':
    case 'substr':
    case 'trimEnd':
    case 'trimStart':
      return sliced(receiver, call);
    default:
      return undefined;
  }
}

/** 0 for equal texts, else a number beside it. */
function orderOf(same: Condition, at: Value['at']): Value {
  return join([{ when: same, value: { kind: 'number', value: 0, at } }, { when: not(same), value: atLeast(1, 'the order of two texts', at) }], at);
}

function derived(how: DerivedValue['how'], of: Value, at: Value['at']): Value | undefined {
  if (of.kind === 'env') return of;
  if (of.kind === 'concat') return { ...of, parts: of.parts.map((part) => (part.kind !== 'string' ? part : how === 'lower-case' ? { ...part, value: part.value.toLowerCase() } : how === 'upper-case' ? { ...part, value: part.value.toUpperCase() } : part)) };
  return isAsked(of) ? { kind: 'derived', how, of, at } : undefined;
}

function affix(method: 'includes' | 'startsWith' | 'endsWith', text: Value, part: Value, call: Call): Condition {
  const at = call.frame.module.spanOf(call.node);
  if (text.kind === 'string' && part.kind === 'string') {
    return { c: (method === 'includes' ? text.value.includes(part.value) : method === 'startsWith' ? text.value.startsWith(part.value) : text.value.endsWith(part.value)) ? 'true' : 'false' };
  }
  // A list that is not known is asked for a member in the same words as a text for a part.
  if (text.kind === 'unknown' && method === 'includes') return isAsked(part) ? { c: 'member', item: part, of: text, at } : openly(call, at);
  if (!isAsked(text) && !isAsked(part)) return openly(call, at);
  return { c: method === 'includes' ? 'contains' : method === 'startsWith' ? 'starts-with' : 'ends-with', text, part, ignoreCase: false, at };
}

function openly(call: Call, at: Value['at']): Condition {
  return { c: 'fact', fact: { key: `text@${at.file}:${at.start}`, reason: 'unsupported-syntax', detail: `the result of ${call.method}()`, at } };
}

function matches(text: Value, regex: RegexValue, at: Value['at']): Condition {
  if (text.kind === 'string' || text.kind === 'nothing') {
    const constant = text.kind === 'string' ? text.value : text.what;
    const pattern = runnable(regex, constant);
    if (pattern !== undefined) return { c: pattern.test(constant) ? 'true' : 'false' };
  }
  if (isAsked(text)) return { c: 'matches', text, regex, use: 'search', at };
  return { c: 'fact', fact: { key: `text@${at.file}:${at.start}`, reason: 'unsupported-syntax', detail: 'a pattern test', at } };
}

function matchResult(text: Value, regex: RegexValue, at: Value['at']): Value {
  const test = matches(text, regex, at);
  const groups: Value = { kind: 'list', items: [], rest: unknown('unsupported-syntax', 'a group of a pattern', at), at };
  return join([{ when: test, value: groups }, { when: not(test), value: { kind: 'nothing', what: 'null', at } }], at);
}

/** `new RegExp(text)`: the text is the pattern; where it stands without escapes, a fix may rewrite it there. */
export function regexFrom(text: Value, flags: string, call: { readonly frame: Call['frame']; readonly node: Node }): RegexValue | undefined {
  if (text.kind !== 'string') return undefined;
  const inner = { ...text.at, start: text.at.start + 1, end: text.at.end - 1 };
  const verbatim = text.at.file === call.frame.module.file && call.frame.module.source.text.slice(inner.start, inner.end) === text.value;
  return { kind: 'regex', source: text.value, flags, dialect: 'js', at: text.at, ...(verbatim ? { sourceAt: inner } : {}), ...keepsState(flags, call.node, call.frame.module) };
}

function split(receiver: Value, call: Call): Value | undefined {
  const at = call.frame.module.spanOf(call.node);
  const [separator] = call.args;
  if (separator?.kind === 'string' && separator.value === ':' && isHost(receiver)) {
    return { kind: 'list', items: [{ kind: 'derived', how: 'url-hostname', of: receiver.of, at }], rest: unknown('unsupported-syntax', 'a port', at), at };
  }
  if (receiver.kind === 'env') return { kind: 'list', items: [], rest: receiver, at };
  if (receiver.kind !== 'string') return undefined;
  const by = separator?.kind === 'string' ? separator.value : separator?.kind === 'regex' ? runnable(separator, receiver.value) : undefined;
  if (by === undefined) return undefined;
  return short({ kind: 'list', items: receiver.value.split(by).map((value): Value => ({ kind: 'string', value, at: receiver.at })), at: receiver.at });
}

function isHost(value: Value): value is DerivedValue {
  return value.kind === 'derived' && (value.how === 'url-host' || (value.how === 'lower-case' && isHost(value.of)));
}

/** Longer results of a replacement are not made. */
const MAX_REPLACED = 1_000_000;

function replaced(receiver: Value, call: Call): Value | undefined {
  const at = call.frame.module.spanOf(call.node);
  const [pattern, by] = call.args;
  if (by?.kind !== 'string' || pattern === undefined) return undefined;
  if (isAsked(receiver)) {
    if (pattern.kind !== 'regex' || by.value !== '') return undefined;
    if (/^\\\/\+?\$$/.test(pattern.source)) return derived('strip-trailing-slash', receiver, at);
    // What is left of an origin without its scheme is its host.
    return ['^https?:\\/\\/', '^(https?:)?\\/\\/', '^(https?:\\/\\/)', '^\\w+:\\/\\/'].includes(pattern.source) ? derived('url-host', receiver, at) : undefined;
  }
  if (receiver.kind === 'env') return receiver;
  if (receiver.kind !== 'string' || receiver.value.length * (by.value.length + 1) > MAX_REPLACED) return undefined;
  const what = pattern.kind === 'string' ? pattern.value : pattern.kind === 'regex' ? runnable(pattern, receiver.value) : undefined;
  if (what === undefined || (call.method === 'replaceAll' && what instanceof RegExp && !what.global)) return undefined;
  return { kind: 'string', value: call.method === 'replaceAll' ? receiver.value.replaceAll(what, by.value) : receiver.value.replace(what, by.value), at };
}

function sliced(receiver: Value, call: Call): Value | undefined {
  const at = call.frame.module.spanOf(call.node);
  if (receiver.kind !== 'string') return undefined;
  if (call.method === 'trimEnd' || call.method === 'trimStart') return { ...receiver, value: call.method === 'trimEnd' ? receiver.value.trimEnd() : receiver.value.trimStart() };
  const numbers = call.args.map((arg) => (arg.kind === 'number' ? arg.value : undefined));
  if (numbers.includes(undefined) || (call.method !== 'slice' && call.method !== 'substring' && call.method !== 'charAt')) return undefined;
  const [from = 0, to] = numbers;
  const value = call.method === 'charAt' ? receiver.value.charAt(from) : call.method === 'slice' ? receiver.value.slice(from, to) : receiver.value.substring(from, to);
  return { kind: 'string', value, at };
}
