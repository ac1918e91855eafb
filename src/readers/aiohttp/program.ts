import { beforeAnswers } from '../../middleware/before-answers.js';
import { allOf } from '../../middleware/koa/guards.js';
import { outOfView } from '../../middleware/out-of-view.js';
import { addProbe } from '../../middleware/probes.js';
import { mergeSteps, stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Gap, type Guard, type Probe, type Step } from '../../policy/program.js';
import type { Run } from '../../syntax/python/index.js';
import { TRUE } from '../../values/condition.js';
import { type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import { addedTo, verbsOf, viewOf, type Added, type AddedTo } from './added.js';
import { onAnswers, onPreflight } from './cors.js';
import { handlerAnswers, plainAnswers, requestFor, strict, throughMiddleware, type Answers, type Around } from './handlers.js';
import { named, type Application, type AiohttpPackages, type Resource } from './packages.js';
import { placesOf, type Place } from './places.js';
import type { ResponseObjects } from '../../middleware/response-objects.js';

/** What an application answers. */
export interface AiohttpProgram {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  readonly handWritten: boolean;
}

export interface Surroundings {
  readonly packages: AiohttpPackages;
  readonly objects: ResponseObjects;
  readonly ran: Run;
  readonly events: readonly Event[];
  textAt: Around['textAt'];
}

/**
 * The life of a request (aiohttp/web_app.py, `_handle`): the route, also one that stands for 404 and 405, inside the
 * middlewares, and what is done to each answer when it is sent (`on_response_prepare`), which is where aiohttp-cors works.
 */
export function applicationProgram(app: Application, around: Surroundings): AiohttpProgram {
  return new Serving(app, around).program();
}

class Serving {
  readonly #probes: Probe[] = [];
  readonly #gaps: Gap[] = [];
  readonly #request;
  readonly #around: Around;
  readonly #cors: readonly AddedTo[];
  #handWritten = false;

  constructor(
    private readonly app: Application,
    private readonly given: Surroundings,
  ) {
    const { packages, objects, ran, events, textAt } = given;
    this.#request = requestFor(app.handle.at);
    this.#around = { packages, objects, request: this.#request, textAt };
    const apps = [app, ...below(app)];
    const setups = packages.cors().filter((one) => (one.app === undefined ? packages.applications().length === 1 : apps.includes(one.app)));
    this.#cors = setups.map((setup) => addedTo(setup, events, ran, packages));
  }

  program(): AiohttpProgram {
    const faults = this.#cors.flatMap((one) => one.faults.map(({ when, fault, at }): Step => ({ when, effects: [], end: { to: 'answer', status: 500, fault }, at })));
    this.#gaps.push(...this.#cors.flatMap((one) => one.gaps));
    const late: Step[] = [];
    const answers = this.#serve(this.app, '', late);
    const written = answers.steps.some(({ effects, end }) => end?.to !== 'answer' && effects.some(({ header }) => header.startsWith('access-control-'))) || late.length > this.#packageSteps;
    const steps = written ? beforeAnswers(answers.steps, late, new Set()) : [...late, ...answers.steps];
    if (this.#probes.length === 0) this.#probes.push({ path: '/', methods: null, requestHeaders: [], at: this.app.handle.at });
    return { steps: mergeSteps([...faults, ...steps]), probes: this.#probes, gaps: this.#gaps, handWritten: this.#handWritten };
  }

  /** Of the steps that work on all answers, those of aiohttp-cors. */
  #packageSteps = 0;

  /** The answers of an application, what is done to them when they are sent going to `late`. */
  #serve(app: Application, prefix: string, late: Step[]): Answers {
    const { ran } = this.given;
    const places = placesOf(app.resources, prefix, (resource) => this.#methodsOf(resource));
    const groups: Answers[] = [];
    for (const place of places) groups.push(this.#routes(place));
    for (const child of app.children) {
      const inner = this.#serve(child.app, `${prefix}${child.prefix}`, late);
      const at = child.app.handle.at;
      groups.push(under({ g: 'path', in: { s: 'regex', source: `${`${prefix}${child.prefix}`.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:/.*)?`, flags: '', dialect: 'python', use: 'full', subject: 'origin', at } }, inner));
    }
    const own = this.#cors.flatMap((one) => one.added).filter(({ resource }) => resource === undefined ? app === this.app : app.resources.includes(resource));
    groups.push(...this.#packages(own, places, late));
    groups.push(this.#otherwise(app, places));
    for (const place of places) this.#probe(place, viewOf(place.resource, ran) === undefined ? undefined : verbsOf(viewOf(place.resource, ran)!));
    const routed: Answers = { steps: groups.flatMap(({ steps }) => steps), raised: new Map(groups.flatMap(({ raised }) => [...raised])) };
    for (const step of this.#signals(app, prefix)) late.push(step);
    return this.#middlewares(app).reduceRight((inner, one) => this.#through(one, inner), routed);
  }

  /** Methods of a resource that are served; undefined: all. */
  #methodsOf(resource: Resource): readonly string[] | undefined {
    const view = viewOf(resource, this.given.ran);
    const isMixin = view?.bases.some((base) => /\bCorsViewMixin$/.test(base)) === true;
    if (view !== undefined) return [...verbsOf(view), ...(isMixin ? ['OPTIONS'] : [])];
    const methods = resource.routes.map(({ method }) => method);
    if (methods.includes('*')) return undefined;
    const isAdded = this.#cors.some(({ added }) => added.some((one) => one.resource === resource));
    return [...methods, ...(isAdded ? ['OPTIONS'] : [])];
  }

  #routes({ resource, when }: Place): Answers {
    const view = viewOf(resource, this.given.ran);
    const all: Answers[] = [];
    const add = (methods: readonly string[] | undefined, handler: FunctionValue | undefined): void => {
      const guard = methods === undefined ? when : allOf(when, { g: 'method', in: methods });
      const answers = handler === undefined ? undefined : handlerAnswers(handler, this.#around);
      const speaks = answers !== undefined && (methods?.includes('OPTIONS') !== false || answers.raised.size > 0 || sends(answers.steps));
      if (answers !== undefined && sends(answers.steps)) this.#handWritten = true;
      all.push(under(guard, speaks ? answers : plainAnswers(resource.at)));
    };
    if (view !== undefined) {
      const base: Handle = { kind: 'handle', name: 'self', at: view.at, get: (property) => (property === 'request' ? this.#request.handle : undefined), call: () => undefined };
      const instance = view.instance(base);
      for (const verb of verbsOf(view)) {
        const method = view.methodOf(instance, verb.toLowerCase());
        // `run` binds the object; a view's methods take nothing else.
        add([verb], method === undefined ? undefined : { ...method, run: () => method.run([]) });
      }
    } else {
      for (const { method, handler } of resource.routes) add(method === '*' ? undefined : [method], handler?.kind === 'function' ? handler : undefined);
    }
    return { steps: all.flatMap(({ steps }) => steps), raised: new Map(all.flatMap(({ raised }) => [...raised])) };
  }

  /** aiohttp-cors: resources that it treats alike are told of once. */
  #packages(added: readonly Added[], places: readonly Place[], late: Step[]): readonly Answers[] {
    const groups = new Map<string, { readonly one: Added; readonly served: readonly string[] | undefined; readonly when: Guard[] }>();
    const ids = new Map<unknown, number>();
    const idOf = (value: unknown): number => {
      if (!ids.has(value)) ids.set(value, ids.size);
      return ids.get(value)!;
    };
    for (const one of added) {
      const place = places.find(({ resource }) => resource === one.resource);
      if (place === undefined && one.resource?.path !== undefined) continue;
      const served = one.resource === undefined ? undefined : this.#methodsOf(one.resource);
      const key = JSON.stringify([served, [...one.cors.methods].map(([method, allowed]) => [method, allowed.length === 0 ? '' : idOf(allowed)]), one.cors.own.length === 0 ? '' : idOf(one.cors.own), one.cors.isView, one.cors.open, one.when]);
      const when = whenAll(one.when, place?.when ?? ALWAYS);
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { one, served, when: [when] });
      else known.when.push(when);
    }
    return [...groups.values()].map(({ one, served, when }): Answers => {
      const reached = whenAny(...when);
      const steps = under(reached, { steps: onAnswers(one.cors, served), raised: new Map() }).steps;
      late.push(...steps);
      this.#packageSteps += steps.length;
      const preflight = onPreflight(one.cors);
      return under(reached, { steps: preflight, raised: http(preflight.filter(({ end }) => end?.to === 'answer' && end.status === 403)) });
    });
  }

  /** 405 where a path is served, but not the method; 404 elsewhere, if all routes are in view. */
  #otherwise(app: Application, places: readonly Place[]): Answers {
    const { at } = app.handle;
    const open = app.open || app.resources.length + app.children.length === 0 || app.resources.some(({ path }) => path === undefined);
    const anywhere = whenAny(...places.map(({ when }) => when));
    const refused: Step[] = anywhere.g === 'never' ? [] : [{ when: anywhere, effects: [], end: { to: 'answer', status: 405 }, at }];
    const rest: Step = { when: ALWAYS, effects: [], end: open ? { to: 'behind' } : { to: 'answer', status: 404 }, at };
    return { steps: [...refused, rest], raised: http(open ? refused : [...refused, rest]) };
  }

  #probe({ resource, sample, when }: Place, verbs: readonly string[] | undefined): void {
    if (when.g === 'never') return;
    const methods = verbs ?? resource.routes.map(({ method }) => method);
    addProbe(this.#probes, { path: sample, methods: methods.includes('*') ? null : methods.filter((method) => method !== 'OPTIONS'), requestHeaders: [...(this.#request.reads.has('body') && methods.some((method) => /^P/.test(method)) ? ['content-type'] : []), ...(this.#request.reads.has('authorization') ? ['authorization'] : [])], at: resource.at });
  }

  /** Functions that change every answer of the application when it is sent: `app.on_response_prepare.append(f)`. */
  #signals(app: Application, prefix: string): readonly Step[] {
    const { events, objects } = this.given;
    return events.flatMap((event): readonly Step[] => {
      if (event.kind !== 'call' || event.receiver !== app.signal || event.method !== 'append') return [];
      const [signal] = event.args;
      if (signal?.kind !== 'function') return [];
      const response = objects.make({ name: 'the response', parameters: [], status: '', headers: '', writesText: true }, [], undefined, signal.at);
      objects.follow(signal.run([this.#request.handle, response]));
      const steps = stepsFrom((objects.madeOf(response, TRUE)?.writes ?? []).map(strict), guardOf(event.when));
      if (sends(steps)) this.#handWritten = true;
      return prefix === '' ? steps : under({ g: 'path', in: { s: 'prefix', text: prefix, subject: 'origin', ignoreCase: false, at: signal.at } }, { steps, raised: new Map() }).steps;
    });
  }

  #middlewares(app: Application): readonly { readonly when: Guard; readonly value: Value }[] {
    const given = named(app.keywords, 'middlewares') ?? app.keywords?.rest;
    const found: { readonly when: Guard; readonly value: Value }[] = [];
    const add = (value: Value | undefined, when: Guard, front: boolean): void => {
      if (value?.kind === 'either') value.options.forEach((option) => add(option.value, whenAll(when, guardOf(option.when)), front));
      else if (value?.kind === 'list') {
        value.items.forEach((item) => add(item, when, front));
        if (value.rest?.kind === 'unknown') found.push({ when, value: value.rest });
      } else if (value !== undefined) found[front ? 'unshift' : 'push']({ when, value });
    };
    add(given, ALWAYS, false);
    for (const event of this.given.events) {
      if (event.kind !== 'call' || event.receiver !== app.middlewares || !/^(?:append|insert|extend|__iadd__)$/.test(event.method)) continue;
      add(event.args.at(-1), guardOf(event.when), event.method === 'insert');
    }
    return found;
  }

  #through({ when, value }: { readonly when: Guard; readonly value: Value }, inner: Answers): Answers {
    if (value.kind === 'unknown') {
      const { steps, gaps } = outOfView(value, when, value.at);
      this.#gaps.push(...gaps);
      return { steps: [...steps, ...inner.steps], raised: inner.raised };
    }
    if (value.kind !== 'function') return inner;
    const through = throughMiddleware(value, inner, this.#around);
    if (sends(through.steps)) this.#handWritten ||= !sends(inner.steps) || through.steps.length > inner.steps.length;
    if (when.g === 'always') return through;
    const [yes, no] = [under(when, through), under(unless(when), inner)];
    return { steps: [...yes.steps, ...no.steps], raised: new Map([...yes.raised, ...no.raised]) };
  }
}

function below(app: Application): readonly Application[] {
  return app.children.flatMap((child) => [child.app, ...below(child.app)]);
}

/** Answers to requests under a guard. */
function under(guard: Guard, { steps, raised }: Answers): Answers {
  const marked = new Map<Step, 'http' | 'error'>();
  const guarded = steps.flatMap((step): readonly Step[] => {
    const when = allOf(guard, step.when);
    if (when.g === 'never') return [];
    const one: Step = { ...step, when };
    const kind = raised.get(step);
    if (kind !== undefined) marked.set(one, kind);
    return [one];
  });
  return { steps: guarded, raised: marked };
}

/** Answers that aiohttp raises itself. */
function http(steps: readonly Step[]): Answers['raised'] {
  return new Map(steps.map((step) => [step, 'http']));
}

function sends(steps: readonly Step[]): boolean {
  return steps.some(({ effects }) => effects.some(({ header }) => header.startsWith('access-control-')));
}
