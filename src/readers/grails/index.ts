/**
 * Grails: `grails.cors` in `grails-app/conf/application.yml`, a filter for everything or for the mappings below it.
 *
 * Switched on and left alone it lets every origin, method and header in; before Grails 4 with credentials, too. What a
 * mapping does not say is what stands beside the mappings. Source: GrailsCorsConfiguration of Grails 3.2, 4 and 6.
 */
import { below, boundCors } from '../../middleware/spring-boot/cors-keys.js';
import { agedStates } from '../../middleware/spring-boot/gateway-mappings.js';
import { configurationIn, editedSetting, SPRING, type ApplicationConfiguration } from '../../middleware/application/index.js';
import { builtWith } from '../../middleware/build-version.js';
import { configured, type CorsConfiguration } from '../../middleware/spring/cors-configuration.js';
import { pathGuard, samplePath } from '../../middleware/spring/paths.js';
import { processed, uncovered } from '../../middleware/spring/processor.js';
import { guardOf } from '../../policy/from-condition.js';
import { NEVER, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlInProject>({
  title: 'Grails',
  language: 'yaml',
  mayConcern: /\bgrails\b[\s\S]*\bcors\b/,

  *read({ files, file }) {
    if (/(?:^|\/)src\/(?:test|integration-test)\//.test(file)) return;
    const configuration = configurationIn(files, file, SPRING);
    const on = switchedOn(configuration);
    const bound = boundCors(configuration, 'grails.cors');
    if (on.g === 'never' || bound === undefined) return;
    const { at } = bound;
    const version = versionOf(files, file);
    const patterns = mappingsOf(configuration);
    const states = agedStates(bound, false).states;
    const mappings = patterns.length === 0 ? [{ pattern: '/**', at, states }] : patterns.map(({ pattern, prefix, at: place }) => {
      const own = boundCors(configuration, prefix);
      return { pattern, at: place, states: states.flatMap((outer) => (own === undefined ? [outer] : agedStates(own, false).states.map((inner) => ({ when: inner.when.c === 'true' ? outer.when : inner.when, config: { ...outer.config, ...inner.config } })))) };
    });
    const steps = mappings.flatMap(({ pattern, at: place, states: cases }) => cases.flatMap(({ when, config }) => processed(complete(config, version.major, place), whenAll(on, guardOf(when), pathGuard(pattern, place)), version.spring, at, 'cross-origin')));
    yield {
      kind: 'policy',
      policy: {
        reader: 'grails',
        title: 'Grails (grails.cors)',
        layer: 'app-middleware',
        at,
        steps: [...steps, ...uncovered(version.spring, at).map((step) => ({ ...step, when: whenAll(on, step.when) }))],
        behind: { options: 200 },
        probes: mappings.map(({ pattern, at: place }) => ({ path: samplePath(pattern), methods: null, requestHeaders: [], at: place })),
        survivesUncaught: true,
        listens: [8080],
        version: version.text,
        evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
        notes: [],
      },
    };
  },

  write: ({ files }, policy, change) => editedSetting(files, policy, change),
});

/** `grails.cors.enabled` is false unless it is written; `corsFilter: false` leaves the work to others. */
function switchedOn(configuration: ApplicationConfiguration): Guard {
  const filter = truthOf(configuration.bound('grails.cors.cors-filter', undefined), true);
  return whenAll(truthOf(configuration.bound('grails.cors.enabled', undefined), false), filter);
}

function truthOf(value: Value | undefined, fallback: boolean): Guard {
  if (value === undefined) return fallback ? { g: 'always' } : NEVER;
  return whenAny(...casesOfValue(value).map(({ when, value: one }): Guard => {
    if (one.kind === 'boolean' || one.kind === 'string') return String(one.value).trim().toLowerCase() === 'true' ? guardOf(when) : NEVER;
    if (one.kind === 'nothing') return fallback ? guardOf(when) : NEVER;
    return whenAll(guardOf(when), { g: 'fact', fact: factOf(one.kind === 'env' || one.kind === 'unknown' ? one : unknown('unsupported-syntax', 'a setting', one.at)) });
  }));
}

interface Mapped {
  readonly pattern: string;
  /** Key of the mapping. */
  readonly prefix: string;
  readonly at: Span;
}

/** Paths below `mappings`, each with its settings or `inherit`. */
function mappingsOf(configuration: ApplicationConfiguration): readonly Mapped[] {
  const found = new Map<string, Mapped>();
  for (const { setting } of below(configuration, 'grails.cors.mappings')) {
    const [, prefix, bracketed, plain] = /^(grails\.cors\.mappings\.?(?:\[([^\]]+)\]|(\/[^.]*)))/i.exec(setting.key) ?? [];
    const pattern = bracketed ?? plain;
    if (prefix !== undefined && pattern !== undefined && !found.has(pattern)) found.set(pattern, { pattern, prefix, at: setting.whole });
  }
  return [...found.values()];
}

/** What is not said is permitted to all; credentials were, too, before Grails 4. */
function complete(config: CorsConfiguration, major: number, at: Span): CorsConfiguration {
  const star: Value = { kind: 'list', items: [{ kind: 'string', value: '*', at }], at };
  const byDefault = (name: 'origins' | 'methods' | 'headers', setter: string): CorsConfiguration => {
    const made = configured({}, setter, [star], at)[name];
    return made === undefined ? {} : { [name]: { ...made, byDefault: true } };
  };
  return {
    ...(config.patterns === undefined ? byDefault('origins', 'setallowedorigins') : {}),
    ...byDefault('methods', 'setallowedmethods'),
    ...byDefault('headers', 'setallowedheaders'),
    maxAge: { value: { kind: 'number', value: 1800, at }, at },
    ...(major < 4 ? { credentials: { value: { kind: 'boolean', value: true, at }, at } } : {}),
    ...config,
  };
}

/** Spring's version in each line of Grails. */
const SPRINGS: readonly (readonly [major: number, spring: number])[] = [[3, 40309], [4, 50110], [5, 50320], [6, 50330], [7, 60208]];

function versionOf(files: Files, file: string): { readonly major: number; readonly spring: number; readonly text: string } {
  const built = builtWith(files, file, 'org.grails', ['grails-core', 'grails-bom'], ['grailsVersion', 'grails.version']);
  const major = built === undefined ? 7 : Number.parseInt(built.version, 10);
  const spring = SPRINGS.find(([line]) => line === major)?.[1] ?? (major < 3 ? 40309 : 60208);
  return { major, spring, text: built === undefined ? 'Grails ≥ 7.0 (no version found)' : `Grails ${built.version} (${built.in})` };
}
