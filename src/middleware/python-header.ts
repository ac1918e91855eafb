import { and } from '../values/condition.js';
import { entry, unknown, type Event, type RecordValue, type Value } from '../values/value.js';
import type { HeaderWrite } from '../values/response-action.js';
import { pythonText } from './python-text.js';
import { openWrites } from './responses-out-of-view.js';

/** An argument by its position or its name. */
export function argument(event: { readonly args: readonly Value[]; readonly keywords?: RecordValue }, index: number, name: string): Value | undefined {
  return event.args[index] ?? (event.keywords === undefined ? undefined : (entry(event.keywords, name)?.value ?? event.keywords.rest));
}

/** A header that Python code writes; one whose name is not known may be any. */
export function pythonHeader(op: 'set' | 'append' | 'set-if-absent', name: Value | undefined, value: Value | undefined, missing: HeaderWrite['missing'], { when, at }: Pick<Event, 'when' | 'at'>): readonly HeaderWrite[] {
  if (name === undefined || value === undefined) return [];
  if (name.kind === 'either') return name.options.flatMap((option) => pythonHeader(op, option.value, value, missing, { when: and(when, option.when), at }));
  if (name.kind === 'string') return [{ do: 'header', op, name: name.value.toLowerCase(), value: pythonText(value), missing, when, at }];
  return openWrites(name.kind === 'unknown' ? name : unknown('dynamic-key', 'the name of a header', at), when);
}

/** Headers of a dictionary, or of a list of pairs. `spell` makes names of keys. */
export function headersFrom(op: 'set' | 'append', value: Value, missing: HeaderWrite['missing'], { when, at }: Pick<Event, 'when' | 'at'>, spell: (key: string) => string = (key) => key): readonly HeaderWrite[] {
  if (value.kind === 'either') return value.options.flatMap((option) => headersFrom(op, option.value, missing, { when: and(when, option.when), at }, spell));
  if (value.kind === 'list') {
    const pairs = value.items.flatMap((item) => (item.kind === 'list' ? pythonHeader(op, item.items[0], item.items[1], missing, { when, at: item.at }) : []));
    return value.rest === undefined ? pairs : [...pairs, ...openWrites(unknown('dynamic-key', 'further headers', value.rest.at), when)];
  }
  if (value.kind !== 'record') return value.kind === 'unknown' ? openWrites(value, when) : [];
  const known = value.entries.flatMap((one) => pythonHeader(op, { kind: 'string', value: spell(one.key), at: one.at }, one.value, missing, { when, at: one.at }));
  return value.rest === undefined ? known : [...known, ...openWrites(value.rest, when)];
}
