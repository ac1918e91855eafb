import type { Announcement } from '../codemod.js';
import type { Difference } from '../proof.js';

/** Several announcements as one. */
export function together(announcements: readonly Announcement[]): { readonly announces?: Announcement } {
  if (announcements.length === 0) return {};
  return { announces: { words: announcements.map(({ words }) => words).join(' '), allows: (difference) => announcements.some((one) => one.allows(difference)) } };
}

/** Requests that browsers block now, and send afterwards. */
export function opened(words: string, of: (request: Difference['request']) => boolean): Announcement {
  return { words, allows: ({ request, what, before, after }) => what === 'verdict' && before === 'blocked' && after === 'allowed' && of(request) };
}

/** Requests that browsers send now, and block afterwards. */
export function closed(words: string, of: (request: Difference['request']) => boolean): Announcement {
  return { words, allows: ({ request, what, before, after }) => what === 'verdict' && before === 'allowed' && after === 'blocked' && of(request) };
}

/** Methods that need no preflight by themselves (Fetch standard, "CORS-safelisted method"). */
export const SAFELISTED_METHODS: readonly string[] = ['GET', 'HEAD', 'POST'];

/** Names of headers that may need none (Fetch standard, "CORS-safelisted request-header"). */
export const SAFELISTED_HEADERS: readonly string[] = ['accept', 'accept-language', 'content-language', 'content-type'];

/** Does a browser ask before it sends this? */
export function isPreflighted({ method, headers }: Difference['request']): boolean {
  return !SAFELISTED_METHODS.includes(method) || headers.length > 0;
}
