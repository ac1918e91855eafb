/**
 * Servers written on Node's `http` module: one handler for every method and path. It runs for OPTIONS as for the rest,
 * so a preflight is answered by whatever the handler does with it; nothing of CORS comes by itself.
 */
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
      const policy = policyOf(module, server, handler, events);
      if (policy === undefined) continue;
      for (const { effects } of policy.steps) for (const { at } of effects) files.add(at.file);
      yield { kind: 'policy', policy };
    }
    files.delete(module.file);
    for (const file of files) yield { kind: 'covers', file };
  },

  write: (module, policy, change) => editScript(module, policy, change, { vary: (response, value) => `${response}.appendHeader('Vary', ${value})` }),
});

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** `http.createServer(handler)`, `https.createServer(options, handler)` and `server.on('request', handler)`. */
class Servers {
  readonly #made = new Map<string, Handle>();

  readonly packages: Packages = (specifier) => (/^(node:)?https?2?$/.test(specifier) ? this.#http : undefined);

  readonly #create: Handle = { kind: 'handle', name: 'createServer', at: NOWHERE, get: () => undefined, call: (method, _args, at) => (method === '' ? this.#server(at) : undefined) };

  readonly #http: Handle = {
    kind: 'handle',
    name: 'http',
    at: NOWHERE,
    get: (property) => (property === 'default' ? this.#http : property === 'createServer' || property === 'createSecureServer' ? this.#create : undefined),
    call: (method, _args, at) => (method === 'createServer' || method === 'createSecureServer' ? this.#server(at) : undefined),
  };

  #server(at: Span): Handle {
    const key = `${at.file}:${at.start}`;
    let server = this.#made.get(key);
    if (server === undefined) this.#made.set(key, (server = { kind: 'handle', name: 'server', at, get: () => undefined, call: (method) => (method === 'on' || method === 'listen' ? server : undefined) }));
    return server;
  }

  /** Each server with the function that handles its requests. */
  handlersIn(events: readonly Event[]): Map<Handle, FunctionValue> {
    const handlers = new Map<Handle, FunctionValue>();
    for (const event of events) {
      if (event.kind !== 'call') continue;
      const handler = event.args.find((arg) => arg.kind === 'function');
      if (handler === undefined) continue;
      const creates = (event.receiver === this.#http && event.method.startsWith('create')) || (event.receiver === this.#create && event.method === '');
      if (creates) handlers.set(this.#server(event.at), handler);
      else if (event.method === 'on' && event.args[0]?.kind === 'string' && event.args[0].value === 'request') handlers.set(event.receiver, handler);
    }
    return handlers;
  }
}

function policyOf(module: EstreeModule, server: Handle, handler: FunctionValue, events: readonly Event[]): Policy | undefined {
  const response: Handle = { kind: 'handle', name: 'res', at: handler.at, get: () => undefined, call: () => response };
  const reads = new Set<string>();
  const request = nodeRequest(handler.at, () => undefined, (name) => reads.add(name));
  const actions = handler.run([request, response]).flatMap((event) => actionsFrom(event, response));
  const steps: Step[] = stepsFrom(actions, { g: 'always' });
  if (!steps.some(({ effects }) => effects.some(({ header }) => header.startsWith('access-control-')))) return undefined;
  const ended = actions.flatMap((action) => (action.do === 'end' || action.do === 'fail' ? [action.when] : []));
  const { text } = module.source;
  return {
    reader: 'node-http',
    title: 'http.createServer',
    layer: 'app-middleware',
    at: server.at,
    steps: isTautology(or(...ended)) ? steps : [...steps, ...served({ g: 'always' }, handler.at)],
    behind: { options: 200 },
    probes: comparedPaths(steps).map((path) => ({ path, methods: null, requestHeaders: reads.has('authorization') ? ['authorization'] : [], at: handler.at })),
    survivesUncaught: false,
    listens: events.flatMap((event) => (event.kind === 'call' && event.method === 'listen' && event.receiver === server ? portsIn(event.args[0]) : [])),
    evidence: { handWritten: true, canAddVary: true, readsCookies: reads.has('cookie') ? 'yes' : 'unknown', noStore: /no-store/i.test(text) },
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
