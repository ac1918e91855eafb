import type { Step } from '../policy/program.js';

/** Where an application does not start, no request gets as far as to what stands before. */
export function refusalsFirst(steps: readonly Step[]): readonly Step[] {
  return [...steps.filter(refusesToStart), ...steps.filter((step) => !refusesToStart(step))];
}

/** Does the step stand for an application that does not start? */
export function refusesToStart({ end }: Step): boolean {
  return end?.to === 'answer' && end.fault?.endsWith('the application does not start') === true;
}
