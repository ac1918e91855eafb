import { choose } from '../../values/either.js';
import type { Event, Handle, Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { configured, withPermitDefaults, type CorsConfiguration } from '../../middleware/spring/cors-configuration.js';
import type { Followed } from './application.js';
import type { SpringObjects } from './spring-classes.js';

/** A configuration with the path pattern that it is for. */
export interface Mapping {
  readonly path: string;
  readonly at: Span;
  readonly config: CorsConfiguration;
}

/** Mappings are kept by their pattern: the last configuration of one counts, at the place of its first. */
export function byPattern(mappings: readonly Mapping[]): readonly Mapping[] {
  return [...new Map(mappings.map((mapping) => [mapping.path, mapping])).values()];
}

/** A `CorsConfigurationSource`, as a bean or inside a `CorsFilter`. */
export interface Source {
  readonly title: string;
  readonly at: Span;
  readonly mappings: readonly Mapping[];
  /** The filter that asks it; undefined: a bean that others may ask (Spring Security). */
  readonly filter?: { readonly order: number };
}

/** What the methods of a file build: sources for filters, and mappings of the MVC registry. */
export interface Built {
  readonly sources: readonly Source[];
  readonly registered: readonly Mapping[];
}

export function builtBy({ methods, objects }: Followed): Built {
  const events = methods.flatMap((one) => one.events);
  return { sources: sourcesOf(events, objects), registered: byPattern(mappingsOf(events, objects)) };
}

/** The configuration that an object is after everything that was done to it. */
function stateOf(handle: Handle, events: readonly Event[], objects: SpringObjects, depth = 0): CorsConfiguration {
  const [copied] = objects.made.get(handle)?.args ?? [];
  let config: CorsConfiguration = copied?.kind === 'handle' && objects.kindOf(copied) === 'configuration' && depth < 4 ? stateOf(copied, events, objects, depth + 1) : {};
  for (const event of events) {
    if ((event.kind !== 'call' && event.kind !== 'assign') || event.receiver !== handle) continue;
    const [name, args] = event.kind === 'call' ? [event.method, event.args] : [`set${event.property}`, [event.value]];
    const after = configured(config, name, args, event.at);
    config = event.when.c === 'true' ? after : onlyWhere(event, config, after);
  }
  return config;
}

/** A change that is made only under a condition: what is added is there only then, a flag is what it is then. */
function onlyWhere({ when }: Event, before: CorsConfiguration, after: CorsConfiguration): CorsConfiguration {
  const { credentials } = after;
  const lists = (['origins', 'patterns', 'methods', 'headers', 'exposed'] as const).flatMap((key) => {
    const list = after[key];
    if (list === undefined || list === before[key]) return [];
    const items = list.items.map((item): Value => (before[key]?.items.includes(item) === true ? item : { kind: 'either', options: [{ when, value: item }], at: item.at }));
    return [[key, { ...list, items }] as const];
  });
  return { ...after, ...Object.fromEntries(lists), ...(credentials === undefined || credentials === before.credentials ? {} : { credentials: { ...credentials, value: choose(when, credentials.value, before.credentials?.value ?? { kind: 'boolean', value: false, at: credentials.at }, credentials.at) } }) };
}

/** `Ordered.LOWEST_PRECEDENCE`: filters that nobody gave an order. */
const LOWEST_PRECEDENCE = 2_147_483_647;

function sourcesOf(events: readonly Event[], objects: SpringObjects): readonly Source[] {
  const inFilters = [...objects.made].some(([handle, { args }]) => objects.kindOf(handle) === 'filter' && args.length > 0);
  const said = inFilters ? ({ title: 'CorsFilter', filter: { order: LOWEST_PRECEDENCE } } as const) : ({ title: 'CorsConfigurationSource' } as const);
  const found: Source[] = [];
  const used = new Set<Handle>();
  for (const [handle, { at }] of objects.made) {
    if (objects.kindOf(handle) !== 'source') continue;
    const mappings = events.flatMap((event): Mapping[] => {
      if (event.kind !== 'call' || event.receiver !== handle || event.method !== 'registerCorsConfiguration') return [];
      const [path, config] = event.args;
      if (path === undefined || config?.kind !== 'handle' || objects.kindOf(config) !== 'configuration') return [];
      used.add(config);
      return [{ path: path.kind === 'string' ? path.value : '/**', at: path.at, config: stateOf(config, events, objects) }];
    });
    const first = mappings[0];
    if (first !== undefined) found.push({ ...said, at: madeAt(events, objects, handle) ?? at, mappings: byPattern(mappings) });
  }
  for (const [handle, { at }] of objects.made) {
    if (objects.kindOf(handle) !== 'configuration' || used.has(handle) || copies(handle, objects)) continue;
    found.push({ ...said, at, mappings: [{ path: '/**', at, config: stateOf(handle, events, objects) }] });
  }
  return found;
}

/** Where the first configuration of a source was made. */
function madeAt(events: readonly Event[], objects: SpringObjects, source: Handle): Span | undefined {
  for (const event of events) {
    const config = event.kind === 'call' && event.receiver === source ? event.args[1] : undefined;
    if (config?.kind === 'handle') return objects.made.get(config)?.at;
  }
  return undefined;
}

/** Another configuration was made of this one. */
function copies(handle: Handle, objects: SpringObjects): boolean {
  return [...objects.made.values()].some(({ args }) => args.includes(handle));
}

/** `registry.addMapping("/api/**").allowedOrigins(…)…`, in order: the first mapping whose pattern matches decides. */
function mappingsOf(events: readonly Event[], objects: SpringObjects): readonly Mapping[] {
  return [...objects.made].flatMap(([handle, { args, at }]): Mapping[] => {
    if (objects.kindOf(handle) !== 'mapping') return [];
    const [path] = args;
    return [{ path: path?.kind === 'string' ? path.value : '/**', at: path?.at ?? at, config: withPermitDefaults(stateOf(handle, events, objects), at) }];
  });
}
