import type { Probe, Step } from '../../policy/program.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import type { EstreeModule } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { runsIn } from '../../values/fact.js';
import { entry, type RecordValue, type Value } from '../../values/value.js';
import { ruleSteps } from './route-rules.js';

/** The rules of a `nitro.config` or `nuxt.config`. */
export interface ConfigRules {
  readonly at: Span;
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
}

/** `routeRules`, also below `nitro` (Nuxt) and in the layers of one environment (`$production`). */
export function configRules(config: Value | undefined, module: EstreeModule, major: 1 | 2): ConfigRules | undefined {
  if (config?.kind !== 'record') return undefined;
  const found = [...rulesOf(config, ALWAYS), ...(['production', 'development'] as const).flatMap((environment) => {
    const layer = entry(config, `$${environment}`)?.value;
    return layer?.kind === 'record' ? rulesOf(layer, { g: 'fact', fact: runsIn(environment, layer.at) }) : [];
  })];
  const [first] = found;
  if (first === undefined) return undefined;
  const parts = found.map(({ rules, when }) => ruleSteps(rules, major, when));
  const probes = parts.flatMap((part) => part.probes);
  const steps = parts.flatMap((part) => part.steps);
  if (!steps.some(({ effects, end }) => end !== undefined || effects.some(({ header }) => header.startsWith('access-control-')))) return undefined;
  return { at: module.file === first.rules.at.file ? first.rules.at : config.at, steps, probes };
}

function rulesOf(config: RecordValue, when: Guard): readonly { readonly rules: Value; readonly when: Guard }[] {
  const nitro = entry(config, 'nitro')?.value;
  return [config, ...(nitro?.kind === 'record' ? [nitro] : [])].flatMap((holder) => {
    const rules = entry(holder, 'routeRules')?.value;
    return rules === undefined ? [] : [{ rules, when: whenAll(when) }];
  });
}
