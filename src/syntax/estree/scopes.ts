import { rangeOf, type Node } from './tree.js';

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
  readonly variables: readonly Variable[];
  #free: readonly { readonly name: string; readonly at: number }[] | undefined;

  constructor(private readonly manager: ScopeManagerLike) {
    const declared: Variable[] = [];
    this.variables = declared;
    for (const scope of manager.scopes) {
      for (const variable of scope.variables) {
        if (variable.defs.length === 0) continue;
        declared.push(variable);
        for (const identifier of variable.identifiers) this.#variables.set(identifier, variable);
        for (const reference of variable.references) this.#variables.set(reference.identifier, variable);
      }
    }
  }

  /** Names that no declaration in the file explains, with where they stand. */
  get free(): readonly { readonly name: string; readonly at: number }[] {
    this.#free ??= this.manager.scopes.flatMap(({ references }) =>
      references.flatMap(({ identifier }) => {
        const node = identifier as Node;
        return node.type === 'Identifier' && !this.#variables.has(node) ? [{ name: node.name, at: rangeOf(node)[0] }] : [];
      }),
    );
    return this.#free;
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
