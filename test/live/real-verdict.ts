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

/**
 * Asks the server on the port as a browser would.
 * @param more headers that every request has besides
 * @param remembered headers that the browser adds to the page's own request, and to no preflight
 */
export async function realExchange(port: number, request: ClientRequest, more: HttpRequest['headers'] = [], remembered: HttpRequest['headers'] = []): Promise<RealExchange> {
  const client: FetchRequest = { ...request };
  const ask = (method: string, headers: HttpRequest['headers']): Promise<Answer> => {
    const sent = serverRequest(request, method, headers);
    return send(port, { ...sent, headers: [...sent.headers, ...more] });
  };
  const asked = needsPreflight(client) ? preflightRequestOf(client) : undefined;
  const preflight = asked === undefined ? undefined : await ask(asked.method, asked.headers);
  const response = await ask(request.method, [['origin', request.origin], ...request.headers, ...remembered, ...(request.credentials === 'include' ? [['cookie', 'session=victim'] as const] : [])]);
  return { preflight, response, verdict: judge(client, { ...(preflight === undefined ? {} : { preflight }), response }) };
}
