import { alternatives } from '../../middleware/alternatives.js';
import { requestHeaders } from '../../middleware/python-request.js';
import { ResponseObjects, type ResponseClass } from '../../middleware/response-objects.js';
import type { Packages } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { Handle, Value } from '../../values/value.js';

const FLASK: ResponseClass = { name: 'Response', parameters: ['response', 'status', 'headers'], status: 'status', headers: 'headers', writesText: true };
const AZURE: ResponseClass = { name: 'HttpResponse', parameters: ['body'], status: 'status_code', headers: 'headers', writesText: true };

/** Responses of Flask, in which Google's functions answer, and of Azure Functions. */
export class FunctionPackages {
  readonly responses = new ResponseObjects();
  /** Lower-case names of request headers that functions read. */
  readonly reads = new Set<string>();
  readonly #azure = this.responses.classHandle(AZURE);
  readonly #flask = this.responses.classHandle(FLASK);
  /** `make_response(body, status, headers)`; of one response, that response. */
  readonly #makeResponse: Handle = {
    ...this.#flask,
    name: 'make_response',
    call: (method, args, at, keywords) => {
      if (method !== '') return undefined;
      const [first, ...others] = args;
      if (others.length === 0 && first !== undefined && this.responses.madeOf(first, { c: 'true' }) !== undefined) return first;
      const parts = args.length === 1 && first?.kind === 'list' ? first.items : args;
      // Two: a status, or headers.
      const [body, second, third] = parts;
      const ordered = third === undefined && alternatives(second).some(({ value }) => value.kind === 'record') ? [body, undefined, second] : [body, second, third];
      return this.responses.make(FLASK, ordered.map((value) => value ?? { kind: 'nothing', what: 'null', at }), keywords, at);
    },
  };
  readonly #jsonify: Handle = { ...this.#flask, name: 'jsonify', call: (method, _args, at) => (method === '' ? this.responses.make(FLASK, [], undefined, at) : undefined) };

  readonly #global = this.request({ file: '', start: 0, end: 0 });

  readonly packages: Packages = (name) => {
    if (name === 'azure.functions.HttpResponse') return this.#azure;
    if (name === 'flask.Response' || name === 'werkzeug.wrappers.Response' || name === 'werkzeug.Response' || name === 'firebase_functions.https_fn.Response') return this.#flask;
    // Flask's global one is the same request.
    if (name === 'flask.request') return this.#global;
    if (name === 'flask.make_response') return this.#makeResponse;
    return name === 'flask.jsonify' || name === 'flask.json.jsonify' ? this.#jsonify : undefined;
  };

  /** `flask.Request`, `azure.functions.HttpRequest`. */
  request(at: Span): Handle {
    const { handle: headers } = requestHeaders(at, this.reads);
    const method: Value = { kind: 'request', part: 'method', at };
    const path: Value = { kind: 'request', part: 'path', at };
    return {
      kind: 'handle',
      name: 'request',
      at,
      get: (property) => {
        if (property === 'cookies') this.reads.add('cookie');
        if (property === 'origin') return { kind: 'request', part: 'header', header: 'origin', at };
        return property === 'headers' ? headers : property === 'method' ? method : property === 'path' ? path : undefined;
      },
      call: () => undefined,
    };
  }
}
