import { TRUE, type Condition } from '../../values/condition.js';
import type { Event, Handle, Value } from '../../values/value.js';
import type { Way } from '../../values/ways.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { PythonModule } from './module.js';

/** What an imported name means to the reader that asks, by its qualified name; undefined when it means nothing to it. */
export type Packages = (qualifiedName: string) => Value | undefined;

/** So many statements and calls are run; past them nothing is followed, … */
const MAX_WORK = 6_000;
/** … but every statement of a module's top level may take so many, whatever those before it took. */
const SHARE = 600;
/** Nested calls of functions that are followed. */
export const MAX_CALLS = 14;
/** Nested statements, across calls. */
export const MAX_NESTING = 120;
/** So many modules away imports are run. */
export const MAX_HOPS = 3;

/** The state of one symbolic run, across modules. */
export class Session {
  readonly states = new Map<string, Frame>();
  /** Functions and classes that ran, or were given to a framework; see `keyOf`. */
  readonly executed = new Set<string>();
  /** What code has put on objects, classes included. */
  readonly fields = new WeakMap<Handle, Map<string, Value>>();
  readonly classes = new WeakMap<Handle, ClassRecord>();
  readonly instances = new WeakMap<Handle, Instance>();
  /** Definitions in which something can happen; see `isLive`. */
  readonly live = new Map<string, boolean>();
  /** Calls of unknown code so far: inside a `try`, each may raise. */
  unknownCalls = 0;
  nesting = 0;
  calls = 0;
  #work = 0;
  #limit = MAX_WORK;

  constructor(
    readonly packages: Packages,
    /** Text of functions and modules that are worth following. */
    readonly concerns: RegExp,
    /** Names of modules of which it matters whether they are bound at all. */
    private readonly unbound: readonly string[] = [],
  ) {}

  /** What a module begins with. */
  moduleEnv(): Env {
    const env = new Env(undefined);
    for (const name of this.unbound) env.variables.set(name, UNBOUND);
    return env;
  }

  get spent(): boolean {
    return this.#work >= this.#limit;
  }

  /** Counts a step; false when the budget is spent. */
  spend(): boolean {
    if (this.#work >= this.#limit) return false;
    this.#work += 1;
    return true;
  }

  /** Something that does not depend on what came before begins. */
  begin(): void {
    this.#limit = Math.max(this.#limit, this.#work + SHARE);
  }
}

const UNBOUND: Value = { kind: 'nothing', what: 'undefined', at: { file: '', start: 0, end: 0 } };

/** Is a name that matters not bound (here, or under this condition)? Python itself has no such value. */
export function isUnbound(value: Value): boolean {
  return value.kind === 'nothing' && value.what === 'undefined';
}

/** A class in view, and where it was defined. */
export interface ClassRecord {
  readonly node: SyntaxNode;
  readonly frame: Frame;
}

/** An object of a class in view; what the class does not define is asked of `base`. */
export interface Instance {
  readonly of: ClassRecord;
  base: Handle | undefined;
}

/** What the running method belongs to: `self`, and the class above which `super()` looks. */
export interface Home {
  readonly self: Handle;
  readonly record: ClassRecord;
}

/** Values of names while code runs; one for each call, below the one that the function was made in. */
export class Env {
  variables = new Map<string, Value>();
  /** Names that `global` and `nonlocal` declare. */
  readonly outer = new Set<string>();

  constructor(readonly parent: Env | undefined) {}

  lookup(name: string): Value | undefined {
    for (let env: Env | undefined = this; env !== undefined; env = env.parent) {
      const value = env.variables.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  assign(name: string, value: Value): void {
    let env: Env = this;
    if (this.outer.has(name)) while (env.parent !== undefined && (env === this || !env.variables.has(name))) env = env.parent;
    env.variables.set(name, value);
  }
}

/** A loop that is being run, with the ways that leave it or its current turn. */
export interface Loop {
  readonly breaks: Way<string>[];
  readonly continues: Way<string>[];
}

/** Code being run: where, under which condition, and what has happened. */
export interface Frame {
  readonly module: PythonModule;
  readonly session: Session;
  readonly env: Env;
  readonly home: Home | undefined;
  readonly events: Event[];
  readonly hops: number;
  /** The condition under which the current point is reached. */
  reached: Condition;
  readonly loops: Loop[];
}

export function frameFor(module: PythonModule, session: Session, env: Env, hops: number, home?: Home): Frame {
  return { module, session, env, home, events: [], hops, reached: TRUE, loops: [] };
}

/** Names one place of the project. */
export function keyOf(module: PythonModule, node: SyntaxNode): string {
  return `${module.file}:${node.startIndex}`;
}
