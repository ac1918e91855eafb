import { complement, exact, PRESENT } from '../../origins/origin-set.js';
import { casesOf, headerValueOf } from '../../policy/from-condition.js';
import { whenAll, type Effect, type Guard, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import { VARY } from '../spring/processor.js';
import type { Definition } from './gateway-definitions.js';

/** Headers that matter to CORS. */
const CONCERNS_CORS = /^(?:access-control-|vary$|timing-allow-origin$|cross-origin-)/;

type Strategy = 'RETAIN_FIRST' | 'RETAIN_LAST' | 'RETAIN_UNIQUE';

/** What a filter does with a header of the response, in the order in which it is done. */
export type ResponseOperation =
  | { readonly do: 'append' | 'set' | 'set-if-absent' | 'remove'; readonly header: string; readonly value: Value; readonly at: Span; /** Before upstream's own. */ readonly early?: boolean }
  | { readonly do: 'dedupe'; readonly headers: readonly string[]; readonly strategy: Strategy; readonly at: Span }
  | { readonly do: 'rewrite'; readonly header: string; readonly at: Span };

/**
 * Filters of a route as the response meets them. Default filters and the route's own stand in one row by their numbers,
 * the default one first of two with the same; on the way back the last one comes first. `early`: up to 4.0.0 a header is
 * added on the way to upstream, before all others.
 */
export function responseOperations(defaults: readonly Definition[], own: readonly Definition[], early: boolean): readonly ResponseOperation[] {
  const row = Array.from({ length: Math.max(defaults.length, own.length) }, (_unused, index) => [defaults[index], own[index]]).flat();
  const operations = row.flatMap((filter) => (filter === undefined ? [] : operationsOf(filter)));
  const added = early ? operations.filter((operation) => operation.do === 'append') : [];
  return [...added.map((operation) => ({ ...operation, early })), ...operations.filter((operation) => !added.includes(operation)).reverse()];
}

function operationsOf({ name, args, at }: Definition): readonly ResponseOperation[] {
  const given = (index: number, ...names: readonly string[]): Value | undefined => args.find((one) => one.name !== undefined && names.includes(one.name))?.value ?? (args.every((one) => one.name === undefined || one.name.startsWith('_genkey_')) ? args[index]?.value : undefined);
  const header = textOf(given(0, 'name'))?.toLowerCase();
  if (header === undefined) return [];
  if (name === 'DedupeResponseHeader') return [{ do: 'dedupe', headers: header.split(' ').map((one) => one.trim()), strategy: strategyOf(textOf(given(1, 'strategy'))), at }];
  if (!CONCERNS_CORS.test(header)) return [];
  const value = given(1, 'value');
  // With keys of their own, name and value stand in different lines.
  const place = args.some((one) => one.name !== undefined) && value !== undefined ? value.at : at;
  switch (name) {
    case 'AddResponseHeader':
      return value === undefined ? [] : [{ do: textOf(given(2, 'override'))?.toLowerCase() === 'false' ? 'set-if-absent' : 'append', header, value: expanded(value), at: place }];
    case 'SetResponseHeader':
      return value === undefined ? [] : [{ do: 'set', header, value: expanded(value), at: place }];
    case 'RemoveResponseHeader':
      return [{ do: 'remove', header, value: { kind: 'string', value: '', at }, at }];
    case 'RewriteResponseHeader':
      return [{ do: 'rewrite', header, at }];
    default:
      return [];
  }
}

function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}

function strategyOf(text: string | undefined): Strategy {
  return text === 'RETAIN_LAST' || text === 'RETAIN_UNIQUE' ? text : 'RETAIN_FIRST';
}

/** `{segment}` stands for a part of the request's path. */
function expanded(value: Value): Value {
  return value.kind === 'string' && /\{\w+\}/.test(value.value) ? unknown('template-syntax', 'a part of the path', value.at) : value;
}

/** What the filters add to a response that came from upstream, where `when` holds. `varies`: the gateway has sent its own `Vary`. */
export function operationSteps(operations: readonly ResponseOperation[], when: Guard, varies: boolean): readonly Step[] {
  return operations.flatMap((operation, index): readonly Step[] => {
    if (operation.do === 'dedupe') return varies && operation.headers.includes('vary') ? varyKept(operation, when) : [];
    const { header, at } = operation;
    if (operation.do === 'rewrite') return [{ when, effects: [{ op: 'set', header, value: { v: 'unknown', fact: factOf(unknown('template-syntax', 'a rewritten header', at)), at }, statuses: 'all', onlyIf: { header, in: PRESENT }, at }], at }];
    const later = operations.slice(index + 1);
    return casesOf(operation.value).map(({ when: guard, value }): Step => {
      const effect: Effect = { op: operation.do, header, value: headerValueOf(value) ?? { v: 'unknown', fact: factOf(unknown('unsupported-syntax', `the value of ${header}`, at)), at }, statuses: 'all', at };
      return { when: whenAll(when, guard), effects: [operation.do === 'append' ? deduped(effect, later, operation.early === true ? 'first' : 'last') : effect], at };
    });
  });
}

/** Of the three lines of `Vary` that the gateway sends itself, the first is `Origin`; the last one stays only without a line of upstream's. */
function varyKept({ strategy, at }: ResponseOperation & { do: 'dedupe' }, when: Guard): readonly Step[] {
  if (strategy === 'RETAIN_UNIQUE') return [];
  const kept: Effect = { op: 'set', header: 'vary', value: { v: 'literal', text: strategy === 'RETAIN_FIRST' ? 'Origin' : 'Access-Control-Request-Headers', at, written: false }, statuses: 'all', at };
  return [{ when, effects: [strategy === 'RETAIN_FIRST' ? kept : { ...kept, onlyIf: { header: 'vary', in: exact(VARY, at) } }], at }];
}

/**
 * An effect of the gateway's own beside what upstream sends: both stand in the response, the gateway's first, unless a
 * filter keeps one of them. `where`: whether the value stands before or behind those of upstream.
 */
export function deduped(effect: Effect, operations: readonly ResponseOperation[], where: 'first' | 'last'): Effect {
  const strategies = operations.flatMap((operation) => (operation.do === 'dedupe' && operation.headers.includes(effect.header) ? [operation.strategy] : []));
  // Where one value is kept, it no longer matters that they are different.
  const strategy = strategies.find((one) => one !== 'RETAIN_UNIQUE') ?? strategies[0];
  if (strategy === undefined || effect.header === 'vary') return { ...effect, op: 'append' };
  if (strategy === 'RETAIN_UNIQUE') return effect.value.v === 'literal' ? { ...effect, op: 'append', onlyIf: { header: effect.header, in: complement(exact(effect.value.text, effect.at)) } } : { ...effect, op: 'set' };
  return { ...effect, op: (strategy === 'RETAIN_FIRST') === (where === 'first') ? 'set' : 'set-if-absent' };
}
