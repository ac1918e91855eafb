import { CorsByHand } from '../../middleware/node-endpoint.js';
import { functionHandle } from '../../middleware/package-handles.js';
import type { Packages, Run } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { entry, type Event, type FunctionValue, type Handle, type RecordEntry, type Value } from '../../values/value.js';

/** A function that a platform calls with Node's request and response. */
export interface NodeFunction {
  readonly name: string;
  readonly handler: FunctionValue;
  /** The platform puts npm `cors` in front of it: its `origin`. */
  readonly cors?: RecordEntry;
}

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** Firebase's `onRequest` and the Functions Framework's `http`, beside npm `cors`. */
export class Platforms {
  readonly cors = new CorsByHand();
  readonly #given = new WeakMap<Handle, readonly Value[]>();
  readonly #http = functionHandle('http', () => undefined);

  /** `functions.region(…).runWith(…).https.onRequest(handler)`: whatever stands between leads back to it. */
  readonly #firebase: Handle = { kind: 'handle', name: 'functions', at: NOWHERE, get: (property) => (property === 'onRequest' ? this.#onRequest : this.#firebase), call: (method, args, at) => (method === 'onRequest' ? this.#made(args, at) : this.#firebase) };
  readonly #onRequest = functionHandle('onRequest', (args, at) => this.#made(args, at));
  readonly #framework: Handle = { kind: 'handle', name: 'functions-framework', at: NOWHERE, get: (property) => (property === 'http' ? this.#http : property === 'default' ? this.#framework : undefined), call: () => undefined };

  readonly packages: Packages = (specifier) => {
    if (/^firebase-functions(?:\/v[12])?(?:\/https)?$/.test(specifier)) return this.#firebase;
    return specifier === '@google-cloud/functions-framework' ? this.#framework : this.cors.packages(specifier);
  };

  #made(args: readonly Value[], at: Span): Handle {
    const made: Handle = { kind: 'handle', name: 'function', at, get: () => undefined, call: () => undefined };
    this.#given.set(made, args);
    return made;
  }

  /** The functions of a module: exported ones, and those that are registered by name. */
  functionsIn(ran: Run): readonly NodeFunction[] {
    return [...exportedIn(ran).flatMap(([name, value]) => this.#exported(name, value)), ...ran.events.flatMap((event) => this.#registered(event))];
  }

  #exported(name: string, value: Value): readonly NodeFunction[] {
    // A third parameter makes a middleware of it.
    if (value.kind === 'function') return value.parameters === 2 ? [{ name, handler: value }] : [];
    const args = value.kind === 'handle' ? this.#given.get(value) : undefined;
    const handler = args?.findLast((arg) => arg.kind === 'function');
    if (handler?.kind !== 'function') return [];
    const options = args?.find((arg) => arg.kind === 'record');
    const cors = options?.kind === 'record' ? entry(options, 'cors') : undefined;
    return [{ name, handler, ...(cors === undefined ? {} : { cors }) }];
  }

  #registered(event: Event): readonly NodeFunction[] {
    if (event.kind !== 'call' || !((event.receiver === this.#framework && event.method === 'http') || event.receiver === this.#http)) return [];
    const [name, handler] = event.args;
    return handler?.kind === 'function' ? [{ name: name?.kind === 'string' ? name.value : '', handler }] : [];
  }
}

function exportedIn(ran: Run): readonly (readonly [string, Value])[] {
  return [...ran.exports].flatMap(([name, value]): readonly (readonly [string, Value])[] => {
    if (name !== 'module.exports') return [[name, value]];
    return value.kind === 'record' ? value.entries.map(({ key, value: member }) => [key, member]) : [['default', value]];
  });
}
