import type { Probe } from '../../policy/program.js';
import type { Announcement } from '../codemod.js';
import type { Difference } from '../proof.js';
import type { Stated } from '../stated.js';

/** Several announcements as one. */
export function together(announcements: readonly Announcement[]): { readonly announces?: Announcement } {
  if (announcements.length === 0) return {};
  return { announces: { words: announcements.map(({ words }) => words).join(' '), allows: (difference) => announcements.some((one) => one.allows(difference)) } };
}

/** Requests that browsers block now, and send afterwards, perhaps only for some values of the environment. */
export function opened(words: string, of: (request: Difference['request']) => boolean): Announcement {
  return { words, allows: ({ request, what, before, after }) => what === 'verdict' && before === 'blocked' && after !== 'blocked' && of(request) };
}

/** Requests that browsers send now, and block afterwards. */
export function closed(words: string, of: (request: Difference['request']) => boolean): Announcement {
  return { words, allows: ({ request, what, before, after }) => what === 'verdict' && before !== 'blocked' && after === 'blocked' && of(request) };
}

/** Methods that need no preflight by themselves (Fetch standard, "CORS-safelisted method"). */
export const SAFELISTED_METHODS: readonly string[] = ['GET', 'HEAD', 'POST'];

/** Names of headers that may need none (Fetch standard, "CORS-safelisted request-header"). */
export const SAFELISTED_HEADERS: readonly string[] = ['accept', 'accept-language', 'content-language', 'content-type'];

/** Does a browser ask before it sends this? */
export function isPreflighted({ method, headers }: Difference['request']): boolean {
  return !SAFELISTED_METHODS.includes(method) || headers.length > 0;
}

/** The methods that an option has to name: browsers send some without being allowed to, which a package refuses in a preflight where nobody names them. */
export function servedMethods({ methods }: Stated, probes: readonly Probe[]): readonly string[] {
  if (methods === null) return SAFELISTED_METHODS;
  if (methods === 'requested' || methods.includes('*')) return ['*'];
  const served = SAFELISTED_METHODS.filter((method) => method !== 'HEAD' && !methods.includes(method) && probes.some((probe) => probe.methods === null || probe.methods.includes(method)));
  return [...served, ...methods];
}

/** Are preflights answered so that browsers go on? */
function isAnswered({ preflightStatus }: Stated): boolean {
  return preflightStatus !== null && preflightStatus >= 200 && preflightStatus < 300;
}

/** Lower-case names of headers that preflights allow. */
function headersOf({ requestHeaders }: Stated): readonly string[] {
  return Array.isArray(requestHeaders) ? requestHeaders.map((name: string) => name.toLowerCase()) : [];
}

/** Is a header allowed now? */
export function allowsHeader(stated: Stated, credentials: boolean, name: string): boolean {
  const headers = headersOf(stated);
  return stated.requestHeaders === 'requested' || headers.includes(name) || (headers.includes('*') && !credentials && name !== 'authorization');
}

export function answersPreflights(stated: Stated): readonly Announcement[] {
  return isAnswered(stated) ? [] : [opened('Preflights, which were not answered with success, are answered.', isPreflighted)];
}

/** Where `*` was sent, a package sends the names that are asked for. */
export function allowsEveryHeader(stated: Stated, credentials: boolean): readonly Announcement[] {
  if (!isAnswered(stated) || !headersOf(stated).includes('*')) return [];
  const words = credentials ? 'With credentials, browsers took * for the name of a header: now every header is allowed.' : '* did not stand for Authorization: now it is allowed as well.';
  return [opened(words, ({ headers }) => headers.some(([name]) => !allowsHeader(stated, credentials, name)))];
}

export function allowsEveryMethod(stated: Stated, credentials: boolean): readonly Announcement[] {
  if (!isAnswered(stated) || !credentials || !Array.isArray(stated.methods) || !stated.methods.includes('*')) return [];
  return [opened('With credentials, browsers took * for the name of a method: now every method is allowed.', ({ method, credentials: mode }) => mode === 'include' && !SAFELISTED_METHODS.includes(method))];
}

/** Starlette allows the names of the safelist whatever is said. */
export function allowsSafelisted(stated: Stated, credentials: boolean): readonly Announcement[] {
  const unlisted = SAFELISTED_HEADERS.filter((name) => !allowsHeader(stated, credentials, name));
  if (!isAnswered(stated) || !unlisted.includes('content-type') || headersOf(stated).includes('*')) return [];
  return [opened('Content-Type, which was not allowed, is always allowed by CORSMiddleware.', ({ headers }) => headers.length > 0 && headers.every(([name]) => allowsHeader(stated, credentials, name) || unlisted.includes(name)))];
}

/** @param methods those that the package allows */
export function refusesUnserved(stated: Stated, methods: readonly string[]): readonly Announcement[] {
  const missing = methods.includes('*') ? [] : SAFELISTED_METHODS.filter((method) => !methods.includes(method));
  return isAnswered(stated) && missing.includes('POST') ? [closed('A preflight for POST, which no route serves, is refused.', ({ method, headers }) => missing.includes(method) && headers.length > 0)] : [];
}
