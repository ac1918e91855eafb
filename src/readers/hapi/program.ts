import { beforeAnswers } from '../../middleware/before-answers.js';
import { filled } from '../../middleware/options.js';
import { outOfView, restsOnData } from '../../middleware/out-of-view.js';
import { reaching, type RankedRoute } from '../../middleware/ranked-routes.js';
import { anyOf } from '../../origins/origin-set.js';
import { mergeSteps, served, stepsFrom } from '../../policy/from-actions.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Gap, type Guard, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { TRUE } from '../../values/condition.js';
import type { ResponseAction } from '../../values/response-action.js';
import { entry, type FunctionValue, type Value } from '../../values/value.js';
import { actualSteps, preflightSteps, refusalOf, settingsFor, type Setting } from './cors.js';
import { exchange, where, type Exchange } from './exchange.js';
import type { Loaded, Route } from './load.js';
import { placeOf } from './paths.js';

/** What a server does with requests. */
export interface Program {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  readonly handWritten: boolean;
  readonly usesCors: boolean;
}

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const ACRM = 'access-control-request-method';
/** Points of the lifecycle between the look-up of the route and its handler, in order; those behind it work on every response. */
const BEFORE = ['onPreAuth', 'onCredentials', 'onPostAuth', 'onPreHandler'];
const BEHIND = ['onPostHandler', 'onPreResponse'];
/** Statuses of responses that are errors of Boom, and of those that are not. */
const ERRORS = [400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 422, 429, 500, 501, 502, 503, 504];
const OTHERS = [200, 201, 202, 203, 204, 205, 206, 301, 302, 303, 304, 307, 308];

/** Routes of one method stand before those of all. */
const BEHIND_NAMED = 10;

interface Served {
  readonly route: Route;
  readonly ranked: RankedRoute;
  readonly settings: readonly Setting[];
  /** Requests that it handles. */
  readonly when: Guard;
  /** Requests that ask for it. */
  readonly asked: Guard;
  readonly reads: Set<string>;
}

/** The steps of a loaded server. */
export function programOf(loaded: Loaded, at: Span): Program {
  return new Builder(loaded, at).finish();
}

class Builder {
  readonly #gaps: Gap[] = [];
  readonly #heard = new Set<string>();
  readonly #served: readonly Served[];
  readonly #server: readonly Setting[];
  /** Some route has CORS, so one route of the server's own answers OPTIONS for all. */
  readonly #answersPreflights: boolean;
  #handWritten = false;

  constructor(
    private readonly loaded: Loaded,
    private readonly at: Span,
  ) {
    this.#server = settingsFor(loaded.cors, undefined);
    const settings = loaded.routes.map((route) => {
      const own = optionOf(route, 'cors');
      return own === undefined ? this.#server : settingsFor(loaded.cors, own);
    });
    const isOn = (some: readonly Setting[]): boolean => some.some((one) => one.settings !== undefined);
    this.#answersPreflights = isOn(this.#server) || settings.some((some, index) => isOn(some) && loaded.routes[index]!.methods?.join() !== 'OPTIONS');
    const ranked = loaded.routes.map((route): RankedRoute => {
      const place = placeOf(route.prefix, route.path, route.at);
      return { place: { ...place, rank: place.rank + (route.methods === undefined ? BEHIND_NAMED : 0) }, methods: route.methods, exists: route.when };
    });
    const handled = reaching(ranked, (methods) => ({ g: 'method', in: methods }));
    const asked = reaching(ranked, (methods) => ({ g: 'header', name: ACRM, in: anyOf(methods.map((text) => ({ s: 'exact', text, comparison: ['ignore-case'], at }))) }));
    this.#served = loaded.routes.map((route, index): Served => ({
      route,
      ranked: ranked[index]!,
      settings: settings[index]!,
      when: route.methods === undefined && this.#answersPreflights ? whenAll(unless(OPTIONS), handled[index]!) : handled[index]!,
      asked: asked[index]!,
      reads: new Set(),
    }));
  }

  finish(): Program {
    const none = new Set<Step>();
    const behind = this.#extensions(BEHIND);
    // Before the route is looked up, a request counts as one for a path that is missing.
    const first = beforeAnswers(this.#extensions(['onRequest']), [...behind, ...this.#headers(this.#server, ALWAYS)], none);
    const before = this.#extensions(BEFORE);
    const preflights = beforeAnswers(this.#answersPreflights ? this.#preflights() : [], behind, none);
    const handled = this.#served.map((one) => ({ one, steps: this.#handled(one) }));
    const actual = this.#actual();
    const late = [...behind, ...actual];
    // CORS comes last and writes over what code has written; without such code it does not matter when it comes.
    const rest = this.#handWritten
      ? [...beforeAnswers(before, late, none), ...preflights, ...handled.flatMap(({ one, steps }) => beforeAnswers(steps, [...behind, ...this.#headers(one.settings, ALWAYS)], none)), ...beforeAnswers(this.#unmatched(), late, none), ...late]
      : [...preflights, ...actual, ...before, ...handled.flatMap(({ steps }) => steps), ...this.#unmatched()];
    const steps = mergeSteps([...this.#refusals(), ...first, ...rest]);
    return { steps, probes: this.#probes(), gaps: [...this.loaded.gaps, ...this.#gaps], handWritten: this.#handWritten, usesCors: this.#answersPreflights };
  }

  get #open(): boolean {
    return this.loaded.open || this.loaded.routes.length === 0;
  }

  #refusals(): readonly Step[] {
    const refused = [this.loaded.cors, ...this.loaded.routes.map((route) => optionOf(route, 'cors'))].flatMap((cors) => refusalOf(cors) ?? []);
    return refused.slice(0, 1).map(({ fault, at }) => ({ when: ALWAYS, effects: [], end: { to: 'answer', status: 0, fault }, at }));
  }

  #preflights(): readonly Step[] {
    const own = this.#served.filter(({ route }) => route.methods?.includes('OPTIONS') === true);
    const preflight = whenAll(OPTIONS, unless(whenAny(...own.map(({ when }) => when))));
    const answer = (status: number, when: Guard): Step => ({ when, effects: [], end: { to: 'answer', status }, at: this.at });
    const bySettings = (settings: readonly Setting[], base: Guard): readonly Step[] => settings.flatMap(({ when, settings: on }) => (on === undefined ? [answer(200, whenAll(base, when))] : preflightSteps(on, whenAll(base, when))));
    const others = this.#served.filter(({ settings }) => settings === this.#server);
    return [
      answer(404, whenAll(preflight, unless({ g: 'header', name: ACRM, in: filled(this.at) }))),
      ...this.#own.flatMap(({ settings, asked }) => bySettings(settings, whenAll(preflight, asked))),
      ...(this.#open ? [] : [answer(404, whenAll(preflight, unless(whenAny(...others.map(({ asked }) => asked)))))]),
      ...(this.loaded.elsewhere ? [] : bySettings(this.#server, preflight)),
    ];
  }

  /** Routes with settings of their own. */
  get #own(): readonly Served[] {
    return this.#served.filter(({ settings }) => settings !== this.#server);
  }

  /** Headers of CORS on what routes and, by the server's settings, missing routes answer. */
  #actual(): readonly Step[] {
    const own = this.#own;
    const answered = this.#served.filter(({ route, settings }) => settings === this.#server && route.methods?.includes('OPTIONS') === true);
    const others = whenAll(this.#answersPreflights ? whenAny(unless(OPTIONS), ...answered.map(({ when }) => when)) : ALWAYS, unless(whenAny(...own.map(({ when }) => when))));
    return [...own.flatMap(({ settings, when }) => this.#headers(settings, when)), ...this.#headers(this.#server, others)];
  }

  #headers(settings: readonly Setting[], base: Guard): readonly Step[] {
    return settings.flatMap(({ when, settings: one }) => (one === undefined ? [] : actualSteps(one, whenAll(base, when))));
  }

  #handled({ route, when, reads }: Served): readonly Step[] {
    const before = BEFORE.flatMap((point) => methodsAt(route, point)).flatMap((does) => this.#method(does, when, reads, false, route.at));
    const behind = BEHIND.flatMap((point) => methodsAt(route, point)).flatMap((does) => this.#method(does, when, reads, true, route.at));
    if (route.handler?.kind !== 'function') return [...before, ...behind, ...served(when, route.at)];
    const given = exchange(route.handler.at);
    const actions = this.#actionsOf(route.handler, given, reads).filter((action) => action.do === 'header' || !restsOnData(action.when));
    return [...before, ...beforeAnswers(this.#written(stepsFrom([...actions, { do: 'end', when: TRUE, at: route.handler.at }], when)), behind, new Set()).filter((step) => step.end !== undefined || step.effects.length > 0)];
  }

  #unmatched(): readonly Step[] {
    return this.#open ? [] : [{ when: ALWAYS, effects: [], end: { to: 'answer', status: 404 }, at: this.at }];
  }

  #extensions(points: readonly string[]): readonly Step[] {
    // What the server's own routes answer sees the first and the last only.
    const routed = this.#open ? ALWAYS : whenAny(...this.#served.map(({ when }) => when));
    const seen = (point: string): Guard => (point === 'onRequest' || point === 'onPreResponse' ? ALWAYS : routed);
    return points.flatMap((point) => this.loaded.extensions.filter((extension) => extension.point === point)).flatMap(({ does, when, point, at }) => this.#method(does, whenAll(seen(point), when), this.#heard, BEHIND.includes(point), at));
  }

  #method(does: Value, base: Guard, reads: Set<string>, behind: boolean, at: Span): readonly Step[] {
    return casesOf(does).flatMap(({ when, value }): readonly Step[] => {
      const guard = whenAll(base, when);
      if (value.kind === 'unknown') {
        const unseen = outOfView(value, guard, at);
        this.#gaps.push(...unseen.gaps);
        return unseen.steps;
      }
      if (value.kind !== 'function') return [];
      const given = exchange(value.at);
      const actions = this.#actionsOf(value, given, reads);
      return this.#written(behind ? byOutcome(actions.filter((action) => action.do === 'header'), given, guard) : stepsFrom(actions, guard));
    });
  }

  #actionsOf(callee: FunctionValue, given: Exchange, reads: Set<string>): readonly ResponseAction[] {
    const actions = given.actionsOf(callee);
    for (const name of given.reads) reads.add(name);
    return actions;
  }

  #written(steps: readonly Step[]): readonly Step[] {
    if (steps.some(({ effects }) => effects.length > 0)) this.#handWritten = true;
    return steps;
  }

  #probes(): readonly Probe[] {
    const probes = new Map<string, Probe>();
    for (const { route, ranked, reads } of this.#served) {
      const { sample } = ranked.place;
      if (route.methods?.join() === 'OPTIONS') continue;
      const known = probes.get(sample);
      const authorization = reads.has('authorization') || this.#heard.has('authorization');
      const requestHeaders = [...(reads.has('body') ? ['content-type'] : []), ...(authorization ? ['authorization'] : [])];
      const methods = known === undefined ? (route.methods ?? null) : known.methods === null || route.methods === undefined ? null : [...new Set([...known.methods, ...route.methods])];
      probes.set(sample, { path: sample, methods, requestHeaders: [...new Set([...(known?.requestHeaders ?? []), ...requestHeaders])], at: known?.at ?? route.at });
    }
    return [...probes.values()];
  }
}

/** What is written on a response may go by whether it is an error. */
function byOutcome(actions: readonly ResponseAction[], given: Exchange, when: Guard): readonly Step[] {
  const known = (holds: boolean): readonly ResponseAction[] => actions.flatMap((action) => {
    const condition = where(action.when, given.isError, holds);
    return condition.c === 'false' ? [] : [{ ...action, when: condition }];
  });
  const [errors, others] = [known(true), known(false)];
  const only = (some: readonly ResponseAction[], statuses: readonly number[]): readonly Step[] => stepsFrom(some, when).map((step) => ({ ...step, effects: step.effects.map((effect) => ({ ...effect, statuses })) }));
  const same = errors.length === actions.length && others.length === actions.length && actions.every((action, index) => action.when === errors[index]!.when && action.when === others[index]!.when);
  return same ? stepsFrom(actions, when) : [...only(errors, ERRORS), ...only(others, OTHERS)];
}

function optionOf(route: Route, key: string): Value | undefined {
  const { options } = route;
  if (options?.kind === 'unknown') return key === 'cors' && /cors/i.test(options.detail) ? options : undefined;
  return options?.kind === 'record' ? entry(options, key)?.value : undefined;
}

/** `options: { ext: { onPreResponse: { method } } }` */
function methodsAt(route: Route, point: string): readonly Value[] {
  const ext = optionOf(route, 'ext');
  const at = ext?.kind === 'record' ? entry(ext, point)?.value : undefined;
  return (at?.kind === 'list' ? at.items : at === undefined ? [] : [at]).flatMap((one) => (one.kind === 'record' ? (entry(one, 'method')?.value ?? []) : []));
}
