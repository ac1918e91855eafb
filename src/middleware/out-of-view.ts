import { effectOf } from '../policy/from-actions.js';
import { unless, whenAll, type Gap, type Guard, type Step } from '../policy/program.js';
import type { Span } from '../text/span.js';
import type { Condition } from '../values/condition.js';
import { factOf, type UnknownValue } from '../values/value.js';

/**
 * Middleware that is not in view lets requests through; what is named after a log-in may not, and what is named after
 * CORS is CORS.
 */
export function outOfView(handler: UnknownValue, when: Guard, at: Span): { readonly steps: readonly Step[]; readonly gaps: readonly Gap[] } {
  if (/\b[Cc]ors|[Cc]ors\b|CORS|[a-z]Cors/.test(handler.detail)) {
    return {
      steps: [{ when, effects: [effectOf('set', 'access-control-allow-origin', handler, at)], at }],
      gaps: [{ at, reason: handler.reason, message: `This CORS middleware depends on ${handler.detail}.` }],
    };
  }
  if (!/auth|jwt|passport|protect|verify_?token|require_?login/i.test(handler.detail)) return { steps: [], gaps: [] };
  const fact = { ...factOf(handler), detail: `whether ${handler.detail} lets the request through` };
  return { steps: [{ when: whenAll(when, unless({ g: 'fact', fact })), effects: [], end: { to: 'answer', status: 401 }, at }], gaps: [] };
}

/** Does the condition rest on something else than the request and the environment? */
export function restsOnData(condition: Condition): boolean {
  if (condition.c === 'and' || condition.c === 'or') return condition.of.some(restsOnData);
  if (condition.c === 'not') return restsOnData(condition.of);
  return condition.c === 'fact' && condition.fact.environment === undefined;
}
