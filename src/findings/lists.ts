import { extractList, isReadable } from '../browser/headers.js';
import { isForbiddenHeader } from '../browser/request.js';
import type { HttpResponse } from '../policy/evaluate.js';

function pairs({ headers }: HttpResponse): readonly (readonly [string, string | null])[] {
  return headers.map(({ name, text }) => [name, text] as const);
}

/** Names in a list header as browsers extract them: undefined when absent, null when not known, `failure` where it is no list. */
export function namesIn(response: HttpResponse, header: string): readonly string[] | 'failure' | null | undefined {
  return extractList(pairs(response), header);
}

/** Does the list surely hold the name, byte for byte? */
export function lists(response: HttpResponse, header: string, name: string): boolean {
  const names = namesIn(response, header);
  return Array.isArray(names) && names.includes(name);
}

/** Is the header surely kept from a script that may read the response? */
export function isHidden(response: HttpResponse, name: string, credentials: 'omit' | 'include'): boolean {
  return isReadable(pairs(response), name, credentials === 'include') === false;
}

/** Is it a header that pages cannot set, whatever its value? */
export function isForbiddenName(name: string): boolean {
  return isForbiddenHeader(name, '');
}

/** A header's name as people write it: `content-type` is `Content-Type`. */
export function spelled(name: string): string {
  return name.replace(/(?<![^-])[a-z]/g, (letter) => letter.toUpperCase());
}
