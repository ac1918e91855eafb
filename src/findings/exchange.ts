import { judge, needsPreflight, preflightRequestOf, type Check, type FetchRequest, type ServerAnswer } from '../browser/judge.js';
import { urlFrom } from '../browser/url.js';
import { evaluate, type Assumptions, type Deployment, type HttpRequest, type HttpResponse, type Outcome, type Scenario } from '../policy/evaluate.js';
import type { Environment } from '../values/fact.js';
import type { ClientRequest, Exchange } from './finding.js';

/**
 * What a browser would see for a page's request: one exchange for every possible world, each with the browser's
 * verdict. What is assumed about a fact in the preflight holds in the actual request too. The scenario is that of the
 * actual request; the preflight is what it always is. `assumed`: what is taken for true or false beforehand.
 */
export function exchanges(deployment: Deployment, request: ClientRequest, environment: Environment, scenario: Scenario = {}, assumed: Assumptions = new Map()): readonly Exchange[] {
  const client: FetchRequest = { ...request };
  return conversations(deployment, request, { environment, scenario, assumed }).map(({ preflight, actual }) => exchange(request, client, preflight, actual, scenario));
}

/** What servers answer in one possible world: to the preflight, if there is one, and to the request itself. */
export interface Conversation {
  readonly preflight: Outcome | null;
  /** Assumes what the preflight's outcome does, and perhaps more. */
  readonly actual: Outcome;
}

export interface Asked {
  readonly environment: Environment;
  /** What the handler behind does with the request itself, and with its preflight. */
  readonly scenario?: Scenario;
  readonly preflight?: Scenario;
  readonly assumed?: Assumptions;
  /** Keep what every layer does. */
  readonly trace?: boolean;
}

/** What servers would answer to a page's request, in every possible world. */
export function conversations(deployment: Deployment, request: ClientRequest, { environment, scenario, preflight, assumed, trace }: Asked): readonly Conversation[] {
  const client: FetchRequest = { ...request };
  const options = { environment, ...(trace === undefined ? {} : { trace }) };
  const sent = asSent(request);
  const answers = (known: Assumptions | undefined): readonly Outcome[] => evaluate(deployment, sent, { ...options, ...(scenario === undefined ? {} : { scenario }), ...(known === undefined ? {} : { assumed: known }) });
  if (!needsPreflight(client)) return answers(assumed).map((actual) => ({ preflight: null, actual }));
  const asked = preflightRequestOf(client);
  const first = evaluate(deployment, serverRequest(request, asked.method, asked.headers), { ...options, ...(preflight === undefined ? {} : { scenario: preflight }), ...(assumed === undefined ? {} : { assumed }) });
  return first.flatMap((outcome) => answers(outcome.assumed).map((actual) => ({ preflight: outcome, actual })));
}

/** Responses to a request that a page does not make: no Origin (a navigation, a health check, a cache that fills itself). */
export function responsesWithoutOrigin(deployment: Deployment, url: string, environment: Environment): readonly Outcome[] {
  return evaluate(deployment, serverRequest({ url }, 'GET', []), { environment });
}

/** The verdict if the browser got this response (from a cache) for the request, and this answer to its preflight. @param told is told of every check */
export function verdictOn(request: ClientRequest, response: HttpResponse, preflight: HttpResponse | null = null, told?: (check: Check) => void): Exchange['verdict'] {
  return verdictOf({ ...request }, preflight, response, told);
}

function exchange(request: ClientRequest, client: FetchRequest, preflight: Outcome | null, outcome: Outcome, scenario: Scenario): Exchange {
  return {
    request,
    preflight: preflight?.response ?? null,
    response: outcome.response,
    verdict: verdictOf(client, preflight?.response ?? null, outcome.response),
    assuming: assumptionsInWords(outcome.assumed),
    facts: [...outcome.assumed.values()].map(({ fact }) => fact),
    ...(Object.keys(scenario).length === 0 ? {} : { scenario }),
  };
}

function verdictOf(client: FetchRequest, preflight: HttpResponse | null, response: HttpResponse, told?: (check: Check) => void): Exchange['verdict'] {
  const { allowed, reason, step, hint, maxAge } = judge(client, { ...(preflight === null ? {} : { preflight: answer(preflight) }), response: answer(response) }, told);
  return { allowed, reason, step, ...(hint === undefined ? {} : { hint }), ...(maxAge === null ? {} : { maxAge }) };
}

const answers = new WeakMap<HttpResponse, ServerAnswer>();

/** Remembered: one response is judged for many requests. */
function answer(response: HttpResponse): ServerAnswer {
  let known = answers.get(response);
  if (known === undefined) answers.set(response, (known = { status: response.status, headers: response.headers.map(({ name, text }) => [name, text] as const) }));
  return known;
}

/** The request itself as a server gets it, whatever is asked first. */
export function asSent(request: ClientRequest): HttpRequest {
  return serverRequest(request, request.method, withCredentials(request));
}

function withCredentials(request: ClientRequest): readonly (readonly [string, string])[] {
  const headers = [['origin', request.origin] as const, ...request.headers];
  return request.credentials === 'include' ? [...headers, ['cookie', 'session=victim'] as const] : headers;
}

/** The request as the server gets it that a URL names. */
export function serverRequest(request: { readonly url: string }, method: string, headers: readonly (readonly [string, string])[]): HttpRequest {
  const url = urlFrom(request.url);
  if (url === undefined) throw new RangeError(`not a URL: ${request.url}`);
  return {
    method,
    path: url.pathname,
    headers: [['host', url.host] as const, ...headers].map(([name, text]) => [name.toLowerCase(), text] as const),
    target: url.origin,
  };
}

/** Words for what a world assumes; the environment that the analysis targets is not an assumption. */
export function assumptionsInWords(assumed: Assumptions): string[] {
  return [...assumed.values()].map(({ fact, holds }) => {
    if (fact.absentSetting !== undefined) return `${fact.absentSetting} is ${holds ? 'not set' : 'set'}`;
    const member = /∋(.*)$/.exec(fact.key);
    if (member !== null) return `${member[1]} is ${holds ? '' : 'not '}among ${fact.detail}`;
    return `${fact.detail}: ${holds ? 'yes' : 'no'}`;
  });
}
