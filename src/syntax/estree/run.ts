import { unknown, type Event, type FunctionValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { classesIn, type ClassInView } from './classes.js';
import { evaluate } from './evaluate.js';
import { runModule } from './execute.js';
import { classValue, functionValue, instantiate, methodOf } from './functions.js';
import { stateOf } from './imports.js';
import { Live } from './live.js';
import type { EstreeModule } from './module.js';
import { parametersOf, type Parameter } from './parameters.js';
import { Env, frameFor, Session, type Frame, type ModuleState, type Packages } from './session.js';
import { keyOf, walk, type Node } from './tree.js';

/** What happened when a module's top level was run. */
export interface Run {
  readonly events: readonly Event[];
  /** Exports by name; CommonJS's whole is `module.exports`. */
  readonly exports: ReadonlyMap<string, Value>;
  /** Nodes that were evaluated so far, which limits keep small. */
  readonly work: number;
  /** Methods of an instance of a class in view, which is made with open arguments; none of anything else. */
  methodsOf(value: Value): readonly FunctionValue[];
  /** Classes of the module itself. */
  classes(): Iterable<ClassInView>;
  /** Any expression of the module, seen from its end. */
  valueOf(node: Node): Value;
  /** Functions and classes that nothing has called when their turn comes: what other files may call, or nobody. Outermost only. */
  unreached(): Iterable<Unreached>;
}

export interface Unreached {
  readonly at: Span;
  /** Of a class: none, what its constructor gets is open. */
  readonly parameters: readonly Parameter[];
  /**
   * Of a class: makes an instance and calls the methods that this leaves uncalled. Parameters that are not given are
   * open. Nothing happens in code that leads to no handle and says nothing of CORS: it is not followed.
   */
  run(given?: (parameter: Parameter) => Value | undefined): readonly Event[];
}

/**
 * Runs a module symbolically. `packages` says what imports of packages are; handles that it gives out appear as
 * receivers of the events, in program order, each under the condition on which it happens.
 */
export function run(module: EstreeModule, packages: Packages): Run {
  const session = new Session(module, packages);
  const state = stateOf(module, session, 0);
  state.done = true;
  const frame = frameFor(module, session, state.env, 0);
  runModule(frame, state);
  return {
    events: frame.events,
    exports: state.exports,
    get work() {
      return session.work;
    },
    methodsOf: (value) => methodsOf(value, frameFor(module, session, state.env, 0)),
    classes: () => classesIn(module, session, frameFor(module, session, state.env, 0)),
    valueOf: (node) => evaluate(node, frameFor(module, session, new Env(state.env, undefined), 0)),
    unreached: () => unreachedIn(module, session, frameFor(module, session, state.env, 0), state),
  };
}

function methodsOf(value: Value, frame: Frame): readonly FunctionValue[] {
  const origin = value.kind === 'handle' ? frame.session.classes.get(value) : undefined;
  const instance = value.kind === 'handle' && origin !== undefined ? instantiate(value, [], frame, origin.node) : undefined;
  if (origin === undefined || instance === undefined) return [];
  const names = origin.node.body.body.flatMap((member) => (member.type === 'MethodDefinition' && member.kind === 'method' && !member.static ? (keyOf(member.key, member.computed) ?? []) : []));
  return names.flatMap((name) => {
    const method = methodOf(instance, name, frame);
    return method?.kind === 'function' ? [method] : [];
  });
}

const values = new WeakMap<EstreeModule, Run>();

/** The value of an expression, where no package means anything. */
export function valueOf(module: EstreeModule, node: Node): Value {
  let known = values.get(module);
  if (known === undefined) values.set(module, (known = run(module, () => undefined)));
  return known.valueOf(node);
}

function* unreachedIn(module: EstreeModule, session: Session, frame: Frame, state: ModuleState): Generator<Unreached> {
  let live: Live | undefined;
  const matters = (node: Node): boolean => (live ??= new Live(module, session, state)).has(node);
  for (const { node } of walk(module.program, (node) => isClass(node) || isFunction(node))) {
    if (session.executed.has(node)) continue;
    session.begin();
    if (isClass(node)) yield unreachedClass(node, module, session, frame, matters);
    else if (isFunction(node)) yield unreachedFunction(node, module, frame, matters);
  }
}

function unreachedFunction(node: FunctionNode, module: EstreeModule, frame: Frame, matters: (node: Node) => boolean): Unreached {
  const parameters = parametersOf(node.params, module);
  const at = module.spanOf(node);
  return {
    at,
    parameters: parameters.named,
    run: (given = () => undefined) => {
      const known = parameters.named.some((parameter) => given(parameter) !== undefined);
      return known || matters(node) ? functionValue(node, frame).run(parameters.argumentsFor(given, at)) : [];
    },
  };
}

type ClassNode = Node & { type: 'ClassDeclaration' | 'ClassExpression' };
type FunctionNode = Node & { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' };

function isClass(node: Node): node is ClassNode {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

function isFunction(node: Node): node is FunctionNode {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

function unreachedClass(node: ClassNode, module: EstreeModule, session: Session, outer: Frame, matters: (node: Node) => boolean): Unreached {
  const at = module.spanOf(node);
  const open = (count: number): Value[] => Array.from({ length: count }, () => unknown('parameter', 'a parameter', at));
  return {
    at,
    parameters: [],
    run: () => {
      if (!matters(node)) return [];
      const frame = frameFor(module, session, new Env(outer.env, undefined), 0);
      const instance = instantiate(classValue(node, frame), [], frame, node);
      const events = [...frame.events];
      for (const member of node.body.body) {
        if (member.type !== 'MethodDefinition' || member.kind !== 'method' || member.static || session.executed.has(member.value)) continue;
        const method = instance === undefined ? undefined : methodOf(instance, keyOf(member.key, member.computed) ?? '', frame);
        if (method?.kind === 'function') events.push(...method.run(open(method.parameters)));
      }
      return events;
    },
  };
}
