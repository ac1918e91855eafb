import { anyOf, exact, NONE, type OriginSet } from '../../origins/origin-set.js';
import { casesOf } from '../../policy/from-condition.js';
import type { Guard } from '../../policy/program.js';
import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import type { Value } from '../../values/value.js';
import { underFacts } from '../options.js';
import { unknownOrigins } from '../unknown-origins.js';
import type { MicronautBehaviour } from './version.js';

/** `CorsOriginConfiguration`: what is undefined keeps its default, which is any origin, any method, any header, and credentials. */
export interface CorsConfiguration {
  readonly origins: Value | undefined;
  readonly regex: Value | undefined;
  readonly methods: Value | undefined;
  readonly headers: Value | undefined;
  readonly exposed: Value | undefined;
  readonly credentials: Value | undefined;
  readonly privateNetwork: Value | undefined;
  readonly maxAge: Value | undefined;
  /** The place that the defaults come from. */
  readonly at: Span;
  /** The key and the value of a setting. */
  readonly whole: (name: Field) => Span | undefined;
}

export type Field = Exclude<keyof CorsConfiguration, 'at' | 'whole'>;

/** One meaning of the origins of a configuration, and when it has it. */
export interface Origins {
  readonly when: Guard;
  /** The untouched default: everybody. A written `*` is a text that nobody sends. */
  readonly any: boolean;
  readonly set: OriginSet;
  readonly at: Span;
}

export function originsOf(configuration: CorsConfiguration, behaviour: MicronautBehaviour, files: Files): readonly Origins[] {
  return alternatives(configuration.origins).flatMap(({ when, value: list }) =>
    alternatives(behaviour.originsArePatterns ? undefined : configuration.regex).map((pattern): Origins => {
      const both: Guard = pattern.when.g === 'always' ? when : when.g === 'always' ? pattern.when : { g: 'and', of: [when, pattern.when] };
      const regex = pattern.value === undefined ? [] : [patternSet(pattern.value, files)];
      if (list === undefined) return regex.length === 0 ? { when: both, any: true, set: NONE, at: configuration.at } : { when: both, any: false, set: anyOf(regex), at: pattern.value!.at };
      const items = list.kind === 'list' ? [...list.items, ...(list.rest === undefined ? [] : [list.rest])] : [list];
      return { when: both, any: false, set: anyOf([...regex, ...items.map((item) => entrySet(item, behaviour, files))]), at: list.at };
    }),
  );
}

/** Each alternative of a setting under its guard; what is not set is undefined. */
export function alternatives(value: Value | undefined): readonly { readonly when: Guard; readonly value: Exclude<Value, { kind: 'either' }> | undefined }[] {
  return value === undefined ? [{ when: { g: 'always' }, value: undefined }] : casesOf(value).map(({ when, value: option }) => ({ when, value: option.kind === 'nothing' ? undefined : option }));
}

function entrySet(item: Value, behaviour: MicronautBehaviour, files: Files): OriginSet {
  if (item.kind === 'either') return anyOf(casesOfValue(item).map(({ when, value }) => underFacts(when, entrySet(value, behaviour, files), item.at)));
  if (item.kind !== 'string') return unknownOrigins(item);
  const whole = exact(item.value, item.at);
  return behaviour.originsArePatterns && /[.*+?[\](){}|\\^$]/.test(item.value) ? anyOf([whole, patternSet(item, files)]) : whole;
}

/** A Java pattern of the whole origin. */
function patternSet(value: Value, files: Files): OriginSet {
  if (value.kind !== 'string') return unknownOrigins(value);
  const { file, start, end } = value.at;
  const text = files.read(file) ?? '';
  const inner = /^["']/.test(text.slice(start, end)) ? { file, start: start + 1, end: end - 1 } : value.at;
  return { s: 'regex', source: value.value, flags: '', dialect: 'java', use: 'full', subject: 'origin', at: value.at, ...(text.slice(inner.start, inner.end) === value.value ? { sourceAt: inner } : {}) };
}
