import { withPermitDefaults, type CorsConfiguration } from '../../middleware/spring/cors-configuration.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, type Guard } from '../../policy/program.js';
import { casesOfValue } from '../../values/cases.js';
import { and, TRUE, type Condition } from '../../values/condition.js';
import type { Event, Handle, Value } from '../../values/value.js';
import { spanKey, type Span } from '../../text/span.js';
import type { Followed, FollowedMethod } from './application.js';
import { filtersIn, type FilterUse } from './filters.js';
import { presenceOf } from '../../middleware/spring/presence.js';
import type { SpringObjects } from './spring-classes.js';
import { statesOf } from './states.js';

/** A configuration with the path pattern that it is for. Several may be for one pattern, each in its own case. */
export interface Mapping {
  readonly path: string;
  readonly at: Span;
  readonly when: Guard;
  readonly config: CorsConfiguration;
}

/** Mappings are kept by their pattern: the last configuration of one counts, at the place of its first. */
export function byPattern(mappings: readonly Mapping[]): readonly Mapping[] {
  const kept = new Map<string, readonly Mapping[]>();
  for (const mapping of mappings) {
    const { path, at, when } = mapping;
    const before = kept.get(path) ?? [];
    kept.set(path, when.g === 'always' ? [mapping] : [...before.filter((other) => other.when.g !== 'always' && spanKey(other.at) === spanKey(at)), mapping, ...before.filter((other) => other.when.g === 'always' || spanKey(other.at) !== spanKey(at))]);
  }
  return [...kept.values()].flat();
}

/** A `CorsConfigurationSource`, as a bean or inside a `CorsFilter`. */
export interface Source {
  readonly title: string;
  /** Where its first configuration is made. */
  readonly at: Span;
  /** Where the object itself is made. */
  readonly made: Span;
  readonly mappings: readonly Mapping[];
  /** Names of the bean that it is; empty: none. */
  readonly names: readonly string[];
  readonly reactive: boolean;
  /** When it is there at all: profiles, conditions. */
  readonly present: Guard;
  /** The filter that asks it; undefined: a bean that others may ask (Spring Security). */
  readonly filter?: FilterUse;
}

/** A filter whose source is a bean that is made elsewhere. */
export interface OpenFilter {
  /** Name of the field or parameter that the source is injected into. */
  readonly asks: string;
  readonly filter: FilterUse;
}

/** What the methods of a file build: sources for filters, and mappings of the MVC registry. */
export interface Built {
  readonly sources: readonly Source[];
  readonly open: readonly OpenFilter[];
  readonly registered: readonly Mapping[];
}

export function builtBy(file: Followed): Built {
  return { ...sourcesOf(file), registered: byPattern(mappingsOf(file)) };
}

/** What makes configurations known to a filter or to others: an object with patterns, a function, an object of a class in view. */
interface Answering {
  readonly value: Value;
  readonly made: Span;
  readonly reactive: boolean;
  readonly mappings: readonly Mapping[];
  /** Configurations that are part of it. */
  readonly used: readonly Handle[];
}

function sourcesOf(file: Followed): Pick<Built, 'sources' | 'open'> {
  const { objects } = file;
  const answering = [...registering(file), ...computing(file)].filter(({ mappings }) => mappings.length > 0);
  const used = new Set(answering.flatMap((one) => one.used));
  for (const [handle, { at, reactive }] of objects.made) {
    if (objects.kindOf(handle) !== 'configuration' || used.has(handle) || copied(handle, objects)) continue;
    answering.push({ value: handle, made: at, reactive, mappings: mapped('/**', at, TRUE, handle, file), used: [handle] });
  }
  const filters = filtersIn(file);
  const found = new Map<string, Source>();
  for (const one of answering) {
    const asking = filters.filter(({ source }) => source !== undefined && isSame(source, one.value, file));
    const [asked = filters.length === 1 && filters[0]!.source === undefined ? filters[0] : undefined] = asking;
    const at = one.used.map((handle) => objects.made.get(handle)!.at)[0] ?? one.made;
    const key = spanKey(at);
    const before = found.get(key);
    const filter = before?.filter === undefined || (asked !== undefined && asked.use.order < before.filter.order) ? asked?.use : before.filter;
    const names = [...new Set([...(before?.names ?? []), ...beanNames(one.value, file)])];
    found.set(key, { title: filter === undefined ? 'CorsConfigurationSource' : 'CorsFilter', at, made: one.made, mappings: before?.mappings ?? one.mappings, names, reactive: one.reactive, present: presence(one.made, file), ...(filter === undefined ? {} : { filter }) });
  }
  const open = filters.flatMap(({ source, use }): readonly OpenFilter[] => {
    const asks = source?.kind === 'handle' ? objects.injected.get(source) : undefined;
    return asks === undefined ? [] : [{ asks, filter: use }];
  });
  return { sources: [...found.values()], open };
}

/** The same object, or one of the same class of the project: a bean has one. */
function isSame(a: Value, b: Value, { ran }: Followed): boolean {
  return a === b || (ran.objectOf(a) !== undefined && ran.objectOf(a)?.declaration === ran.objectOf(b)?.declaration);
}

/** When the method or the class in which something is made is there. */
function presence(made: Span, { methods, ran, module }: Followed): Guard {
  const around = (at: Span): boolean => at.file === made.file && at.start <= made.start && made.end <= at.end;
  return guardOf(and(...ran.classes.filter(({ at }) => around(at)).map(({ annotations }) => presenceOf(annotations, module)), ...methods.filter(({ method }) => around(method.at)).map(({ method }) => presenceOf(method.annotations, module))));
}

/** Sources on which configurations are registered by their patterns. */
function registering(file: Followed): Answering[] {
  const { objects, events } = file;
  return [...objects.made].flatMap(([handle, { at, reactive }]): Answering[] => {
    if (objects.kindOf(handle) !== 'source') return [];
    const used: Handle[] = [];
    const mappings = events.flatMap((event): readonly Mapping[] => {
      if ((event.kind !== 'call' && event.kind !== 'assign') || event.receiver !== handle) return [];
      return registered(event).flatMap(([path, place, value]) =>
        casesOfValue(value).flatMap((one): readonly Mapping[] => {
          if (one.value.kind !== 'handle' || objects.kindOf(one.value) !== 'configuration') return [];
          used.push(one.value);
          return mapped(path, place, and(event.when, one.when), one.value, file);
        }),
      );
    });
    return [{ value: handle, made: at, reactive, mappings: byPattern(mappings), used }];
  });
}

/** `registerCorsConfiguration(pattern, configuration)`, and all of them at once as a map. */
function registered(event: Event & { kind: 'call' | 'assign' }): readonly (readonly [path: string, at: Span, value: Value])[] {
  const [name, [first, second]] = event.kind === 'call' ? [event.method, event.args] : [`set${event.property[0]?.toUpperCase()}${event.property.slice(1)}`, [event.value]];
  if (name === 'registerCorsConfiguration' && first !== undefined && second !== undefined) return [[first.kind === 'string' ? first.value : '/**', first.at, second]];
  if (name === 'setCorsConfigurations' && first?.kind === 'record') return first.entries.map(({ key, value, at }) => [key, at, value]);
  return [];
}

/** Functions and objects that are asked for the configuration of each request. */
function computing(file: Followed): Answering[] {
  const { objects } = file;
  const asked = [...objects.asked].map(([value, events]) => ({ value, events }));
  const methods = file.methods.filter(({ type, method }) => method.name === 'getCorsConfiguration' && type.declaration.name !== '');
  return [...asked, ...methods.map(({ type, events }) => ({ value: type.object() as Value, events }))].map(({ value, events }) => {
    const used: Handle[] = [];
    const mappings = events.flatMap((event) =>
      event.kind !== 'return'
        ? []
        : casesOfValue(event.value).flatMap((one): readonly Mapping[] => {
            if (one.value.kind !== 'handle' || objects.kindOf(one.value) !== 'configuration') return [];
            used.push(one.value);
            return mapped('/**', one.value.at, and(event.when, one.when), one.value, file);
          }),
    );
    return { value, made: value.at, reactive: used.some((handle) => objects.made.get(handle)?.reactive === true), mappings, used };
  });
}

/** A configuration for the requests of a pattern, in each of its cases. */
function mapped(path: string, at: Span, when: Condition, config: Handle, { objects, events }: Followed): readonly Mapping[] {
  return statesOf(config, events, objects, when).map((state) => ({ path, at, when: guardOf(and(when, state.when)), config: state.config }));
}

/** Names of the beans that a method gives a value back as. */
function beanNames(value: Value, { methods }: Followed): readonly string[] {
  return methods.flatMap((one) => (one.returned.some((returned) => casesOfValue(returned).some((given) => given.value === value)) ? namesOf(one) : []));
}

export function namesOf({ method }: FollowedMethod): readonly string[] {
  const bean = method.annotations.find(({ names }) => /(?:^|\.)Bean$/.test(names[0] ?? ''));
  if (bean === undefined) return [];
  const given = bean.elements.get('value') ?? bean.elements.get('name');
  const texts = (given?.kind === 'list' ? given.items : given === undefined ? [] : [given]).flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  return texts.length > 0 ? texts : [method.name];
}

/** Another configuration was made of this one. */
function copied(handle: Handle, objects: SpringObjects): boolean {
  return [...objects.made.values()].some(({ args }) => args.includes(handle));
}

/** `registry.addMapping("/api/**").allowedOrigins(…)…`, in order: the first mapping whose pattern matches decides. */
function mappingsOf({ objects, events, methods, module }: Followed): readonly Mapping[] {
  return [...objects.made].flatMap(([handle, { args, at }]): readonly Mapping[] => {
    if (objects.kindOf(handle) !== 'mapping') return [];
    const [path] = args;
    const isMade = (event: Event): boolean => event.kind === 'call' && event.method === 'addMapping' && event.at === at;
    const owner = methods.find((one) => one.events.some(isMade));
    const when = and(events.find(isMade)?.when ?? TRUE, ...(owner === undefined ? [] : [presenceOf(owner.type.annotations, module), presenceOf(owner.method.annotations, module)]));
    return statesOf(handle, events, objects, when).map((state) => ({ path: path?.kind === 'string' ? path.value : '/**', at: path?.at ?? at, when: when === TRUE && state.when.c === 'true' ? ALWAYS : guardOf(and(when, state.when)), config: withPermitDefaults(state.config, at) }));
  });
}
