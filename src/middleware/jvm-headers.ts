import { openWrites } from './responses-out-of-view.js';
import { and } from '../values/condition.js';
import type { HeaderWrite } from '../values/response-action.js';
import { unknown, type Event, type Value } from '../values/value.js';
import type { Span } from '../text/span.js';

/** The header that a constant is named after: `AccessControlAllowOrigin` of Ktor, `ACCESS_CONTROL_ALLOW_ORIGIN` of the others. */
export function headerConstant(name: string, at: Span): Value | undefined {
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return { kind: 'string', value: name.toLowerCase().replace(/_/g, '-').replace(/(?:^|-)[a-z]/g, (first) => first.toUpperCase()), at };
  return /^[A-Z][A-Za-z]*$/.test(name) ? { kind: 'string', value: name === 'ETag' ? name : name.replace(/([a-z])([A-Z])|(X)(?=[A-Z])/g, (_all, end: string | undefined, start: string | undefined) => (end === undefined ? 'X-' : `${end}-${start}`)), at } : undefined;
}

/** A header that code writes on a response; one whose name is not known may be any. Several values are several lines. */
export function headerWritten(op: 'set' | 'append' | 'set-if-absent', name: Value | undefined, value: Value | undefined, missing: HeaderWrite['missing'], { when, at }: Pick<Event, 'when' | 'at'>): readonly HeaderWrite[] {
  if (name === undefined || value === undefined) return [];
  if (name.kind === 'either') return name.options.flatMap((option) => headerWritten(op, option.value, value, missing, { when: and(when, option.when), at }));
  if (name.kind === 'string') return [{ do: 'header', op, name: name.value.toLowerCase(), value, missing, when, at }];
  // Names that come with data (copied from another response) are of anything, as a rule not of CORS.
  return name.kind === 'unknown' && !/cors|origin/i.test(name.detail) ? [] : openWrites(name.kind === 'unknown' ? name : unknown('dynamic-key', 'the name of a header', at), when);
}
