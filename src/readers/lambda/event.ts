import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import { truthy } from '../../syntax/estree/index.js';
import { not } from '../../values/condition.js';
import type { Event, Handle, Value } from '../../values/value.js';

/** What Lambda hands to a function: the event of API Gateway (payload 1.0 or 2.0), the context, the callback. */
export interface Invocation {
  readonly args: readonly Value[];
  /** Lower-case names of request headers that were read. */
  readonly reads: ReadonlySet<string>;
  /** The result that an event hands back, or that it fails; undefined for an event that does neither. */
  resultOf(event: Event): Result | undefined;
}

export type Result = { readonly is: 'response'; readonly value: Value; readonly when: Condition; readonly at: Span } | { readonly is: 'failure'; readonly when: Condition; readonly at: Span };

export function invocation(at: Span): Invocation {
  const reads = new Set<string>();
  const nothing: Value = { kind: 'nothing', what: 'undefined', at };
  const method: Value = { kind: 'request', part: 'method', at };
  const path: Value = { kind: 'request', part: 'path', at };
  // Payload 1.0 keeps the spelling of the client, 2.0 has lower case: code asks for both.
  const headers = object('event.headers', at, (name) => {
    reads.add(name.toLowerCase());
    return { kind: 'request', part: 'header', header: name.toLowerCase(), at };
  });
  const http = object('event.requestContext.http', at, (property) => (property === 'method' ? method : property === 'path' ? path : undefined));
  const about = object('event.requestContext', at, (property) => (property === 'http' ? http : property === 'httpMethod' ? method : property === 'path' ? path : undefined));
  const event = object('event', at, (property) => {
    if (property === 'cookies') reads.add('cookie');
    if (property === 'headers') return headers;
    if (property === 'requestContext') return about;
    if (property === 'httpMethod') return method;
    return property === 'path' || property === 'rawPath' ? path : undefined;
  });
  const callback: Handle = { kind: 'handle', name: 'callback', at, get: () => undefined, call: () => nothing };
  const context: Handle = { kind: 'handle', name: 'context', at, get: () => undefined, call: (name) => (name === 'succeed' || name === 'done' || name === 'fail' ? nothing : undefined) };

  const resultOf = (happened: Event): Result | undefined => {
    const { kind, when } = happened;
    if (kind === 'throw') return { is: 'failure', when, at: happened.at };
    if (kind === 'return') return happened.value.kind === 'nothing' ? undefined : { is: 'response', value: happened.value, when, at: happened.at };
    if (kind !== 'call') return undefined;
    const [first, second] = happened.args;
    if (happened.receiver === context && happened.method === 'succeed' && first !== undefined) return { is: 'response', value: first, when, at: happened.at };
    if (happened.receiver === context && happened.method === 'fail') return { is: 'failure', when, at: happened.at };
    const answers = (happened.receiver === callback && happened.method === '') || (happened.receiver === context && happened.method === 'done');
    if (!answers) return undefined;
    if (second !== undefined && (first === undefined || not(truthy(first)).c !== 'false')) return { is: 'response', value: second, when, at: happened.at };
    return { is: 'failure', when, at: happened.at };
  };
  return { args: [event, context, callback], reads, resultOf };
}

function object(name: string, at: Span, get: (property: string) => Value | undefined): Handle {
  return { kind: 'handle', name, at, get, call: () => undefined };
}
