import type { Span } from '../../text/span.js';
import { fromCondition } from '../../values/cases.js';
import { or, type Condition } from '../../values/condition.js';
import { setting } from '../../values/either.js';
import { mapCases } from '../../values/cases.js';
import { unknown, type Handle, type Value } from '../../values/value.js';
import { profilesAccepted, profileActive, type ApplicationConfiguration } from '../application/index.js';
import { converted } from './conversion.js';

export function isEnvironment(type: string | undefined): boolean {
  return /(?:^|\.)(?:Configurable|Standard|Configurable?Web)?(?:Environment|PropertyResolver)$/.test(type ?? '');
}

/** Names that are asked about in code. A list of active profiles says for each when it holds; others are taken to be inactive. */
const NAMES = ['dev', 'development', 'develop', 'local', 'localhost', 'test', 'testing', 'integration-test', 'it', 'e2e', 'prod', 'production', 'prd', 'live', 'staging', 'stage', 'stg', 'qa', 'uat', 'demo', 'docker', 'ci', 'cloud', 'default', 'preprod', 'sandbox'];

/** `org.springframework.core.env.Environment`: properties by key, and active profiles. */
export function environmentOf(configuration: ApplicationConfiguration, at: Span): Handle {
  return {
    kind: 'handle',
    name: 'Environment',
    at,
    get: (property) => (property === 'activeProfiles' ? activeProfiles(at) : undefined),
    call: (method, args, place) => {
      switch (method) {
        case 'getProperty':
        case 'getRequiredProperty':
          return propertyOf(configuration, args, place);
        case 'resolvePlaceholders':
        case 'resolveRequiredPlaceholders':
          return args[0]?.kind === 'string' ? configuration.filledIn(args[0].value, () => args[0]!.at) : undefined;
        case 'containsProperty':
          return args[0]?.kind === 'string' && configuration.property(args[0].value, undefined) !== undefined ? { kind: 'boolean', value: true, at: place } : undefined;
        case 'acceptsProfiles':
        case 'matchesProfiles':
          return accepted(args, place);
        case 'getActiveProfiles':
          return activeProfiles(place);
        default:
          return undefined;
      }
    },
  };
}

/** `getProperty(key)`, with a type, a default, or both. */
function propertyOf(configuration: ApplicationConfiguration, args: readonly Value[], at: Span): Value | undefined {
  const [key, ...rest] = args;
  if (key?.kind !== 'string') return undefined;
  const type = rest.flatMap((arg) => (arg.kind === 'handle' ? (/^class (.*)$/.exec(arg.name)?.[1] ?? []) : []))[0];
  const fallback = rest.find((arg) => arg.kind !== 'handle');
  const open: Value = { kind: 'env', name: key.value, at: key.at };
  const value = configuration.property(key.value, fallback === undefined ? open : setting(key.value, fallback, open, at));
  return value === undefined ? undefined : mapCases(value, at, (one) => converted(one, type));
}

function accepted(args: readonly Value[], at: Span): Value {
  const names = args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg]));
  const conditions = names.map((name): Condition | undefined => (name.kind === 'string' ? profilesAccepted(name.value, name.at) : undefined));
  return conditions.every((one) => one !== undefined) ? fromCondition(or(...conditions), at) : unknown('env-variable', 'the active profiles', at);
}

function activeProfiles(at: Span): Value {
  return { kind: 'list', items: NAMES.map((value) => ({ kind: 'either', options: [{ when: profileActive(value, at), value: { kind: 'string', value, at } }], at })), at };
}
