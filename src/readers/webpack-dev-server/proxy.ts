import { returnedBy } from '../../middleware/config-module.js';
import { forPages, type ProxyRule } from '../../middleware/dev-proxy/proxy.js';
import { ANY, type OriginSet } from '../../origins/origin-set.js';
import { casesOf } from '../../policy/from-condition.js';
import { unless, whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { entry, factOf, unknown, type Value } from '../../values/value.js';

type UnknownValue = Value & { readonly kind: 'unknown' };

/**
 * The rules of `proxy`, in order: a list (https://webpack.js.org/configuration/dev-server/#devserverproxy), and up to version
 * 4 an object too, by contexts or with a `target` of its own.
 * @param isVue Vue CLI makes rules of a target or of an object itself
 */
export function proxyRules(proxy: Value | undefined, base: Guard, isVue: boolean): readonly ProxyRule[] {
  if (proxy === undefined) return [];
  return casesOf(proxy).flatMap(({ when, value }): readonly ProxyRule[] => {
    const inner = whenAll(base, when);
    if (value.kind === 'unknown') return [openRule(value, inner)];
    if (value.kind === 'list') return [...value.items, ...(value.rest?.kind === 'unknown' ? [value.rest] : [])].flatMap((item) => itemRules(item, inner));
    if (isVue && (value.kind === 'string' || value.kind === 'env' || value.kind === 'concat')) return [{ when: whenAll(inner, unless(forPages(value.at))), prefix: '', target: value, options: undefined, changesHost: true, at: value.at }];
    if (value.kind !== 'record') return [];
    if (!isVue && (entry(value, 'target') !== undefined || entry(value, 'router') !== undefined)) return itemRules(value, inner);
    return [...value.entries.flatMap((one) => keyRules(one.key, one.value, one.at, inner, isVue)), ...(value.rest === undefined ? [] : [openRule(value.rest, inner)])];
  });
}

/** Somewhere, for some requests. */
function openRule(value: UnknownValue, base: Guard): ProxyRule {
  return { when: whenAll(base, { g: 'fact', fact: factOf(value) }), prefix: '', target: value, options: undefined, changesHost: false, at: value.at };
}

/** `{ context, target, … }`, or a function that makes it. */
function itemRules(item: Value, base: Guard): readonly ProxyRule[] {
  return casesOf(item.kind === 'function' ? returnedBy(item, []) : item).flatMap(({ when, value }): readonly ProxyRule[] => {
    const inner = whenAll(base, when);
    if (value.kind === 'unknown') return [openRule(value, inner)];
    if (value.kind !== 'record') return [];
    const target = entry(value, 'target')?.value ?? entry(value, 'router')?.value ?? value.rest;
    if (target === undefined) return [];
    const contexts = entry(value, 'context')?.value ?? entry(value, 'path')?.value;
    return taking(contexts, value.at).map(({ takes, prefix, at }) => ({ when: whenAll(inner, takes), prefix, target, options: value, changesHost: false, at }));
  });
}

interface Taking {
  readonly takes: Guard;
  /** What the paths begin with. */
  readonly prefix: string;
  readonly at: Span;
}

function taking(contexts: Value | undefined, at: Span): readonly Taking[] {
  if (contexts === undefined || contexts.kind === 'nothing') return [{ takes: { g: 'always' }, prefix: '', at }];
  if (contexts.kind === 'list') return [...contexts.items, ...(contexts.rest === undefined ? [] : [contexts.rest])].flatMap((one) => taking(one, at));
  return casesOf(contexts).map(({ when, value }) => {
    const found = value.kind === 'string' ? contextOf(value.value, value.at) : undefined;
    const open = value.kind === 'unknown' || value.kind === 'env' ? value : unknown('function-call', 'which paths the proxy takes', value.at);
    return found === undefined ? { takes: whenAll(when, { g: 'fact', fact: factOf(open) }), prefix: '', at: value.at } : { takes: whenAll(when, { g: 'path', in: found.paths }), prefix: found.prefix, at: value.at };
  });
}

/** The start of a path, or a pattern of micromatch: `/api/**`. Undefined for other patterns. */
function contextOf(text: string, at: Span): { readonly paths: OriginSet; readonly prefix: string } | undefined {
  const starts = (start: string): OriginSet => ({ s: 'prefix', text: start, subject: 'origin', ignoreCase: false, at });
  if (!/[*?{}[\]!()]/.test(text)) return { paths: starts(text), prefix: text };
  if (!/^(?:\/(?:[^*?{}[\]!()]*\/)?)?\*\*$/.test(text)) return undefined;
  const folder = text.slice(0, -2);
  const below: OriginSet = folder === '' || folder === '/' ? ANY : { s: 'or', of: [starts(folder), { s: 'exact', text: folder.slice(0, -1), comparison: [], at }] };
  // Names that begin with a dot are hidden.
  const hidden: OriginSet = { s: 'contains', text: '/.', subject: 'origin', ignoreCase: false, at };
  return { paths: { s: 'and', of: [below, { s: 'not', of: hidden }] }, prefix: folder.slice(0, -1) };
}

/** A rule of an object: its key is the context. */
function keyRules(key: string, given: Value, at: Span, base: Guard, isVue: boolean): readonly ProxyRule[] {
  const context = isVue ? vueContext(key, at) : contextOf(key.replace(/^\*$/, '**').replace(/\/\*$/, ''), at);
  const takes: Guard = context === undefined ? { g: 'fact', fact: factOf(unknown('regex-too-complex', `whether a path fits ${key}`, at)) } : { g: 'path', in: context.paths };
  return casesOf(given).flatMap(({ when, value }): readonly ProxyRule[] => {
    const rule = { when: whenAll(base, takes, when), prefix: context?.prefix ?? '', at };
    if (value.kind !== 'record') return value.kind === 'nothing' ? [] : [{ ...rule, target: value, options: undefined, changesHost: false }];
    const target = entry(value, 'target')?.value ?? value.rest;
    return target === undefined ? [] : [{ ...rule, target, options: value, changesHost: isVue }];
  });
}

/** Vue CLI looks for the key in the path, as a pattern (`pathname.match(key)`). */
function vueContext(key: string, at: Span): { readonly paths: OriginSet; readonly prefix: string } {
  const [, anchor, text] = /^(\^?)((?:\/|[\w-])+)$/.exec(key) ?? [];
  if (text === undefined) return { paths: { s: 'regex', source: key, flags: '', dialect: 'js', use: 'search', subject: 'origin', at }, prefix: '' };
  const starts: OriginSet = { s: 'prefix', text, subject: 'origin', ignoreCase: false, at };
  if (anchor === '^') return { paths: starts, prefix: text };
  return { paths: { s: 'or', of: [starts, { s: 'contains', text, subject: 'origin', ignoreCase: false, at }] }, prefix: '' };
}
