import { anyOf, exact } from '../../origins/origin-set.js';
import { combined, withOldDefaults } from '../../middleware/spring/cors-configuration.js';
import { covers, pathGuard, samplePath } from '../../middleware/spring/paths.js';
import { guardOf } from '../../policy/from-condition.js';
import { IS_PREFLIGHT_WITH_ORIGIN, isRefused, processed, VARY } from '../../middleware/spring/processor.js';
import { ALWAYS, unless, whenAll, whenAny, type Effect, type End, type Guard, type Policy, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Application, Followed } from './application.js';
import { handlersIn, type Handler } from './controllers.js';
import { DISPATCHER, inFrontOf } from './in-front.js';
import { withCredentials } from './security/probes.js';
import { byPattern, type Mapping } from './sources.js';

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };

/** What the dispatcher says to requests for the handlers of a file, and for the paths that the file's registry maps. */
export function dispatcherPolicy(file: Followed, application: Application, version: number): readonly Pick<Policy, 'title' | 'layer' | 'at' | 'steps' | 'probes'>[] {
  const handlers = handlersIn(file.ran.classes, file.module);
  const { registry: own } = application.own;
  const at = own[0]?.at ?? [...handlers.values()].flat().find(({ cors }) => cors !== undefined)?.cors?.at;
  if (at === undefined) return [];
  const registry = byPattern(application.all.flatMap((one) => one.registry)).map((mapping) => ({ ...mapping, config: withOldDefaults(mapping.config, version, mapping.at) }));
  const served = [...handlers].map(([path, group]): Probe => ({ path: samplePath(path), methods: servedMethods(group), requestHeaders: [...new Set(group.flatMap(({ needs }) => needs))], at: group[0]!.at }));
  const registered = own.filter(({ path }) => ![...handlers.keys()].some((other) => covers(path, other))).map(({ path, at: place }): Probe => ({ path: samplePath(path), methods: null, requestHeaders: [], at: place }));
  const { starting, handled, others } = dispatched(handlers, registry, version, at);
  const said = [...handled, ...others];
  const faults = [...faultsIn(handled), ...faultsIn(others).map((fault) => ({ ...fault, when: whenAll(fault.when, ...[...handlers.keys()].map((path) => unless(pathGuard(path, at)))) }))];
  // What a filter lets pass fails where the dispatcher refuses its own configuration.
  const inFront = inFrontOf(DISPATCHER, application, version, said).flatMap((step) => (step.end?.to === 'behind' ? [...faults.map((fault) => ({ ...fault, when: whenAll(step.when, fault.when) })), step] : [step]));
  const steps = [...starting, ...inFront, ...said];
  return [{ title: own.length > 0 ? 'Spring MVC (CorsRegistry)' : 'Spring MVC (@CrossOrigin)', layer: own.length > 0 ? 'app-middleware' : 'route-handler', at, steps, probes: withCredentials([...served, ...registered], application, version) }];
}

/**
 * Spring MVC's dispatcher (`AbstractHandlerMapping`): a preflight is looked up by the method that it asks for, the first global mapping
 * that covers the path is combined with the handler's annotations, OPTIONS of a mapped path is answered with `Allow`,
 * and another method with 405 before anything of CORS is said.
 */
function dispatched(handlers: ReadonlyMap<string, readonly Handler[]>, registry: readonly Mapping[], version: number, at: Span): Said {
  const starting: Step[] = [];
  const handled: Step[] = [];
  const unserved: Step[] = [];
  for (const [path, group] of nearestFirst(handlers)) {
    const here = pathGuard(path, at);
    const global = covering(registry, path);
    const configure = (when: Guard, own: Handler['cors'], place: Span, said = handled): void => {
      const states = own?.states.map((state) => ({ config: withOldDefaults(state.config, version, own.at), here: whenAll(here, when, guardOf(state.when)), when: guardOf(state.when) }));
      for (const state of states ?? []) if (isRefused(state.config, version)) starting.push(...processed(state.config, state.when, version, own!.at, 'start-up'));
      for (const mapping of global) {
        for (const state of states ?? [{ config: undefined, here: whenAll(here, when) }]) said.push(...processed(combined(mapping.config, state.config, version), whenAll(state.here, mapping.when), version, own?.at ?? place, 'lookup'));
      }
      if (global.at(-1)?.when.g === 'always') return;
      if (states === undefined) said.push(...unconfigured(whenAll(here, when), registry.length > 0, version, place));
      else for (const state of states) said.push(...processed(state.config, state.here, version, own!.at, 'lookup'));
    };
    for (const handler of group) configure(whenAny(whenAll(IS_PREFLIGHT_WITH_ORIGIN, asksFor(handler.methods, at)), whenAll(unless(IS_PREFLIGHT_WITH_ORIGIN), serves(handler.methods))), handler.cors, handler.at);
    // Spring's own answers: OPTIONS with `Allow`, and the refusal of methods that no handler serves.
    configure(OPTIONS, undefined, at, unserved);
    unserved.push(ends(here, 405, at));
  }
  const others: Step[] = [];
  const earlier: Guard[] = [];
  for (const { path, at: place, when, config } of registry) {
    const here = pathGuard(path, place);
    others.push(...processed(config, whenAll(here, when), version, place, 'lookup').map((step) => (isFault(step) ? { ...step, when: whenAll(step.when, ...earlier.map(unless)) } : step)));
    if (when.g === 'always') earlier.push(here);
  }
  return { starting, handled: [...handled, ...unserved], others: [...others, ...(registry.length > 0 ? unconfigured(ALWAYS, true, version, at) : [])] };
}

/** Patterns that are for paths of others, too, come behind them; what they serve by another method is served nevertheless. */
function nearestFirst(handlers: ReadonlyMap<string, readonly Handler[]>): readonly (readonly [string, readonly Handler[]])[] {
  const ordered: (readonly [string, readonly Handler[]])[] = [];
  for (const one of handlers) {
    const wider = ordered.findIndex(([path]) => covers(path, one[0]) && path !== one[0]);
    ordered.splice(wider === -1 ? ordered.length : wider, 0, one);
  }
  return ordered;
}

/** What the dispatcher does. */
interface Said {
  /** What annotations alone say is checked as the application starts. */
  readonly starting: readonly Step[];
  /** Requests for handlers that are in view. */
  readonly handled: readonly Step[];
  /** Those for others. */
  readonly others: readonly Step[];
}

function isFault({ end }: Step): boolean {
  return end?.to === 'answer' && end.fault !== undefined;
}

function faultsIn(steps: readonly Step[]): readonly Step[] {
  return steps.filter(isFault);
}

/** Mappings that cover a path, up to the first that is always there. */
function covering(registry: readonly Mapping[], path: string): readonly Mapping[] {
  const all = registry.filter((mapping) => covers(mapping.path, path));
  const last = all.findIndex(({ when }) => when.g === 'always');
  return last === -1 ? all : all.slice(0, last + 1);
}

/** Requests for a handler without a configuration: preflights are refused before 7.0; `Vary` goes out where there is a registry. */
function unconfigured(when: Guard, hasRegistry: boolean, version: number, at: Span): readonly Step[] {
  const varies = version >= 50200 && version < 70000;
  const vary: Effect = { op: 'append', header: 'vary', value: { v: 'literal', text: VARY, at, written: false }, statuses: 'all', at };
  return [
    ...(varies ? [{ when: whenAll(when, hasRegistry ? ALWAYS : IS_PREFLIGHT_WITH_ORIGIN), effects: [vary], at }] : []),
    ...(version < 70000 ? [ends(whenAll(when, IS_PREFLIGHT_WITH_ORIGIN, unless({ g: 'same-origin' })), 403, at)] : []),
    { when, effects: [], end: { to: 'behind' } satisfies End, at },
  ];
}

function ends(when: Guard, status: number, at: Span): Step {
  return { when, effects: [], end: { to: 'answer', status }, at };
}

function asksFor(methods: readonly string[], at: Span): Guard {
  return methods.length === 0 ? ALWAYS : { g: 'header', name: 'access-control-request-method', in: anyOf(withHead(methods).map((name) => exact(name, at))) };
}

function serves(methods: readonly string[]): Guard {
  return methods.length === 0 ? unless(OPTIONS) : { g: 'method', in: withHead(methods) };
}

/** What serves GET serves HEAD. */
function withHead(methods: readonly string[]): readonly string[] {
  return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
}

/** The methods that a path serves, all handlers together; null: all. */
function servedMethods(handlers: readonly Handler[]): readonly string[] | null {
  return handlers.some(({ methods }) => methods.length === 0) ? null : [...new Set(handlers.flatMap(({ methods }) => methods))];
}

