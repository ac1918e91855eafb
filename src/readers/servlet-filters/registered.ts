import type { Param, Params } from '../../middleware/servlet/params.js';
import type { UrlPattern } from '../../middleware/servlet/url-patterns.js';
import type { ClassInView, JvmModule, MethodInView, Run } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import { or, TRUE, type Condition } from '../../values/condition.js';
import { choose, mapEither } from '../../values/either.js';
import { unknown, type Event, type Handle, type Value } from '../../values/value.js';
import { textsIn, type Registration, type ServletObjects } from './objects.js';

/** A filter that code registers and maps. */
export interface RegisteredFilter {
  readonly className: string;
  readonly params: Params;
  readonly patterns: readonly UrlPattern[];
  /** On which it is mapped at all. */
  readonly when: Condition;
  readonly at: Span;
}

type Call = Event & { readonly kind: 'call' };

/** Runs the code of a file: what frameworks call first, the rest unless these called it. */
export function eventsOf(ran: Run, objects: ServletObjects, module: JvmModule): readonly Event[] {
  const events: Event[] = [];
  const follow = (method: MethodInView): void => {
    const args = method.parameters.map((parameter): Value => objects.given(parameter.type, module) ?? unknown('parameter', `the parameter ${parameter.name}`, parameter.at));
    events.push(...unfolded(method.callee.run(args), 0));
  };
  const methods = [...ran.classes.flatMap((type: ClassInView) => type.methods), ...ran.functions];
  for (const first of [true, false]) for (const method of methods) if ((ENTRIES.test(method.name) || method.annotations.length > 0) === first && !ran.ran(method)) follow(method);
  return events;

  /** Lambdas that are given to containers run, too. */
  function unfolded(found: readonly Event[], depth: number): readonly Event[] {
    return found.flatMap((event): readonly Event[] => {
      if (event.kind !== 'call' || depth > 4) return [event];
      const inner = event.args.flatMap((arg) => (arg.kind === 'function' ? arg.run([objects.container('a container'), objects.container('a container')]) : []));
      return [event, ...unfolded(inner, depth + 1)];
    });
  }
}

/** Methods that frameworks call. */
const ENTRIES = /^(?:run|main|start|onStartup|contextInitialized|configure\w*|customize|initialize|init)$/;

/** Filters of others that the code registers, each with all that is said of it. */
export function registeredFilters(events: readonly Event[], objects: ServletObjects, module: JvmModule): readonly RegisteredFilter[] {
  const calls = events.flatMap((event): readonly Call[] => (event.kind === 'call' ? [event] : event.kind === 'assign' ? [asCall(event)] : []));
  return [...objects.registrations].flatMap(([handle, registration]): readonly RegisteredFilter[] => {
    const own = calls.filter(({ receiver }) => receiver === handle);
    const className = classOf(registration, own, objects);
    if (className === undefined || own.some(({ method, args }) => method === 'setEnabled' && args[0]?.kind === 'boolean' && !args[0].value)) return [];
    const mapped = mappings(handle, registration, own, calls, objects);
    if (mapped.length === 0) return [];
    const patterns = mapped.flatMap(({ patterns: found }) => found);
    return [{ className, params: paramsOf(own, module), patterns: unique(patterns), when: or(...mapped.map(({ when }) => when)), at: registration.at }];
  });
}

/** `x.initParameters = mapOf(…)` is Kotlin's way to call a setter; `isY` is the name of what `setY` sets. */
export function asCall(event: Event & { readonly kind: 'assign' }): Call {
  return { kind: 'call', when: event.when, receiver: event.receiver, method: `set${event.property.replace(/^is(?=[A-Z])/, '').replace(/^[a-z]/, (first) => first.toUpperCase())}`, args: [event.value], at: event.at };
}

function classOf({ args }: Registration, own: readonly Call[], objects: ServletObjects): string | undefined {
  const given = [...args, ...own.filter(({ method }) => /^set(?:Filter|FilterClass|ClassName|HeldClass)$/.test(method)).flatMap((call) => call.args)];
  return given.flatMap((value) => casesOfValue(value)).map(({ value }) => objects.filterClass(value)).find((name) => name !== undefined);
}

interface Mapped {
  readonly patterns: readonly UrlPattern[];
  readonly when: Condition;
}

function mappings(handle: Handle, { kind, at }: Registration, own: readonly Call[], calls: readonly Call[], objects: ServletObjects): readonly Mapped[] {
  switch (kind) {
    case 'dynamic':
      return own.flatMap(({ method, args: given, when, at: place }): readonly Mapped[] => {
        if (!seesRequests(given[0])) return [];
        if (method === 'addMappingForServletNames') return [{ patterns: [{ text: '/*', at: place }], when }];
        return method === 'addMappingForUrlPatterns' ? [{ patterns: patternsOf(given.slice(2), place), when }] : [];
      });
    case 'bean': {
      const given = own.filter(({ method }) => /^(?:add|set)UrlPatterns$/.test(method));
      if (own.some(({ method, args: types }) => method === 'setDispatcherTypes' && !seesRequests({ kind: 'list', items: textsIn(types), at }))) return [];
      return given.length === 0 ? [{ patterns: [{ text: '/*', at }], when: TRUE }] : given.map((call) => ({ patterns: patternsOf(call.args, call.at), when: call.when }));
    }
    case 'holder': {
      const added = calls.filter(({ method, args: [first] }) => /^addFilter(?:WithMapping)?$/.test(method) && first === handle);
      const inPlace = calls.filter(({ method, at: place, args: [first] }) => /^addFilter(?:WithMapping)?$/.test(method) && place === at && objects.filterClass(first) !== undefined);
      return [...added, ...inPlace].flatMap(({ args: given, when, at: place }): readonly Mapped[] => {
        const mapping = given[1]?.kind === 'handle' ? calls.filter(({ receiver, method }) => receiver === given[1] && /^setPathSpecs?$/.test(method)) : undefined;
        if (mapping !== undefined) return mapping.map((call) => ({ patterns: patternsOf(call.args, call.at), when }));
        return seesRequests(given[2]) ? [{ patterns: patternsOf(given.slice(1, 2), place), when }] : [];
      });
    }
    case 'definition': {
      const name = nameOf(own);
      const maps = [...objects.registrations].flatMap(([other, registration]) => (registration.kind === 'map' && (name === undefined || nameOf(calls.filter(({ receiver }) => receiver === other)) === name) ? [other] : []));
      return calls.filter(({ receiver, method }) => maps.includes(receiver) && /^add(?:URLPattern(?:Decoded)?|ServletName)$/.test(method)).map((call) => ({ patterns: call.method === 'addServletName' ? [{ text: '/*', at: call.at }] : patternsOf(call.args, call.at), when: call.when }));
    }
    default:
      return [];
  }
}

function nameOf(own: readonly Call[]): string | undefined {
  const name = own.findLast(({ method }) => method === 'setFilterName')?.args[0];
  return name?.kind === 'string' ? name.value : undefined;
}

/** `EnumSet.of(DispatcherType.ERROR)` is never a request's; `null`, and what is not known, may be. */
function seesRequests(types: Value | undefined): boolean {
  const items = types?.kind === 'list' ? types.items : [];
  return items.length === 0 || items.some((item) => item.kind !== 'string' || item.value === 'REQUEST');
}

/** A pattern that is not known may cover everything. */
function patternsOf(values: readonly Value[], at: Span): readonly UrlPattern[] {
  return textsIn(values).flatMap((value) => casesOfValue(value)).map(({ value }) => (value.kind === 'string' ? { text: value.value, at: value.at } : { text: '/*', at }));
}

function unique(patterns: readonly UrlPattern[]): readonly UrlPattern[] {
  return [...new Map(patterns.map((pattern) => [pattern.text, pattern])).values()];
}

/** Parameters in the order in which they are set: the last one of a name counts. */
function paramsOf(own: readonly Call[], module: JvmModule): Params {
  const params = new Map<string, Param>();
  const put = (name: string, value: Value, when: Condition, at: Span): void => {
    const before = params.get(name);
    // Below a condition: what was set before, else nothing is known.
    const held = when.c === 'true' ? value : choose(when, value, before?.value ?? unknown('unsupported-syntax', `the parameter ${name}, which is set under a condition`, at), at);
    params.set(name, { value: held, items: mapEither(held, (one) => itemsOf(one, module)), at });
  };
  for (const { method, args, when, at } of own) {
    const [first, second] = args;
    if (/^(?:set|add)InitParameter$|^set$|^put$/.test(method) && first?.kind === 'string' && second !== undefined) put(first.value, second, when, at);
    else if (method === 'setInitParameters' && first?.kind === 'record') for (const { key, value, at: place } of first.entries) put(key, value, when, place.file === '' ? at : place);
  }
  return params;
}

/** Items between the commas of a text, each at its own place if the text stands in the source as it is. */
export function itemsOf(value: Value, module: JvmModule): Value {
  if (value.kind !== 'string') return value.kind === 'env' || value.kind === 'unknown' ? value : unknown('unsupported-syntax', 'a text that is put together', value.at);
  const verbatim = module.written(value.at) === `"${value.value}"`;
  let offset = value.at.start + 1;
  const items = value.value.split(',').map((piece): Value => {
    const start = offset + piece.length - piece.trimStart().length;
    offset += piece.length + 1;
    const text = piece.trim();
    return { kind: 'string', value: text, at: verbatim && text !== value.value ? { ...value.at, start, end: start + text.length } : value.at };
  });
  return { kind: 'list', items, at: value.at };
}
