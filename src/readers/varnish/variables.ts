import type { Span } from '../../text/span.js';
import { not } from '../../values/condition.js';
import { choose } from '../../values/either.js';
import type { Value } from '../../values/value.js';
import type { About } from './body.js';
import type { Knowledge } from './knowledge.js';
import type { Variables } from './state.js';

/** What cannot be known of a request or of the server, in words. */
const DETAILS: readonly (readonly [RegExp, string, 'unsupported-syntax' | 'upstream' | 'database-or-io'])[] = [
  [/^(?:client|remote|local|server|req_top|sess)\b/, 'the connection', 'unsupported-syntax'],
  [/^obj\.(?:hits|ttl|grace|age|uncacheable)|^req\.(?:hash|is_|xid|grace|ttl|backend\.healthy)|^(?:be)?resp\.(?:ttl|grace|keep|age|was_304|uncacheable)|^bereq\.(?:is_|uncacheable)|^fastly_info/, 'what the cache holds', 'database-or-io'],
  [/^(?:be)?resp\./, 'the response behind', 'upstream'],
];

/**
 * One name for each variable: `beresp` and `obj` are the response on its way, and old dialects call the method
 * `request` and the reason `response`.
 */
export function canonical(name: string): string {
  return name.replace(/^(?:beresp|obj)\.(?=http\.|status$|reason$|response$)/, 'resp.').replace(/^((?:be)?req)\.request$/, '$1.method').replace(/^resp\.response$/, 'resp.reason').replace(/^bereq\.backend_hint$|^(?:be)?req\.backend$|^bereq\.backend$/, 'req.backend_hint').replace(/^req\.url\.path$/, 'req.url');
}

/** What a variable is before anything is assigned to it. A backend's request begins as a copy of the client's. */
export function first(name: string, about: About, variables: Variables, knowledge: Knowledge, at: Span): Value {
  if (name === 'true' || name === 'false') return { kind: 'boolean', value: name === 'true', at };
  if (name.startsWith('bereq.')) {
    const copied = `req.${name.slice(6)}`;
    if (/^req\.(?:http\.|url$|method$|proto$|backend_hint$)/.test(copied)) return variables.get(copied) ?? first(copied, about, variables, knowledge, at);
  }
  const [, of, header] = /^(req|resp)\.http\.(.+)$/.exec(name) ?? [];
  if (of === 'req' && header !== undefined) return { kind: 'request', part: 'header', header, at };
  if (of === 'resp' && header !== undefined) return about === 'behind' ? knowledge.header(header) : { kind: 'nothing', what: 'undefined', at };
  switch (name) {
    case 'req.url':
      return { kind: 'request', part: 'path', at };
    case 'req.method':
      return { kind: 'request', part: 'method', at };
    case 'req.restarts':
    case 'req.esi_level':
      return { kind: 'number', value: 0, at };
    // What is tried again is as it is when all tries are used up (`max_retries`).
    case 'bereq.retries':
      return { kind: 'number', value: 4, at };
    case 'req.proto':
      return { kind: 'string', value: 'HTTP/1.1', at };
    case 'resp.status':
      return about === 'behind' ? knowledge.status : { kind: 'number', value: 200, at };
    case 'req.backend_hint':
      return { kind: 'string', value: 'default', at };
    default: {
      if (/^[a-z]\w*$/i.test(name)) return { kind: 'string', value: name, at };
      const [, detail, reason] = DETAILS.find(([pattern]) => pattern.test(name)) ?? [undefined, name, 'unsupported-syntax' as const];
      return knowledge.unknown(name, detail === name ? name : `${detail} (${name})`, reason);
    }
  }
}

/** A header that is assigned what is not set is there, and empty. */
export function emptyIfAbsent(value: Value, at: Span): Value {
  if (value.kind === 'nothing') return { kind: 'string', value: '', at };
  if (value.kind === 'either') return { ...value, options: value.options.map((option) => ({ ...option, value: emptyIfAbsent(option.value, at) })) };
  if (value.kind !== 'request' || value.part !== 'header' || value.header === 'host') return value;
  return choose(not({ c: 'equals', left: value, right: { kind: 'nothing', what: 'undefined', at }, ignoreCase: false, at }), value, { kind: 'string', value: '', at }, at);
}
