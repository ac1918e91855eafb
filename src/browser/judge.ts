import { corsCheck, firstOf, outcome, preflightCheck, type Check, type Checked, type ServerAnswer } from './check.js';
import { get, maxAgeOf, type MaxAge } from './headers.js';
import { asksFirst, isForbiddenMethod, needsPreflight, normaliseMethod, preflightRequestOf, refusal, sameOrigin, type FetchRequest } from './request.js';
import { urlFrom } from './url.js';

export { needsPreflight, preflightRequestOf, type Check, type FetchRequest, type ServerAnswer };

/** What servers answer: to the preflight if one is sent, to the request, and after a redirect to the next hop. */
export interface Answers {
  readonly preflight?: ServerAnswer;
  readonly response: ServerAnswer;
  readonly next?: Answers;
}

export interface Verdict {
  /** Of the first hop. */
  readonly preflightNeeded: boolean;
  /** May script read the final response? Null: it depends on a text or a status that is not known. */
  readonly allowed: boolean | null;
  /** `ok`, `same-origin`, the reason code of the step that failed, or `undecided`. */
  readonly reason: string;
  /** The step of the Fetch standard that decided. */
  readonly step: string;
  readonly hint?: string;
  /** Seconds that the first hop's preflight is kept; null where none was accepted or the text is not known. */
  readonly maxAge: MaxAge | null;
  /** The `Origin` header of each hop; null: none is sent. */
  readonly sentOrigin: readonly (string | null)[];
}

/** Fetch's limit on hops. */
const MAX_REDIRECTS = 20;

/**
 * The Fetch standard's verdict on an exchange: main fetch, HTTP fetch and HTTP-redirect fetch as far as CORS goes.
 * @param told is told of every check as it comes out, to the first certain failure
 */
export function judge(request: FetchRequest, answers: Answers, told?: (check: Check) => void): Verdict {
  const preflightNeeded = needsPreflight(request);
  const sentOrigin: (string | null)[] = [];
  let maxAge: MaxAge | null = null;
  const end = (allowed: boolean | null, reason: string, step: string, hint?: string): Verdict => ({
    preflightNeeded,
    allowed,
    reason,
    step,
    ...(hint === undefined ? {} : { hint }),
    maxAge,
    sentOrigin,
  });
  let redirects = 0;
  const tell = told === undefined ? undefined : (check: Omit<Check, 'hop'>): void => told({ ...check, hop: redirects });
  /** The request itself, or where it is sent, does not do: nobody looks further. */
  const refuse = (check: Check['check'], of: Check['of'], reason: string, step: string): Verdict => {
    tell?.(outcome({ check, step, of }, { reason, step }));
    return end(false, reason, step);
  };
  if (isForbiddenMethod(request.method)) return refuse('usable-method', 'request', 'forbidden-method', 'forbidden-method');

  let hop = { ...request, method: normaliseMethod(request.method) };
  let answer: Answers = answers;
  let tainted = false;
  let doubt = false;
  const visited: Readonly<URL>[] = [];
  for (; redirects <= MAX_REDIRECTS; redirects += 1) {
    const basic: boolean = sameOrigin(request.origin, hop.url) && !tainted;
    const refused = basic ? undefined : refusal(hop);
    if (refused !== undefined) return refuse('reachable-url', 'request', refused.reason, refused.step);
    tainted ||= !basic;
    const url = urlFrom(hop.url);
    if (url === undefined) return refuse('reachable-url', 'request', 'not-http', 'main-fetch');
    tell?.(outcome({ check: basic ? 'own-origin' : 'reachable-url', step: 'main-fetch', of: 'request' }, 'pass'));
    visited.push(url);
    const origin = originFor(request.origin, visited);
    sentOrigin.push(basic && (hop.method === 'GET' || hop.method === 'HEAD') ? null : origin);
    const { preflight, response }: Answers = answer;
    const asks = !basic && asksFirst(hop);
    if (!basic) tell?.(outcome({ check: 'preflight-needed', step: 'main-fetch', of: 'request' }, 'pass'));
    const asked: Checked = !asks ? 'pass' : preflight === undefined ? 'undecided' : preflightCheck(origin, hop, preflight, tell);
    if (asks && preflight !== undefined && asked === 'pass') {
      const kept = maxAgeOf(preflight.headers);
      if (redirects === 0) maxAge = kept;
      tell?.(outcome({ check: 'max-age', step: 'cors-preflight-fetch', of: 'preflight' }, kept === null ? 'undecided' : 'pass'));
    }
    const checked = basic ? 'pass' : firstOf([() => asked, () => corsCheck(origin, hop.credentials, response, tell)]);
    if (typeof checked !== 'string') return end(false, checked.reason, checked.step, checked.hint);
    doubt ||= checked === 'undecided';

    const location = get(response.headers, 'location');
    const redirects3xx = response.status === null ? null : [301, 302, 303, 307, 308].includes(response.status);
    if (location === undefined || redirects3xx === false) {
      if (tainted) tell?.(outcome({ check: 'exposed-headers', step: 'main-fetch', of: 'response' }, get(response.headers, 'access-control-expose-headers') === null ? 'undecided' : 'pass'));
      if (doubt) return end(null, 'undecided', 'cors-check');
      return tainted ? end(true, 'ok', 'cors-check') : end(true, 'same-origin', 'main-fetch');
    }
    // It may lead elsewhere, or does and nobody knows where to.
    const step = 'http-redirect-fetch';
    const open = (): Verdict => {
      tell?.(outcome({ check: 'redirect', step, of: 'response' }, 'undecided'));
      return end(null, 'undecided', step);
    };
    if (location === null || redirects3xx === null) return open();
    const target = URL.canParse(location, hop.url) ? new URL(location, hop.url) : undefined;
    if (target === undefined || !/^https?:$/.test(target.protocol)) return refuse('redirect', 'response', 'redirect-not-http', step);
    const leaves = target.origin !== request.origin || tainted;
    if (leaves && (target.username !== '' || target.password !== '')) return refuse('redirect', 'response', 'redirect-credentials-in-url', step);
    if (answer.next === undefined) return open();
    tell?.(outcome({ check: 'redirect', step, of: 'response' }, 'pass'));
    hop = redirected(hop, url, target, response.status);
    answer = answer.next;
  }
  redirects = MAX_REDIRECTS;
  return refuse('redirect', 'response', 'redirect-loop', 'http-redirect-fetch');
}

/** Fetch, HTTP-redirect fetch: the method, headers and URL of the next hop. */
function redirected<R extends FetchRequest>(request: R, from: Readonly<URL>, to: URL, status: number | null): R {
  const toGet = ((status === 301 || status === 302) && request.method === 'POST') || (status === 303 && request.method !== 'GET' && request.method !== 'HEAD');
  const headers = request.headers.filter(([name]) => {
    const lower = name.toLowerCase();
    if (toGet && ['content-encoding', 'content-language', 'content-location', 'content-type'].includes(lower)) return false;
    return lower !== 'authorization' || from.origin === to.origin;
  });
  return { ...request, url: to.href, headers, method: toGet ? 'GET' : request.method };
}

/** Fetch, redirect-taint: after leaving a foreign origin for another one the request speaks for nobody. */
function originFor(origin: string, visited: readonly Readonly<URL>[]): string {
  const tainted = visited.some((url, index) => {
    const last = visited[index - 1];
    return last !== undefined && last.origin !== url.origin && last.origin !== origin;
  });
  return tainted ? 'null' : origin;
}
