import { exchange, type Exchange, type ResponseCall } from '../../middleware/express/exchange.js';
import { headerWrite, nodeResponseCall, recordWrites, truthy } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { not } from '../../values/condition.js';
import type { ResponseAction } from '../../values/response-action.js';
import type { Handle, Value } from '../../values/value.js';

/** `req`, `res` and `next` of restify: `req.header(name, default)` gives the default where the header is absent. */
export function restifyExchange(at: Span): Exchange {
  const given = exchange(at, false);
  const call: Handle['call'] = (method, args, callAt) => {
    const value = given.request.call(method, args, callAt);
    const [, otherwise] = args;
    if (method !== 'header' || value === undefined || otherwise === undefined) return value;
    return { kind: 'either', options: [{ when: truthy(value), value }, { when: not(truthy(value)), value: otherwise }], at: callAt };
  };
  return { ...given, request: { ...given.request, call } };
}

/**
 * The methods of restify's `Response` (https://github.com/restify/node-restify/blob/v11.1.0/lib/response.js), and Node's
 * below them. `res.header` never replaces: a header that is there gets a second line. Without a value it only reads.
 */
export const restifyResponseCall: ResponseCall = (method, args, when, at) => {
  const [first, second, third] = args;
  switch (method) {
    case 'header':
      return headerWrite('append', first, second, 'skip', when, at);
    case 'set':
      if (first?.kind === 'record') return first.entries.map(({ key, value, at: entryAt }): ResponseAction => ({ do: 'header', op: 'append', name: key.toLowerCase(), value, missing: 'skip', when, at: entryAt }));
      return headerWrite('append', first, second, 'skip', when, at);
    case 'status':
      return first === undefined ? [] : [{ do: 'status', status: first, when, at }];
    case 'send':
    case 'json':
    case 'sendRaw': {
      const coded = isCode(first);
      const headers = coded ? third : second;
      return [
        ...(coded ? [{ do: 'status', status: first, when, at } as const] : []),
        ...(headers?.kind === 'record' ? recordWrites(headers, 'throw', when) : []),
        { do: 'end', when, at },
      ];
    }
    case 'redirect':
      return [{ do: 'status', status: isCode(first) ? first : { kind: 'number', value: 302, at }, when, at }, { do: 'end', when, at }];
    default:
      return nodeResponseCall(method, args, when, at) ?? [];
  }
};

function isCode(value: Value | undefined): value is Value & { kind: 'number' } {
  return value?.kind === 'number';
}
