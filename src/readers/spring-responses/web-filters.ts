import { annotated } from '../../middleware/jvm/annotations.js';
import { presenceOf } from '../../middleware/spring/presence.js';
import type { ClassInView, MethodInView, Parameter, Run } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import { and, type Condition } from '../../values/condition.js';
import { unknown, type Event, type Value } from '../../values/value.js';
import { called } from './controllers.js';
import type { SpringResponses } from './packages.js';

/** A filter of WebFlux or Spring Cloud Gateway. */
export interface ReactiveFilter {
  readonly title: string;
  readonly present: Condition;
  readonly at: Span;
  run(): readonly Event[];
}

/** `filter(exchange, chain)` of `WebFilter`, `CoWebFilter`, `GlobalFilter`, `GatewayFilter`, by what it takes. */
function isFilter(name: string, parameters: readonly Parameter[]): boolean {
  return name === 'filter' && parameters.length === 2 && /(?:^|\.)ServerWebExchange$/.test(parameters[0]!.type ?? '') && /FilterChain$/.test(parameters[1]!.type ?? '');
}

/** Filters among the classes of a file, and those that its methods give back as lambdas or objects. */
export function webFiltersIn(ran: Run, packages: SpringResponses): readonly ReactiveFilter[] {
  return ran.classes.flatMap((type) => {
    const own = type.methods.find(({ name, parameters }) => isFilter(name, parameters));
    if (own !== undefined) return [{ title: `Reactive filter ${type.declaration.name}`, present: presenceOf(type.annotations), at: type.at, run: () => called(own, packages) }];
    return type.methods.flatMap((method) => given(type, method, ran, packages));
  });
}

function given(type: ClassInView, method: MethodInView, ran: Run, packages: SpringResponses): readonly ReactiveFilter[] {
  if (!/(?:Web|Global|Gateway)Filter$/.test(method.type ?? '') && annotated(method.annotations, 'Bean') === undefined) return [];
  const present = and(presenceOf(type.annotations), presenceOf(method.annotations));
  const { exchange, chain } = packages.reactive;
  return called(method, packages).flatMap((event) => (event.kind === 'return' ? casesOfValue(event.value) : [])).flatMap(({ value }): readonly ReactiveFilter[] => {
    const { at } = value;
    if (value.kind === 'function') return value.parameters === 2 ? [{ title: 'Reactive filter', present, at, run: () => value.run([exchange, chain]) }] : [];
    const object = ran.objectOf(value);
    const found = object?.declaration.methods.find(({ name, parameters }) => isFilter(name, parameters));
    const callee = found === undefined ? undefined : object?.method(found.name);
    if (found === undefined || callee === undefined || object?.declaration.name !== '') return [];
    return [{ title: 'Reactive filter', present, at, run: () => callee.run(found.parameters.map((parameter): Value => packages.given(parameter) ?? unknown('parameter', parameter.name, parameter.at))) }];
  });
}
