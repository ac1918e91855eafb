import { pathGuard, samplePath } from '../../middleware/spring/paths.js';
import { processed, uncovered } from '../../middleware/spring/processor.js';
import type { Policy, Step } from '../../policy/program.js';
import type { Application } from './application.js';
import type { Source } from './sources.js';

/** Something that a request meets before Spring MVC's dispatcher. */
export interface InFront {
  /** Filters of a small order come first; Spring Security's stands at -100, those without an order are the last. */
  readonly order: number;
  /** What no step ends goes on to what comes next. */
  readonly steps: readonly Step[];
}

/** The order of the dispatcher: behind every filter. */
export const DISPATCHER = Number.POSITIVE_INFINITY;

/** What a request has passed before it comes to something of an order, first things first. */
export function inFrontOf(order: number, application: Application, version: number): readonly Step[] {
  return filters(application, version)
    .filter((one) => one.order < order)
    .sort((a, b) => a.order - b.order)
    .flatMap(({ steps }) => steps);
}

/** All filters of an application that have a say in CORS. */
function filters({ all }: Application, version: number): readonly InFront[] {
  return all.flatMap(({ sources }) => sources.filter(({ filter }) => filter !== undefined)).map((source) => ({ order: source.filter!.order, steps: filterSteps(source, version) }));
}

function filterSteps({ at, mappings }: Source, version: number): readonly Step[] {
  return [...mappings.flatMap(({ path, at: place, config }) => processed(config, pathGuard(path, place), version, at, 'cross-origin')), ...uncovered(version, at)];
}

type Said = Pick<Policy, 'title' | 'layer' | 'at' | 'steps' | 'probes'>;

/** `CorsFilter`s and sources of the file that is read, each with what stands in front of it. */
export function sourcePolicies(application: Application, version: number): readonly Said[] {
  return application.own.sources.map((source) => ({
    title: source.title,
    layer: 'app-middleware',
    at: source.at,
    steps: [...inFrontOf(source.filter?.order ?? DISPATCHER, application, version), ...filterSteps(source, version)],
    probes: source.mappings.map(({ path, at }) => ({ path: samplePath(path), methods: null, requestHeaders: [], at })),
  }));
}
