import { served, stepsFrom } from '../policy/from-actions.js';
import { casesOf, guardOf } from '../policy/from-condition.js';
import { ALWAYS, type Effect, type Guard, type Step } from '../policy/program.js';
import type { Span } from '../text/span.js';
import type { HeaderWrite } from '../values/response-action.js';
import type { Value } from '../values/value.js';
import { allOf, follows } from './koa/guards.js';

/** What becomes of code that gives a header a value which is none. */
export type Throws = (when: Guard, fault: string, at: Span) => void;

/**
 * The steps of code that writes one response in place: headers are set, a status, and then it is sent, or thrown away for
 * another one (Tornado's `clear()`, Bottle's `HTTPResponse`).
 */
export class WrittenResponse {
  readonly steps: Step[] = [];
  /** Latest last; without a status: what the framework sends by itself. */
  #statuses: { readonly when: Guard; readonly status: Value | undefined }[] = [];
  readonly #sent = new Set<string>();

  /** A header is written. A missing value is refused, where the write says so. */
  write(action: HeaderWrite, base: Guard, throws: Throws): void {
    for (const { when, value } of casesOf(action.value)) {
      const reached = allOf(base, guardOf(action.when), when);
      if (reached.g === 'never') continue;
      if (value.kind === 'nothing' && action.missing === 'throw') throws(reached, `the value of ${action.name} is None`, action.at);
      else for (const step of stepsFrom([{ ...action, value, when: { c: 'true' } }], reached)) this.#written(step, throws);
    }
  }

  /** Undefined: as the framework sends it by itself. */
  status(status: Value | undefined, when: Guard): void {
    if (when.g !== 'never') this.#statuses.push({ when, status });
  }

  /** Steps of a package. */
  take(steps: readonly Step[]): void {
    for (const step of steps) this.#push(step);
  }

  /** What was written is thrown away. */
  clear(when: Guard, at: Span): void {
    const effects = [...this.#sent].map((header): Effect => ({ op: 'remove', header, value: { v: 'literal', text: '', at, written: false }, statuses: 'all', at }));
    if (effects.length > 0) this.#push({ when, effects, at });
    this.status(undefined, when);
  }

  /** The response goes out with the latest status that was set on the way here. */
  send(when: Guard, at: Span): void {
    for (const { when: set, status } of [...this.#statuses].reverse()) {
      for (const { when: guard, value } of status === undefined ? [{ when: ALWAYS, value: undefined }] : casesOf(status)) {
        const reached = allOf(when, set, guard);
        if (value?.kind === 'number') this.answer(reached, value.value, at);
        else for (const step of served(reached, at)) this.#push(step);
      }
      if (follows(when, set)) return;
    }
    for (const step of served(when, at)) this.#push(step);
  }

  answer(when: Guard, status: number, at: Span, fault?: string): void {
    this.#push({ when, effects: [], end: { to: 'answer', status, ...(fault === undefined ? {} : { fault }) }, at });
  }

  #written(step: Step, throws: Throws): void {
    if (step.end?.to === 'answer') throws(step.when, step.end.fault ?? '', step.at);
    else this.#push(step);
  }

  #push(step: Step): void {
    const when = allOf(step.when);
    if (when.g === 'never') return;
    this.steps.push({ ...step, when });
    for (const { header } of step.effects) this.#sent.add(header);
  }
}
