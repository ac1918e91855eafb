import type { Step } from '../policy/program.js';
import type { Condition } from '../values/condition.js';
import type { HeaderWrite } from '../values/response-action.js';
import type { UnknownValue } from '../values/value.js';

/** Headers of which code that is not in view may set any. */
const ANY_HEADER = ['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-methods', 'access-control-allow-headers'];

/** A response that is not followed may have any header. */
export function openWrites(value: UnknownValue, when: Condition): readonly HeaderWrite[] {
  return ANY_HEADER.map((name): HeaderWrite => ({ do: 'header', op: 'set', name, value, missing: 'skip', when, at: value.at }));
}

/** What headers that are not in view do to a response: anything, if their name speaks of CORS. */
export function unknownHeaders(value: UnknownValue, when: Condition): readonly HeaderWrite[] {
  return /cors|access-control/i.test(value.detail) ? openWrites(value, when) : [];
}

/**
 * Do the steps send anything of CORS? A response that is not followed may have any header, which says nothing; one of
 * which something named after CORS is not in view does.
 */
export function writesCors(steps: readonly Step[]): boolean {
  return steps.some(({ effects }) => effects.some(({ header, value, at }) => header.startsWith('access-control-') && (value.v !== 'unknown' || value.at.start !== at.start || /cors|origin/i.test(value.fact.detail))));
}
