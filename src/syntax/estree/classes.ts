import type { Span } from '../../text/span.js';
import type { Event, Value } from '../../values/value.js';
import { evaluate } from './evaluate.js';
import { classValue, instantiate, methodOf } from './functions.js';
import type { EstreeModule } from './module.js';
import { parametersOf, type Parameter } from './parameters.js';
import { Env, frameFor, type Frame, type Session } from './session.js';
import { keyOf, walk, type Class, type Node } from './tree.js';

/** A class as frameworks see it that call its methods: what decorates it, and each method by itself. */
export interface ClassInView {
  readonly name: string | undefined;
  readonly at: Span;
  /** Calls of decorators, as they stand. */
  readonly decorators: readonly Event[];
  readonly methods: readonly MethodInView[];
}

export interface MethodInView {
  readonly name: string;
  readonly at: Span;
  readonly decorators: readonly Event[];
  /** Calls it on an instance that was made with open arguments. Parameters that are not given are open. */
  run(given: (parameter: Parameter) => Value | undefined): readonly Event[];
}

export function* classesIn(module: EstreeModule, session: Session, outer: Frame): Generator<ClassInView> {
  for (const { node } of walk(module.program, (candidate) => isClass(candidate))) if (isClass(node)) yield inView(node, module, session, outer);
}

function inView(node: Class, module: EstreeModule, session: Session, outer: Frame): ClassInView {
  const decorating = (list: readonly { readonly expression: Node }[] | undefined): readonly Event[] => {
    const frame = frameFor(module, session, new Env(outer.env, undefined), 0);
    for (const { expression } of list ?? []) evaluate(expression, frame);
    return frame.events;
  };
  const methods = node.body.body.flatMap((member): readonly MethodInView[] => {
    const name = member.type === 'MethodDefinition' && member.kind === 'method' && !member.static ? keyOf(member.key, member.computed) : undefined;
    if (member.type !== 'MethodDefinition' || name === undefined) return [];
    const at = module.spanOf(member);
    const run: MethodInView['run'] = (given) => {
      const frame = frameFor(module, session, new Env(outer.env, undefined), 0);
      const instance = instantiate(classValue(node, frame), [], frame, node);
      const method = instance === undefined ? undefined : methodOf(instance, name, frame);
      return method?.kind === 'function' ? method.run(parametersOf(member.value.params, module).argumentsFor(given, at)) : [];
    };
    return [{ name, at, decorators: decorating(member.decorators), run }];
  });
  return { name: node.id?.name, at: module.spanOf(node), decorators: decorating(node.decorators), methods };
}

function isClass(node: Node): node is Class {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}
