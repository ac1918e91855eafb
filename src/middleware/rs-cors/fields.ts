import { casesOf } from '../../policy/from-condition.js';
import { NEVER, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import type { Field } from './settings.js';

/** The settings that a file writes below one key; where a template writes them, each is what the template makes of it. */
export class WrittenFields {
  constructor(
    private readonly whole: Value,
    /** Stands for what is not written. */
    private readonly at: Span,
    /** Go's decoder of JSON takes a key in any case. */
    private readonly ignoreCase: boolean,
  ) {}

  get(key: string): Field {
    const { whole } = this;
    const same = (written: string): boolean => (this.ignoreCase ? written.toLowerCase() === key.toLowerCase() : written === key);
    const found = whole.kind === 'record' ? whole.entries.findLast((entry) => same(entry.key)) : undefined;
    if (found !== undefined) return { value: found.value, at: found.at };
    const rest = whole.kind === 'record' ? whole.rest : whole;
    return { value: rest === undefined ? undefined : unknown('template-syntax', `what a template writes as \`${key}\``, rest.at), at: this.at };
  }
}

/** May the value be of any type? */
export function isOpen(value: Value): boolean {
  return value.kind === 'unknown' || value.kind === 'env' || value.kind === 'concat';
}

/** When a boolean is true; what is none is not. */
export function whenTrue({ value, at }: Field): Guard {
  if (value === undefined) return NEVER;
  return whenAny(
    ...casesOf(value).map(({ when, value: one }): Guard => {
      if (one.kind === 'boolean') return one.value ? when : NEVER;
      if (!isOpen(one)) return NEVER;
      return whenAll(when, { g: 'fact', fact: factOf(one.kind === 'unknown' || one.kind === 'env' ? one : unknown('template-syntax', 'a value that a template writes', at)) });
    }),
  );
}
