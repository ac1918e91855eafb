import { casesOf, guardOf } from '../policy/from-condition.js';
import { whenAll } from '../policy/program.js';
import type { Span } from '../text/span.js';
import type { Condition } from '../values/condition.js';
import type { Handle, Value } from '../values/value.js';
import { corsProgram, type CorsProgram } from './npm-cors.js';

/**
 * LoopBack 4 (https://github.com/loopbackio/loopback-next/blob/master/packages/rest/src/rest.server.ts): `rest.cors`
 * goes to npm `cors` in front of everything, and replaces LoopBack's own options (`*` with credentials) as a whole. It
 * cannot be switched off: `false` and `undefined` leave npm `cors` with its defaults.
 */
export function loopbackCors(cors: Value, when: Condition, request: Handle, call: Span): CorsProgram {
  const programs = casesOf(cors).map(({ when: guard, value }) => corsProgram(value.kind === 'boolean' || value.kind === 'nothing' ? undefined : value, request, whenAll(guardOf(when), guard), call));
  return { steps: programs.flatMap(({ steps }) => steps), notes: programs.flatMap(({ notes }) => notes) };
}
