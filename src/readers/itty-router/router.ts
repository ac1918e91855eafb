import { alternatives, fetchRequest, type FetchObjects } from '../../middleware/fetch-response.js';
import { ittyPreflight, type IttyCors } from '../../middleware/itty-cors.js';
import { outOfView, restsOnData } from '../../middleware/out-of-view.js';
import { addProbe } from '../../middleware/probes.js';
import { mergeSteps, served, stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { unless, whenAll, type Gap, type Guard, type Probe, type Step } from '../../policy/program.js';
import { headerWrite } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { and, or, type Condition } from '../../values/condition.js';
import { isTautology } from '../../values/decide.js';
import type { ResponseAction } from '../../values/response-action.js';
import { entry, type Event, type FunctionValue, type Handle, type UnknownValue, type Value } from '../../values/value.js';
import type { IttyPackages } from './packages.js';
import { EVERYWHERE, placeOf, type Place } from './paths.js';
import { ended, type Ending } from './unit.js';

/** What a router does with a request. */
export interface Routing {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  readonly complete: boolean;
  readonly usesCors: boolean;
  readonly handWritten: boolean;
}

export interface Surroundings {
  readonly packages: IttyPackages;
  readonly objects: FetchObjects;
  readonly events: readonly Event[];
}

/** Reads a router where it is mounted: what runs before, its routes in order, what it does without one, and the endings. */
export function routingOf(router: Handle, outer: Guard, around: Surroundings, depth: number): Routing {
  return new Reader(router, outer, around, depth).read();
}

class Reader {
  readonly #steps: Step[] = [];
  readonly #probes: Probe[] = [];
  readonly #gaps: Gap[] = [];
  readonly #endings: readonly Ending[];
  readonly #auto: boolean;
  readonly #options: Value | undefined;
  /** Errors become responses, to which the endings apply. */
  readonly #catches: boolean;
  #complete = true;
  #usesCors: boolean;
  #handWritten = false;

  constructor(
    private readonly router: Handle,
    private readonly outer: Guard,
    private readonly around: Surroundings,
    private readonly depth: number,
  ) {
    const role = around.packages.roleOf(router);
    this.#auto = role?.is === 'router' && role.auto;
    this.#options = role?.is === 'router' ? role.options : undefined;
    this.#endings = this.#endingsOf();
    this.#usesCors = this.#endings.some((ending) => ending.do === 'corsify');
    this.#catches = this.#auto || this.#option('catch') !== undefined || this.#catchesFirst();
  }

  read(): Routing {
    if (this.#failsInTheEnd()) this.#steps.push({ when: this.outer, effects: [], end: { to: 'answer', status: 500, fault: '`finally` of a promise gives corsify no response, and it throws' }, at: this.router.at });
    for (const handler of listed(this.#option('before'))) this.#handler(handler, { ...EVERYWHERE, when: this.outer }, false, new Set());
    for (const event of this.around.events) if ((event.kind === 'call' || event.kind === 'escape') && event.receiver === this.router) this.#event(event);
    this.#without();
    return { steps: mergeSteps(this.#steps), probes: this.#probes, gaps: this.#gaps, complete: this.#complete, usesCors: this.#usesCors, handWritten: this.#handWritten };
  }

  #option(key: string): Value | undefined {
    return this.#options?.kind === 'record' ? entry(this.#options, key)?.value : undefined;
  }

  /** Does the chain of promises turn errors into responses before anything is done to these in the end? */
  #catchesFirst(): boolean {
    const chain = this.around.events.flatMap((event) => (event.kind === 'call' && (this.#isOwnResponse(event.receiver) || event.args.some((arg) => this.#isOwnResponse(arg))) ? [event] : []));
    const caught = chain.findIndex(({ method }) => method === 'catch');
    const corsified = chain.findIndex(({ receiver, args }) => [receiver, ...args].some((value) => this.around.packages.roleOf(value)?.is === 'corsify'));
    return caught !== -1 && (corsified === -1 || caught < corsified);
  }

  #isOwnResponse(value: Value): boolean {
    const role = this.around.packages.roleOf(value);
    return role?.is === 'promise' && role.of === this.router;
  }

  /** `finally`, `.then(corsify)`, `corsify(response, request)`, and headers that are set on the response in the end. */
  #endingsOf(): readonly Ending[] {
    const own = listed(this.#option('finally')).flatMap((handler) => this.#ending(handler));
    const chained = this.around.events.flatMap((event): readonly Ending[] => {
      if (event.kind !== 'call') return [];
      const role = this.around.packages.roleOf(event.receiver);
      if (role?.is === 'corsify' && event.method === '' && event.args[0] !== undefined && this.#isOwnResponse(event.args[0])) return this.#corsified(event.receiver, event.args.length > 1);
      if (role?.is === 'headers' && role.of === this.router) return written(event.method, event.args, event.when, event.at);
      return event.method === 'then' && this.#isOwnResponse(event.receiver) ? event.args.flatMap((arg) => this.#ending(arg, false)) : [];
    });
    return [...own, ...chained];
  }

  #ending(handler: Value, knowsOrigin = true): readonly Ending[] {
    if (handler.kind === 'handle') return this.#corsified(handler, knowsOrigin);
    if (handler.kind !== 'function') return [];
    const response = this.around.packages.responseFor(this.router, handler.at);
    const events = handler.run([response, fetchRequest(handler.at, () => undefined)]);
    return events.flatMap((event): readonly Ending[] => {
      if (event.kind !== 'call') return [];
      const role = this.around.packages.roleOf(event.receiver);
      if (role?.is === 'headers') return written(event.method, event.args, event.when, event.at);
      return role?.is === 'corsify' && event.method === '' ? this.#corsified(event.receiver, event.args.length > 1) : [];
    });
  }

  #corsified(handler: Handle, knowsOrigin: boolean): readonly Ending[] {
    const role = this.around.packages.roleOf(handler);
    if (role?.is !== 'corsify') return [];
    return [{ do: 'corsify', cors: role.cors, knowsOrigin: role.cors.generation === 4 ? this.#isAskedFirst(role.cors) : knowsOrigin }];
  }

  /** `.finally(corsify)` of a promise: nothing is handed on there, and what is given back means nothing. */
  #failsInTheEnd(): boolean {
    const throws = (callback: Value): boolean => {
      if (callback.kind === 'function') return callback.run([]).some((event) => event.kind === 'call' && event.args[0]?.kind === 'nothing' && this.around.packages.roleOf(event.receiver)?.is === 'corsify');
      return this.around.packages.roleOf(callback)?.is === 'corsify';
    };
    return this.around.events.some((event) => event.kind === 'call' && event.method === 'finally' && this.#isOwnResponse(event.receiver) && event.args.some(throws));
  }

  /** Is `preflight` mounted? In version 4 it is what looks at the origin. */
  #isAskedFirst(cors: IttyCors): boolean {
    return this.around.events.some((event) => event.kind === 'call' && event.receiver === this.router && event.args.flatMap(listed).some((arg) => {
      const role = this.around.packages.roleOf(arg);
      return role?.is === 'preflight' && role.cors === cors;
    }));
  }

  #event(event: Event & { kind: 'call' | 'escape' }): void {
    if (event.kind === 'escape') {
      if (!/\b(serve|createServerAdapter|fetch|handle|addEventListener)\b/.test(event.detail)) this.#complete = false;
      if (/cors/i.test(event.detail)) this.#gaps.push({ at: event.at, reason: event.reason, message: `What ${event.detail.replace(/^the call of /, '')}() adds could not be followed.` });
      return;
    }
    const { method, at } = event;
    const [path, ...handlers] = event.args;
    if (path === undefined || /^(?:fetch|handle|then|catch|)$/.test(method)) return;
    const base = this.#option('base');
    const place = placeOf(base === undefined ? '' : base.kind === 'string' ? base.value : undefined, path, whenAll(this.outer, guardOf(event.when)), at);
    const methods = method === 'all' ? null : [method.toUpperCase()];
    const when = methods === null ? place.when : whenAll(place.when, { g: 'method', in: methods });
    const list = handlers.flatMap(listed);
    const reads = new Set<string>();
    list.forEach((handler, index) => this.#handler(handler, { ...place, when }, index === list.length - 1, reads));
    // What is mounted for all paths is middleware.
    const mounts = list.some((handler) => this.around.packages.roleOf(handler)?.is === 'router');
    if (method !== 'options' && !mounts && !(methods === null && place.sample === '/')) addProbe(this.#probes, { path: place.sample, methods, requestHeaders: [...(reads.has('body') ? ['content-type'] : []), ...(reads.has('authorization') ? ['authorization'] : [])], at });
  }

  #handler(handler: Value, place: Place, last: boolean, reads: Set<string>): void {
    switch (handler.kind) {
      case 'function':
        return this.#function(handler, place, reads);
      case 'handle':
        return this.#known(handler, place, last);
      case 'either':
        for (const option of handler.options) this.#handler(option.value, { ...place, when: whenAll(place.when, guardOf(option.when)) }, last, reads);
        return;
      case 'unknown':
        return this.#opaque(handler, place.when, last);
      default:
        if (last) this.#add(served(place.when, handler.at));
    }
  }

  #opaque(handler: UnknownValue, when: Guard, last: boolean): void {
    const { steps, gaps } = outOfView(handler, when, handler.at);
    this.#gaps.push(...gaps);
    this.#add(steps);
    if (last && steps.length === 0) this.#add(served(when, handler.at));
  }

  #known(handler: Handle, place: Place, last: boolean): void {
    const role = this.around.packages.roleOf(handler);
    if (role?.is === 'preflight') {
      this.#usesCors = true;
      const own = this.#endings.some((ending) => ending.do === 'corsify' && ending.cors === role.cors);
      const steps = ittyPreflight(role.cors, place.when, own);
      this.#steps.push(...(own ? steps : ended(steps, this.#endings)));
    } else if (role?.is === 'router' && this.depth > 0 && handler !== this.router) {
      const inner = routingOf(handler, place.when, this.around, this.depth - 1);
      this.#steps.push(...ended(inner.steps, this.#endings));
      for (const probe of inner.probes) addProbe(this.#probes, probe);
      this.#gaps.push(...inner.gaps);
      this.#complete &&= inner.complete;
      this.#usesCors ||= inner.usesCors;
      this.#handWritten ||= inner.handWritten;
    } else if (role?.is === 'error') this.#add([{ when: place.when, effects: [], end: { to: 'answer', status: 500 }, at: handler.at }]);
    else if (role === undefined && last) this.#add(served(place.when, handler.at));
  }

  /** A value that is given is the answer; where there is none the next handler is asked. */
  #function(handler: FunctionValue, place: Place, reads: Set<string>): void {
    const events = handler.run([fetchRequest(handler.at, (header) => reads.add(header))]);
    this.around.objects.follow(events);
    const passed: Condition[] = [];
    const steps: Step[] = [];
    let error: Value | undefined;
    for (const event of events) {
      // `throw new StatusError(403)`
      if (event.kind === 'call' && event.method === 'new') error = event.receiver.call('new', event.args, event.at) ?? error;
      if (event.kind === 'throw') steps.push(...this.#thrown(place.when, error, event.when, event.at));
      if (event.kind !== 'return') continue;
      for (const { when, value } of alternatives(event.value)) steps.push(...this.#answered(value, and(event.when, when), place.when, event.at, passed));
    }
    if (steps.some(({ effects }) => effects.length > 0)) this.#handWritten = true;
    const whole = unless(guardOf(or(...passed)));
    this.#add(isTautology(or(...passed)) ? steps : [...steps, ...served(whenAll(place.when, whole), handler.at)]);
  }

  #answered(value: Value, when: Condition, base: Guard, at: Span, passed: Condition[]): readonly Step[] {
    if (value.kind === 'nothing') {
      passed.push(when);
      return [];
    }
    const role = this.around.packages.roleOf(value);
    if (role?.is === 'answer') return restsOnData(when) ? [] : stepsFrom([{ do: 'status', status: role.status, when, at }, { do: 'end', when, at }], base);
    if (this.around.objects.isResponse(value) || (value.kind === 'unknown' && /cors|header|response/i.test(value.detail))) return this.around.objects.answers(value, when, base, at, 'next');
    return restsOnData(when) ? [] : served(whenAll(base, guardOf(when)), at);
  }

  #thrown(base: Guard, error: Value | undefined, when: Condition, at: Span): readonly Step[] {
    if (restsOnData(when)) return [];
    const role = error === undefined ? undefined : this.around.packages.roleOf(error);
    const status = role?.is === 'answer' && role.status.kind === 'number' ? role.status.value : 500;
    return stepsFrom([{ do: 'fail', status, ...(this.#catches ? {} : { fault: 'the handler throws, and no one makes a response of the error in time' }), when, at }], base);
  }

  #add(steps: readonly Step[]): void {
    this.#steps.push(...ended(steps, this.#endings));
  }

  /** No route in view answered: `AutoRouter` says 404, others what `finally` makes of nothing, else there is no response. */
  #without(): void {
    const { at } = this.router;
    if (!this.#complete) return this.#add([{ when: this.outer, effects: [], end: { to: 'behind' }, at }]);
    const made = [...listed(this.#option('missing')), ...listed(this.#option('finally'))].flatMap((callback) => (callback.kind === 'function' ? this.#madeOfNothing(callback) : []));
    if (made.length > 0) this.#add(made);
    else if (this.#auto) this.#add([{ when: this.outer, effects: [], end: { to: 'answer', status: 404 }, at }]);
    else if (this.outer.g === 'always') this.#steps.push({ when: this.outer, effects: [], end: { to: 'answer', status: 500, fault: 'no route answers, so there is no response' }, at });
  }

  #madeOfNothing(callback: FunctionValue): readonly Step[] {
    const events = callback.run([{ kind: 'nothing', what: 'undefined', at: callback.at }, fetchRequest(callback.at, () => undefined)]);
    this.around.objects.follow(events);
    return events.flatMap((event) => (event.kind === 'return' ? alternatives(event.value).flatMap(({ when, value }) => (value.kind === 'nothing' || value.kind === 'unknown' ? [] : this.#answered(value, and(event.when, when), this.outer, event.at, []))) : []));
  }
}

function written(method: string, [name, value]: readonly Value[], when: Condition, at: Span): readonly Ending[] {
  if (method !== 'set' && method !== 'append') return [];
  const actions: readonly ResponseAction[] = headerWrite(method, name, value, 'null-text', when, at);
  return actions.length === 0 ? [] : [{ do: 'write', actions }];
}

function listed(value: Value | undefined): readonly Value[] {
  return value === undefined || value.kind === 'nothing' ? [] : value.kind === 'list' ? value.items.flatMap(listed) : [value];
}
