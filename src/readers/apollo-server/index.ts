/**
 * Apollo Server that listens by itself: `apollo-server` 2 and 3 with its option `cors`, and `startStandaloneServer` of
 * version 4 and later, which has none.
 *
 * Both mount npm `cors` on every path, with `*` unless told otherwise; version 4 took the option away, so whoever needs
 * another policy mounts `expressMiddleware` in an app of their own.
 */
import { editScript } from '../../middleware/edit-script.js';
import { apolloCors, type SwitchedOn } from '../../middleware/express/apollo.js';
import { exchange } from '../../middleware/express/exchange.js';
import { APOLLO } from '../../middleware/express/endpoints.js';
import { followed } from '../../middleware/followed.js';
import { corsProgram } from '../../middleware/npm-cors.js';
import { classHandle, functionHandle, MadeHandles, packageHandle } from '../../middleware/package-handles.js';
import { covering, evidenceIn, versionText } from '../../middleware/readings.js';
import { guardOf } from '../../policy/from-condition.js';
import type { Policy } from '../../policy/program.js';
import { portsIn, run, type EstreeModule, type Packages } from '../../syntax/estree/index.js';
import { TRUE } from '../../values/condition.js';
import { entry, type Event, type Handle, type Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';

export default defineReader<EstreeModule>({
  title: 'Apollo Server',
  language: 'estree',
  mayConcern: /['"](?:apollo-server|@apollo\/server\/standalone)['"]/,

  *read(module) {
    const packages = new ApolloPackages();
    const events = followed(run(module, packages.packages));
    yield* covering(module.file, readingsOf(module, packages, events));
  },

  write: (module, policy, change) => editScript(module, policy, change, {}),
});

/** A server that a program starts: with which CORS, and what says its port. */
interface Started {
  readonly cors: readonly SwitchedOn[];
  readonly port: Value | undefined;
  readonly from: 'apollo-server' | '@apollo/server';
}

class ApolloPackages {
  readonly #made = new MadeHandles<Started>();

  readonly packages: Packages = (specifier) => (specifier === 'apollo-server' ? this.#package : specifier === '@apollo/server/standalone' ? this.#standalone : undefined);

  /** The server that a call makes, with what it was made with. */
  madeBy({ receiver, method, args, at }: Event & { kind: 'call' }): readonly [Handle, Started] | undefined {
    if (![this.#package, this.#class, this.#start, this.#standalone].includes(receiver)) return undefined;
    const made = receiver.call(method, args, at);
    const started = this.#made.roleOf(made);
    return made?.kind === 'handle' && started !== undefined ? [made, started] : undefined;
  }

  readonly #class: Handle = classHandle('ApolloServer', (args, at) => {
    const options = args[0];
    const cors = options?.kind === 'record' ? (entry(options, 'cors')?.value ?? options.rest) : options;
    return this.#made.make('server', at, args, { cors: apolloCors(cors), port: undefined, from: 'apollo-server' }, () => undefined);
  });
  readonly #package: Handle = packageHandle('apollo-server', { ApolloServer: this.#class }, () => undefined);

  readonly #start: Handle = functionHandle('startStandaloneServer', (args, at) => {
    const options = args[1];
    const listen = options?.kind === 'record' ? entry(options, 'listen')?.value : undefined;
    return this.#made.make('server', at, args, { cors: [{ when: TRUE, options: undefined }], port: listen ?? { kind: 'number', value: 4000, at }, from: '@apollo/server' }, () => undefined);
  });
  readonly #standalone: Handle = packageHandle('standalone', { startStandaloneServer: this.#start }, () => undefined);
}

function* readingsOf(module: EstreeModule, packages: ApolloPackages, events: readonly Event[]): Generator<Reading> {
  const seen = new Set<Handle>();
  for (const event of events) {
    const made = event.kind === 'call' ? packages.madeBy(event) : undefined;
    if (made === undefined || seen.has(made[0])) continue;
    const [server, started] = made;
    seen.add(server);
    for (const { options } of started.cors) {
      if (options?.kind === 'unknown') yield { kind: 'gap', gap: { at: options.at, reason: options.reason, message: `The CORS options of Apollo Server depend on ${options.detail}.` } };
    }
    const ports = events.flatMap((later) => (later.kind === 'call' && later.receiver === server && later.method === 'listen' ? [later.args[0] ?? started.port] : []));
    yield { kind: 'policy', policy: policyOf(module, event, started, [started.port, ...ports]) };
  }
}

function policyOf(module: EstreeModule, { when, at }: Event, { cors, from }: Started, ports: readonly (Value | undefined)[]): Policy {
  const started = guardOf(when);
  const programs = cors.map(({ when: on, options }) => corsProgram(options, exchange(at, false).request, guardOf(on), options?.at ?? at));
  return {
    reader: 'apollo-server',
    title: 'Apollo Server',
    layer: 'app-middleware',
    at,
    steps: [
      ...(started.g === 'always' ? [] : [{ when: { g: 'not', of: started } as const, effects: [], end: { to: 'behind' } as const, at }]),
      ...programs.flatMap(({ steps }) => steps),
      { when: { g: 'method', in: ['OPTIONS'] }, effects: [], end: { to: 'answer', status: APOLLO.options }, at },
    ],
    behind: { options: APOLLO.options },
    probes: [{ path: '/', methods: APOLLO.methods, requestHeaders: APOLLO.requestHeaders, at }],
    survivesUncaught: true,
    listens: ports.flatMap((port) => portsIn(port?.kind === 'record' ? entry(port, 'port')?.value : port)),
    version: versionText(module, from, from, from === 'apollo-server' ? '3' : '5'),
    evidence: evidenceIn(module, false),
    notes: programs.flatMap(({ notes }) => notes.map((note) => ({ ...note, path: '/' }))),
  };
}
