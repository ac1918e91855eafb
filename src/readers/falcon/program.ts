import { allOf } from '../../middleware/koa/guards.js';
import { outOfView, restsOnData } from '../../middleware/out-of-view.js';
import { addProbe } from '../../middleware/probes.js';
import { WrittenResponse } from '../../middleware/written-response.js';
import { mergeSteps } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAny, type Gap, type Guard, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { not } from '../../values/condition.js';
import type { HeaderWrite } from '../../values/response-action.js';
import { unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import { componentsOf, type Component } from './components.js';
import { FalconCors, type Answered } from './cors.js';
import { exchangeFor, type Exchange } from './exchange.js';
import type { FalconPackages } from './packages.js';
import { routesOf, type FalconRoute } from './routes.js';
import type { FalconVersion } from './version.js';

/** What an application answers. */
export interface FalconProgram {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  readonly handWritten: boolean;
}

export interface Application {
  readonly app: Handle;
  readonly isAsync: boolean;
  readonly packages: FalconPackages;
  readonly events: readonly Event[];
  readonly version: FalconVersion;
}

/**
 * The life of a request (falcon/app.py, `__call__`): `process_request` of all components, the route, `process_resource`,
 * the responder, then `process_response` in reverse order. That comes after errors, too, whose headers stay as they were.
 */
export function applicationProgram(application: Application): FalconProgram {
  const life = new Life(application);
  const fault = life.faults();
  return { steps: mergeSteps([...fault, ...life.steps()]), probes: life.probes, gaps: life.gaps, handWritten: life.handWritten };
}

class Life {
  readonly probes: Probe[] = [];
  readonly gaps: Gap[] = [];
  handWritten = false;
  readonly #components: readonly Component[];
  readonly #response = new WrittenResponse();
  /** What the middleware finds on the answers of these steps; on the others, a success without `Allow`. */
  readonly #answered = new Map<Step, Answered>();
  readonly #exchange: Exchange;
  readonly #none: Value;
  /** What `process_response` does to answers of a kind. */
  readonly #late = new Map<string, WrittenResponse>();

  constructor(private readonly application: Application) {
    const { app, packages, events, version, isAsync } = application;
    const { all, gaps } = componentsOf(app, packages, events, version);
    this.#components = all;
    this.gaps.push(...gaps);
    this.#exchange = exchangeFor(app.at, packages, isAsync);
    this.#none = { kind: 'nothing', what: 'null', at: app.at };
  }

  /** A component that cannot be made: the program does not start. */
  faults(): readonly Step[] {
    return this.#components.flatMap(({ when, is, at }) => (is instanceof FalconCors ? is.faults.map((one): Step => ({ when: allOf(when, one.when), effects: [], end: { to: 'answer', status: 500, fault: one.fault }, at })) : []));
  }

  steps(): readonly Step[] {
    for (const { when, is, at } of this.#components) {
      if ('request' in is && is.request !== undefined) this.#run(is.request, when, [], false);
      else if ('reason' in is) this.#response.take(outOfView(is, when, at).steps);
    }
    this.#routing();
    return this.#response.steps.flatMap((step) => (step.end === undefined ? [step] : this.#answer(step)));
  }

  #routing(): void {
    const { app, events, version } = this.application;
    const { routes, sinks, complete } = routesOf(app, events);
    const known = routes.filter(({ responders }) => responders !== undefined);
    for (const route of known) this.#route(route);
    this.#plain(known);
    for (const { when, sample, sink, at } of sinks) {
      if (sink?.kind === 'function') {
        this.#send(when, at, this.#run(sink, when, [], true));
      } else if (sink === undefined) this.#send(when, at, version.staticOptions ? text('GET', at) : this.#none);
      else this.#send(when, at, unknown('unsupported-syntax', 'what the sink sets', at));
      addProbe(this.probes, { path: sample, methods: sink === undefined ? ['GET'] : null, requestHeaders: [], at });
    }
    const open = routes.filter(({ responders }) => responders === undefined);
    for (const { sample, at } of open) addProbe(this.probes, { path: sample, methods: null, requestHeaders: [], at });
    const { at } = app;
    const unseen = complete && routes.length + sinks.length > 0 ? whenAny(...open.map(({ when }) => when)) : ALWAYS;
    if (unseen.g !== 'never') this.#send(unseen, at, unknown('import-not-resolved', 'the responders of the resource', at));
    if (unseen.g !== 'always') this.#fail(ALWAYS, 404, at);
    if (this.probes.length === 0) this.probes.push({ path: '/', methods: null, requestHeaders: [], at });
  }

  /** Responders that do something to CORS. What is left of the route is plain. */
  #route({ when, sample, responders, at }: FalconRoute): void {
    const methods = [...(responders?.keys() ?? [])].filter((method) => method !== 'OPTIONS');
    const reads = new Set<string>();
    for (const [method, responder] of responders ?? []) {
      const asked = allOf(when, { g: 'method', in: [method] });
      for (const { is, when: there } of this.#components) if ('resource' in is && is.resource !== undefined) this.#run(is.resource, allOf(asked, there), [this.#open(at), this.#open(at)], false);
      const before = this.#exchange.reads.size;
      const allow = this.#run(responder, asked, [], true);
      if (this.#exchange.reads.size > before) for (const name of this.#exchange.reads) reads.add(name);
      if (method === 'OPTIONS') this.#send(asked, responder.at, allow);
    }
    addProbe(this.probes, { path: sample, methods, requestHeaders: [...(reads.has('body') ? ['content-type'] : []), ...(reads.has('authorization') ? ['authorization'] : [])], ...(responders === undefined ? {} : { inView: true as const }), at });
  }

  /** What the router answers by itself: routes with the same methods are answered alike. */
  #plain(routes: readonly FalconRoute[]): void {
    const groups = new Map<string, FalconRoute[]>();
    for (const route of routes) {
      const key = [...(route.responders?.keys() ?? [])].join(', ');
      groups.set(key, [...(groups.get(key) ?? []), route]);
    }
    for (const [key, group] of groups) {
      const methods = key.split(', ');
      const when = whenAny(...group.map((route) => route.when));
      const at = group[0]!.at;
      if (!methods.includes('OPTIONS')) this.#answerWith(allOf(when, { g: 'method', in: ['OPTIONS'] }), 200, at, { succeeded: true, allow: text(key, at) });
      this.#send(allOf(when, { g: 'method', in: methods }), at, this.#none);
      this.#fail(when, 405, at);
    }
  }

  /** Follows one function; gives the `Allow` header that it leaves. `route`: what rests on data is one of the ordinary answers. */
  #run(callee: FunctionValue, base: Guard, more: readonly Value[], route: boolean): Value {
    const { req, resp } = this.#exchange;
    let allow: Value = this.#none;
    const complete: Guard[] = [];
    for (const action of callee.run([req, resp, ...more]).flatMap((event) => this.#exchange.actionsFrom(event))) {
      if (route && action.do !== 'header' && restsOnData(action.when)) continue;
      const when = allOf(base, guardOf(action.when));
      if (when.g === 'never') continue;
      if (action.do === 'header') {
        if (/^(?:access-control-|vary$)/.test(action.name)) this.handWritten = true;
        if (action.name === 'allow') allow = this.#changed(allow, action);
        this.#response.write(action, base, (reached, _fault, at) => this.#fail(reached, 500, at));
      } else if (action.do === 'status') this.#response.status(action.status, when);
      else if (action.do === 'complete') complete.push(when);
      else if (action.do === 'fail') this.#fail(when, action.status, action.at);
    }
    for (const when of complete) this.#send(when, callee.at, allow);
    return allow;
  }

  /** The response goes out as the code left it. */
  #send(when: Guard, at: Span, allow: Value): void {
    const from = this.#response.steps.length;
    this.#response.send(when, at);
    for (const step of this.#response.steps.slice(from)) this.#answered.set(step, { succeeded: true, allow });
  }

  /** Errors are written in the form that the request accepts (falcon/app_helpers.py, `default_serialize_error`). */
  #fail(when: Guard, status: number, at: Span): void {
    if (status >= 400) this.#response.take([{ when, effects: [{ op: 'append', header: 'vary', value: { v: 'literal', text: 'Accept', at, written: false }, statuses: 'all', at }], at }]);
    this.#answerWith(when, status, at, { succeeded: false, allow: this.#none });
  }

  #answerWith(when: Guard, status: number, at: Span, answered: Answered): void {
    const from = this.#response.steps.length;
    this.#response.answer(when, status, at);
    for (const step of this.#response.steps.slice(from)) this.#answered.set(step, answered);
  }

  /** An answer, with what `process_response` does to it before it goes out. */
  #answer(step: Step): readonly Step[] {
    const { end, when, at } = step;
    const answered = this.#answered.get(step);
    if (answered === undefined || end === undefined) return [step];
    const { succeeded, allow } = answered;
    const key = `${succeeded} ${allow.kind} ${allow.kind === 'string' ? allow.value : `${allow.at.file}:${allow.at.start}`}`;
    let late = this.#late.get(key);
    if (late === undefined) this.#late.set(key, (late = this.#responding(answered)));
    const steps = late.steps.flatMap((one): readonly Step[] => {
      const reached = allOf(when, one.when);
      return reached.g === 'never' ? [] : [{ ...one, when: reached }];
    });
    return [...steps, { when, effects: step.effects, end, at }];
  }

  #responding(answered: Answered): WrittenResponse {
    const { app, packages, isAsync } = this.application;
    const response = new WrittenResponse();
    // The status that is set last counts, and the components that come after still write.
    const ends: Step[] = [];
    let { allow } = answered;
    for (const { when: there, is } of this.#components.toReversed()) {
      if (is instanceof FalconCors) {
        response.take([...is.onAll(), ...is.onPreflight({ ...answered, allow })].map((step) => ({ ...step, when: allOf(there, step.when) })));
        if (answered.succeeded) allow = { kind: 'either', options: [{ when: is.takesAllow, value: this.#none }, { when: not(is.takesAllow), value: allow }], at: app.at };
      }
      if (!('response' in is) || is.response === undefined) continue;
      const exchange = exchangeFor(app.at, packages, isAsync, allow);
      const given: readonly Value[] = [exchange.req, exchange.resp, this.#open(app.at), { kind: 'boolean', value: answered.succeeded, at: app.at }];
      for (const action of is.response.run(given).flatMap((event) => exchange.actionsFrom(event))) {
        const when = allOf(there, guardOf(action.when));
        if (action.do === 'header') {
          if (/^(?:access-control-|vary$)/.test(action.name)) this.handWritten = true;
          if (action.name === 'allow') allow = this.#changed(allow, action);
          response.write(action, there, () => undefined);
        } else if (action.do === 'status' && action.status.kind === 'number') ends.unshift({ when, effects: [], end: { to: 'answer', status: action.status.value }, at: action.at });
        else if (action.do === 'fail') ends.unshift({ when, effects: [], end: { to: 'answer', status: action.status }, at: action.at });
      }
    }
    response.take(ends);
    return response;
  }

  /** The `Allow` header once it is written or taken away. */
  #changed(allow: Value, { op, when, value, at }: HeaderWrite): Value {
    const written: Value = op === 'set' ? value : op === 'remove' ? this.#none : unknown('conflicting-writes', 'the header Allow', at);
    return when.c === 'true' ? written : { kind: 'either', options: [{ when, value: written }, { when: not(when), value: allow }], at };
  }

  #open(at: Span): Value {
    return unknown('parameter', 'what the framework passes', at);
  }
}

function text(value: string, at: Span): Value {
  return { kind: 'string', value, at };
}
