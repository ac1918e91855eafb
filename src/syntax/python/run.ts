import type { Span } from '../../text/span.js';
import type { Event, FunctionValue, Handle, Value } from '../../values/value.js';
import type { SyntaxNode } from '../tree-sitter.js';

/**
 * What an imported name means to a reader, by its qualified name (`flask.Flask`, `flask_cors.CORS`); undefined: nothing,
 * then the name is followed into the project, or unknown.
 */
export type Packages = (qualifiedName: string) => Value | undefined;

/** What happened when a module's top level was run. */
export interface Run {
  /** In program order, each under the condition on which it happens. */
  readonly events: readonly Event[];
  /** Classes of the module itself. */
  classes(): Iterable<ClassInView>;
  /** Any expression of the module, seen from its end. */
  valueOf(node: SyntaxNode): Value;
  /** The value of a name of the module at its end; undefined when nothing binds it. */
  named(name: string): Value | undefined;
  /** Functions and classes that nothing has called when their turn comes: what other files may call, or nobody. Outermost only. */
  unreached(): Iterable<Unreached>;
}

export interface Parameter {
  readonly name: string;
  /** Last name of its annotation: `FastAPI` for `app: fastapi.FastAPI`. */
  readonly type: string | undefined;
  readonly at: Span;
}

export interface Unreached {
  readonly at: Span;
  /** The function's or the class's name. */
  readonly name: string;
  /** Of a class: none. */
  readonly parameters: readonly Parameter[];
  /** Parameters that are not given are open. */
  run(given?: (parameter: Parameter) => Value | undefined): readonly Event[];
}

/** A class and those of its bases that are in view. */
export interface ClassInView {
  readonly name: string;
  readonly at: Span;
  /** Qualified names of all bases outside the project, those of bases in view included: `tornado.web.RequestHandler`. */
  readonly bases: readonly string[];
  /** Names of the methods of the class and of its bases in view. */
  readonly methods: readonly string[];
  /** Of a method that is in view, whichever class defines it: its decorators as written without arguments (`cross_origin`, `app.get`). */
  decoratorsOf(method: string): readonly string[];
  /** A class attribute of the class or of its bases in view. */
  attribute(name: string): Value | undefined;
  /**
   * An object of the class. What the class does not define is the framework's: `base`, which is the receiver of events
   * for inherited methods, `super()` included. `__init__` has been run with `args`, when given.
   */
  instance(base: Handle, args?: readonly Value[]): Handle;
  /** A method of an object that `instance` made, bound to it. */
  methodOf(instance: Handle, name: string): FunctionValue | undefined;
}
