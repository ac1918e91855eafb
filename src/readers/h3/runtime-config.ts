import { setting } from '../../values/either.js';
import type { Value } from '../../values/value.js';

/**
 * What `useRuntimeConfig()` gives: the `runtimeConfig` of the configuration, each text of it replaced by the environment
 * variable of its name where that is set (https://nuxt.com/docs/guide/going-further/runtime-config#environment-variables).
 */
export function runtimeConfig(written: Value, prefix: 'NUXT' | 'NITRO'): Value {
  return overridable(written, prefix);
}

function overridable(value: Value, name: string): Value {
  switch (value.kind) {
    case 'record':
      return { ...value, entries: value.entries.map((one) => ({ ...one, value: overridable(one.value, `${name}_${one.key.replace(/([a-z\d])([A-Z])/g, '$1_$2').toUpperCase()}`) })) };
    case 'string':
    case 'nothing':
      return setting(name, value, { kind: 'env', name, at: value.at }, value.at);
    case 'either':
      return { ...value, options: value.options.map(({ when, value: option }) => ({ when, value: overridable(option, name) })) };
    default:
      return value;
  }
}
