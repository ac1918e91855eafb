import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Gap, type Guard, type Policy, type Step } from '../../policy/program.js';
import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import type { ApplicationConfiguration } from '../application/index.js';
import { pathGuard } from '../spring/paths.js';
import { IS_PREFLIGHT_WITH_ORIGIN, processed, VARY } from '../spring/processor.js';
import { below, type BoundState } from './cors-keys.js';
import { globalMappings, routeMappings, type GatewayMapping } from './gateway-mappings.js';
import { defaultFilters, routesBelow } from './gateway-definitions.js';
import { deduped, operationSteps, responseOperations, type ResponseOperation } from './gateway-filters.js';
import { inPlace, probesOf, routed, type RouteInPlace } from './gateway-routes.js';
import { BEFORE_5, gatewayVersion, type GatewayVersion } from './gateway-version.js';

const NEW_PREFIX = 'spring.cloud.gateway.server.webflux';
/** Up to 4.2, and beside the new one in 4.3; 5.0 does not know it any more (measured on 3.1.9, 4.2.7, 4.3.0 and 5.0.1). */
const OLD_PREFIX = 'spring.cloud.gateway';

/** A policy without what all of them share, and what is to be said beside it. */
export interface Told {
  readonly policies: readonly Pick<Policy, 'title' | 'layer' | 'at' | 'steps' | 'probes' | 'behind' | 'version'>[];
  readonly gaps: readonly Gap[];
}

/** Routes with the same filters, one after the other: what the gateway says to requests for them is the same. */
interface Stretch {
  readonly routes: readonly RouteInPlace[];
  readonly operations: readonly ResponseOperation[];
  readonly when: Guard;
}

/**
 * Spring Cloud Gateway (on WebFlux) as application files configure it. It looks for a route first, by the method of the
 * request itself; then `DefaultCorsProcessor` runs with the mappings of `globalcors` and of the routes' metadata.
 * Preflights never reach what stands behind: without a mapping they get 403, since 7.0 an empty 200. What upstream sends
 * stands beside the gateway's own headers.
 */
export function gatewayTold(configuration: ApplicationConfiguration, files: Files, file: string): Told {
  const [prefix, version] = prefixFor(configuration, gatewayVersion(files, file));
  if (prefix === undefined) {
    const [dead] = below(configuration, `${OLD_PREFIX}.globalcors`);
    return { policies: [], gaps: dead === undefined || below(configuration, `${NEW_PREFIX}.globalcors`).length > 0 ? [] : [gap(dead.setting.whole, `Spring Cloud Gateway 5 does not read \`${OLD_PREFIX}.globalcors\`: its key is \`${NEW_PREFIX}.globalcors\``)] };
  }
  const routes = inPlace(routesBelow(configuration, prefix));
  const global = globalMappings(configuration, `${prefix}.globalcors.cors-configurations`);
  const own = (version.gateway ?? 50000) >= 40000 ? routeMappings(configuration, files, routes) : { mappings: [], gaps: [] };
  // The routes' own come first; a pattern that stands in both is theirs.
  const mappings = [...own.mappings, ...global.mappings.filter(({ path }) => !own.mappings.some((one) => one.path === path))];
  const stretches = stretchesOf(routes, defaultFilters(configuration, prefix).flatMap(({ items }) => items), (version.gateway ?? 50000) < 40001);
  const at = placeOf(mappings, stretches);
  if (at === undefined) return { policies: [], gaps: [...global.gaps, ...own.gaps] };
  const configured = global.dead ? ALWAYS : whenAny(...mappings.map(({ bound }) => guardOf(bound.present)));
  const steps = [
    ...stretches.flatMap((stretch) => [...corsSteps(mappings, stretch, version.framework, at), ...remaining(stretch, configured, version.framework, at)]),
    ...unrouted(routes, global.mappings, addsToOthers(configuration, prefix) ? ALWAYS : NEVER, version.framework, at),
  ];
  return { policies: [{ title: 'Spring Cloud Gateway', layer: 'gateway', at, steps, probes: probesOf(routes, mappings, at), behind: { options: null }, version: version.text }], gaps: [...global.gaps, ...own.gaps] };
}

/** Which of the two prefixes counts, and the version that is modelled. */
function prefixFor(configuration: ApplicationConfiguration, version: GatewayVersion): readonly [prefix: string | undefined, version: GatewayVersion] {
  const isNew = configuration.holds(NEW_PREFIX);
  const isOld = ['globalcors', 'routes', 'default-filters'].some((key) => configuration.holds(`${OLD_PREFIX}.${key}`));
  if (isNew || !isOld) return [isNew ? NEW_PREFIX : undefined, version];
  if (version.gateway === undefined) return [OLD_PREFIX, BEFORE_5];
  return [version.gateway < 50000 ? OLD_PREFIX : undefined, version];
}

function gap(at: Span, message: string): Gap {
  return { at, reason: 'unsupported-syntax', message };
}

/** Where the gateway first says something of CORS. */
function placeOf(mappings: readonly GatewayMapping[], stretches: readonly Stretch[]): Span | undefined {
  const filter = stretches.flatMap(({ operations }) => operations).find((one) => one.do !== 'dedupe' && one.header.startsWith('access-control-'));
  return mappings[0]?.at ?? filter?.at;
}

function addsToOthers(configuration: ApplicationConfiguration, prefix: string): boolean {
  const value = configuration.bound(`${prefix}.globalcors.add-to-simple-url-handler-mapping`, undefined);
  return value?.kind === 'string' && /^(?:true|on|yes|1)$/i.test(value.value);
}

function stretchesOf(routes: readonly RouteInPlace[], defaults: Parameters<typeof responseOperations>[0], early: boolean): readonly Stretch[] {
  if (routes.length === 0) return [{ routes: [], operations: responseOperations(defaults, [], early), when: ALWAYS }];
  const stretches: { routes: RouteInPlace[]; operations: readonly ResponseOperation[] }[] = [];
  for (const one of routes) {
    const operations = responseOperations(defaults, one.route.filters, early);
    const last = stretches.at(-1);
    if (last !== undefined && JSON.stringify(last.operations) === JSON.stringify(operations)) last.routes.push(one);
    else stretches.push({ routes: [one], operations });
  }
  return stretches.map((stretch) => ({ ...stretch, when: routed(stretch.routes) }));
}

/** The processor's steps for each mapping; who passes goes on to the route. */
function corsSteps(mappings: readonly GatewayMapping[], stretch: Stretch, version: number, at: Span): readonly Step[] {
  return casesOf(mappings).flatMap(({ path, at: place, when, state }) => {
    const here = whenAll(stretch.when, guardOf(when), guardOf(state.when), pathGuard(path, place));
    return processed(state.config, here, version, at, 'lookup').flatMap((step) => passedOn({ ...step, effects: step.effects.map((effect) => beside(effect, stretch.operations)) }, stretch, version >= 50200));
  });
}

function casesOf(mappings: readonly GatewayMapping[]): readonly (GatewayMapping & { readonly when: Condition; readonly state: BoundState })[] {
  return mappings.flatMap((mapping) => mapping.bound.states.map((state) => ({ ...mapping, when: mapping.bound.present, state })));
}

/** What upstream sends is added to what the gateway has said. */
function beside(effect: Effect, operations: readonly ResponseOperation[]): Effect {
  return effect.op === 'set' ? deduped(effect, operations, 'first') : effect;
}

/** A step that lets the request pass sends it to the route that took it; filters run on what comes back. */
function passedOn(step: Step, { routes, operations }: Stretch, varies: boolean): readonly Step[] {
  if (step.end?.to !== 'behind') return [step];
  const { end, ...quiet } = step;
  const before = step.effects.length === 0 ? [] : [quiet];
  const taken = routes.length === 0 ? [{ when: step.when, end }] : routes.map((one) => ({ when: whenAll(step.when, one.when), end: one.end }));
  return [...before, ...operationSteps(operations, step.when, varies), ...taken.map((one): Step => ({ when: one.when, effects: [], end: one.end, at: step.at }))];
}

/** Requests for a route that no mapping covers. `configured`: where there are mappings at all. */
function remaining(stretch: Stretch, configured: Guard, version: number, at: Span): readonly Step[] {
  return [...unconfigured(stretch.when, configured, version, at), ...passedOn({ when: stretch.when, effects: [], end: { to: 'behind' }, at }, stretch, configured.g !== 'never' && version < 70000)];
}

/** `null` as a configuration: `Vary` wherever there are mappings, else on preflights; these end here, refused before 7.0. */
function unconfigured(when: Guard, configured: Guard, version: number, at: Span): readonly Step[] {
  const vary: Effect = { op: 'append', header: 'vary', value: { v: 'literal', text: VARY, at, written: false }, statuses: 'all', at };
  const preflight = whenAll(when, IS_PREFLIGHT_WITH_ORIGIN);
  return [
    ...(version < 70000 ? [{ when: whenAll(when, whenAny(configured, IS_PREFLIGHT_WITH_ORIGIN)), effects: [vary], at }, { when: whenAll(preflight, unless({ g: 'same-origin' })), effects: [], end: { to: 'answer', status: 403 }, at } as const] : []),
    { when: preflight, effects: [], end: { to: 'answer', status: 200 }, at },
  ];
}

/** Requests that no route takes come to the static resources: 404, and CORS only where the mappings are added to them. */
function unrouted(routes: readonly RouteInPlace[], mappings: readonly GatewayMapping[], added: Guard, version: number, at: Span): readonly Step[] {
  if (routes.length === 0) return [];
  const missing: Step = { when: ALWAYS, effects: [], end: { to: 'answer', status: 404 }, at };
  const cors = added.g === 'always' ? casesOf(mappings).flatMap(({ path, at: place, when, state }) => processed(state.config, whenAll(guardOf(when), guardOf(state.when), pathGuard(path, place)), version, at, 'lookup')) : [];
  return [...cors.map((step): Step => (step.end?.to === 'behind' ? { ...step, end: { to: 'answer', status: 404 } } : step)), ...unconfigured(ALWAYS, added, version, at), missing];
}

