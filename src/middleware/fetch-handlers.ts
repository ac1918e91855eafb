import type { Guard, Step } from '../policy/program.js';
import { textAt, type EstreeModule } from '../syntax/estree/index.js';
import type { Event, FunctionValue, Value } from '../values/value.js';
import { thrown, type FetchObjects } from './fetch-response.js';
import { ordinaryAnswers, type Way } from './ordinary-answers.js';

/**
 * Steps for a function that a runtime calls with a request and that returns a `Response`, or hands one to
 * `event.respondWith`. `unanswered` says what becomes of a request for which nothing is returned.
 */
export function handlerSteps(module: EstreeModule, callee: FunctionValue, args: readonly Value[], objects: FetchObjects, base: Guard, unanswered: 'fail' | 'next'): readonly Step[] {
  const events = callee.run(args);
  objects.follow(events);
  const handed = events.flatMap((event): readonly Event[] => (event.kind === 'call' && event.method === 'respondWith' && event.args[0] !== undefined ? [{ kind: 'return', when: event.when, value: event.args[0], at: event.at }] : []));
  // `event.respondWith(response)` answers; what the listener returns then is nobody's.
  const answers = handed.length > 0 ? handed : events;
  const otherwise = handed.length > 0 ? 'next' : unanswered;
  const steps = [...answers.flatMap((event) => (event.kind === 'return' ? objects.answers(event.value, event.when, base, event.at, otherwise) : [])), ...thrown(events, base)];
  const ways = events.flatMap((event): readonly Way[] => {
    if (event.kind === 'throw') return [{ when: event.when, refuses: true }];
    return event.kind === 'return' && otherwise === 'fail' ? objects.waysOf(event.value, event.when) : [];
  });
  return ordinaryAnswers((at) => textAt(module, at), ways, steps);
}
