import { allOf } from '../../middleware/koa/guards.js';
import { restsOnData } from '../../middleware/out-of-view.js';
import { addProbe } from '../../middleware/probes.js';
import { WrittenResponse } from '../../middleware/written-response.js';
import { mergeSteps } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Gap, type Guard, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { and, not, or } from '../../values/condition.js';
import { unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import { actionsIn, ownResponse, type BottleAction, type OwnResponse } from './exchange.js';
import type { BottlePackages } from './packages.js';
import { registeredAt, type BottleRoute, type Registered } from './routes.js';

export interface BottleProgram {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  readonly handWritten: boolean;
}

/**
 * The answers of an app (bottle.py, `Bottle._handle` and `_cast`; read and measured in 0.12.25 and 0.13.4). Hooks run
 * around every request, plugins around routes only. An `HTTPResponse`, errors and unknown paths included, throws away what was
 * written on `bottle.response`. Since 0.13 hooks named `after_request` run behind that and reach it (`keepsHooks`);
 * before, they came too early. An exception of another kind loses everything.
 */
export function bottleProgram(app: Handle, packages: BottlePackages, events: readonly Event[], keepsHooks: boolean): BottleProgram {
  const builder = new Builder(registeredAt(app, packages, events), packages, events, keepsHooks);
  builder.read(app);
  return programOf(builder);
}

/** A plugin or a decorator by itself: what it does around a route, whichever that is. */
export function pluginProgram(plugin: Value, app: Handle, packages: BottlePackages, events: readonly Event[], keepsHooks: boolean): BottleProgram {
  const builder = new Builder({ routes: [], hooks: [], errors: [], plugins: [{ plugin, when: ALWAYS, at: app.at }], inner: [], complete: false }, packages, events, keepsHooks);
  builder.around({ when: ALWAYS, isStatic: false, sample: undefined, method: 'ANY', callback: undefined, plugins: [], skips: false, owner: app, at: app.at });
  return programOf(builder);
}

function programOf(builder: Builder): BottleProgram {
  return {
    steps: mergeSteps(builder.response.steps),
    probes: builder.probes,
    gaps: builder.gaps,
    handWritten: builder.handWritten,
  };
}

class Builder {
  readonly response = new WrittenResponse();
  readonly probes: Probe[] = [];
  readonly gaps: Gap[] = [];
  handWritten = false;

  constructor(
    private readonly registered: Registered,
    private readonly packages: BottlePackages,
    private readonly events: readonly Event[],
    private readonly keepsHooks: boolean,
  ) {}

  read(app: Handle): void {
    const { routes, hooks, complete } = this.registered;
    for (const { name, callback, when } of hooks) if (name === 'before_request') this.#call(callback, when, false);
    for (const route of ordered(routes)) this.#route(route);
    const at = app.at;
    if (!complete || routes.length === 0) {
      this.#after(ALWAYS);
      this.response.take([{ when: ALWAYS, effects: [], end: { to: 'behind' }, at }]);
      return;
    }
    const known = whenAny(...routes.map(({ when }) => when));
    this.#reply({ status: { kind: 'number', value: 405, at }, writes: [], isError: true }, known, at);
    this.#reply({ status: { kind: 'number', value: 404, at }, writes: [], isError: true }, unless(known), at);
  }

  /** A route whose own answer is not known. */
  around(route: BottleRoute): void {
    this.#open = true;
    this.#route(route);
  }

  #open = false;

  #route(route: BottleRoute): void {
    const { when, method, callback, at } = route;
    const methods = method === 'GET' ? ['GET', 'HEAD'] : [method];
    const reached = method === 'ANY' || method === 'PROXY' ? when : allOf(when, { g: 'method', in: methods });
    const mark = new Set(this.packages.reads);
    this.packages.reads.clear();
    const whole = this.#wrapped(callback, route);
    if (whole === undefined) this.#finish(reached, at);
    else this.#call(whole, reached, true, at);
    const reads = [...this.packages.reads];
    for (const name of mark) this.packages.reads.add(name);
    if (method === 'OPTIONS' || route.sample === undefined) return;
    const needs = [...(reads.includes('body') ? ['content-type'] : []), ...(this.packages.reads.has('authorization') ? ['authorization'] : [])];
    addProbe(this.probes, { path: route.sample, methods: method === 'ANY' ? null : methods, requestHeaders: needs, ...(whole === undefined ? {} : { inView: true as const }), at });
  }

  /** The plugins of the app, outermost first, and those of the route lie around its function. */
  #wrapped(callback: Value | undefined, { plugins: own, skips, method, at }: BottleRoute): FunctionValue | undefined {
    const plugins = skips ? [] : [...this.registered.plugins.map(({ plugin }) => plugin), ...own];
    // Another object than the project's function: whatever calls it follows it.
    const inner: FunctionValue = callback?.kind === 'function' ? { ...callback } : { kind: 'function', parameters: 0, isAsync: false, at, run: () => [] };
    if (callback?.kind !== 'function' && plugins.length === 0) return undefined;
    const route: Handle = { kind: 'handle', name: 'route', at, get: (property) => (property === 'method' ? { kind: 'string', value: method, at } : undefined), call: () => undefined };
    return plugins.reduceRight<FunctionValue>((around, plugin) => this.#applied(plugin, around, route), inner);
  }

  /** What a plugin makes of a function: a decorator, or an object with `apply`. */
  #applied(plugin: Value, callback: FunctionValue, route: Handle): FunctionValue {
    const apply = plugin.kind === 'handle' ? plugin.get('apply') : undefined;
    const made = apply?.kind === 'function' ? apply.run([callback, route]) : plugin.kind === 'function' ? plugin.run([callback]) : undefined;
    if (made === undefined) {
      if (plugin.kind === 'unknown' && /cors/i.test(plugin.detail)) this.gaps.push({ at: plugin.at, reason: plugin.reason, message: `This plugin depends on ${plugin.detail}.` });
      return callback;
    }
    const returned = made.flatMap((event) => (event.kind === 'return' && event.value.kind === 'function' ? [{ when: event.when, callee: event.value }] : []));
    const [first] = returned;
    if (first === undefined) return callback;
    return { ...first.callee, run: (args, keywords) => returned.flatMap(({ when, callee }) => callee.run(args, keywords).map((event) => ({ ...event, when: and(when, event.when) }))) };
  }

  /** A hook, or (`route`) what makes the answer. */
  #call(callback: Value, base: Guard, route: boolean, at: Span = callback.at): void {
    if (callback.kind !== 'function') {
      if (route) this.#finish(base, at);
      return;
    }
    const events = callback.run([]);
    // What is written on responses that were made when the module was loaded counts, too.
    for (const action of actionsIn(events, this.packages)) {
      if (route && action.do !== 'header' && action.do !== 'reply' && restsOnData(action.when)) continue;
      if (route && action.do === 'reply' && action.with.isError && restsOnData(action.when)) continue;
      this.#do(action, base);
    }
    if (!route) return;
    for (const event of events) {
      if (event.kind !== 'return') continue;
      const reached = allOf(base, guardOf(event.when));
      for (const { when, value } of optionsOf(event.value)) {
        const own = ownResponse(value, [...this.events, ...events], this.packages);
        const here = allOf(reached, when);
        if (own === undefined) this.#finish(here, event.at);
        else this.#reply(own, here, event.at);
      }
    }
    this.#finish(allOf(base, guardOf(not(or(...events.flatMap((event) => (event.kind === 'return' || event.kind === 'throw' ? [event.when] : [])))))), at);
  }

  #do(action: BottleAction, base: Guard): void {
    const when = allOf(base, guardOf(action.when));
    if (when.g === 'never') return;
    switch (action.do) {
      case 'header':
        if (/^(?:access-control-|vary$)/.test(action.name)) this.handWritten = true;
        return this.response.write(action, base, () => undefined);
      case 'status':
        return this.response.status(action.status, when);
      case 'reply':
        return this.#reply(action.with, when, action.at);
      case 'redirect':
        if (this.keepsHooks) this.#after(when);
        return this.response.answer(when, action.status, action.at);
      case 'fail':
        return this.#lost(when, action.at, action.fault ?? '');
      case 'end':
      case 'next':
    }
  }

  /** The answer that `bottle.response` has become. */
  #finish(when: Guard, at: Span): void {
    if (when.g === 'never') return;
    this.#after(when);
    if (this.#open) this.response.take([{ when, effects: [], end: { to: 'behind' }, at }]);
    else this.response.send(when, at);
  }

  #reply(own: OwnResponse, when: Guard, at: Span): void {
    if (when.g === 'never') return;
    if (!this.keepsHooks) this.#after(when);
    this.response.clear(when, at);
    const status: Value = own.status ?? { kind: 'number', value: own.isError ? 500 : 200, at };
    for (const action of own.writes) this.#do(action, when);
    this.response.status(status, when);
    if (this.keepsHooks) this.#after(when);
    if (own.isError && status.kind === 'number') this.#handled(status.value, when, at);
    this.response.send(when, at);
  }

  /** An exception that is no `HTTPResponse`: hooks have run, and what they wrote is gone. */
  #lost(when: Guard, at: Span, fault: string): void {
    this.response.clear(when, at);
    this.response.status({ kind: 'number', value: 500, at }, when);
    this.#handled(500, when, at);
    this.response.answer(when, 500, at, fault);
  }

  /** `@app.error(404)`: it may write headers, or answer with a response of its own. */
  #handled(status: number, base: Guard, at: Span): void {
    for (const { status: handled, callback, when } of this.registered.errors) {
      if (handled !== status || callback.kind !== 'function') continue;
      const reached = allOf(base, when);
      const events = callback.run([unknown('parameter', 'the error', at)]);
      for (const action of actionsIn(events, this.packages)) if (action.do === 'header' || action.do === 'status') this.#do(action, reached);
      for (const event of events) {
        const own = event.kind === 'return' ? ownResponse(event.value, [...this.events, ...events], this.packages) : undefined;
        if (own === undefined) continue;
        const here = allOf(reached, guardOf(event.when));
        this.response.clear(here, at);
        for (const action of own.writes) this.#do(action, here);
        this.response.status(own.status ?? { kind: 'number', value: own.isError ? 500 : 200, at }, here);
        this.response.send(here, event.at);
      }
    }
  }

  /** Hooks that run last, the latest first since 0.12 (bottle.py, `Bottle.__hook_reversed`). */
  #after(base: Guard): void {
    for (const { name, callback, when } of [...this.registered.hooks].reverse()) {
      if (name !== 'after_request' || callback.kind !== 'function') continue;
      const reached = allOf(base, when);
      for (const action of actionsIn(callback.run([]), this.packages)) if (action.do === 'header' || action.do === 'status') this.#do(action, reached);
    }
  }
}

function optionsOf(value: Value): readonly { readonly when: Guard; readonly value: Value }[] {
  return value.kind === 'either' ? value.options.flatMap((option) => optionsOf(option.value).map((inner) => ({ when: whenAll(guardOf(option.when), inner.when), value: inner.value }))) : [{ when: ALWAYS, value }];
}

/** The order in which the router asks: a method's own routes before `ANY`, static paths before wildcards (bottle.py, `Router.match`). */
function ordered(routes: readonly BottleRoute[]): readonly BottleRoute[] {
  const rank = ({ method, isStatic }: BottleRoute): number => (method === 'PROXY' ? 0 : method === 'ANY' ? 4 : method === 'GET' ? 2 : 1) * 2 + (isStatic ? 0 : 1);
  // A later static route of the same path and method replaces the earlier one.
  return [...routes].map((route, index) => ({ route, index })).sort((a, b) => rank(a.route) - rank(b.route) || (a.route.isStatic && b.route.isStatic ? b.index - a.index : a.index - b.index)).map(({ route }) => route);
}
