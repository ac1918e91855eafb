import { not } from '../values/condition.js';
import type { Value } from '../values/value.js';

/** `str(value)` for values that Python writes otherwise than its source does; lists and dictionaries stay what they are. */
export function pythonText(value: Value): Value {
  const text = (holds: boolean): Value => ({ kind: 'string', value: holds ? 'True' : 'False', at: value.at });
  if (value.kind === 'boolean') return text(value.value);
  if (value.kind === 'condition') return { kind: 'either', options: [{ when: value.condition, value: text(true) }, { when: not(value.condition), value: text(false) }], at: value.at };
  return value.kind === 'either' ? { ...value, options: value.options.map((option) => ({ ...option, value: pythonText(option.value) })) } : value;
}
