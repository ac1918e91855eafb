import { alternatives } from '../../middleware/alternatives.js';
import { beforeAnswers } from '../../middleware/before-answers.js';
import { allOf } from '../../middleware/koa/guards.js';
import { ordinaryAnswers, type Way } from '../../middleware/ordinary-answers.js';
import { requestHeaders } from '../../middleware/python-request.js';
import type { ResponseObjects } from '../../middleware/response-objects.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import { settlements } from '../../middleware/settlements.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { ALWAYS, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { and, not, or, TRUE, type Condition } from '../../values/condition.js';
import { decided } from '../../values/decide.js';
import type { HeaderWrite, ResponseAction } from '../../values/response-action.js';
import { unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import type { AiohttpPackages } from './packages.js';

/** Steps that answer, and which of the answers are exceptions: code behind a call of the handler does not see these. */
export interface Answers {
  readonly steps: readonly Step[];
  /** `http`: an `HTTPException`, which is a response; `error`: any other, for which aiohttp answers 500. */
  readonly raised: ReadonlyMap<Step, 'http' | 'error'>;
}

/** `request`, with what was asked of it. */
export interface Request {
  readonly handle: Handle;
  readonly reads: Set<string>;
  /** Headers that are asked for and are not there: KeyError. */
  missed(event: Event): Condition | undefined;
}

export function requestFor(at: Span): Request {
  const reads = new Set<string>();
  const headers = requestHeaders(at, reads);
  const handle: Handle = {
    kind: 'handle',
    name: 'request',
    at,
    get: (property) => {
      if (property === 'method') return { kind: 'request', part: 'method', at };
      if (property === 'path' || property === 'rel_url' || property === 'path_qs') return { kind: 'request', part: 'path', at };
      return property === 'headers' ? headers.handle : undefined;
    },
    call: (method) => {
      if (method === 'json' || method === 'post') reads.add('body');
      return undefined;
    },
  };
  return { handle, reads, missed: (event) => headers.missed(event) };
}

export interface Around {
  readonly packages: AiohttpPackages;
  readonly objects: ResponseObjects;
  readonly request: Request;
  textAt(at: Span): string;
}

type Result =
  | { readonly is: 'response'; readonly when: Condition; readonly writes: readonly HeaderWrite[]; readonly statuses: readonly { readonly when: Condition; readonly status: Value }[]; readonly made: Span; readonly at: Span }
  | { readonly is: 'raised'; readonly when: Condition; readonly status: number; readonly kind: 'http' | 'error'; readonly writes: readonly HeaderWrite[]; readonly at: Span }
  /** What the handler behind gave, or raised. */
  | { readonly is: 'inner' | 'again'; readonly when: Condition; readonly at: Span };

/** What a handler of a route answers. */
export function handlerAnswers(handler: FunctionValue, around: Around): Answers {
  const events = handler.run([around.request.handle]);
  return ownAnswers(resultsOf(events, undefined, around), around);
}

/** A handler of which nothing is known but that it answers. */
export function plainAnswers(at: Span): Answers {
  return { steps: [{ when: ALWAYS, effects: [], end: { to: 'behind' }, at }], raised: new Map() };
}

/**
 * What a middleware makes of the answers behind it: `async def m(request, handler)`. It is followed twice, since the handler
 * gives a response or raises one (404, 405, what code raises); only the first is what its call returns.
 */
export function throughMiddleware(middleware: FunctionValue, inner: Answers, around: Around): Answers {
  const response = around.objects.make({ name: 'the response behind', parameters: [], status: '', headers: '', writesText: true }, [], undefined, middleware.at);
  const normal = followed(middleware, response, [{ kind: 'return', when: TRUE, value: response, at: middleware.at }], around);
  const exception = around.objects.make({ name: 'what was raised', parameters: [], status: '', headers: '', writesText: true }, [], undefined, middleware.at);
  const caught = inner.raised.size === 0 ? undefined : followed(middleware, exception, [{ kind: 'throw', when: TRUE, value: exception, at: middleware.at }], around);
  const own = ownAnswers(normal.results, around);
  const known = new Set(normal.results.flatMap((result) => (result.is === 'response' ? [result.made.start] : [])));
  const more = caught === undefined ? undefined : ownAnswers(caught.results.filter((result) => result.is !== 'response' || !known.has(result.made.start)), around);
  const text = around.textAt(middleware.at);
  const catches = { http: /\bexcept\s*(?::|[^:\n]*\b(?:HTTP\w+|(?:Base)?Exception)\b)/.test(text), error: /\bexcept\s*(?::|[^:\n]*\b(?:Base)?Exception\b)/.test(text) };
  const returns = caught?.results.some(({ is }) => is === 'inner') === true;
  const raised = new Map(own.raised);
  const steps = inner.steps.flatMap((step): readonly Step[] => {
    const kind = inner.raised.get(step);
    const isRaised = kind !== undefined;
    if (kind !== undefined && !catches[kind]) {
      raised.set(step, kind);
      return [step];
    }
    const parts: Step[] = [];
    if (isRaised) {
      for (const one of more?.steps ?? []) {
        const when = allOf(step.when, one.when);
        if (when.g !== 'never') parts.push({ ...one, when });
      }
    }
    parts.push(...beforeAnswers([step], isRaised ? (caught?.late ?? []) : normal.late, new Set()));
    if (kind !== undefined && !returns) raised.set(parts.at(-1)!, kind);
    return parts;
  });
  return { steps: [...own.steps, ...steps], raised };
}

interface Followed {
  readonly results: readonly Result[];
  /** What is written on the answer behind. */
  readonly late: readonly Step[];
}

function followed(middleware: FunctionValue, inner: Handle, called: readonly Event[], around: Around): Followed {
  const handler: FunctionValue = { kind: 'function', parameters: 1, isAsync: true, at: middleware.at, run: () => called };
  let events = middleware.run([around.request.handle, handler]);
  // The old way: a factory that is given the application and the handler.
  const made = events.flatMap((event) => (event.kind === 'return' ? alternatives(event.value) : [])).find(({ value }) => value.kind === 'function')?.value;
  if (made?.kind === 'function') events = made.run([around.request.handle]);
  const results = resultsOf(events, inner, around);
  const writes = around.objects.madeOf(inner, TRUE)?.writes ?? [];
  return { results, late: stepsFrom(writes.map(strict), ALWAYS) };
}

function resultsOf(events: readonly Event[], inner: Handle | undefined, { packages, objects, request }: Around): readonly Result[] {
  objects.follow(events);
  const missing = events.flatMap((event): readonly Result[] => {
    const missed = request.missed(event);
    return missed === undefined ? [] : [{ is: 'raised', when: and(event.when, missed), status: 500, kind: 'error', writes: [], at: event.at }];
  });
  const { ways } = settlements(events, ({ kind }) => kind === 'return' || kind === 'throw');
  const results = ways.flatMap(({ event, when }): readonly Result[] => {
    if (event.kind === 'throw') {
      if (inner !== undefined && (event.value === undefined || event.value === inner)) return [{ is: 'again', when, at: event.at }];
      const role = packages.roleOf(event.value);
      const writes = event.value === undefined ? [] : (objects.madeOf(event.value, when)?.writes ?? []);
      return [{ is: 'raised', when, ...(role?.is === 'raised' ? { status: role.status, kind: 'http' } : { status: 500, kind: 'error' }), writes, at: event.at }];
    }
    if (event.kind !== 'return') return [];
    return alternatives(event.value).map((option): Result => {
      const reached = decided(and(when, option.when));
      if (option.value === inner) return { is: 'inner', when: reached, at: event.at };
      const made = objects.madeOf(option.value, reached);
      if (made !== undefined) return { is: 'response', when: reached, ...made, made: option.value.at, at: event.at };
      const open = option.value.kind === 'unknown' ? option.value : unknown('function-call', 'a response that is not followed', option.value.at);
      // What comes out of code that got the handler is what is behind.
      return inner === undefined || /cors|origin/i.test(open.detail) ? { is: 'response', when: reached, writes: openWrites(open, reached), statuses: [{ when: reached, status: open }], made: open.at, at: event.at } : { is: 'inner', when: reached, at: event.at };
    });
  });
  return [...missing, ...results];
}

/** The answers that code makes itself. */
function ownAnswers(results: readonly Result[], { textAt }: Around): Answers {
  const raised = new Map<Step, 'http' | 'error'>();
  const steps: Step[] = [];
  for (const result of results) {
    if (result.when.c === 'false' || (result.is !== 'response' && result.is !== 'raised')) continue;
    const own = stepsFrom(actionsOf(result), ALWAYS);
    steps.push(...own);
    if (result.is === 'raised') for (const step of own) if (step.end !== undefined) raised.set(step, result.kind);
  }
  const ordinary = ordinaryAnswers(textAt, results.map(wayOf), steps);
  // Steps that were settled are new ones, in the same places.
  const byPlace = new Map([...raised].map(([step, kind]) => [placeOf(step), kind] as const));
  return { steps: ordinary, raised: ordinary === steps ? raised : new Map(ordinary.flatMap((step) => { const kind = step.end === undefined ? undefined : byPlace.get(placeOf(step)); return kind === undefined ? [] : [[step, kind] as const]; })) };
}

function placeOf({ at, end }: Step): string {
  return `${at.file}:${at.start}:${end?.to === 'answer' ? end.status : ''}`;
}

function wayOf(result: Result): Way {
  if (result.is !== 'response') return { when: result.when, refuses: result.is === 'raised' && result.status >= 400 };
  const statuses = result.statuses.flatMap(({ status }) => alternatives(status));
  return { when: result.when, refuses: statuses.length > 0 && statuses.every(({ value }) => value.kind === 'number' && value.value >= 400) && result.writes.every(({ name }) => name !== 'access-control-allow-origin') };
}

function actionsOf(result: Result & { readonly is: 'response' | 'raised' }): readonly ResponseAction[] {
  const { when, at } = result;
  const writes = result.writes.map(strict);
  if (result.is === 'raised') return [...writes, { do: 'fail', status: result.status, when, at }];
  const given = result.statuses.filter(({ status }) => status.kind !== 'nothing');
  const ok: ResponseAction = { do: 'status', status: { kind: 'number', value: 200, at }, when: decided(and(when, not(or(...given.map((one) => one.when))))), at };
  return [...writes, ok, ...given.map(({ status, when: set }): ResponseAction => ({ do: 'status', status, when: set, at: status.at })), { do: 'end', when, at }];
}

/** Only texts are headers: None is refused when the answer is sent. */
export function strict(write: HeaderWrite): HeaderWrite {
  return { ...write, missing: 'throw' };
}
