import { annotated, textsOf } from '../../middleware/jvm/annotations.js';
import type { AnnotationInView, ClassInView } from '../../syntax/jvm/index.js';
import { contains } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import type { Handle, Value } from '../../values/value.js';
import type { Followed } from './application.js';

/** How a filter is put in front of an application. */
export interface FilterUse {
  /** The lower comes first. */
  readonly order: number;
  /** Patterns of servlets (`/api/*`, `*.do`) of the requests that it sees; empty: all. */
  readonly paths: readonly string[];
  /** Code puts it there; else it stands where Spring puts a bean. */
  readonly placed: boolean;
}

/** A `CorsFilter` that is made; what it asks is undefined when it is not known. */
export interface MadeFilter {
  readonly source: Value | undefined;
  readonly use: FilterUse;
}

/** `Ordered.LOWEST_PRECEDENCE`: filters that nobody gave an order. Spring Boot does not look at `@Order` of a `@Bean` method. */
export const LOWEST_PRECEDENCE = 2 ** 31 - 1;

/** `SecurityProperties.DEFAULT_FILTER_ORDER`: filters that are put into a chain of Spring Security stand where it stands. */
const IN_CHAIN = -100;

/** Filters that code of a file makes. A registration that is switched off puts none in front. */
export function filtersIn(file: Followed): readonly MadeFilter[] {
  const { objects } = file;
  const registrations = [...objects.made.keys()].filter((handle) => objects.kindOf(handle) === 'registration').map((handle) => registrationOf(handle, file));
  return [...objects.made].flatMap(([handle, { args }]): MadeFilter[] => {
    if (objects.kindOf(handle) !== 'filter' || args.length === 0) return [];
    const is = (value: Value | undefined): boolean => value === handle || isObjectAround(value, handle, file);
    const uses = registrations.filter(({ filter }) => is(filter));
    if (uses.some(({ enabled }) => !enabled)) return [];
    const chained = file.events.some((event) => event.kind === 'call' && /^addFilter/.test(event.method) && event.args.some(is));
    const owner = classOf(handle, file);
    const order = chained ? IN_CHAIN : (uses[0]?.order ?? (owner === undefined ? undefined : orderOf(owner)) ?? LOWEST_PRECEDENCE);
    return [{ source: resolved(args[0]), use: { order, paths: uses[0]?.paths ?? (owner === undefined ? [] : pathsOf(owner)), placed: chained || uses.length > 0 } }];
  });
}

function resolved(value: Value | undefined): Value | undefined {
  const [only, another] = value === undefined ? [] : casesOfValue(value);
  return another === undefined && only?.value.kind !== 'unknown' ? only?.value : undefined;
}

interface Registration {
  readonly filter: Value | undefined;
  readonly order: number;
  readonly paths: readonly string[];
  readonly enabled: boolean;
}

/** `FilterRegistrationBean`: what was done to it, in Java's setters or Kotlin's properties. */
function registrationOf(handle: Handle, { objects, events }: Followed): Registration {
  let state: Registration = { filter: objects.made.get(handle)?.args[0], order: LOWEST_PRECEDENCE, paths: [], enabled: true };
  for (const event of events) {
    if ((event.kind !== 'call' && event.kind !== 'assign') || event.receiver !== handle) continue;
    const [name, args] = event.kind === 'call' ? [event.method, event.args] : [`set${event.property[0]?.toUpperCase()}${event.property.slice(1)}`, [event.value]];
    const [first] = args;
    if (name === 'setFilter') state = { ...state, filter: first };
    else if (name === 'setOrder' && first?.kind === 'number') state = { ...state, order: first.value };
    else if (name === 'setEnabled' && first?.kind === 'boolean') state = { ...state, enabled: first.value };
    else if (name === 'addUrlPatterns' || name === 'setUrlPatterns') state = { ...state, paths: [...(name.startsWith('add') ? state.paths : []), ...args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg])).flatMap((item) => (item.kind === 'string' ? [item.value] : []))] };
  }
  return state;
}

/** Is a value an object of a class that extends Spring's filter, made with this one as what it is above? */
function isObjectAround(value: Value | undefined, handle: Handle, { ran, objects }: Followed): boolean {
  const declaration = value === undefined ? undefined : ran.objectOf(value)?.declaration;
  const made = objects.made.get(handle);
  return declaration !== undefined && made !== undefined && contains(declaration.at, made.at);
}

/** The class that a filter is, where the project extends Spring's. */
function classOf(handle: Handle, { ran, objects }: Followed): ClassInView | undefined {
  const made = objects.made.get(handle);
  return ran.classes.find(({ supertypes, declaration: { at } }) => supertypes.some((name) => /(?:^|\.)Cors(?:Web)?Filter$/.test(name)) && made !== undefined && contains(at, made.at));
}

/** Servlet patterns of `@WebFilter`. */
function pathsOf({ annotations }: ClassInView): readonly string[] {
  return textsOf(annotated(annotations, 'WebFilter'), 'value', 'urlPatterns').texts.map(({ value }) => value);
}

/** `@Order`, or what `getOrder` gives back. */
function orderOf(owner: ClassInView): number | undefined {
  return orderGivenBy(owner) ?? orderIn(owner.annotations);
}

/** `Ordered.getOrder`, which counts where there is an annotation, too. */
function orderGivenBy({ methods }: ClassInView): number | undefined {
  const given = methods.find(({ name, parameters }) => name === 'getOrder' && parameters.length === 0)?.callee.run([]).find(({ kind }) => kind === 'return');
  return given?.kind === 'return' && given.value.kind === 'number' ? given.value.value : undefined;
}

/** `@Order(n)`; without a number it is the lowest. */
export function orderIn(annotations: readonly AnnotationInView[]): number | undefined {
  const order = annotations.find(({ names }) => /(?:^|\.)(?:Order|Priority)$/.test(names[0] ?? ''));
  const value = order?.elements.get('value');
  return order === undefined ? undefined : value?.kind === 'number' ? value.value : LOWEST_PRECEDENCE;
}
