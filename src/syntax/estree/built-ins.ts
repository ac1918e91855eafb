import type { Span } from '../../text/span.js';
import { and, not, or, type Condition } from '../../values/condition.js';
import { isSilent } from '../../values/silent.js';
import { unknown, type RecordValue, type Value } from '../../values/value.js';
import { bindPattern } from './bindings.js';
import { inline, invoke } from './calls.js';
import { equality, fromCondition, mapCases, nothing, truthy } from './either.js';
import { urlOf } from './environment.js';
import { asText, merged, textOf, withEntry } from './evaluate.js';
import { happen, type Frame } from './session.js';
import { keepsState } from './kept-state.js';
import { regexFrom } from './text-methods.js';
import { bare, type Node } from './tree.js';

/** `String(x)`, `Boolean(x)`, … : functions that every JavaScript program has. Undefined for one that is not followed. */
export function globalFunction(name: string, args: readonly Value[], frame: Frame, node: Node): Value | undefined {
  const at = frame.module.spanOf(node);
  const [first] = args;
  switch (name) {
    case 'Boolean':
      return first === undefined ? { kind: 'boolean', value: false, at } : fromCondition(truthy(first), at);
    case 'String':
      return first === undefined ? { kind: 'string', value: '', at } : mapCases(first, at, asText);
    case 'Number':
    case 'parseInt':
    case 'parseFloat':
      return first === undefined ? undefined : mapCases(first, at, (value) => (value.kind === 'string' && value.value.trim() !== '' && Number.isFinite(Number(value.value)) ? { kind: 'number', value: Number(value.value), at } : value));
    case 'RegExp':
    case 'Error':
    case 'Array':
      return globalObject(name, args, frame, node);
    case 'structuredClone':
      return first;
    case 'setTimeout':
    case 'setImmediate':
    case 'queueMicrotask':
      if (first?.kind === 'function' || first?.kind === 'handle') invoke(first, name === 'setTimeout' ? args.slice(2) : args.slice(1), frame, node);
      return unknown('function-call', `the result of ${name}()`, at);
    default:
      return undefined;
  }
}

/** Harmless namespaces: nothing there throws or keeps what it is given. */
const NAMESPACES = new Set(['console', 'Math', 'Date', 'Reflect', 'Symbol', 'Intl']);

/** `Object.freeze(x)`, `Array.from(x)`, … */
export function globalMethod(owner: string, method: string, argsOf: () => readonly Value[], frame: Frame, node: Node): Value | undefined {
  const at = frame.module.spanOf(node);
  if (NAMESPACES.has(owner)) {
    argsOf();
    return unknown('function-call', `the result of ${owner}.${method}()`, at);
  }
  switch (`${owner}.${method}`) {
    case 'Object.freeze':
    case 'Object.seal':
    case 'Promise.resolve':
    case 'Array.from':
    case 'Promise.all': {
      const [first, callback] = argsOf();
      if (first === undefined || callback !== undefined) return unknown('unsupported-syntax', `the result of ${owner}.${method}()`, at);
      return first;
    }
    case 'JSON.parse': {
      const [text] = argsOf();
      return text === undefined ? undefined : parsedJson(text, frame, at);
    }
    case 'JSON.stringify':
      argsOf();
      return unknown('function-call', 'a text made by JSON.stringify()', at);
    case 'Array.of':
      return { kind: 'list', items: argsOf(), at };
    case 'Array.isArray': {
      const [first] = argsOf();
      if (first === undefined || first.kind === 'unknown') return undefined;
      return mapCases(first, at, (value) => ({ kind: 'boolean', value: value.kind === 'list', at }));
    }
    case 'Object.assign': {
      const [target, ...sources] = argsOf();
      if (target === undefined) return undefined;
      if (target.kind === 'handle' && !isSilent(target)) {
        for (const source of sources) if (source.kind === 'record') for (const { key, value, at: place } of source.entries) happen({ kind: 'assign', when: frame.reached, receiver: target, property: key, value, at: place }, frame);
        return target;
      }
      const result = sources.reduce<Value>((base, over) => (base.kind === 'record' ? merged(base, over) : base), target);
      const written = node.type === 'CallExpression' && node.arguments[0] !== undefined ? bare(node.arguments[0]) : undefined;
      if (written?.type === 'Identifier' && result.kind === 'record') bindPattern(written, result, frame);
      return result;
    }
    case 'Object.keys':
    case 'Object.values':
    case 'Object.entries': {
      const [first] = argsOf();
      if (first?.kind === 'unknown') return first;
      if (first?.kind !== 'record') return undefined;
      const items = first.entries.map(({ key, value, at: place }): Value => {
        const name: Value = { kind: 'string', value: key, at: place };
        return method === 'keys' ? name : method === 'values' ? value : { kind: 'list', items: [name, value], at: place };
      });
      return { kind: 'list', items, ...(first.rest === undefined ? {} : { rest: first.rest }), at: first.at };
    }
    case 'Object.hasOwn': {
      const [object, key] = argsOf();
      if (object?.kind !== 'record' || key === undefined) return undefined;
      if (key.kind === 'request' || key.kind === 'derived') return fromCondition({ c: 'member', item: key, of: object, at }, at);
      return fromCondition(or(...object.entries.map((entry) => equality(key, { kind: 'string', value: entry.key, at: entry.at }, at))), at);
    }
    case 'Object.fromEntries': {
      const [first] = argsOf();
      return first?.kind === 'list' ? pairs(first.items, at) : undefined;
    }
    default:
      return undefined;
  }
}

function pairs(items: readonly Value[], at: Value['at']): RecordValue {
  let result: RecordValue = { kind: 'record', entries: [], at };
  for (const item of items) {
    const key = item.kind === 'list' && item.items[0] !== undefined ? textOf(item.items[0]) : undefined;
    const value = item.kind === 'list' ? item.items[1] : undefined;
    if (key === undefined || value === undefined) result = { ...result, rest: unknown('dynamic-key', 'a computed key', at) };
    else result = withEntry(result, { key, value, at: item.at });
  }
  return result;
}

/** The code throws here while the condition holds. */
function throwWhen(condition: Condition, frame: Frame, at: Span): void {
  if (condition.c === 'false') return;
  happen({ kind: 'throw', when: and(frame.reached, condition), at }, frame);
  frame.reached = and(frame.reached, not(condition));
}

/** An alternative that throws. Where nobody catches, the program ends, and what it does otherwise is what counts. */
function failed(when: Condition, frame: Frame, at: Span): undefined {
  if (frame.session.catching > 0) throwWhen(when, frame, at);
  return undefined;
}

/** `JSON.parse(text)`: a constant is parsed; a text from the environment may be anything, also no JSON. */
function parsedJson(text: Value, frame: Frame, at: Span): Value {
  return mapCases(text, at, (value, when) => {
    if (value.kind === 'string') {
      try {
        return jsonValue(JSON.parse(value.value), value.at);
      } catch {
        return failed(when, frame, at);
      }
    }
    if (value.kind === 'nothing') return failed(when, frame, at);
    if (value.kind !== 'env') return unknown(value.kind === 'unknown' ? value.reason : 'function-call', value.kind === 'unknown' ? value.detail : 'a parsed text', at);
    const broken: Condition = { c: 'fact', fact: { key: `json:${value.name}`, reason: 'env-variable', detail: `whether ${value.name} is valid JSON`, at: value.at } };
    if (frame.session.catching > 0) throwWhen(and(when, broken), frame, at);
    return unknown('env-variable', `the value of ${value.name}`, value.at);
  });
}

function jsonValue(data: unknown, at: Span): Value {
  if (typeof data === 'string') return { kind: 'string', value: data, at };
  if (typeof data === 'number') return { kind: 'number', value: data, at };
  if (typeof data === 'boolean') return { kind: 'boolean', value: data, at };
  if (Array.isArray(data)) return { kind: 'list', items: data.map((item) => jsonValue(item, at)), at };
  if (typeof data !== 'object' || data === null) return { kind: 'nothing', what: 'null', at };
  return { kind: 'record', entries: Object.entries(data).map(([key, value]) => ({ key, value: jsonValue(value, at), at })), at };
}

/** `new Set(…)`, `new RegExp(…)`, `new URL(…)`, … */
export function globalObject(name: string, args: readonly Value[], frame: Frame, node: Node): Value | undefined {
  const at = frame.module.spanOf(node);
  const [first] = args;
  switch (name) {
    case 'Set':
    case 'Array':
      if (name === 'Array' && args.length !== 1) return { kind: 'list', items: args, at };
      return first === undefined || first.kind === 'nothing' ? { kind: 'list', items: [], at } : first;
    case 'Map':
    case 'Headers':
      if (first === undefined || first.kind === 'nothing') return { kind: 'record', entries: [], at };
      return mapCases(first, at, (given) => (given.kind === 'list' ? pairs(given.items, at) : given));
    case 'RegExp': {
      if (first === undefined) return undefined;
      const flags = args[1]?.kind === 'string' ? args[1].value : '';
      return mapCases(first, at, (text) => (text.kind === 'regex' ? { ...text, flags: args[1]?.kind === 'string' ? flags : text.flags, ...keepsState(args[1]?.kind === 'string' ? flags : text.flags, node, frame.module) } : (regexFrom(text, flags, { frame, node }) ?? unknown('regex-too-complex', 'a pattern put together at run time', at))));
    }
    case 'URL': {
      if (first === undefined) return undefined;
      return mapCases(first, at, (text, when) => {
        // A missing header and an opaque origin are no URLs.
        if ((text.kind === 'request' && text.part === 'header') || text.kind === 'derived') throwWhen(and(when, or(not(truthy(text)), equality(text, { kind: 'string', value: 'null', at }, at))), frame, at);
        else if (text.kind === 'nothing') return failed(when, frame, at);
        return urlOf(text, at);
      });
    }
    case 'Error':
    case 'TypeError':
    case 'RangeError':
    case 'Date':
      return { kind: 'record', entries: [], at };
    case 'Promise':
      if (first?.kind === 'function') inline(first, [nothing(at), nothing(at)], frame, node);
      return unknown('function-call', 'a promise', at);
    default:
      return undefined;
  }
}
