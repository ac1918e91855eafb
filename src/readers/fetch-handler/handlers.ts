import { handlerIn } from '../../middleware/wrapped-handlers.js';
import { portsIn, type Run } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { entry, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';

/** A function that a runtime calls with requests. */
export interface Handler {
  readonly title: string;
  readonly callee: FunctionValue;
  /** Methods it is called for; undefined for all of them. */
  readonly methods?: readonly string[];
  /** The route that it serves, as the runtime spells it; undefined for all paths. */
  readonly path?: string;
  /** Ports that the server listens on, where the text says so. */
  readonly listens?: readonly number[];
}

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** The functions that take a handler: `Deno.serve`, `Bun.serve`, `serve` of Deno's library, `addEventListener`. */
export class Runtime {
  readonly #servers: Readonly<Record<string, Handle>> = Object.fromEntries(['Deno.serve', 'Bun.serve', 'addEventListener', 'serve'].map((name) => [name, server(name)]));

  global(name: string): Value | undefined {
    return name === 'self.addEventListener' || name === 'globalThis.addEventListener' ? this.#servers['addEventListener'] : name === 'serve' ? undefined : this.#servers[name];
  }

  package(specifier: string): Value | undefined {
    return /^(?:https:\/\/deno\.land\/std[^/]*\/http\/|jsr:@std\/http|@std\/http|npm:@hono\/node-server|srvx)|^bun$/.test(specifier) ? library(this.#servers['serve']!) : undefined;
  }

  /** Handlers given to a function that serves, those of one route together. */
  served(event: Event): readonly (readonly Handler[])[] {
    if (event.kind !== 'call' || this.#servers[event.receiver.name] !== event.receiver) return [];
    const title = event.receiver.name;
    const [type, listener] = event.args;
    if (title === 'addEventListener') return type?.kind === 'string' && type.value === 'fetch' && listener?.kind === 'function' ? [[{ title: 'fetch event', callee: listener }]] : [];
    const options = event.args.find((arg) => arg.kind === 'record');
    const listens = options?.kind === 'record' ? portsIn(entry(options, 'port')?.value) : [];
    const members = options?.kind === 'record' ? [...routesIn(entry(options, 'routes')?.value, title), ...[entry(options, 'fetch')?.value, entry(options, 'handler')?.value].map((value) => whole(value, title))] : [];
    return [...event.args.map((arg) => whole(arg.kind === 'function' ? arg : undefined, title)), ...members].filter((group) => group.length > 0).map((group) => group.map((handler) => ({ ...handler, listens })));
  }
}

function whole(value: Value | undefined, title: string): readonly Handler[] {
  const callee = handlerIn(value);
  return callee === undefined ? [] : [{ title, callee }];
}

/** `routes` of `Bun.serve`: a function for a path, or one for each of its methods (https://bun.com/docs/api/http#routing). */
function routesIn(routes: Value | undefined, title: string): readonly (readonly Handler[])[] {
  if (routes?.kind !== 'record') return [];
  return routes.entries.map(({ key: path, value }) => {
    if (value.kind !== 'record') return whole(value, title).map((handler) => ({ ...handler, path }));
    return value.entries.flatMap(({ key, value: member }) => whole(member, title).map((handler) => ({ ...handler, path, methods: [key] })));
  });
}

function server(name: string): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: () => undefined };
}

function library(serve: Handle): Handle {
  return { kind: 'handle', name: 'http', at: NOWHERE, get: (property) => (property === 'serve' ? serve : undefined), call: () => undefined };
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Handlers of the module, those that answer at one place together. */
export function handlersIn(ran: Run, runtime: Runtime, file: string): readonly (readonly Handler[])[] {
  const served = ran.events.flatMap((event) => runtime.served(event));
  const exported = [...ran.exports].flatMap(([name, value]): readonly Handler[] => (name === 'module.exports' && value.kind === 'record' ? value.entries.flatMap(({ key, value: inner }) => exportedHandler(key, inner)) : exportedHandler(name, value)));
  const forAll = exported.filter(({ methods }) => methods === undefined);
  const byMethod = exported.filter(({ methods }) => methods !== undefined);
  // SvelteKit's `handle` stands before every route.
  const hook = /(?:^|\/)hooks\.server\.[jt]s$/.test(file) ? ran.exports.get('handle') : undefined;
  if (hook?.kind === 'function') return [[{ title: 'handle', callee: hook }]];
  return [...served, ...classHandlers(ran).map((handler) => [handler]), ...forAll.map((handler) => [handler]), ...(byMethod.length > 0 ? [answered(byMethod)] : [])];
}

/** `export default class extends WorkerEntrypoint { fetch(request) { … } }`, and Durable Objects. */
function classHandlers(ran: Run): readonly Handler[] {
  const exported = [...ran.exports.values()].filter(({ kind }) => kind === 'handle');
  if (exported.length === 0) return [];
  return [...ran.classes()].flatMap(({ name, at, methods }): readonly Handler[] => {
    const method = methods.find((candidate) => candidate.name === 'fetch');
    if (method === undefined || !exported.some((value) => value.at.file === at.file && value.at.start === at.start)) return [];
    return [{ title: `fetch of ${name ?? 'a class'}`, callee: { kind: 'function', parameters: 1, isAsync: true, at: method.at, run: ([request]) => method.run(() => request) } }];
  });
}

function exportedHandler(name: string, value: Value): readonly Handler[] {
  if (name === 'default' && value.kind === 'record') {
    const inner = handlerIn(entry(value, 'fetch')?.value);
    return inner === undefined ? [] : [{ title: 'export default { fetch }', callee: inner }];
  }
  const callee = handlerIn(value);
  if (callee === undefined) return [];
  if (name === 'default') return [{ title: 'default handler', callee }];
  // Cloudflare Pages
  const page = /^onRequest(Get|Post|Put|Patch|Delete|Head|Options)?$/.exec(name);
  if (page !== null) return [{ title: name, callee, ...(page[1] === undefined ? {} : { methods: [page[1].toUpperCase()] }) }];
  // SvelteKit, Astro, Remix and others give one object; Next's shape is served by the same.
  if (METHODS.includes(name)) return [{ title: name, callee, methods: [name] }];
  if (name === 'ALL') return [{ title: name, callee }];
  if (name === 'loader') return [{ title: name, callee, methods: ['GET', 'HEAD', 'OPTIONS'] }];
  return name === 'action' ? [{ title: name, callee, methods: ['POST', 'PUT', 'PATCH', 'DELETE'] }] : [];
}

/** A GET handler serves HEAD too where no other does. */
function answered(handlers: readonly Handler[]): readonly Handler[] {
  const own = new Set(handlers.flatMap(({ methods }) => methods ?? []));
  return handlers.map((handler) => (handler.methods?.includes('GET') === true && !own.has('HEAD') ? { ...handler, methods: [...handler.methods, 'HEAD'] } : handler));
}
