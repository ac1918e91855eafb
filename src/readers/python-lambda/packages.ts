import type { Packages } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { TRUE } from '../../values/condition.js';
import { entry, type FunctionValue, type Handle, type RecordValue, type Value } from '../../values/value.js';
import type { HeaderWrite } from '../../values/response-action.js';

/** A handler that `@cors_headers` of `lambda_decorators` wraps, and what it writes on each answer. */
export interface Wrapped {
  readonly handler: Value;
  readonly writes: readonly HeaderWrite[];
}

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** `lambda_decorators`: `@cors_headers`, `@cors_headers('https://…')`, `@cors_headers(origin=…, credentials=True)`. */
export class LambdaDecorators {
  readonly #wrapped = new Map<Handle, Wrapped>();
  readonly #corsHeaders: Handle = {
    kind: 'handle',
    name: 'cors_headers',
    at: NOWHERE,
    get: () => undefined,
    call: (method, [first], at, keywords) => {
      if (method !== '') return undefined;
      return first?.kind === 'function' || this.wrappedOf(first) !== undefined ? this.#wrap(first!, undefined, undefined, at) : this.#decorator(first, keywords, at);
    },
  };

  readonly packages: Packages = (name) => (name === 'lambda_decorators.cors_headers' ? this.#corsHeaders : undefined);

  wrappedOf(value: Value | undefined): Wrapped | undefined {
    return value?.kind === 'handle' ? this.#wrapped.get(value) : undefined;
  }

  #decorator(first: Value | undefined, keywords: RecordValue | undefined, at: Span): Handle {
    const [origin, credentials] = ['origin', 'credentials'].map((key) => (keywords === undefined ? undefined : entry(keywords, key)?.value));
    // A text alone takes no credentials: `cors_headers('https://…', credentials=True)` is what the signature says, too.
    return { kind: 'handle', name: 'cors_headers()', at, get: () => undefined, call: (method, [handler]) => (method === '' && handler !== undefined ? this.#wrap(handler, origin ?? first, credentials, at) : undefined) };
  }

  #wrap(handler: Value, origin: Value | undefined, credentials: Value | undefined, at: Span): Handle {
    const write = (name: string, value: Value): HeaderWrite => ({ do: 'header', op: 'set', name, value, missing: 'skip', when: TRUE, at: value.at });
    const made: Handle = { kind: 'handle', name: 'a Lambda function', at: handler.at, get: () => undefined, call: () => undefined };
    const sent: Value = { kind: 'boolean', value: true, at: credentials?.at ?? at };
    this.#wrapped.set(made, {
      handler,
      writes: [
        write('access-control-allow-origin', origin ?? { kind: 'string', value: '*', at }),
        ...(credentials === undefined || (credentials.kind === 'boolean' && !credentials.value) || credentials.kind === 'nothing' ? [] : [write('access-control-allow-credentials', credentials.kind === 'boolean' ? sent : credentials)]),
      ],
    });
    return made;
  }
}

/** The function below all wrappers, and what these write, innermost first. */
export function unwrapped(value: Value | undefined, decorators: LambdaDecorators): { readonly handler: FunctionValue; readonly writes: readonly HeaderWrite[] } | undefined {
  const wrapped = decorators.wrappedOf(value);
  if (wrapped === undefined) return value?.kind === 'function' ? { handler: value, writes: [] } : undefined;
  const inner = unwrapped(wrapped.handler, decorators);
  return inner === undefined ? undefined : { handler: inner.handler, writes: [...inner.writes, ...wrapped.writes] };
}
