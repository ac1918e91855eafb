import { argument } from './python-header.js';
import { casesOf, guardOf, headerValueOf } from '../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard, type HeaderValue, type Step } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { entry, factOf, unknown, type RecordValue, type Value } from '../values/value.js';
import { byDefault, byOption, doing } from './sent.js';

/** A call of a class whose arguments say which headers are sent: Chalice's and Powertools' `CORSConfig`. */
export class ConfigCall {
  constructor(
    private readonly parameters: readonly string[],
    private readonly args: readonly Value[],
    private readonly keywords: RecordValue | undefined,
    readonly at: Span,
  ) {}

  /** The argument, and where it stands: name and value, or the value alone. */
  argument(name: string): { readonly value: Value; readonly at: Span } | undefined {
    const value = argument({ args: this.args, ...(this.keywords === undefined ? {} : { keywords: this.keywords }) }, this.parameters.indexOf(name), name);
    if (value === undefined) return undefined;
    const named = this.keywords === undefined ? undefined : entry(this.keywords, name);
    return { value, at: named?.at ?? value.at };
  }

  /**
   * `','.join(sorted(set(required + given)))`, `','.join(given)`: undefined for what is not given, or is empty. A text is
   * a list of its letters.
   */
  names(name: string, header: string, when: Guard, required: readonly string[] | undefined): readonly Step[] {
    const given = this.argument(name);
    const all = (names: readonly string[]): string => (required === undefined ? names : [...new Set([...required, ...names])].sort((a, b) => (a < b ? -1 : 1))).join(',');
    if (given === undefined) return required === undefined ? [] : doing(when, byDefault('set', header, all([]), this.at));
    return casesOf(given.value).flatMap(({ when: inner, value }) => {
      const under = whenAll(when, inner);
      if (value.kind === 'nothing') return required === undefined ? [] : doing(under, byDefault('set', header, all([]), this.at));
      const names = namesIn(value);
      if (names?.length === 0 && required === undefined) return [];
      return doing(under, byOption('set', header, names === undefined ? unknownText(value, name) : { v: 'literal', text: all(names), at: value.at, written: true }, given.at));
    });
  }

  /** `str(max_age)`, unless it is None. */
  maxAge(when: Guard): readonly Step[] {
    const given = this.argument('max_age');
    return casesOf(given?.value ?? { kind: 'nothing', what: 'null', at: this.at }).flatMap(({ when: inner, value }) => (value.kind === 'nothing' || given === undefined ? [] : doing(whenAll(when, inner), byOption('set', 'access-control-max-age', headerValueOf(value) ?? unknownText(value, 'max_age'), given.at))));
  }

  /** `allow_credentials is True`: nothing else counts, a text least of all. */
  credentials(when: Guard): readonly Step[] {
    const given = this.argument('allow_credentials');
    if (given === undefined) return [];
    return casesOf(given.value).flatMap(({ when: inner, value }) => {
      const under = whenAll(when, inner);
      const header = 'access-control-allow-credentials';
      if (value.kind === 'boolean') return value.value ? doing(under, byOption('set', header, { v: 'literal', text: 'true', at: value.at, written: true }, given.at)) : [];
      if (value.kind === 'condition') return doing(whenAll(under, guardOf(value.condition)), byOption('set', header, { v: 'literal', text: 'true', at: value.at, written: true }, given.at));
      return value.kind === 'unknown' ? doing(under, byOption('set', header, unknownText(value, 'allow_credentials'), given.at)) : [];
    });
  }

  /** Where credentials are asked for in a form that does not count. */
  ignoredCredentials(): Value | undefined {
    const value = this.argument('allow_credentials')?.value;
    return (value?.kind === 'string' && value.value !== '') || (value?.kind === 'number' && value.value !== 0) ? value : undefined;
  }

  /** The cases of an argument; the default where it is not given. */
  cases(name: string, fallback: Value): readonly { readonly when: Guard; readonly value: Value }[] {
    const given = this.argument(name);
    return given === undefined ? [{ when: ALWAYS, value: fallback }] : casesOf(given.value);
  }
}

function namesIn(value: Value): readonly string[] | undefined {
  if (value.kind === 'string') return [...value.value];
  if (value.kind !== 'list' || value.rest !== undefined) return undefined;
  const names = value.items.map((item) => (item.kind === 'string' ? item.value : undefined));
  return names.includes(undefined) ? undefined : names.flatMap((name) => name ?? []);
}

export function unknownText(value: Value, what: string): HeaderValue {
  return { v: 'unknown', fact: factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', `the value of ${what}`, value.at)), at: value.at };
}
