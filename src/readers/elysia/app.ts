import type { Gap } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { and, TRUE, type Condition } from '../../values/condition.js';
import { entry, type Event, type FunctionValue, type Handle, type UnknownValue, type Value } from '../../values/value.js';
import type { ElysiaPackages } from './packages.js';
import { joinedPath, pathsIn, placeOf, type Place } from './paths.js';

/** Something that runs under a condition on facts: a branch of the program that sets up the app. */
export interface Part<Of> {
  readonly of: Of;
  readonly when: Condition;
  readonly at: Span;
}

export interface CorsPlugin {
  readonly kind: 'cors';
  readonly options: Value | undefined;
}

/** What stands before the router: a hook of the user's, or the plugin. */
export type Front = Part<FunctionValue | CorsPlugin | UnknownValue>;

export interface Hook extends Part<FunctionValue> {
  /** Whatever it returns is the response; else only what is made to be one. */
  readonly answers: boolean;
  /** Apps that use this one get it too. */
  readonly shared: boolean;
}

/** Hooks by when they run: before all others, before the handler, and behind it. */
export type Hooks = Readonly<Record<Phase, readonly Hook[]>>;
type Phase = 'transform' | 'before' | 'after';

export interface Route {
  readonly place: Place;
  /** Undefined for every method. */
  readonly method: string | undefined;
  readonly hooks: Hooks;
  readonly handler: Value | undefined;
  readonly when: Condition;
  readonly at: Span;
}

/** An app as its calls filled it. */
export interface App {
  /** What `app.headers()` was given, and the plugin, which calls it; a group keeps its own to itself. */
  readonly headers: readonly Part<Value | CorsPlugin>[];
  readonly front: readonly Front[];
  readonly routes: readonly Route[];
  /** Hooks for the routes that come later. */
  readonly hooks: Hooks;
  /** Routes below paths that lead to code that is not in view. */
  readonly unseen: readonly { readonly place: Place; readonly what: Value; readonly at: Span }[];
  readonly gaps: readonly Gap[];
  /** All routes are in view. */
  readonly complete: boolean;
}

const VERBS = new Set(['get', 'post', 'put', 'delete', 'patch', 'options', 'head', 'all', 'connect']);
const PHASES: Readonly<Record<string, Phase>> = { onTransform: 'transform', derive: 'transform', mapDerive: 'transform', onBeforeHandle: 'before', resolve: 'before', mapResolve: 'before', onAfterHandle: 'after', mapResponse: 'after' };

/** So many apps inside each other are followed. */
const MAX_NESTING = 8;

/** Reads an app, the apps that it uses included, from what the program did with it. `depth` is how deep it lies in others. */
export function appOf(target: Handle, events: readonly Event[], packages: ElysiaPackages, depth = 0): App {
  const builder = new AppBuilder(target, packages, events, depth);
  for (const event of events) builder.add(event);
  return builder.finish();
}

class AppBuilder {
  readonly #headers: Part<Value | CorsPlugin>[] = [];
  readonly #front: Front[] = [];
  readonly #routes: Route[] = [];
  /** Lists that routes share, as in Elysia itself. */
  #hooks: Readonly<Record<Phase, Hook[]>> = { transform: [], before: [], after: [] };
  readonly #unseen: { place: Place; what: Value; at: Span }[] = [];
  readonly #gaps: Gap[] = [];
  #complete = true;
  readonly #prefix: string | undefined;

  constructor(
    private readonly target: Handle,
    private readonly packages: ElysiaPackages,
    private readonly events: readonly Event[],
    private readonly depth: number,
  ) {
    const role = packages.roleOf(target);
    this.#prefix = role?.is === 'app' ? role.prefix : undefined;
  }

  finish(): App {
    return { headers: this.#headers, front: this.#front, routes: this.#routes, hooks: this.#hooks, unseen: this.#unseen, gaps: this.#gaps, complete: this.#complete };
  }

  add(event: Event): void {
    if (event.kind === 'escape' && event.receiver === this.target) {
      // Whoever is given the app may add routes; clients and servers only use it.
      if (!/\b(treaty|edenTreaty|edenFetch|handle|serve|createServer)\b/.test(event.detail)) this.#complete = false;
      if (/cors/i.test(event.detail)) this.#gaps.push({ at: event.at, reason: event.reason, message: `What ${event.detail.replace(/^the call of /, '')}() adds could not be followed.` });
    }
    if (event.kind !== 'call' || event.receiver !== this.target) return;
    const { method, at } = event;
    const [first, second, third] = event.args;
    if (method === 'use') for (const plugin of flat(event.args)) this.#use(plugin, event.when, at);
    else if (method === 'headers' && first !== undefined) this.#headers.push({ of: first, when: event.when, at });
    else if (method === 'onRequest') this.#front.push(...hooksIn(first, event.when, true));
    else if (PHASES[method] !== undefined) this.#hook(PHASES[method], event.args, event.when, method !== 'resolve' && method !== 'mapResolve');
    else if (method === 'as') for (const hooks of Object.values(this.#hooks)) hooks.splice(0, hooks.length, ...hooks.map((hook) => ({ ...hook, shared: true })));
    else if (VERBS.has(method)) this.#route(method === 'all' ? undefined : method.toUpperCase(), first, second, third, event.when, at);
    else if (method === 'route') this.#route(first?.kind === 'string' ? first.value.toUpperCase() : undefined, second, third, event.args[3], event.when, at);
    else if (method === 'group') this.#group(first, event.args.slice(1), event.when, at);
    else if (method === 'guard') this.#guard(event.args, event.when, at);
    else if (method === 'mount') this.#mount(first, second, at);
  }

  #hook(phase: Phase, args: readonly Value[], when: Condition, answers: boolean): void {
    const options = args.length > 1 ? args[0] : undefined;
    const as = options?.kind === 'record' ? entry(options, 'as')?.value : undefined;
    const shared = as?.kind === 'string' && as.value !== 'local';
    this.#hooks[phase].push(...hooksIn(args.at(-1), when, phase !== 'transform' && answers).map((hook) => ({ ...hook, shared })));
  }

  #route(method: string | undefined, path: Value | undefined, handler: Value | undefined, options: Value | undefined, when: Condition, at: Span): void {
    for (const one of path === undefined ? [] : flat([path]).flatMap(pathsIn)) {
      this.#put({ place: placeOf(this.#prefix, one, at), method, hooks: hooksFor(this.#hooks, hooksOf(options, TRUE)), handler, when, at });
    }
  }

  /** Of two routes for one method and path the later stands; in the outermost app the earlier, if the path has parameters. */
  #put(route: Route): void {
    const { written } = route.place;
    const index = route.when.c !== 'true' || written === undefined ? -1 : this.#routes.findIndex(({ method, place }) => method === route.method && place.written === written);
    if (index === -1) this.#routes.push(route);
    else if (this.depth > 0 || !/[:*]/.test(written ?? '')) this.#routes[index] = route;
  }

  #use(plugin: Value, when: Condition, at: Span): void {
    if (plugin.kind === 'either') {
      for (const option of plugin.options) this.#use(option.value, and(when, option.when), at);
      return;
    }
    if (plugin.kind === 'function') return this.#run(plugin, [this.target], when, this);
    if (plugin.kind === 'record') {
      // What `import('./plugin')` gives.
      const whole = entry(plugin, 'default')?.value;
      if (whole !== undefined) this.#use(whole, when, at);
      return;
    }
    const role = this.packages.roleOf(plugin);
    if (role?.is === 'cors') {
      const part: Part<CorsPlugin> = { of: { kind: 'cors', options: role.options }, when, at: role.at };
      this.#headers.push(part);
      this.#front.push(part);
    } else if (role?.is === 'app' && plugin.kind === 'handle' && this.depth < MAX_NESTING && plugin !== this.target) this.#takeOver(appOf(plugin, this.events, this.packages, this.depth + 1), when);
    else if (plugin.kind === 'unknown') this.#unknown(plugin, when, at);
  }

  /** An app that is used: where it has hooks, those here come into a new list with what it shares. */
  #takeOver(inner: App, when: Condition): void {
    this.#merge(inner, this.#prefix, when);
    const shared = (phase: Phase): Hook[] => inner.hooks[phase].filter((hook) => hook.shared).map((hook) => ({ ...hook, when: and(when, hook.when) }));
    this.#hooks = perPhase((phase) => (inner.hooks[phase].length === 0 ? this.#hooks[phase] : [...this.#hooks[phase], ...shared(phase)]));
  }

  #unknown(plugin: UnknownValue, when: Condition, at: Span): void {
    this.#complete = false;
    if (!/\bcors|cors\b|[a-z]Cors/.test(plugin.detail)) return;
    this.#gaps.push({ at, reason: plugin.reason, message: `This CORS plugin depends on ${plugin.detail}.` });
    this.#front.push({ of: plugin, when, at });
  }

  /** What a function does with the app that it is given. */
  #run(callee: FunctionValue, args: readonly Value[], when: Condition, into: AppBuilder): void {
    const events = callee.run(args);
    this.packages.objects.follow(events);
    for (const event of events) into.add({ ...event, when: and(when, event.when) });
  }

  /** `group('/v1', app => …)`: its hooks and headers stay inside, what stands before the router does not. */
  #group(path: Value | undefined, args: readonly Value[], when: Condition, at: Span): void {
    const callee = args.at(-1);
    if (callee?.kind !== 'function') return;
    const prefix = this.#prefix === undefined || path?.kind !== 'string' ? undefined : joinedPath(this.#prefix, path.value);
    this.#inside(callee, prefix, args.length > 1 ? args[0] : undefined, when, at);
  }

  /** `guard({ beforeHandle }, app => …)`; without a function it is for the routes that come later. */
  #guard(args: readonly Value[], when: Condition, at: Span): void {
    const callee = args.at(-1);
    if (callee?.kind === 'function') return this.#inside(callee, this.#prefix, args.length > 1 ? args[0] : undefined, when, at);
    const hooks = hooksOf(args[0], when);
    for (const phase of phases) this.#hooks[phase].push(...hooks[phase]);
  }

  #inside(callee: FunctionValue, prefix: string | undefined, options: Value | undefined, when: Condition, at: Span): void {
    if (this.depth === MAX_NESTING) return;
    const handle = this.packages.appFor(prefix, callee.at);
    const inner = new AppBuilder(handle, this.packages, this.events, this.depth + 1);
    this.#run(callee, [handle], TRUE, inner);
    const app = inner.finish();
    const around = hooksOf(options, TRUE);
    this.#merge({ ...app, headers: [], routes: app.routes.map((route) => ({ ...route, hooks: hooksFor(around, route.hooks) })) }, '', when);
    if (prefix === undefined) this.#unseen.push({ place: placeOf(undefined, undefined, at), what: { kind: 'nothing', what: 'undefined', at }, at });
  }

  /** Takes over an app that is used: its routes get the hooks that stand here already. */
  #merge(inner: App, prefix: string | undefined, when: Condition): void {
    const within = <Of extends { readonly when: Condition }>(part: Of): Of => ({ ...part, when: and(when, part.when) });
    this.#headers.push(...inner.headers.map(within));
    this.#front.push(...inner.front.map(within));
    for (const route of inner.routes) {
      const place = prefix === '' ? route.place : prefix === undefined || route.place.written === undefined ? { ...route.place, when: placeOf(undefined, undefined, route.at).when, written: undefined } : placeOf(prefix, { kind: 'string', value: route.place.written, at: route.at }, route.at);
      this.#put(within({ ...route, place, hooks: hooksFor(this.#hooks, route.hooks) }));
    }
    this.#unseen.push(...inner.unseen);
    this.#gaps.push(...inner.gaps);
    this.#complete &&= inner.complete;
  }

  /** What is mounted serves its path and everything below. */
  #mount(path: Value | undefined, other: Value | undefined, at: Span): void {
    const text = path?.kind === 'string' ? path.value : '';
    for (const below of [text, joinedPath(text, '*')]) this.#unseen.push({ place: placeOf(this.#prefix, { kind: 'string', value: below, at }, at), what: other ?? path ?? { kind: 'nothing', what: 'undefined', at }, at });
  }
}

/** Keys of the options of routes and guards. */
const KEYS: Readonly<Record<Phase, readonly string[]>> = { transform: ['transform'], before: ['beforeHandle'], after: ['afterHandle', 'mapResponse'] };
const phases = ['transform', 'before', 'after'] as const;

function perPhase<Of>(of: (phase: Phase) => Of): Readonly<Record<Phase, Of>> {
  return { transform: of('transform'), before: of('before'), after: of('after') };
}

/**
 * Hooks of an app for a route that has its own or none. A route without any shares the app's list, if there is one yet:
 * hooks that the app gets later reach it too.
 */
function hooksFor(ofApp: Hooks, own: Hooks): Hooks {
  return perPhase((phase) => (ofApp[phase].length === 0 ? own[phase] : own[phase].length === 0 ? ofApp[phase] : [...ofApp[phase], ...own[phase]]));
}

function hooksOf(options: Value | undefined, when: Condition): Hooks {
  return perPhase((phase) => (options?.kind === 'record' ? KEYS[phase].flatMap((key) => hooksIn(entry(options, key)?.value, when, phase !== 'transform')) : []));
}

function hooksIn(value: Value | undefined, when: Condition, answers: boolean): readonly Hook[] {
  return value === undefined ? [] : flat([value]).flatMap((one) => (one.kind === 'function' ? [{ of: one, when, at: one.at, answers, shared: false }] : []));
}

function flat(values: readonly Value[]): readonly Value[] {
  return values.flatMap((value) => (value.kind === 'list' ? flat(value.items) : [value]));
}
