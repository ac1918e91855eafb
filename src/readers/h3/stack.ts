import { corsProgram } from '../../middleware/npm-cors.js';
import { outOfView } from '../../middleware/out-of-view.js';
import { addProbe } from '../../middleware/probes.js';
import { mergeSteps, served } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { whenAll, whenAny, type Gap, type Guard, type Probe, type Step } from '../../policy/program.js';
import { nodeRequest } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { entry, factOf, type Event, type Handle, type UnknownValue, type Value } from '../../values/value.js';
import { follow, type Following, type Setting } from './follow.js';
import type { Role } from './packages.js';
import { below, beginningWith, breadth, fitting, type Place } from './paths.js';
import { ruleSteps } from './route-rules.js';

const VERBS = new Set(['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace', 'connect', 'query']);

/** What an app or a router does with a request. */
export interface Stack {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  /** All routes are in view. */
  readonly complete: boolean;
  readonly handWritten: boolean;
  readonly usesCors: boolean;
}

export interface Surroundings extends Following {
  readonly events: readonly Event[];
}

/** Reads an app at the place where it is mounted. `depth` ends apps that contain themselves. */
export function stackOf(target: Handle, place: Place, around: Surroundings, depth: number): Stack {
  return new Builder(around, depth).app(target, place).finish();
}

/** A handler by itself, as a file-system router mounts it. */
export function handlerAt(handler: Value, place: Place, result: Setting['result'], methods: readonly string[] | null, around: Surroundings): Stack {
  const builder = new Builder(around, 1);
  if (result === 'ends') builder.layer(handler, place, handler.at);
  else builder.route(handler, place, methods, result, handler.at);
  return builder.finish();
}

class Builder {
  /** Middleware; in version 1 also what is mounted, in order. */
  readonly #steps: Step[] = [];
  readonly #routes: { readonly pattern: string; readonly place: readonly Guard[]; readonly steps: readonly Step[] }[] = [];
  readonly #probes: Probe[] = [];
  readonly #gaps: Gap[] = [];
  /** Request headers that layers in front ask of every request. */
  readonly #heard = new Set<string>();
  /** `createRouter({ preemptive: true })`: whoever gets there is answered, if only with 404 or 405. */
  #preemptive: { readonly when: Guard; readonly at: Span } | undefined;
  #complete = true;
  #handWritten = false;
  #usesCors = false;

  constructor(
    private readonly around: Surroundings,
    private readonly depth: number,
  ) {}

  finish(): Stack {
    const preemptive = this.#preemptive;
    if (preemptive !== undefined) {
      const refused = (when: Guard, status: number): Step => ({ when, effects: [], end: { to: 'answer', status }, at: preemptive.at });
      const routed = this.#routes.flatMap(({ place }) => place);
      this.#routes.push({ pattern: '/**/**/**', place: [], steps: [refused(whenAny(...routed), 405), refused(preemptive.when, 404)] });
    }
    const routes = [...this.#routes].sort((a, b) => breadth(a.pattern) - breadth(b.pattern)).flatMap(({ steps }) => steps);
    return { steps: mergeSteps([...this.#steps, ...routes]), probes: this.#probes, gaps: this.#gaps, complete: this.#complete, handWritten: this.#handWritten, usesCors: this.#usesCors };
  }

  app(target: Handle, place: Place): this {
    const role = this.around.packages.roleOf(target);
    const options = role?.is === 'app' || role?.is === 'router' ? role.options : undefined;
    const option = (key: string): Value | undefined => (options?.kind === 'record' ? entry(options, key)?.value : undefined);
    const hook = option('onRequest');
    if (hook !== undefined) this.#function(hook, { base: place.when, mounted: false, result: 'ignored' }, this.#heard);
    const preemptive = option('preemptive');
    if (role?.is === 'router' && preemptive?.kind === 'boolean' && preemptive.value) this.#preemptive = { when: place.when, at: target.at };
    for (const event of this.around.events) if ((event.kind === 'call' || event.kind === 'escape') && event.receiver === target) this.#event(event, role?.is === 'router', place);
    return this;
  }

  #event(event: Event & { kind: 'call' | 'escape' }, router: boolean, outer: Place): void {
    if (event.kind === 'escape') {
      // Whoever is given the app may add to it; servers only run it.
      if (!/\b(serve|listen|toNodeListener|toWebHandler|toPlainHandler|toNodeHandler|createServer)\b/.test(event.detail)) this.#complete = false;
      if (/cors/i.test(event.detail)) this.#gaps.push({ at: event.at, reason: event.reason, message: `What ${event.detail.replace(/^the call of /, '')}() adds could not be followed.` });
      return;
    }
    const place = { ...outer, when: whenAll(outer.when, guardOf(event.when)) };
    const { method, args, at } = event;
    const [first, second, third] = args;
    if (method === 'use' && !router) return this.#use(args, place, at);
    if (method === 'use' || method === 'add' || method === 'all') return this.#verb(first, second, method === 'all' ? undefined : third, third, place, at);
    if (method === 'on') return this.#verb(second, third, first, args[3], place, at);
    if (VERBS.has(method)) return this.#verb(first, second, { kind: 'string', value: method, at }, third, place, at);
    if (method === 'mount' && second !== undefined) return this.#mount(second, below(first, place), at);
    const registered = method === 'register' && first !== undefined ? this.around.packages.roleOf(first) : undefined;
    if (registered?.is !== 'route') return;
    const part = (key: string): Value | undefined => entry(registered.route, key)?.value;
    this.#verb(part('route'), part('handler'), part('method'), registered.route, place, at);
  }

  /** `app.use(path?, handler, options?)`, `app.use({ route, handler })`; lists of paths and handlers in version 1. */
  #use(args: readonly Value[], outer: Place, at: Span): void {
    const [first, second, third] = args;
    if (first === undefined) return;
    if (first.kind === 'record') {
      const handler = entry(first, 'handler')?.value;
      if (handler !== undefined) this.#layered(handler, entry(first, 'route')?.value, first, outer, at);
      return;
    }
    const hasPath = first.kind === 'string' || (first.kind === 'list' && first.items.every(({ kind }) => kind === 'string')) || (second !== undefined && ['env', 'concat', 'unknown'].includes(first.kind) && second.kind !== 'record');
    for (const path of hasPath ? flat(first) : [undefined]) for (const handler of flat(hasPath ? second : first)) this.#layered(handler, path, hasPath ? third : second, outer, at);
  }

  #layered(handler: Value, path: Value | undefined, options: Value | undefined, outer: Place, at: Span): void {
    const mounts = this.#isApp(handler);
    const place = this.around.major === 1 ? beginningWith(path, outer) : mounts ? below(path, outer) : { ...fitting(path, outer, 2), base: outer.base };
    const conditions: Guard[] = [place.when];
    const given = (key: string): Value | undefined => (options?.kind === 'record' ? entry(options, key)?.value : undefined);
    const [method, match] = [given('method'), given('match')];
    if (method?.kind === 'string') conditions.push({ g: 'method', in: /^get$/i.test(method.value) ? ['GET', 'HEAD'] : [method.value.toUpperCase()] });
    if (match !== undefined) conditions.push({ g: 'fact', fact: factOf({ kind: 'unknown', reason: 'function-call', detail: 'a match function', at: match.at }) });
    const narrowed = { ...place, when: whenAll(...conditions) };
    if (mounts) this.#mount(handler, narrowed, at);
    else this.layer(handler, narrowed, at);
  }

  #isApp(value: Value): boolean {
    const is = this.around.packages.roleOf(value)?.is;
    return is === 'app' || is === 'router';
  }

  /** Middleware, and in version 1 any handler that is not in a router: a value that it returns ends the request. */
  layer(handler: Value, place: Place, at: Span): void {
    switch (handler.kind) {
      case 'function':
        if (place.sample === '/') this.#function(handler, this.#setting(place, 'ends'), this.#heard);
        else this.#answering(handler, place, at);
        return;
      case 'either':
        for (const option of handler.options) this.layer(option.value, { ...place, when: whenAll(place.when, guardOf(option.when)) }, at);
        return;
      case 'handle':
        return this.#known(handler, this.around.packages.roleOf(handler), place, at);
      case 'unknown':
        return this.#opaque(handler, place.when, at);
    }
  }

  /** Behind a path of its own stands whoever answers there. */
  #answering(handler: Value, place: Place, at: Span): void {
    const reads = new Set<string>();
    if (this.#function(handler, this.#setting(place, 'answers or falls'), reads)) this.#probe(place.sample, null, reads, at);
  }

  #known(handler: Handle, role: Role | undefined, place: Place, at: Span): void {
    if (role?.is === 'handler') {
      for (const before of role.before) this.#before(before, place, at);
      this.layer(role.main, place, at);
    } else if (role?.is === 'app' || role?.is === 'router') this.#mount(handler, place, at);
    else if (role?.is === 'based') {
      const inner = below(role.base, place);
      if (this.#isApp(role.inner)) this.#mount(role.inner, inner, at);
      else this.layer(role.inner, inner, at);
    } else if (role?.is === 'npm-cors') {
      this.#usesCors = true;
      this.#steps.push(...corsProgram(role.options, nodeRequest(role.at, () => undefined, () => undefined), place.when, role.at).steps);
    } else if (role?.is === 'rules') {
      this.#usesCors = true;
      this.#steps.push(...ruleSteps(role.rules, 2, place.when).steps);
    } else if (role === undefined) this.#opaque({ kind: 'unknown', reason: 'function-call', detail: handler.name, at }, place.when, at);
  }

  /** Hooks of version 1 answer by sending; middleware of version 2 by what it returns. */
  #before(hook: Value, place: Place, at: Span): void {
    if (hook.kind === 'function') this.#function(hook, this.#setting(place, this.around.major === 1 ? 'ignored' : 'ends'), new Set());
    else this.layer(hook, place, at);
  }

  #mount(inner: Value, place: Place, at: Span): void {
    if (inner.kind !== 'handle' || !this.#isApp(inner)) return this.layer(inner, place, at);
    if (this.depth === 0) return;
    const stack = new Builder(this.around, this.depth - 1).app(inner, place);
    this.#take(stack.finish(), stack);
  }

  #take(inner: Stack, builder: Builder): void {
    if (this.around.major === 1) this.#steps.push(...inner.steps);
    else {
      this.#steps.push(...builder.#steps);
      this.#routes.push(...builder.#routes);
    }
    for (const probe of inner.probes) this.#probe(probe.path, probe.methods, new Set(probe.requestHeaders), probe.at);
    this.#gaps.push(...inner.gaps);
    this.#complete &&= inner.complete;
    this.#handWritten ||= inner.handWritten;
    this.#usesCors ||= inner.usesCors;
  }

  #verb(path: Value | undefined, handler: Value | undefined, method: Value | undefined, options: Value | undefined, outer: Place, at: Span): void {
    if (handler === undefined) return;
    const names = (method === undefined || method.kind === 'nothing' ? [] : flat(method)).flatMap((one) => (one.kind === 'string' && one.value !== '' && !/^all$/i.test(one.value) ? [one.value.toUpperCase()] : []));
    // Version 2 serves HEAD by what serves GET.
    const methods = names.length === 0 ? null : this.around.major === 2 && names.includes('GET') ? [...new Set([...names, 'HEAD'])] : names;
    const place = fitting(path ?? { kind: 'string', value: '/', at }, outer, this.around.major);
    const middleware = options?.kind === 'record' ? entry(options, 'middleware')?.value : undefined;
    const guarded = methods === null ? place.when : whenAll(place.when, { g: 'method', in: methods });
    // What a route does stands with the routes, not with the middleware.
    const before = this.#steps.length;
    for (const one of flat(middleware)) this.layer(one, { ...place, when: guarded }, at);
    this.route(handler, place, methods, this.around.major === 1 && this.#preemptive === undefined ? 'answers or falls' : 'answers', at);
    this.#routes.push({ pattern: path?.kind === 'string' ? path.value : '/**', place: [place.when], steps: this.#steps.splice(before) });
  }

  /** The last handler of a path. */
  route(handler: Value, place: Place, methods: readonly string[] | null, result: Setting['result'], at: Span): void {
    const when = methods === null ? place.when : whenAll(place.when, { g: 'method', in: methods });
    const reads = new Set<string>();
    this.#answer(handler, { ...place, when }, result, reads, at);
    if (methods?.every((method) => method === 'OPTIONS') !== true) this.#probe(place.sample, methods, reads, at);
  }

  #answer(handler: Value, place: Place, result: Setting['result'], reads: Set<string>, at: Span): void {
    const role = this.around.packages.roleOf(handler);
    if (handler.kind === 'function') {
      this.#function(handler, this.#setting(place, result), reads);
      return;
    }
    if (role?.is === 'handler') {
      for (const before of role.before) this.#before(before, place, at);
      return this.#answer(role.main, place, result, reads, at);
    }
    if (role !== undefined) return this.layer(handler, place, at);
    if (handler.kind === 'either') {
      for (const option of handler.options) this.#answer(option.value, { ...place, when: whenAll(place.when, guardOf(option.when)) }, result, reads, at);
      return;
    }
    this.#steps.push(...served(place.when, handler.at));
  }

  #setting(place: Place, result: Setting['result']): Setting {
    return { base: place.when, mounted: place.base !== '' && place.base !== undefined, result };
  }

  /** Follows a function; does it answer at all? */
  #function(callee: Value, setting: Setting, reads: Set<string>): boolean {
    if (callee.kind !== 'function') return false;
    const followed = follow(callee, setting, this.around);
    this.#steps.push(...followed.steps);
    this.#gaps.push(...followed.gaps);
    this.#handWritten ||= followed.handWritten;
    this.#usesCors ||= followed.usesCors;
    for (const name of followed.reads) if (!name.startsWith('access-control-') && name !== 'origin') reads.add(name);
    return followed.answers;
  }

  #probe(path: string, methods: readonly string[] | null, reads: ReadonlySet<string>, at: Span): void {
    const authorization = reads.has('authorization') || this.#heard.has('authorization');
    const requestHeaders = [...(reads.has('body') || reads.has('content-type') ? ['content-type'] : []), ...(authorization ? ['authorization'] : [])];
    addProbe(this.#probes, { path, methods, requestHeaders, at });
  }

  /** What is named after routes serves some of the requests. */
  #opaque(handler: UnknownValue, when: Guard, at: Span): void {
    const { steps, gaps } = outOfView(handler, when, at);
    this.#steps.push(...steps);
    this.#gaps.push(...gaps);
    if (steps.length > 0 || !/rout|api|handler/i.test(handler.detail)) return;
    this.#steps.push({ when: whenAll(when, { g: 'fact', fact: { ...factOf(handler), detail: `whether ${handler.detail} serves the request` } }), effects: [], end: { to: 'behind' }, at });
    this.#complete = false;
  }
}

function flat(value: Value | undefined): readonly Value[] {
  return value === undefined ? [] : value.kind === 'list' ? value.items.flatMap((item) => flat(item)) : [value];
}
