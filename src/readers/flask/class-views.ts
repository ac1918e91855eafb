import type { PythonModule, Run } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { FunctionValue, Handle, RecordValue, Value } from '../../values/value.js';
import type { FlaskPackages } from './packages.js';

/** `cross_origin(…)` around a view. */
export interface Decorated {
  readonly options: RecordValue | undefined;
  readonly at: Span;
}

/** One function that answers at a route. */
export interface ViewFunction {
  readonly callee: FunctionValue;
  /** Undefined: all methods of the route. */
  readonly methods: readonly string[] | undefined;
  /** Around this function only: Flask answers OPTIONS by itself. */
  readonly decorated: Decorated | undefined;
}

/** A class whose methods are views: `MethodView`, and `Resource` of Flask-RESTful and Flask-RESTX. */
export interface ClassView {
  readonly methods: readonly string[];
  readonly functions: readonly ViewFunction[];
}

const VERBS = ['get', 'post', 'put', 'patch', 'delete', 'options'];

/** The class that is registered as a view: itself, or by `MyView.as_view('name')`. */
export function classViewOf(view: Value | undefined, ran: Run, packages: FlaskPackages, module: PythonModule): ClassView | undefined {
  const found = view === undefined ? undefined : ran.classOf(view.kind === 'unknown' ? (classOfCall(view.at, ran, module) ?? view) : view);
  if (found === undefined) return undefined;
  const base: Handle = { kind: 'handle', name: 'a view', at: found.at, get: () => undefined, call: () => undefined };
  const instance = found.instance(base);
  // `as_view` gives OPTIONS back to Flask, whatever is among its decorators (measured on Flask 3.1).
  const around = decoratorIn(found.attribute('decorators'), packages);
  const verbs = VERBS.filter((verb) => found.methods.includes(verb));
  const functions = verbs.flatMap((verb): readonly ViewFunction[] => {
    const methods = verb === 'get' ? ['GET', 'HEAD'] : [verb.toUpperCase()];
    const value = instance.get(verb);
    const role = packages.roleOf(value);
    const callee = role?.is === 'decorated' ? role.view : value;
    return callee?.kind === 'function' ? [{ callee, methods, decorated: role?.is === 'decorated' ? { options: role.options, at: role.at } : around }] : [];
  });
  return { methods: verbs.flatMap((verb) => (verb === 'get' ? ['GET', 'HEAD'] : [verb.toUpperCase()])), functions };
}

/** `cross_origin(…)` in a list of decorators. */
export function decoratorIn(decorators: Value | undefined, packages: FlaskPackages): Decorated | undefined {
  if (decorators?.kind !== 'list') return undefined;
  return decorators.items.flatMap((item): readonly Decorated[] => {
    const role = packages.roleOf(item);
    return role?.is === 'cross-origin' ? [{ options: role.options, at: item.at }] : [];
  })[0];
}

/** `MyView` of the call `MyView.as_view(…)` that stands at a place. */
function classOfCall(at: Span, ran: Run, module: PythonModule): Value | undefined {
  const [, name] = /^(\w+)\s*\.\s*as_view\s*\(/.exec(module.written(at)) ?? [];
  if (name === undefined || at.file !== module.file) return undefined;
  const node = module.root.descendantForIndex(at.start, at.start + name.length - 1);
  return node === null ? undefined : ran.valueOf(node);
}
