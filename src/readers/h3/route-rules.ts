import { handledCors, isPreflight, preflightAnswer } from '../../middleware/h3-cors.js';
import { byDefault, doing } from '../../middleware/sent.js';
import { effectOf, mergeSteps } from '../../policy/from-actions.js';
import { casesOf, guardOf } from '../../policy/from-condition.js';
import { NEVER, unless, whenAll, whenAny, type Guard, type Probe, type Step } from '../../policy/program.js';
import { truthy } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { entry, type RecordEntry, type RecordValue, type Value } from '../../values/value.js';
import { breadth, matching, patternFits, sampleOf } from './paths.js';

/** What route rules do, and a path to ask about for each that concerns CORS. */
export interface Rules {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
}

/** Rules of one pattern. */
interface Rule {
  readonly pattern: string;
  readonly method: string | undefined;
  readonly when: Guard;
  /** Preflights of other methods for which its `cors` counts: those that ask for its own method. */
  readonly asked: Guard;
  readonly rule: RecordValue;
  readonly at: Span;
}

/** What `cors: true` means in Nitro 2, whatever else stands there: headers on every response, and no answer to OPTIONS. */
const STARS: readonly (readonly [name: string, text: string])[] = [['access-control-allow-origin', '*'], ['access-control-allow-methods', '*'], ['access-control-allow-headers', '*'], ['access-control-max-age', '0']];

/**
 * `routeRules` of Nitro 2 (https://nitro.build/config#routerules) and, as version 2, of `h3/rules` and Nitro 3: all
 * patterns that fit a path apply, and the narrower one has the last word.
 */
export function ruleSteps(rules: Value, major: 1 | 2, base: Guard): Rules {
  const found = casesOf(rules).flatMap(({ when, value }) => (value.kind === 'record' ? value.entries.flatMap((one) => rulesIn(one, whenAll(base, when), major)) : []));
  const broadFirst = [...found].sort((a, b) => breadth(b.pattern) - breadth(a.pattern));
  const steps = major === 1 ? broadFirst.flatMap(staticHeaders) : [...refusals(broadFirst, base), ...handled(broadFirst, 2, (rule) => entry(rule, 'cors'), safe), ...broadFirst.flatMap((rule) => written(rule, rule.when))];
  return { steps: mergeSteps(steps), probes: probesOf(found, ['cors', 'headers']) };
}

/**
 * `handleCors` by rules of one key, whose options lie over those of broader rules: `partOf` finds them in a rule,
 * `optionsOf` says what is given to `handleCors`.
 */
export function handledByRules(rules: readonly RecordEntry[], base: Guard, partOf: (rule: RecordValue) => RecordEntry | undefined, optionsOf: (written: Value) => Value): Rules {
  const found = rules.flatMap((one) => rulesIn(one, base, 1)).filter(({ rule }) => partOf(rule) !== undefined);
  const broadFirst = [...found].sort((a, b) => breadth(b.pattern) - breadth(a.pattern));
  return { steps: mergeSteps(handled(broadFirst, 1, partOf, optionsOf)), probes: probesOf(found, undefined) };
}

function probesOf(rules: readonly Rule[], keys: readonly string[] | undefined): readonly Probe[] {
  return rules.filter(({ rule }) => keys === undefined || rule.entries.some(({ key }) => keys.includes(key))).map(({ pattern, method, at }) => ({ path: sampleOf(pattern), methods: method === undefined ? null : [method], requestHeaders: [], at }));
}

function rulesIn({ key, value, at }: RecordEntry, base: Guard, major: 1 | 2): readonly Rule[] {
  const named = major === 2 ? /^([A-Za-z]+)\s+(\/.*)$/.exec(key) : null;
  const pattern = named?.[2] ?? (key.startsWith('/') ? key : `/${key}`);
  const method = named?.[1]?.toUpperCase();
  // The path that a rule is written for is its text, without quotes.
  const place = { ...at, end: Math.min(at.end, at.start + key.length + 2) };
  const fits = whenAll(base, matching(pattern, place, false));
  return casesOf(value).flatMap(({ when, value: rule }) => {
    if (rule.kind !== 'record') return [];
    const here = whenAll(fits, when);
    return [{ pattern, method, when: whenAll(here, method === undefined ? { g: 'always' } : { g: 'method', in: [method] }), asked: method === undefined ? NEVER : whenAll(here, asksFor(method, place)), rule, at }];
  });
}

function asksFor(method: string, at: Span): Guard {
  return whenAll(guardOf(isPreflight(at)), { g: 'header', name: 'access-control-request-method', in: { s: 'exact', text: method, comparison: ['ignore-case'], at } });
}

/** Version 1: `cors` stands for headers, and `headers` beside it override them. */
function staticHeaders(rule: Rule): readonly Step[] {
  const cors = entry(rule.rule, 'cors');
  const stars = cors === undefined ? [] : casesOf(cors.value).flatMap(({ when, value }) => doing(whenAll(rule.when, when, guardOf(truthy(value))), ...STARS.map(([name, text]) => byDefault('set', name, text, cors.at))));
  return [...stars, ...written(rule, rule.when)];
}

function written({ rule }: Rule, base: Guard): readonly Step[] {
  const headers = entry(rule, 'headers');
  if (headers === undefined) return [];
  return casesOf(headers.value).flatMap(({ when, value }) => {
    const guard = whenAll(base, when);
    const open = value.kind === 'record' ? value.rest : value.kind === 'unknown' ? value : undefined;
    const unseen = open === undefined ? [] : doing(guard, effectOf('set', 'access-control-allow-origin', open, headers.at));
    if (value.kind !== 'record') return unseen;
    const own = value.entries.filter(({ key }) => /^access-control-|^vary$/i.test(key));
    return [...unseen, ...own.flatMap(({ key, value: text, at }) => casesOf(text).flatMap((option) => (option.value.kind === 'nothing' ? [] : doing(whenAll(guard, option.when), effectOf('set', key.toLowerCase(), option.value, at)))))];
  });
}

/** Version 2 does not start with `*` and credentials in one rule. */
function refusals(rules: readonly Rule[], base: Guard): readonly Step[] {
  return rules.flatMap(({ rule }) => {
    const cors = entry(rule, 'cors')?.value;
    if (cors?.kind !== 'record' || !isOpen(cors, true)) return [];
    return [{ when: base, effects: [], end: { to: 'answer', status: 0, fault: 'h3 refuses `credentials: true` with a wildcard origin when the app starts' }, at: cors.at }];
  });
}

/** `credentials: true` with any origin. */
function isOpen(cors: RecordValue, lists: boolean): boolean {
  const credentials = entry(cors, 'credentials')?.value;
  const origin = entry(cors, 'origin')?.value;
  if (credentials?.kind !== 'boolean' || !credentials.value) return false;
  if (origin === undefined) return cors.rest === undefined;
  if (origin.kind === 'list') return lists && origin.items.some((item) => item.kind === 'string' && item.value === '*');
  return truthy(origin).c === 'false' || (origin.kind === 'string' && origin.value === '*');
}

/** A merge may bring any origin and credentials together: then credentials are left out. */
function safe(options: Value): Value {
  return options.kind === 'record' && isOpen(options, false) ? { ...options, entries: options.entries.filter(({ key }) => key !== 'credentials') } : options;
}

/** `handleCors` with the options of all rules that fit, the narrower ones over the broader. */
function handled(broadFirst: readonly Rule[], major: 1 | 2, partOf: (rule: RecordValue) => RecordEntry | undefined, optionsOf: (written: Value) => Value): readonly Step[] {
  const narrower: Guard[] = [];
  return [...broadFirst].reverse().flatMap((rule, index): readonly Step[] => {
    const part = partOf(rule.rule);
    if (part === undefined) return [];
    const own = whenAny(rule.when, rule.asked);
    const when = whenAll(own, unless(whenAny(...narrower)));
    narrower.push(own);
    const broader = broadFirst.slice(0, broadFirst.length - 1 - index).filter(({ pattern }) => patternFits(pattern, sampleOf(rule.pattern)));
    return casesOf(part.value).flatMap((option): readonly Step[] => {
      if (truthy(option.value).c === 'false') return [];
      const written: Value = option.value.kind === 'boolean' ? { kind: 'record', entries: [], at: part.at } : option.value;
      const options = optionsOf(broader.reduceRight<Value>((inner, outer) => over(partOf(outer.rule)?.value, inner), written));
      const call = { options, base: whenAll(when, option.when), at: part.at, major };
      return [...handledCors(call), ...(major === 1 ? [] : preflightAnswer(call))];
    });
  });
}

function over(base: Value | undefined, inner: Value): Value {
  if (base?.kind !== 'record' || inner.kind !== 'record') return inner;
  return { ...inner, entries: [...base.entries.filter(({ key }) => entry(inner, key) === undefined), ...inner.entries] };
}
