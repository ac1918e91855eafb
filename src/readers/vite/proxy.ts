import type { ProxyRule } from '../../middleware/dev-proxy/proxy.js';
import { casesOf } from '../../policy/from-condition.js';
import { whenAll, type Guard } from '../../policy/program.js';
import { factOf, type RecordEntry, type Value } from '../../values/value.js';

/**
 * The rules of `proxy` (https://vite.dev/config/server-options#server-proxy): the first key that fits counts. One that
 * starts with `^` is a pattern, any other the start of a path.
 */
export function proxyRules(proxy: Value | undefined, base: Guard): readonly ProxyRule[] {
  if (proxy === undefined) return [];
  return casesOf(proxy).flatMap(({ when, value }): readonly ProxyRule[] => {
    const inner = whenAll(base, when);
    if (value.kind === 'unknown') return [openRule(value, inner)];
    if (value.kind !== 'record') return [];
    return [...inOrder(value.entries).flatMap((one) => rulesOf(one, inner)), ...(value.rest === undefined ? [] : [openRule(value.rest, inner)])];
  });
}

/** Of two with one key the later one counts, at the place of the first. */
function inOrder(entries: readonly RecordEntry[]): readonly RecordEntry[] {
  return [...new Map(entries.map((one) => [one.key, one])).values()];
}

/** Somewhere, for some requests. */
function openRule(value: Value & { readonly kind: 'unknown' }, base: Guard): ProxyRule {
  return { when: whenAll(base, { g: 'fact', fact: factOf(value) }), prefix: '', target: value, options: undefined, changesHost: true, at: value.at };
}

function rulesOf({ key, value, at }: RecordEntry, base: Guard): readonly ProxyRule[] {
  const takes: Guard = { g: 'path', in: key.startsWith('^') ? { s: 'regex', source: key, flags: '', dialect: 'js', use: 'search', subject: 'origin', at } : { s: 'prefix', text: key, subject: 'origin', ignoreCase: false, at } };
  const prefix = key.startsWith('^') ? '' : key;
  return casesOf(value).flatMap(({ when, value: given }): readonly ProxyRule[] => {
    const rule = { when: whenAll(base, takes, when), prefix, at };
    // A target alone, or options with one.
    if (given.kind === 'nothing' || given.kind === 'boolean') return [];
    if (given.kind !== 'record') return [{ ...rule, target: given, options: undefined, changesHost: true }];
    const target = given.entries.findLast((one) => one.key === 'target')?.value ?? given.rest;
    return target === undefined ? [] : [{ ...rule, target, options: given, changesHost: false }];
  });
}
