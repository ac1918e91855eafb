import { boundTo } from '../../syntax/estree/index.js';
import { and, FALSE, not, or, type Condition } from '../../values/condition.js';
import { decided, excludes, implies } from '../../values/decide.js';
import type { FunctionValue, Value } from '../../values/value.js';
import { restsOnData } from '../out-of-view.js';
import type { Context, KoaAction } from './context.js';

/** What a middleware of the author's does before `next`, after it, and when what is behind it throws. */
export interface Handler {
  readonly inward: readonly KoaAction[];
  /** When `next` is called. */
  readonly goesOn: Condition;
  readonly outward: readonly KoaAction[];
  readonly thrown: { readonly actions: readonly KoaAction[]; readonly rethrows: Condition } | undefined;
}

/**
 * Follows `async (ctx, next) => …`, or the `function* (next) { … }` of Koa 1, whose context is `this`. In a route
 * (`route`) what depends on data and not on the request is one of its ordinary answers. `text` is the function's own.
 */
export function handlerOf(callee: FunctionValue, context: Context, route: boolean, text: string): Handler {
  const bound = boundTo(callee, { value: context.ctx });
  const isGenerator = /^function\s*\*/.test(text) && bound.kind === 'function';
  const followed = (isGenerator ? bound.run([context.next]) : callee.run([context.ctx, context.next])).flatMap(context.actionsFrom);
  const actions = route ? followed.filter((action) => action.do === 'header' || !restsOnData(action.when)) : followed;
  const { before, after, goesOn } = split(actions);
  const through = goesOn.c !== 'false';
  return {
    inward: before.filter((action) => !through || !isGuess(action)),
    goesOn,
    outward: after.filter((action) => !isGuess(action)),
    thrown: through && !isGenerator && /\b(?:catch|finally)\b/.test(text) ? whenThrown(callee, context) : undefined,
  };
}

/** The same function around something that throws. */
function whenThrown(callee: FunctionValue, context: Context): Handler['thrown'] {
  const next: Value = {
    kind: 'function',
    parameters: 0,
    isAsync: true,
    at: callee.at,
    run: () => [
      { kind: 'call', when: { c: 'true' }, receiver: context.next, method: '', args: [], at: callee.at },
      { kind: 'throw', when: { c: 'true' }, at: callee.at },
    ],
  };
  const { after } = split(callee.run([context.ctx, next]).flatMap(context.actionsFrom));
  const rethrows = decided(or(...after.filter(({ do: what }) => what === 'fail').map(({ when }) => when)));
  const actions = after.filter((action) => action.do !== 'fail' && !isGuess(action));
  return rethrows.c === 'true' && actions.length === 0 ? undefined : { actions, rethrows };
}

/** What happens where `next` has not been called, and what where it has. */
function split(actions: readonly KoaAction[]): { readonly before: readonly KoaAction[]; readonly after: readonly KoaAction[]; readonly goesOn: Condition } {
  const before: KoaAction[] = [];
  const after: KoaAction[] = [];
  let goneOn: Condition = FALSE;
  for (const action of actions) {
    if (action.do === 'next') goneOn = decided(or(goneOn, action.when));
    else if (goneOn.c === 'false' || excludes(action.when, goneOn)) before.push(action);
    else if (implies(action.when, goneOn)) after.push(action);
    else {
      before.push({ ...action, when: and(action.when, not(goneOn)) });
      after.push({ ...action, when: and(action.when, goneOn) });
    }
  }
  return { before, after, goesOn: goneOn };
}

/** Code that is not in view got the context: it answers, unless the request goes on. */
function isGuess(action: KoaAction): boolean {
  return action.do === 'body' && action.escaped;
}
