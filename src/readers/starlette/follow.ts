import { alternatives, beyond } from '../../middleware/alternatives.js';
import { argument } from '../../middleware/python-header.js';
import type { Span } from '../../text/span.js';
import { and, or, TRUE, type Condition } from '../../values/condition.js';
import { decided } from '../../values/decide.js';
import type { ResponseAction } from '../../values/response-action.js';
import type { Event, FunctionValue, Handle, Value } from '../../values/value.js';
import type { StarlettePackages } from './packages.js';
import { plain } from './routes.js';
import { writtenOn } from './written.js';

/** An answer that a function makes itself. */
export interface Own {
  readonly when: Condition;
  readonly actions: readonly ResponseAction[];
  /** Statuses that it is given, the latest last; 200 without one. */
  readonly statuses: readonly { readonly when: Condition; readonly status: Value }[];
  readonly at: Span;
}

/** What a middleware of the author's does. */
export interface Followed {
  /** Answers instead of what is behind. */
  readonly own: readonly Own[];
  /** Something is raised, of which nobody makes an answer but the outermost middleware. */
  readonly raises: readonly { readonly when: Condition; readonly at: Span }[];
  /** When what is behind is called. */
  readonly goesOn: Condition;
  /** What is done to the answer of what is behind. */
  readonly outward: readonly ResponseAction[];
  /** What is raised behind does not pass. */
  readonly catches: boolean;
  readonly reads: ReadonlySet<string>;
}

/** `async def middleware(request, call_next)` */
export function dispatchFollowed(callee: FunctionValue, request: Handle, reads: ReadonlySet<string>, packages: StarlettePackages, text: string): Followed {
  const answer = packages.answer('await call_next()', callee.at);
  const callNext: Handle = { kind: 'handle', name: 'call_next', at: callee.at, get: () => undefined, call: (method) => (method === '' ? answer : undefined) };
  const events = callee.run([request, callNext]);
  return { ...followedFrom(events, answer, callNext, packages), catches: /\bexcept\b/.test(text) && catchesRaised(callee, request), reads };
}

/** Runs it around something that raises: does nothing come out of it? */
function catchesRaised(callee: FunctionValue, request: Handle): boolean {
  const raising: FunctionValue = { kind: 'function', parameters: 1, isAsync: true, at: callee.at, run: () => [{ kind: 'throw', when: TRUE, at: callee.at }] };
  const events = callee.run([request, raising]);
  return events.some(({ kind }) => kind === 'return') && events.every(({ kind }) => kind !== 'throw');
}

export function followedFrom(events: readonly Event[], answer: Handle, next: Handle, packages: StarlettePackages): Omit<Followed, 'catches' | 'reads'> {
  const goesOn = decided(or(...events.flatMap((event) => ((event.kind === 'call' || event.kind === 'escape') && event.receiver === next ? [event.when] : []))));
  const copies = new Set(events.flatMap((event) => (event.kind === 'return' ? alternatives(event.value).flatMap(({ value }) => (value.kind === 'handle' && carries(value, answer, packages) ? [value] : [])) : [])));
  const isAnswer = (value: Value): boolean => value === answer || (value.kind === 'handle' && copies.has(value));
  const passed = passedOn(events, isAnswer, packages);
  return {
    own: ownAnswers(events, packages, isAnswer),
    raises: events.flatMap((event) => (event.kind === 'throw' ? [{ when: event.when, at: event.at }] : [])),
    goesOn,
    outward: goesOn.c === 'false' ? [] : [answer, ...copies].flatMap((one) => writtenOn(one, events, packages).actions.flatMap((action) => within(action, passed))),
  };
}

/** Responses that are returned, each as it is where that happens. */
export function ownAnswers(events: readonly Event[], packages: StarlettePackages, isAnswer: (value: Value) => boolean = () => false): readonly Own[] {
  return events.flatMap((event) => (event.kind === 'return' ? alternatives(event.value).flatMap(({ when, value }) => (isAnswer(value) ? [] : ownAnswer(value, decided(and(event.when, when)), event.at, events, packages))) : []));
}

function ownAnswer(value: Value, when: Condition, at: Span, events: readonly Event[], packages: StarlettePackages): readonly Own[] {
  if (value.kind !== 'handle' || packages.roleOf(value)?.is !== 'response' || when.c === 'false') return [];
  const { actions, statuses } = writtenOn(value, events, packages);
  return [{ when, actions: actions.flatMap((action) => within(action, when)), statuses: statuses.flatMap((one) => { const under = beyond(one.when, when); return under === undefined ? [] : [{ ...one, when: under }]; }), at }];
}

/** `Response(body, headers=dict(response.headers))`: the same answer with another body. */
function carries(value: Value, answer: Handle, packages: StarlettePackages): boolean {
  const role = packages.roleOf(value);
  const headers = role?.is === 'response' ? packages.roleOf(argument(plain(role), 2, 'headers')) : undefined;
  return headers?.is === 'headers' && headers.of === answer;
}

/** When the answer of what is behind is what is returned. */
function passedOn(events: readonly Event[], isAnswer: (value: Value) => boolean, packages: StarlettePackages): Condition {
  const returned = events.flatMap((event) => (event.kind === 'return' ? alternatives(event.value).map(({ when, value }) => ({ when: and(event.when, when), value })) : []));
  // Code that is followed in part may return it under another name.
  const own = returned.filter(({ value }) => isAnswer(value) || value.kind !== 'handle' || packages.roleOf(value)?.is !== 'response');
  return returned.length === 0 ? TRUE : decided(or(...own.map(({ when }) => when)));
}

export function within(action: ResponseAction, when: Condition): readonly ResponseAction[] {
  const under = beyond(action.when, when);
  return under === undefined ? [] : [{ ...action, when: under }];
}
