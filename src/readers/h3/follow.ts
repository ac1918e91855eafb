import { corsHeaders, handledCors, preflightHeaders, type H3CorsCall } from '../../middleware/h3-cors.js';
import type { FetchObjects } from '../../middleware/fetch-response.js';
import { restsOnData } from '../../middleware/out-of-view.js';
import { served, stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { unless, whenAll, type Gap, type Guard, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { and, or, TRUE, type Condition } from '../../values/condition.js';
import { isTautology } from '../../values/decide.js';
import type { ResponseAction } from '../../values/response-action.js';
import { factOf, type Event, type FunctionValue, type Value } from '../../values/value.js';
import { exchange, type Exchange } from './exchange.js';
import type { H3Packages } from './packages.js';

/** What a followed function does to the response. */
export interface Followed {
  readonly steps: readonly Step[];
  readonly gaps: readonly Gap[];
  /** Lower-case names of request headers that it reads, `body` for a body. */
  readonly reads: ReadonlySet<string>;
  /** It writes headers itself. */
  readonly handWritten: boolean;
  readonly usesCors: boolean;
  /** Some requests get a value from it. */
  readonly answers: boolean;
}

export interface Following {
  readonly packages: H3Packages;
  readonly objects: FetchObjects;
  readonly major: 1 | 2;
}

/** How a function is called: `result` says what a value that it returns means. */
export interface Setting {
  readonly base: Guard;
  readonly mounted: boolean;
  /** A hook's result means nothing; middleware ends the request with a value; a route answers, `falls` through where it gives none. */
  readonly result: 'ignored' | 'ends' | 'answers' | 'answers or falls';
}

const CORS_FUNCTIONS: Readonly<Record<string, (call: H3CorsCall) => readonly Step[]>> = { handleCors: handledCors, appendCorsHeaders: corsHeaders, appendCorsPreflightHeaders: preflightHeaders };

/** Statuses of answers that are no errors: what code sets on version 2's `event.res.headers` is lost on errors. */
const NO_ERRORS = [200, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 304, 307, 308];

/** So many handlers that call each other are followed. */
const MAX_NESTING = 6;

export function follow(callee: FunctionValue, setting: Setting, around: Following): Followed {
  const follower = new Follower(setting, around, exchange(callee.at, around.packages, around.major, setting.mounted));
  follower.run(callee);
  return follower.finish(callee.at);
}

class Follower {
  readonly #steps: Step[] = [];
  readonly #gaps: Gap[] = [];
  /** What was done since the last steps were made. */
  #pending: ResponseAction[] = [];
  /** Conditions on which nothing is returned. */
  readonly #falls: Condition[] = [];
  #thrown: Value | undefined;
  #handWritten = false;
  #usesCors = false;

  constructor(
    private readonly setting: Setting,
    private readonly around: Following,
    private readonly given: Exchange,
  ) {}

  run(callee: FunctionValue, reached: Condition = TRUE, depth = MAX_NESTING): void {
    const events = callee.run([this.given.event, this.given.next]);
    this.around.objects.follow(events);
    for (const event of events) this.#event({ ...event, when: and(reached, event.when) }, depth);
  }

  finish(at: Span): Followed {
    const { base, result } = this.setting;
    // A router that must answer takes nothing for an answer without a body.
    if (result === 'answers' && this.around.major === 1) for (const when of this.#falls) this.#empty(when, at);
    this.#flush();
    if (result === 'answers') this.#steps.push(...served(base, at));
    const answers = !isTautology(or(...this.#falls));
    if (result === 'answers or falls' && answers) this.#steps.push(...served(whenAll(base, unless(guardOf(or(...this.#falls)))), at));
    return { steps: this.#steps, gaps: this.#gaps, reads: this.given.reads, handWritten: this.#handWritten, usesCors: this.#usesCors, answers };
  }

  #event(event: Event, depth: number): void {
    if (event.kind === 'return') return this.#returned(event.value, event.when, event.at, depth);
    if (event.kind === 'throw') return this.#fails(this.#thrown, event.when, event.at);
    if (event.kind === 'escape') {
      if (event.receiver === this.given.event && /cors/i.test(event.detail)) this.#gaps.push({ at: event.at, reason: event.reason, message: `What ${event.detail.replace(/^the call of /, '')}() does could not be followed.` });
      return;
    }
    if (event.kind !== 'call') {
      this.#pending.push(...this.given.actionsFrom(event));
      return;
    }
    const role = event.method === '' ? this.around.packages.roleOf(event.receiver) : undefined;
    const name = this.around.packages.functionOf(event.receiver, event.method);
    if (name !== undefined && Object.hasOwn(CORS_FUNCTIONS, name)) this.#cors(CORS_FUNCTIONS[name]!, event.args[1], event.when, event.at);
    else if (name === 'createError' || name === 'HTTPError') this.#thrown = event.receiver.call(event.method, event.args, event.at);
    else if (name === 'sendError' && this.around.major === 1) this.#fails(event.args[1], event.when, event.at);
    else if (name === 'sendNoContent' && this.around.major === 1 && event.args[1] === undefined) this.#empty(event.when, event.at);
    else if (role?.is === 'handler' && depth > 0) {
      for (const inner of [...role.before, role.main]) if (inner.kind === 'function') this.#inner(inner, event.when, depth - 1);
    } else this.#pending.push(...this.given.actionsFrom(event));
  }

  /** A called handler's own returns go to its caller. */
  #inner(callee: FunctionValue, reached: Condition, depth: number): void {
    const events = callee.run([this.given.event, this.given.next]);
    this.around.objects.follow(events);
    for (const event of events) if (event.kind !== 'return') this.#event({ ...event, when: and(reached, event.when) }, depth);
  }

  #cors(program: (call: H3CorsCall) => readonly Step[], options: Value | undefined, when: Condition, at: Span): void {
    this.#flush();
    this.#usesCors = true;
    this.#steps.push(...program({ options, base: whenAll(this.setting.base, guardOf(when)), at, major: this.around.major }));
  }

  #returned(value: Value, when: Condition, at: Span, depth: number): void {
    if (value.kind === 'either') {
      for (const option of value.options) this.#returned(option.value, and(when, option.when), at, depth);
      return;
    }
    const role = this.around.packages.roleOf(value);
    if (role?.is === 'called' && role.main.kind === 'function' && depth > 0) {
      for (const event of role.main.run([this.given.event, this.given.next])) if (event.kind === 'return') this.#returned(event.value, and(when, event.when), event.at, depth - 1);
      return;
    }
    if (role?.is === 'error') return this.#fails(value, when, at);
    if (this.setting.result === 'ignored') return;
    if ((value.kind === 'nothing' && value.what === 'undefined') || value === this.given.later) {
      this.#falls.push(when);
      return;
    }
    if (this.around.objects.isResponse(value)) return this.#responded(value, when, at);
    if (role?.is === 'proxied') {
      this.#flush();
      this.#steps.push({ when: whenAll(this.setting.base, guardOf(when)), effects: [], end: { to: 'behind' }, at });
      return;
    }
    if (value.kind === 'nothing' && this.around.major === 1) return this.#empty(when, at);
    const status = role?.is === 'answer' ? role.status : undefined;
    // Whether a result that is not known is one decides whether the request goes on.
    const ends = value.kind === 'unknown' && this.setting.result === 'ends' ? and(when, { c: 'fact', fact: { ...factOf(value), detail: `whether ${value.detail} answers the request` } }) : when;
    this.#pending.push(...(status === undefined ? [] : [{ do: 'status', status, when: ends, at } as const]), { do: 'end', when: ends, at });
  }

  /** An answer without a body: 204 where no other status was set. */
  #empty(when: Condition, at: Span): void {
    this.#pending.unshift({ do: 'status', status: { kind: 'number', value: 204, at }, when, at });
    this.#pending.push({ do: 'end', when, at });
  }

  /** A `Response` that is returned; in version 2 headers of the event stand above its own. */
  #responded(value: Value, when: Condition, at: Span): void {
    this.#flush();
    const steps = this.around.objects.answers(value, when, this.setting.base, at, 'next');
    this.#handWritten ||= steps.some(({ effects }) => effects.length > 0);
    this.#steps.push(...(this.around.major === 1 ? steps : steps.map((step) => ({ ...step, effects: step.effects.map((effect) => (effect.op === 'set' ? { ...effect, op: 'set-if-absent' as const } : effect)) }))));
  }

  #fails(error: Value | undefined, when: Condition, at: Span): void {
    const role = error === undefined ? undefined : this.around.packages.roleOf(error);
    const status = role?.is === 'error' && role.status.kind === 'number' ? role.status.value : 500;
    this.#pending.push({ do: 'fail', status, when, at });
    this.#thrown = undefined;
  }

  /** Makes steps of what was done so far; a status that was set stays set. */
  #flush(): void {
    const route = this.setting.result.startsWith('answers');
    // In a route, what depends on data and not on the request is one of its ordinary answers.
    const told = route ? this.#pending.filter((action) => action.do === 'header' || !restsOnData(action.when)) : this.#pending;
    const steps = stepsFrom(told, this.setting.base);
    this.#handWritten ||= steps.some(({ effects }) => effects.length > 0);
    this.#steps.push(...(this.around.major === 1 ? steps : steps.map((step) => ({ ...step, effects: step.effects.map((effect) => ({ ...effect, statuses: NO_ERRORS })) }))));
    this.#pending = this.#pending.filter(({ do: done }) => done === 'status');
  }
}
