import { TRUE, type Condition } from '../../values/condition.js';
import type { Event, Handle, Value } from '../../values/value.js';
import type { Way } from '../../values/ways.js';
import type { Span } from '../../text/span.js';
import type { JvmModule } from './module.js';
import type { Annotation, ClassDeclaration, Code } from './tree.js';

/** What a class of a package is to the reader that asks, by its qualified name; undefined when it means nothing to it. */
export type Packages = (qualifiedName: string) => Handle | undefined;

/** A field or a parameter that a framework fills. */
export interface Injected {
  readonly name: string;
  readonly type: string | undefined;
  readonly annotations: readonly Annotation[];
  readonly at: Span;
  readonly module: JvmModule;
  /** The object whose field or constructor it belongs to, and its class; undefined for a method's parameter. */
  readonly holder: Handle | undefined;
  readonly owner: ClassDeclaration | undefined;
  /** What the code itself puts there: an initial value, a default. */
  written(): Value | undefined;
  /** An object of its type, where that is a class of the project; `begin` gets it before anything in it is filled. */
  make(begin?: (object: Handle) => void): Handle | undefined;
  /** An element of an annotation. */
  evaluate(code: Code): Value;
}

/** What a framework puts there; undefined: what the code puts there, else an object of a class of the project, else nobody knows. */
export type Injection = (into: Injected) => Value | undefined;

const MAX_WORK = 6_000;
/** Nested calls of methods that are followed. */
export const MAX_CALLS = 14;
/** Nested code, across calls. */
export const MAX_NESTING = 200;

/** The state of one symbolic run, across files. */
export class Session {
  /** Fields of objects, and statics of classes. */
  readonly fields = new WeakMap<Handle, Map<string, Value>>();
  readonly objects = new WeakMap<Handle, ObjectOf>();
  readonly classes = new Map<ClassDeclaration, Handle>();
  /** The one object of a class that a framework makes. */
  readonly beans = new Map<ClassDeclaration, Handle>();
  /** Methods that ran, by their places. */
  readonly executed = new Set<string>();
  /** Calls of unknown code so far: inside a `try`, each may throw. */
  unknownCalls = 0;
  nesting = 0;
  calls = 0;
  #work = 0;
  #limit = MAX_WORK;

  constructor(
    readonly packages: Packages,
    readonly injection: Injection,
  ) {}

  spend(): boolean {
    if (this.#work >= this.#limit) return false;
    this.#work += 1;
    return true;
  }

  /** Something that does not depend on what came before begins. */
  begin(): void {
    this.#limit = this.#work + MAX_WORK;
  }
}

/** An object of a class in view, or the class itself. */
export interface ObjectOf {
  readonly declaration: ClassDeclaration;
  readonly module: JvmModule;
  /** The class itself: its statics. */
  readonly isClass: boolean;
  /** What the class does not define is the framework's. */
  base: Handle | undefined;
  /** Where a class without a name stands: variables and objects that its methods see. */
  readonly around?: Pick<Frame, 'env' | 'receivers'>;
}

export class Env {
  variables = new Map<string, Value>();

  constructor(readonly parent: Env | undefined) {}

  holderOf(name: string): Env | undefined {
    for (let env: Env | undefined = this; env !== undefined; env = env.parent) if (env.variables.has(name)) return env;
    return undefined;
  }

  lookup(name: string): Value | undefined {
    return this.holderOf(name)?.variables.get(name);
  }
}

/** A loop or a `switch` that is being run, with the ways that leave it or its current turn. */
export interface Exit {
  readonly breaks: Way<string>[];
  readonly continues: Way<string>[];
  readonly loop: boolean;
}

/** Code being run: where, under which condition, and what has happened. */
export interface Frame {
  readonly module: JvmModule;
  readonly session: Session;
  readonly env: Env;
  /** `this`, outermost first; Kotlin's lambdas with a receiver put theirs last. */
  readonly receivers: readonly Value[];
  readonly events: Event[];
  reached: Condition;
  readonly exits: Exit[];
}

export function frameFor(module: JvmModule, session: Session, env: Env, receivers: readonly Value[]): Frame {
  return { module, session, env, receivers, events: [], reached: TRUE, exits: [] };
}
