import { actionsOf, exchange } from '../../middleware/express/exchange.js';
import { corsProgram } from '../../middleware/npm-cors.js';
import { sendsCors } from '../../middleware/readings.js';
import { effectOf, mergeSteps, served, stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { unless, whenAll, whenAny, type Gap, type Guard, type Note, type Probe, type Step } from '../../policy/program.js';
import { or } from '../../values/condition.js';
import { isTautology } from '../../values/decide.js';
import { factOf, unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import type { RestifyPackages } from './packages.js';
import { routePath } from './paths.js';
import { restifyExchange, restifyResponseCall } from './response.js';

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const VERBS: Readonly<Record<string, string>> = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', del: 'DELETE', head: 'HEAD', opts: 'OPTIONS' };

/** What a server does, in the order in which restify does it. */
export interface Stack {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  readonly notes: readonly Note[];
  readonly handWritten: boolean;
  /** A CORS package stands in it. */
  readonly usesCors: boolean;
}

/**
 * `server.pre` runs on every request; then the route is looked up, and what no route serves is answered 404 or 405;
 * `server.use` runs on the others, wherever it was written; last the handlers of the route.
 */
export function stackOf(server: Handle, packages: RestifyPackages, events: readonly Event[]): Stack {
  return new StackBuilder(packages, events.filter((event) => (event.kind === 'call' || event.kind === 'escape') && event.receiver === server)).build(server);
}

interface Route {
  readonly methods: readonly string[];
  readonly path: Guard;
  readonly when: Guard;
}

class StackBuilder {
  readonly #gaps: Gap[] = [];
  readonly #notes: Note[] = [];
  readonly #probes: Probe[] = [];
  readonly #heard = new Set<string>();
  #handWritten = false;
  #usesCors = false;

  constructor(
    private readonly packages: RestifyPackages,
    private readonly events: readonly Event[],
  ) {}

  build(server: Handle): Stack {
    const { at } = server;
    const routes = this.#calls().flatMap((event) => this.#routeOf(event));
    const matched = this.#matched(routes, at);
    const pre = this.#chain('pre', { g: 'always' });
    const use = this.#chain('use', matched);
    const inRoutes = routes.flatMap(({ route, event }) => this.#handlers(event, whenAll(route.path, route.when, { g: 'method', in: route.methods })));
    const refused = this.#calls().flatMap(({ method, args, when }) => (method === 'on' && args[0]?.kind === 'string' && args[0].value === 'MethodNotAllowed' && args[1]?.kind === 'function' ? [{ handler: args[1], when }] : []));
    const elsewhere = unless(matched);
    const known = whenAny(...routes.map(({ route }) => route.path), ...(this.#complete() ? [] : [OPTIONS]));
    const notAllowed = whenAll(elsewhere, known);
    const steps = [
      ...pre,
      ...refused.flatMap(({ handler, when }) => this.#function(handler, whenAll(notAllowed, guardOf(when)), new Set(), true)),
      { when: notAllowed, effects: [], end: { to: 'answer', status: 405 } as const, at },
      { when: elsewhere, effects: [], end: { to: 'answer', status: 404 } as const, at },
      ...use,
      ...inRoutes,
    ].filter(({ when }) => when.g !== 'never');
    return { steps: mergeSteps(steps), probes: this.#probes, gaps: this.#gaps, notes: this.#notes, handWritten: this.#handWritten, usesCors: this.#usesCors };
  }

  #calls(): readonly (Event & { kind: 'call' })[] {
    return this.events.filter((event): event is Event & { kind: 'call' } => event.kind === 'call');
  }

  /** All routes are in view: nobody else was given the server. */
  #complete(): boolean {
    return this.events.every(({ kind }) => kind !== 'escape') && this.#calls().some(({ method }) => Object.hasOwn(VERBS, method));
  }

  /** Requests that some route serves. Routes that are not in view serve everything but OPTIONS, which is left open. */
  #matched(routes: readonly { readonly route: Route }[], at: Handle['at']): Guard {
    const known = routes.map(({ route }) => whenAll(route.path, { g: 'method', in: route.methods }));
    if (this.#complete()) return whenAny(...known);
    const others = this.events.find(({ kind }) => kind === 'escape');
    const fact = factOf(unknown('function-call', 'routes that are not in view', others?.at ?? at));
    return whenAny(...known, unless(OPTIONS), ...(others === undefined ? [] : [{ g: 'fact', fact } as const]));
  }

  #routeOf(event: Event & { kind: 'call' }): readonly { readonly route: Route; readonly event: Event & { kind: 'call' } }[] {
    const method = Object.hasOwn(VERBS, event.method) ? VERBS[event.method] : undefined;
    const [path] = event.args;
    if (method === undefined || path === undefined) return [];
    return [{ route: { methods: [method], path: routePath(path).when, when: guardOf(event.when) }, event }];
  }

  #chain(name: 'pre' | 'use', base: Guard): readonly Step[] {
    return this.#calls().flatMap(({ method, args, when, at }) => (method === name ? flat(args).flatMap((handler) => this.#middleware(handler, whenAll(base, guardOf(when)), this.#heard, at)) : []));
  }

  #handlers({ method, args, at }: Event & { kind: 'call' }, when: Guard): readonly Step[] {
    const [path, ...handlers] = args;
    const reads = new Set<string>();
    const list = flat(handlers);
    const steps = list.flatMap((handler, index) => {
      if (handler.kind === 'function') return this.#function(handler, when, reads, index === list.length - 1);
      const known = this.#middleware(handler, when, reads, at);
      return index === list.length - 1 ? [...known, ...served(when, handler.at)] : known;
    });
    if (method !== 'opts' && path !== undefined) this.#probe(routePath(path).sample, VERBS[method]!, reads, at);
    return steps;
  }

  #middleware(handler: Value, when: Guard, reads: Set<string>, at: Handle['at']): readonly Step[] {
    if (handler.kind === 'function') return this.#function(handler, when, reads, false);
    if (handler.kind === 'either') return handler.options.flatMap((option) => this.#middleware(option.value, whenAll(when, guardOf(option.when)), reads, at));
    const npm = this.packages.npmCors(handler);
    const role = this.packages.roleOf(handler);
    if (npm !== undefined) {
      this.#usesCors = true;
      const program = corsProgram(npm.options, exchange(npm.at, false).request, when, npm.at);
      this.#notes.push(...program.notes.map((note) => ({ ...note, path: '/' })));
      return program.steps;
    }
    if (role?.is === 'cors') {
      this.#usesCors = true;
      return role.steps.map((step) => ({ ...step, when: whenAll(when, step.when) }));
    }
    if (role?.is === 'plugin' && role.parses) reads.add('body parser');
    if (handler.kind !== 'unknown' || !/\bcors|cors\b|[a-z]Cors/i.test(handler.detail)) return [];
    this.#gaps.push({ at, reason: handler.reason, message: `This CORS middleware depends on ${handler.detail}.` });
    return [{ when, effects: [effectOf('set', 'access-control-allow-origin', handler, at)], at }];
  }

  #function(handler: FunctionValue, when: Guard, reads: Set<string>, last: boolean): readonly Step[] {
    const given = restifyExchange(handler.at);
    const actions = actionsOf(handler, given, restifyResponseCall);
    for (const name of given.reads) reads.add(name);
    const steps = stepsFrom(actions, when);
    if (sendsCors(steps)) this.#handWritten = true;
    const goesOn = or(...actions.filter((action) => action.do === 'next').map((action) => action.when));
    if (last) return isTautology(goesOn) ? [...steps, ...served(when, handler.at)] : [...steps, ...served(whenAll(when, unless(guardOf(goesOn))), handler.at)];
    const settled = handler.isAsync || actions.some((action) => action.do === 'end' || action.do === 'next' || action.do === 'fail');
    return settled ? steps : [...steps, { when, effects: [], end: { to: 'behind' }, at: handler.at }];
  }

  #probe(path: string, method: string, reads: ReadonlySet<string>, at: Handle['at']): void {
    const needs = (name: string): boolean => reads.has(name) || this.#heard.has(name);
    const requestHeaders = [...(reads.has('body') && needs('body parser') ? ['content-type'] : []), ...(needs('authorization') ? ['authorization'] : [])];
    const index = this.#probes.findIndex((probe) => probe.path === path);
    const before = this.#probes[index];
    if (before === undefined) this.#probes.push({ path, methods: [method], requestHeaders, at });
    else this.#probes[index] = { ...before, methods: [...new Set([...(before.methods ?? []), method])], requestHeaders: [...new Set([...before.requestHeaders, ...requestHeaders])] };
  }
}

function flat(values: readonly Value[]): readonly Value[] {
  return values.flatMap((value) => (value.kind === 'list' ? flat(value.items) : [value]));
}
