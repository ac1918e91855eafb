import { PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, type Guard } from '../../policy/program.js';
import { alternatives } from '../../middleware/fetch-response.js';
import type { Span } from '../../text/span.js';
import { entry, factOf, unknown, type Value } from '../../values/value.js';
import { placeOf } from './paths.js';

/** What `has` and `missing` ask of a request. */
export interface Asked {
  readonly when: Guard;
  /** Names of groups that hold the whole Origin: values may repeat it as `:name`. */
  readonly origin: readonly string[];
  /** Names of other groups. */
  readonly captured: readonly string[];
}

type RecordValue = Value & { readonly kind: 'record' };

/** https://nextjs.org/docs/app/api-reference/config/next-config-js/headers#header-cookie-and-query-matching */
export function asked(rule: RecordValue): Asked {
  const has = conditionsIn(entry(rule, 'has')?.value).map(one);
  const missing = conditionsIn(entry(rule, 'missing')?.value).map(one);
  return {
    when: whenAll(...has.map(({ when }) => when), ...missing.map(({ when }) => unless(when))),
    origin: has.flatMap(({ origin }) => origin),
    captured: has.flatMap(({ captured }) => captured),
  };
}

function conditionsIn(value: Value | undefined): readonly Value[] {
  if (value === undefined || value.kind === 'nothing') return [];
  return value.kind === 'list' ? [...value.items, ...(value.rest === undefined ? [] : [value.rest])] : [value];
}

function one(condition: Value): Asked {
  const open = (detail: string, at: Span): Asked => ({ when: { g: 'fact', fact: factOf(unknown('unsupported-syntax', detail, at)) }, origin: [], captured: [] });
  if (condition.kind !== 'record') return open('a condition of a rule', condition.at);
  const [type, key] = ['type', 'key'].map((name) => text(entry(condition, name)?.value));
  const written = entry(condition, 'value')?.value;
  const pattern = text(written);
  if (written !== undefined && written.kind !== 'nothing' && pattern === undefined) return open('a condition of a rule', condition.at);
  const set: OriginSet = pattern === undefined ? PRESENT : { s: 'regex', source: `^${pattern}$`, flags: '', dialect: 'js', use: 'search', subject: 'origin', at: written?.at ?? condition.at };
  const groups = [...(pattern ?? '').matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name!);
  const whole = /^\(\?<(\w+)>[^]*\)$/.exec(pattern ?? '')?.[1];
  if (type === 'host') return { when: { g: 'host', in: set }, origin: [], captured: groups };
  if (type !== 'header' || key === undefined) return open(`a ${type ?? 'condition'} of the request`, condition.at);
  const name = key.toLowerCase();
  if (name !== 'origin') return { when: { g: 'header', name, in: set }, origin: [], captured: groups };
  const own = groups.length === 1 && whole !== undefined ? [whole] : [];
  return { when: { g: 'origin', in: set }, origin: own, captured: groups.filter((group) => !own.includes(group)) };
}

function text(value: Value | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}

/** One entry of a matcher: the requests, and a path among them. */
export interface Matched {
  readonly when: Guard;
  readonly sample: string;
}

/** The requests that `config.matcher` lets a middleware see; without one it sees all of them. */
export function matched(matcher: Value | undefined): readonly Matched[] {
  if (matcher === undefined || matcher.kind === 'nothing') return [];
  return alternatives(matcher).flatMap(({ value }) => conditionsIn(value)).map((item) => {
    const source = item.kind === 'record' ? entry(item, 'source')?.value : item;
    const rest = item.kind === 'record' ? asked(item).when : ALWAYS;
    if (source?.kind !== 'string') return { sample: '/', when: { g: 'fact', fact: factOf(unknown('dynamic-key', 'a matcher put together at run time', item.at)) } };
    const place = placeOf(source.value, source.at);
    return { sample: place.sample, when: whenAll(place.when, rest) };
  });
}
