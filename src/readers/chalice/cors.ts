import { ConfigCall, unknownText } from '../../middleware/config-call.js';
import { asWritten, byDefault, byOption, doing } from '../../middleware/sent.js';
import { casesOf, guardOf, headerValueOf } from '../../policy/from-condition.js';
import { whenAll, whenAny, type Effect, type Guard, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';
import type { ChalicePackages } from './packages.js';

const ORIGIN = 'access-control-allow-origin';
/** `CORSConfig._REQUIRED_HEADERS` */
const REQUIRED = ['Content-Type', 'X-Amz-Date', 'Authorization', 'X-Api-Key', 'X-Amz-Security-Token'];
const PARAMETERS = ['allow_origin', 'allow_headers', 'expose_headers', 'max_age', 'allow_credentials'];

/** What `cors=` of a route comes to. */
export interface RouteCors {
  readonly when: Guard;
  /** Undefined: what is not in view decides. */
  readonly config: ConfigCall | undefined;
  readonly value: Value;
}

/** Cases in which a route has CORS; where none holds it has none. `at` is the route. */
export function corsOf(value: Value, packages: ChalicePackages, at: Span): readonly RouteCors[] {
  return casesOf(value).flatMap(({ when, value: option }): readonly RouteCors[] => {
    const role = packages.roleOf(option);
    if (role?.is === 'cors') return [{ when, config: new ConfigCall(PARAMETERS, role.args, role.keywords, role.at), value: option }];
    if (option.kind === 'boolean') return option.value ? [{ when, config: new ConfigCall(PARAMETERS, [], undefined, option.at), value: option }] : [];
    if (option.kind === 'condition') return [{ when: whenAll(when, guardOf(option.condition)), config: new ConfigCall(PARAMETERS, [], undefined, at), value: option }];
    // A text or a dictionary has no headers to give: such an app is not deployed.
    return option.kind === 'unknown' || option.kind === 'env' ? [{ when, config: undefined, value: option }] : [];
  });
}

/**
 * `CORSConfig.get_access_control_headers`: the same headers for every request, whatever its Origin, and no Vary.
 * `quoted`: as the mock integration spells them, where a list is Python's text of it.
 */
export function corsSteps({ when, config, value }: RouteCors, base: Guard, quoted: boolean): readonly Step[] {
  const under = whenAll(base, when);
  if (config === undefined) return doing(under, byOption('set', ORIGIN, unknownText(value, 'cors'), value.at));
  return [
    ...originSteps(config, under, quoted),
    ...config.names('allow_headers', 'access-control-allow-headers', under, REQUIRED),
    ...config.names('expose_headers', 'access-control-expose-headers', under, undefined),
    ...config.maxAge(under),
    ...config.credentials(under),
  ];
}

function originSteps(config: ConfigCall, under: Guard, quoted: boolean): readonly Step[] {
  const given = config.argument('allow_origin');
  if (given === undefined) return doing(under, byDefault('set', ORIGIN, '*', config.at));
  return casesOf(given.value).flatMap(({ when, value }) => {
    const reached = whenAll(under, when);
    // Lists become `multiValueHeaders`: a line for each item.
    if (value.kind === 'list' && !quoted) return doing(reached, ...value.items.map((item, index): Effect => byOption(index === 0 ? 'set' : 'append', ORIGIN, headerValueOf(item) ?? unknownText(item, 'allow_origin'), item.at)));
    const text = value.kind === 'list' && value.rest === undefined && value.items.every((item) => item.kind === 'string') ? asWritten(`[${value.items.map((item) => (item.kind === 'string' ? `'${item.value}'` : '')).join(', ')}]`, value.at) : headerValueOf(value);
    return doing(reached, byOption('set', ORIGIN, text ?? unknownText(value, 'allow_origin'), value.kind === 'list' ? value.at : given.at));
  });
}

/** When a route has CORS. */
export function hasCors(cases: readonly RouteCors[]): Guard {
  return whenAny(...cases.map(({ when }) => when));
}
