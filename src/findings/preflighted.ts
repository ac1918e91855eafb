import type { HttpResponse } from '../policy/evaluate.js';
import type { Policy, Probe } from '../policy/program.js';
import { linesOf, type Ask, type Client } from './ask.js';

/** A request that a browser asks about first, and what to call it. */
export interface Preflighted {
  readonly what: string;
  readonly client: Client;
}

/** Methods that a page can send and that are never sent unasked. */
const ASKED_FOR = /^(?:PUT|PATCH|DELETE)$/;

/** Requests that need a preflight and that the place serves: by its routes, its handlers' needs, or by the methods that it says it allows. */
export function* preflightedRequests(probe: Probe, allowed: readonly string[], origin: string): Generator<Preflighted> {
  const methods = probe.methods ?? allowed;
  for (const method of methods) if (ASKED_FOR.test(method)) yield { what: method, client: { origin, method } };
  for (const header of probe.requestHeaders) yield requestWith(header, methods, origin);
}

/** A request that carries the header, by a method for which that makes sense. */
export function requestWith(header: string, methods: readonly string[], origin: string): Preflighted {
  const isBody = header === 'content-type';
  const method = isBody ? (methods.find((candidate) => /^(?:POST|PUT|PATCH)$/.test(candidate)) ?? 'POST') : methods.length === 0 || methods.includes('GET') ? 'GET' : methods[0]!;
  const what = isBody ? 'a JSON body' : header === 'authorization' ? 'an Authorization header' : header;
  return { what: `${method} with ${what}`, client: { origin, method, headers: [[header, isBody ? 'application/json' : 'x']] } };
}

/** The methods that a response says it allows. */
export function methodsAllowedBy(response: HttpResponse): readonly string[] {
  return linesOf(response, 'access-control-allow-methods').flatMap(({ text }) => namesIn(text ?? ''));
}

/** The names that a policy's own text lists in a header. */
export function namesWritten(policy: Policy, name: string): readonly string[] {
  return policy.steps.flatMap(({ effects }) => effects.flatMap(({ header, value }) => (header === name && value.v === 'literal' && value.written ? namesIn(value.text) : [])));
}

function namesIn(list: string): readonly string[] {
  return list.split(',').map((name) => name.trim()).filter((name) => name !== '');
}

/** Statuses of servers and routers that have nobody for the method or the path. */
export const NOBODY: readonly number[] = [404, 405, 415, 501];

/** Requests that a page makes where it takes what asks for credentials to be satisfied. */
const SIGNED = [{}, { headers: [['authorization', 'Bearer x']] }, { credentials: 'include' }] as const;

/** Origins that the place serves once a page has signed in, or without that. */
export function servedOrigins(ask: Ask, probe: Probe): readonly string[] {
  return [...new Set(SIGNED.flatMap((carried) => ask.accepted(probe, carried)))];
}
