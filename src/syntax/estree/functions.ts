import type { Span } from '../../text/span.js';
import { TRUE } from '../../values/condition.js';
import { isSilent, silent } from '../../values/silent.js';
import { unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import { bindPattern } from './bindings.js';
import { join, nothing } from './either.js';
import { evaluate } from './evaluate.js';
import { execute, hoist } from './execute.js';
import { escape } from './skip.js';
import { Env, frameFor, happen, MAX_CALLS, receiverOf, type ClassOrigin, type Frame, type Receiver } from './session.js';
import { keyOf, type ArrowFunctionExpression, type Class, type FunctionNode, type Node } from './tree.js';

export function functionValue(node: FunctionNode | ArrowFunctionExpression, frame: Frame, self?: Receiver): FunctionValue {
  const value: FunctionValue = {
    kind: 'function',
    parameters: node.params.length,
    isAsync: node.async,
    at: frame.module.spanOf(node),
    run: (args) => runFunction(node, args, frame, self),
  };
  if (self === undefined && node.type !== 'ArrowFunctionExpression') unbound.set(value, (receiver) => functionValue(node, frame, receiver));
  return value;
}

/** Functions that take `this` from their call. */
const unbound = new WeakMap<FunctionValue, (receiver: Receiver) => FunctionValue>();

/** The function as it is when called on something; arrow functions and methods in hand keep their own `this`. */
export function boundTo(callee: Value, receiver: Receiver): Value {
  return callee.kind === 'function' ? (unbound.get(callee)?.(receiver) ?? callee) : callee;
}

function runFunction(node: FunctionNode | ArrowFunctionExpression, args: readonly Value[], outer: Frame, self: Receiver | undefined): readonly Event[] {
  const { session, module } = outer;
  const at = module.spanOf(node);
  // A reader calls it: what ran before has nothing to do with it.
  if (session.calls === 0) session.begin();
  if (session.calls >= MAX_CALLS || !session.spend()) {
    const frame = frameFor(module, session, new Env(outer.env, self), outer.hops);
    escape(args, node, frame);
    return [...frame.events, { kind: 'return', when: TRUE, value: unknown('budget', 'a call too deep to follow', at), at }];
  }
  session.calls++;
  session.executed.add(node);
  try {
    const frame = frameFor(module, session, new Env(outer.env, self), outer.hops);
    node.params.forEach((parameter, index) => {
      const rest = parameter.type === 'RestElement';
      const value: Value = rest ? { kind: 'list', items: args.slice(index), at } : (args[index] ?? nothing(module.spanOf(parameter)));
      bindPattern(rest ? parameter.argument : parameter, value, frame);
    });
    if (node.body === null) return [];
    if (node.body.type === 'BlockStatement') {
      hoist(node.body.body, frame);
      for (const statement of node.body.body) execute(statement, frame);
      if (frame.reached.c !== 'false') happen({ kind: 'return', when: frame.reached, value: session.spent ? unknown('budget', 'code too large to follow', at) : nothing(at), at: { ...at, start: at.end } }, frame);
    } else {
      const value = evaluate(node.body, frame);
      happen({ kind: 'return', when: frame.reached, value, at: module.spanOf(node.body) }, frame);
    }
    return frame.events;
  } finally {
    session.calls--;
  }
}

/** A class: its static members are properties; `new` makes instances whose fields and methods are followed. */
export function classValue(node: Class, frame: Frame): Handle {
  const { session } = frame;
  const handle: Handle = silent(`the class ${node.id?.name ?? ''}`.trimEnd(), frame.module.spanOf(node), (name) => staticOf({ node, frame }, handle, name));
  session.classes.set(handle, { node, frame });
  session.fields.set(handle, new Map());
  return handle;
}

/** A static member as declared, its parents' behind its own; what code has put there since is a field. */
function staticOf(origin: ClassOrigin, handle: Handle, name: string): Value | undefined {
  const { node, frame } = origin;
  const self: Receiver = { value: handle, home: origin };
  const inner = { ...frame, env: new Env(frame.env, self) };
  for (const member of node.body.body) {
    if ((member.type !== 'PropertyDefinition' && member.type !== 'MethodDefinition') || !member.static || keyOf(member.key, member.computed) !== name) continue;
    if (member.type === 'MethodDefinition') {
      const method = functionValue(member.value, inner, self);
      return member.kind === 'get' ? returnedBy(method) : method;
    }
    return member.value === null ? nothing(handle.at) : evaluate(member.value, inner);
  }
  const parent = parentOf(origin);
  return parent === undefined ? undefined : staticOf(parent, handle, name);
}

/** What a call without arguments returns, whatever else it does. */
export function returnedBy(callee: FunctionValue): Value {
  return join(callee.run([]).flatMap((event) => (event.kind === 'return' ? [event] : [])), callee.at);
}

/** `new` on a class in view: fields first, then the constructor. Undefined when the value is no such class. */
export function instantiate(value: Handle, args: readonly Value[], frame: Frame, node: Node): Handle | undefined {
  const origin = frame.session.classes.get(value);
  if (origin === undefined) return undefined;
  const instance = silent(value.name.replace(/^the class/, 'an instance of'), frame.module.spanOf(node), () => undefined);
  frame.session.fields.set(instance, new Map());
  frame.session.instances.set(instance, origin);
  construct(origin, instance, args, frame);
  return instance;
}

/** Runs field initialisers and the constructor; without one those of the parent run with the same arguments. */
export function construct(origin: ClassOrigin, instance: Handle, args: readonly Value[], frame: Frame): void {
  const { node } = origin;
  const { session } = frame;
  if (session.calls >= MAX_CALLS) return;
  session.calls++;
  session.executed.add(node);
  const self: Receiver = { value: instance, home: origin };
  const inner = { ...frameFor(origin.frame.module, session, new Env(origin.frame.env, self), origin.frame.hops), reached: frame.reached };
  const constructor = node.body.body.find((member) => member.type === 'MethodDefinition' && member.kind === 'constructor');
  if (constructor === undefined) constructParent(origin, instance, args, inner, inner.module.spanOf(node));
  for (const member of node.body.body) {
    const name = member.type === 'PropertyDefinition' ? keyOf(member.key, member.computed) : undefined;
    if (member.type !== 'PropertyDefinition' || member.static || name === undefined || member.value === null) continue;
    session.fields.get(instance)?.set(name, evaluate(member.value, inner));
  }
  frame.events.push(...inner.events);
  if (constructor?.type === 'MethodDefinition') {
    const run = functionValue(constructor.value, origin.frame, self).run(args);
    frame.events.push(...run.filter((event) => event.kind !== 'return'));
  }
  session.calls--;
}

/** What `super(…)` does: the parent's constructor runs; a class of a package is made at `at`. */
export function constructParent(origin: ClassOrigin, instance: Handle, args: readonly Value[], frame: Frame, at: Span): void {
  const parent = parentOf(origin);
  if (parent !== undefined) return construct(parent, instance, args, frame);
  const base = origin.node.superClass === null ? undefined : evaluate(origin.node.superClass, origin.frame);
  if (base?.kind === 'handle' && !isSilent(base)) happen({ kind: 'call', when: frame.reached, receiver: base, method: 'new', args, at }, frame);
}

export function parentOf(origin: ClassOrigin): ClassOrigin | undefined {
  if (origin.node.superClass === null) return undefined;
  const parent = evaluate(origin.node.superClass, origin.frame);
  return parent.kind === 'handle' ? origin.frame.session.classes.get(parent) : undefined;
}

/** A method (bound) or an accessor's value of an instance. */
export function methodOf(object: Handle, name: string, frame: Frame): Value | undefined {
  return methodFrom(frame.session.instances.get(object), object, name);
}

/** The same, of `super`: looked for above the class in which the running method stands. Undefined where none is in view. */
export function methodOfSuper(name: string, frame: Frame): Value | undefined {
  const self = receiverOf(frame);
  if (self?.home === undefined || self.value.kind !== 'handle') return undefined;
  const parent = parentOf(self.home);
  if (parent === undefined) return undefined;
  return frame.session.classes.has(self.value) ? staticOf(parent, self.value, name) : methodFrom(parent, self.value, name);
}

function methodFrom(first: ClassOrigin | undefined, object: Handle, name: string): Value | undefined {
  for (let origin = first; origin !== undefined; origin = parentOf(origin)) {
    for (const member of origin.node.body.body) {
      if (member.type !== 'MethodDefinition' || member.static || keyOf(member.key, member.computed) !== name || member.value.body === null) continue;
      const method = functionValue(member.value, origin.frame, { value: object, home: origin });
      if (member.kind !== 'get') return method;
      return returnedBy(method);
    }
  }
  return undefined;
}
