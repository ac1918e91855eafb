import { join } from '../../values/cases.js';
import { and, not, or, TRUE, type Condition } from '../../values/condition.js';
import { isSilent } from '../../values/silent.js';
import { unknown, type Event, type FunctionValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { callHandle, callMethod, changedBy } from './calls.js';
import { dotted, evaluate, named, runAll, store } from './evaluate.js';
import { extension } from './extensions.js';
import { isProjectObject, methodNamed } from './objects.js';
import { Env, frameFor, MAX_CALLS, type Frame } from './session.js';
import type { Code, CodeOf, Method, Parameter } from './tree.js';

/** A lambda. Without parameters of its own, Kotlin's has `it`, and may have been given a receiver: both are its first argument. */
export function lambdaValue(code: CodeOf<'lambda'>, outer: Frame): FunctionValue {
  const { parameters } = code;
  return {
    kind: 'function',
    parameters: parameters?.length ?? 1,
    isAsync: false,
    at: code.at,
    run(args) {
      const own = parameters === undefined || parameters.length === 0 ? args.slice(0, 1) : [];
      return running(code.at, args, outer, [...outer.receivers, ...(outer.module.isKotlin ? own : [])], (frame) => {
        if (parameters === undefined) frame.env.variables.set('it', args[0] ?? unknown('parameter', 'it', code.at));
        else bind(parameters, args, frame);
        return finish(code.body(), code.yields, code.at, frame);
      });
    },
  };
}

/** `Type::method`, `this::method`, `object::method`. */
export function referenceValue(code: CodeOf<'reference'>, outer: Frame): FunctionValue {
  return {
    kind: 'function',
    parameters: 1,
    isAsync: false,
    at: code.at,
    run: (args) =>
      running(code.at, args, outer, outer.receivers, (frame) => {
        const owner = code.of.is === 'this' ? frame.receivers.at(-1) : code.of.is === 'name' ? named(code.of.name, frame, code.at) : evaluate(code.of, frame);
        const [first, ...rest] = args;
        const isType = /(?:^|\.)[A-Z]\w*$/.test(dotted(code.of) ?? '');
        const own = owner?.kind === 'handle' && isProjectObject(owner, frame) ? methodNamed(owner, code.name, frame) : undefined;
        // `Type::method` of an object's method takes the object as its first argument.
        const extended = isType && own === undefined && first !== undefined ? extension(first, code.name, { positional: rest, named: new Map() }, frame) : undefined;
        const changed = isType || owner === undefined ? undefined : changedBy(owner, code.name, args, code.at);
        if (changed !== undefined) store(code.of, changed.value, frame);
        const value = changed !== undefined ? changed.result : extended !== undefined ? inline(extended.callee, extended.args, frame, code.at) : isType && own === undefined && first !== undefined ? callMethod(first, code.name, rest, frame, code.at) : owner === undefined ? unknown('function-call', code.name, code.at) : callMethod(owner, code.name, args, frame, code.at);
        frame.events.push({ kind: 'return', when: frame.reached, value, at: code.at });
      }),
  };
}

/** A method, bound to `this`; of Kotlin's extensions, with what they extend before it. It sees the variables of the frame: those around a class without a name. */
export function methodValue(method: Method, frame: Frame, receivers: readonly Value[]): FunctionValue {
  return {
    kind: 'function',
    parameters: method.parameters.length,
    isAsync: false,
    at: method.at,
    run: (args) =>
      running(method.at, args, frame, method.receiver === undefined ? receivers : [...receivers, ...args.slice(0, 1)], (inner) => {
        bind(method.parameters, method.receiver === undefined ? args : args.slice(1), inner);
        if (method.body !== undefined) finish(method.body(), false, method.at, inner);
        else inner.events.push({ kind: 'return', when: TRUE, value: unknown('function-call', `the method ${method.name}`, method.at), at: method.at });
      }),
  };
}

function running(at: Span, args: readonly Value[], outer: Frame, receivers: readonly Value[], body: (frame: Frame) => void): readonly Event[] {
  const { session } = outer;
  // A reader calls it: what ran before has nothing to do with it.
  if (session.calls === 0) session.begin();
  if (session.calls >= MAX_CALLS || !session.spend()) {
    const lost = args.flatMap((value) => (value.kind === 'handle' && !isSilent(value) ? [value] : []));
    return [...lost.map((receiver): Event => ({ kind: 'escape', when: TRUE, receiver, reason: 'budget', detail: 'a call too deep to follow', at })), { kind: 'return', when: TRUE, value: unknown('budget', 'a call too deep to follow', at), at }];
  }
  session.calls += 1;
  session.executed.add(`${at.file}:${at.start}`);
  const frame = frameFor(outer.module, session, new Env(outer.env), receivers);
  body(frame);
  session.calls -= 1;
  return frame.events;
}

function finish(body: readonly Code[], yields: boolean, at: Span, frame: Frame): void {
  const last = runAll(body, frame);
  if (frame.reached.c !== 'false') frame.events.push({ kind: 'return', when: frame.reached, value: yields && last !== undefined ? last : { kind: 'nothing', what: 'null', at }, at: { ...at, start: at.end } });
}

/** Gives arguments to parameters, by position. */
export function bind(parameters: readonly Parameter[], args: readonly Value[], frame: Frame): void {
  parameters.forEach((parameter, index) => {
    const rest = args.slice(index);
    const value: Value = parameter.variadic ? (rest.length === 1 && rest[0]!.kind === 'list' ? rest[0]! : { kind: 'list', items: rest, at: parameter.at }) : (args[index] ?? (parameter.fallback === undefined ? unknown('parameter', `the parameter ${parameter.name}`, parameter.at) : evaluate(parameter.fallback, frame)));
    frame.env.variables.set(parameter.name, value);
  });
}

/** Follows a function into its body: its events become those of the caller, its returns the value. */
export function inline(callee: FunctionValue, args: readonly Value[], frame: Frame, at: Span): Value {
  const { reached } = frame;
  const returns: { when: Condition; value: Value }[] = [];
  const thrown: Condition[] = [];
  for (const event of callee.run(args)) {
    if (event.kind === 'return') returns.push({ when: event.when, value: event.value });
    else {
      if (event.kind === 'throw') thrown.push(event.when);
      frame.events.push({ ...event, when: and(reached, event.when) });
    }
  }
  if (thrown.length > 0) frame.reached = and(reached, not(or(...thrown)));
  return join(returns, at);
}

/** A value that is called: a Kotlin function in a variable, a functional interface's one method. */
export function applied(callee: Value, args: readonly Value[], frame: Frame, at: Span): Value {
  if (callee.kind === 'function') return inline(callee, args, frame, at);
  if (callee.kind === 'handle') return callHandle(callee, '', args, frame, at);
  return unknown('function-call', 'a call', at);
}
