import type { Deployment, HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import { differences } from '../support/observed.js';
import { send } from './server.js';

/** Origins that browsers send, as every suite asks with them, and the absence of one. */
export const ORIGINS: readonly (string | undefined)[] = [undefined, 'https://app.example.com', 'https://admin.example.com', 'https://evil.example', 'https://app.example.com.evil.example', 'https://appxexample.com', 'http://app.example.com', 'https://app.example.com:8443', 'null'];

/** Disagreements of one server past which they are only counted. */
const SHOWN = 5;

/** Simple requests, one with a cookie, and preflights from every origin. */
export function requestsTo(path: string, methods: readonly string[], host?: string): readonly HttpRequest[] {
  const base: HttpRequest['headers'] = host === undefined ? [] : [['host', host]];
  return ORIGINS.flatMap((origin) => {
    const from: HttpRequest['headers'] = origin === undefined ? base : [...base, ['origin', origin]];
    const preflight: HttpRequest = { method: 'OPTIONS', path, headers: [...from, ['access-control-request-method', 'PUT'], ['access-control-request-headers', 'content-type,x-custom']] };
    return [...methods.map((method): HttpRequest => ({ method, path, headers: from })), { method: 'GET', path, headers: [...from, ['cookie', 'session=1']] }, preflight];
  });
}

/**
 * Sends each request to the server on the port and compares its answer with what is predicted. `undefined` for the
 * deployment: no CORS header may come. `unordered`: headers that the product prints from a set. Told are the differences,
 * each with its request.
 */
export async function disagreements(port: number, deployment: Deployment | undefined, requests: readonly HttpRequest[], scenario?: (status: number, request: HttpRequest) => Scenario, unordered: readonly string[] = []): Promise<readonly string[]> {
  const found: string[] = [];
  for (const request of requests) {
    const response = await send(port, request);
    const told = deployment === undefined ? response.headers.filter(([name]) => name.startsWith('access-control-')).map(([name, value]) => `no policy, sent ${name}: ${value}`) : differences(deployment, { framework: 'live', version: '', options: {}, request, response }, { unordered, ...(request.target === undefined ? {} : { target: request.target }), ...(scenario === undefined ? {} : { scenario: scenario(response.status, request) }) });
    if (told.length > 0) found.push(`${request.method} ${request.path} ${JSON.stringify(request.headers)}: ${told.join('; ')}`);
  }
  return found.length > SHOWN ? [...found.slice(0, SHOWN), `${found.length - SHOWN} more`] : found;
}
