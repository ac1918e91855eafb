import { casesOfValue } from '../../values/cases.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { choose, mapEither } from '../../values/either.js';
import { unknown, type FunctionValue, type RegexValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { argumentsOf, bound, type Arguments } from './arguments.js';
import { functionAround, testsAround } from './bindings.js';
import { applied, BUILTINS } from './builtins.js';
import { collectionMethod } from './collections.js';
import type { Evaluation } from './evaluate.js';
import type { PythonModule } from './module.js';
import { matchValue } from './request-text.js';
import { settingRead } from './settings.js';
import { textMethod } from './texts.js';
import { shortened, undecided } from './truth.js';

/** What a call gives: the environment, the built-in functions that lists of origins go through, and functions in view. */
export function callValue(evaluation: Evaluation, node: SyntaxNode, at: Span): Value {
  const { module } = evaluation;
  const callee = node.childForFieldName('function');
  const opaque = unknown('function-call', `the call ${shortened(node.text)}`, at);
  if (callee === null) return opaque;
  const given = argumentsOf(evaluation, node);
  const found = callee.type === 'identifier' ? module.functionNamed(callee.text) : undefined;
  if (found !== undefined) return returnedBy(evaluation, found.module, found.definition, bound(found.module, found.definition, given, evaluation), at);
  const known = knownCall(evaluation, node, given, at);
  if (known !== undefined) return known;
  if (callee.type === 'attribute') return methodCall(evaluation, callee, node, given, at);
  const called = callee.type === 'identifier' || callee.type === 'lambda' || callee.type === 'parenthesized_expression' || callee.type === 'call' || callee.type === 'subscript' ? evaluation.valueOf(callee) : undefined;
  return called === undefined ? opaque : mapEither(called, (one) => calledValue(one, given, module, at) ?? opaque);
}

/** A call of Python's own library, or of a package that reads settings; undefined for all others. */
export function knownCall(evaluation: Evaluation, node: SyntaxNode, given: Arguments, at: Span): Value | undefined {
  const { module } = evaluation;
  const callee = node.childForFieldName('function');
  if (callee === null) return undefined;
  const qualified = module.qualifiedName(callee) ?? '';
  const read = settingRead(evaluation, callee, qualified, given, node, at);
  if (read !== undefined) return read;
  const builtin = Object.hasOwn(BUILTINS, qualified) ? BUILTINS[qualified] : undefined;
  return builtin === undefined ? undefined : (builtin({ args: given.positional, keywords: given.keywords, at, written: module.written }) ?? unknown('function-call', `the call ${shortened(node.text)}`, at));
}

function methodCall(evaluation: Evaluation, callee: SyntaxNode, node: SyntaxNode, given: Arguments, at: Span): Value {
  const [object, name] = [callee.childForFieldName('object'), callee.childForFieldName('attribute')?.text ?? ''];
  if (object === null) return unknown('function-call', `the call ${shortened(node.text)}`, at);
  const own = evaluation.ofModule(callee);
  const result = own === undefined ? undefined : calledValue(own, given, evaluation.module, at);
  if (result !== undefined) return result;
  return methodValue(evaluation, evaluation.valueOf(object), name, given, node, at);
}

/** The result of a class or a function that is a value. */
function calledValue(callee: Value, { positional, keywords }: Arguments, module: PythonModule, at: Span): Value | undefined {
  if (callee.kind === 'handle') return callee.call('', positional, at, keywords);
  return callee.kind === 'function' ? applied(callee, positional, at, module.written, keywords) : undefined;
}

/** A method of a value: texts, lists, dictionaries, patterns. */
export function methodValue(evaluation: Evaluation, receiver: Value, name: string, { positional, keywords }: Arguments, node: SyntaxNode, at: Span): Value {
  const { module } = evaluation;
  const opaque = unknown('function-call', `the call of ${shortened(node.childForFieldName('function')?.text ?? node.text)}`, at);
  return mapEither(receiver, (value): Value => {
    switch (value.kind) {
      case 'nothing':
        return unknown('env-variable', 'a setting that is not set', at);
      case 'list':
      case 'record':
        return collectionMethod(value, name, positional, at, namesEnvironment(node)) ?? opaque;
      case 'regex':
        return patternMethod(value, name, positional[0], at) ?? opaque;
      case 'handle': {
        const member = value.get(name);
        return member?.kind === 'function' ? applied(member, positional, at, module.written, keywords) : (value.call(name, positional, at, keywords) ?? opaque);
      }
      default:
        return textMethod(value, name, positional, keywords, at, module.written) ?? (value.kind === 'unknown' && value.reason !== 'import-not-resolved' ? { ...opaque, reason: value.reason, detail: value.detail } : opaque);
    }
  });
}

function patternMethod(regex: RegexValue, name: string, text: Value | undefined, at: Span): Value | undefined {
  const use = ({ match: 'match-prefix', fullmatch: 'full', search: 'search' } as const)[name];
  return use === undefined || text === undefined ? undefined : matchValue(text, regex, use, at);
}

/** Does an expression name where the process runs? */
export function namesEnvironment(node: SyntaxNode): boolean {
  return /env|stage|mode|profile/i.test(node.text.slice(0, 200));
}

/** A lambda, or a function in view, as a value. */
export function functionIn(evaluation: Evaluation, module: PythonModule, definition: SyntaxNode): FunctionValue {
  const at = module.span(definition);
  return {
    kind: 'function',
    parameters: definition.childForFieldName('parameters')?.namedChildren.length ?? 0,
    isAsync: false,
    at,
    run(args, keywords) {
      const values = bound(module, definition, { positional: args, keywords }, evaluation);
      const body = definition.childForFieldName('body');
      const value = definition.type !== 'lambda' ? returnedBy(evaluation, module, definition, values, at) : body === null ? unknown('unsupported-syntax', 'a lambda', at) : evaluation.within(module, { ...evaluation.locals, inner: new Map([...evaluation.locals.inner, ...values]) }).valueOf(body);
      return [{ kind: 'return', when: TRUE, value, at }];
    },
  };
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

/** `isinstance(value, str)` for the types that settings have; undefined when the value does not tell. */
export function isInstance(value: Value, type: SyntaxNode, written: (at: Span) => string): Condition | undefined {
  const names = type.text.split(/[^\w]+/);
  const kinds = names.flatMap((name) => ({ str: ['string', 'env', 'concat', 'request', 'derived'], list: ['list'], tuple: ['list'], set: ['list'], Sequence: ['list', 'string', 'env'], Iterable: ['list', 'string', 'env', 'record'], dict: ['record'], Mapping: ['record'], bool: ['boolean', 'condition'], int: ['number', 'boolean'], NoneType: ['nothing'] })[name] ?? []);
  const cases = casesOfValue(value);
  // A duration is told by its seconds; one that is written as a number is none.
  if (/(?:^|\.)timedelta$/.test(type.text) && cases.every((one) => one.value.kind === 'number' && /^\d/.test(written(one.value.at)))) return FALSE;
  if (kinds.length === 0 || cases.some((one) => one.value.kind === 'unknown' || one.value.kind === 'handle')) return undefined;
  return or(...cases.map((one) => and(one.when, kinds.includes(one.value.kind) ? TRUE : FALSE)));
}

/** What a pattern of `match` asks of its subject; undefined for one that takes it apart. */
export function patternHolds(evaluation: Evaluation, subject: Value, pattern: SyntaxNode, environment: boolean): Condition | undefined {
  const at = evaluation.module.span(pattern);
  if (pattern.type === 'case_pattern') {
    const inner = pattern.namedChildren.filter((child) => child.type !== 'comment');
    if (inner.length === 0) return TRUE;
    return inner.length === 1 ? patternHolds(evaluation, subject, inner[0]!, environment) : undefined;
  }
  if (pattern.type === 'union_pattern') {
    const parts = pattern.namedChildren.map((child) => patternHolds(evaluation, subject, child, environment));
    return parts.includes(undefined) ? undefined : or(...parts.flatMap((part) => part ?? []));
  }
  // A plain name matches everything, and is given it.
  if (pattern.type === 'dotted_name' && pattern.namedChildren.length === 1) return TRUE;
  if (pattern.type === 'dotted_name') return undefined;
  const value = evaluation.valueOf(pattern);
  return value.kind === 'unknown' ? undefined : evaluation.compared('==', subject, value, environment, at);
}

/** When a `case` is the one that runs: its pattern and guard hold, and none before it did. */
export function caseHolds(evaluation: Evaluation, clause: SyntaxNode): Condition {
  const statement = clause.parent?.parent;
  const subject = statement?.type === 'match_statement' ? statement.childForFieldName('subject') : null;
  const at = evaluation.module.span(clause);
  if (subject === null || subject === undefined) return undecided(at, shortened(clause.text.split(':')[0] ?? ''));
  const value = evaluation.valueOf(subject);
  const own = (one: SyntaxNode): Condition => {
    const pattern = one.namedChildren.find((child) => child.type === 'case_pattern');
    const guard = one.childForFieldName('guard')?.namedChildren[0];
    const holds = (pattern === undefined ? undefined : patternHolds(evaluation, value, pattern, namesEnvironment(subject))) ?? undecided(evaluation.module.span(one), shortened(one.text.split(':')[0] ?? ''));
    return guard === undefined ? holds : and(holds, evaluation.conditionOf(guard));
  };
  const earlier = clause.parent?.namedChildren.filter((one) => one.type === 'case_clause' && one.startIndex < clause.startIndex) ?? [];
  return and(...earlier.map((one) => not(own(one))), own(clause));
}
