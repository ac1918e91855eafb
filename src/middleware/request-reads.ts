import type { Evidence } from '../policy/program.js';

/**
 * What code asks of a request is kept as a set of names: headers in lower case, `body` for a parsed body, `cookies`, `session`
 * and `user`; `body parser` and `json parser` for what parses one, and this for code out of view that was given the request.
 */
export const UNSEEN = 'code out of view';

/** Properties of requests that hold something of the client's: what they are called where they are read. */
export const ASKED_PROPERTIES: ReadonlySet<string> = new Set(['body', 'cookies', 'signedCookies', 'session', 'user']);

const OF_COOKIES = ['cookie', 'cookies', 'signedCookies', 'session', 'user'];

/** Headers of an author's own by which a client shows something: keys, tokens, and proof that a script asks. */
const OWN = /^(?:x-)?(?:\w+-)*(?:key|token|apikey)$|^x-requested-with$|^x-(?:tenant|client|user|account|workspace|organi[sz]ation)(?:-id)?$/;

/** Lower-case names of the headers that a request needs; `json`: a body that is read is surely JSON. */
export function neededHeaders(reads: ReadonlySet<string>, json: boolean): readonly string[] {
  return [...(json && reads.has('body') ? ['content-type'] : []), ...(reads.has('authorization') ? ['authorization'] : []), ...[...reads].filter((name) => OWN.test(name)).sort()];
}

/** `inView`: everything that is given the requests was followed. */
export function cookiesAmong(reads: ReadonlySet<string>, inView: boolean): Evidence['readsCookies'] {
  // Who somebody is may be known from a token as well.
  if (OF_COOKIES.some((name) => name !== 'user' && reads.has(name))) return 'yes';
  return inView && !reads.has(UNSEEN) && !reads.has('user') ? 'no' : 'unknown';
}
