import { onlyWhen } from '../../values/cases.js';
import type { Span } from '../../text/span.js';
import { and, not, or, TRUE, type Condition } from '../../values/condition.js';
import { under } from '../../values/ways.js';
import { unknown, type ListValue, type RecordEntry, type RecordValue, type UnknownValue, type EnvValue, type Value } from '../../values/value.js';
import { assign, bindPattern } from './bindings.js';
import { callExpression, newExpression, yielded } from './calls.js';
import { absentKey, equality, fromCondition, join, leastOf, mapCases, nothing, nullish, truthy, type Case } from './either.js';
import { classValue, functionValue, methodOfSuper, returnedBy } from './functions.js';
import { environment, importMeta } from './environment.js';
import { commonJs, globalOf, importModuleMember } from './imports.js';
import { keepsState } from './kept-state.js';
import { memberOf, receiver } from './members.js';
import { MAX_DEPTH, type Frame } from './session.js';
import { bare, keyOf, type FunctionNode, type LogicalExpression, type Node, type ObjectExpression, type TemplateLiteral } from './tree.js';
import { skip } from './skip.js';
import { unary } from './unary.js';
import { valueOfVariable } from './variables.js';

/** What an expression may be at run time, in the frame that runs it. Events go to the frame. */
export function evaluate(written: Node, frame: Frame): Value {
  const node = bare(written);
  const { session } = frame;
  if (session.depth > MAX_DEPTH || !session.spend()) {
    skip(node, frame);
    return unknown('budget', 'an expression too large to follow', frame.module.spanOf(node));
  }
  session.depth++;
  try {
    return evaluateBare(node, frame);
  } finally {
    session.depth--;
  }
}

function evaluateBare(node: Node, frame: Frame): Value {
  const at = frame.module.spanOf(node);
  switch (node.type) {
    case 'Literal':
      return literal(node, frame);
    case 'TemplateLiteral':
      return template(node, frame);
    case 'Identifier': {
      if (node.name === 'undefined') return nothing(at);
      const variable = frame.module.scopes.variableOf(node);
      return variable === undefined ? globalValue(node.name, frame, node) : valueOfVariable(variable, frame, node);
    }
    case 'ThisExpression':
      return receiver(frame, at);
    case 'ArrayExpression':
      return listOf(node.elements, frame, node);
    case 'ObjectExpression':
      return record(node, frame);
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'FunctionDeclaration':
      return functionValue(node, frame);
    case 'ClassExpression':
    case 'ClassDeclaration':
      return classValue(node, frame);
    case 'MemberExpression': {
      if (node.object.type === 'Super') return methodOfSuper(keyOf(node.property, node.computed) ?? '', frame) ?? unknown('parameter', 'a member of a parent class', at);
      const object = evaluate(node.object, frame);
      const key = node.property.type === 'PrivateIdentifier' ? `#${node.property.name}` : node.computed ? evaluate(node.property, frame) : keyOf(node.property, false)!;
      return memberOf(object, key, node.optional, frame, node);
    }
    case 'CallExpression':
      return callExpression(node, frame);
    case 'NewExpression':
      return newExpression(node, frame);
    case 'ConditionalExpression': {
      const test = truthy(evaluate(node.test, frame));
      return branch(test, () => evaluate(node.consequent, frame), () => evaluate(node.alternate, frame), frame, node);
    }
    case 'LogicalExpression':
      return logical(node, frame);
    case 'BinaryExpression':
      return binary(node, frame);
    case 'YieldExpression':
      return node.argument === null ? nothing(at) : yielded(evaluate(node.argument, frame), frame, node);
    case 'UnaryExpression':
      return unary(node, frame);
    case 'AssignmentExpression':
      return assign(node, frame);
    case 'UpdateExpression': {
      const before = evaluate(node.argument, frame);
      const after: Value = before.kind === 'number' ? { kind: 'number', value: before.value + (node.operator === '++' ? 1 : -1), at } : unknown('unsupported-syntax', 'a counter', at);
      bindPattern(node.argument, after, frame);
      return node.prefix ? after : before;
    }
    case 'SequenceExpression':
      return node.expressions.map((part) => evaluate(part, frame)).at(-1) ?? nothing(at);
    case 'TaggedTemplateExpression':
      return unknown('unsupported-syntax', 'a tagged template', at);
    case 'ImportExpression': {
      const source = evaluate(node.source, frame);
      return source.kind === 'string' ? importModuleMember(source.value, '*', frame, node) : unknown('import-not-resolved', 'a computed import', at);
    }
    case 'MetaProperty':
      return importMeta(frame.hops === 0, at);
    default:
      return unknown('unsupported-syntax', 'an expression of an unfollowed kind', at);
  }
}

/** Names that no declaration in the file explains. */
function globalValue(name: string, frame: Frame, node: Node): Value {
  const at = frame.module.spanOf(node);
  const own = globalOf(name, frame) ?? commonJs(name, frame, at);
  if (own !== undefined) return own;
  if (name === 'NaN' || name === 'Infinity') return { kind: 'number', value: name === 'NaN' ? NaN : Infinity, at };
  if (name === 'process' || name === 'Bun' || name === 'Deno') return environment(name, at);
  return unknown('function-call', `the global ${name}`, at);
}

function literal(node: Node & { type: 'Literal' }, frame: Frame): Value {
  const at = frame.module.spanOf(node);
  if ('regex' in node && node.regex !== undefined && node.regex !== null) {
    const { pattern, flags } = node.regex;
    return { kind: 'regex', source: pattern, flags, dialect: 'js', at, sourceAt: { ...at, start: at.start + 1, end: at.start + 1 + pattern.length }, ...keepsState(flags, node, frame.module) };
  }
  const { value } = node;
  if (typeof value === 'string') return { kind: 'string', value, at };
  if (typeof value === 'number') return { kind: 'number', value, at };
  if (typeof value === 'boolean') return { kind: 'boolean', value, at };
  if (value === null) return { kind: 'nothing', what: 'null', at };
  return unknown('unsupported-syntax', 'a big integer', at);
}

function template(node: TemplateLiteral, frame: Frame): Value {
  const at = frame.module.spanOf(node);
  let text: Value = { kind: 'string', value: node.quasis[0]?.value.cooked ?? '', at };
  node.expressions.forEach((expression, index) => {
    text = concat(text, evaluate(expression, frame), frame, node);
    const quasi = node.quasis[index + 1]?.value.cooked ?? '';
    if (quasi !== '') text = concat(text, { kind: 'string', value: quasi, at }, frame, node);
  });
  return text;
}

/** Texts longer than this, or of more parts, are not put together. */
const MAX_TEXT = 20_000;
const MAX_PARTS = 100;

export function concat(left: Value, right: Value, frame: Frame, node: Node): Value {
  const at = frame.module.spanOf(node);
  return mapCases(left, at, (a) =>
    mapCases(right, at, (b): Value => {
      const parts = [...(a.kind === 'concat' ? a.parts : [asText(a)]), ...(b.kind === 'concat' ? b.parts : [asText(b)])];
      const joined: Value[] = [];
      for (const part of parts) {
        const last = joined.at(-1);
        if (part.kind === 'string' && part.value === '') continue;
        if (last?.kind === 'string' && part.kind === 'string') {
          if (last.value.length + part.value.length > MAX_TEXT) return unknown('budget', 'a text too long to follow', at);
          joined[joined.length - 1] = { kind: 'string', value: last.value + part.value, at };
        } else joined.push(part);
      }
      if (joined.length > MAX_PARTS) return unknown('budget', 'a text of too many parts', at);
      const only = joined[0];
      if (only === undefined) return { kind: 'string', value: '', at };
      return joined.length === 1 ? only : { kind: 'concat', parts: joined, at };
    }),
  );
}

/** What a text is made of, one alternative of a value, as JavaScript writes it. */
export function asText(value: Value): Value {
  if (value.kind === 'number' || value.kind === 'boolean') return { kind: 'string', value: String(value.value), at: value.at };
  if (value.kind === 'nothing') return { kind: 'string', value: value.what, made: true, at: value.at };
  return value;
}

/** Elements of an array literal or arguments of a call, with spreads; what cannot be listed is the rest. */
export function listOf(elements: readonly (Node | null)[], frame: Frame, node: Node): ListValue {
  const items: Value[] = [];
  let rest: UnknownValue | EnvValue | undefined;
  for (const element of elements) {
    if (element === null) items.push(nothing(frame.module.spanOf(node)));
    else if (element.type === 'SpreadElement') {
      const spread = evaluate(element.argument, frame);
      if (spread.kind === 'list') {
        for (const item of spread.items) items.push(item);
        rest ??= spread.rest;
      } else if (spread.kind === 'either' && spread.options.every(({ value }) => value.kind === 'list')) {
        // Each item that only some alternatives have stands under their condition.
        for (const { when, value } of spread.options) {
          if (value.kind !== 'list') continue;
          items.push(...value.items.map((item) => onlyWhen(when, item)));
          rest ??= value.rest;
        }
      } else if (spread.kind === 'record') {
        const pairs = pairsOf(spread);
        items.push(...pairs.items);
        rest ??= pairs.rest;
      } else if (spread.kind !== 'nothing') rest ??= spread.kind === 'unknown' || spread.kind === 'env' ? spread : unknown('unsupported-syntax', 'a spread', spread.at);
    } else items.push(evaluate(element, frame));
  }
  return short({ kind: 'list', items, ...(rest === undefined ? {} : { rest }), at: frame.module.spanOf(node) });
}

/** So many items of a list are told apart. */
const MAX_ITEMS = 1_000;

/** The list with no more items than are told apart; the others are its rest. */
export function short(list: ListValue): ListValue {
  return list.items.length <= MAX_ITEMS ? list : { ...list, items: list.items.slice(0, MAX_ITEMS), rest: unknown('budget', 'a long list', list.at) };
}

/** A `Map` as what iterating gives: its keys with their values. */
export function pairsOf(map: RecordValue): ListValue {
  const items = map.entries.map(({ key, value, at }): Value => ({ kind: 'list', items: [{ kind: 'string', value: key, at }, value], at }));
  return { kind: 'list', items, ...(map.rest === undefined ? {} : { rest: map.rest }), at: map.at };
}

function record(node: ObjectExpression, frame: Frame): RecordValue {
  const at = frame.module.spanOf(node);
  let result: RecordValue = { kind: 'record', entries: [], at };
  const getters: { readonly key: string; readonly getter: FunctionNode; readonly at: Span }[] = [];
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      result = merged(result, evaluate(property.argument, frame));
      continue;
    }
    const written = keyOf(property.key, property.computed);
    const key = written ?? textOf(evaluate(property.key, frame));
    const place = frame.module.spanOf(property);
    if (key === undefined) result = tainted(result, result, unknown('dynamic-key', 'a computed key', place));
    else if (property.kind === 'get' && property.value.type === 'FunctionExpression') getters.push({ key, getter: property.value, at: place });
    else if (property.kind === 'init') result = withEntry(result, { key, value: evaluate(property.value, frame), at: place });
  }
  // An accessor sees the whole object.
  const self = { value: result };
  return getters.reduce((known, { key, getter, at: place }) => withEntry(known, { key, value: returnedBy(functionValue(getter, frame, self)), at: place }), result);
}

export function textOf(value: Value): string | undefined {
  return value.kind === 'string' ? value.value : value.kind === 'number' ? String(value.value) : undefined;
}

export function withEntry(record: RecordValue, added: RecordEntry): RecordValue {
  return { ...record, entries: [...record.entries.filter(({ key }) => key !== added.key), added] };
}

/** `{ ...base, ...over }` */
export function merged(base: RecordValue, over: Value): RecordValue {
  switch (over.kind) {
    case 'record': {
      const entries = over.entries.reduce(withEntry, base);
      return over.rest === undefined ? entries : tainted(entries, base, over.rest);
    }
    case 'either': {
      // A key has the value of each alternative, or else the one it had before.
      const keys = new Set(over.options.flatMap(({ value }) => (value.kind === 'record' ? value.entries.map(({ key }) => key) : [])));
      let result = base;
      for (const { value } of over.options) if (value.kind === 'unknown') result = tainted(result, base, value);
      for (const key of keys) {
        const cases = over.options.map(({ when, value }): Case & { at: RecordEntry['at'] } => {
          const found = value.kind === 'record' ? value.entries.find((candidate) => candidate.key === key) : undefined;
          const kept = found ?? result.entries.find((candidate) => candidate.key === key);
          return { when, value: kept?.value ?? absentKey(over.at), at: kept?.at ?? over.at };
        });
        result = withEntry(result, { key, value: join(cases, over.at), at: cases[0]?.at ?? over.at });
      }
      return result;
    }
    case 'unknown':
      return tainted(base, base, over);
    default:
      return base;
  }
}

/** After an unknown spread each key that stood before it is its value or another one. */
function tainted(record: RecordValue, before: RecordValue, by: UnknownValue): RecordValue {
  const known = new Set(before.entries.map(({ key }) => key));
  const entries = record.entries.map((entry) => {
    if (!known.has(entry.key) || entry !== before.entries.find(({ key }) => key === entry.key)) return entry;
    const overwritten: Condition = { c: 'fact', fact: { key: `spread@${by.at.file}:${by.at.start}:${entry.key}`, reason: by.reason, detail: `whether ${by.detail} sets ${entry.key}`, at: by.at } };
    return { ...entry, value: join([{ when: not(overwritten), value: entry.value }, { when: overwritten, value: by }], entry.at) };
  });
  return { ...record, entries, rest: by };
}

/** The value of a choice; both sides run, each under its condition, unless the test is decided. */
export function branch(test: Condition, yes: () => Value, no: () => Value, frame: Frame, node: Node): Value {
  if (test.c === 'true') return yes();
  if (test.c === 'false') return no();
  const cases = [
    { when: test, value: under(frame, test, yes) },
    { when: not(test), value: under(frame, not(test), no) },
  ];
  return join(cases, frame.module.spanOf(node));
}

function logical(node: LogicalExpression, frame: Frame): Value {
  const at = frame.module.spanOf(node);
  const left = evaluate(node.left, frame);
  const keep = node.operator === '??' ? not(nullish(left)) : node.operator === '||' ? truthy(left) : not(truthy(left));
  if (keep.c === 'true') return left;
  if (keep.c === 'false') return evaluate(node.right, frame);
  const right = under(frame, not(keep), () => evaluate(node.right, frame));
  const truths = node.operator === '&&' ? isTruth(left) || left.kind === 'request' || left.kind === 'derived' : isTruth(left);
  if (node.operator !== '??' && truths && isTruth(right)) {
    const parts = [truthy(left), truthy(right)];
    return fromCondition(node.operator === '||' ? or(...parts) : and(...parts), at);
  }
  const cases: Case[] = [];
  for (const option of left.kind === 'either' ? left.options : [{ when: TRUE, value: left }]) {
    const kept = node.operator === '??' ? not(nullish(option.value)) : node.operator === '||' ? truthy(option.value) : not(truthy(option.value));
    cases.push({ when: and(option.when, kept), value: falsyOf(option.value, node.operator, at) }, { when: and(option.when, not(kept)), value: right });
  }
  return join(cases, at);
}

/** What `a && b` gives when `a` is falsy: of a condition, `false`; of a missing header, `undefined`. */
function falsyOf(value: Value, operator: LogicalExpression['operator'], at: Value['at']): Value {
  if (operator !== '&&') return value.kind === 'condition' ? { kind: 'boolean', value: true, at } : value;
  if (value.kind === 'condition') return { kind: 'boolean', value: false, at };
  return value.kind === 'request' || value.kind === 'derived' || value.kind === 'unknown' ? nothing(at) : value;
}

function isTruth(value: Value): boolean {
  return value.kind === 'condition' || value.kind === 'boolean';
}

function binary(node: Node & { type: 'BinaryExpression' }, frame: Frame): Value {
  const at = frame.module.spanOf(node);
  const left = node.left.type === 'PrivateIdentifier' ? unknown('unsupported-syntax', 'a brand check', at) : evaluate(node.left, frame);
  const right = evaluate(node.right, frame);
  switch (node.operator) {
    case '===':
    case '==':
      return fromCondition(equality(left, right, at), at);
    case '!==':
    case '!=':
      return fromCondition(not(equality(left, right, at)), at);
    case 'in':
      return fromCondition({ c: 'member', item: left, of: right, at }, at);
    case 'instanceof':
      return instanceOf(left, node.right, right, frame);
    case '+':
      if (left.kind === 'number' && right.kind === 'number') return { kind: 'number', value: left.value + right.value, at };
      return concat(left, right, frame, node);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compareNumbers(left, right, node.operator, frame, node);
    case '-':
    case '*':
    case '/':
      if (left.kind === 'number' && right.kind === 'number') {
        const value = node.operator === '-' ? left.value - right.value : node.operator === '*' ? left.value * right.value : left.value / right.value;
        return { kind: 'number', value, at };
      }
      return unknown('unsupported-syntax', 'a computed number', at);
    default:
      return unknown('unsupported-syntax', `the operator ${node.operator}`, at);
  }
}

/** Classes of values that are told apart without looking at their constructors. */
const KINDS: Readonly<Record<string, Value['kind']>> = { RegExp: 'regex', Array: 'list', Set: 'list', Function: 'function' };

function instanceOf(left: Value, constructor: Node, right: Value, frame: Frame): Value {
  const at = frame.module.spanOf(constructor);
  const kind = constructor.type === 'Identifier' && right.kind === 'unknown' ? KINDS[constructor.name] : undefined;
  return mapCases(left, at, (value) => (kind === undefined || value.kind === 'unknown' || value.kind === 'handle' ? unknown('unsupported-syntax', 'the class of a value', at) : { kind: 'boolean', value: value.kind === kind, at }));
}

function compareNumbers(left: Value, right: Value, operator: '<' | '>' | '<=' | '>=', frame: Frame, node: Node): Value {
  const at = frame.module.spanOf(node);
  return mapCases(left, at, (a) =>
    mapCases(right, at, (b) => {
      if (a.kind === 'number' && b.kind === 'number') {
        const value = operator === '<' ? a.value < b.value : operator === '>' ? a.value > b.value : operator === '<=' ? a.value <= b.value : a.value >= b.value;
        return { kind: 'boolean', value, at };
      }
      const minimum = leastOf(a);
      if (minimum !== undefined && b.kind === 'number') {
        if (operator === '>=' || operator === '<') {
          if (b.value <= minimum) return { kind: 'boolean', value: operator === '>=', at };
        } else if (b.value < minimum) return { kind: 'boolean', value: operator === '>', at };
      }
      return fromCondition({ c: 'fact', fact: { key: `compare@${at.file}:${at.start}`, reason: 'unsupported-syntax', detail: 'a comparison of numbers', at } }, at);
    }),
  );
}
