import { allOf } from '../../middleware/koa/guards.js';
import { ordinaryAnswers, type Way } from '../../middleware/ordinary-answers.js';
import { outOfView, restsOnData } from '../../middleware/out-of-view.js';
import { addProbe } from '../../middleware/probes.js';
import { mergeSteps, stepsFrom } from '../../policy/from-actions.js';
import { casesOf, guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAny, type Effect, type Gap, type Guard, type Note, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { and, not } from '../../values/condition.js';
import { excludes, implies } from '../../values/decide.js';
import type { ResponseAction } from '../../values/response-action.js';
import type { Handle, Value } from '../../values/value.js';
import { endpointOf, headersAsked } from './endpoints.js';
import type { Followed, Own } from './follow.js';
import { layersOf, wrapperLayer, type Around, type Layer } from './layers.js';
import { mayOverlap, ROOT, type Place } from './places.js';
import { methodGuard, named, routesOf, type Mounted, type Route } from './routes.js';

/** What a program does, in the order in which a request meets it. */
export interface Stack {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  readonly notes: readonly Note[];
  /** Headers reach the answers to errors that nobody has caught. */
  readonly survivesUncaught: boolean;
  readonly handWritten: boolean;
  /** Some of that is in a middleware. */
  readonly inMiddleware: boolean;
  /** The calls of `CORSMiddleware` that stand in it. */
  readonly cors: readonly Span[];
}

/** Apps inside each other. */
const MAX_DEPTH = 6;
const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };

/** An app with what is wrapped around it, the outermost first. */
export function stackOf(wrappers: readonly Handle[], app: Handle | undefined, around: Around): Stack {
  const builder = new StackBuilder(around);
  return builder.build(wrappers, app);
}

/** Reads a layer by itself: one that other code puts around an app which is not in view. */
export function stackOfLayers(layers: readonly Layer[], around: Around): Stack {
  return new StackBuilder(around).alone(layers);
}

interface Inside {
  readonly layer: Layer;
  readonly when: Guard;
}

/**
 * Middlewares lie around each other: what the outer ones do to an answer comes after what the inner ones did, and is
 * said at every place where a request can be answered. What is raised passes all of them: the outermost middleware of
 * Starlette answers it, without their headers.
 */
class StackBuilder {
  readonly #steps: Step[] = [];
  readonly #probes: Probe[] = [];
  readonly #gaps: Gap[] = [];
  readonly #cors: Span[] = [];
  /** CORS inside of middleware that answers some requests by itself. */
  readonly #late: Omit<Note, 'path'>[] = [];
  readonly #sent = new Set<string>();
  /** What middleware reads of every request. */
  readonly #heard = new Set<string>();
  #survives = false;
  /** What lies around the routes is in view, too. */
  #whole = false;
  #handWritten = false;
  #inMiddleware = false;

  constructor(private readonly around: Around) {}

  build(wrappers: readonly Handle[], app: Handle | undefined): Stack {
    const outside = wrappers.flatMap((wrapper) => wrapperLayer(wrapper, this.around));
    // Starlette's own middleware for errors is a part of the app: what lies around that sees its answers.
    if (outside.some(({ is }) => is === 'cors')) this.#survives = true;
    const root = this.around.packages.roleOf(app)?.is;
    this.#whole = root === 'app' || root === 'connexion';
    const ends = this.#through(outside, ALWAYS, [], (outer) => (app === undefined ? [] : this.#app(app, ALWAYS, ROOT, outer, false, 0)));
    return this.#finish(ends);
  }

  alone(layers: readonly Layer[]): Stack {
    return this.#finish(this.#through(layers, ALWAYS, [], () => []));
  }

  #finish(ends: readonly Step[]): Stack {
    this.#push(...ends);
    const notes = this.#late.map((note): Note => ({ ...note, path: this.#probes[0]?.path ?? '/' }));
    return { steps: mergeSteps(this.#steps), probes: this.#probes, gaps: this.#gaps, notes, survivesUncaught: this.#survives, handWritten: this.#handWritten, inMiddleware: this.#inMiddleware, cors: this.#cors };
  }

  #app(app: Handle, when: Guard, place: Place, outer: readonly Inside[], mounted: boolean, depth: number): readonly Step[] {
    const role = this.around.packages.roleOf(app);
    if (role?.is === 'wrapper') {
      const inner = role.args[0] ?? named(role.keywords, 'app');
      return this.#through(wrapperLayer(app, this.around), when, outer, (more) => (inner?.kind === 'handle' && depth < MAX_DEPTH ? this.#app(inner, when, place, more, mounted, depth + 1) : []));
    }
    for (const event of this.around.events) {
      if (event.kind === 'escape' && event.receiver === app && /cors/i.test(event.detail)) this.#gaps.push({ at: event.at, reason: event.reason, message: `What ${event.detail.replace(/^the call of /, '')}() adds could not be followed.` });
    }
    const routes = routesOf(app, { place, dependencies: [] }, { packages: this.around.packages, events: this.around.events, verbsOf: (endpoint) => this.#verbsOf(endpoint) });
    return this.#through(layersOf(app, this.around, mounted), when, outer, (more) => this.#routes(routes, more, mounted, depth));
  }

  /** What is inside of the layers happens between their ways in and out; told are the ends, which come last. */
  #through(layers: readonly Layer[], when: Guard, outer: readonly Inside[], inside: (outer: readonly Inside[]) => readonly Step[]): readonly Step[] {
    let around = outer;
    for (const layer of layers) if (layer.is === 'cors') this.#push(...within(layer.program.faults, allOf(when, layer.when)));
    const own: Inside[] = [];
    for (const layer of layers) {
      const guard = allOf(when, layer.when);
      if (layer.is === 'cors') {
        this.#cors.push(layer.at);
        for (const outside of around) if (answersFirst(outside.layer)) this.#late.push({ id: 'registered-too-late', at: layer.at, related: [outside.layer.at] });
      }
      if (layer.is === 'cors' && layer.keywords.rest !== undefined) this.#gaps.push({ at: layer.keywords.rest.at, reason: layer.keywords.rest.reason, message: `some options of CORSMiddleware depend on ${layer.keywords.rest.detail}` });
      this.#inward(layer, guard, around);
      own.unshift({ layer, when: guard });
      around = [{ layer, when: guard }, ...around];
    }
    const ends = inside(around);
    const others = this.#outward(own, when);
    return [...others, ...ends];
  }

  #inward(layer: Layer, guard: Guard, outer: readonly Inside[]): void {
    if (layer.is === 'cors') {
      const { preflights, answers } = layer.program;
      this.#push(...within(preflights, guard));
      const [first] = preflights;
      const ends = first === undefined ? [] : this.#outward(outer, allOf(guard, first.when));
      this.#push(...ends, ...within(answers, guard));
    } else if (layer.is === 'opaque') {
      const { steps, gaps } = outOfView(layer.value, guard, layer.at);
      this.#push(...steps.filter(({ end }) => end !== undefined));
      this.#gaps.push(...gaps);
    } else {
      const { followed } = layer;
      if ([...followed.outward, ...followed.own.flatMap(({ actions }) => actions)].some(concernsCors)) this.#inMiddleware = true;
      for (const name of followed.reads) this.#heard.add(name);
      if (followed.catches) this.#survives = true;
      for (const { when, at } of followed.raises) {
        const before = excludes(when, followed.goesOn) || followed.goesOn.c === 'false';
        if (before && !restsOnData(when)) this.#push({ when: allOf(guard, guardOf(when)), effects: [], end: { to: 'answer', status: 500, fault: 'an exception is raised in a middleware' }, at });
      }
      for (const own of followed.own) if (comesFirst(own, followed)) this.#answers({ ...own, when: and(own.when, not(followed.goesOn)) }, guard, outer);
    }
  }

  /** An answer of the author's: it goes out through the layers around. */
  #answers(own: Own, guard: Guard, outer: readonly Inside[]): void {
    const when = allOf(guard, guardOf(own.when));
    if (when.g === 'never') return;
    this.#write(own.actions, guard);
    const ends = this.#outward(outer, when);
    this.#push(...ends, ...endsOf(own, when));
  }

  /** The layers' last, from the inside out; told are ends that make another answer. */
  #outward(layers: readonly Inside[], when: Guard): readonly Step[] {
    return layers.flatMap(({ layer, when: inside }) => {
      const guard = allOf(inside, when);
      if (layer.is === 'cors') this.#push(...within(layer.program.outward, guard));
      else if (layer.is === 'opaque') this.#push(...outOfView(layer.value, guard, layer.at).steps.filter(({ end }) => end === undefined));
      else {
        const { followed } = layer;
        this.#write(followed.outward, allOf(guard, guardOf(followed.goesOn)));
        return followed.own.flatMap((own) => (followed.goesOn.c !== 'false' && implies(own.when, followed.goesOn) ? this.#replaced(own, guard) : []));
      }
      return [];
    });
  }

  /** Another answer than that of what is behind: what it carried is gone. */
  #replaced(own: Own, guard: Guard): readonly Step[] {
    const when = allOf(guard, guardOf(own.when));
    this.#clear(when, own.at);
    this.#write(own.actions, guard);
    return own.statuses.length === 0 ? [] : endsOf(own, when);
  }

  #routes(routes: readonly (Route | Mounted)[], outer: readonly Inside[], mounted: boolean, depth: number): readonly Step[] {
    const ends: Step[] = [];
    /** Routes before, with the guard of their requests: the first that takes a request answers it. */
    const before: { readonly when: Guard; readonly place: Place }[] = [];
    for (const one of routes) {
      const first = unless(whenAny(...before.filter(({ place }) => one.kind === 'mount' || mayOverlap(place, one.place)).map(({ when }) => when)));
      if (one.kind === 'mount') {
        const target = one.app;
        const when = allOf(one.place.when, first);
        if (target?.kind === 'handle' && depth < MAX_DEPTH) ends.push(...this.#app(target, when, { ...one.place, when }, outer, true, depth + 1));
        continue;
      }
      const guard = allOf(one.place.when, methodGuard(one.methods));
      const steps = this.#route(one, allOf(guard, first), mounted);
      ends.push(...steps.ends);
      if (steps.told) before.push({ when: guard, place: one.place });
    }
    return ends;
  }

  /** `told`: something is said of its requests, which is not true of those of routes behind it. */
  #route(route: Route, guard: Guard, mounted: boolean): { readonly ends: readonly Step[]; readonly told: boolean } {
    const callee = route.endpoint?.kind === 'function' ? route.endpoint : undefined;
    const at = callee?.at ?? route.at;
    const endpoint = callee === undefined ? undefined : endpointOf(route, callee, mounted, this.around.packages);
    const written = (span: Span): string => this.around.module.written(span);
    const reads = new Set([...this.#heard, ...(endpoint?.reads ?? [])]);
    const methods = route.methods?.filter((method) => method !== 'OPTIONS') ?? null;
    if (methods === null || methods.length > 0) addProbe(this.#probes, { path: route.place.sample === '' ? '/' : route.place.sample, methods, requestHeaders: headersAsked(callee, methods, reads, this.around), ...(this.#whole && endpoint !== undefined ? { inView: true as const } : {}), at: route.at });
    const answersOptions = route.methods?.includes('OPTIONS') === true;
    if (endpoint === undefined) return { ends: answersOptions ? [answer(allOf(guard, OPTIONS), 200, at)] : [], told: answersOptions };
    const answers = [...endpoint.own, ...endpoint.refusals];
    const sends = [...answers.flatMap(({ actions }) => actions), ...endpoint.handedOut].some(concernsCors);
    if (!sends && !answersOptions) return { ends: [], told: false };
    const from = this.#steps.length;
    for (const own of answers) this.#write(own.actions, guard);
    this.#write(endpoint.handedOut, guard);
    const ways = answers.map((own): Way => ({ when: own.when, refuses: isRefusal(own) }));
    const ends = [
      ...answers.flatMap((own) => (restsOnData(own.when) ? [] : endsOf(own, allOf(guard, guardOf(own.when), isRefusal(own) && endpoint.refusals.includes(own) ? ALWAYS : OPTIONS)))),
      ...(answersOptions ? casesOf(route.status ?? { kind: 'number', value: 200, at }).map(({ when, value }) => answer(allOf(guard, when, OPTIONS), value.kind === 'number' ? value.value : 200, at)) : []),
    ];
    const settled = ordinaryAnswers(written, [...ways, { when: endpoint.otherwise, refuses: false }], this.#steps.splice(from));
    this.#steps.push(...settled);
    return { ends: ordinaryAnswers(written, [...ways, { when: endpoint.otherwise, refuses: false }], ends), told: true };
  }

  #write(actions: readonly ResponseAction[], guard: Guard): void {
    if (guard.g === 'never') return;
    if (actions.some(concernsCors)) this.#handWritten = true;
    for (const action of actions) {
      for (const step of stepsFrom([action], guard)) {
        if (step.end === undefined) this.#push(step);
        else this.#raises(step);
      }
    }
  }

  /** The code raises: what was written is lost with the answer. */
  #raises(step: Step): void {
    this.#clear(step.when, step.at);
    this.#push({ ...step, effects: [] });
  }

  #clear(when: Guard, at: Span): void {
    const effects = [...this.#sent].map((header): Effect => ({ op: 'remove', header, value: { v: 'literal', text: '', at, written: false }, statuses: 'all', at }));
    if (effects.length > 0) this.#push({ when, effects, at });
  }

  #push(...steps: readonly Step[]): void {
    for (const step of steps) {
      const when = allOf(step.when);
      if (when.g === 'never') continue;
      this.#steps.push({ ...step, when });
      for (const { header } of step.effects) this.#sent.add(header);
    }
  }

  /** Methods that a class of endpoints serves (starlette/endpoints.py `HTTPEndpoint`). */
  #verbsOf(endpoint: Value): readonly string[] | undefined {
    const verbs = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];
    return this.around.ran.classOf(endpoint)?.methods.filter((name) => verbs.includes(name)).map((name) => name.toUpperCase());
  }
}

/** Does the code answer without what is inside of it? */
function comesFirst(own: Own, { goesOn }: Followed): boolean {
  return !implies(own.when, goesOn) || goesOn.c === 'false';
}

function answersFirst(layer: Layer): boolean {
  return layer.is === 'code' && layer.followed.own.some((own) => comesFirst(own, layer.followed));
}

function within(steps: readonly Step[], guard: Guard): readonly Step[] {
  return steps.map((step) => ({ ...step, when: allOf(guard, step.when) }));
}

function answer(when: Guard, status: number, at: Span): Step {
  return { when, effects: [], end: { to: 'answer', status }, at };
}

/** The answer goes out with the latest status that it was given, 200 without one. */
function endsOf({ statuses, at }: Own, when: Guard): readonly Step[] {
  const given = [...statuses].reverse().flatMap(({ when: set, status }) => casesOf(status).map((one) => (one.value.kind === 'number' ? answer(allOf(when, guardOf(set), one.when), one.value.value, at) : { when: allOf(when, guardOf(set), one.when), effects: [], end: { to: 'behind' } as const, at })));
  return [...given, answer(when, 200, at)];
}

function isRefusal({ statuses, actions }: Own): boolean {
  const known = statuses.flatMap(({ status }) => (status.kind === 'number' ? [status.value] : []));
  return known.length > 0 && known.every((status) => status >= 400) && !actions.some((action) => action.do === 'header' && action.name === 'access-control-allow-origin');
}

function concernsCors(action: ResponseAction): boolean {
  return action.do === 'header' && action.op !== 'remove' && action.name.startsWith('access-control-');
}
