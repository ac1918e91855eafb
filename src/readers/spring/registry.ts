import type { JavaModule } from '../../syntax/java/index.js';
import { configured, withPermitDefaults, type CorsConfiguration } from './cors-configuration.js';
import { byPattern, type Mapping } from './filters.js';

/** `registry.addMapping("/api/**").allowedOrigins(…)…`, in order: the first mapping whose pattern matches decides. */
export function registeredIn(module: JavaModule): readonly Mapping[] {
  const mappings = module.nodes('method_invocation').filter((node) => node.childForFieldName('name')?.text === 'addMapping').map((node): Mapping => {
    const [pattern] = module.callOf(node).args;
    const path = pattern === undefined ? undefined : module.valueOf(pattern);
    let config: CorsConfiguration = {};
    for (let chain = node.parent; chain?.type === 'method_invocation'; chain = chain.parent) {
      const { name, args } = module.callOf(chain);
      config = configured(config, name, args.map((arg) => module.valueOf(arg)), module.span(chain.childForFieldName('name') ?? chain));
    }
    const at = module.span(node);
    return { path: path?.kind === 'string' ? path.value : '/**', at: pattern === undefined ? at : module.span(pattern), config: withPermitDefaults(config, at) };
  });
  return byPattern(mappings);
}
