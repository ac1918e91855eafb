import type { JavaAnnotation, JavaModule } from '../../syntax/java/index.js';
import type { Span } from '../../text/span.js';
import { configured, merged, withPermitDefaults, type CorsConfiguration } from './cors-configuration.js';

type Node = JavaModule['root'];

/** A configuration with the path pattern that it is for. */
export interface Mapping {
  readonly path: string;
  readonly at: Span;
  readonly config: CorsConfiguration;
  readonly methods: readonly string[] | null;
}

/** A place where CORS is configured. */
export interface Found {
  readonly kind: 'filter' | 'registry' | 'annotation';
  readonly title: string;
  readonly at: Span;
  readonly mappings: readonly Mapping[];
}

/** `CorsConfiguration` objects that a method builds and registers; a returned one is for every path. */
export function* beansIn(module: JavaModule): Generator<Found> {
  for (const created of module.nodes('object_creation_expression')) {
    if (!/(?:^|\.)CorsConfiguration$/.test(created.childForFieldName('type')?.text ?? '')) continue;
    const scope = blockAround(created);
    const variable = created.parent?.type === 'variable_declarator' ? created.parent.childForFieldName('name')?.text : undefined;
    let config: CorsConfiguration = {};
    const mappings: Mapping[] = [];
    // `new CorsConfiguration().applyPermitDefaultValues()`
    for (let chain = created.parent; chain?.type === 'method_invocation'; chain = chain.parent) config = after(module, config, chain);
    for (const node of scope === undefined ? [] : module.nodes('method_invocation', scope).toSorted((a, b) => a.endIndex - b.endIndex)) {
      if (node.startIndex < created.endIndex) continue;
      const { name, receiver, args } = module.callOf(node);
      if (variable !== undefined && rootOf(receiver)?.text === variable) config = after(module, config, node);
      if (name !== 'registerCorsConfiguration' || args[1] === undefined) continue;
      if (args[1].text !== variable && !(args[1].startIndex <= created.startIndex && created.endIndex <= args[1].endIndex)) continue;
      const path = module.valueOf(args[0]!);
      mappings.push({ path: path.kind === 'string' ? path.value : '/**', at: module.span(args[0]!), config, methods: null });
    }
    const at = module.span(created);
    const isFilter = /\bCors(?:Web)?Filter\b/.test(module.source.text);
    yield { kind: 'filter', title: isFilter ? 'CorsFilter' : 'CorsConfigurationSource', at, mappings: mappings.length > 0 ? mappings : [{ path: '/**', at, config, methods: null }] };
  }
}

function after(module: JavaModule, config: CorsConfiguration, node: Node): CorsConfiguration {
  const { name, args } = module.callOf(node);
  return configured(config, name, args.map((arg) => module.valueOf(arg)), module.span(node));
}

/** The variable at the root of `a.b().c()`. */
function rootOf(node: Node | undefined): Node | undefined {
  return node?.type === 'method_invocation' ? rootOf(node.childForFieldName('object') ?? undefined) : node;
}

function blockAround(node: Node): Node | undefined {
  let parent = node.parent;
  while (parent !== null && parent.type !== 'block' && parent.type !== 'constructor_body') parent = parent.parent;
  return parent ?? undefined;
}

/** `registry.addMapping("/api/**").allowedOrigins(…)…`: the first mapping that matches decides. */
export function* registriesIn(module: JavaModule): Generator<Found> {
  const mappings = module.nodes('method_invocation').filter((node) => node.childForFieldName('name')?.text === 'addMapping').map((node): Mapping => {
    const [pattern] = module.callOf(node).args;
    const path = pattern === undefined ? undefined : module.valueOf(pattern);
    let config: CorsConfiguration = {};
    for (let chain = node.parent; chain?.type === 'method_invocation'; chain = chain.parent) {
      const { name, args } = module.callOf(chain);
      config = configured(config, name, args.map((arg) => module.valueOf(arg)), module.span(chain.childForFieldName('name') ?? chain));
    }
    const at = module.span(node);
    return { path: path?.kind === 'string' ? path.value : '/**', at: pattern === undefined ? at : module.span(pattern), config: withPermitDefaults(config, at), methods: null };
  });
  if (mappings[0] !== undefined) yield { kind: 'registry', title: 'CorsRegistry', at: mappings[0].at, mappings };
}

const ROUTES: Readonly<Record<string, readonly string[]>> = { GetMapping: ['GET'], PostMapping: ['POST'], PutMapping: ['PUT'], PatchMapping: ['PATCH'], DeleteMapping: ['DELETE'] };

/** `@CrossOrigin` on controllers and their methods, merged as Spring merges them. */
export function* annotationsIn(module: JavaModule): Generator<Found> {
  for (const type of [...module.nodes('class_declaration'), ...module.nodes('interface_declaration')]) {
    const own = module.annotationsOf(type);
    const outer = own.find(({ name }) => name === 'CrossOrigin');
    const prefix = pathIn(module, own.find(({ name }) => name === 'RequestMapping'));
    for (const method of module.nodes('method_declaration', type)) {
      const annotations = module.annotationsOf(method);
      const inner = annotations.find(({ name }) => name === 'CrossOrigin');
      const route = annotations.find(({ name }) => ROUTES[name] !== undefined || name === 'RequestMapping');
      const decisive = inner ?? outer;
      if (decisive === undefined || route === undefined) continue;
      const methods = ROUTES[route.name] ?? methodsIn(module, route);
      const config = merged(outer === undefined ? {} : configOf(module, outer), inner === undefined ? {} : configOf(module, inner));
      const at = decisive.at;
      const served = config.methods ?? (methods.length === 0 ? undefined : { items: methods.map((value) => ({ kind: 'string', value, at }) as const), at, byDefault: true });
      const path = `${prefix}${pathIn(module, route)}` || '/';
      yield { kind: 'annotation', title: `@CrossOrigin ${path}`, at, mappings: [{ path, at: module.span(method.childForFieldName('name') ?? method), config: withPermitDefaults({ ...config, ...(served === undefined ? {} : { methods: served }) }, at), methods: methods.length === 0 ? null : methods }] };
    }
  }
}

function configOf(module: JavaModule, annotation: JavaAnnotation): CorsConfiguration {
  let config: CorsConfiguration = {};
  for (const [name, node] of annotation.elements) {
    const pair = node.parent?.type === 'element_value_pair' ? node.parent : node;
    config = configured(config, name, [module.valueOf(node)], module.span(pair));
  }
  return config;
}

function pathIn(module: JavaModule, annotation: JavaAnnotation | undefined): string {
  const node = annotation?.elements.get('value') ?? annotation?.elements.get('path');
  const value = node === undefined ? undefined : module.valueOf(node);
  const first = value?.kind === 'list' ? value.items[0] : value;
  return first?.kind === 'string' ? `/${first.value.replace(/^\/|\/$/g, '')}` : '';
}

function methodsIn(module: JavaModule, annotation: JavaAnnotation): readonly string[] {
  const node = annotation.elements.get('method');
  const value = node === undefined ? undefined : module.valueOf(node);
  return (value?.kind === 'list' ? value.items : value === undefined ? [] : [value]).flatMap((item) => (item.kind === 'string' ? [item.value] : []));
}
