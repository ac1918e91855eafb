import type { Step } from '../policy/program.js';
import { wherePresent } from '../syntax/estree/index.js';
import { and, type Condition } from '../values/condition.js';
import type { ResponseAction } from '../values/response-action.js';
import { unknown, type UnknownValue, type Value } from '../values/value.js';

/** One header that code writes on a response. */
export type HeaderWrite = ResponseAction & { readonly do: 'header' };

/** Headers of which code that is not in view may set any. */
const ANY_HEADER = ['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-methods', 'access-control-allow-headers'];

/** Any header may have been set, but those that are known. */
export function openWrites(value: UnknownValue, when: Condition, known: readonly string[]): readonly HeaderWrite[] {
  return ANY_HEADER.filter((name) => !known.includes(name)).map((name): HeaderWrite => ({ do: 'header', op: 'set', name, value, missing: 'skip', when, at: value.at }));
}

/** Headers given as an object: one write for each entry, at the entry; what an unresolved spread may hold stays open. */
export function objectWrites(headers: Value, missing: HeaderWrite['missing'], when: Condition): readonly HeaderWrite[] {
  switch (headers.kind) {
    case 'record': {
      const known = headers.entries.map(({ key }) => key.toLowerCase());
      const entries = headers.entries.flatMap(({ key, value, at }): readonly HeaderWrite[] => {
        const present = wherePresent(value);
        return present === undefined ? [] : [{ do: 'header', op: 'set', name: key.toLowerCase(), value: present, missing, when, at }];
      });
      return [...entries, ...(headers.rest === undefined ? [] : openWrites(headers.rest, when, known))];
    }
    case 'either':
      return headers.options.flatMap((option) => objectWrites(option.value, missing, and(when, option.when)));
    case 'unknown':
      return openWrites(headers, when, []);
    case 'nothing':
      return [];
    default:
      return openWrites(unknown('unsupported-syntax', 'headers that are no object', headers.at), when, []);
  }
}

/**
 * Do the steps send anything of CORS? A response that is not followed may have any header, which says nothing; one of
 * which something named after CORS is not in view does.
 */
export function writesCors(steps: readonly Step[]): boolean {
  return steps.some(({ effects }) => effects.some(({ header, value, at }) => header.startsWith('access-control-') && (value.v !== 'unknown' || value.at.start !== at.start || /cors|origin/i.test(value.fact.detail))));
}
