import { and, TRUE, type Condition } from '../values/condition.js';
import { excludes, implies } from '../values/decide.js';
import type { HeaderWrite } from '../values/response-action.js';
import type { Value } from '../values/value.js';

/** Each alternative of a value under its condition. */
export function alternatives(value: Value | undefined): readonly { readonly when: Condition; readonly value: Value }[] {
  if (value === undefined) return [];
  if (value.kind !== 'either') return [{ when: TRUE, value }];
  return value.options.flatMap((option) => alternatives(option.value).map((inner) => ({ when: and(option.when, inner.when), value: inner.value })));
}

/** The write as far as it happens under the condition; what the condition says already is not said again. */
export function restricted(write: HeaderWrite, when: Condition): readonly HeaderWrite[] {
  const rest = beyond(write.when, when);
  return rest === undefined ? [] : [{ ...write, when: rest }];
}

/** What happens under one condition, as far as it happens under another one too; undefined where it does not. */
export function beyond(own: Condition, when: Condition): Condition | undefined {
  if (own === when || own.c === 'true' || implies(when, own)) return when;
  if (excludes(when, own)) return undefined;
  const asked = new Set(partsOf(when));
  return and(when, ...partsOf(own).filter((part) => !asked.has(part)));
}

function partsOf(condition: Condition): readonly Condition[] {
  return condition.c === 'and' ? condition.of : [condition];
}
