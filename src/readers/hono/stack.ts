import { addProbe } from '../../middleware/probes.js';
import { neededHeaders, UNSEEN } from '../../middleware/request-reads.js';
import { beforeAnswers } from '../../middleware/before-answers.js';
import { alternatives } from '../../middleware/fetch-response.js';
import { honoCorsProgram } from '../../middleware/hono-cors.js';
import { FilledInOrder } from '../../middleware/registered-late.js';
import { effectOf, mergeSteps, served, stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Gap, type Guard, type Note, type Probe, type Step } from '../../policy/program.js';
import { ABSENT } from '../../origins/origin-set.js';
import type { Span } from '../../text/span.js';
import { and, or, type Condition } from '../../values/condition.js';
import { excludes, isTautology } from '../../values/decide.js';
import type { ResponseAction } from '../../values/response-action.js';
import { factOf, type Event, type FunctionValue, type Handle, type UnknownValue, type Value } from '../../values/value.js';
import { exchange, Written, type Exchange } from './context.js';
import type { HonoPackages } from './packages.js';
import { joinedPath, placeOf, type Place } from './paths.js';

const VERBS = new Set(['get', 'post', 'put', 'delete', 'options', 'patch', 'query', 'all']);

/** What the router of an app does, in the order in which it was filled. */
export interface Stack {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  readonly notes: readonly Note[];
  /** All routes are in view. */
  readonly complete: boolean;
  /** What anything in it reads of requests. */
  readonly asked: ReadonlySet<string>;
  readonly handWritten: boolean;
  readonly usesCors: boolean;
}

export interface Surroundings {
  readonly packages: HonoPackages;
  readonly events: readonly Event[];
  readonly version: string | undefined;
}

/** Reads the router of an app, as far as `events` filled it, below a base path. `depth` ends apps that contain themselves. */
export function stackOf(target: Handle, base: string | undefined, around: Surroundings, depth: number, outer?: Written): Stack {
  const builder = new StackBuilder(base, around, depth, outer ?? new Written());
  around.events.forEach((event, index) => {
    const role = event.kind === 'call' || event.kind === 'escape' ? around.packages.roleOf(event.receiver) : undefined;
    if (role?.is === 'app' && role.root === target) builder.add(event, role.base, index);
  });
  if (outer === undefined) builder.end(target.at);
  return builder.finish();
}

class StackBuilder {
  readonly #steps: Step[] = [];
  readonly #probes: Probe[] = [];
  readonly #gaps: Gap[] = [];
  readonly #notes: Note[] = [];
  readonly #order = new FilledInOrder();
  /** Request headers that middleware in front asks of every request. */
  readonly #heard = new Set<string>();
  /** The path that was named last: handlers without one are for it. */
  #path: Value | undefined;
  readonly #asked = new Set<string>();
  #complete = true;
  #handWritten = false;
  #usesCors = false;

  constructor(
    private readonly outer: string | undefined,
    private readonly around: Surroundings,
    private readonly depth: number,
    private readonly written: Written,
  ) {}

  add(event: Event, own: string | undefined, index: number): void {
    if (event.kind === 'escape') {
      // Whoever is given the app may add routes and middleware; servers only run it.
      if (!/\b(serve|handle|fetch|testClient|showRoutes|createServer)\b/.test(event.detail)) this.#complete = false;
      if (/cors/i.test(event.detail)) this.#gaps.push({ at: event.at, reason: event.reason, message: `What ${event.detail.replace(/^the call of /, '')}() adds could not be followed.` });
      return;
    }
    if (event.kind !== 'call') return;
    const [steps, probes] = [this.#steps.length, this.#probes.length];
    this.#registered(event, own, index);
    this.#notes.push(...this.#order.add(event.at, this.#probes.slice(probes), event.method === 'use' ? this.#steps.slice(steps) : []));
  }

  #registered(event: Event & { kind: 'call' }, own: string | undefined, index: number): void {
    const base = this.outer === undefined || own === undefined ? undefined : joinedPath(this.outer, own);
    const condition = guardOf(event.when);
    const { method, at } = event;
    const [first, ...others] = event.args;
    if (method === 'use') {
      const hasPath = first?.kind === 'string' || (others.length > 0 && first !== undefined && ['env', 'concat', 'unknown'].includes(first.kind));
      this.#path = hasPath ? first : { kind: 'string', value: '*', at };
      this.#use(within(placeOf(base, this.#path, at), condition), hasPath ? others : event.args, at);
    } else if (VERBS.has(method)) {
      const hasPath = first !== undefined && first.kind !== 'function' && first.kind !== 'handle';
      if (hasPath) this.#path = first;
      for (const path of flat([this.#path ?? { kind: 'string', value: '/', at }])) this.#verb(method.toUpperCase(), within(placeOf(base, path, at), condition), hasPath ? others : event.args, at);
    } else if (method === 'on') {
      const [paths, ...handlers] = others;
      for (const verb of first === undefined ? [] : flat([first])) for (const path of paths === undefined ? [] : flat([paths])) this.#verb(verb.kind === 'string' ? verb.value.toUpperCase() : 'ALL', within(placeOf(base, path, at), condition), handlers, at);
    } else if (method === 'openapi' && first?.kind === 'record') this.#openApi(first, base, others, condition, at);
    else if (method === 'route') this.#mounted(base, first, others[0], condition, index, at);
    else if (method === 'mount') {
      const path: Value | undefined = first?.kind === 'string' ? { ...first, value: joinedPath(first.value, '*') } : first;
      this.#unseen(within(placeOf(base, path, at), condition), others[0] ?? { kind: 'unknown', reason: 'unsupported-syntax', detail: 'what is mounted', at }, at);
    }
  }

  /** What no route serves is answered with 404, where all routes are in view. */
  end(at: Span): void {
    if (this.#complete && this.#probes.length > 0) this.#push([{ when: ALWAYS, effects: [], end: { to: 'answer', status: 404 }, at }]);
    else this.#steps.push(...this.written.late);
  }

  /** Steps, with what waits for the handler at each answer. */
  #push(steps: readonly Step[]): void {
    this.#steps.push(...beforeAnswers(steps, this.written.late, new Set()));
  }

  finish(): Stack {
    return { steps: mergeSteps(this.#steps), probes: this.#probes, gaps: this.#gaps, notes: this.#notes, complete: this.#complete, asked: new Set([...this.#asked, ...this.#heard]), handWritten: this.#handWritten, usesCors: this.#usesCors };
  }

  #use(place: Place, handlers: readonly Value[], at: Span): void {
    for (const handler of flat(handlers)) this.#handler(handler, place, false, this.#heard, at);
  }

  #verb(verb: string, place: Place, handlers: readonly Value[], at: Span): void {
    // A HEAD request is routed as GET.
    const methods = verb === 'ALL' ? undefined : verb === 'GET' ? ['GET', 'HEAD'] : [verb];
    const when = methods === undefined ? place.when : whenAll(place.when, { g: 'method', in: methods });
    const list = flat(handlers);
    const reads = new Set<string>();
    list.forEach((handler, index) => this.#handler(handler, { ...place, when }, index === list.length - 1, reads, at));
    const inView = !reads.has(UNSEEN) && list.length > 0 && list.every((handler) => handler.kind === 'function' || (handler.kind === 'handle' && this.around.packages.roleOf(handler) !== undefined));
    if (!inView) reads.add(UNSEEN);
    if (verb !== 'OPTIONS') this.#probe(place.sample, methods ?? null, reads, at, inView);
  }

  /** `app.openapi(createRoute({ method, path }), handler)` of `@hono/zod-openapi`; `{id}` is `:id` there. */
  #openApi(route: Value & { kind: 'record' }, base: string | undefined, handlers: readonly Value[], condition: Guard, at: Span): void {
    const [method, path] = ['method', 'path'].map((key) => route.entries.findLast((entry) => entry.key === key)?.value);
    const written: Value | undefined = path?.kind === 'string' ? { ...path, value: path.value.replaceAll(/\/\{(.+?)\}/g, '/:$1') } : path;
    if (method?.kind === 'string' && written !== undefined) this.#verb(method.value.toUpperCase(), within(placeOf(base, written, at), condition), handlers.slice(0, 1), at);
  }

  /** `app.route(path, other)`: what the other app holds so far, below the path. */
  #mounted(base: string | undefined, path: Value | undefined, other: Value | undefined, condition: Guard, index: number, at: Span): void {
    const role = other?.kind === 'handle' ? this.around.packages.roleOf(other) : undefined;
    const below = base === undefined || path?.kind !== 'string' ? undefined : joinedPath(base, path.value);
    if (role?.is !== 'app') {
      const everything: Value | undefined = path?.kind === 'string' ? { ...path, value: joinedPath(path.value, '*') } : path;
      if (other !== undefined) this.#unseen(within(placeOf(base, everything, at), condition), other, at);
      return;
    }
    if (this.depth === 0) return;
    const inner = stackOf(role.root, below, { ...this.around, events: this.around.events.slice(0, index) }, this.depth - 1, this.written);
    this.#steps.push(...inner.steps.map((step) => ({ ...step, when: whenAll(condition, step.when) })));
    for (const probe of inner.probes) addProbe(this.#probes, { ...probe, requestHeaders: [...new Set([...probe.requestHeaders, ...neededHeaders(this.#heard, false)])] });
    for (const name of inner.asked) this.#asked.add(name);
    this.#gaps.push(...inner.gaps);
    this.#notes.push(...inner.notes);
    this.#complete &&= inner.complete;
    this.#handWritten ||= inner.handWritten;
    this.#usesCors ||= inner.usesCors;
  }

  #handler(handler: Value, place: Place, last: boolean, reads: Set<string>, at: Span): void {
    switch (handler.kind) {
      case 'function':
        return this.#function(handler, place, last, reads);
      case 'handle':
        return this.#known(handler, place, reads);
      case 'either':
        for (const option of handler.options) this.#handler(option.value, { ...place, when: whenAll(place.when, guardOf(option.when)) }, last, reads, at);
        return;
      default:
        if (last) this.#push(served(place.when, handler.at));
        else if (handler.kind === 'unknown') this.#opaque(handler, place.when, at);
    }
  }

  #known(handler: Handle, place: Place, reads: Set<string>): void {
    const role = this.around.packages.roleOf(handler);
    if (role?.is === 'cors') {
      this.#usesCors = true;
      const { steps, late } = honoCorsProgram({ options: role.options, context: exchange(role.at, this.around.packages.objects, this.written).context, base: place.when, at: role.at, version: this.around.version });
      this.#push(steps);
      // Whoever is refused may get nothing written at all.
      const writes = steps.filter(({ effects }) => effects.length > 0).map(({ when }) => when);
      this.written.touch(writes.includes(place.when) ? place.when : whenAny(...writes));
      this.written.late = [...late, ...this.written.late];
    } else if (role?.is === 'log-in') {
      reads.add('authorization');
      this.#push([{ when: whenAll(place.when, { g: 'header', name: 'authorization', in: ABSENT }), effects: [], end: { to: 'answer', status: 401, unauthenticated: true }, at: handler.at }]);
    } else if (role?.is === 'except') {
      const left = role.paths === undefined ? [] : flat([role.paths]).map((path) => unless(placeOf('/', path, role.at).when));
      for (const inner of flat(role.handlers)) this.#handler(inner, { ...place, when: whenAll(place.when, ...left) }, false, reads, role.at);
    }
  }

  #function(handler: FunctionValue, place: Place, route: boolean, reads: Set<string>): void {
    const { objects } = this.around.packages;
    const given = exchange(handler.at, objects, this.written);
    const events = handler.run([given.context, given.next]);
    objects.follow(events);
    if (events.some((event) => event.kind === 'escape' && event.receiver === given.context)) reads.add(UNSEEN);
    for (const name of given.reads) if (!name.startsWith('access-control-') && name !== 'origin') reads.add(name);
    const followed = this.#follow(events, given, place, route);
    if (!route) return;
    if (!isTautology(or(...followed.next))) this.#push(served(whenAll(place.when, unless(guardOf(or(...followed.next)))), handler.at));
  }

  /** Turns what a handler does into steps; a `cors(…)(c, next)` among it does its own part in its place. */
  #follow(events: readonly Event[], given: Exchange, place: Place, route: boolean): { readonly next: readonly Condition[] } {
    // What is done where something stands on `c.res`, and where nothing does.
    let pending: { readonly touched: ResponseAction[]; readonly bare: ResponseAction[] } = { touched: [], bare: [] };
    const outward: ResponseAction[] = [];
    const next: Condition[] = [];
    const late = (when: Condition): boolean => next.some((passed) => !excludes(passed, when));
    const flush = (): void => {
      // In a route, what depends on data and not on the request is one of its ordinary answers.
      const told = (actions: readonly ResponseAction[]): readonly ResponseAction[] => (route ? actions.filter((action) => action.do === 'header' || !rests(action.when)) : actions);
      for (const [actions, when] of this.#variants(told(pending.touched), told(pending.bare), place.when)) this.#push(this.#byHand(actions, when));
      pending = { touched: [], bare: [] };
    };
    for (const event of events) {
      const role = event.kind === 'call' ? this.around.packages.roleOf(event.receiver) : undefined;
      const isLate = late(event.when);
      if (event.kind === 'call' && event.method === '' && role !== undefined) {
        flush();
        this.#known(event.receiver, { ...place, when: whenAll(place.when, guardOf(event.when)) }, this.#heard);
        next.push(event.when);
        continue;
      }
      if (given.touches(event) && !isLate) this.written.touch(whenAll(place.when, guardOf(event.when)));
      if (event.kind === 'return') {
        // The response of the handler behind is there already.
        if (!isLate) for (const touched of [true, false]) pending[touched ? 'touched' : 'bare'].push(...this.#returned(event, given, route, touched));
        continue;
      }
      if (event.kind === 'escape' && event.receiver === given.context && /cors/i.test(event.detail)) this.#gaps.push({ at: event.at, reason: event.reason, message: `What ${event.detail.replace(/^the call of /, '')}() does could not be followed.` });
      const [touched, bare] = [given.actionsFrom(event, isLate, true), given.actionsFrom(event, isLate, false)];
      next.push(...bare.filter((action) => action.do === 'next').map(({ when }) => when));
      if (isLate) outward.push(...touched.filter((action) => action.do === 'header'));
      else {
        pending.touched.push(...touched);
        pending.bare.push(...bare);
      }
    }
    flush();
    this.written.late = [...this.#byHand(outward, place.when), ...this.written.late];
    return { next };
  }

  /** Actions by whether something stands on `c.res`: once where that makes no difference. */
  #variants(touched: readonly ResponseAction[], bare: readonly ResponseAction[], base: Guard): readonly (readonly [readonly ResponseAction[], Guard])[] {
    const on = this.written.touched;
    if (on.g === 'never' || JSON.stringify(touched) === JSON.stringify(bare)) return [[bare, base]];
    return on.g === 'always' ? [[touched, base]] : [[touched, whenAll(base, on)], [bare, whenAll(base, unless(on))]];
  }

  #byHand(actions: readonly ResponseAction[], base: Guard): readonly Step[] {
    const steps = stepsFrom(actions, base);
    if (steps.some(({ effects }) => effects.length > 0)) this.#handWritten = true;
    return steps;
  }

  /** A response that is returned ends the request; what is unknown is one. */
  #returned(event: Event & { kind: 'return' }, given: Exchange, route: boolean, touched: boolean): readonly ResponseAction[] {
    return alternatives(event.value).flatMap((option) => {
      const when = and(event.when, option.when);
      const known = given.responseOf(option.value, when, event.at, touched);
      if (known !== undefined) return known;
      return option.value.kind === 'unknown' && !route ? [{ do: 'end', when, at: event.at }] : [];
    });
  }

  #probe(path: string, methods: readonly string[] | null, reads: ReadonlySet<string>, at: Span, inView = false): void {
    for (const name of reads) this.#asked.add(name);
    addProbe(this.#probes, { path, methods, requestHeaders: neededHeaders(new Set([...reads, ...this.#heard]), reads.has('body')), ...(inView ? { inView } : {}), at });
  }

  /** Routes that are not in view: whether they serve a request is not known. */
  #unseen(place: Place, what: Value, at: Span): void {
    const from = what.kind === 'unknown' ? what : ({ kind: 'unknown', reason: 'unsupported-syntax', detail: 'what is mounted', at } as const);
    this.#push([{ when: whenAll(place.when, { g: 'fact', fact: { ...factOf(from), detail: `whether ${from.detail} serves the request` } }), effects: [], end: { to: 'behind' }, at }]);
    this.#probe(place.sample, null, new Set([UNSEEN]), at);
    this.#complete = false;
  }

  /** Middleware that is not in view lets requests through; what is named after a log-in may not, and what is named after CORS is CORS. */
  #opaque(handler: UnknownValue, when: Guard, at: Span): void {
    this.#asked.add(UNSEEN);
    if (/\bcors|cors\b|[a-z]Cors/.test(handler.detail)) {
      this.#gaps.push({ at, reason: handler.reason, message: `This CORS middleware depends on ${handler.detail}.` });
      this.#steps.push({ when, effects: [effectOf('set', 'access-control-allow-origin', handler, at)], at });
    } else if (/auth|jwt|protect|verify_?token|require_?login/i.test(handler.detail)) {
      const fact = { ...factOf(handler), detail: `whether ${handler.detail} lets the request through` };
      this.#push([{ when: whenAll(when, { g: 'not', of: { g: 'fact', fact } }), effects: [], end: { to: 'answer', status: 401 }, at }]);
    }
  }
}

function within(place: Place, condition: Guard): Place {
  return { ...place, when: whenAll(condition, place.when) };
}

function flat(values: readonly Value[]): readonly Value[] {
  return values.flatMap((value) => (value.kind === 'list' ? flat(value.items) : [value]));
}

/** Does the condition rest on something else than the request and the environment? */
function rests(condition: Condition): boolean {
  if (condition.c === 'and' || condition.c === 'or') return condition.of.some(rests);
  if (condition.c === 'not') return rests(condition.of);
  return condition.c === 'fact' && condition.fact.environment === undefined;
}
