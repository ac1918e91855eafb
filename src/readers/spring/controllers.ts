import type { AnnotationInView, ClassInView } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import { configured, merged, withPermitDefaults, type CorsConfiguration } from '../../middleware/spring/cors-configuration.js';

/** A method that serves requests, with the `@CrossOrigin` of its class and its own. */
export interface Handler {
  /** HTTP methods that its mapping names; empty: all but OPTIONS. */
  readonly methods: readonly string[];
  readonly cors: { readonly config: CorsConfiguration; readonly at: Span } | undefined;
  readonly at: Span;
}

const ROUTES: Readonly<Record<string, readonly string[]>> = { GetMapping: ['GET'], PostMapping: ['POST'], PutMapping: ['PUT'], PatchMapping: ['PATCH'], DeleteMapping: ['DELETE'], RequestMapping: [] };

/** An annotation by its simple name: a snippet may have no imports. */
function simpleName({ names }: AnnotationInView): string {
  return (names[0] ?? '').replace(/^.*\./, '');
}

/** Handlers of the controllers of a file, by path pattern. An annotated type without mapped methods (a repository that is exported) serves anything. */
export function handlersIn(classes: readonly ClassInView[]): ReadonlyMap<string, readonly Handler[]> {
  const handlers = new Map<string, Handler[]>();
  const add = (path: string, handler: Handler): void => void handlers.set(path, [...(handlers.get(path) ?? []), handler]);
  for (const type of classes) {
    const outer = type.annotations.find((one) => simpleName(one) === 'CrossOrigin');
    const base = type.annotations.find((one) => simpleName(one) === 'RequestMapping');
    let mapped = false;
    for (const method of type.methods) {
      const route = method.annotations.find((one) => ROUTES[simpleName(one)] !== undefined);
      if (route === undefined) continue;
      mapped = true;
      const inner = method.annotations.find((one) => simpleName(one) === 'CrossOrigin');
      const methods = [...new Set([...(base === undefined ? [] : methodsIn(base)), ...ROUTES[simpleName(route)]!, ...methodsIn(route)])];
      const handler: Handler = { methods, cors: corsOf([outer, inner], methods), at: method.at };
      for (const prefix of pathsIn(base)) for (const path of pathsIn(route)) add(`${prefix}${path}` || '/', handler);
    }
    if (!mapped && outer !== undefined) for (const prefix of pathsIn(base)) add(`${prefix}/**`, { methods: [], cors: corsOf([outer, undefined], []), at: outer.at });
  }
  return handlers;
}

/** Class and method annotations united; the mapping's methods where none are named; then the permitted defaults. */
function corsOf([outer, inner]: readonly [AnnotationInView | undefined, AnnotationInView | undefined], methods: readonly string[]): Handler['cors'] {
  const decisive = inner ?? outer;
  if (decisive === undefined) return undefined;
  const { at } = decisive;
  const config = merged(outer === undefined ? {} : configOf(outer), inner === undefined ? {} : configOf(inner));
  const named = (config.methods?.items.length ?? 0) > 0 || methods.length === 0 ? {} : { methods: { items: methods.map((value) => ({ kind: 'string', value, at }) as const), at, byDefault: false } };
  return { config: withPermitDefaults({ ...config, ...named }, at), at };
}

/** An attribute that is left empty says nothing. */
function configOf(annotation: AnnotationInView): CorsConfiguration {
  let config: CorsConfiguration = {};
  for (const [name, value] of annotation.elements) {
    if (value.kind === 'list' && value.items.length === 0 && value.rest === undefined) continue;
    config = configured(config, name, [value], annotation.codes.get(name)?.at ?? annotation.at);
  }
  return config;
}

function pathsIn(annotation: AnnotationInView | undefined): readonly string[] {
  const value = annotation?.elements.get('value') ?? annotation?.elements.get('path');
  const texts = (value?.kind === 'list' ? value.items : [value]).flatMap((item) => (item?.kind === 'string' ? [item.value.replace(/^\/|\/$/g, '')] : []));
  return texts.length === 0 ? [''] : texts.map((text) => (text === '' ? '' : `/${text}`));
}

function methodsIn(annotation: AnnotationInView): readonly string[] {
  const value = annotation.elements.get('method');
  return (value?.kind === 'list' ? value.items : value === undefined ? [] : [value]).flatMap((item) => (item.kind === 'string' ? [item.value] : []));
}
