import { unknown, type Event, type RecordValue, type Value } from '../values/value.js';
import type { HeaderWrite } from '../values/response-action.js';
import { entry } from '../values/value.js';
import { pythonText } from './python-text.js';
import { openWrites } from './responses-out-of-view.js';

/** An argument by its position or its name. */
export function argument(event: { readonly args: readonly Value[]; readonly keywords?: RecordValue }, index: number, name: string): Value | undefined {
  return event.args[index] ?? (event.keywords === undefined ? undefined : (entry(event.keywords, name)?.value ?? event.keywords.rest));
}

/** A header that Python code writes; one whose name is not known may be any. */
export function pythonHeader(op: 'set' | 'append' | 'set-if-absent', name: Value | undefined, value: Value | undefined, missing: HeaderWrite['missing'], { when, at }: Pick<Event, 'when' | 'at'>): readonly HeaderWrite[] {
  if (name === undefined || value === undefined) return [];
  if (name.kind === 'either') return name.options.flatMap((option) => pythonHeader(op, option.value, value, missing, { when: { c: 'and', of: [when, option.when] }, at }));
  if (name.kind === 'string') return [{ do: 'header', op, name: name.value.toLowerCase(), value: pythonText(value), missing, when, at }];
  return openWrites(name.kind === 'unknown' ? name : unknown('dynamic-key', 'the name of a header', at), when);
}
