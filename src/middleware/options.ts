import { ABSENT, ANY, NONE, PRESENT, allOf, anyOf, complement, type OriginSet } from '../origins/origin-set.js';
import { exactSetOf } from '../policy/from-condition.js';
import type { Note } from '../policy/program.js';
import type { Span } from '../text/span.js';
import type { Condition } from '../values/condition.js';
import { entry, factOf, unknown, type Handle, type RecordEntry, type UnknownValue, type Value } from '../values/value.js';

/** The options that a package is given: what is written, and what an unresolved spread or variable may hold. */
export class Options {
  constructor(
    readonly given: Value,
    /** The call that takes them. */
    readonly call: Span,
  ) {}

  /** The key as written; a key whose value is `undefined` is written. */
  own(key: string): RecordEntry | undefined {
    return this.given.kind === 'record' ? entry(this.given, key) : undefined;
  }

  /** What keys that are not written may hold; undefined where all keys are in view. */
  get open(): UnknownValue | undefined {
    if (this.given.kind === 'unknown') return this.given;
    return this.given.kind === 'record' ? this.given.rest : undefined;
  }

  /** The option as written, or the doubt about it; undefined where it is surely absent. */
  get(key: string): { readonly value: Value; readonly at: Span } | undefined {
    return this.own(key) ?? (this.open === undefined ? undefined : { value: this.open, at: this.call });
  }
}

/** `{ ...options, ...over }`: keys of `over` count where both have them. */
export function laidOver(options: Value, over: Value): Value {
  if (over.kind === 'unknown' || (over.kind === 'record' && over.rest !== undefined)) return over;
  const entries = [options, over].flatMap((value) => (value.kind === 'record' ? value.entries : []));
  const rest = options.kind === 'unknown' ? options : options.kind === 'record' ? options.rest : undefined;
  return { kind: 'record', entries, ...(rest === undefined ? {} : { rest }), at: over.at };
}

/** The texts of a list put together (`['GET', 'PUT']` → `GET,PUT`); undefined for what is no list of known texts. */
export function joined(value: Value, separator: string): string | undefined {
  if (value.kind !== 'list' || value.rest !== undefined) return undefined;
  const texts = value.items.map((item) => (item.kind === 'string' || item.kind === 'number' ? String(item.value) : undefined));
  return texts.includes(undefined) ? undefined : texts.join(separator);
}

/** The set while the condition holds; a condition on more than facts leaves it open. */
export function underFacts(when: Condition, set: OriginSet, at: Span): OriginSet {
  if (when.c === 'true') return set;
  if (when.c === 'and') return when.of.reduce((inner, part) => underFacts(part, inner, at), set);
  if (when.c === 'fact') return { s: 'guarded', when: when.fact, negated: false, set };
  if (when.c === 'not' && when.of.c === 'fact') return { s: 'guarded', when: when.of.fact, negated: true, set };
  return { s: 'dynamic', why: factOf(unknown('unsupported-syntax', 'a choice', at)), lower: NONE, upper: set, exactTexts: false, at };
}

/**
 * Origins that one value of an allowlist admits, as most JavaScript packages match: lists recurse, texts are compared
 * byte for byte, patterns are searched, `true` admits any, what is falsy none. `others` is for what is none of these.
 */
export function admittedBy(value: Value, others: OriginSet): OriginSet {
  switch (value.kind) {
    case 'list': {
      const items = value.items.map((item) => admittedBy(item, others));
      return anyOf(value.rest === undefined ? items : [...items, admittedBy(value.rest, others)]);
    }
    case 'string':
    case 'env':
    case 'unknown':
    case 'concat':
      // A request without Origin equals no text, whatever the text is.
      return allOf([PRESENT, exactSetOf({ kind: 'list', items: [value], at: value.at }, value.at)]);
    case 'either':
      return anyOf(value.options.map(({ when, value: option }) => underFacts(when, admittedBy(option, others), value.at)));
    case 'regex':
      return {
        s: 'regex',
        source: value.source,
        flags: value.flags,
        dialect: 'js',
        use: 'search',
        subject: 'origin',
        ...(value.keepsState === true ? { stateful: true } : {}),
        at: value.at,
        ...(value.sourceAt === undefined ? {} : { sourceAt: value.sourceAt }),
      };
    case 'nothing':
      return NONE;
    case 'boolean':
      return value.value ? ANY : NONE;
    case 'request':
      // The request's own origin in the list: it equals itself.
      return value.part === 'header' && value.header === 'origin' ? PRESENT : others;
    default:
      return others;
  }
}

/** A request header that is there and not empty. */
export function filled(at: Span): OriginSet {
  return complement(anyOf([ABSENT, { s: 'exact', text: '', comparison: [], at }]));
}

/** A function that a package hands to the user's code to call back. */
export function callbackHandle(at: Span): Handle {
  return { kind: 'handle', name: 'callback', at, get: () => undefined, call: () => ({ kind: 'nothing', what: 'undefined', at }) };
}

/** For packages that heed only the boolean `true`: another truthy value was meant, and does nothing. */
export function ignoredCredentials(options: Value | undefined, path: string): readonly Note[] {
  const written = options?.kind === 'record' ? entry(options, 'credentials')?.value : undefined;
  const ignored = (written?.kind === 'string' && written.value !== '') || (written?.kind === 'number' && written.value !== 0);
  return ignored ? [{ id: 'credentials-ignored', at: written.at, related: [], path }] : [];
}
