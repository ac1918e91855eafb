import { casesOf } from '../../policy/from-condition.js';
import type { Guard } from '../../policy/program.js';
import { entry, unknown, type RecordEntry, type RecordValue, type Value } from '../../values/value.js';
import { handledByRules, type Rules } from './route-rules.js';

const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE'];

/**
 * The `corsHandler` of the module nuxt-security (https://github.com/Baroshem/nuxt-security), for all routes and in
 * rules of single ones: `handleCors` of version 1 with a list for a text, and with patterns for texts where `useRegExp`
 * says so. Undefined where the module or the option is not there.
 */
export function corsHandlerRules(config: RecordValue, rules: readonly RecordEntry[], when: Guard): Rules | undefined {
  if (!modulesOf(config).some((name) => name === 'nuxt-security')) return undefined;
  const everywhere = entry(config, 'security');
  const all: readonly RecordEntry[] = [...(everywhere === undefined ? [] : [{ key: '/**', value: { kind: 'record', entries: [everywhere], at: everywhere.at } as const, at: everywhere.at }]), ...rules];
  const partOf = (rule: RecordValue): RecordEntry | undefined => {
    const security = entry(rule, 'security')?.value;
    return security?.kind === 'record' ? entry(security, 'corsHandler') : undefined;
  };
  const handled = handledByRules(all, when, partOf, optionsOf);
  return handled.steps.length === 0 ? undefined : handled;
}

/** Names of modules, also of those that are given with options. */
function modulesOf(config: RecordValue): readonly string[] {
  const modules = entry(config, 'modules')?.value;
  return (modules?.kind === 'list' ? modules.items : []).flatMap((item) => {
    const name = item.kind === 'list' ? item.items[0] : item;
    return name?.kind === 'string' ? [name.value] : [];
  });
}

function optionsOf(written: Value): Value {
  if (written.kind !== 'record') return written;
  const { at } = written;
  const pattern = entry(written, 'useRegExp')?.value;
  const isPattern = pattern?.kind === 'boolean' && pattern.value;
  const entries = written.entries.map((one) => (one.key === 'origin' ? { ...one, value: originsOf(one.value, isPattern) } : one));
  // Without an origin it is the address of the development server: one exact text.
  const own: Value = { kind: 'list', items: [], rest: unknown('unsupported-syntax', 'the address of the development server', at), at };
  const methods: Value = { kind: 'list', items: METHODS.map((value) => ({ kind: 'string', value, at })), at };
  return { ...written, entries: [...(entry(written, 'methods') === undefined ? [{ key: 'methods', value: methods, at }] : []), ...(entry(written, 'origin') === undefined ? [{ key: 'origin', value: own, at }] : []), ...entries] };
}

function originsOf(origin: Value, patterns: boolean): Value {
  const options = casesOf(origin);
  const [only] = options;
  if (options.length !== 1 || only === undefined) return origin;
  const { value } = only;
  if (value.kind === 'string' && value.value !== '*') return { kind: 'list', items: [patterned(value, patterns)], at: value.at };
  return value.kind === 'list' ? { ...value, items: value.items.map((item) => patterned(item, patterns)) } : value;
}

function patterned(item: Value, patterns: boolean): Value {
  return patterns && item.kind === 'string' ? { kind: 'regex', source: item.value, flags: 'i', dialect: 'js', at: item.at } : item;
}
