import { ABSENT, ANY, anyOf, complement } from '../origins/origin-set.js';
import { casesOf, guardOf } from '../policy/from-condition.js';
import { effectOf } from '../policy/from-actions.js';
import { unless, whenAll, type Effect, type Guard, type HeaderValue, type Note, type Step } from '../policy/program.js';
import { truthy } from '../syntax/estree/index.js';
import type { Span } from '../text/span.js';
import { and, not, or, type Condition } from '../values/condition.js';
import { decided, excludes, isTautology } from '../values/decide.js';
import { factOf, unknown, type Event, type FunctionValue, type Handle, type RecordEntry, type Value } from '../values/value.js';
import { admittedBy, callbackHandle, joined, Options } from './options.js';

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const DEFAULT_METHODS = 'GET,HEAD,PUT,PATCH,POST,DELETE';

/** Steps of one `cors(…)` middleware, and what is to be noted about its options. */
export interface CorsProgram {
  readonly steps: readonly Step[];
  readonly notes: readonly Omit<Note, 'path'>[];
}

/** The fault of an answer that is the framework's error page. */
export const REPORTED = 'the origin function reports an error, and the error page carries no CORS headers';

/**
 * npm `cors` 2.8 (https://github.com/expressjs/cors): options lie over the defaults as by `Object.assign`, so a key that
 * is there with the value `undefined` replaces the default. Any OPTIONS request is answered, with or without Origin.
 */
export function corsProgram(options: Value | undefined, request: Handle, base: Guard, call: Span): CorsProgram {
  const given: Value = options ?? { kind: 'nothing', what: 'undefined', at: call };
  const parts = casesOf(given).map(({ when, value }): CorsProgram => {
    const inner = whenAll(base, when);
    if (value.kind === 'function') return delegated(value, request, inner, call);
    return withOptions(value, inner, call);
  });
  return { steps: parts.flatMap(({ steps }) => steps), notes: parts.flatMap(({ notes }) => notes) };
}

/** `cors((req, callback) => callback(error, options))` */
function delegated(delegate: FunctionValue, request: Handle, base: Guard, call: Span): CorsProgram {
  return answered(delegate, (callback) => [request, callback], base, call, (value, inner) => corsProgram(value, request, inner, call));
}

function withOptions(given: Value, base: Guard, call: Span): CorsProgram {
  const options = new Options(given, call);
  const origin = options.own('origin');
  const program = originProgram(
    origin?.value ?? options.open ?? { kind: 'string', value: '*', at: call },
    { base, call, at: origin?.at ?? call, written: origin !== undefined, throws: (guard) => withoutMethods(options.own('methods'), guard), rest: (guard) => restOf(options, guard) },
  );
  const credentials = options.own('credentials');
  // Only the boolean `true` counts; another truthy value was meant and does nothing.
  const ignored = credentials !== undefined && (credentials.value.kind === 'string' || credentials.value.kind === 'number') && truthy(credentials.value).c === 'true';
  return { steps: program.steps, notes: [...program.notes, ...(ignored ? [{ id: 'credentials-ignored', at: credentials.value.at, related: [] } as const] : [])] };
}

interface OriginContext {
  readonly base: Guard;
  readonly call: Span;
  /** Key and value of the option. */
  readonly at: Span;
  readonly written: boolean;
  /** Where the package throws before it sends anything. */
  throws(guard: Guard): readonly Step[];
  /** What is sent beside the origin, once that is settled. */
  rest(guard: Guard): readonly Step[];
}

function originProgram(origin: Value, context: OriginContext): CorsProgram {
  const parts = casesOf(origin).map(({ when, value }) => oneOrigin(value, { ...context, base: whenAll(context.base, when) }));
  return { steps: parts.flatMap(({ steps }) => steps), notes: parts.flatMap(({ notes }) => notes) };
}

function oneOrigin(origin: Value, context: OriginContext): CorsProgram {
  const { base, at, call } = context;
  const sent = (acao: readonly Step[], guard: Guard = base): CorsProgram => ({ steps: [...context.throws(guard), ...acao, ...context.rest(guard)], notes: [] });
  const effect = (value: HeaderValue): Effect => ({ op: 'set', header: 'access-control-allow-origin', value, statuses: 'all', at });
  const vary: Effect = { op: 'append', header: 'vary', value: { v: 'literal', text: 'Origin', at: call, written: false }, statuses: 'all', at };
  const echo: HeaderValue = { v: 'request-header', name: 'origin', at: origin.at };
  switch (origin.kind) {
    case 'nothing':
      return { steps: [], notes: [] };
    case 'boolean':
      return origin.value ? sent([{ when: base, effects: [effect(echo), vary], at }]) : { steps: [], notes: [] };
    case 'string':
      if (origin.value === '') return { steps: [], notes: [] };
      return sent([{ when: base, effects: [effect({ v: 'literal', text: origin.value, at: origin.at, written: context.written }), ...(origin.value === '*' ? [] : [vary])], at }]);
    case 'condition': {
      // `cb(null, list.includes(origin))`: true copies the origin, false does nothing at all.
      const when = whenAll(base, guardOf(origin.condition));
      return sent([{ when, effects: [effect(echo), vary], at }], when);
    }
    case 'function':
      return answered(origin, (callback) => [{ kind: 'request', part: 'header', header: 'origin', at: origin.at }, callback], base, call, (value, inner) => originProgram(value ?? { kind: 'nothing', what: 'undefined', at }, { ...context, base: inner, written: true }));
    case 'request':
    case 'derived': {
      const when = whenAll(base, guardOf(truthy(origin)));
      return sent([{ when, effects: [effectOf('set', 'access-control-allow-origin', origin, at), vary], at }], when);
    }
    case 'env':
    case 'unknown':
    case 'concat': {
      const value = effectOf('set', 'access-control-allow-origin', origin, at);
      const fact = origin.kind === 'concat' ? factOf(unknown('unsupported-syntax', 'a text put together at run time', origin.at)) : factOf(origin);
      const open: Effect = { ...vary, value: origin.kind === 'concat' ? vary.value : { v: 'unknown', fact, at: origin.at } };
      return sent([{ when: base, effects: [value, open], at }]);
    }
    default: {
      // `isOriginAllowed`: lists, patterns and anything else that is truthy decide per request; Vary goes out either way.
      const admitted = whenAll(base, { g: 'origin', in: admittedBy(origin, ANY) });
      return sent([{ when: admitted, effects: [effect(echo)], at }, { when: base, effects: [vary], at }]);
    }
  }
}

/** An own `methods` that is `undefined` or `null` overrides the default, and reading its `join` throws on every OPTIONS. */
function withoutMethods(methods: RecordEntry | undefined, base: Guard): readonly Step[] {
  if (methods === undefined) return [];
  return casesOf(methods.value)
    .filter(({ value }) => value.kind === 'nothing')
    .map(({ when, value }): Step => ({ when: whenAll(base, OPTIONS, when), effects: [], end: { to: 'answer', status: 500, fault: `cors throws: \`methods\` is ${value.kind === 'nothing' ? value.what : ''}` }, at: methods.at }));
}

/** Credentials, exposed headers and, on OPTIONS, the preflight's own headers and its answer. */
function restOf(options: Options, base: Guard): readonly Step[] {
  const { call } = options;
  const steps: Step[] = [];
  const add = (when: Guard, effect: Effect): number => steps.push({ when, effects: [effect], at: effect.at });
  const preflight = whenAll(base, OPTIONS);

  const credentials = options.get('credentials');
  if (credentials !== undefined) {
    for (const { when, value } of casesOf(credentials.value)) {
      const held = value.kind === 'condition' ? guardOf(value.condition) : undefined;
      const fact: Guard = value.kind === 'unknown' || value.kind === 'env' ? { g: 'fact', fact: factOf(value) } : { g: 'always' };
      if (held === undefined && !(value.kind === 'boolean' && value.value) && value.kind !== 'unknown') continue;
      add(whenAll(base, when, held ?? fact), { op: 'set', header: 'access-control-allow-credentials', value: { v: 'literal', text: 'true', at: value.at, written: true }, statuses: 'all', at: credentials.at });
    }
  }
  list(options.get('exposedHeaders'), 'access-control-expose-headers', base, add);

  const methods = options.get('methods');
  if (methods === undefined) add(preflight, { op: 'set', header: 'access-control-allow-methods', value: { v: 'literal', text: DEFAULT_METHODS, at: call, written: false }, statuses: 'all', at: call });
  else list(methods, 'access-control-allow-methods', preflight, add);

  const headers = options.own('allowedHeaders') ?? options.own('headers') ?? options.get('allowedHeaders');
  for (const { when, value } of casesOf(headers?.value ?? { kind: 'nothing', what: 'undefined', at: call })) {
    const guard = whenAll(preflight, when);
    const at = headers?.at ?? call;
    if (value.kind === 'nothing' || (value.kind === 'string' && value.value === '') || (value.kind === 'boolean' && !value.value)) {
      add(guard, { op: 'append', header: 'vary', value: { v: 'literal', text: 'Access-Control-Request-Headers', at: call, written: false }, statuses: 'all', at });
      add(whenAll(guard, { g: 'header', name: 'access-control-request-headers', in: complement(anyOf([ABSENT, { s: 'exact', text: '', comparison: [], at }])) }), { op: 'set', header: 'access-control-allow-headers', value: { v: 'request-header', name: 'access-control-request-headers', at: call }, statuses: 'all', at });
    } else list({ value, at }, 'access-control-allow-headers', guard, add);
  }

  const maxAge = options.get('maxAge');
  for (const { when, value } of casesOf(maxAge?.value ?? { kind: 'nothing', what: 'undefined', at: call })) {
    if (value.kind === 'nothing' || (value.kind === 'string' && value.value === '') || value.kind === 'boolean') continue;
    add(whenAll(preflight, when), effectOf('set', 'access-control-max-age', value, maxAge?.at ?? call));
  }
  return [...steps, ...preflightEnd(options.get('preflightContinue'), options.get('optionsSuccessStatus'), preflight, call)];
}

function preflightEnd(goesOn: { readonly value: Value } | undefined, success: { readonly value: Value } | undefined, preflight: Guard, at: Span): Step[] {
  const continues = goesOn === undefined || goesOn.value.kind === 'unknown' ? { c: 'false' as const } : truthy(goesOn.value);
  const when = whenAll(preflight, unless(guardOf(continues)));
  return casesOf(success?.value ?? { kind: 'number', value: 204, at }).map(({ when: guard, value }): Step => ({
    when: whenAll(when, guard),
    effects: [],
    end: { to: 'answer', status: value.kind === 'number' ? value.value : value.kind === 'string' && /^\d{3}$/.test(value.value) ? Number(value.value) : 204, ...(success === undefined ? {} : { statusAt: value.at }) },
    at,
  }));
}

/** Lists are joined with a comma, texts sent as they stand; what is empty is not sent. */
function list(option: { readonly value: Value; readonly at: Span } | undefined, header: string, base: Guard, add: (when: Guard, effect: Effect) => void): void {
  if (option === undefined) return;
  for (const { when, value } of casesOf(option.value)) {
    const text = value.kind === 'string' ? value.value : joined(value, ',');
    if (text === '' || value.kind === 'nothing' || value.kind === 'boolean') continue;
    const effect = effectOf('set', header, value, option.at);
    add(whenAll(base, when), text === undefined ? effect : { ...effect, value: { v: 'literal', text, at: value.at, written: true } });
  }
}

/**
 * Follows a function that answers through a callback `(error, value)`. Its first call counts; an error makes the
 * framework's error response, and where the callback is never called the request hangs.
 */
function answered(callee: FunctionValue, argsFor: (callback: Handle) => readonly Value[], base: Guard, call: Span, proceed: (value: Value | undefined, base: Guard) => CorsProgram): CorsProgram {
  const callback = callbackHandle(callee.at);
  const steps: Step[] = [];
  const notes: Omit<Note, 'path'>[] = [];
  const settled: Condition[] = [];
  for (const event of callee.run(argsFor(callback))) {
    if (!settles(event, callback)) continue;
    const overlapping = settled.filter((earlier) => !excludes(event.when, earlier));
    const when = decided(overlapping.length === 0 ? event.when : and(event.when, not(or(...overlapping))));
    if (when.c === 'false') continue;
    settled.push(event.when);
    const guard = whenAll(base, guardOf(when));
    const fails = (inner: Guard): number => steps.push({ when: inner, effects: [], end: { to: 'answer', status: 500, fault: REPORTED }, at: event.at });
    if (event.kind === 'throw') fails(guard);
    else if (event.kind === 'escape') {
      const program = proceed(unknown(event.reason, event.detail, event.at), guard);
      steps.push(...program.steps);
      notes.push(...program.notes);
    } else if (event.kind === 'call') {
      const [error, value] = event.args;
      for (const option of casesOf(error ?? { kind: 'nothing', what: 'undefined', at: event.at })) {
        const failed = option.value.kind === 'unknown' ? { c: 'false' as const } : truthy(option.value);
        const inner = whenAll(guard, option.when);
        if (failed.c !== 'false') fails(whenAll(inner, guardOf(failed)));
        if (failed.c === 'true') continue;
        const program = proceed(value, whenAll(inner, guardOf(not(failed))));
        steps.push(...program.steps);
        notes.push(...program.notes);
      }
    }
  }
  if (!isTautology(or(...settled))) {
    steps.push({ when: whenAll(base, guardOf(not(or(...settled)))), effects: [], end: { to: 'answer', status: 0, fault: 'the request hangs: the callback is never called' }, at: call });
  }
  return { steps, notes };
}

function settles(event: Event, callback: Handle): boolean {
  if (event.kind === 'throw') return true;
  if (event.kind === 'escape') return event.receiver === callback;
  return event.kind === 'call' && event.receiver === callback && event.method === '';
}

