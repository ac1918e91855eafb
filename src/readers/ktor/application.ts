import { addProbe } from '../../middleware/probes.js';
import { refusalsFirst, refusesToStart } from '../../middleware/start-up.js';
import { templatePath } from '../../middleware/template-paths.js';
import { isFrom } from '../../middleware/version.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, whenAll, whenAny, type Guard, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import type { Event, FunctionValue, Handle, Value } from '../../values/value.js';
import { ktorCors, type KtorCors } from './cors-config.js';
import { corsPlugin } from './cors-plugin.js';
import type { KtorObjects } from './objects.js';
import { defaultHeaders, handledBy, type Handled } from './written.js';

/** An application, or what one function adds to it: plugins in their order, and routes. */
export interface Application {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  /** Where the CORS plugin is installed first. */
  readonly installed: Span | undefined;
  readonly handWritten: boolean;
}

/** A part of the path with the plugins and the methods that its routes have. */
interface Scope {
  readonly prefix: string;
  /** A part of the path that is not known. */
  readonly open: Value | undefined;
  readonly method: string | undefined;
}

/** What happens to the calls of `when`, in this order: by pipeline phase, then by nesting, then as written. */
interface Layer {
  readonly order: number;
  readonly scope: Scope;
  readonly make: (served: Guard) => readonly Step[];
}

interface Route {
  readonly scope: Scope;
  readonly methods: readonly string[] | null;
  readonly handled: Handled;
  readonly at: Span;
}

const PHASES = ['Setup', 'Monitoring', 'Features', 'Plugins', 'ApplicationPhase', 'Call', 'Fallback'];
const VERBS: Readonly<Record<string, string>> = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE', head: 'HEAD', options: 'OPTIONS' };
/** Nested routes are followed so far. */
const MAX_DEPTH = 24;

/** Follows what happens to an application, and the blocks that it is given. */
export class ApplicationWalk {
  readonly #layers: Layer[] = [];
  readonly #routes: Route[] = [];
  readonly #scopes = new WeakMap<Handle, Scope>();
  readonly #installs: { readonly scope: Scope; readonly when: Condition; readonly at: Span }[] = [];
  #handWritten = false;

  constructor(
    private readonly objects: KtorObjects,
    private readonly application: Handle,
    private readonly version: string,
  ) {
    this.#scopes.set(application, { prefix: '', open: undefined, method: undefined });
  }

  /** A route that a function is given: where it stands is not in view. */
  route(at: Span): Handle {
    return this.#route(at, { prefix: '', open: undefined, method: undefined });
  }

  follow(events: readonly Event[], within: Guard = ALWAYS, depth = 0): void {
    for (const event of events) {
      if (event.kind !== 'call' || depth > MAX_DEPTH) continue;
      const scope = this.#scopes.get(event.receiver);
      if (scope !== undefined) this.#called(event, scope, whenAll(within, guardOf(event.when)), depth);
    }
  }

  result(): Application {
    const steps = [...this.#layers].sort((a, b) => a.order - b.order).flatMap(({ scope, make }) => make(this.#served(scope)));
    const handlers = [...this.#routes].sort((a, b) => this.#rank(a) - this.#rank(b));
    for (const { scope, methods, handled } of handlers) steps.push(...this.#written(handled, whenAll(pathGuard(scope), methods === null ? ALWAYS : { g: 'method', in: methods })));
    // The route for OPTIONS that the plugin adds to its own answers nobody else.
    for (const { scope, at } of this.#installs) if (!isWhole(scope) && isFrom(this.version, '3.2.2')) steps.push({ when: whenAll({ g: 'method', in: ['OPTIONS'] }, pathBelow(scope)), effects: [], end: { to: 'answer', status: 404 }, at });
    const probes: Probe[] = [];
    for (const { scope, methods, handled, at } of this.#routes) {
      if (methods?.length === 1 && methods[0] === 'OPTIONS') continue;
      addProbe(probes, { path: pathOf(scope).sample, methods, requestHeaders: handled.reads && methods?.some((method) => method !== 'GET') === true ? ['content-type'] : [], at });
    }
    return { steps: refusalsFirst(steps), probes, installed: this.#installs[0]?.at, handWritten: this.#handWritten };
  }

  #called(event: Event & { kind: 'call' }, scope: Scope, when: Guard, depth: number): void {
    const { method, args, at } = event;
    const block = args.findLast((arg): arg is FunctionValue => arg.kind === 'function');
    if (method === 'install') this.#install(args[0], block, event, scope, when);
    else if (method === 'intercept' && block !== undefined) this.#intercept(args[0], block, scope, when);
    else if (method === 'routing' && block !== undefined) this.follow(block.run([this.#route(at, scope)]), when, depth + 1);
    else if (method === 'handle' && block !== undefined) this.#handler(scope, scope.method === undefined ? null : [scope.method], block, at);
    else if (VERBS[method] !== undefined && block !== undefined) this.#handler(below(scope, args[0]), [VERBS[method]], block, at);
    else if (method === 'route' && block !== undefined) {
      const verb = args[1];
      this.follow(block.run([this.#route(at, { ...below(scope, args[0]), ...(verb?.kind === 'string' ? { method: verb.value } : {}) })]), when, depth + 1);
    } else if (method === 'method' && block !== undefined) {
      const [verb] = args;
      this.follow(block.run([this.#route(at, { ...scope, ...(verb?.kind === 'string' ? { method: verb.value } : {}) })]), when, depth + 1);
    } else if (block !== undefined && this.objects.roleOf(event.receiver)?.is === 'route') {
      // `authenticate("…") { … }` and its like stand around routes.
      this.follow(block.run([this.#route(at, scope)]), when, depth + 1);
    }
  }

  #install(plugin: Value | undefined, block: FunctionValue | undefined, event: Event & { kind: 'call' }, scope: Scope, when: Guard): void {
    const role = this.objects.roleOf(plugin);
    const { at } = event;
    if (role?.is === 'plugin' && role.name === 'CORS') {
      const config = ktorCors(block, this.objects.make('CORSConfig', at, { is: 'cors-config' }), this.version);
      const twice = this.#installs.some((other) => other.scope === scope && other.when.c === 'true' && event.when.c === 'true');
      const given: KtorCors = twice ? { ...config, refused: [...config.refused, { when: ALWAYS, why: 'it is installed already', at }] } : config;
      this.#installs.push({ scope, when: event.when, at });
      this.#layers.push({ order: orderOf('Plugins', scope, this.version), scope, make: (served) => corsPlugin(given, whenAll(when, served), this.version, at).map((step) => (refusesToStart(step) ? { ...step, when: whenAll(when, step.when) } : step)) });
    } else if (role?.is === 'plugin') {
      const actions = defaultHeaders(block?.run([this.objects.make('DefaultHeadersConfig', at, { is: 'headers-config' })]) ?? [], this.objects);
      this.#byHand({ actions, reads: false }, -1, scope, when);
    } else if (role?.is === 'own-plugin') {
      const builder = this.objects.make('PluginBuilder', at, { is: 'plugin-builder' });
      for (const inner of role.body.run([builder])) {
        const callback = inner.kind === 'call' && inner.receiver === builder && /^onCall(?:Respond)?$/.test(inner.method) ? inner.args.findLast((arg) => arg.kind === 'function') : undefined;
        if (callback?.kind === 'function') this.#byHand(handledBy(callback.run([this.objects.call(at, this.application)]), this.objects), orderOf('Plugins', scope, '3.0.0'), scope, when);
      }
    }
  }

  #intercept(phase: Value | undefined, block: FunctionValue, scope: Scope, when: Guard): void {
    const name = phase?.kind === 'unknown' ? /(\w+)$/.exec(phase.detail)?.[1] : undefined;
    this.#byHand(handledBy(block.run([this.objects.context(block.at, this.application)]), this.objects), orderOf(name ?? 'Plugins', scope, '3.0.0'), scope, when);
  }

  #byHand(handled: Handled, order: number, scope: Scope, when: Guard): void {
    if (handled.actions.length === 0) return;
    this.#layers.push({ order, scope, make: (served) => this.#written(handled, whenAll(when, served)) });
  }

  #written({ actions }: Handled, when: Guard): readonly Step[] {
    const steps = stepsFrom(actions, when);
    if (steps.some(({ effects }) => effects.length > 0)) this.#handWritten = true;
    return steps;
  }

  #handler(scope: Scope, methods: readonly string[] | null, block: FunctionValue, at: Span): void {
    this.#routes.push({ scope, methods, handled: handledBy(block.run([this.objects.context(block.at, this.application)]), this.objects), at });
  }

  #route(at: Span, scope: Scope): Handle {
    const route = this.objects.route(at, this.application);
    this.#scopes.set(route, scope);
    return route;
  }

  /** Calls that plugins of a scope see: all those of the application; of a route, those that its routes match, and since 3.2.2 OPTIONS. */
  #served(scope: Scope): Guard {
    if (isWhole(scope)) return ALWAYS;
    const routes = this.#routes.filter((route) => route.scope.prefix.startsWith(scope.prefix));
    const preflights = isFrom(this.version, '3.2.2') ? whenAll({ g: 'method', in: ['OPTIONS'] }, pathBelow(scope)) : NEVER;
    if (routes.length === 0) return pathBelow(scope);
    return whenAny(...routes.map((route) => whenAll(pathGuard(route.scope), route.methods === null ? ALWAYS : { g: 'method', in: route.methods })), preflights);
  }

  /** Texts are matched before parameters. */
  #rank({ scope }: Route): number {
    return pathOf(scope).rank;
  }
}

/** The application itself, or a route for all of it. */
function isWhole({ prefix, open, method }: Scope): boolean {
  return prefix === '' && open === undefined && method === undefined;
}

/** Phases of the pipeline; within one, plugins of the application come before those of routes. Since 3.5.2 CORS comes behind other plugins. */
function orderOf(phase: string, { prefix }: Scope, version: string): number {
  const index = PHASES.indexOf(phase === 'Features' ? 'Plugins' : phase);
  return (index === -1 ? 3 : index) * 100 + (prefix === '' ? 0 : 10 + prefix.split('/').length) + (isFrom(version, '3.5.2') ? 50 : 0);
}

function below(scope: Scope, path: Value | undefined): Scope {
  if (path === undefined || path.kind === 'function') return scope;
  if (path.kind !== 'string') return { ...scope, open: path };
  const text = path.value.replace(/^\/+|\/+$/g, '');
  return text === '' ? scope : { ...scope, prefix: `${scope.prefix}/${text}` };
}

/** `{id}` and `*` stand for one segment, `{id...}` for any number of them. */
function pathOf({ prefix, open }: Scope): { readonly when: Guard; readonly sample: string; readonly rank: number } {
  const at = open?.at ?? { file: '', start: 0, end: 0 };
  const text = (prefix === '' ? '/' : prefix).replace(/\{[^{}]*\.\.\.\}/g, '{+}').replace(/\{[^{}+]*\}/g, '{}').replace(/(^|\/)\*(?=\/|$)/g, '$1{}');
  return templatePath(open ?? { kind: 'string', value: text, at }, '', /\{(\+?)\}/g, '', at);
}

function pathGuard(scope: Scope): Guard {
  return pathOf(scope).when;
}

function pathBelow(scope: Scope): Guard {
  if (scope.open !== undefined || scope.prefix.includes('{')) return pathGuard(scope);
  const at = { file: '', start: 0, end: 0 };
  return { g: 'path', in: { s: 'or', of: [{ s: 'exact', text: scope.prefix, comparison: [], at }, { s: 'prefix', text: `${scope.prefix}/`, subject: 'origin', ignoreCase: false, at }] } };
}
