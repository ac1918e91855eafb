import { pathGuard, servletPathGuard } from '../../middleware/spring/paths.js';
import { processed, uncovered } from '../../middleware/spring/processor.js';
import { ALWAYS, whenAll, whenAny, type Policy, type Step } from '../../policy/program.js';
import type { Application } from './application.js';
import { chainSteps, isAsked, sourceInChains } from './security/passage.js';
import { probesOf } from './security/probes.js';
import type { Source } from './sources.js';

/** Something that a request meets before Spring MVC's dispatcher. */
export interface InFront {
  /** Filters of a small order come first; those without an order are the last. */
  readonly order: number;
  /** What no step ends goes on to what comes next. */
  readonly steps: readonly Step[];
}

/** The order of the dispatcher: behind every filter. */
export const DISPATCHER = Number.POSITIVE_INFINITY;

/** `SecurityProperties.DEFAULT_FILTER_ORDER`: the filter that asks the chains of Spring Security. */
const SECURITY = -100;

/** What a request has passed before it comes to something of an order, first things first. `dispatcher`: what the dispatcher says to it. */
export function inFrontOf(order: number, application: Application, version: number, dispatcher: readonly Step[]): readonly Step[] {
  const security: InFront = { order: SECURITY, steps: chainSteps(application, application.security, { dispatcher, source: (source) => filterSteps(source, version) }) };
  return [...filters(application, version).filter((one) => one.order !== SECURITY || security.steps.length === 0), security]
    .filter((one) => one.order < order)
    .sort((a, b) => a.order - b.order)
    .flatMap(({ steps }) => steps);
}

/** All filters of an application that have a say in CORS. */
function filters({ all }: Application, version: number): readonly InFront[] {
  return all.flatMap(({ sources }) => sources.filter(({ filter }) => filter !== undefined)).map((source) => ({ order: source.filter!.order, steps: filterSteps(source, version) }));
}

function filterSteps({ at, mappings, present, filter }: Source, version: number): readonly Step[] {
  const seen = whenAll(present, filter === undefined || filter.paths.length === 0 ? ALWAYS : whenAny(...filter.paths.map((pattern) => servletPathGuard(pattern, at))));
  return [...mappings.flatMap(({ path, at: place, when, config }) => processed(config, whenAll(seen, pathGuard(path, place), when), version, at, 'cross-origin')), ...uncovered(version, at).map((step) => ({ ...step, when: whenAll(seen, step.when) }))];
}

type Said = Pick<Policy, 'title' | 'layer' | 'at' | 'steps' | 'probes'>;

/** `CorsFilter`s and sources of the file that is read, each with what stands in front of it. */
export function sourcePolicies(application: Application, version: number): readonly Said[] {
  return application.own.sources.flatMap((source): readonly Said[] => {
    const steps = stepsOf(source, application, version);
    return steps === undefined ? [] : [{ title: source.title, layer: 'app-middleware', at: source.at, steps, probes: probesOf(source, application, application.security) }];
  });
}

/** A filter stands in its order, a source of Spring Security's where the chains ask it; undefined: nobody asks it. */
function stepsOf(source: Source, application: Application, version: number): readonly Step[] | undefined {
  const own = filterSteps(source, version);
  const asked = isAsked(source, application, application.security);
  if (asked === true) return [...inFrontOf(SECURITY, application, version, []), ...sourceInChains(source, own, application, application.security)];
  if (asked === false && source.filter === undefined) return undefined;
  return [...inFrontOf(source.filter?.order ?? DISPATCHER, application, version, []), ...own];
}
