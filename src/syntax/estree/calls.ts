import type { Span } from '../../text/span.js';
import { and, not, or } from '../../values/condition.js';
import { isSilent } from '../../values/silent.js';
import { under } from '../../values/ways.js';
import { unknown, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import { bindPattern } from './bindings.js';
import { globalFunction, globalMethod, globalObject } from './built-ins.js';
import { casesOfValue, join, mapCases, nothing } from './either.js';
import { evaluate, listOf, textOf } from './evaluate.js';
import { boundTo, constructParent, instantiate, methodOf, methodOfSuper } from './functions.js';
import { globalOf, importModuleMember } from './imports.js';
import { listMethod } from './list-methods.js';
import { opaqueHandle, wrapping } from './opaque.js';
import { recordMethod } from './record-methods.js';
import { happen, receiverOf, type Frame, type Receiver } from './session.js';
import { textMethod } from './text-methods.js';
import { bare, keyOf, rangeOf, type CallExpression, type MemberExpression, type NewExpression, type Node } from './tree.js';

/** A call being evaluated: what the methods of built-in types need to know of it. */
export interface Call {
  readonly method: string;
  readonly args: readonly Value[];
  readonly frame: Frame;
  readonly node: CallExpression;
  /** The expression whose method is called. */
  readonly receiver: Node;
}

export function callExpression(node: CallExpression, frame: Frame): Value {
  const callee = bare(node.callee);
  const at = frame.module.spanOf(node);
  if (callee.type === 'Super') return superCall(node, frame);
  if (callee.type === 'Identifier' && frame.module.scopes.variableOf(callee) === undefined) {
    const args = argumentsOf(node, frame);
    const own = globalOf(callee.name, frame);
    if (own?.kind === 'handle') return callHandle(own, '', args, frame, node);
    if (own?.kind === 'function') return inline(own, args, frame, node);
    if (callee.name === 'require' && args[0]?.kind === 'string') return importModuleMember(args[0].value, '*', frame, node);
    if (callee.name === 'require' && args[0] !== undefined) return unknown('import-not-resolved', 'a computed import', at);
    return globalFunction(callee.name, args, frame, node) ?? unknownCall(args, frame, node, callee);
  }
  if (callee.type === 'MemberExpression') {
    const method = callee.property.type === 'PrivateIdentifier' ? `#${callee.property.name}` : callee.computed ? textOf(evaluate(callee.property, frame)) : keyOf(callee.property, false);
    const owner = bare(callee.object);
    if (owner.type === 'Identifier' && method !== undefined && frame.module.scopes.variableOf(owner) === undefined) {
      const own = globalOf(`${owner.name}.${method}`, frame);
      if (own?.kind === 'handle') return callHandle(own, '', argumentsOf(node, frame), frame, node);
      const known = globalMethod(owner.name, method, () => argumentsOf(node, frame), frame, node);
      if (known !== undefined) return known;
    }
    if (callee.object.type === 'Super') return invoke(methodOfSuper(method ?? '', frame) ?? unknown('parameter', 'a method of a parent class', at), argumentsOf(node, frame), frame, node);
    if (method === 'call' && isBorrowed(owner)) return borrowed(owner, node, frame);
    const receiver = evaluate(callee.object, frame);
    if (method === undefined) return unknownCall(argumentsOf(node, frame), frame, node, callee);
    const call: Call = { method, args: [], frame, node, receiver: owner };
    const options = casesOfValue(receiver).filter(({ value }) => value.kind !== 'nothing' || callee.optional);
    if (options.length === 1 && options[0]!.value.kind !== 'nothing') return callMethod(options[0]!.value, { ...call, args: argumentsOf(node, frame) });
    return mapCases({ kind: 'either', options, at }, at, (value, when) => (value.kind === 'nothing' ? nothing(at) : under(frame, when, () => callMethod(value, { ...call, args: argumentsOf(node, frame) }))));
  }
  const value = evaluate(callee, frame);
  return mapCases(value, at, (option, when) => (option.kind === 'nothing' && !node.optional ? undefined : under(frame, when, () => invoke(option, argumentsOf(node, frame), frame, node))));
}

/** `Object.prototype.hasOwnProperty`, `[].includes`: a method of a built-in type, named to be called on something else. */
function isBorrowed(node: Node): node is MemberExpression {
  if (node.type !== 'MemberExpression') return false;
  const { object } = node;
  return object.type === 'ObjectExpression' || object.type === 'ArrayExpression' || (object.type === 'MemberExpression' && keyOf(object.property, object.computed) === 'prototype');
}

function borrowed(method: MemberExpression, node: CallExpression, frame: Frame): Value {
  const [receiver, ...args] = argumentsOf(node, frame);
  const written = node.arguments[0];
  if (receiver === undefined || written === undefined) return unknownCall([], frame, node, method);
  return mapCases(receiver, frame.module.spanOf(node), (value) => callMethod(value, { method: keyOf(method.property, method.computed) ?? '', args, frame, node, receiver: bare(written) }));
}

export function argumentsOf(node: CallExpression | NewExpression, frame: Frame): readonly Value[] {
  const list = listOf(node.arguments, frame, node);
  return list.rest === undefined ? list.items : [...list.items, list.rest];
}

/** Calls a value that is a function itself. */
export function invoke(callee: Value, args: readonly Value[], frame: Frame, node: Node): Value {
  if (callee.kind === 'function') return inline(callee, args, frame, node);
  if (callee.kind === 'handle') {
    if (!isSilent(callee)) return callHandle(callee, '', args, frame, node);
    const known = callee.call('', args, frame.module.spanOf(node));
    if (known !== undefined) return known;
  }
  return unknownCall(args, frame, node, node.type === 'CallExpression' ? bare(node.callee) : node);
}

function callHandle(receiver: Handle, method: string, args: readonly Value[], frame: Frame, node: Node): Value {
  const at = frame.module.spanOf(node);
  happen({ kind: 'call', when: frame.reached, receiver, method, args, at }, frame);
  return receiver.call(method, args, at) ?? unknown('function-call', `the result of ${receiver.name}${method === '' ? '' : `.${method}`}()`, at);
}

/** `yield` in a generator that runs as `co` runs it: what is yielded is waited for, or run where it can be. */
export function yielded(value: Value, frame: Frame, node: Node): Value {
  if (value.kind === 'handle' && !isSilent(value)) happen({ kind: 'call', when: frame.reached, receiver: value, method: 'yield', args: [], at: frame.module.spanOf(node) }, frame);
  return value;
}

/** Follows a function into its body: its events become those of the caller, its returns the value. */
export function inline(callee: FunctionValue, args: readonly Value[], frame: Frame, node: Node): Value {
  const at = frame.module.spanOf(node);
  const { reached } = frame;
  const returns: { when: ReturnType<typeof and>; value: Value }[] = [];
  const throws: ReturnType<typeof and>[] = [];
  for (const event of callee.run(args)) {
    if (event.kind === 'return') returns.push({ when: event.when, value: event.value });
    else {
      if (event.kind === 'throw') throws.push(event.when);
      happen({ ...event, when: and(reached, event.when) }, frame);
    }
  }
  if (throws.length > 0) frame.reached = and(reached, not(or(...throws)));
  return join(returns, at);
}

function callMethod(receiver: Value, call: Call): Value {
  const { method, args, frame, node } = call;
  const at = frame.module.spanOf(node);
  switch (receiver.kind) {
    case 'handle': {
      const own = frame.session.fields.get(receiver)?.get(method) ?? methodOf(receiver, method, frame);
      if (own !== undefined) return mapCases(own, at, (option) => (option.kind === 'nothing' ? undefined : invoke(option, args, frame, node)));
      // A promise of a handle is the handle: what is done with it is done to the handle itself.
      if (!isSilent(receiver) && method === 'then' && args[0]?.kind === 'function') return inline(args[0], [receiver], frame, node);
      if (!isSilent(receiver)) return callHandle(receiver, method, args, frame, node);
      const member = receiver.get(method);
      if (member?.kind === 'function') return inline(member, args, frame, node);
      return receiver.call(method, args, at) ?? unknownCall(args, frame, node, bare(node.callee));
    }
    case 'function':
      if (method !== 'call' && method !== 'bind' && method !== 'apply') break;
      return calledOn(args[0] === undefined ? receiver : boundTo(receiver, { value: args[0] }), call);
    case 'list':
      return listMethod(receiver, call) ?? settled(receiver, call);
    case 'record': {
      const own = receiver.entries.findLast(({ key }) => key === method)?.value;
      if (own !== undefined) return mapCases(own, at, (option) => (option.kind === 'nothing' ? undefined : invokeOn(receiver, option, call)));
      return recordMethod(receiver, call) ?? settled(receiver, call);
    }
    case 'string':
    case 'request':
    case 'derived':
    case 'env':
    case 'concat':
    case 'regex':
      return textMethod(receiver, call) ?? settled(receiver, call);
    case 'unknown': {
      // A list or a text that is not known still says what is asked of it.
      const asked = method === 'some' || method === 'every' || method === 'find' ? undefined : textMethod(receiver, call);
      if (asked !== undefined) return asked;
      tellHeaders(call, at);
      if (method === 'then' && args[0]?.kind === 'function') return inline(args[0], [unknown('function-call', receiver.detail, at)], frame, node);
      const result = unknownCall(args, frame, node, bare(node.callee));
      return result.kind === 'unknown' && receiver.reason !== 'function-call' ? wrapping(unknown(receiver.reason, receiver.detail, at), args) : result;
    }
    default:
      break;
  }
  return settled(receiver, call);
}

/** `f.call(self, …)`, `f.apply(self, […])`, `f.bind(self, …)` */
function calledOn(callee: Value, { method, args, frame, node }: Call): Value {
  if (method === 'bind') return callee.kind === 'function' && args.length > 1 ? withArguments(callee, args.slice(1)) : callee;
  return invoke(callee, method === 'call' ? args.slice(1) : args[1]?.kind === 'list' ? args[1].items : [], frame, node);
}

/** The function with its first arguments given. */
function withArguments(callee: FunctionValue, given: readonly Value[]): FunctionValue {
  return { ...callee, parameters: Math.max(0, callee.parameters - given.length), run: (args) => callee.run([...given, ...args]) };
}

/** Calls a function that is a property of a plain object; what it does to the object through `this` is done to it. */
function invokeOn(object: Value, callee: Value, { args, frame, node, receiver }: Call): Value {
  const self: Receiver = { value: object };
  const result = invoke(boundTo(callee, self), args, frame, node);
  if (self.value !== object) bindPattern(receiver, self.value, frame);
  return result;
}

/** `response.headers.set(…)` on a response that is not in view. */
function tellHeaders({ method, args, frame, receiver }: Call, at: Span): void {
  if ((method !== 'set' && method !== 'append') || receiver.type !== 'MemberExpression' || keyOf(receiver.property, receiver.computed) !== 'headers') return;
  const owner = bare(receiver.object);
  const open = owner.type === 'Identifier' ? casesOfValue(evaluate(owner, frame)).filter(({ value }) => value.kind === 'unknown') : [];
  const [only] = open;
  if (open.length === 1 && only?.value.kind === 'unknown') happen({ kind: 'call', when: frame.reached, receiver: opaqueHandle(only.value), method, args, at }, frame);
}

/** `.then(…)` on a value that is known: the value of an `async` function is followed as if it were there at once. */
function settled(value: Value, call: Call): Value {
  const [callback] = call.args;
  if (call.method === 'then' && callback?.kind === 'function') return inline(callback, [value], call.frame, call.node);
  if (call.method === 'catch' || call.method === 'finally') return value;
  return unknownCall(call.args, call.frame, call.node, bare(call.node.callee));
}

/**
 * A call of code that is not in view. Handles given to it escape; functions given to it are taken to be called once,
 * with arguments that nobody knows.
 */
export function unknownCall(args: readonly Value[], frame: Frame, node: Node, callee: Node): Value {
  const at = frame.module.spanOf(node);
  const detail = `the call of ${frame.module.source.text.slice(rangeOf(callee)[0] - frame.module.shift, rangeOf(callee)[1] - frame.module.shift).replace(/\s+/g, ' ').slice(0, 60)}`;
  frame.session.unknownCalls++;
  for (const arg of args) {
    if (arg.kind === 'handle' && !isSilent(arg)) happen({ kind: 'escape', when: frame.reached, receiver: arg, reason: 'function-call', detail, at }, frame);
    if (arg.kind !== 'function' || (callee.type === 'MemberExpression' && keyOf(callee.property, callee.computed) === 'catch')) continue;
    const given = Array.from({ length: arg.parameters }, () => unknown('function-call', `an argument from ${detail.replace(/^the call of /, '')}`, at));
    inline(arg, given, frame, node);
  }
  return wrapping(unknown('function-call', detail, at), args);
}

export function newExpression(node: NewExpression, frame: Frame): Value {
  const callee = bare(node.callee);
  const args = argumentsOf(node, frame);
  if (callee.type === 'Identifier' && frame.module.scopes.variableOf(callee) === undefined) {
    const own = globalOf(callee.name, frame);
    if (own?.kind === 'handle') return callHandle(own, 'new', args, frame, node);
    return globalObject(callee.name, args, frame, node) ?? unknownCall(args, frame, node, callee);
  }
  const value = evaluate(callee, frame);
  if (value.kind === 'handle') {
    const instance = instantiate(value, args, frame, node);
    if (instance !== undefined) return instance;
    if (!isSilent(value)) return callHandle(value, 'new', args, frame, node);
    const known = value.call('new', args, frame.module.spanOf(node));
    if (known !== undefined) return known;
  }
  return unknownCall(args, frame, node, callee);
}

function superCall(node: CallExpression, frame: Frame): Value {
  const at = frame.module.spanOf(node);
  const self = receiverOf(frame);
  const args = argumentsOf(node, frame);
  if (self?.value.kind === 'handle' && self.home !== undefined) constructParent(self.home, self.value, args, frame, at);
  return nothing(at);
}

/** When does the function answer something truthy for these arguments? */
export function resultOf(callee: Value, args: readonly Value[], call: Call): Value {
  return callee.kind === 'function' ? inline(callee, args, call.frame, call.node) : callee.kind === 'handle' ? invoke(callee, args, call.frame, call.node) : unknown('function-call', 'the result of a callback', callee.at);
}

