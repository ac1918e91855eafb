import { functionHandle, MadeHandles, packageHandle, classHandle } from '../../middleware/package-handles.js';
import type { Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { not, type Condition } from '../../values/condition.js';
import type { Event, Handle, Value } from '../../values/value.js';

/** What one socket.io server was made with. */
export interface ServerRole {
  readonly options: Value | undefined;
  /** The port, where it was made with one. */
  readonly port: Value | undefined;
  /** It was made in a way that version 3 took away. */
  readonly old: boolean;
}

/** socket.io's own exports, and the plugin of Feathers that takes its options. */
export class SocketIoPackages {
  readonly #made = new MadeHandles<ServerRole>();

  readonly packages: Packages = (specifier) => (specifier === 'socket.io' ? this.#socketIo : specifier === '@feathersjs/socketio' ? this.#feathers : undefined);

  roleOf(value: Value): ServerRole | undefined {
    return this.#made.roleOf(value);
  }

  /** The server that a call makes. */
  madeBy({ receiver, method, args, at }: Event & { kind: 'call' }): Handle | undefined {
    if (![this.#socketIo, this.#class, this.#listen, this.#feathers].includes(receiver)) return undefined;
    const made = receiver.call(method, args, at);
    return made?.kind === 'handle' ? made : undefined;
  }

  readonly #class: Handle = classHandle('Server', (args, at) => this.#server(args, false, at));
  readonly #listen: Handle = functionHandle('listen', (args, at) => this.#server(args, true, at));
  readonly #socketIo: Handle = packageHandle('socket.io', { Server: this.#class, listen: this.#listen }, (method, args, at) => (method === '' || method === 'new' ? this.#server(args, false, at) : undefined));
  readonly #feathers: Handle = packageHandle('socketio', {}, (method, args, at) => (method === '' ? this.#server(args, false, at) : undefined));

  #server(args: readonly Value[], old: boolean, at: Span): Handle {
    const made: Handle = this.#made.make('io', at, args, { options: optionsIn(args), port: args[0], old }, (method) => (CHAINED.has(method) ? made : undefined));
    return made;
  }
}

const CHAINED = new Set(['attach', 'listen', 'origins', 'set', 'path', 'use', 'on']);

/** `(server, options)`, `(port, options)` or `(options)`. One argument that is not in view is taken for the HTTP server. */
function optionsIn(args: readonly Value[]): Value | undefined {
  const [first, second] = args;
  if (second !== undefined && second.kind !== 'function') return second;
  const holds = first?.kind === 'record' || (first?.kind === 'either' && first.options.some(({ value }) => value.kind === 'record')) || (first?.kind === 'unknown' && /option|config|cors/i.test(first.detail));
  return holds ? first : undefined;
}

/** `io.origins(…)` and `io.set('origins', …)` of version 2. */
export function originsSetOn(event: Event): { readonly when: Condition; readonly origins: Value; readonly at: Span } | undefined {
  if (event.kind !== 'call') return undefined;
  const [first, second] = event.args;
  const isSet = event.method === 'set' && first?.kind === 'string' && first.value === 'origins';
  const origins = event.method === 'origins' ? first : isSet ? second : undefined;
  return origins === undefined ? undefined : { when: event.when, origins, at: event.at };
}

/** Options after `io.origins(…)` was called. */
export function withOrigins(options: Value | undefined, { when, origins, at }: { readonly when: Condition; readonly origins: Value; readonly at: Span }): Value {
  const given: Value & { kind: 'record' } = options?.kind === 'record' ? options : { kind: 'record', entries: [], at };
  const before = given.entries.findLast(({ key }) => key === 'origins')?.value ?? { kind: 'nothing' as const, what: 'undefined' as const, at };
  const value: Value = when.c === 'true' ? origins : { kind: 'either', options: [{ when, value: origins }, { when: not(when), value: before }], at };
  return { ...given, entries: [...given.entries, { key: 'origins', value, at }] };
}
