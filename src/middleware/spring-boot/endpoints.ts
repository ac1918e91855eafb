import { guardOf } from '../../policy/from-condition.js';
import { whenAll, type Gap, type Probe } from '../../policy/program.js';
import { springVersion } from '../../syntax/jvm/spring-version.js';
import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import type { ApplicationConfiguration } from '../application/index.js';
import { combined, withPermitDefaults, type CorsConfiguration } from '../spring/cors-configuration.js';
import { pathGuard } from '../spring/paths.js';
import { processed, type Refusal } from '../spring/processor.js';
import { boundCors } from './cors-keys.js';
import { agedStates } from './gateway-mappings.js';
import type { Told } from './gateway.js';

/** Endpoints of Spring Boot's own that have CORS keys of their own. */
interface Endpoints {
  readonly title: string;
  readonly prefix: string;
  readonly pattern: string;
  readonly probe: (at: Span) => Probe;
  readonly refusal: Refusal;
  /** What is in force where keys are left out. */
  readonly complete: (config: CorsConfiguration, version: number, at: Span) => CorsConfiguration;
}

/**
 * `management.endpoints.web.cors.*` and `spring.graphql.cors.*`. Both are off without origins and patterns, and keep
 * answers for 1800 seconds. The actuator starts from nothing else (GET and HEAD, no header); GraphQL's path is a mapping
 * of the MVC registry, whose permitted defaults count: GET, HEAD, POST and any header. `*` with credentials keeps the
 * application from starting for the actuator, and ends requests to GraphQL (measured on Spring Boot 3.4.5).
 */
export function endpointsTold(configuration: ApplicationConfiguration, files: Files, file: string): Told {
  const told = [actuator(configuration), graphql(configuration)].map((one) => endpointTold(one, configuration, files, file));
  return { policies: told.flatMap(({ policies }) => policies), gaps: told.flatMap(({ gaps }) => gaps) };
}

function actuator(configuration: ApplicationConfiguration): Endpoints {
  const base = pathOf(configuration, 'management.endpoints.web.base-path') ?? '/actuator';
  return {
    title: 'Spring Boot Actuator',
    prefix: 'management.endpoints.web.cors',
    pattern: `${base}/**`,
    probe: (at) => ({ path: `${base}/health`, methods: ['GET'], requestHeaders: [], at }),
    refusal: 'start-up',
    complete: (config) => config,
  };
}

function graphql(configuration: ApplicationConfiguration): Endpoints {
  const path = pathOf(configuration, 'spring.graphql.http.path') ?? pathOf(configuration, 'spring.graphql.path') ?? '/graphql';
  return {
    title: 'Spring for GraphQL',
    prefix: 'spring.graphql.cors',
    pattern: path,
    probe: (at) => ({ path, methods: ['POST'], requestHeaders: ['content-type'], at }),
    refusal: 'lookup',
    complete: (config, version, at) => combined(withPermitDefaults({}, at), config, version),
  };
}

function pathOf(configuration: ApplicationConfiguration, key: string): string | undefined {
  const value = configuration.bound(key, undefined);
  return value?.kind === 'string' && /^\//.test(value.value) ? value.value.replace(/\/$/, '') : undefined;
}

function endpointTold({ title, prefix, pattern, probe, refusal, complete }: Endpoints, configuration: ApplicationConfiguration, files: Files, file: string): Told {
  const bound = boundCors(configuration, prefix);
  if (bound === undefined) return { policies: [], gaps: [] };
  const { at } = bound;
  const { states, refused } = agedStates(bound, true);
  const version = springVersion(files, file);
  const on = states.filter(({ config }) => (config.origins?.items.length ?? 0) + (config.patterns?.items.length ?? 0) > 0);
  const gaps: Gap[] = [...bound.refused, ...refused];
  if (on.length === 0) return { policies: [], gaps: [...gaps, { at, reason: 'unsupported-syntax', message: `\`${prefix}\` has no effect: without allowed-origins and allowed-origin-patterns CORS is off` }] };
  const steps = on.flatMap(({ when, config }) => {
    const aged: CorsConfiguration = config.maxAge === undefined ? { ...config, maxAge: { value: { kind: 'number', value: 1800, at }, at } } : config;
    return processed(complete(aged, version.number, at), whenAll(guardOf(bound.present), guardOf(when), pathGuard(pattern, at)), version.number, at, refusal);
  });
  return { policies: [{ title, layer: 'app-middleware', at, steps, probes: [probe(at)], behind: { options: 200 }, version: version.text }], gaps };
}
