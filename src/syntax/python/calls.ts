import { fromCondition } from '../../values/cases.js';
import { and, not, or, TRUE, type Condition } from '../../values/condition.js';
import { choose, mapEither, setting } from '../../values/either.js';
import { entry, unknown, type StringValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { functionAround, testsAround } from './bindings.js';
import type { Evaluation } from './evaluate.js';
import { asList, joined, splitText, stripText } from './lists.js';
import type { PythonModule } from './module.js';
import { methodOf } from './objects.js';
import { isAsked, matchValue, requestMethod, urlParts } from './request-text.js';
import { shortened, truth, undecided } from './truth.js';

/** What a call gives: the environment, the built-in functions that lists of origins go through, and functions in view. */
export function callValue(evaluation: Evaluation, node: SyntaxNode, at: Span): Value {
  const { module } = evaluation;
  const callee = node.childForFieldName('function');
  const call = module.callOf(node, evaluation);
  const opaque = unknown('function-call', `the call ${shortened(node.text)}`, at);
  if (callee === null) return opaque;
  const first = call.positional[0];
  const argument = (index: number): Value | undefined => (call.positional[index] === undefined ? undefined : evaluation.valueOf(call.positional[index]));
  const qualified = module.qualifiedName(callee) ?? '';
  switch (qualified) {
    case 'os.getenv':
    case 'os.environ.get': {
      const name = argument(0);
      const fallback = argument(1) ?? entry(call.keywords, 'default')?.value ?? { kind: 'nothing', what: 'null', at };
      return name?.kind === 'string' ? setting(name.value, fallback, { kind: 'env', name: name.value, at }, at) : unknown('env-variable', shortened(node.text), at);
    }
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
    case 'sorted':
      return first === undefined ? { kind: 'list', items: [], at } : asList(evaluation.valueOf(first), at);
    case 'str':
      return mapEither(argument(0) ?? { kind: 'string', value: '', at }, (value) => (value.kind === 'number' ? { kind: 'string', value: String(value.value), at: value.at } : value.kind === 'list' || value.kind === 'record' ? opaque : value));
    case 'bool':
      return first === undefined ? { kind: 'boolean', value: false, at } : { kind: 'condition', condition: evaluation.conditionOf(first), at };
    case 'int':
      return mapEither(argument(0) ?? opaque, (value) => (value.kind === 'string' && /^\s*-?\d+\s*$/.test(value.value) ? { kind: 'number', value: Number(value.value), at: value.at } : value.kind === 'number' || value.kind === 'env' ? value : opaque));
    case 'map':
    case 'filter':
      return first === undefined ? opaque : mapped(evaluation, qualified, first, argument(1) ?? opaque, at);
    case 're.match':
    case 're.fullmatch':
    case 're.search': {
      const [pattern, text] = [argument(0), argument(1)];
      const regex: Value | undefined = pattern?.kind === 'string' ? { kind: 'regex', source: pattern.value, flags: /\bre\.(?:I|IGNORECASE)\b/.test(call.node.text) ? 'i' : '', dialect: 'python', at: pattern.at } : pattern;
      return regex?.kind === 'regex' && text !== undefined ? matchValue(text, regex, USES[qualified.slice(3)]!, at) : opaque;
    }
    case 'urllib.parse.urlparse':
    case 'urllib.parse.urlsplit':
      return urlParts(argument(0) ?? opaque, at);
    case 'any':
    case 'all': {
      const list = first === undefined ? { kind: 'list' as const, items: [], at } : asList(evaluation.valueOf(first), at);
      if (list.kind !== 'list') return opaque;
      const tests = [...list.items.map((item) => presence(item)), ...(list.rest === undefined ? [] : [{ when: TRUE, test: undecided(at, `the call ${shortened(node.text)}`) }])];
      return fromCondition(qualified === 'any' ? or(...tests.map(({ when, test }) => and(when, test))) : and(...tests.map(({ when, test }) => or(not(when), test))), at);
    }
    case 're.compile': {
      const source = argument(0);
      const flags = call.positional[1]?.text ?? '';
      return source?.kind === 'string' ? { kind: 'regex', source: source.value, flags: /\bre\.(?:I|IGNORECASE)\b/.test(flags) ? 'i' : '', dialect: 'python', at: source.at } : opaque;
    }
    case 'json.loads':
      return mapEither(argument(0) ?? opaque, (value) => (value.kind === 'string' ? fromJson(value) ?? opaque : value.kind === 'env' ? unknown('env-variable', `the value of ${value.name}`, value.at) : opaque));
    case 'dict':
      return call.keywords;
  }
  const read = settingRead(evaluation, call.callee, argument, (name) => entry(call.keywords, name)?.value, node, at);
  if (read !== undefined) return read;
  const found = callee.type === 'identifier' ? module.functionNamed(callee.text) : undefined;
  if (found !== undefined) return returnedBy(evaluation, found.module, found.definition, found.module.argumentsOf(found.definition, node, evaluation), at);
  return callee.type === 'attribute' ? method(evaluation, callee, node, at) : opaque;
}

const USES: Readonly<Record<string, 'search' | 'match-prefix' | 'full'>> = { match: 'match-prefix', fullmatch: 'full', search: 'search' };

/** When an item is in its list, and when it is true then. */
function presence(item: Value): { readonly when: Condition; readonly test: Condition } {
  return item.kind === 'either' ? { when: or(...item.options.map(({ when }) => when)), test: truth(item) } : { when: TRUE, test: truth(item) };
}

/** `map(str.strip, …)`, `map(str, …)` and `filter(None, …)`. */
function mapped(evaluation: Evaluation, how: string, by: SyntaxNode, source: Value, at: Span): Value {
  return mapEither(asList(source, at), (list): Value => {
    if (list.kind !== 'list') return list;
    if (how === 'map' && by.text === 'str') return list;
    const strip = /^str\.(l?strip|rstrip)$/.exec(by.text)?.[1];
    if (how === 'map' && strip !== undefined) return { ...list, items: list.items.map((item) => (item.kind === 'string' ? stripText(item, strip, undefined, evaluation.module.written) : item)) };
    if (how === 'filter' && (by.type === 'none' || by.text === 'bool')) return { ...list, items: list.items.filter((item) => !(item.kind === 'string' && item.value === '') && item.kind !== 'nothing') };
    return unknown('function-call', `the call of ${shortened(by.text)}`, at);
  });
}

/** A JSON text's strings stand where the text stands. */
function fromJson(text: StringValue): Value | undefined {
  const { at } = text;
  const convert = (value: unknown): Value => {
    if (typeof value === 'string') return { kind: 'string', value, at };
    if (typeof value === 'number') return { kind: 'number', value, at };
    if (typeof value === 'boolean') return { kind: 'boolean', value, at };
    if (Array.isArray(value)) return { kind: 'list', items: value.map(convert), at };
    if (value === null || typeof value !== 'object') return { kind: 'nothing', what: 'null', at };
    return { kind: 'record', entries: Object.entries(value).map(([key, item]) => ({ key, value: convert(item), at })), at };
  };
  try {
    return convert(JSON.parse(text.value));
  } catch {
    return undefined;
  }
}

/** `config('X', default=…, cast=…)` of python-decouple and starlette.config, `env.list('X', default=[…])` of environs and django-environ. */
function settingRead(evaluation: Evaluation, callee: string, argument: (index: number) => Value | undefined, keyword: (name: string) => Value | undefined, node: SyntaxNode, at: Span): Value | undefined {
  const { module } = evaluation;
  const [, owner = '', kind = ''] = /^(\w+)(?:\.(\w+))?$/.exec(callee) ?? [];
  const maker = module.assignedCall(owner)?.childForFieldName('function')?.text ?? '';
  const isConfig = kind === '' && (/^decouple\.config$/.test(module.imports.get(owner) ?? '') || /(?:^|\.)Config$/.test(maker));
  const isEnv = /(?:^|\.)Env$/.test(maker) && ['', 'str', 'list', 'bool', 'int'].includes(kind);
  const name = isConfig || isEnv ? argument(0) : undefined;
  if (name?.kind !== 'string') return undefined;
  const fallback = keyword('default') ?? (isEnv ? argument(1) : undefined);
  const cast = isConfig ? (node.childForFieldName('arguments')?.namedChildren.find((child) => child.childForFieldName('name')?.text === 'cast')?.childForFieldName('value')?.text ?? 'str') : kind === '' ? 'str' : kind;
  const variable: Value = { kind: 'env', name: name.value, at };
  const list = /^(?:list|\w*\.?Csv\(|\w*\.?CommaSeparatedStrings)/.test(cast);
  const converted = (value: Value): Value =>
    mapEither(value, (one): Value => {
      if (list) return one.kind === 'string' ? { kind: 'list', items: splitText(one, ',', module.written).map((item) => stripText(item, 'strip', undefined, module.written)), at: one.at } : asList(one, at);
      if (cast === 'str' || one.kind !== 'env') return one;
      return unknown('env-variable', `the value of ${one.name}`, one.at);
    });
  return fallback === undefined ? converted(variable) : setting(name.value, converted(fallback), converted(variable), at);
}

/** The result of a function in view: each `return` under its tests, the first that is reached counts. */
export function returnedBy(evaluation: Evaluation, module: PythonModule, definition: SyntaxNode, args: ReadonlyMap<string, Value>, at: Span): Value {
  const opaque = unknown('function-call', `the call of ${definition.childForFieldName('name')?.text ?? 'a function'}`, at);
  const returns = definition.descendantsOfType('return_statement').filter((statement) => functionAround(statement)?.id === definition.id);
  if (returns.length > 12 || definition.descendantsOfType(['yield', 'for_statement', 'while_statement']).some((node) => node.type === 'yield' || returns.some((statement) => statement.startIndex > node.startIndex && statement.endIndex <= node.endIndex))) return opaque;
  const inside = evaluation.within(module, { scope: args, inner: new Map() });
  return returns.reduceRight<Value>((later, statement): Value => {
    const condition: Condition = inside.testsHold(testsAround(statement));
    if (condition.c === 'false') return later;
    const returned = statement.namedChildren[0];
    const value: Value = returned === undefined ? { kind: 'nothing', what: 'null', at } : inside.valueOf(returned);
    // A return behind all the earlier ones needs no test of its own.
    return later.kind === 'nothing' && condition.c !== 'true' && statement.parent?.parent?.id === definition.id ? value : choose(condition, value, later, at);
  }, { kind: 'nothing', what: 'null', at });
}

function method(evaluation: Evaluation, callee: SyntaxNode, node: SyntaxNode, at: Span): Value {
  const { module } = evaluation;
  const [object, name] = [callee.childForFieldName('object'), callee.childForFieldName('attribute')?.text ?? ''];
  const opaque = unknown('function-call', `the call of ${shortened(callee.text)}`, at);
  if (object === null) return opaque;
  const own = methodOf(module, object, name);
  if (own !== undefined) return returnedBy(evaluation, own.module, own.definition, own.module.argumentsOf(own.definition, node, evaluation), at);
  const args = module.callOf(node, evaluation).positional.map((argument) => evaluation.valueOf(argument));
  const first = args[0];
  return mapEither(evaluation.valueOf(object), (value): Value => {
    if (value.kind === 'nothing') return unknown('env-variable', 'a setting that is not set', at);
    if (isAsked(value)) return requestMethod(value, name, args, at) ?? opaque;
    if (value.kind === 'regex' && first !== undefined && USES[name] !== undefined) return matchValue(first, value, USES[name], at);
    if (value.kind === 'string') return textMethod(value, name, first, module) ?? opaque;
    if (value.kind === 'env') {
      if (name === 'split' || name === 'splitlines') return { kind: 'list', items: [], rest: value, at: value.at };
      return ['strip', 'lstrip', 'rstrip', 'lower', 'upper', 'replace'].includes(name) ? value : opaque;
    }
    if (value.kind === 'list' && name === 'copy') return value;
    if (value.kind === 'list' && (name === 'union' || name === '__add__') && first !== undefined) return joined(value, first, at);
    if (value.kind === 'record' && name === 'copy') return value;
    if (value.kind === 'record' && name === 'get' && first?.kind === 'string') return entry(value, first.value)?.value ?? (value.rest === undefined ? (args[1] ?? { kind: 'nothing', what: 'null', at }) : value.rest);
    return opaque;
  });
}

function textMethod(text: StringValue, name: string, first: Value | undefined, module: PythonModule): Value | undefined {
  const argument = first?.kind === 'string' ? first.value : undefined;
  if (first !== undefined && argument === undefined && first.kind !== 'nothing') return undefined;
  switch (name) {
    case 'split':
      return argument === '' ? undefined : { kind: 'list', items: splitText(text, argument, module.written), at: text.at };
    case 'splitlines':
      return { kind: 'list', items: splitText(text, '\n', module.written), at: text.at };
    case 'strip':
    case 'rstrip':
    case 'lstrip':
      return stripText(text, name, argument, module.written);
    case 'lower':
    case 'upper':
      return { ...text, value: name === 'lower' ? text.value.toLowerCase() : text.value.toUpperCase() };
    case 'startswith':
    case 'endswith':
      return argument === undefined ? undefined : { kind: 'boolean', value: name === 'startswith' ? text.value.startsWith(argument) : text.value.endsWith(argument), at: text.at };
  }
  return undefined;
}

/** `isinstance(value, str)` for the types that settings have; undefined when the value does not tell. */
export function isInstance(value: Value, type: SyntaxNode): Condition | undefined {
  const names = type.text.split(/[^\w]+/);
  const kinds = names.flatMap((name) => ({ str: ['string', 'env', 'concat'], list: ['list'], tuple: ['list'], set: ['list'], dict: ['record'], bool: ['boolean'], int: ['number', 'boolean'] })[name] ?? []);
  if (value.kind === 'unknown' || value.kind === 'either' || value.kind === 'condition') return undefined;
  const is: Condition = { c: 'true' };
  return kinds.includes(value.kind) ? is : not(is);
}
