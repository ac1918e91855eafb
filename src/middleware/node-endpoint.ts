import { served, stepsFrom } from '../policy/from-actions.js';
import { guardOf } from '../policy/from-condition.js';
import { whenAll, type Guard, type Note, type Step } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { and, type Condition } from '../values/condition.js';
import type { ResponseAction } from '../values/response-action.js';
import type { Event, FunctionValue, Handle, Value } from '../values/value.js';
import type { Packages } from '../syntax/estree/index.js';
import { ExpressPackages } from './express/packages.js';
import { actionsFrom, exchange, expressResponseCall } from './express/exchange.js';
import { corsProgram } from './npm-cors.js';
import { restsOnData } from './out-of-view.js';
import { packageHandle } from './package-handles.js';

/** npm `cors`, called by hand: `cors(options)(req, res, next)`. */
export interface CorsCall {
  readonly options: Value | undefined;
  readonly at: Span;
}

/** npm `cors` and `nextjs-cors` in code that calls them by hand. */
export class CorsByHand {
  readonly #express = new ExpressPackages();
  /** `await NextCors(req, res, options)` runs npm `cors`. */
  readonly #nextjs: Handle = packageHandle('nextjs-cors', {}, () => undefined);

  readonly packages: Packages = (specifier) => (specifier === 'nextjs-cors' ? this.#nextjs : specifier === 'cors' ? this.#express.packages('cors') : undefined);

  /** The call of a middleware on a response; undefined for any other call. */
  callOf({ receiver, method, args, at }: Event & { readonly kind: 'call' }): CorsCall | undefined {
    if (method !== '') return undefined;
    if (receiver === this.#nextjs) return { options: args[2], at };
    const role = this.#express.roleOf(receiver);
    return role?.is === 'cors' ? { options: role.options, at: role.at } : undefined;
  }
}

/** A function that gets Node's request and response, and answers every request that comes to it. */
export interface NodeEndpoint {
  readonly steps: readonly Step[];
  /** Lower-case names of request headers that were read. */
  readonly reads: ReadonlySet<string>;
  readonly notes: readonly Omit<Note, 'path'>[];
  readonly handWritten: boolean;
  readonly usesCors: boolean;
  /** It sends a response: a function that does not only prepares one. */
  readonly answers: boolean;
}

/**
 * Follows `(req, res) => …` as serverless platforms call it: Next.js, Vercel, Google Cloud and Firebase functions. What is
 * given to npm `cors` as `next` runs behind it.
 */
export function nodeEndpoint(handler: FunctionValue, cors: CorsByHand, base: Guard): NodeEndpoint {
  const given = exchange(handler.at, false);
  const steps: Step[] = [];
  const notes: Omit<Note, 'path'>[] = [];
  let pending: ResponseAction[] = [];
  let [handWritten, usesCors, answers] = [false, false, false];
  const flush = (): void => {
    // What depends on data and not on the request is one of the ordinary answers.
    const told = stepsFrom(pending.filter((action) => action.do === 'header' || !restsOnData(action.when)), base);
    answers ||= pending.some((action) => action.do === 'end');
    handWritten ||= told.some(({ effects }) => effects.length > 0);
    steps.push(...told);
    pending = [];
  };
  const follow = (events: readonly Event[], under: Condition): void => {
    for (const event of events) {
      const when = and(under, event.when);
      const call = event.kind === 'call' ? cors.callOf(event) : undefined;
      if (call === undefined || event.kind !== 'call') {
        pending.push(...actionsFrom({ ...event, when }, given, expressResponseCall));
        continue;
      }
      flush();
      usesCors = true;
      answers = true;
      const program = corsProgram(call.options, given.request, whenAll(base, guardOf(when)), call.at);
      steps.push(...program.steps);
      notes.push(...program.notes);
      const next = event.args.find((arg) => arg.kind === 'function');
      if (next?.kind === 'function') follow(next.run([]).filter(({ kind }) => kind !== 'return'), when);
    }
  };
  follow(handler.run([given.request, given.response, given.next]), { c: 'true' });
  flush();
  return { steps: [...steps, ...served(base, handler.at)], reads: given.reads, notes, handWritten, usesCors, answers };
}
