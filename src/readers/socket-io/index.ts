/**
 * socket.io 2 to 4: what its HTTP long-polling answers. `new Server(http, { cors })`, `require('socket.io')(http, …)`,
 * and `io.origins(…)` of version 2.
 *
 * From version 3 on nothing is sent unless `cors` says so, and `cors` never reaches the app beside it. Version 2 copied
 * every Origin and allowed credentials; its `origins` refuse handshakes, not the headers. WebSockets themselves are no
 * matter of CORS: no option of `cors` keeps another site from connecting.
 */
import { editScript } from '../../middleware/edit-script.js';
import { exchange } from '../../middleware/express/exchange.js';
import { followed } from '../../middleware/followed.js';
import { covering, evidenceIn, versionText } from '../../middleware/readings.js';
import { socketIo2Program, socketIoProgram } from '../../middleware/socket-io.js';
import { isFrom } from '../../middleware/version.js';
import { guardOf } from '../../policy/from-condition.js';
import { whenAll, type Gap, type Policy } from '../../policy/program.js';
import { packageVersion, portsIn, run, type EstreeModule } from '../../syntax/estree/index.js';
import { entry, type Event, type Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { originsSetOn, SocketIoPackages, withOrigins, type ServerRole } from './packages.js';

export default defineReader<EstreeModule>({
  title: 'socket.io',
  language: 'estree',
  mayConcern: /['"](?:socket\.io|@feathersjs\/socketio)['"]/,

  *read(module) {
    const packages = new SocketIoPackages();
    const ran = run(module, packages.packages);
    yield* covering(module.file, readingsOf(module, packages, followed(ran)));
  },

  write: (module, policy, change) => editScript(module, policy, change, {}),
});

function* readingsOf(module: EstreeModule, packages: SocketIoPackages, events: readonly Event[]): Generator<Reading> {
  const seen = new Set<Value>();
  for (const event of events) {
    if (event.kind !== 'call') continue;
    const server = packages.madeBy(event);
    if (server === undefined || seen.has(server)) continue;
    seen.add(server);
    const role = packages.roleOf(server);
    if (role === undefined) continue;
    const later = events.filter((candidate) => candidate.kind === 'call' && candidate.receiver === server);
    const gap = gapOf(role);
    if (gap !== undefined) yield { kind: 'gap', gap };
    yield { kind: 'policy', policy: policyOf(module, event, role, later) };
  }
}

function policyOf(module: EstreeModule, { when, at }: Event, role: ServerRole, calls: readonly Event[]): Policy {
  const origins = calls.flatMap((call) => originsSetOn(call) ?? []);
  const options = origins.reduce(withOrigins, role.options);
  const version = packageVersion(module.files, module.file, 'socket.io')?.version;
  const { request } = exchange(at, false);
  const isOld = version === undefined ? role.old || origins.length > 0 || says(options, 'origins') && !says(options, 'cors') : !isFrom(version, '3');
  const program = isOld ? socketIo2Program(options, at) : socketIoProgram(options, request, at);
  const condition = guardOf(when);
  return {
    reader: 'socket-io',
    title: 'socket.io server',
    layer: 'app-middleware',
    at,
    steps: program.steps.map((step) => ({ ...step, when: whenAll(condition, step.when) })),
    behind: { options: null },
    probes: [{ path: program.path, methods: ['GET', 'POST'], requestHeaders: [], at }],
    survivesUncaught: true,
    // A server that it shares with an app is that app's to name.
    listens: [role.port, ...calls.flatMap((call) => (call.kind === 'call' && ['listen', 'attach'].includes(call.method) ? [call.args[0]] : []))].flatMap(portsIn),
    version: versionText(module, 'socket.io', 'socket.io', isOld ? '2' : '4'),
    evidence: evidenceIn(module, false),
    notes: program.notes.map((note) => ({ ...note, path: program.path })),
  };
}

function says(options: Value | undefined, key: string): boolean {
  return options?.kind === 'record' && entry(options, key) !== undefined;
}

/** Options that are not in view may hold `cors`. */
function gapOf({ options }: ServerRole): Gap | undefined {
  const cors = options?.kind === 'record' ? entry(options, 'cors')?.value : options;
  return cors?.kind === 'unknown' ? { at: cors.at, reason: cors.reason, message: `The CORS options of socket.io depend on ${cors.detail}.` } : undefined;
}
