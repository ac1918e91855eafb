import type { Value } from './value.js';

/** Does the text come with the request, as it was sent or computed from that? */
export function isAsked(value: Value): boolean {
  return value.kind === 'request' || (value.kind === 'derived' && isAsked(value.of));
}
