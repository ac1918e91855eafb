import type { Node } from './tree.js';

/**
 * What is used of a scope manager: the common part of `@typescript-eslint/scope-manager` and ESLint's own
 * `eslint-scope`, so that either host's scopes serve.
 */
export interface ScopeManagerLike {
  readonly scopes: readonly ScopeLike[];
}

export interface ScopeLike {
  readonly type: string;
  readonly variables: readonly Variable[];
  readonly references: readonly Reference[];
}

export interface Variable {
  readonly name: string;
  readonly defs: readonly Definition[];
  readonly references: readonly Reference[];
  readonly identifiers: readonly unknown[];
  readonly scope: { readonly type: string };
}

export interface Definition {
  readonly type: string;
  readonly node: unknown;
  readonly parent?: unknown;
}

export interface Reference {
  readonly identifier: unknown;
  readonly resolved: unknown;
  isWrite(): boolean;
}

/** Which variable an identifier means. Names of globals mean none. */
export class Scopes {
  readonly #variables = new Map<unknown, Variable>();

  constructor(manager: ScopeManagerLike) {
    for (const scope of manager.scopes) {
      for (const variable of scope.variables) {
        if (variable.defs.length === 0) continue;
        for (const identifier of variable.identifiers) this.#variables.set(identifier, variable);
        for (const reference of variable.references) this.#variables.set(reference.identifier, variable);
      }
    }
  }

  variableOf(identifier: Node): Variable | undefined {
    return this.#variables.get(identifier);
  }
}

/** Declared outside every function. */
export function isModuleLevel(variable: Variable): boolean {
  return variable.scope.type === 'module' || variable.scope.type === 'global';
}

/** How often the variable gets a value after its declaration. */
export function rewrites(variable: Variable): number {
  const declared = new Set(variable.identifiers);
  return variable.references.filter((reference) => reference.isWrite() && !declared.has(reference.identifier)).length;
}
