import type { JavaModule } from '../../syntax/java/index.js';
import type { Span } from '../../text/span.js';
import { configured, type CorsConfiguration } from './cors-configuration.js';

type Node = JavaModule['root'];

/** A configuration with the path pattern that it is for. */
export interface Mapping {
  readonly path: string;
  readonly at: Span;
  readonly config: CorsConfiguration;
}

/** Mappings are kept by their pattern: the last configuration of one counts, at the place of its first. */
export function byPattern(mappings: readonly Mapping[]): readonly Mapping[] {
  return [...new Map(mappings.map((mapping) => [mapping.path, mapping])).values()];
}

/** A `CorsConfigurationSource`, as a bean or inside a `CorsFilter`. */
export interface Source {
  readonly title: string;
  readonly at: Span;
  readonly mappings: readonly Mapping[];
}

/** `CorsConfiguration` objects that a method builds and registers; a returned one is for every path. */
export function* sourcesIn(module: JavaModule): Generator<Source> {
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
      mappings.push({ path: path.kind === 'string' ? path.value : '/**', at: module.span(args[0]!), config });
    }
    const at = module.span(created);
    const isFilter = /\bCors(?:Web)?Filter\b/.test(module.source.text);
    yield { title: isFilter ? 'CorsFilter' : 'CorsConfigurationSource', at, mappings: mappings.length > 0 ? byPattern(mappings) : [{ path: '/**', at, config }] };
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
