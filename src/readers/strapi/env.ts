import { setting } from '../../values/either.js';
import type { Handle, Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { unknown } from '../../values/value.js';

/**
 * `env('NAME', fallback)`, `env.array(…)`, `env.bool(…)` and their like, which Strapi hands to configuration files
 * (https://docs.strapi.io/cms/configurations/environment).
 */
export function envHandle(at: Span): Handle {
  return {
    kind: 'handle',
    name: 'env',
    at,
    get: () => undefined,
    call: (method, args, callAt) => {
      const [name, fallback] = args;
      if (name?.kind !== 'string') return undefined;
      if (name.value === 'NODE_ENV') return { kind: 'env', name: name.value, at: callAt };
      const set: Value = method === '' || method === 'array' ? { kind: 'env', name: name.value, at: callAt } : unknown('env-variable', `the value of ${name.value}`, callAt);
      return setting(name.value, fallback ?? { kind: 'nothing', what: 'undefined', at: callAt }, set, callAt);
    },
  };
}
