import { ABSENT, PRESENT, type OriginSet } from '../origins/origin-set.js';
import { ALWAYS, whenAll, type Effect, type Guard, type Step } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { entry, factOf, unknown, type Handle, type RecordValue, type Value } from '../values/value.js';
import { truthy } from '../syntax/estree/index.js';
import { guardOf } from '../policy/from-condition.js';
import { corsProgram, REPORTED, type CorsProgram } from './npm-cors.js';
import { handshakeOrigins } from './socket-io-origins.js';

/** What a socket.io server does with HTTP requests, and under which path it listens. */
export interface SocketIoProgram extends CorsProgram {
  /** A path of the engine, to ask about. */
  readonly path: string;
}

const PREFLIGHT: Guard = { g: 'method', in: ['OPTIONS'] };

/**
 * socket.io 3 and 4 (https://socket.io/docs/v4/handling-cors/): `cors` goes to npm `cors`, on the engine's path and on
 * the client script; without it nothing is sent, and the engine answers OPTIONS with 400. What else the HTTP server
 * serves is not touched.
 */
export function socketIoProgram(options: Value | undefined, request: Handle, call: Span): SocketIoProgram {
  const given = options?.kind === 'record' ? options : undefined;
  const { path, engine, script } = placesOf(given, call);
  const cors = given === undefined ? undefined : entry(given, 'cors')?.value;
  const open = options?.kind === 'unknown' ? options : given?.rest;
  const asked = cors ?? open;
  // Any truthy `cors` switches the package on, and what is no object leaves its defaults.
  const program: CorsProgram = asked === undefined ? { steps: [], notes: [] } : corsProgram(asked.kind === 'boolean' ? undefined : asked, request, whenAll(engine, guardOf(truthy(asked))), cors?.at ?? call);
  return {
    path,
    notes: program.notes,
    steps: [
      ...program.steps.map(refusedByEngine),
      { when: whenAll(PREFLIGHT, script), effects: [], end: { to: 'answer', status: 200 }, at: call },
      { when: whenAll(PREFLIGHT, engine), effects: [], end: { to: 'answer', status: 400 }, at: call },
    ],
  };
}

/** There is no error page: the engine answers 400 where a middleware reports an error (engine.io 6). */
function refusedByEngine(step: Step): Step {
  return step.end?.to === 'answer' && step.end.fault === REPORTED ? { ...step, end: { ...step.end, status: 400 } } : step;
}

/**
 * socket.io 2 (https://github.com/socketio/socket.io/blob/2.5.1/lib/index.js): `origins` decides on handshakes, by
 * default all; those refused get 403. Every answer of the engine copies the Origin and allows credentials, also the 400
 * for a request that is no handshake.
 */
export function socketIo2Program(options: Value | undefined, call: Span): SocketIoProgram {
  const given = options?.kind === 'record' ? options : undefined;
  const { path, engine, script } = placesOf(given, call);
  const origins = given === undefined ? undefined : entry(given, 'origins');
  const at = origins?.at ?? call;
  const handshake = whenAll({ g: 'method', in: ['GET'] }, engine);
  const refused = origins === undefined ? undefined : whenAll(handshake, { g: 'origin', in: { s: 'not', of: handshakeOrigins(origins.value) } });
  const set = (header: string, value: Effect['value']): Effect => ({ op: 'set', header, value, statuses: 'all', at });
  const literal = (text: string): Effect['value'] => ({ v: 'literal', text, at, written: false });
  const origin = (when: OriginSet): Guard => whenAll(engine, { g: 'origin', in: when });
  const open = options?.kind === 'unknown' ? options : given?.rest;
  const doubt: readonly Step[] = origins === undefined && open !== undefined ? [{ when: whenAll(handshake, { g: 'fact', fact: factOf(unknown(open.reason, open.detail, open.at)) }), effects: [], end: { to: 'answer', status: 403 }, at }] : [];
  return {
    path,
    notes: [],
    steps: [
      { when: whenAll(PREFLIGHT, script), effects: [], end: { to: 'answer', status: 200 }, at: call },
      { when: script, effects: [], end: { to: 'behind' }, at: call },
      ...doubt,
      ...(refused === undefined ? [] : [{ when: refused, effects: [], end: { to: 'answer', status: 403 }, at } as const]),
      { when: origin(PRESENT), effects: [set('access-control-allow-credentials', literal('true')), set('access-control-allow-origin', { v: 'request-header', name: 'origin', at })], at },
      { when: origin(ABSENT), effects: [set('access-control-allow-origin', literal('*'))], at },
      { when: whenAll(PREFLIGHT, engine), effects: [], end: { to: 'answer', status: 400 }, at: call },
    ],
  };
}

function placesOf(options: RecordValue | undefined, at: Span): { readonly path: string; readonly engine: Guard; readonly script: Guard } {
  const written = options === undefined ? undefined : entry(options, 'path')?.value;
  if (written !== undefined && written.kind !== 'string') return { path: '/', engine: { g: 'fact', fact: factOf(unknown('dynamic-key', 'the path that socket.io listens on', written.at)) }, script: { g: 'never' } };
  const path = (written?.value ?? '/socket.io').replace(/\/$/, '');
  const served = options === undefined ? undefined : entry(options, 'serveClient')?.value;
  const body = path.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const on = (source: string): Guard => ({ g: 'path', in: { s: 'regex', source, flags: '', dialect: 'js', use: 'search', subject: 'origin', at } });
  return {
    path: `${path}/`,
    engine: path === '' ? ALWAYS : on(`^${body}/`),
    script: served?.kind === 'boolean' && !served.value ? { g: 'never' } : on(`^${body}/socket\\.io(?:\\.msgpack|\\.esm)?(?:\\.min)?\\.js(?:\\.map)?$`),
  };
}
