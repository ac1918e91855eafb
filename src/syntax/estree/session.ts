import { sizeOf, TRUE, type Condition } from '../../values/condition.js';
import type { Event, Handle, Value } from '../../values/value.js';
import type { Way } from '../../values/ways.js';
import type { EstreeModule } from './module.js';
import type { Variable } from './scopes.js';
import type { Class, Node } from './tree.js';

/** What an import of a package means to the reader that asks; undefined when it means nothing to it. */
export type Packages = (specifier: string) => Value | undefined;

/** Past this many evaluated nodes everything is unknown, … */
const MAX_WORK = 60_000;
/** … but every statement of a module's top level may take so many, whatever those before it took. */
const SHARE = 4_000;
/** Imported modules share so many beside. */
const MAX_IMPORTED = 20_000;
/** Nested expressions and statements, across calls. */
export const MAX_DEPTH = 300;
/** Nested calls of functions that are followed. */
export const MAX_CALLS = 16;
/** So many modules away imports are followed. */
export const MAX_HOPS = 3;

/** The state of one evaluation across modules. */
export class Session {
  readonly states = new Map<EstreeModule, ModuleState>();
  /** Values of variables that no running code has bound. */
  readonly statics = new Map<Variable, Value | 'in progress'>();
  /** Functions and classes that ran. */
  readonly executed = new Set<Node>();
  /** Fields of the objects that `new` made, and of `this`. */
  readonly fields = new WeakMap<Handle, Map<string, Value>>();
  readonly classes = new WeakMap<Handle, ClassOrigin>();
  readonly instances = new WeakMap<Handle, ClassOrigin>();
  /** Calls of unknown code so far: inside a `try`, each may throw. */
  unknownCalls = 0;
  /** `try` blocks around the current point whose errors are handled. */
  catching = 0;
  depth = 0;
  calls = 0;
  /** Code that was left out because it lies past a limit. */
  readonly skipped = new Set<Node>();
  /** `try` statements in which unknown code is known to be called, while an outer one is run again. */
  readonly throwing = new Set<Node>();
  #work = 0;
  #limit = MAX_WORK;
  /** What imported modules took; undefined while one runs. */
  #imported: number | undefined = 0;

  constructor(
    /** The module that was asked about. */
    readonly root: EstreeModule,
    readonly packages: Packages,
  ) {}

  /** Nodes that were evaluated so far. */
  get work(): number {
    return this.#work;
  }

  /** The budget is spent: what comes next is not followed. */
  get spent(): boolean {
    return this.#work >= this.#limit;
  }

  /** Counts a step, or as many as something costs; false when the budget is spent. */
  spend(cost = 1): boolean {
    if (this.#work >= this.#limit) return false;
    this.#work = Math.min(this.#work + cost, this.#limit);
    return true;
  }

  /** Something that does not depend on what came before begins. */
  begin(): void {
    this.#limit = Math.max(this.#limit, this.#work + SHARE);
  }

  /** Runs an imported module at the expense of all of them: the code that imports it has as much left as before. */
  apart(run: () => void): void {
    const spent = this.#imported;
    if (spent === undefined) return run();
    this.#imported = undefined;
    const left = this.#limit - this.#work;
    const before = this.#work;
    this.#limit = before + Math.max(0, MAX_IMPORTED - spent);
    run();
    this.#imported = spent + this.#work - before;
    this.#limit = this.#work + left;
  }
}

export interface ClassOrigin {
  readonly node: Class;
  readonly frame: Frame;
}

/** What `this` is while code runs. Code that assigns to a member of a plain object replaces `value`. */
export interface Receiver {
  value: Value;
  /** The class in which the running method stands: where `super` begins to look. */
  readonly home?: ClassOrigin;
}

export interface ModuleState {
  readonly env: Env;
  readonly exports: Map<string, Value>;
  /** How many imports lie between the module that was asked about and this one. */
  readonly hops: number;
  done: boolean;
}

/** Values of variables while code runs; one for each call, below the one that the function was made in. */
export class Env {
  variables = new Map<Variable, Value>();

  constructor(
    readonly parent: Env | undefined,
    readonly self: Receiver | undefined,
  ) {}

  holderOf(variable: Variable): Env | undefined {
    for (let env: Env | undefined = this; env !== undefined; env = env.parent) if (env.variables.has(variable)) return env;
    return undefined;
  }
}

/** Code being run: where, under which condition, and what has happened. */
export interface Frame {
  readonly module: EstreeModule;
  readonly session: Session;
  readonly env: Env;
  readonly events: Event[];
  readonly hops: number;
  /** The condition under which the current point is reached. */
  reached: Condition;
  /** Where `break` and `continue` meet again, innermost last. */
  readonly exits: Exit[];
}

/** A loop or a `switch` that is being run, with the ways that leave it or its current turn. */
export interface Exit {
  readonly breaks: Way<Variable>[];
  readonly continues: Way<Variable>[];
  readonly loop: boolean;
}

/** The receiver of the innermost call that has one. */
export function receiverOf(frame: Frame): Receiver | undefined {
  for (let env: Env | undefined = frame.env; env !== undefined; env = env.parent) if (env.self !== undefined) return env.self;
  return undefined;
}

export function frameFor(module: EstreeModule, session: Session, env: Env, hops: number): Frame {
  return { module, session, env, events: [], hops, reached: TRUE, exits: [] };
}

/** Something happens: it costs what its condition will cost whoever reads it. */
export function happen(event: Event, frame: Frame): void {
  frame.session.spend(sizeOf(event.when));
  frame.events.push(event);
}
