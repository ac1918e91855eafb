import type { Effect } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/** A handler of a package that answers every request it gets, without CORS of its own. */
export interface Endpoint {
  /** What it says to OPTIONS. */
  readonly options: number;
  /** What it sets on its answers to the methods that it serves. */
  readonly effects: readonly Effect[];
  readonly methods: readonly string[];
  /** Request headers that its clients send. */
  readonly requestHeaders: readonly string[];
}

/** Apollo Server 2 to 5 on Express: https://www.apollographql.com/docs/apollo-server/api/express-middleware */
export const APOLLO: Endpoint = { options: 400, effects: [], methods: ['GET', 'POST'], requestHeaders: ['content-type'] };

/** tRPC's adapter writes its own `Vary` over what middleware set, except in its answer to HEAD. */
export function trpcEndpoint(at: Span): Endpoint {
  return { options: 415, effects: [{ op: 'set', header: 'vary', value: { v: 'literal', text: 'trpc-accept, accept', at, written: false }, statuses: 'all', at }], methods: ['GET', 'POST'], requestHeaders: ['content-type'] };
}
