import { anyOf, type OriginSet } from '../../../origins/origin-set.js';
import { guardOf } from '../../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard } from '../../../policy/program.js';
import { pathGuard } from '../../../middleware/spring/paths.js';
import { IS_PREFLIGHT_WITH_ORIGIN } from '../../../middleware/spring/processor.js';
import { withoutPlaces, type Span } from '../../../text/span.js';
import { casesOfValue } from '../../../values/cases.js';
import { factOf, unknown, type FunctionValue, type Value } from '../../../values/value.js';
import type { Part, SecurityObjects } from './objects.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** Spring Boot's `StaticResourceLocation`s. */
const STATIC = ['/css/**', '/js/**', '/images/**', '/webjars/**', '/fonts/**', '/favicon.ico'];

/** The requests that `requestMatchers(…)` and its like name: a method, patterns of paths, matchers. */
export function requestsNamed(method: string, args: readonly Value[], at: Span, objects: SecurityObjects): Guard {
  if (/^any(?:Request|Exchange)?$/.test(method)) return ALWAYS;
  if (method === 'not') return unless(requestsNamed('matchers', args, at, objects));
  if (method === 'allOf') return whenAll(...args.map((arg) => oneOf(arg, method, at, objects)));
  const flat = singles(args);
  // Error and forward dispatches are no requests.
  if (method === 'dispatcherTypeMatchers') return flat.some((arg) => arg.kind !== 'string' || arg.value === 'REQUEST') ? ALWAYS : NEVER;
  const methods = flat.flatMap((arg) => (arg.kind === 'string' && METHODS.includes(arg.value) ? [arg.value] : []));
  const others = flat.filter((arg) => arg.kind !== 'nothing' && !isMethod(arg));
  // Unlike its neighbours it makes a matcher for every pattern, and for nothing else (measured on 5.8.16).
  if (method === 'mvcMatchers' && others.length === 0) return NEVER;
  const named: Guard = methods.length === 0 ? ALWAYS : { g: 'method', in: methods };
  return whenAll(named, others.length === 0 ? ALWAYS : whenAny(...others.map((arg) => oneOf(arg, method, at, objects))));
}

function singles(args: readonly Value[]): readonly Value[] {
  return args.flatMap((arg) => (arg.kind === 'list' ? [...arg.items, ...(arg.rest === undefined ? [] : [arg.rest])] : [arg]));
}

function isMethod(value: Value): boolean {
  return value.kind === 'string' && METHODS.includes(value.value);
}

/** The arguments of a call that names requests as those of several, each of which names one pattern. */
export function perPattern(args: readonly Value[]): readonly (readonly Value[])[] {
  const flat = singles(args);
  const others = flat.filter((arg) => !isMethod(arg));
  return others.length < 2 ? [flat] : others.map((one) => [...flat.filter(isMethod), one]);
}

/** Patterns of paths in the arguments, those of matchers among them. */
export function patternsIn(args: readonly Value[], objects: SecurityObjects): readonly string[] {
  return singles(args).flatMap((arg) => {
    const part = objects.of(arg);
    return arg.kind === 'string' && arg.value.startsWith('/') ? [arg.value] : part?.part === 'matcher' ? patternsIn(part.args, objects) : [];
  });
}

/** Do two guards name the same requests in the same words, wherever they stand? */
export function sameRequests(a: Guard, b: Guard): boolean {
  const words = (guard: Guard): string => withoutPlaces(guard);
  return words(a) === words(b);
}

function oneOf(value: Value, method: string, at: Span, objects: SecurityObjects): Guard {
  return whenAny(
    ...casesOfValue(value).map(({ when, value: one }): Guard => {
      const part = objects.of(one);
      const guard = one.kind === 'string' ? (/regex/i.test(method) ? patternGuard(one.value, one.at) : pathGuard(one.value, one.at)) : one.kind === 'function' ? asked(one, objects) : part === undefined ? undefined : matched(part, at, objects);
      return whenAll(guardOf(when), guard ?? openGuard('which requests a matcher is for', at));
    }),
  );
}

function matched(part: Part, at: Span, objects: SecurityObjects): Guard | undefined {
  const among = (paths: readonly string[]): Guard => whenAny(...paths.map((path) => pathGuard(path, at)));
  switch (part.part) {
    case 'static-resources':
      return among(STATIC);
    case 'actuator':
      return among(['/actuator', '/actuator/**']);
    case 'h2-console':
      return among(['/h2-console/**']);
    case 'matcher': {
      const { name, args } = part;
      if (name === 'preflight') return IS_PREFLIGHT_WITH_ORIGIN;
      if (/^(?:anyRequest|AnyRequestMatcher|anyExchange)$/.test(name)) return ALWAYS;
      if (/^Negated|^not$/.test(name)) return requestsNamed('not', args, part.at, objects);
      if (/^And|^allOf$/.test(name)) return requestsNamed('allOf', args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg])), part.at, objects);
      return requestsNamed(/Regex/.test(name) ? 'regexMatchers' : 'matchers', args, part.at, objects);
    }
    default:
      return undefined;
  }
}

/** A lambda or a method reference that is asked about a request. */
function asked(matcher: FunctionValue, objects: SecurityObjects): Guard | undefined {
  const request = objects.make('the request', matcher.at, { part: 'request' });
  const answers = matcher.run([request]).flatMap((event) => (event.kind === 'return' ? [event] : []));
  const guards = answers.map(({ when, value }): Guard | undefined => {
    const part = objects.of(value);
    const holds = value.kind === 'boolean' ? (value.value ? ALWAYS : NEVER) : value.kind === 'condition' ? guardOf(value.condition) : part === undefined ? undefined : matched(part, matcher.at, objects);
    return holds === undefined ? undefined : whenAll(guardOf(when), holds);
  });
  return guards.length === 0 || guards.includes(undefined) ? undefined : whenAny(...guards.flatMap((guard) => guard ?? []));
}

/** `RegexRequestMatcher`: the whole path. */
function patternGuard(source: string, at: Span): Guard {
  const set: OriginSet = { s: 'regex', source, flags: '', dialect: 'java', use: 'full', subject: 'origin', at };
  return { g: 'path', in: anyOf([set]) };
}

/** Something that the text does not tell. */
export function openGuard(detail: string, at: Span): Guard {
  return { g: 'fact', fact: factOf(unknown('function-call', detail, at)) };
}
