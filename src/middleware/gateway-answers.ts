import { unless, whenAll, type Guard, type Step } from '../policy/program.js';

/**
 * Whether OPTIONS reaches a function at all is said elsewhere: the gateway may answer by itself. A function that knows
 * nothing of OPTIONS and refuses it says nothing about preflights.
 */
export function gatewayAnswers(steps: readonly Step[]): readonly Step[] {
  if (steps.some(({ when }) => mentions(when, 'OPTIONS'))) return steps;
  const options: Guard = { g: 'method', in: ['OPTIONS'] };
  return steps.flatMap((step) => {
    if (step.end?.to !== 'answer' || step.end.status < 400) return [step];
    return [
      { when: whenAll(step.when, options), effects: [], end: { to: 'behind' }, at: step.at } as const,
      { ...step, when: whenAll(step.when, unless(options)) },
    ];
  });
}

function mentions(guard: Guard, method: string): boolean {
  if (guard.g === 'and' || guard.g === 'or') return guard.of.some((part) => mentions(part, method));
  if (guard.g === 'not') return mentions(guard.of, method);
  return guard.g === 'method' && guard.in.includes(method);
}
