import { ALWAYS, type Gap, type Guard } from '../../policy/program.js';
import type { EstreeModule } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { runsIn } from '../../values/fact.js';
import { entry, type RecordValue, type Value } from '../../values/value.js';
import { ruleSteps, type Rules } from './route-rules.js';
import { corsHandlerRules } from './security.js';

/** The rules of a `nitro.config` or `nuxt.config`. */
export interface ConfigRules extends Rules {
  readonly at: Span;
  readonly gaps: readonly Gap[];
}

/** `routeRules`, also below `nitro` (Nuxt, Vite) or `server` (Solid Start and its like) and in the layers of one environment (`$production`), and what modules do with them. */
export function configRules(config: Value | undefined, module: EstreeModule, major: 1 | 2): ConfigRules | undefined {
  if (config?.kind !== 'record') return undefined;
  const layers = [{ config, when: ALWAYS }, ...(['production', 'development'] as const).flatMap((environment) => {
    const layer = entry(config, `$${environment}`)?.value;
    return layer?.kind === 'record' ? [{ config: layer, when: { g: 'fact', fact: runsIn(environment, layer.at) } as const }] : [];
  })];
  const found = layers.flatMap((layer) => rulesOf(layer.config, layer.when));
  const secured = layers.map((layer) => corsHandlerRules(layer.config, found.flatMap(({ rules }) => (rules.kind === 'record' ? rules.entries : [])), layer.when));
  const parts = [...found.map(({ rules, when }) => ruleSteps(rules, major, when)), ...secured.flatMap((rules) => rules ?? [])];
  const steps = parts.flatMap((part) => part.steps);
  const gaps = found.flatMap(({ rules }): readonly Gap[] => (rules.kind === 'unknown' ? [{ at: rules.at, reason: rules.reason, message: `These route rules depend on ${rules.detail}.` }] : []));
  if (gaps.length === 0 && !steps.some(({ effects, end }) => end !== undefined || effects.some(({ header }) => header.startsWith('access-control-')))) return undefined;
  const at = found.map(({ rules }) => rules.at).find(({ file }) => file === module.file) ?? config.at;
  return { at, steps, probes: parts.flatMap((part) => part.probes), gaps };
}

function rulesOf(config: RecordValue, when: Guard): readonly { readonly rules: Value; readonly when: Guard }[] {
  const holders = [config, ...['nitro', 'server'].map((key) => entry(config, key)?.value)].filter((holder) => holder?.kind === 'record');
  return holders.flatMap((holder) => {
    const rules = entry(holder, 'routeRules')?.value;
    return rules === undefined ? [] : [{ rules, when }];
  });
}
