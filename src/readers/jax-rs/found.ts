import { annotated, simpleName, textsOf } from '../../middleware/jvm/annotations.js';
import { presenceOf } from '../../middleware/spring/presence.js';
import type { AnnotationInView, JvmModule, MethodInView, Run } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import { unknown, type Event, type Value } from '../../values/value.js';
import type { JaxRsPackages } from './packages.js';

/** A filter, in front of resources (`request`) or behind them. */
export interface Filter {
  readonly kind: 'request' | 'response';
  readonly name: string;
  /** `@NameBinding` annotations that it has: it is around what has them, too. */
  readonly bindings: readonly string[];
  readonly present: Condition;
  readonly at: Span;
  run(): readonly Event[];
}

/** A method that serves one verb at one path. */
export interface ResourceMethod {
  readonly verb: string;
  readonly path: string;
  readonly bindings: readonly string[];
  readonly at: Span;
  run(): readonly Event[];
}

const VERBS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];

/** Filters among the classes of a file, by what their methods take; and Quarkus's, by their annotations. */
export function filtersIn(ran: Run, module: JvmModule, packages: JaxRsPackages): readonly Filter[] {
  return ran.classes.flatMap((type) =>
    type.methods.flatMap((method): readonly Filter[] => {
      const kind = kindOf(method);
      if (kind === undefined) return [];
      return [{ kind, name: type.declaration.name, bindings: bindingsOf([...type.annotations, ...method.annotations], module), present: presenceOf(type.annotations), at: type.at, run: () => called(method, packages) }];
    }),
  );
}

function kindOf({ name, parameters, annotations }: MethodInView): Filter['kind'] | undefined {
  if (annotated(annotations, 'ServerResponseFilter') !== undefined) return 'response';
  if (annotated(annotations, 'ServerRequestFilter') !== undefined) return 'request';
  if (name !== 'filter') return undefined;
  const types = parameters.map(({ type }) => type?.replace(/^.*\./, '') ?? '');
  if (types[0] !== 'ContainerRequestContext') return undefined;
  return types.length === 1 ? 'request' : types[1] === 'ContainerResponseContext' ? 'response' : undefined;
}

/** Methods of the resources of a file. */
export function resourcesIn(ran: Run, module: JvmModule, packages: JaxRsPackages): readonly ResourceMethod[] {
  const root = ran.classes.flatMap(({ annotations }) => pathsIn(annotated(annotations, 'ApplicationPath')))[0] ?? '';
  return ran.classes.flatMap((type) => {
    const outer = annotated(type.annotations, 'Path');
    if (outer === undefined) return [];
    return type.methods.flatMap((method): readonly ResourceMethod[] => {
      const verb = VERBS.find((one) => annotated(method.annotations, one) !== undefined);
      if (verb === undefined) return [];
      const own = pathsIn(annotated(method.annotations, 'Path'))[0] ?? '';
      const path = `${root}${pathsIn(outer)[0] ?? ''}${own}` || '/';
      return [{ verb, path, bindings: bindingsOf([...type.annotations, ...method.annotations], module), at: method.at, run: () => called(method, packages) }];
    });
  });
}

function pathsIn(annotation: AnnotationInView | undefined): readonly string[] {
  return textsOf(annotation, 'value').texts.map(({ value }) => value.replace(/^\/|\/$/g, '')).map((text) => (text === '' ? '' : `/${text}`));
}

/** Annotations that are declared with `@NameBinding`, by their simple names. */
function bindingsOf(annotations: readonly AnnotationInView[], module: JvmModule): readonly string[] {
  return annotations.map(simpleName).filter((name) => module.classNamed(name)?.declaration.annotations.some((one) => /(?:^|\.)NameBinding$/.test(one.name)) === true);
}

function called({ callee, parameters }: MethodInView, packages: JaxRsPackages): readonly Event[] {
  return callee.run(parameters.map((parameter): Value => packages.given(parameter) ?? unknown('parameter', `the parameter ${parameter.name}`, parameter.at)));
}

/** What happens in methods that only configure: where an object of a library's filter may be made. */
export function configuring(ran: Run, packages: JaxRsPackages): readonly Event[] {
  return ran.classes.flatMap((type) => type.methods.flatMap((method) => (kindOf(method) !== undefined || ran.ran(method) ? [] : called(method, packages))));
}
