import { ABSENT } from '../../origins/origin-set.js';
import { corsProgram } from '../npm-cors.js';
import { outOfView, restsOnData } from '../out-of-view.js';
import { addProbe } from '../probes.js';
import { sendsCors } from '../readings.js';
import { neededHeaders, UNSEEN } from '../request-reads.js';
import { FilledInOrder } from '../registered-late.js';
import { mergeSteps, served, stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { NEVER, unless, whenAll, whenAny, type Gap, type Guard, type Note, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { or, type Condition } from '../../values/condition.js';
import { isTautology } from '../../values/decide.js';
import type { ResponseAction } from '../../values/response-action.js';
import { entry, factOf, unknown, type Event, type FunctionValue, type Handle, type UnknownValue, type Value } from '../../values/value.js';
import type { Endpoint } from './endpoints.js';
import { withErrorHandler } from './errors.js';
import { exchange, expressActions, expressResponseCall, proxyActions, stepwise } from './exchange.js';
import { EXPRESS, type Flavour } from './flavours.js';
import type { ExpressPackages, Role } from './packages.js';
import { mountedBy } from './occurrences.js';
import { placeOf, type Place } from './paths.js';

const VERBS = new Set(['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'all', 'trace', 'connect', 'propfind', 'report']);

/** Statuses of answers that are a file; without one the request goes on. */
const OF_FILES = [200, 206, 304];

/** What the stack of an app or a router does, in the order of its layers. */
export interface Stack {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  readonly notes: readonly Note[];
  /** All routes are in view. */
  readonly complete: boolean;
  readonly handWritten: boolean;
  /** npm `cors` stands in it, whatever it sends. */
  readonly usesCors: boolean;
  readonly heard: ReadonlySet<string>;
  /** What anything in it reads of requests. */
  readonly asked: ReadonlySet<string>;
  /** A path without a route may be that of a file. */
  readonly servesFiles: boolean;
}

export interface Surroundings {
  readonly packages: ExpressPackages;
  readonly events: readonly Event[];
  /** Express's major version, where the repository says it. */
  readonly major: number | undefined;
  /** What middleware in front reads of every request. */
  readonly heard: ReadonlySet<string>;
}

/** Reads one stack at the place where it is mounted, from what was done with it. `depth` ends stacks that contain themselves. */
export function stackOf(target: Handle, outer: Place, around: Surroundings, depth: number, done: readonly Event[]): Stack {
  const role = around.packages.roleOf(target);
  const flavour = role?.is === 'app' ? role.of : EXPRESS;
  const builder = new StackBuilder(target, outer, around, depth, flavour);
  const own = done.flatMap((event) => (event.kind === 'call' || event.kind === 'escape' ? [event] : []));
  const isUse = (event: Event): boolean => event.kind === 'call' && event.method === 'use';
  for (const event of flavour.middlewareFirst ? [...own.filter(isUse), ...own.filter((event) => !isUse(event))] : own) builder.add(event);
  return builder.finish();
}

class StackBuilder {
  #steps: Step[] = [];
  readonly #probes: Probe[] = [];
  readonly #gaps: Gap[] = [];
  readonly #notes: Note[] = [];
  /** Where OPTIONS is answered by the router itself, because a route serves other methods there. */
  readonly #served: Guard[] = [];
  #complete = true;
  #handWritten = false;
  #usesCors = false;
  #servesFiles = false;
  readonly #asked = new Set<string>();
  /** What is being added. */
  #mounting: Event | undefined;
  readonly #heard: Set<string>;
  readonly #order = new FilledInOrder();

  constructor(
    private readonly target: Handle,
    private readonly outer: Place,
    private readonly around: Surroundings,
    private readonly depth: number,
    private readonly flavour: Flavour,
  ) {
    this.#heard = new Set(around.heard);
  }

  add(event: Event & { kind: 'call' | 'escape' }): void {
    if (event.kind === 'escape') {
      // Whoever is given the app may add routes and middleware.
      this.#complete = false;
      if (/cors/i.test(event.detail)) this.#gaps.push({ at: event.at, reason: event.reason, message: `What ${event.detail.replace(/^the call of /, '')}() adds could not be followed.` });
      return;
    }
    const condition = guardOf(event.when);
    this.#mounting = event;
    const [steps, probes] = [this.#steps.length, this.#probes.length];
    if (event.method === 'use') this.#use(event, condition);
    else if (event.method === 'route') this.#route(event, condition);
    else if (VERBS.has(event.method) && !(event.method === 'get' && event.args.length < 2)) this.#verb(event.method, event.args[0], event.args.slice(1), condition, event.at);
    this.#notes.push(...this.#order.add(event.at, this.#probes.slice(probes), event.method === 'use' ? this.#steps.slice(steps) : []));
  }

  finish(): Stack {
    if (this.#served.length > 0 && this.flavour.answersForRoutes) this.#steps.push({ when: whenAll({ g: 'method', in: ['OPTIONS'] }, whenAny(...this.#served)), effects: [], end: { to: 'answer', status: 200 }, at: this.target.at });
    return { steps: mergeSteps(this.#steps), probes: this.#probes, gaps: this.#gaps, notes: this.#notes, complete: this.#complete, handWritten: this.#handWritten, usesCors: this.#usesCors, heard: this.#heard, asked: new Set([...this.#asked, ...this.#heard]), servesFiles: this.#servesFiles };
  }

  #place(path: Value | undefined, whole: boolean, condition: Guard, at: Span): Place {
    const place = placeOf(path, whole, this.outer, this.around.major);
    if (place.refused) this.#steps.push({ when: { g: 'always' }, effects: [], end: { to: 'answer', status: 0, fault: 'Express 5 refuses this path when the app starts' }, at: path?.at ?? at });
    return { ...place, when: whenAll(condition, place.when) };
  }

  #use(event: Event & { kind: 'call' }, condition: Guard): void {
    const [first, ...others] = event.args;
    const hasPath = first !== undefined && (first.kind === 'string' || first.kind === 'regex' || (first.kind === 'list' && first.items.length > 0 && first.items.every(({ kind }) => kind === 'string' || kind === 'regex')) || (others.length > 0 && ['env', 'concat', 'unknown'].includes(first.kind)));
    const place = this.#place(hasPath ? first : undefined, false, condition, event.at);
    for (const handler of flat(hasPath ? others : event.args)) this.#middleware(handler, place, hasPath && place.prefix !== '' && first.kind === 'string', event.at);
  }

  #route(event: Event & { kind: 'call' }, condition: Guard): void {
    const route = this.around.events.filter((candidate): candidate is Event & { kind: 'call' } => candidate.kind === 'call' && this.#isRouteOf(candidate, event));
    for (const { method, args, when, at } of route) if (VERBS.has(method)) this.#verb(method, event.args[0], args, whenAll(condition, guardOf(when)), at);
  }

  #isRouteOf(candidate: Event & { kind: 'call' }, made: Event & { kind: 'call' }): boolean {
    return candidate.receiver === made.receiver.call('route', made.args, made.at);
  }

  #verb(verb: string, path: Value | undefined, handlers: readonly Value[], condition: Guard, at: Span): void {
    const method = verb.toUpperCase();
    const place = this.#place(path, true, condition, at);
    const methods = verb === 'all' ? undefined : verb === 'get' && this.flavour.answersForRoutes ? ['GET', 'HEAD'] : [method];
    const when = methods === undefined ? place.when : whenAll(place.when, { g: 'method', in: methods });
    const list = flat(handlers);
    const reads = new Set<string>();
    list.forEach((handler, index) => this.#handler(handler, { ...place, when }, index === list.length - 1, reads, at));
    if (methods !== undefined && verb !== 'options') this.#served.push(place.when);
    const inView = list.length > 0 && !reads.has(UNSEEN) && list.every((handler) => handler.kind === 'function' || (handler.kind === 'handle' && this.around.packages.roleOf(handler) !== undefined));
    if (!inView) reads.add(UNSEEN);
    if (verb !== 'options') this.#probe(place.sample, methods ?? null, reads, at, inView);
  }

  #probe(path: string, methods: readonly string[] | null, reads: ReadonlySet<string>, at: Span, inView = false): void {
    for (const name of reads) this.#asked.add(name);
    const all = new Set([...reads, ...this.#heard]);
    // A parser of forms beside that of JSON: a page may send either.
    const json = all.has('json parser') && !all.has('body parser') && reads.has('body');
    addProbe(this.#probes, { path, methods, requestHeaders: neededHeaders(all, json), ...(inView ? { inView } : {}), at });
  }

  #handler(handler: Value, place: Place, last: boolean, reads: Set<string>, at: Span): void {
    if (handler.kind === 'function') {
      this.#function(handler, place, reads, last);
      return;
    }
    if (handler.kind === 'handle' && this.around.packages.roleOf(handler) !== undefined) {
      this.#middleware(handler, place, false, at);
      return;
    }
    if (last) this.#steps.push(...served(place.when, handler.at));
    else if (handler.kind === 'unknown') this.#opaque(handler, place.when, at);
  }

  #function(handler: FunctionValue, place: Place, reads: Set<string>, route: boolean): void {
    const given = exchange(handler.at, this.outer.prefix !== '');
    const all = stepwise(handler, given, expressResponseCall);
    for (const name of given.reads) reads.add(name);
    let told: ResponseAction[] = [];
    const tell = (): void => {
      const steps = stepsFrom(told, place.when);
      if (sendsCors(steps)) this.#handWritten = true;
      this.#steps.push(...steps);
      told = [];
    };
    for (const action of all) {
      if (action.do === 'run') {
        tell();
        this.#middleware(action.middleware, { ...place, when: whenAll(place.when, guardOf(action.when)) }, false, action.at);
        // In a handler, what depends on data and not on the request is one of its ordinary answers.
      } else if (!route || action.do === 'header' || !restsOnData(action.when)) told.push(action);
    }
    tell();
    const when = (...what: readonly ResponseAction['do'][]): readonly Condition[] => all.flatMap((action) => (action.do !== 'run' && what.includes(action.do) ? [action.when] : []));
    if (route) {
      const goesOn = or(...when('next'));
      if (!isTautology(goesOn)) this.#steps.push(...served(whenAll(place.when, unless(guardOf(goesOn))), handler.at));
    } else if (when('end', 'next', 'fail').length === 0) this.#steps.push({ when: place.when, effects: [], end: { to: 'behind' }, at: handler.at });
  }

  #middleware(handler: Value, place: Place, mounted: boolean, at: Span): void {
    switch (handler.kind) {
      case 'function':
        // Four parameters make an error handler.
        if (handler.parameters < 4) this.#function(handler, place, place.sample === this.outer.sample ? this.#heard : new Set(), false);
        else this.#steps = [...withErrorHandler(this.#steps, handler, place.when)];
        return;
      case 'handle':
        return this.#known(handler, place, at);
      case 'either':
        for (const option of handler.options) this.#middleware(option.value, { ...place, when: whenAll(place.when, guardOf(option.when)) }, mounted, at);
        return;
      case 'unknown':
        if (mounted || /route|api|controller/i.test(handler.detail)) return this.#unknownRouter(handler, place, at);
        this.#opaque(handler, place.when, at);
        return;
      case 'record':
        if (mounted && this.flavour.mountsServices) this.#service(place, at);
    }
  }

  /** A service of Feathers: what it returns goes out through `res.format`, which says that it depends on `Accept`. */
  #service(place: Place, at: Span): void {
    this.#steps.push({ when: place.when, effects: [{ op: 'append', header: 'vary', value: { v: 'literal', text: 'Accept', at, written: false }, statuses: [200, 201], at }], at });
    this.#probe(place.sample, null, new Set(), at);
    this.#complete = false;
  }

  #endpoint({ options, effects, methods, requestHeaders }: Endpoint, place: Place, at: Span): void {
    const asked: Guard = { g: 'method', in: ['OPTIONS'] };
    if (effects.length > 0) this.#steps.push({ when: whenAll(place.when, unless({ g: 'method', in: ['HEAD'] })), effects, at });
    this.#steps.push({ when: whenAll(place.when, asked), effects: [], end: { to: 'answer', status: options }, at }, { when: place.when, effects: [], end: { to: 'behind' }, at });
    addProbe(this.#probes, { path: place.sample === '' ? '/' : place.sample, methods, requestHeaders, at });
  }

  /** Files: below a mount of their own it is one of them that is asked for; elsewhere nobody knows whether there is one. */
  #static(setHeaders: Value | undefined, place: Place, at: Span): void {
    this.#servesFiles = true;
    if (setHeaders?.kind !== 'function') return;
    const given = exchange(at, false);
    const actions = expressActions({ ...setHeaders, run: ([, response]) => setHeaders.run(response === undefined ? [] : [response]) }, given);
    const own = place.sample !== this.outer.sample;
    const there: Guard = own ? { g: 'always' } : { g: 'fact', fact: factOf(unknown('database-or-io', 'whether there is a file', at)) };
    const when = whenAll(place.when, { g: 'method', in: ['GET', 'HEAD'] }, there);
    const steps = stepsFrom(actions, when);
    if (sendsCors(steps)) this.#handWritten = true;
    this.#steps.push(...steps.map((step) => ({ ...step, effects: step.effects.map((effect) => ({ ...effect, statuses: OF_FILES })) })), { when, effects: [], end: { to: 'behind' }, at });
    const isPublic = this.#steps.every(({ end }) => end?.to !== 'answer' || end.unauthenticated === undefined);
    if (own) addProbe(this.#probes, { path: `${place.sample}/x`, methods: ['GET', 'HEAD'], requestHeaders: [], ...(isPublic ? { publicAsset: true } : {}), at });
  }

  /** A package asks who the client is: with 401 where the request shows nothing. */
  #logIn({ by, options }: Role & { is: 'log-in' }, place: Place, at: Span): void {
    this.#heard.add('authorization');
    const { passes, reports } = LOG_INS[by];
    const nothing = whenAll(place.when, { g: 'header', name: 'authorization', in: ABSENT }, { g: 'header', name: 'cookie', in: ABSENT }, unless(passes));
    if (!isOptional(options)) this.#steps.push({ when: nothing, effects: [], end: { to: 'answer', status: 401, ...(reports ? { fault: 'no one is logged in' } : {}), unauthenticated: true }, at });
  }

  /** What stands behind a proxy answers, OPTIONS too. */
  #proxy(hook: Value | undefined, place: Place, at: Span): void {
    const steps = hook?.kind === 'function' ? stepsFrom(proxyActions(hook), place.when) : [];
    if (sendsCors(steps)) this.#handWritten = true;
    this.#steps.push(...steps, { when: place.when, effects: [], end: { to: 'behind' }, at });
    addProbe(this.#probes, { path: place.sample === '' ? '/' : place.sample, methods: null, requestHeaders: [], at });
    this.#complete = false;
  }

  #known(handler: Handle, place: Place, at: Span): void {
    const role = this.around.packages.roleOf(handler);
    if (role?.is === 'parser') this.#heard.add(role.json ? 'json parser' : 'body parser');
    if (role?.is === 'cookies') this.#heard.add('cookies');
    if (role?.is === 'log-in') this.#logIn(role, place, at);
    else if (role?.is === 'cors') {
      this.#usesCors = true;
      const program = corsProgram(role.options, exchange(role.at, this.outer.prefix !== '').request, place.when, role.at);
      this.#steps.push(...program.steps);
      this.#notes.push(...program.notes.map((note) => ({ ...note, path: place.sample === '' ? '/' : place.sample })));
    } else if ((role?.is === 'router' || role?.is === 'app') && this.depth > 0) {
      const done = mountedBy(this.#mounting, handler, this.around.events);
      if (done === undefined) return this.#unclear(handler, place, at);
      const inner = stackOf(handler, { ...place, refused: false }, { ...this.around, heard: this.#heard }, this.depth - 1, done);
      this.#steps.push(...inner.steps.map((step) => ({ ...step, when: whenAll(place.when, step.when) })));
      for (const probe of inner.probes) addProbe(this.#probes, probe);
      this.#gaps.push(...inner.gaps);
      this.#notes.push(...inner.notes);
      this.#complete &&= inner.complete;
      this.#handWritten ||= inner.handWritten;
      this.#usesCors ||= inner.usesCors;
      this.#servesFiles ||= inner.servesFiles;
      for (const name of inner.asked) this.#asked.add(name);
      for (const name of inner.heard) if (place.sample === this.outer.sample) this.#heard.add(name);
    } else if (role?.is === 'endpoint') this.#endpoint(role.endpoint, place, at);
    else if (role?.is === 'static') this.#static(role.setHeaders, place, at);
    else if (role?.is === 'proxy') this.#proxy(role.hook, place, at);
    else if (role === undefined) this.#opaque(unknown('function-call', handler.name, at), place.when, at);
  }

  #unclear(handler: Handle, place: Place, at: Span): void {
    this.#unknownRouter(unknown('function-call', 'a router that is made more than once', handler.at), place, at);
    if (this.around.events.some((event) => event.kind === 'call' && event.receiver === handler && event.args.some((arg) => arg.kind === 'handle' && this.around.packages.roleOf(arg)?.is === 'cors'))) {
      this.#gaps.push({ at, reason: 'function-call', message: 'This router is made more than once, each time with another CORS: which of them is mounted here could not be followed.' });
    }
  }

  /** Routes that are not in view: whether they serve a request is not known. */
  #unknownRouter(handler: UnknownValue, place: Place, at: Span): void {
    const fact = { ...factOf(handler), detail: `whether ${handler.detail} serves the request` };
    this.#steps.push({ when: whenAll(place.when, { g: 'fact', fact }), effects: [], end: { to: 'behind' }, at });
    this.#asked.add(UNSEEN);
    this.#probe(place.sample === '' ? '/' : place.sample, null, new Set(), at);
    this.#complete = false;
  }

  #opaque(handler: UnknownValue, when: Guard, at: Span): void {
    const { steps, gaps } = outOfView(handler, when, at);
    if (!HARMLESS.test(handler.detail)) this.#asked.add(UNSEEN);
    this.#steps.push(...steps);
    this.#gaps.push(...gaps);
  }
}

/** What is known to let every request through, and to look at no cookies. */
const HARMLESS = /\b(?:helmet|morgan|compression|rateLimit|limiter|favicon|responseTime|logger|pino|hpp|timeout|requestId)\w*\b/i;

/** express-jwt lets preflights pass that ask for `Authorization`, as those of all requests do that it lets pass; `reports`: the refusal is an error, which an error handler may answer. */
const LOG_INS: Readonly<Record<(Role & { is: 'log-in' })['by'], { readonly passes: Guard; readonly reports: boolean }>> = {
  'express-jwt': { passes: { g: 'method', in: ['OPTIONS'] }, reports: true },
  'express-oauth2-jwt-bearer': { passes: NEVER, reports: true },
  'express-basic-auth': { passes: NEVER, reports: false },
  passport: { passes: NEVER, reports: false },
};

/** Options under which requests without credentials go on, or which are not known. */
function isOptional(options: Value | undefined): boolean {
  if (options?.kind !== 'record') return options !== undefined && options.kind !== 'nothing';
  return options.rest !== undefined || options.entries.some(({ key, value }) => ['credentialsRequired', 'authRequired'].includes(key) && !(value.kind === 'boolean' && value.value)) || ['getToken', 'failureRedirect', 'failWithError'].some((key) => entry(options, key) !== undefined);
}

function flat(values: readonly Value[]): readonly Value[] {
  return values.flatMap((value) => (value.kind === 'list' ? flat(value.items) : [value]));
}
