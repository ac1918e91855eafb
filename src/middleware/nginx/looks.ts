import { ALWAYS, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Token } from '../../syntax/nginx/index.js';
import { unknownCase, type Case, type Expander, type Scope, type Variables } from './variables.js';

/** Cases of texts that hang together past which groups in later ones are not known. */
const MAX_BRANCHES = 40;

interface Branch {
  readonly when: Guard;
  readonly variables: Variables;
}

/**
 * Texts of one response, looked at in their order: a map of an earlier one leaves the groups of its pattern behind for
 * the later ones.
 */
export class Looks {
  #branches: readonly Branch[];
  #lost = false;

  constructor(
    private readonly expander: Expander,
    private readonly scope: Scope,
    private readonly together: boolean,
  ) {
    this.#branches = [{ when: ALWAYS, variables: scope.variables }];
  }

  at(token: Token): readonly Case[] {
    if (!this.together) return this.expander.expand(token, this.scope);
    if (this.#lost) return [{ ...unknownCase(token, `the text ${token.text}`, 'budget'), variables: this.scope.variables }];
    const cases = this.#branches.flatMap((branch) =>
      this.expander.expand(token, { ...this.scope, variables: branch.variables }).map((one): Case => ({ ...one, when: whenAll(branch.when, one.when) })),
    );
    const next = new Map<string, Branch>();
    for (const { when, variables, inner } of cases) {
      // What depends on a header of the response is not among the cases of a request.
      if (inner !== undefined) this.#lost = true;
      const key = JSON.stringify([...variables]);
      next.set(key, { when: whenAny(next.get(key)?.when ?? { g: 'never' }, when), variables });
    }
    this.#branches = [...next.values()];
    if (this.#branches.length > MAX_BRANCHES) this.#lost = true;
    return cases;
  }
}
