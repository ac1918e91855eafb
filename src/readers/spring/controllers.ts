import type { JavaAnnotation, JavaModule } from '../../syntax/java/index.js';
import type { Span } from '../../text/span.js';
import { configured, merged, withPermitDefaults, type CorsConfiguration } from './cors-configuration.js';

type Node = JavaModule['root'];

/** A method that serves requests, with the `@CrossOrigin` of its class and its own. */
export interface Handler {
  /** HTTP methods that its mapping names; empty: all but OPTIONS. */
  readonly methods: readonly string[];
  readonly cors: { readonly config: CorsConfiguration; readonly at: Span } | undefined;
  readonly at: Span;
}

const ROUTES: Readonly<Record<string, readonly string[]>> = { GetMapping: ['GET'], PostMapping: ['POST'], PutMapping: ['PUT'], PatchMapping: ['PATCH'], DeleteMapping: ['DELETE'], RequestMapping: [] };

/** Handlers of the controllers of a file, by path pattern. An annotated type without mapped methods (a repository that is exported) serves anything. */
export function handlersIn(module: JavaModule): ReadonlyMap<string, readonly Handler[]> {
  const handlers = new Map<string, Handler[]>();
  const add = (path: string, handler: Handler): void => void handlers.set(path, [...(handlers.get(path) ?? []), handler]);
  for (const type of [...module.nodes('class_declaration'), ...module.nodes('interface_declaration')]) {
    const own = module.annotationsOf(type);
    const outer = own.find(({ name }) => name === 'CrossOrigin');
    const base = own.find(({ name }) => name === 'RequestMapping');
    let mapped = false;
    for (const method of methodsOf(type)) {
      const annotations = module.annotationsOf(method);
      const route = annotations.find(({ name }) => ROUTES[name] !== undefined);
      if (route === undefined) continue;
      mapped = true;
      const inner = annotations.find(({ name }) => name === 'CrossOrigin');
      const methods = [...new Set([...(base === undefined ? [] : methodsIn(module, base)), ...ROUTES[route.name]!, ...methodsIn(module, route)])];
      const handler: Handler = { methods, cors: corsOf(module, [outer, inner], methods), at: module.span(method.childForFieldName('name') ?? method) };
      for (const prefix of pathsIn(module, base)) for (const path of pathsIn(module, route)) add(`${prefix}${path}` || '/', handler);
    }
    if (!mapped && outer !== undefined) for (const prefix of pathsIn(module, base)) add(`${prefix}/**`, { methods: [], cors: corsOf(module, [outer, undefined], []), at: outer.at });
  }
  return handlers;
}

/** The type's own methods, not those of classes inside it. */
function methodsOf(type: Node): readonly Node[] {
  return type.childForFieldName('body')?.namedChildren.filter((child) => child.type === 'method_declaration') ?? [];
}

/** Class and method annotations united; the mapping's methods where none are named; then the permitted defaults. */
function corsOf(module: JavaModule, [outer, inner]: readonly [JavaAnnotation | undefined, JavaAnnotation | undefined], methods: readonly string[]): Handler['cors'] {
  const decisive = inner ?? outer;
  if (decisive === undefined) return undefined;
  const { at } = decisive;
  const config = merged(outer === undefined ? {} : configOf(module, outer), inner === undefined ? {} : configOf(module, inner));
  const named = (config.methods?.items.length ?? 0) > 0 || methods.length === 0 ? {} : { methods: { items: methods.map((value) => ({ kind: 'string', value, at }) as const), at, byDefault: false } };
  return { config: withPermitDefaults({ ...config, ...named }, at), at };
}

/** An attribute that is left empty says nothing. */
function configOf(module: JavaModule, annotation: JavaAnnotation): CorsConfiguration {
  let config: CorsConfiguration = {};
  for (const [name, node] of annotation.elements) {
    const pair = node.parent?.type === 'element_value_pair' ? node.parent : node;
    const value = module.valueOf(node);
    if (value.kind === 'list' && value.items.length === 0 && value.rest === undefined) continue;
    config = configured(config, name, [value], module.span(pair));
  }
  return config;
}

function pathsIn(module: JavaModule, annotation: JavaAnnotation | undefined): readonly string[] {
  const node = annotation?.elements.get('value') ?? annotation?.elements.get('path');
  const value = node === undefined ? undefined : module.valueOf(node);
  const texts = (value?.kind === 'list' ? value.items : [value]).flatMap((item) => (item?.kind === 'string' ? [item.value.replace(/^\/|\/$/g, '')] : []));
  return texts.length === 0 ? [''] : texts.map((text) => (text === '' ? '' : `/${text}`));
}

function methodsIn(module: JavaModule, annotation: JavaAnnotation): readonly string[] {
  const node = annotation.elements.get('method');
  const value = node === undefined ? undefined : module.valueOf(node);
  return (value?.kind === 'list' ? value.items : value === undefined ? [] : [value]).flatMap((item) => (item.kind === 'string' ? [item.value] : []));
}
