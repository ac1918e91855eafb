import { annotated, textsOf } from '../../middleware/jvm/annotations.js';
import { presenceOf } from '../../middleware/spring/presence.js';
import type { GoesOn } from '../../middleware/jvm/servlet-answers.js';
import type { ClassInView, MethodInView, Parameter, Run } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import { and, type Condition } from '../../values/condition.js';
import { casesOfValue } from '../../values/cases.js';
import { unknown, type Event, type FunctionValue, type Value } from '../../values/value.js';
import type { ServletPackages } from './packages.js';
import type { UrlPattern } from './url-patterns.js';

/** Code that a container or Spring MVC calls for every request. */
export interface Interceptor {
  readonly title: string;
  readonly goesOn: GoesOn;
  readonly patterns: readonly UrlPattern[];
  /** Patterns are written that are not known: where it stands is open. */
  readonly open: boolean;
  /** When it is there at all: `@Profile`. */
  readonly present: Condition;
  readonly at: Span;
  /** What happens for a request. */
  run(): readonly Event[];
}

const REQUEST = /(?:^|\.)(?:Http)?ServletRequest$/;
const RESPONSE = /(?:^|\.)(?:Http)?ServletResponse$/;

/** The method of a filter, by what it takes: frameworks have classes of their own on top of the servlet API's. */
function isFilter(name: string, parameters: readonly Parameter[]): boolean {
  return /^doFilter(?:Internal)?$/.test(name) && parameters.length === 3 && takes(parameters, REQUEST, RESPONSE, /(?:^|\.)FilterChain$/);
}

/** Spring's `HandlerInterceptor`, and the filters of Shiro, which ask the same of fewer parameters. */
function isVerdict(name: string, parameters: readonly Parameter[]): boolean {
  return name === 'preHandle' && takes(parameters.slice(0, 2), REQUEST, RESPONSE);
}

function takes(parameters: readonly Parameter[], ...types: readonly RegExp[]): boolean {
  return types.every((type, index) => type.test(parameters[index]?.type ?? ''));
}

/** Calls a method with the objects for its parameters. */
export function called(callee: FunctionValue, parameters: readonly Parameter[], packages: ServletPackages): readonly Event[] {
  return callee.run(parameters.map((parameter): Value => packages.exchange.given(parameter.type) ?? unknown('parameter', `the parameter ${parameter.name}`, parameter.at)));
}

/** Filters and interceptors among the classes of a file. */
export function interceptorsIn(classes: readonly ClassInView[], packages: ServletPackages): readonly Interceptor[] {
  return classes.flatMap((type): readonly Interceptor[] => {
    const filter = annotated(type.annotations, 'WebFilter');
    const { texts, open } = textsOf(filter, 'value', 'urlPatterns');
    const patterns = texts.map(({ value, at }) => ({ text: value, at }));
    const one = (method: MethodInView, kind: string, goesOn: GoesOn): Interceptor => ({ title: `${kind} ${type.declaration.name}`, goesOn, patterns, open, present: presenceOf(type.annotations), at: type.at, run: () => called(method.callee, method.parameters, packages) });
    const method = type.methods.find(({ name, parameters }) => isFilter(name, parameters));
    if (method !== undefined) return [one(method, 'Servlet filter', 'chain')];
    const verdict = type.methods.find(({ name, parameters }) => isVerdict(name, parameters));
    return verdict === undefined ? [] : [one(verdict, verdict.parameters.length === 3 ? 'Handler interceptor' : 'Filter', 'verdict')];
  });
}

/** Filters that methods give back or register: as lambdas, as objects without a name, in a `FilterRegistrationBean`. */
export function madeFilters(classes: readonly ClassInView[], ran: Run, packages: ServletPackages): readonly Interceptor[] {
  return classes.flatMap(({ methods, annotations }) => methods.flatMap((method): readonly Interceptor[] => {
    if (!/(?:^|\.)(?:Filter|\w+Filter|FilterRegistrationBean)$/.test(method.type ?? '') && annotated(method.annotations, 'Bean') === undefined) return [];
    if (method.parameters.some(({ type }) => packages.exchange.given(type) !== undefined)) return [];
    const present = and(presenceOf(annotations), presenceOf(method.annotations));
    const before = packages.registrations.length;
    const events = called(method.callee, method.parameters, packages);
    const registered = packages.registrations.slice(before).flatMap((registration) => {
      const where = { ...patternsOf(registration.handle, events), present };
      return givenTo(registration, events).flatMap((value) => filterOf(value, ran, packages, where));
    });
    const returned = events.flatMap((event) => (event.kind === 'return' ? casesOfValue(event.value).flatMap(({ value }) => filterOf(value, ran, packages, { patterns: [], open: false, present })) : []));
    return [...registered, ...returned];
  }));
}

type Where = Pick<Interceptor, 'patterns' | 'open' | 'present'>;

function givenTo({ handle, args }: { readonly handle: Value; readonly args: readonly Value[] }, events: readonly Event[]): readonly Value[] {
  const set = events.flatMap((event) => (event.kind === 'call' && event.receiver === handle && event.method === 'setFilter' ? event.args : event.kind === 'assign' && event.receiver === handle && event.property === 'filter' ? [event.value] : []));
  return [...args.slice(0, 1), ...set].flatMap((value) => casesOfValue(value).map((one) => one.value));
}

/** `addUrlPatterns("/api/*")`, `setUrlPatterns(List.of(…))`, `urlPatterns = listOf(…)`. */
function patternsOf(handle: Value, events: readonly Event[]): Omit<Where, 'present'> {
  const values = events.flatMap((event): readonly Value[] => {
    if (event.kind === 'call' && event.receiver === handle && /^(?:add|set)UrlPatterns$/.test(event.method)) return event.args;
    return event.kind === 'assign' && event.receiver === handle && event.property === 'urlPatterns' ? [event.value] : [];
  }).flatMap((value) => (value.kind === 'list' ? [...value.items, ...(value.rest === undefined ? [] : [value.rest])] : [value]));
  return { patterns: values.flatMap((value) => (value.kind === 'string' ? [{ text: value.value, at: value.at }] : [])), open: values.some(({ kind }) => kind !== 'string') };
}

function filterOf(value: Value, ran: Run, packages: ServletPackages, where: Where): readonly Interceptor[] {
  const { exchange } = packages;
  const { at } = value;
  if (value.kind === 'function') return value.parameters === 3 ? [{ title: 'Servlet filter', goesOn: 'chain', ...where, at, run: () => value.run([exchange.request, exchange.response, exchange.chain]) }] : [];
  const object = ran.objectOf(value);
  const method = object?.declaration.methods.find(({ name, parameters }) => isFilter(name, parameters));
  const callee = method === undefined ? undefined : object?.method(method.name);
  if (object === undefined || method === undefined || callee === undefined) return [];
  const name = object.declaration.name;
  return [{ title: `Servlet filter${name === '' ? '' : ` ${name}`}`, goesOn: 'chain', ...where, at: name === '' ? at : object.declaration.at, run: () => called(callee, method.parameters, packages) }];
}
