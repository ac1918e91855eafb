import { extractList, isReadable } from '../browser/headers.js';
import { linesOf } from './ask.js';
import type { HeaderLine, HttpResponse } from '../policy/evaluate.js';

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

/** The one line that a list header is sent in, where that is known; undefined too where there are several. */
export function onlyLine(response: HttpResponse, header: string): HeaderLine | undefined {
  const [line, ...more] = linesOf(response, header);
  return more.length === 0 ? line : undefined;
}

/** A header's name as people write it: `content-type` is `Content-Type`. */
export function spelled(name: string): string {
  return name.replace(/(?<![^-])[a-z]/g, (letter) => letter.toUpperCase());
}
