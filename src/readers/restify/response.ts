import type { ResponseCall } from '../../middleware/express/exchange.js';
import { headerWrite, nodeResponseCall, recordWrites } from '../../syntax/estree/index.js';
import type { ResponseAction } from '../../values/response-action.js';
import type { Value } from '../../values/value.js';

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
