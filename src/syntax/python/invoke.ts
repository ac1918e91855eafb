import { mapCases } from '../../values/cases.js';
import { isSilent } from '../../values/silent.js';
import { under } from '../../values/ways.js';
import { entry, unknown, type Handle, type ListValue, type RecordValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { argumentsOf, type Arguments } from './arguments.js';
import { assignInstead } from './assign.js';
import { callValue, knownCall, methodValue } from './calls.js';
import { changed, CHANGING } from './collections.js';
import type { Evaluation } from './evaluate.js';
import { callDetail, definitionOf, inline } from './functions.js';
import { construct, memberOf, superMember } from './instances.js';
import { isLive } from './live.js';
import { keyOf, type Frame } from './session.js';

/** A call in code that is being run. */
export function runningCall(evaluation: Evaluation, frame: Frame, node: SyntaxNode, at: Span): Value {
  const callee = node.childForFieldName('function');
  if (callee === null) return unknown('function-call', callDetail(node), at);
  if (callee.type === 'attribute') {
    const [object, name] = [callee.childForFieldName('object'), callee.childForFieldName('attribute')?.text ?? ''];
    if (object === null) return unknown('function-call', callDetail(node), at);
    if (object.type === 'call' && object.childForFieldName('function')?.text === 'super') {
      const { positional, keywords } = argumentsOf(evaluation, node);
      return superMember(name, positional, keywords, frame, at);
    }
    const meant = evaluation.imported(callee);
    if (meant !== undefined) return invoke(meant, evaluation, frame, node, at);
    if (evaluation.isOutside(object)) return outside(evaluation, frame, node, at);
    const owner = evaluation.valueOf(object);
    return mapCases(owner, at, (value, when) => under(frame, when, () => callMethod(value, name, object, evaluation, frame, node, at)));
  }
  const value = callee.type === 'identifier' ? evaluation.callee(callee) : evaluation.valueOf(callee);
  if (value === undefined) return builtIn(callee.text, evaluation, frame, node, at) ?? outside(evaluation, frame, node, at);
  return mapCases(value, at, (option, when) => (option.kind === 'nothing' ? undefined : under(frame, when, () => invoke(option, evaluation, frame, node, at))));
}

/** Calls a value that is a function, a class or a handle itself. */
function invoke(callee: Value, evaluation: Evaluation, frame: Frame, node: SyntaxNode, at: Span): Value {
  const mark = frame.events.length;
  const { positional, keywords } = argumentsOf(evaluation, node);
  if (callee.kind === 'handle') return callHandle(callee, '', positional, keywords, frame, at);
  if (callee.kind === 'unknown') return ofPackage(evaluation, frame, node, at, () => unknownCall(positional, keywords, frame, node, at));
  if (callee.kind !== 'function') return unknownCall(positional, keywords, frame, node, at);
  const made = definitionOf(callee);
  const followed = made === undefined || holdHandles(positional, keywords) || isLive(made.definition, made.frame) || node.childForFieldName('function')?.type !== 'identifier' || made.definition.type === 'lambda' || makesFunctions(made.definition);
  if (followed) return inline(callee, positional, keywords, frame, at);
  // Nothing that matters to the run goes in: what comes out is a value like any other.
  frame.session.executed.add(keyOf(made.frame.module, made.definition));
  frame.events.length = mark;
  return callValue(evaluation, node, at);
}

/** A function whose result may be another one: a decorator with arguments. */
function makesFunctions(definition: SyntaxNode): boolean {
  return (definition.childForFieldName('body')?.descendantsOfType(['function_definition', 'lambda', 'class_definition']).length ?? 0) > 0;
}

/** Calls a handle or a class in view. The result of a handle's call that means nothing is not known. */
export function callHandle(receiver: Handle, method: string, args: readonly Value[], keywords: RecordValue | undefined, frame: Frame, at: Span): Value {
  if (isSilent(receiver)) {
    const made = method === '' ? construct(receiver, args, keywords, frame, at) : undefined;
    return made ?? receiver.call(method, args, at, keywords) ?? unknown('function-call', `the result of ${receiver.name}`, at);
  }
  const given = args.map((arg) => unwrapped(arg, frame));
  const named = keywords === undefined ? undefined : { ...keywords, entries: keywords.entries.map((one) => ({ ...one, value: unwrapped(one.value, frame) })) };
  for (const value of [...given, ...(named?.entries.map((one) => one.value) ?? [])]) handedOver(value, frame);
  frame.events.push({ kind: 'call', when: frame.reached, receiver, method, args: given, ...(named === undefined ? {} : { keywords: named }), at });
  return receiver.call(method, given, at, named) ?? unknown('function-call', `the result of ${receiver.name}${method === '' ? '' : `.${method}`}()`, at);
}

/** An object of a project's class is, to a framework, the framework's object that it extends. */
function unwrapped(value: Value, frame: Frame): Value {
  return value.kind === 'handle' ? (frame.session.instances.get(value)?.base ?? value) : value;
}

/** A function that a framework got is called by the framework: the reader decides how. */
function handedOver(value: Value, frame: Frame): void {
  const made = value.kind === 'function' ? definitionOf(value) : undefined;
  if (made !== undefined) frame.session.executed.add(keyOf(made.frame.module, made.definition));
  const record = value.kind === 'handle' ? frame.session.classes.get(value) : undefined;
  if (record !== undefined) frame.session.executed.add(keyOf(record.frame.module, record.node));
  if (value.kind === 'list') for (const item of value.items) handedOver(item, frame);
  if (value.kind === 'record') for (const one of value.entries) handedOver(one.value, frame);
  if (value.kind === 'either') for (const option of value.options) handedOver(option.value, frame);
}

function callMethod(receiver: Value, name: string, object: SyntaxNode, evaluation: Evaluation, frame: Frame, node: SyntaxNode, at: Span): Value | undefined {
  switch (receiver.kind) {
    case 'handle': {
      const { positional, keywords } = argumentsOf(evaluation, node);
      const own = isSilent(receiver) ? memberOf(receiver, name, frame) : undefined;
      if (own?.kind === 'function') return inline(own, positional, keywords, frame, at);
      if (own?.kind === 'handle') return callHandle(own, '', positional, keywords, frame, at);
      if (own !== undefined) return unknownCall(positional, keywords, frame, node, at);
      const base = frame.session.instances.get(receiver)?.base;
      return base === undefined ? callHandle(receiver, name, positional, keywords, frame, at) : callHandle(base, name, positional, keywords, frame, at);
    }
    case 'record': {
      const own = entry(receiver, name)?.value;
      if (own?.kind === 'function' || own?.kind === 'handle') return invoke(own, evaluation, frame, node, at);
      return changing(receiver, name, object, evaluation, frame, node, at) ?? methodValue(evaluation, receiver, name, argumentsOf(evaluation, node), node, at);
    }
    case 'list':
      return changing(receiver, name, object, evaluation, frame, node, at) ?? methodValue(evaluation, receiver, name, argumentsOf(evaluation, node), node, at);
    case 'function':
      return outside(evaluation, frame, node, at);
    case 'unknown':
    case 'nothing':
      return ofPackage(evaluation, frame, node, at, (given) => methodValue(evaluation, receiver, name, given, node, at));
    default:
      return methodValue(evaluation, receiver, name, argumentsOf(evaluation, node), node, at);
  }
}

/** Methods that change a list or a dictionary in place: the expression that holds it holds the new one. */
function changing(receiver: ListValue | RecordValue, name: string, object: SyntaxNode, evaluation: Evaluation, frame: Frame, node: SyntaxNode, at: Span): Value | undefined {
  if (!CHANGING.has(name)) return undefined;
  const { positional, keywords } = argumentsOf(evaluation, node);
  const [first, second] = positional;
  assignInstead(object, receiver, changed(receiver, name, positional, keywords, at), frame);
  if (receiver.kind !== 'record' || first?.kind !== 'string' || (name !== 'pop' && name !== 'setdefault')) return { kind: 'nothing', what: 'null', at };
  return entry(receiver, first.value)?.value ?? second ?? { kind: 'nothing', what: 'null', at };
}

/** Python's own functions, as far as they let a handle or a function through. */
function builtIn(name: string, evaluation: Evaluation, frame: Frame, node: SyntaxNode, at: Span): Value | undefined {
  if (!['list', 'tuple', 'set', 'sorted', 'iter', 'reversed', 'getattr', 'setattr', 'isinstance', 'callable', 'len', 'dict', 'classmethod', 'staticmethod', 'super'].includes(name)) return undefined;
  const mark = frame.events.length;
  const { positional, keywords } = argumentsOf(evaluation, node);
  const [first, second, third] = positional;
  if (first?.kind === 'handle' || first?.kind === 'function') {
    if (name === 'getattr' && first.kind === 'handle' && second?.kind === 'string') return evaluation.member(first, second.value, at) ?? third ?? unknown('unsupported-syntax', callDetail(node), at);
    if (name === 'setattr' && first.kind === 'handle' && second?.kind === 'string' && third !== undefined) {
      if (!isSilent(first)) frame.events.push({ kind: 'assign', when: frame.reached, receiver: first, property: second.value, value: third, at });
      return { kind: 'nothing', what: 'null', at };
    }
    if (name === 'isinstance' || name === 'callable' || name === 'len' || name === 'super') return unknown('unsupported-syntax', callDetail(node), at);
    return elementsOf(first, at);
  }
  if (name === 'dict' && keywords !== undefined && first?.kind === 'record') return { ...first, entries: [...first.entries, ...keywords.entries] };
  frame.events.length = mark;
  return undefined;
}

/** What iterating over a handle yields: what `__iter__` answers, else the handle itself stands for its elements. */
export function elementsOf(value: Value, at: Span): Value {
  if (value.kind !== 'handle' || isSilent(value)) return value;
  return value.call('__iter__', [], at) ?? value;
}

/** A call of code that means nothing to the reader: values are computed where the language knows how, handles escape. */
function outside(evaluation: Evaluation, frame: Frame, node: SyntaxNode, at: Span): Value {
  const mark = frame.events.length;
  return ofPackage(evaluation, frame, node, at, () => {
    frame.events.length = mark;
    return callValue(evaluation, node, at);
  });
}

function ofPackage(evaluation: Evaluation, frame: Frame, node: SyntaxNode, at: Span, otherwise: (given: Arguments) => Value): Value {
  const given = argumentsOf(evaluation, node);
  const known = knownCall(evaluation, node, given, at);
  if (holdHandles(given.positional, given.keywords)) return known === undefined || known.kind === 'unknown' ? unknownCall(given.positional, given.keywords, frame, node, at) : known;
  const value = known ?? otherwise(given);
  if (value.kind === 'unknown') frame.session.unknownCalls += 1;
  return value;
}

/** Handles and functions among arguments: what happens to them is a part of the run. */
function holdHandles(positional: readonly Value[], keywords: RecordValue | undefined): boolean {
  const live = (value: Value, depth: number): boolean => {
    if (value.kind === 'handle' || value.kind === 'function') return true;
    if (depth > 3) return false;
    if (value.kind === 'list') return value.items.some((item) => live(item, depth + 1));
    if (value.kind === 'record') return value.entries.some((one) => live(one.value, depth + 1));
    return value.kind === 'either' && value.options.some((option) => live(option.value, depth + 1));
  };
  return positional.some((value) => live(value, 0)) || (keywords?.entries.some((one) => live(one.value, 0)) ?? false);
}

/** Code that is not in view: handles given to it escape; a function given to it may be what it gives back. */
function unknownCall(positional: readonly Value[], keywords: RecordValue | undefined, frame: Frame, node: SyntaxNode, at: Span): Value {
  frame.session.unknownCalls += 1;
  const detail = callDetail(node);
  for (const value of [...positional, ...(keywords?.entries.map((one) => one.value) ?? [])].flatMap((one) => (one.kind === 'either' ? one.options.map((option) => option.value) : [one]))) {
    const receiver = unwrapped(value, frame);
    if (receiver.kind === 'handle' && !isSilent(receiver)) frame.events.push({ kind: 'escape', when: frame.reached, receiver, reason: 'function-call', detail, at });
  }
  return unknown('function-call', detail, at);
}
