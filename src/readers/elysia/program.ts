import { elysiaCorsHeaders, elysiaCorsProgram, type ElysiaCorsCall } from '../../middleware/elysia-cors.js';
import { alternatives, fetchRequest } from '../../middleware/fetch-response.js';
import { recordWrites } from '../../syntax/estree/index.js';
import { effectOf, mergeSteps, stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, type Guard, type Probe, type Step } from '../../policy/program.js';
import { and, or, TRUE, type Condition } from '../../values/condition.js';
import { isTautology } from '../../values/decide.js';
import type { ResponseAction } from '../../values/response-action.js';
import { factOf, type Event, type Value } from '../../values/value.js';
import type { App, Front, Hook, Route } from './app.js';
import { exchange, Spellings, type Exchange } from './context.js';
import type { ElysiaPackages } from './packages.js';
import { compareRoutes } from './paths.js';

/** What an app does to requests. */
export interface Program {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly handWritten: boolean;
  readonly usesCors: boolean;
}

/** Steps of an app: its headers, what stands before the router, and the routes, those first that the router tries first. */
export function programOf(app: App, packages: ElysiaPackages, version: string | undefined): Program {
  const builder = new ProgramBuilder(packages, version);
  builder.headers(app);
  for (const front of app.front) builder.front(front);
  for (const route of [...app.routes].sort(compareRoutes)) builder.route(route);
  for (const { place, what, at } of app.unseen) builder.unseen(place.when, place.sample, what, at);
  return builder.finish();
}

/** Something that a hook does; `answered`: when it ends the request with it. */
interface Moment {
  readonly actions: readonly ResponseAction[];
  readonly answered: Condition | undefined;
}

class ProgramBuilder {
  readonly #steps: Step[] = [];
  /** Steps that set the headers of the app. */
  readonly #fixed: Step[] = [];
  /** They are those of routes only. */
  #ofRoutes = false;
  readonly #probes: Probe[] = [];
  readonly #spellings = new Spellings();
  /** Request headers that what stands before the router asks for. */
  readonly #heard = new Set<string>();
  #handWritten = false;
  #usesCors = false;

  constructor(
    private readonly packages: ElysiaPackages,
    private readonly version: string | undefined,
  ) {}

  finish(): Program {
    return { steps: mergeSteps(this.#steps), probes: this.#probes, handWritten: this.#handWritten, usesCors: this.#usesCors };
  }

  /** Headers of the app; where nothing stands before the router, what no route serves does not have them. */
  headers(app: App): void {
    for (const { of, when, at } of app.headers) {
      if (of.kind === 'cors') this.#fixed.push(...elysiaCorsHeaders(this.#call(of.options, when, at)).flatMap((step) => this.#spelledByPlugin(step)));
      else this.#fixed.push(...this.#byHand(alternatives(of).flatMap((option) => this.#writes(option.value, and(when, option.when))), ALWAYS));
    }
    if (app.front.length > 0) this.#steps.push(...this.#fixed);
    else this.#ofRoutes = true;
  }

  #writes(headers: Value, when: Condition): readonly ResponseAction[] {
    return headers.kind === 'record' ? headers.entries.map(({ key, value, at }) => this.#spellings.write(key, value, 'text', when, at)) : recordWrites(headers, 'text', when);
  }

  #call(options: Value | undefined, when: Condition, at: Step['at']): ElysiaCorsCall {
    return { options, request: fetchRequest(at, () => undefined), base: guardOf(when), at, version: this.version };
  }

  /** The plugin spells all names in lower case. Its own answer to preflights is a `Response`, where one entry is left. */
  #spelledByPlugin(step: Step): readonly Step[] {
    const beside = step.effects.map((effect) => this.#spellings.know(effect.header) === 'append');
    if (!beside.includes(true)) return [step];
    const preflight: Guard = { g: 'method', in: ['OPTIONS'] };
    const { end, ...open } = step;
    return [
      { ...open, when: whenAll(step.when, unless(preflight)), effects: step.effects.map((effect, index) => (beside[index] === true ? { ...effect, op: 'append' } : effect)) },
      { ...open, when: whenAll(step.when, preflight) },
      ...(end === undefined ? [] : [{ ...step, effects: [] }]),
    ];
  }

  front({ of, when, at }: Front): void {
    const base = guardOf(when);
    if (of.kind === 'cors') {
      this.#usesCors = true;
      this.#steps.push(...elysiaCorsProgram(this.#call(of.options, when, at)).flatMap((step) => this.#spelledByPlugin(step)));
    } else if (of.kind === 'function') this.#push(this.#moments({ of, when: TRUE, at, answers: true, shared: false }, this.#heard).flatMap(({ actions }) => actions), base);
    else this.#steps.push({ when: base, effects: [effectOf('set', 'access-control-allow-origin', of, at)], at });
  }

  route({ place, method, hooks, handler, when, at }: Route): void {
    // A HEAD request is routed as GET.
    const methods = method === undefined ? undefined : method === 'GET' ? ['GET', 'HEAD'] : [method];
    const base = whenAll(place.when, methods === undefined ? ALWAYS : { g: 'method', in: methods });
    const reads = new Set(this.#heard);
    const moments = [...hooks.transform, ...hooks.before].flatMap((hook) => this.#moments(hook, reads));
    const handled = this.#handler(handler, reads);
    const done = hooks.after.flatMap((hook) => this.#moments(hook, reads)).flatMap(({ actions }) => actions.filter((action) => action.do !== 'end'));
    // What a hook answers goes through the hooks behind the handler too.
    const asked = moments.flatMap(({ actions, answered }) => (answered === undefined ? actions : [...done.map((action) => ({ ...action, when: and(answered, action.when) })), ...actions]));
    const within = (action: ResponseAction): ResponseAction => {
      const narrowed = { ...action, when: and(when, action.when) };
      // Over a `Response` entries are set one by one: of two spellings the later is left.
      return narrowed.do === 'header' && narrowed.op === 'append' && handled.responds ? { ...narrowed, op: 'set' } : narrowed;
    };
    const fixed = this.#fixed.map((step) => ({ ...step, when: whenAll(base, step.when) }));
    if (this.#ofRoutes) this.#steps.push(...fixed);
    // The headers of a `Response` go over those of `set`, whoever wrote them.
    const answers = [...handled.written, ...done, ...handled.answered];
    const ended = isTautology(or(...answers.flatMap((action) => (action.do === 'end' ? [action.when] : []))));
    const all = [...answers, ...(ended ? [] : [{ do: 'end', when: TRUE, at } as const])].map(within);
    if (handler === undefined || handler.kind === 'function') this.#push([...asked.map(within), ...all], base);
    else {
      // A response that is no function is made with the headers of the app, which so go over those of `set`.
      this.#push(asked.map(within), base);
      this.#steps.push(...fixed);
      this.#push(all, base);
    }
    if (method !== 'OPTIONS') this.#probe(place.sample, methods ?? null, reads, at);
  }

  unseen(when: Guard, path: string, what: Value, at: Step['at']): void {
    const from = what.kind === 'unknown' ? what : ({ kind: 'unknown', reason: 'unsupported-syntax', detail: 'what is mounted', at } as const);
    this.#steps.push({ when: whenAll(when, { g: 'fact', fact: { ...factOf(from), detail: `whether ${from.detail} serves the request` } }), effects: [], end: { to: 'behind' }, at });
    this.#probe(path, null, this.#heard, at);
  }

  /** What a hook does, event by event: where it returns something it ends the request. */
  #moments({ of, when, answers }: Hook, reads: Set<string>): readonly Moment[] {
    const { events, given } = this.#run(of, reads);
    return events.flatMap((event): readonly Moment[] => {
      const within = (actions: readonly ResponseAction[]): readonly ResponseAction[] => actions.map((action) => ({ ...action, when: and(when, action.when) }));
      if (event.kind !== 'return') return [{ actions: within(given.actionsFrom(event)), answered: undefined }];
      return alternatives(event.value).map((option) => {
        const actions = within(this.#returned(given, option.value, and(event.when, option.when), event, answers));
        return { actions, answered: actions.find((action) => action.do === 'end')?.when };
      });
    });
  }

  #returned(given: Exchange, value: Value, when: Condition, { at }: Event, answers: boolean): readonly ResponseAction[] {
    if (!answers && value.kind !== 'handle') return [];
    // Nobody knows whether it is anything.
    if (value.kind === 'unknown') return [{ do: 'end', when: and(when, { c: 'fact', fact: { ...factOf(value), detail: `whether ${value.detail} is a response` } }), at }];
    return given.answerOf(value, when, at) ?? [];
  }

  /** What a handler writes, and what it answers with; `responds`: with a `Response`. */
  #handler(handler: Value | undefined, reads: Set<string>): { readonly written: readonly ResponseAction[]; readonly answered: readonly ResponseAction[]; readonly responds: boolean } {
    const written: ResponseAction[] = [];
    const answered: ResponseAction[] = [];
    let responds = false;
    if (handler === undefined) return { written, answered, responds };
    if (handler.kind !== 'function') {
      const given = exchange(handler.at, this.packages.objects, this.#spellings);
      for (const { when, value } of alternatives(handler)) answered.push(...(given.answerOf(value, when, handler.at) ?? []));
      return { written, answered, responds: this.packages.objects.isResponse(handler) };
    }
    const { events, given } = this.#run(handler, reads);
    for (const event of events) {
      if (event.kind !== 'return') {
        written.push(...given.actionsFrom(event));
        continue;
      }
      for (const { when, value } of alternatives(event.value)) {
        responds ||= this.packages.objects.isResponse(value);
        answered.push(...(given.answerOf(value, and(event.when, when), event.at) ?? []));
      }
    }
    return { written, answered, responds };
  }

  #run(callee: Hook['of'], reads: Set<string>): { readonly events: readonly Event[]; readonly given: Exchange } {
    const given = exchange(callee.at, this.packages.objects, this.#spellings);
    const events = callee.run([given.context]);
    this.packages.objects.follow(events);
    for (const name of given.reads) if (!name.startsWith('access-control-') && name !== 'origin') reads.add(name);
    return { events, given };
  }

  #push(actions: readonly ResponseAction[], base: Guard): void {
    this.#steps.push(...this.#byHand(actions, base));
  }

  #byHand(actions: readonly ResponseAction[], base: Guard): readonly Step[] {
    const steps = stepsFrom(actions, base);
    if (steps.some(({ effects }) => effects.length > 0)) this.#handWritten = true;
    return steps;
  }

  #probe(path: string, methods: readonly string[] | null, reads: ReadonlySet<string>, at: Step['at']): void {
    const requestHeaders = [...(reads.has('body') ? ['content-type'] : []), ...(reads.has('authorization') ? ['authorization'] : [])];
    const index = this.#probes.findIndex((probe) => probe.path === path);
    const known = this.#probes[index];
    if (known === undefined) this.#probes.push({ path, methods, requestHeaders, at });
    else this.#probes[index] = { ...known, methods: known.methods === null || methods === null ? null : [...new Set([...known.methods, ...methods])], requestHeaders: [...new Set([...known.requestHeaders, ...requestHeaders])] };
  }
}

/** The answer to what no route serves. */
export function unserved(at: Step['at']): Step {
  return { when: ALWAYS, effects: [], end: { to: 'answer', status: 404 }, at };
}
