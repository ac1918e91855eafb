import { judge, needsPreflight, preflightRequestOf, type FetchRequest, type Verdict } from '../../src/browser/judge.js';
import { serverRequest } from '../../src/findings/exchange.js';
import type { ClientRequest } from '../../src/findings/finding.js';
import type { HttpRequest } from '../../src/policy/evaluate.js';
import { send, type Answer } from './server.js';

/** What a server that runs answers to a page's request, and what browsers make of it. */
export interface RealExchange {
  readonly preflight: Answer | undefined;
  readonly response: Answer;
  readonly verdict: Verdict;
}

/** A server on a port of this machine, or what speaks for one. */
export type Server = number | ((request: HttpRequest) => Promise<Answer>);

/**
 * Asks a server as a browser would.
 * @param more headers that every request has besides
 * @param remembered headers that the browser adds to the page's own request, and to no preflight
 */
export async function realExchange(server: Server, request: ClientRequest, more: HttpRequest['headers'] = [], remembered: HttpRequest['headers'] = []): Promise<RealExchange> {
  const client: FetchRequest = { ...request };
  const ask = (method: string, headers: HttpRequest['headers']): Promise<Answer> => {
    const sent = serverRequest(request, method, headers);
    return answered(server, { ...sent, headers: [...sent.headers, ...more] });
  };
  const first = needsPreflight(client) ? preflightRequestOf(client) : undefined;
  const preflight = first === undefined ? undefined : await ask(first.method, first.headers);
  const response = await ask(request.method, [['origin', request.origin], ...request.headers, ...remembered, ...(request.credentials === 'include' ? [['cookie', 'session=victim'] as const] : [])]);
  return { preflight, response, verdict: judge(client, { ...(preflight === undefined ? {} : { preflight }), response }) };
}

/** What a server answers to a request as it stands. */
export function answered(server: Server, request: HttpRequest): Promise<Answer> {
  return typeof server === 'number' ? send(server, request) : server(request);
}
