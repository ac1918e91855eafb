import { stepsFrom, served } from '../../policy/from-actions.js';
import { casesOf, guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, type Effect, type Guard, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { FALSE, TRUE, type Condition } from '../../values/condition.js';
import { excludes } from '../../values/decide.js';
import { unknown, type Value } from '../../values/value.js';
import type { KoaAction } from './context.js';
import { allOf, follows } from './guards.js';
import type { Handler } from './handler.js';

/** What a middleware that has called `next` does when what is behind it has answered, or has thrown. */
export interface Waiting {
  /** Requests for which it waits. */
  readonly when: Guard;
  readonly outward: readonly KoaAction[];
  /** What it does with an error, and when it lets it go on; undefined where it catches nothing. */
  readonly thrown: { readonly actions: readonly KoaAction[]; readonly rethrows: Condition } | undefined;
  /** `allowedMethods()`: paths whose unserved methods it answers. */
  readonly allows?: Guard;
}

/** A middleware in front of all that answers every error with the error's status. */
export function errorHandler(at: Span): Waiting {
  const status: Value = unknown('unsupported-syntax', 'the status of an error', at);
  return { when: ALWAYS, outward: [], thrown: { actions: [{ do: 'status', status, when: TRUE, at }], rethrows: FALSE } };
}

/** What the answer will be made of: a status that was set, or (undefined) a body that makes one. */
interface Written {
  readonly when: Guard;
  readonly status: Value | undefined;
}

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };

/**
 * The steps of a Koa app, whose middlewares lie around each other: what the outer ones do after `await next()` happens
 * once the inner ones have answered, so it is said at every place where a request can end. An error passes all that
 * wait for it; where nobody catches it, Koa clears the headers that were set.
 */
export class Onion {
  readonly steps: Step[] = [];
  #waiting: Waiting[] = [];
  #written: readonly Written[] = [];
  /** What is written onto the answer to an error that nobody caught. */
  #kept: Step[] = [];
  /** Every header that was set somewhere. */
  readonly #sent = new Set<string>();
  #survivesErrors = false;

  /** An error of what is behind keeps the headers. */
  get survivesErrors(): boolean {
    return this.#survivesErrors;
  }

  /** Something that happens on the way in. */
  act(action: KoaAction, base: Guard): void {
    this.#written = this.#act(action, base, this.#written, this.#waiting);
  }

  /**
   * A function of the author's. `answers`: where it calls no `next` it has set a body, if nothing else is known. `run`
   * does what is behind a middleware that it calls by hand.
   */
  pass({ inward, goesOn, outward, thrown }: Handler, base: Guard, answers: boolean, at: Span, run: (action: KoaAction & { do: 'run' }) => void): void {
    /** What stands where the function ends the request, and what where the request goes on. */
    let here = this.#written;
    for (const action of inward) {
      if (action.do === 'run') run(action);
      const before = here.length;
      here = this.#act(action, base, here, this.#waiting);
      if (goesOn.c !== 'false' && !excludes(action.when, goesOn)) this.#written = [...this.#written, ...here.slice(before)];
    }
    const stops = allOf(base, unless(guardOf(goesOn)));
    if (stops.g !== 'never') this.#finish(stops, answers ? [{ when: ALWAYS, status: undefined }, ...here] : here, this.#waiting, at);
    if (outward.length > 0 || thrown !== undefined) this.wait({ when: allOf(base, guardOf(goesOn)), outward, thrown });
  }

  /** What is inside of one route does not matter to the others, where it leaves none of its requests to them. */
  apart(inside: () => boolean): void {
    const [written, waiting, kept] = [this.#written, [...this.#waiting], [...this.#kept]];
    if (inside()) return;
    this.#written = written;
    this.#waiting = waiting;
    this.#kept = kept;
  }

  /** From here on requests are inside of this middleware. */
  wait(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (waiting.thrown?.rethrows.c === 'false') this.#survivesErrors = true;
  }

  /** What a package writes onto errors that pass it: the outer ones after the inner ones. */
  keep(steps: readonly Step[]): void {
    this.#kept.unshift(...steps);
    if (steps.length > 0) this.#survivesErrors = true;
  }

  /** Steps of a package: their ends end the request here. */
  take(steps: readonly Step[]): void {
    for (const step of steps) {
      const { end, ...goesOn } = step;
      if (goesOn.effects.length > 0) this.#push(goesOn);
      if (end?.to !== 'answer') continue;
      if (end.fault !== undefined) this.#throws(step.when, end.status, end.fault, step.at, this.#written, this.#waiting);
      else this.#finish(step.when, [...this.#written, { when: ALWAYS, status: { kind: 'number', value: end.status, at: step.at } }], this.#waiting, step.at);
    }
  }

  /** Requests end here, with what was set on the way. `answers` says that a body is set, where nothing else is known. */
  end(when: Guard, answers: boolean, at: Span): void {
    this.#finish(when, answers ? [{ when: ALWAYS, status: undefined }, ...this.#written] : this.#written, this.#waiting, at);
  }

  /** Requests are left to what is not in view. */
  leave(when: Guard, at: Span): void {
    this.#outward(when, this.#written, this.#waiting);
    this.#push({ when, effects: [], end: { to: 'behind' }, at });
  }

  #push(...steps: readonly Step[]): void {
    for (const step of steps) {
      const when = allOf(step.when);
      if (when.g === 'never') continue;
      this.steps.push({ ...step, when });
      for (const { header } of step.effects) this.#sent.add(header);
    }
  }

  #act(action: KoaAction, base: Guard, written: readonly Written[], waiting: readonly Waiting[]): readonly Written[] {
    const when = allOf(base, guardOf(action.when));
    if (when.g === 'never') return written;
    switch (action.do) {
      case 'header':
        for (const step of stepsFrom([action], base)) {
          if (step.end?.to === 'answer') this.#throws(step.when, step.end.status, step.end.fault ?? '', step.at, written, waiting);
          else this.#push(step);
        }
        return written;
      case 'status':
        return [...written, { when, status: action.status }];
      case 'body':
        return [...written, { when, status: action.empty ? { kind: 'number', value: 204, at: action.at } : undefined }];
      case 'end':
        return [...written, { when, status: undefined }];
      case 'fail':
        this.#throws(when, action.status, action.fault ?? 'an error is thrown', action.at, written, waiting);
        return written;
      case 'next':
      case 'run':
        return written;
    }
  }

  #finish(when: Guard, written: readonly Written[], waiting: readonly Waiting[], at: Span): void {
    this.#respond(when, this.#outward(when, written, waiting), waiting, at);
  }

  /** All that wait do their last, from the inside out. */
  #outward(when: Guard, written: readonly Written[], waiting: readonly Waiting[]): readonly Written[] {
    let all = written;
    waiting.forEach((_, index) => {
      const position = waiting.length - 1 - index;
      const { when: inside, outward } = waiting[position]!;
      for (const action of outward) all = this.#act(action, allOf(when, inside), all, waiting.slice(0, position));
    });
    return all;
  }

  #respond(when: Guard, written: readonly Written[], waiting: readonly Waiting[], at: Span): void {
    for (const one of [...written].reverse()) {
      if (one.status === undefined) continue;
      for (const { when: guard, value } of casesOf(one.status)) {
        if (value.kind === 'number') this.#answer(allOf(when, one.when, guard), value.value, waiting, at);
        else this.#push(...served(allOf(when, one.when, guard), at));
      }
      if (follows(when, one.when)) return;
    }
    for (const one of written) {
      if (one.status !== undefined) continue;
      this.#push(...served(allOf(when, one.when), at));
      if (follows(when, one.when)) return;
    }
    this.#answer(when, 404, waiting, at);
  }

  #answer(when: Guard, status: number, waiting: readonly Waiting[], at: Span): void {
    const answer = (guard: Guard, by: number): void => this.#push({ when: allOf(when, guard), effects: [], end: { to: 'answer', status: by }, at });
    for (const { when: inside, allows } of status === 404 ? waiting : []) {
      if (allows === undefined) continue;
      answer(allOf(inside, allows, OPTIONS), 200);
      answer(allOf(inside, allows), 405);
    }
    answer(ALWAYS, status);
  }

  #throws(when: Guard, status: number, fault: string, at: Span, written: readonly Written[], waiting: readonly Waiting[]): void {
    let all = written;
    for (let index = waiting.length - 1; index >= 0; index--) {
      const { when: inside, thrown } = waiting[index]!;
      if (thrown === undefined) continue;
      const outer = waiting.slice(0, index);
      for (const action of thrown.actions) all = this.#act(ofError(action, status), allOf(when, inside), all, outer);
      const caught = allOf(when, inside, unless(guardOf(thrown.rethrows)));
      if (caught.g === 'never') continue;
      this.#finish(caught, all, outer, at);
      if (thrown.rethrows.c === 'false' && follows(when, inside)) return;
    }
    const clear = [...this.#sent].map((header): Effect => ({ op: 'remove', header, value: { v: 'literal', text: '', at, written: false }, statuses: 'all', at }));
    if (clear.length > 0) this.#push({ when, effects: clear, at });
    for (const step of this.#kept) this.#push({ ...step, when: allOf(when, step.when) });
    this.#push({ when, effects: [], end: { to: 'answer', status, fault }, at });
  }
}

/** `ctx.status = error.status || 500`: the status that the error has. */
function ofError(action: KoaAction, status: number): KoaAction {
  return action.do === 'status' && action.status.kind !== 'number' ? { ...action, status: { kind: 'number', value: status, at: action.at } } : action;
}
