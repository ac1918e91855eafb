import { exchange as nodeExchange, actionsOf as middlewareActions, expressResponseCall } from '../../middleware/express/exchange.js';
import { countsConfig, fastifyCorsProgram, type FastifyCors } from '../../middleware/fastify-cors.js';
import { corsProgram } from '../../middleware/npm-cors.js';
import { beforeAnswers } from '../../middleware/before-answers.js';
import { outOfView, restsOnData } from '../../middleware/out-of-view.js';
import { neededHeaders, UNSEEN } from '../../middleware/request-reads.js';
import { reaching, type RankedPath } from '../../middleware/ranked-routes.js';
import { isFrom } from '../../middleware/version.js';
import { mergeSteps, served, stepsFrom } from '../../policy/from-actions.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Gap, type Guard, type Note, type Probe, type Step } from '../../policy/program.js';
import { sameSpan, type Span } from '../../text/span.js';
import { TRUE } from '../../values/condition.js';
import type { ResponseAction } from '../../values/response-action.js';
import { entry, factOf, unknown, type FunctionValue, type Value } from '../../values/value.js';
import { actionsOf, exchange, type Exchange } from './exchange.js';
import type { Hook, Instance, Loaded, Phase, Registration, Route } from './load.js';
import type { FastifyPackages } from './packages.js';
import { below, placeOf } from './paths.js';

/** What an app does with requests. */
export interface Program {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  readonly notes: readonly Note[];
  readonly handWritten: boolean;
  readonly usesCors: boolean;
  /** What anything in it reads of requests. */
  readonly asked: ReadonlySet<string>;
}

/** A route with the requests that reach it, and no other route before it. */
interface Served {
  readonly route: Route;
  readonly place: RankedPath;
  readonly when: Guard;
  /** Request headers that its handler asks for. */
  readonly reads: Set<string>;
}

/**
 * The steps of a loaded app: for each request the hooks of its route's instance and of the instances around it, phase
 * by phase and in the order of loading, then the route's handler. Hooks before the answer is sent work on every answer,
 * whoever gives it.
 */
export function programOf(loaded: Loaded, packages: FastifyPackages, corsVersion: string | undefined): Program {
  const builder = new Builder(loaded, packages, corsVersion);
  return builder.finish();
}

class Builder {
  readonly #gaps: Gap[] = [];
  readonly #notes: Note[] = [];
  readonly #heard = new Set<string>();
  readonly #served: readonly Served[];
  readonly #programs = new Map<Registration, FastifyCors>();
  /** Answers that are sent past the hooks that work on answers. */
  readonly #past = new Set<Step>();
  #handWritten = false;
  /** Is there a hook or a middleware that is not in view? */
  #unfollowed = false;

  constructor(
    private readonly loaded: Loaded,
    private readonly packages: FastifyPackages,
    private readonly corsVersion: string | undefined,
  ) {
    this.#served = servedBy(loaded.routes);
    for (const hook of loaded.hooks) if (hook.is === 'cors') this.#programs.set(hook.registered, this.#cors(hook.registered, this.#applies(hook.registered.in)));
  }

  finish(): Program {
    const steps: Step[] = [...this.#refusals()];
    for (const phase of ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const) steps.push(...this.#phase(phase));
    for (const served of this.#served) steps.push(...this.#handled(served));
    steps.push(...this.#unmatched());
    const late = (['preSerialization', 'onSend'] as const).flatMap((phase) => this.#phase(phase));
    const all = mergeSteps([...beforeAnswers(steps, late, this.#past), ...late]);
    return { steps: all, probes: this.#probes(), gaps: [...this.loaded.gaps, ...this.#gaps], notes: this.#notes, handWritten: this.#handWritten, usesCors: this.#programs.size > 0, asked: this.#asked() };
  }

  /** The requests that an instance's hooks see: those of its routes and of its children's; the app's see all. */
  #applies(instance: Instance): Guard {
    if (instance.parent === undefined) return ALWAYS;
    const unseen = this.loaded.unseen.flatMap((plugin) => (plugin.prefix !== '' && isWithin(plugin.in, instance) ? [below(plugin.prefix, instance.handle.at)] : []));
    return whenAny(...this.#served.flatMap((served) => (isWithin(served.route.in, instance) ? [served.when] : [])), ...unseen);
  }

  /** What stands for certain and ends the start: CORS twice where one sees the other, and a second route for its OPTIONS. */
  #refusals(): readonly Step[] {
    const certain = [...this.#programs.keys()].filter(({ when }) => when.g === 'always');
    // Versions before 5 add nothing to requests that could be there twice.
    const twice = !isFrom(this.corsVersion, '5') ? undefined : certain.find((one, index) => certain.slice(0, index).some((other) => isWithin(one.in, other.in)));
    const stars = this.loaded.routes.filter((route) => route.when.g === 'always' && route.path?.kind === 'string' && route.path.value === '*' && overlap(route.methods, ['OPTIONS']));
    const second = stars.find((route, index) => stars.slice(0, index).some((other) => other.in.prefix === route.in.prefix && (other.answers ?? route.answers) !== undefined));
    const [at, fault] = twice === undefined ? [second?.at, 'there are two routes OPTIONS *'] : [twice.at, 'CORS is registered twice'];
    return at === undefined ? [] : [{ when: ALWAYS, effects: [], end: { to: 'answer', status: 0, fault: `Fastify refuses to start: ${fault}` }, at }];
  }

  #cors(registered: Registration, applies: Guard): FastifyCors {
    const { options, at, when } = registered;
    const overrides = this.#served.flatMap((served) => casesOfConfig(served, registered)).filter(({ value }) => countsConfig(this.corsVersion, value.kind === 'boolean' && !value.value));
    const program = (base: Guard, over: Value | undefined): FastifyCors => fastifyCorsProgram({ options, request: exchange(at).request, base, at, version: this.corsVersion, ...(over === undefined ? {} : { over }) });
    const plain = program(whenAll(applies, when, unless(whenAny(...overrides.map(({ guard }) => guard)))), undefined);
    const special = overrides.flatMap(({ guard, value }) => (value.kind === 'boolean' && !value.value ? [] : program(whenAll(applies, when, guard), value).steps));
    return { ...plain, steps: [...plain.steps, ...special] };
  }

  #phase(phase: Phase): readonly Step[] {
    const ofRoutes = this.#served.flatMap(({ route, when, reads }) => hooksOf(route, phase).flatMap((does) => this.#hook(does, phase, when, reads, route.at)));
    return [...this.loaded.hooks.flatMap((hook) => this.#inPhase(hook, phase)), ...ofRoutes];
  }

  #inPhase(hook: Hook, phase: Phase): readonly Step[] {
    if (hook.is === 'cors') {
      const program = this.#programs.get(hook.registered);
      if (program === undefined || program.hook !== phase) return [];
      // Texts are not serialized; the plugin's own route is followed all the same.
      return phase === 'preSerialization' ? program.steps.map((step) => ({ ...step, when: whenAll(step.when, whenAny({ g: 'method', in: ['OPTIONS'] }, isObject(hook.registered.at))) })) : program.steps;
    }
    const applies = whenAll(this.#applies(hook.in), hook.when);
    if (hook.is === 'hook') return hook.phase === phase ? this.#hook(hook.does, phase, applies, this.#heard, hook.at) : [];
    return phase === 'onRequest' ? this.#middleware(hook, applies) : [];
  }

  #hook(does: Value, phase: Phase, when: Guard, reads: Set<string>, at: Span): readonly Step[] {
    if (when.g === 'never') return [];
    return casesOf(does).flatMap(({ when: condition, value }): readonly Step[] => {
      const guard = whenAll(when, condition, ...(phase === 'preSerialization' ? [isObject(at)] : []));
      if (value.kind === 'list') return value.items.flatMap((item) => this.#hook(item, phase, guard, reads, at));
      if (value.kind === 'function') return this.#function(value, guard, reads, phase === 'onRequest' || phase === 'preValidation' || phase === 'preHandler' ? 0 : 1);
      if (value.kind !== 'unknown') return [];
      const unseen = outOfView(value, guard, at);
      this.#unfollowed = true;
      this.#gaps.push(...unseen.gaps);
      return unseen.steps;
    });
  }

  /** `payloads`: hooks between request and reply that are given the payload too. */
  #function(callee: FunctionValue, when: Guard, reads: Set<string>, payloads: 0 | 1): readonly Step[] {
    const payload = unknown('parameter', 'the payload', callee.at);
    return this.#written(callee, ({ request, reply, done }) => (payloads === 0 ? [request, reply, done] : [request, reply, payload, done]), when, reads, (actions) => actions);
  }

  /** What the author's code sends. */
  #written(callee: FunctionValue, args: (given: Exchange) => readonly Value[], when: Guard, reads: Set<string>, told: (actions: readonly ResponseAction[]) => readonly ResponseAction[]): readonly Step[] {
    const given = exchange(callee.at);
    const { actions, past } = actionsOf(callee, given, args(given));
    for (const name of given.reads) reads.add(name);
    const steps = stepsFrom(told(actions), when);
    for (const step of steps) if (step.end !== undefined && past.some((at) => sameSpan(at, step.at))) this.#past.add(step);
    return this.#byHand(steps);
  }

  #middleware(hook: Hook & { is: 'middleware' }, applies: Guard): readonly Step[] {
    const { does, path, at } = hook;
    const when = path === undefined ? applies : whenAll(applies, path.kind === 'string' ? below(path.value, at) : { g: 'fact', fact: factOf(unknown('dynamic-key', 'a path put together at run time', at)) });
    const role = this.packages.roleOf(does);
    if (role?.is === 'node cors') {
      const program = corsProgram(role.options, nodeExchange(role.at, false).request, when, role.at);
      this.#notes.push(...program.notes.map((note) => ({ ...note, path: '/' })));
      return program.steps;
    }
    if (does.kind === 'function') return this.#byHand(stepsFrom(middlewareActions(does, nodeExchange(does.at, path !== undefined), expressResponseCall), when));
    this.#unfollowed = true;
    const unseen = does.kind === 'unknown' ? outOfView(does, when, at) : { steps: [], gaps: [] };
    this.#gaps.push(...unseen.gaps);
    return unseen.steps;
  }

  #byHand(steps: readonly Step[]): readonly Step[] {
    if (steps.some(({ effects }) => effects.length > 0)) this.#handWritten = true;
    return steps;
  }

  #handled({ route, when, reads }: Served): readonly Step[] {
    if (route.answers !== undefined) return (this.#programs.get(route.answers)?.route ?? []).map((step) => ({ ...step, when: whenAll(when, step.when) }));
    const { handler } = route;
    return handler?.kind === 'function' ? this.#answers(handler, when, reads) : served(when, route.at);
  }

  /** In a handler, what depends on data and not on the request is one of its ordinary answers; its return sends. */
  #answers(handler: FunctionValue, when: Guard, reads: Set<string>): readonly Step[] {
    const told = (actions: readonly ResponseAction[]): readonly ResponseAction[] => [...actions.filter((action) => action.do === 'header' || !restsOnData(action.when)), { do: 'end', when: TRUE, at: handler.at }];
    return this.#written(handler, ({ request, reply }) => [request, reply], when, reads, told);
  }

  /** Requests that no route serves; where plugins are not in view, they may. */
  #unmatched(): readonly Step[] {
    const own = this.loaded.notFound.flatMap(({ in: instance, handler, when }) => {
      const rest = whenAll(when, below(instance.prefix ?? '', handler.at), unless(whenAny(...this.#served.map((served) => served.when))));
      return this.#answers(handler, rest, new Set());
    });
    const routes = this.loaded.routes.filter(({ answers }) => answers === undefined);
    if (this.loaded.unseen.length > 0 || routes.length === 0) return this.loaded.unseen.length > 0 ? [] : own;
    return [...own, { when: ALWAYS, effects: [], end: { to: 'answer', status: 404 }, at: routes[0]!.at }];
  }

  #asked(): ReadonlySet<string> {
    const isOpen = this.loaded.unseen.length > 0 || this.#unfollowed || this.loaded.routes.some(({ handler, answers }) => answers === undefined && handler?.kind !== 'function');
    return new Set([...this.#served.flatMap(({ reads }) => [...reads]), ...this.#heard, ...(isOpen ? [UNSEEN] : [])]);
  }

  #probes(): readonly Probe[] {
    const probes = new Map<string, Probe>();
    for (const { route, place, reads } of this.#served) {
      if (route.answers !== undefined || (route.methods?.length === 1 && route.methods[0] === 'OPTIONS')) continue;
      const own = new Set([...reads, ...this.#heard]);
      const requestHeaders = neededHeaders(own, reads.has('body'));
      const inView = route.handler?.kind === 'function' && !reads.has(UNSEEN);
      const known = probes.get(place.sample);
      const methods = known === undefined ? (route.methods ?? null) : known.methods === null || route.methods === undefined ? null : [...new Set([...known.methods, ...route.methods])];
      probes.set(place.sample, { path: place.sample, methods, requestHeaders: [...new Set([...(known?.requestHeaders ?? []), ...requestHeaders])], ...(inView && (known === undefined || known.inView === true) ? { inView } : {}), at: known?.at ?? route.at });
    }
    for (const { prefix } of this.loaded.unseen) if (prefix !== '' && !probes.has(prefix)) probes.set(prefix, { path: prefix, methods: null, requestHeaders: [], at: this.loaded.routes[0]?.at ?? NOWHERE });
    return [...probes.values()];
  }
}

const NOWHERE: Span = { file: '', start: 0, end: 0 };

function servedBy(routes: readonly Route[]): readonly Served[] {
  const ranked = routes.map((route) => ({ place: placeOf(route.in.prefix, route.path, route.at), methods: route.methods, exists: route.when }));
  const guards = reaching(ranked, (methods) => ({ g: 'method', in: methods }));
  return routes.map((route, index) => ({ route, place: ranked[index]!.place, when: guards[index]!, reads: new Set() }));
}

function overlap(some: readonly string[] | undefined, others: readonly string[]): boolean {
  return some === undefined || some.some((method) => others.includes(method));
}

function isWithin(instance: Instance | undefined, outer: Instance): boolean {
  return instance !== undefined && (instance === outer || isWithin(instance.parent, outer));
}

/** Hooks in the options of a route. */
function hooksOf(route: Route, phase: Phase): readonly Value[] {
  const hook = route.options?.kind === 'record' ? entry(route.options, phase)?.value : undefined;
  return hook === undefined ? [] : [hook];
}

/** `config: { cors }` of a route that the plugin sees: `false` or options of its own. */
function casesOfConfig({ route, when }: Served, registered: Registration): readonly { readonly guard: Guard; readonly value: Value }[] {
  const config = isWithin(route.in, registered.in) && route.options?.kind === 'record' ? entry(route.options, 'config')?.value : undefined;
  const cors = config?.kind === 'record' ? entry(config, 'cors')?.value : undefined;
  return cors === undefined ? [] : casesOf(cors).map((option) => ({ guard: whenAll(when, option.when), value: option.value }));
}

/** Is the payload one that is serialized? Texts and buffers are sent as they are. */
function isObject(at: Span): Guard {
  return { g: 'fact', fact: factOf(unknown('function-call', 'whether the payload is an object', at)) };
}
