import { Options } from '../../middleware/options.js';
import { ordinaryAnswers } from '../../middleware/ordinary-answers.js';
import { restsOnData } from '../../middleware/out-of-view.js';
import { addProbe } from '../../middleware/probes.js';
import { mergeSteps, served, stepsFrom } from '../../policy/from-actions.js';
import { casesOf, guardOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Gap, type Guard, type Note, type Probe, type Step } from '../../policy/program.js';
import { truth, type PythonModule, type Run } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import { unknown, type FunctionValue, type Handle, type RecordValue, type Value } from '../../values/value.js';
import { configuredOptions } from './config.js';
import { flaskCorsProgram } from './cors.js';
import { follow, statusNumber, type Followed } from './handler.js';
import { ignoredOptions } from './notes.js';
import { asked } from './asked.js';
import { classViewOf, decoratorIn, type Decorated, type ViewFunction } from './class-views.js';
import type { FlaskPackages } from './packages.js';
import { prefixPlace, routePlace, type Place } from '../../middleware/werkzeug-paths.js';
import type { Registration } from './registrations.js';
import { requiredMethods } from './required-methods.js';
import { resourcesOf } from './resources.js';
import { flaskCorsVersion, type FlaskCorsVersion } from './version.js';

/** So many blueprints stand inside each other. */
const MAX_NESTING = 6;
/** Statuses of the answers that views give themselves: an exception's is Flask's, and has no header of theirs. */
const THROWN = [400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 422, 429, 500, 501, 502, 503, 504];
const NOT_THROWN = [200, 201, 202, 203, 204, 206, 301, 302, 303, 304, 307, 308];

/** What an app, or a blueprint by itself, does with responses. */
export interface Stack {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  readonly notes: readonly Note[];
  readonly handWritten: boolean;
  readonly usesCors: boolean;
  readonly survivesErrors: boolean;
  /** The place that sets CORS up, where a package does. */
  readonly at: Span | undefined;
}

/** An app or a blueprint in its place. */
interface Member {
  readonly handle: Handle;
  readonly when: Guard;
  readonly prefix: string | undefined;
  /** Position in the program at which its hooks for the whole app take effect. */
  readonly order: number;
  readonly nested: number;
}

interface Route {
  readonly member: Member;
  readonly place: Place;
  readonly methods: readonly string[] | null;
  readonly told: Registration & { what: 'route' };
  /** Behind `cross_origin`. */
  readonly decorated: Decorated | undefined;
  readonly functions: readonly ViewFunction[];
}

/** Reads what an app (or a blueprint that no app in view takes) was told. */
export function stackOf(target: Handle, registrations: readonly Registration[], packages: FlaskPackages, module: PythonModule, ran: Run): Stack {
  return new StackBuilder(target, registrations, packages, module, ran).finish();
}

/**
 * A request runs through the hooks before it, the view, and the hooks behind it: those of blueprints first, each list in
 * the reverse order of its registration (flask/app.py, `process_response`). Hooks behind see every response, those of
 * exceptions and of Flask's own answer to OPTIONS too.
 */
class StackBuilder {
  readonly #version: FlaskCorsVersion;
  readonly #members: readonly Member[];
  readonly #routes: readonly Route[];
  readonly #faults: Step[] = [];
  readonly #effects: Step[] = [];
  readonly #ends: Step[] = [];
  readonly #probes: Probe[] = [];
  readonly #gaps: Gap[] = [];
  readonly #notes: Note[] = [];
  readonly #heard = new Set<string>();
  /** Requests that no hook has answered. */
  #open: Guard = ALWAYS;
  /** Requests that code answers with a response of its own, whatever its status. */
  readonly #returned: Guard[] = [];
  /** Requests whose responses a decorator has seen: the extension leaves them alone. */
  readonly #evaluated: Guard[] = [];
  /** How hooks and views end: what refuses for reasons of its own is not what is judged. */
  readonly #handlers: { readonly when: Condition; readonly refuses: boolean }[][] = [];
  #handWritten = false;
  #corsAt: Span | undefined;
  #survives = false;

  constructor(
    private readonly target: Handle,
    private readonly registrations: readonly Registration[],
    private readonly packages: FlaskPackages,
    private readonly module: PythonModule,
    private readonly ran: Run,
  ) {
    this.#version = flaskCorsVersion(module);
    this.#members = this.#membersOf({ handle: target, when: ALWAYS, prefix: prefixOf(packages.roleOf(target)), order: 0, nested: 0 });
    this.#routes = this.#members.flatMap((member) => this.#routesOf(member));
  }

  finish(): Stack {
    const behind = this.#hooks('after');
    this.#survives = behind.length > 0;
    for (const { told, member } of this.#hooks('before')) if (told.what === 'before') this.#before(told, this.#seen(member, told));
    for (const route of this.#routes) this.#route(route);
    // Answers to exceptions go through Flask-CORS before any hook sees them.
    if (behind.some(({ told }) => told.what === 'after')) for (const { told, member } of behind) if (told.what === 'cors' && member.nested === 0) this.#cors(told, whenAll(guardOf(told.when), this.#seen(member, told), ...this.#returned.map(unless)), true, 'thrown');
    for (const { told, member } of behind) {
      if (told.what === 'after') this.#after(told, this.#seen(member, told));
      else if (told.what === 'cors') this.#cors(told, whenAll(guardOf(told.when), this.#seen(member, told)), behind.length > 1 || this.#handWritten || this.#evaluated.length > 0);
    }
    for (const told of this.registrations) if (told.what === 'escape' && /cors/i.test(told.event.detail) && this.#members.some(({ handle }) => handle === told.of)) this.#gaps.push({ at: told.at, reason: told.event.reason, message: `What ${told.event.detail.replace(/^the call of /, '')}() adds could not be followed.` });
    const steps = this.#handlers.reduce<readonly Step[]>((all, ways) => ordinaryAnswers(this.module.written, ways, all), [...this.#faults, ...this.#effects, ...this.#ends]);
    return { steps: mergeSteps(steps), probes: this.#probes, gaps: this.#gaps, notes: this.#notes, handWritten: this.#handWritten, usesCors: this.#corsAt !== undefined, survivesErrors: this.#survives, at: this.#corsAt };
  }

  #membersOf(member: Member): readonly Member[] {
    if (member.nested >= MAX_NESTING) return [member];
    const inner = this.registrations.flatMap((told, order) => {
      if (told.what !== 'mount' || told.of !== member.handle) return [];
      const own = told.prefix ?? prefixValue(this.packages.roleOf(told.blueprint));
      const prefix = own === undefined || own.kind === 'nothing' ? member.prefix : own.kind === 'string' && member.prefix !== undefined ? `${member.prefix.replace(/\/$/, '')}/${own.value.replace(/^\//, '')}` : undefined;
      return this.#membersOf({ handle: told.blueprint, when: whenAll(member.when, guardOf(told.when)), prefix, order, nested: member.nested + 1 });
    });
    return [member, ...inner];
  }

  #routesOf(member: Member): readonly Route[] {
    return this.registrations.flatMap((told): readonly Route[] => {
      if (told.what !== 'route' || told.of !== member.handle) return [];
      const place = routePlace(told.rule, member.prefix, told.at);
      const role = this.packages.roleOf(told.view);
      const view = classViewOf(told.view, this.ran, this.packages, this.module);
      const callee = role?.is === 'decorated' ? role.view : told.view;
      const decorated = role?.is === 'decorated' ? { options: role.options, at: role.at } : decoratorIn(told.decorators, this.packages);
      const functions = view?.functions ?? (callee?.kind === 'function' ? [{ callee, methods: undefined, decorated: undefined }] : []);
      // Without a list Flask serves GET, and what a class has methods for.
      const own = told.methods === undefined ? (view?.methods ?? ['GET', 'HEAD']) : told.methods;
      const methods = own === null ? null : [...new Set([...own, ...requiredMethods(this.module, callee)])];
      return [{ member, place: { ...place, when: whenAll(member.when, guardOf(told.when), place.when) }, methods, told, decorated, functions }];
    });
  }

  /** Hooks in the order in which they run. Flask-CORS is one of those behind. */
  #hooks(what: 'before' | 'after'): readonly { readonly told: Registration; readonly member: Member }[] {
    const all = this.#members.flatMap((member) => this.registrations.flatMap((told, index) => (told.of === member.handle && (told.what === what || (what === 'after' && told.what === 'cors')) ? [{ told, member, order: Math.max(index, member.order) }] : [])));
    const isGlobal = ({ told, member }: { told: Registration; member: Member }): boolean => member.nested === 0 || ((told.what === 'before' || told.what === 'after') && told.global);
    const direction = what === 'before' ? 1 : -1;
    return all.sort((a, b) => {
      if (isGlobal(a) !== isGlobal(b)) return isGlobal(a) ? -direction : direction;
      if (!isGlobal(a) && a.member !== b.member) return (a.member.nested - b.member.nested) * direction;
      return (a.order - b.order) * direction;
    });
  }

  /** The requests whose responses a hook sees: of a blueprint those that its routes take. */
  #seen(member: Member, told: Registration): Guard {
    if (member.nested === 0 || ((told.what === 'before' || told.what === 'after') && told.global)) return member.when;
    const inside = this.#routes.filter((route) => route.member.handle === member.handle || this.#isInside(route.member.handle, member.handle));
    return inside.length === 0 ? whenAll(member.when, prefixPlace(member.prefix, told.at).when) : whenAny(...inside.map(taken));
  }

  #isInside(inner: Handle, outer: Handle): boolean {
    return this.registrations.some((told) => told.what === 'mount' && told.of === outer && told.blueprint === inner);
  }

  #before(told: Registration & { what: 'before' }, seen: Guard): void {
    if (told.callee.kind !== 'function') return;
    const followed = follow(told.callee, [], this.packages);
    for (const name of followed.reads) this.#heard.add(name);
    const base = whenAll(this.#open, seen, guardOf(told.when));
    this.#written(followed, base, 'all');
    // An answer that is not in view, and has no header of CORS, refuses.
    this.#handlers.push(endsOf(followed, followed.writes.length === 0));
    for (const way of followed.ways) {
      if (way.ends === 'nothing') continue;
      const when = whenAll(base, guardOf(way.when));
      this.#answer(when, way.status ?? { kind: 'number', value: 200, at: way.at }, way.at);
      if (way.ends === 'response') this.#returned.push(when);
      this.#open = whenAll(this.#open, unless(when));
    }
  }

  #route(route: Route): void {
    const { place, methods, told, decorated, functions } = route;
    const optionsByDecorator = decorated === undefined ? NEVER : this.#automaticOptions(decorated.options);
    const isOptions: Guard = { g: 'method', in: ['OPTIONS'] };
    const answersOptions = methods?.includes('OPTIONS') === true || (decorated !== undefined && optionsByDecorator.g !== 'never');
    const verbs: Guard = methods === null ? ALWAYS : whenAny({ g: 'method', in: methods }, ...(decorated === undefined ? [] : [whenAll(isOptions, optionsByDecorator)]));
    const base = whenAll(this.#open, place.when, verbs);
    const reads = new Set<string>();
    if (decorated !== undefined) this.#ends.push({ when: whenAll(base, isOptions, optionsByDecorator), effects: [], end: { to: 'answer', status: 200 }, at: decorated.at });
    const own = decorated === undefined ? base : whenAll(base, unless(whenAll(isOptions, optionsByDecorator)));
    for (const one of functions) {
      const when = one.methods === undefined ? own : whenAll(own, { g: 'method', in: one.methods });
      const followed = follow(one.callee, parametersOf(one.callee), this.packages);
      for (const name of followed.reads) reads.add(name);
      this.#view(followed, when, methods === null || answersOptions, one.callee.at);
      if (one.decorated !== undefined) this.#decorated(one.decorated, when, place);
    }
    if (decorated !== undefined) this.#decorated(decorated, base, place);
    // Flask answers OPTIONS of a route by itself, unless it is told not to.
    if (!answersOptions && told.automaticOptions === false) this.#ends.push({ when: whenAll(this.#open, place.when, isOptions), effects: [], end: { to: 'answer', status: 405 }, at: told.at });
    if (place.rule !== undefined) addProbe(this.#probes, { path: place.sample, methods: methods === null ? null : methods.filter((method) => method !== 'OPTIONS'), requestHeaders: [...(reads.has('body') ? ['content-type'] : []), ...(reads.has('authorization') || this.#heard.has('authorization') ? ['authorization'] : [])], ...(functions.length > 0 ? { inView: true as const } : {}), at: told.at });
  }

  #decorated({ options, at }: Decorated, base: Guard, place: Place): void {
    const program = flaskCorsProgram({ options: this.#options(this.registrations.length, [options]), base, yields: false, version: this.#version, at });
    this.#corsAt ??= at;
    const faults = [...program.refusals, ...program.faults];
    // An exception in a view: what stands behind still sees the answer to it.
    if (this.#survives) this.#ends.unshift(...faults);
    else this.#faults.push(...faults);
    this.#evaluated.push(whenAll(base, unless(whenAny(...faults.map(({ when }) => when)))));
    this.#effects.push(...(this.#survives ? program.steps.map(notThrown) : program.steps));
    this.#notes.push(...ignoredOptions([options], place.sample));
  }

  /** What a view sends for OPTIONS, and what it refuses; its other answers are those of the scenario. */
  #view(followed: Followed, base: Guard, answersOptions: boolean, at: Span): void {
    const options = answersOptions ? whenAll(base, { g: 'method', in: ['OPTIONS'] }) : NEVER;
    this.#written(followed, base, this.#survives ? 'not-thrown' : 'all');
    this.#handlers.push(endsOf(followed, false));
    for (const way of followed.ways) {
      if (restsOnData(way.when)) continue;
      const refuses = (statusNumber(way.status) ?? 200) >= 400;
      const when = whenAll(refuses ? base : options, guardOf(way.when));
      this.#answer(when, way.status, way.at);
      if (refuses && way.ends === 'response') this.#returned.push(when);
    }
    if (options.g !== 'never') this.#ends.push({ when: options, effects: [], end: { to: 'answer', status: 200 }, at });
  }

  #after(told: Registration & { what: 'after' }, seen: Guard): void {
    if (told.callee.kind === 'either' || told.callee.kind === 'unknown') {
      if (told.callee.kind === 'unknown' && /cors/i.test(told.callee.detail)) this.#gaps.push({ at: told.at, reason: told.callee.reason, message: `This hook depends on ${told.callee.detail}.` });
      return;
    }
    if (told.callee.kind !== 'function') return;
    const response = this.packages.response(told.callee.at);
    this.#written(follow(told.callee, [response], this.packages), whenAll(seen, guardOf(told.when)), 'all');
  }

  #cors(told: Registration & { what: 'cors' }, whole: Guard, yields: boolean, on: 'all' | 'thrown' = 'all'): void {
    this.#corsAt ??= told.at;
    const options = this.#options(this.registrations.indexOf(told), told.options);
    const intercepts = options.get('intercept_exceptions');
    const seen = on === 'all' || intercepts === undefined ? whole : whenAll(whole, guardOf(truth(intercepts.value)));
    const resources = options.get('resources')?.value;
    if (on === 'all') this.#refusals(told, told.options);
    for (const { when, value } of resources === undefined ? [{ when: ALWAYS, value: undefined }] : casesOf(resources)) {
      const all = value === undefined ? undefined : resourcesOf(value, this.#version);
      for (const resource of all ?? [{ when: ALWAYS, sample: '/', options: undefined }]) {
        const program = flaskCorsProgram({ options: this.#options(this.registrations.indexOf(told), [...told.options, resource.options]), base: whenAll(seen, ...this.#evaluated.map(unless), when, resource.when), yields, version: this.#version, at: told.at });
        this.#effects.push(...(on === 'all' ? program.steps : program.steps.map(thrown)));
        if (on === 'thrown') continue;
        this.#faults.push(...program.faults);
        if (resource.options !== undefined) this.#refusals(told, [...told.options, resource.options]);
        this.#notes.push(...ignoredOptions([...told.options, resource.options], resource.sample));
        if (all !== undefined && !this.#routes.some(({ place }) => place.sample === resource.sample)) addProbe(this.#probes, { path: resource.sample, methods: null, requestHeaders: [], at: told.at });
      }
    }
  }

  /** What is refused when the extension is set up is refused for every path. */
  #refusals(told: Registration & { what: 'cors' }, layers: readonly (RecordValue | undefined)[]): void {
    const options = this.#options(this.registrations.indexOf(told), layers);
    this.#faults.push(...flaskCorsProgram({ options, base: guardOf(told.when), yields: false, version: this.#version, at: told.at }).refusals);
  }

  /** Configuration, then keywords, the later ones over the earlier. */
  #options(until: number, layers: readonly (RecordValue | undefined)[]): Options {
    const role = this.packages.roleOf(this.target);
    const configured = role?.is === 'app' ? configuredOptions(this.target, this.registrations.slice(0, until), this.module) : undefined;
    const given = [configured, ...layers].flatMap((layer) => layer ?? []);
    const rest = given.find((layer) => layer.rest !== undefined)?.rest;
    const at = layers.findLast((layer) => layer !== undefined)?.at ?? this.target.at;
    return new Options({ kind: 'record', entries: given.flatMap(({ entries }) => entries), ...(rest === undefined ? {} : { rest }), at }, at);
  }

  /** Only the decorator's own keywords make it take OPTIONS from Flask. */
  #automaticOptions(options: RecordValue | undefined): Guard {
    const written = options === undefined ? undefined : new Options(options, options.at).get('automatic_options');
    return written === undefined ? ALWAYS : guardOf(truth(written.value));
  }

  /** Headers that code writes, its questions about what the response has already said in the model's words. */
  #written({ writes }: Followed, base: Guard, on: 'all' | 'not-thrown'): void {
    const steps = asked(writes).flatMap(({ write, only }) => stepsFrom([write], base).map((step) => (only === undefined ? step : { ...step, effects: step.effects.map((effect) => ({ ...effect, onlyIf: only })) })));
    if (steps.some(({ effects }) => effects.some(({ header }) => header === 'access-control-allow-origin'))) this.#handWritten = true;
    this.#effects.push(...steps.map((step) => (on === 'all' ? step : notThrown(step))));
  }

  #answer(when: Guard, status: Value | undefined, at: Span): void {
    if (when.g === 'never') return;
    for (const option of status === undefined ? [] : casesOf(status)) {
      const number = statusNumber(option.value);
      if (number !== undefined) this.#ends.push({ when: whenAll(when, option.when), effects: [], end: { to: 'answer', status: number }, at });
    }
    if (status === undefined) this.#ends.push(...served(when, at));
  }
}

function endsOf({ ways }: Followed, everyAnswer: boolean): { readonly when: Condition; readonly refuses: boolean }[] {
  return ways.map((way) => ({ when: way.when, refuses: way.ends === 'error' || (statusNumber(way.status) ?? 200) >= 400 || (everyAnswer && way.ends === 'response') }));
}

/** The requests that a route takes: those of its methods, and OPTIONS. */
function taken({ place, methods }: Route): Guard {
  return whenAll(place.when, methods === null ? ALWAYS : { g: 'method', in: [...new Set([...methods, 'OPTIONS'])] });
}

function notThrown(step: Step): Step {
  return { ...step, effects: step.effects.map((effect) => ({ ...effect, statuses: NOT_THROWN })) };
}

function thrown(step: Step): Step {
  return { ...step, effects: step.effects.map((effect) => ({ ...effect, statuses: THROWN })) };
}

function prefixValue(role: ReturnType<FlaskPackages['roleOf']>): Value | undefined {
  return role?.is === 'blueprint' ? role.prefix : undefined;
}

function prefixOf(role: ReturnType<FlaskPackages['roleOf']>): string | undefined {
  const prefix = prefixValue(role);
  return prefix === undefined || prefix.kind === 'nothing' ? '' : prefix.kind === 'string' ? prefix.value : undefined;
}

/** Parameters of a view are parts of the path. */
function parametersOf({ parameters, at }: FunctionValue): readonly Value[] {
  return Array.from({ length: Math.max(0, parameters) }, () => unknown('parameter', 'a part of the path', at));
}
