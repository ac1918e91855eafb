import { mapEither, setting } from '../../values/either.js';
import { silent } from '../../values/silent.js';
import { entry, unknown, type Handle, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { Arguments } from './arguments.js';
import { applied } from './builtins.js';
import type { Evaluation } from './evaluate.js';
import { asList, splitText, stripText } from './lists.js';
import { shortened } from './truth.js';

type Written = (at: Span) => string;

/**
 * A call that reads the environment: `os.getenv`, python-decouple's `config('X', default=…, cast=…)`, Starlette's
 * `Config`, `env.list('X', default=[…])` of django-environ and environs. Undefined for all other calls.
 */
export function settingRead(evaluation: Evaluation, callee: SyntaxNode, qualified: string, given: Arguments, node: SyntaxNode, at: Span): Value | undefined {
  const { positional, keywords } = given;
  const name = positional[0];
  const keyword = (key: string): Value | undefined => (keywords === undefined ? undefined : entry(keywords, key)?.value);
  if (/^os\.(?:getenv|environ\.(?:get|setdefault|pop))$/.test(qualified)) {
    const fallback: Value = positional[1] ?? keyword('default') ?? (qualified === 'os.environ.pop' ? unknown('env-variable', shortened(node.text), at) : { kind: 'nothing', what: 'null', at });
    return name?.kind === 'string' ? environment(evaluation, name.value, fallback, at) : unknown('env-variable', shortened(node.text), at);
  }
  const reader = readerOf(evaluation, callee, qualified);
  if (reader === undefined) return undefined;
  if (name?.kind !== 'string') return unknown('env-variable', shortened(node.text), at);
  const variable: Value = { kind: 'env', name: name.value, at };
  const { written } = evaluation.module;
  if (reader.kind === 'decouple') {
    const cast = argumentNode(node, 'cast', 2);
    const convert = (value: Value): Value => castBy(evaluation, cast, keyword('cast') ?? positional[2], value, at);
    const fallback = keyword('default') ?? positional[1];
    return fallback === undefined ? convert(variable) : setting(name.value, convert(fallback), convert(variable), at);
  }
  // What is no function can only be the default.
  const fallback = keyword('default') ?? positional.slice(1).find((value) => ['string', 'list', 'boolean', 'nothing', 'either', 'record', 'number', 'env'].includes(value.kind)) ?? reader.scheme?.fallback(name.value);
  const type = reader.type === '' ? (reader.scheme?.type(name.value) ?? (callee.type === 'identifier' ? (argumentNode(node, 'cast', 1)?.text ?? 'str') : 'str')) : reader.type;
  const set = castTo(type, variable, written, at);
  return fallback === undefined ? set : setting(name.value, fallback, set, at);
}

/** A variable of the environment, where an earlier `os.environ.setdefault` may have given it a value. */
export function environment(evaluation: Evaluation, name: string, fallback: Value | undefined, at: Span): Value {
  const variable: Value = { kind: 'env', name, at };
  const preset = evaluation.module.environmentDefaults().get(name);
  const value = preset === undefined ? fallback : evaluation.within(evaluation.module).valueOf(preset);
  return value === undefined ? variable : setting(name, value, variable, at);
}

/** `os.environ` as an object: `ENV = os.environ`, `ENV["X"]`, `ENV.get("X")`. */
export function environmentObject(evaluation: Evaluation, at: Span): Handle {
  return silent('os.environ', at, () => undefined, (method, [name, fallback], place) => {
    if (name?.kind !== 'string' || !/^(?:__getitem__|get|setdefault)$/.test(method)) return undefined;
    return environment(evaluation, name.value, method === '__getitem__' ? undefined : (fallback ?? { kind: 'nothing', what: 'null', at: place }), place);
  });
}

/** The settings of Dynaconf and of Django: files and variables that nobody sees here. */
export function isSettings(evaluation: Evaluation, object: SyntaxNode): boolean {
  const { module } = evaluation;
  if (object.type !== 'identifier') return false;
  const maker = module.assignedCall(object.text)?.childForFieldName('function');
  return /^(?:dynaconf\.|django\.conf\.settings$)/.test((maker === null || maker === undefined ? module.imports.get(object.text) : module.qualifiedName(maker)) ?? '');
}

interface SettingReader {
  readonly kind: 'decouple' | 'environ';
  /** `list` of `env.list(…)`. */
  readonly type: string;
  /** `Env(NAME=(type, default))`. */
  readonly scheme?: { readonly type: (name: string) => string | undefined; readonly fallback: (name: string) => Value | undefined };
}

const TYPES = new Set(['', 'str', 'list', 'tuple', 'bool', 'int', 'json', 'dict', 'url', 'get_value', 'float']);

/** Which library a callee reads settings with, by what made the object that is called. */
function readerOf(evaluation: Evaluation, callee: SyntaxNode, qualified: string): SettingReader | undefined {
  if (/^decouple\.(?:auto)?config$/i.test(qualified)) return { kind: 'decouple', type: '' };
  const owner = callee.type === 'attribute' ? callee.childForFieldName('object') : callee;
  const type = callee.type === 'attribute' ? (callee.childForFieldName('attribute')?.text ?? '') : '';
  if (owner?.type !== 'identifier') return undefined;
  const home = evaluation.module.assignedCall(owner.text) === undefined ? evaluation.module.definitionOf(owner.text) : { module: evaluation.module, name: owner.text };
  const made = home?.module.assignedCall(home.name);
  const maker = made?.childForFieldName('function');
  const by = maker === null || maker === undefined || home === undefined ? '' : (home.module.qualifiedName(maker) ?? '');
  if (/^(?:decouple|starlette\.config)\.(?:Config|AutoConfig)$/.test(by)) return type === '' || type === 'get' ? { kind: 'decouple', type: '' } : undefined;
  if (!/(?:^|\.)(?:File)?Env$/.test(by) || !TYPES.has(type) || made === undefined || home === undefined) return undefined;
  const declared = (name: string): readonly SyntaxNode[] => argumentNode(made, name, undefined)?.namedChildren ?? [];
  return {
    kind: 'environ',
    type,
    scheme: {
      type: (name) => declared(name)[0]?.text,
      fallback: (name) => (declared(name)[1] === undefined ? undefined : evaluation.within(home.module).valueOf(declared(name)[1]!)),
    },
  };
}

function argumentNode(call: SyntaxNode, name: string, position: number | undefined): SyntaxNode | undefined {
  const args = call.childForFieldName('arguments')?.namedChildren.filter((child) => child.type !== 'comment') ?? [];
  const named = args.find((child) => child.type === 'keyword_argument' && child.childForFieldName('name')?.text === name)?.childForFieldName('value');
  const placed = position === undefined ? undefined : args[position];
  return named ?? (placed?.type === 'keyword_argument' ? undefined : placed);
}

/** python-decouple and Starlette run the default through the cast as they run the text. */
function castBy(evaluation: Evaluation, cast: SyntaxNode | undefined, by: Value | undefined, value: Value, at: Span): Value {
  const { written } = evaluation.module;
  const text = cast?.text ?? 'str';
  const csv = /^(?:\w+\.)?Csv\(/.test(text) && cast !== undefined ? cast : undefined;
  if (csv !== undefined) {
    const separator = argumentNode(csv, 'delimiter', 1);
    const delimiter = separator === undefined ? ',' : evaluation.valueOf(separator);
    return delimiter === ',' || delimiter.kind === 'string' ? listOf(value, delimiter === ',' ? ',' : delimiter.kind === 'string' ? delimiter.value : ',', written, at) : unknown('unsupported-syntax', shortened(text), at);
  }
  if (/^(?:\w+\.)?CommaSeparatedStrings$/.test(text)) return listOf(value, ',', written, at);
  if (by?.kind === 'function') return mapEither(value, (one) => applied(by, [one], at, written));
  return castTo(text, value, written, at, true);
}

/** `texts`: known texts are cast too, not only what comes from the environment. */
function castTo(type: string, value: Value, written: Written, at: Span, texts = false): Value {
  return mapEither(value, (one): Value => {
    if (type === 'str' || type === 'get_value' || one.kind === 'nothing') return one;
    // `list('a,b')` is a list of letters.
    if ((type === 'list' || type === 'tuple') && texts) return one.kind === 'env' ? unknown('env-variable', `the value of ${one.name}`, one.at) : asList(one, at);
    if (type === 'list' || type === 'tuple') return listOf(one, ',', written, at);
    if (type === 'bool' && one.kind === 'string') return /^(?:1|y|yes|t|true|on|ok)$/i.test(one.value.trim()) ? { kind: 'boolean', value: true, at: one.at } : { kind: 'boolean', value: false, at: one.at };
    if (one.kind !== 'env') return one;
    return unknown('env-variable', `the value of ${one.name}`, one.at);
  });
}

function listOf(value: Value, separator: string, written: Written, at: Span): Value {
  return mapEither(value, (one): Value => (one.kind === 'string' ? { kind: 'list', items: splitText(one, separator, written).map((item) => stripText(item, 'strip', undefined, written)).filter((item) => item.value !== ''), at: one.at } : asList(one, at)));
}
