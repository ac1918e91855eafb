import { unknown, type Event, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { evaluate } from './evaluate.js';
import { runModule } from './execute.js';
import { classValue, functionValue, instantiate, methodOf } from './functions.js';
import { stateOf } from './imports.js';
import type { EstreeModule } from './module.js';
import { Env, frameFor, Session, type Frame, type Packages } from './session.js';
import { keyOf, walk, type Node } from './tree.js';

/** What happened when a module's top level was run. */
export interface Run {
  readonly events: readonly Event[];
  /** Exports by name; CommonJS's whole is `module.exports`. */
  readonly exports: ReadonlyMap<string, Value>;
  /** Any expression of the module, seen from its end. */
  valueOf(node: Node): Value;
  /** Functions and classes that nothing has called so far: what other files may call, or nobody. Outermost only. */
  unreached(): readonly Unreached[];
}

export interface Unreached {
  readonly at: Span;
  /** Names of the parameters; a pattern has none. */
  readonly parameters: readonly (string | undefined)[];
  /** Of a class: makes an instance and calls the methods that this leaves uncalled. */
  run(args: readonly Value[]): readonly Event[];
}

/**
 * Runs a module symbolically. `packages` says what imports of packages are; handles that it gives out appear as
 * receivers of the events, in program order, each under the condition on which it happens.
 */
export function run(module: EstreeModule, packages: Packages): Run {
  const session = new Session(packages);
  const state = stateOf(module, session, 0);
  state.done = true;
  const frame = frameFor(module, session, state.env, 0);
  runModule(frame, state);
  return {
    events: frame.events,
    exports: state.exports,
    valueOf: (node) => evaluate(node, frameFor(module, session, new Env(state.env, undefined), 0)),
    unreached: () => unreachedIn(module, session, frameFor(module, session, state.env, 0)),
  };
}

const values = new WeakMap<EstreeModule, Run>();

/** The value of an expression, where no package means anything. */
export function valueOf(module: EstreeModule, node: Node): Value {
  let known = values.get(module);
  if (known === undefined) values.set(module, (known = run(module, () => undefined)));
  return known.valueOf(node);
}

function unreachedIn(module: EstreeModule, session: Session, frame: Frame): Unreached[] {
  const found: Unreached[] = [];
  for (const { node } of walk(module.program, (node) => isClass(node) || isFunction(node))) {
    if (session.executed.has(node)) continue;
    if (isClass(node)) found.push(unreachedClass(node, module, session, frame));
    if (!isFunction(node)) continue;
    const parameters = node.params.map((parameter) => (parameter.type === 'Identifier' ? parameter.name : undefined));
    found.push({ at: module.spanOf(node), parameters, run: (args) => functionValue(node, frame).run(args) });
  }
  return found;
}

type ClassNode = Node & { type: 'ClassDeclaration' | 'ClassExpression' };
type FunctionNode = Node & { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' };

function isClass(node: Node): node is ClassNode {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

function isFunction(node: Node): node is FunctionNode {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

function unreachedClass(node: ClassNode, module: EstreeModule, session: Session, outer: Frame): Unreached {
  const at = module.spanOf(node);
  const open = (count: number): Value[] => Array.from({ length: count }, () => unknown('parameter', 'a parameter', at));
  return {
    at,
    parameters: [],
    run: (args) => {
      const frame = frameFor(module, session, new Env(outer.env, undefined), 0);
      const instance = instantiate(classValue(node, frame), args, frame, node);
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
