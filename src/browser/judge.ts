import { corsCheck, firstOf, preflightCheck, type Checked, type ServerAnswer } from './check.js';
import { get, maxAgeOf, type MaxAge } from './headers.js';
import { asksFirst, isForbiddenMethod, needsPreflight, normaliseMethod, preflightRequestOf, refusal, sameOrigin, type FetchRequest } from './request.js';
import { urlFrom } from './url.js';

export { needsPreflight, preflightRequestOf, type FetchRequest, type ServerAnswer };

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

/** The Fetch standard's verdict on an exchange: main fetch, HTTP fetch and HTTP-redirect fetch as far as CORS goes. */
export function judge(request: FetchRequest, answers: Answers): Verdict {
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
  if (isForbiddenMethod(request.method)) return end(false, 'forbidden-method', 'forbidden-method');

  let hop = { ...request, method: normaliseMethod(request.method) };
  let answer: Answers = answers;
  let tainted = false;
  let doubt = false;
  const visited: Readonly<URL>[] = [];
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const basic: boolean = sameOrigin(request.origin, hop.url) && !tainted;
    const refused = basic ? undefined : refusal(hop);
    if (refused !== undefined) return end(false, refused.reason, refused.step);
    tainted ||= !basic;
    const url = urlFrom(hop.url);
    if (url === undefined) return end(false, 'not-http', 'main-fetch');
    visited.push(url);
    const origin = originFor(request.origin, visited);
    sentOrigin.push(basic && (hop.method === 'GET' || hop.method === 'HEAD') ? null : origin);
    const { preflight, response }: Answers = answer;
    const asks = !basic && asksFirst(hop);
    const asked: Checked = !asks ? 'pass' : preflight === undefined ? 'undecided' : preflightCheck(origin, hop, preflight);
    if (redirects === 0 && asks && preflight !== undefined && asked === 'pass') maxAge = maxAgeOf(preflight.headers);
    const checked = basic ? 'pass' : firstOf([() => asked, () => corsCheck(origin, hop.credentials, response)]);
    if (typeof checked !== 'string') return end(false, checked.reason, checked.step, checked.hint);
    doubt ||= checked === 'undecided';

    const location = get(response.headers, 'location');
    const redirects3xx = response.status === null ? null : [301, 302, 303, 307, 308].includes(response.status);
    if (location === undefined || redirects3xx === false) {
      if (doubt) return end(null, 'undecided', 'cors-check');
      return tainted ? end(true, 'ok', 'cors-check') : end(true, 'same-origin', 'main-fetch');
    }
    // It may lead elsewhere, or does and nobody knows where to.
    if (location === null || redirects3xx === null) return end(null, 'undecided', 'http-redirect-fetch');
    const target = URL.canParse(location, hop.url) ? new URL(location, hop.url) : undefined;
    if (target === undefined || !/^https?:$/.test(target.protocol)) return end(false, 'redirect-not-http', 'http-redirect-fetch');
    const leaves = target.origin !== request.origin || tainted;
    if (leaves && (target.username !== '' || target.password !== '')) return end(false, 'redirect-credentials-in-url', 'http-redirect-fetch');
    if (answer.next === undefined) return end(null, 'undecided', 'http-redirect-fetch');
    hop = redirected(hop, url, target, response.status);
    answer = answer.next;
  }
  return end(false, 'redirect-loop', 'http-redirect-fetch');
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
