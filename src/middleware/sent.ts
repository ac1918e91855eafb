import type { Effect, Guard, HeaderValue, Step } from '../policy/program.js';
import type { Span } from '../text/span.js';

/** A header that a package sends by itself: its text is a default, `call` the place that switched the package on. */
export function byDefault(op: Effect['op'], header: string, text: string, call: Span): Effect {
  return { op, header, value: { v: 'literal', text, at: call, written: false }, statuses: 'all', at: call };
}

/** A header whose text follows from an option: `at` is the option, key and value. */
export function byOption(op: Effect['op'], header: string, value: HeaderValue, at: Span): Effect {
  return { op, header, value, statuses: 'all', at };
}

/** A text as it was written. */
export function asWritten(text: string, at: Span): HeaderValue {
  return { v: 'literal', text, at, written: true };
}

/** A step of effects, at the place of the first; none where there is nothing to do. */
export function doing(when: Guard, ...effects: readonly Effect[]): readonly Step[] {
  const [first] = effects;
  return first === undefined || when.g === 'never' ? [] : [{ when, effects, at: first.at }];
}

/** The package throws, and the framework answers for it. */
export function failing(when: Guard, fault: string, at: Span): Step {
  return { when, effects: [], end: { to: 'answer', status: 500, fault }, at };
}
