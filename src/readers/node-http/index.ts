/**
 * Servers written on Node's `http` module: one handler for every method and path. It runs for OPTIONS as for the rest,
 * so a preflight is answered by whatever the handler does with it; nothing of CORS comes by itself.
 */
import { reachedThrough } from '../../middleware/listening.js';
import { functionHandle, packageHandle } from '../../middleware/package-handles.js';
import { evidenceIn } from '../../middleware/readings.js';
import { cookiesAmong, neededHeaders, UNSEEN } from '../../middleware/request-reads.js';
import { editScript } from '../../middleware/edit-script.js';
import { nodeRequest, nodeResponseCall, portsIn, run, type EstreeModule, type Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { or } from '../../values/condition.js';
import { isTautology } from '../../values/decide.js';
import type { ResponseAction } from '../../values/response-action.js';
import type { Event, FunctionValue, Handle } from '../../values/value.js';
import { served, stepsFrom } from '../../policy/from-actions.js';
import { comparedPaths } from '../../policy/paths.js';
import type { Policy, Step } from '../../policy/program.js';
import { defineReader } from '../reader.js';

export default defineReader<EstreeModule>({
  title: 'Node.js http',
  language: 'estree',
  mayConcern: /access-control-/i,

  *read(module) {
    const servers = new Servers();
    const { events } = run(module, servers.packages);
    const files = new Set<string>();
    for (const [server, handler] of servers.handlersIn(events)) {
      const policy = policyOf(module, server, servers.isSecure(server), handler, events);
      if (policy === undefined) continue;
      for (const { effects } of policy.steps) for (const { at } of effects) files.add(at.file);
      yield { kind: 'policy', policy };
    }
    files.delete(module.file);
    for (const file of files) yield { kind: 'covers', file };
  },

  write: (module, policy, change) => editScript(module, policy, change, { vary: (response, value) => `${response}.appendHeader('Vary', ${value})` }),
});

/** `http.createServer(handler)`, `https.createServer(options, handler)` and `server.on('request', handler)`. */
class Servers {
  readonly #made = new Map<string, Handle>();
  readonly #secure = new Set<Handle>();

  readonly packages: Packages = (specifier) => (/^(node:)?http2?$/.test(specifier) ? this.#http : /^(node:)?https$/.test(specifier) ? this.#https : undefined);

  readonly #http = this.#package(false);
  readonly #https = this.#package(true);

  isSecure(server: Handle): boolean {
    return this.#secure.has(server);
  }

  #package(secure: boolean): Handle {
    const create = (name: string): Handle => functionHandle(name, (_args, at) => this.#server(at, secure || name === 'createSecureServer'));
    return packageHandle('http', { createServer: create('createServer'), createSecureServer: create('createSecureServer') }, () => undefined);
  }

  #server(at: Span, secure: boolean): Handle {
    const key = `${at.file}:${at.start}`;
    let server = this.#made.get(key);
    if (server === undefined) this.#made.set(key, (server = { kind: 'handle', name: 'server', at, get: () => undefined, call: (method) => (method === 'on' || method === 'listen' ? server : undefined) }));
    if (secure) this.#secure.add(server);
    return server;
  }

  /** Each server with the function that handles its requests. */
  handlersIn(events: readonly Event[]): Map<Handle, FunctionValue> {
    const handlers = new Map<Handle, FunctionValue>();
    for (const event of events) {
      if (event.kind !== 'call') continue;
      const handler = event.args.find((arg) => arg.kind === 'function');
      if (handler === undefined) continue;
      const made = this.#made.get(`${event.at.file}:${event.at.start}`);
      if (made !== undefined && event.method !== 'on') handlers.set(made, handler);
      else if (event.method === 'on' && event.args[0]?.kind === 'string' && event.args[0].value === 'request') handlers.set(event.receiver, handler);
    }
    return handlers;
  }
}

function policyOf(module: EstreeModule, server: Handle, secure: boolean, handler: FunctionValue, events: readonly Event[]): Policy | undefined {
  const response: Handle = { kind: 'handle', name: 'res', at: handler.at, get: () => undefined, call: () => response };
  const reads = new Set<string>();
  const request = nodeRequest(handler.at, () => undefined, (name) => reads.add(name));
  const done = handler.run([request, response]);
  if (done.some((event) => event.kind === 'escape' && (event.receiver === request || event.receiver === response))) reads.add(UNSEEN);
  const actions = done.flatMap((event) => actionsFrom(event, response));
  const steps: Step[] = stepsFrom(actions, { g: 'always' });
  if (!steps.some(({ effects }) => effects.some(({ header }) => header.startsWith('access-control-')))) return undefined;
  const ended = actions.flatMap((action) => (action.do === 'end' || action.do === 'fail' ? [action.when] : []));
  const listening = events.flatMap((event) => (event.kind === 'call' && event.method === 'listen' && event.receiver === server ? [{ args: event.args, secure, at: event.at }] : []));
  return {
    reader: 'node-http',
    title: 'http.createServer',
    layer: 'app-middleware',
    at: server.at,
    steps: isTautology(or(...ended)) ? steps : [...steps, ...served({ g: 'always' }, handler.at)],
    behind: { options: 200 },
    probes: comparedPaths(steps).map((path) => ({ path, methods: null, requestHeaders: neededHeaders(reads, false), ...(reads.has(UNSEEN) ? {} : { inView: true }), at: handler.at })),
    survivesUncaught: false,
    listens: listening.flatMap(({ args }) => portsIn(args[0])),
    evidence: { ...evidenceIn(module, true, cookiesAmong(reads, true)), ...reachedThrough(listening) },
    notes: [],
  };
}

function actionsFrom(event: Event, response: Handle): readonly ResponseAction[] {
  const { when, at } = event;
  // Nobody catches: the process ends without an answer.
  if (event.kind === 'throw') return [{ do: 'fail', status: 0, fault: 'the handler throws, and nobody answers', when, at }];
  if (event.kind === 'assign') return event.receiver === response && event.property === 'statusCode' ? [{ do: 'status', status: event.value, when, at }] : [];
  return event.kind === 'call' && event.receiver === response ? (nodeResponseCall(event.method, event.args, when, at) ?? []) : [];
}
