import { mergeSteps } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { whenAll, whenAny, ALWAYS, type Gap, type Guard, type Note, type Probe, type Step } from '../../policy/program.js';
import { moduleAt, type EstreeModule } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Event, type FunctionValue, type Handle, type UnknownValue, type Value } from '../../values/value.js';
import { placeOf, ROOT, type Place } from '../express/paths.js';
import { koa1CorsProgram } from '../koa1-cors.js';
import { koa2CorsProgram } from '../koa2-cors.js';
import { koaCorsProgram, type KoaCorsCall } from '../koa-cors.js';
import { ignoredCredentials } from '../options.js';
import { outOfView } from '../out-of-view.js';
import { addProbe } from '../probes.js';
import { neededHeaders, UNSEEN } from '../request-reads.js';
import { FilledInOrder } from '../registered-late.js';
import { isFrom } from '../version.js';
import { contextFor, type Context, type Missing } from './context.js';
import { servicesOf } from './feathers.js';
import { handlerOf } from './handler.js';
import { errorHandler, Onion } from './onion.js';
import type { CorsPackage, KoaPackages } from './packages.js';
import { flat, layersOf, methodGuard } from './routes.js';

/** So many apps, compositions and choices inside each other are followed. */
const MAX_NESTING = 8;

/** What an app does, in the order of its middlewares. */
export interface Stack {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  readonly notes: readonly Note[];
  /** All routes are in view. */
  readonly complete: boolean;
  readonly handWritten: boolean;
  /** A CORS package stands in it, whatever it sends. */
  readonly usesCors: boolean;
  /** What anything in it reads of requests. */
  readonly asked: ReadonlySet<string>;
  /** Headers reach the answers to errors that are thrown behind. */
  readonly survivesErrors: boolean;
}

export interface Surroundings {
  readonly packages: KoaPackages;
  readonly events: readonly Event[];
  readonly module: EstreeModule;
  /** Version of a package, where the repository says it. */
  readonly versionOf: (name: string) => string | undefined;
}

/** Reads an app, or a router by itself. What answers requests that nobody in view answers is said by `behind`. */
export function stackOf(target: Handle, around: Surroundings): Stack {
  const builder = new StackBuilder(around);
  const role = around.packages.roleOf(target);
  if (role?.is === 'router') builder.routes(target, ROOT);
  else builder.app(target, ROOT);
  return builder.finish(target.at);
}

class StackBuilder {
  readonly #onion = new Onion();
  readonly #probes: Probe[] = [];
  readonly #gaps: Gap[] = [];
  readonly #notes: Note[] = [];
  /** What middleware in front reads of every request. */
  readonly #heard = new Set<string>();
  readonly #asked = new Set<string>();
  #complete = true;
  #handWritten = false;
  #usesCors = false;
  #depth = 0;

  readonly #missing: Missing;

  constructor(private readonly around: Surroundings) {
    this.#missing = isFrom(around.versionOf('koa'), '3') ? 'throw' : 'text';
  }

  #context(at: Span, place: Place): Context {
    return contextFor(at, place.prefix !== '', this.#missing);
  }

  finish(at: Span): Stack {
    if (this.#complete && this.#probes.length > 0) this.#onion.end(ALWAYS, false, at);
    else this.#onion.leave(ALWAYS, at);
    return { steps: mergeSteps(this.#onion.steps), probes: this.#probes, gaps: this.#gaps, notes: this.#notes, complete: this.#complete, handWritten: this.#handWritten, usesCors: this.#usesCors, survivesErrors: this.#onion.survivesErrors, asked: new Set([...this.#asked, ...this.#heard]) };
  }

  app(target: Handle, place: Place): void {
    const order = new FilledInOrder();
    for (const event of this.around.events) {
      if ((event.kind !== 'call' && event.kind !== 'escape') || event.receiver !== target) continue;
      if (event.kind === 'escape') this.#escaped(event);
      else if (event.method === 'configure') this.#configure(target, event.args[0]);
      // Koa takes one middleware at a time, and overlooks what else it is given.
      else if (event.method === 'use') for (const handler of flat(event.args.slice(0, 1))) this.#inOrder(order, event.at, true, () => this.#middleware(handler, within(place, guardOf(event.when)), event.at));
    }
  }

  /** Adds what is registered at a place, and notes what it comes too late for. */
  #inOrder(order: FilledInOrder, at: Span, covers: boolean, add: () => void): void {
    const [steps, probes] = [this.#onion.steps.length, this.#probes.length];
    add();
    this.#notes.push(...order.add(at, this.#probes.slice(probes), covers ? this.#onion.steps.slice(steps) : []));
  }

  routes(router: Handle, outer: Place): void {
    const { layers, complete, escapes } = layersOf(router, outer, this.around.packages, this.around.events);
    for (const event of escapes) this.#escaped(event);
    const matched = complete ? whenAny(...layers.flatMap(({ place, methods }) => (methods === undefined ? [] : [whenAll(place.when, methodGuard(methods))]))) : outer.when;
    const order = new FilledInOrder();
    for (const { place, methods, handlers, at } of layers) {
      if (methods === undefined) {
        for (const handler of handlers) this.#inOrder(order, at, true, () => this.#middleware(handler, within(place, matched), at));
        continue;
      }
      const reads = new Set<string>();
      const whole = within(place, methodGuard(methods));
      this.#onion.apart(() => handlers.map((handler, index) => this.#handler(handler, whole, index === handlers.length - 1, reads, at)).every((goesOn) => goesOn));
      const inView = !reads.has(UNSEEN) && handlers.every((handler) => handler.kind === 'function' || this.around.packages.roleOf(handler) !== undefined);
      if (!inView) reads.add(UNSEEN);
      if (methods?.includes('OPTIONS') !== true) this.#inOrder(order, at, false, () => this.#probe(place, methods, reads, at, inView));
    }
  }

  /** `app.configure(rest())`. Feathers refuses OPTIONS of a service with an error of its own. */
  #configure(app: Handle, by: Value | undefined): void {
    if (by?.kind === 'unknown' && !/socket/i.test(by.detail)) this.#complete = false;
    if (this.around.packages.roleOf(by)?.is !== 'rest') return;
    for (const { when, path, methods, at } of servicesOf(app, this.around.events)) {
      this.#onion.act({ do: 'fail', status: 405, fault: 'the service has no method for OPTIONS', when: { c: 'true' }, at }, whenAll(when, methodGuard(['OPTIONS'])));
      this.#onion.take([{ when: whenAll(when, methodGuard(['POST'])), effects: [], end: { to: 'answer', status: 201 }, at }]);
      this.#onion.end(when, true, at);
      this.#probe({ ...ROOT, sample: path }, methods, new Set(['body']), at);
    }
  }

  #escaped(event: Event & { kind: 'escape' }): void {
    // Whoever is given the app may add middleware and routes; servers only run it.
    if (!/\b(?:listen|callback|createServer|createSecureServer|serverless|request|supertest|agent)\b/.test(event.detail)) this.#complete = false;
    if (/cors/i.test(event.detail)) this.#gaps.push({ at: event.at, reason: event.reason, message: `What ${event.detail.replace(/^the call of /, '')}() adds could not be followed.` });
  }

  /** One of the handlers of a route: may a request go on behind it? */
  #handler(handler: Value, place: Place, last: boolean, reads: Set<string>, at: Span): boolean {
    if (handler.kind === 'function') return this.#function(handler, place, last, reads);
    if (handler.kind === 'handle' || handler.kind === 'either') this.#middleware(handler, place, at);
    else if (last) this.#onion.end(place.when, true, handler.at);
    else if (handler.kind === 'unknown') this.#opaque(handler, place.when, at);
    return handler.kind === 'handle' || handler.kind === 'either' || !last;
  }

  #middleware(handler: Value, place: Place, at: Span): void {
    if (this.#depth >= MAX_NESTING) return;
    this.#depth++;
    this.#one(handler, place, at);
    this.#depth--;
  }

  #one(handler: Value, place: Place, at: Span): void {
    switch (handler.kind) {
      case 'function':
        this.#function(handler, place, false, place.sample === '' ? this.#heard : new Set());
        return;
      case 'handle':
        return this.#known(handler, place, at);
      case 'either':
        for (const option of handler.options) this.#middleware(option.value, within(place, guardOf(option.when)), at);
        return;
      case 'unknown':
        if (/route|\bapi\b|controller/i.test(handler.detail)) this.#unseen(handler, place, at);
        else this.#opaque(handler, place.when, at);
    }
  }

  #known(handler: Handle, place: Place, at: Span): void {
    const { packages, events } = this.around;
    const role = packages.roleOf(handler);
    switch (role?.is) {
      case 'cors':
        this.#usesCors = true;
        // The older packages heed only `true`.
        if (role.of === 'koa2-cors' || role.of === 'koa-cors') this.#notes.push(...ignoredCredentials(role.options, place.sample === '' ? '/' : place.sample));
        return this.#cors(role.of, { options: role.options, context: this.#context(role.at, place).ctx, base: place.when, at: role.at, missing: this.#missing });
      case 'routes':
        return this.routes(role.router, place);
      case 'allowed-methods': {
        const { layers } = layersOf(role.router, place, packages, events);
        const allows = whenAny(...layers.flatMap((layer) => (layer.methods === undefined ? [] : [layer.place.when])));
        return this.#onion.wait({ when: place.when, outward: [], thrown: undefined, allows });
      }
      case 'composed': {
        const inner = role.path === undefined ? place : within(placeOf(role.path, false, place, undefined), place.when);
        for (const one of flat(role.list)) this.#middleware(one, inner, at);
        return;
      }
      case 'app':
        return this.app(handler, place);
      case 'route': {
        const verb = role.method.toUpperCase();
        const methods = verb === 'ALL' ? null : verb === 'GET' ? ['GET', 'HEAD'] : [verb];
        const inner = within(placeOf(role.path, true, place, undefined), whenAll(place.when, methodGuard(methods)));
        const reads = new Set<string>();
        if (role.handler !== undefined) this.#handler(role.handler, inner, true, reads, at);
        if (verb !== 'OPTIONS') this.#probe(inner, methods, reads, at);
        return;
      }
      case 'log-in':
        this.#heard.add('authorization');
        this.#onion.act({ do: 'fail', status: 401, fault: 'no one is logged in', when: { c: 'not', of: { c: 'present', value: { kind: 'request', part: 'header', header: 'authorization', at }, at } }, at }, place.when);
        return;
      case 'error-handler':
        return this.#onion.wait({ ...errorHandler(at), when: place.when });
      case 'harmless':
        if (role.reads !== undefined) this.#heard.add(role.reads);
        return;
      case undefined:
        this.#opaque(unknown('function-call', handler.name, at), place.when, at);
    }
  }

  #cors(of: CorsPackage, call: KoaCorsCall): void {
    const version = this.around.versionOf(of);
    // `kcors` ended at 2.2: what came after is `@koa/cors`.
    const program = of === 'koa2-cors' ? koa2CorsProgram(call) : of === 'koa-cors' ? koa1CorsProgram(call) : koaCorsProgram(call, of === 'kcors' ? (version ?? '2.2') : version);
    this.#onion.take(program.steps);
    this.#onion.keep(program.kept);
  }

  /** May a request go on behind it? */
  #function(handler: FunctionValue, place: Place, route: boolean, reads: Set<string>): boolean {
    const text = moduleAt(this.around.module, handler.at.file)?.source.text.slice(handler.at.start, handler.at.end) ?? '';
    const context = this.#context(handler.at, place);
    const given = handlerOf(handler, context, route, text);
    for (const name of context.reads) reads.add(name);
    if ([...given.inward, ...given.outward, ...(given.thrown?.actions ?? [])].some((action) => action.do === 'header' && /^(?:access-control-|vary$)/.test(action.name))) this.#handWritten = true;
    this.#onion.pass(given, place.when, route, handler.at, ({ middleware, when, at }) => this.#middleware(middleware, within(place, guardOf(when)), at));
    return given.goesOn.c !== 'false';
  }

  #probe({ sample }: Place, methods: readonly string[] | null, reads: ReadonlySet<string>, at: Span, inView = false): void {
    for (const name of reads) this.#asked.add(name);
    const all = new Set([...reads, ...this.#heard]);
    addProbe(this.#probes, { path: sample === '' ? '/' : sample, methods, requestHeaders: neededHeaders(all, reads.has('body') && all.has('body parser')), ...(inView ? { inView } : {}), at });
  }

  /** Routes that are not in view: whether they serve a request is not known. */
  #unseen(what: UnknownValue, place: Place, at: Span): void {
    const fact = { ...factOf(what), detail: `whether ${what.detail} serves the request` };
    this.#onion.leave(whenAll(place.when, { g: 'fact', fact }), at);
    this.#probe(place, null, new Set([UNSEEN]), at);
    this.#complete = false;
  }

  #opaque(handler: UnknownValue, when: Guard, at: Span): void {
    const { steps, gaps } = outOfView(handler, when, at);
    this.#asked.add(UNSEEN);
    this.#onion.take(steps);
    this.#gaps.push(...gaps);
  }
}

function within(place: Place, condition: Guard): Place {
  return { ...place, when: whenAll(condition, place.when) };
}
