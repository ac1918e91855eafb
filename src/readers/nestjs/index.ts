/**
 * NestJS: `app.enableCors(…)`, `NestFactory.create(AppModule, { cors })`, middleware of `main.ts`, the HTTP side of
 * WebSocket gateways, and headers that controllers, interceptors and exception filters write by hand.
 *
 * On Express, Nest mounts npm `cors`: `enableCors` where it is called, the option of `create` only when the app starts
 * to listen, behind all middleware of `main.ts`; a log-in mounted there then refuses preflights. Nest answers OPTIONS
 * with 404 where CORS does not. Gateways have a policy of their own: the one of the app never reaches socket.io.
 */
import { editScript } from '../../middleware/edit-script.js';
import { exchange } from '../../middleware/express/exchange.js';
import { followed } from '../../middleware/followed.js';
import { covering, evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import { socketIoProgram } from '../../middleware/socket-io.js';
import { isFrom } from '../../middleware/version.js';
import type { Policy } from '../../policy/program.js';
import { packageVersion, portsIn, run, type ClassInView, type EstreeModule, type Run } from '../../syntax/estree/index.js';
import type { Event, Handle } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { enabledBy, enabledByCreate, onExpress, onFastify } from './app.js';
import { writtenBy } from './handlers.js';
import { NestPackages, type NestRole } from './packages.js';

export default defineReader<EstreeModule>({
  title: 'NestJS',
  language: 'estree',
  mayConcern: /['"]@nestjs\/(?:core|common|websockets|platform-[a-z]+)['"][\s\S]*(?:cors|access-control-|WebSocketGateway)/i,

  *read(module) {
    const packages = new NestPackages();
    const ran = run(module, packages.packages);
    const events = followed(ran, ({ name, type, at }) => (name === 'app' || /^I?Nest(?:Express|Fastify)?Application$/.test(type ?? '') ? packages.appFor(at, type === 'NestFastifyApplication' ? 'fastify' : 'express', undefined) : undefined));
    yield* covering(module.file, readingsOf(module, packages, events, ran));
  },

  write: (module, policy, change) => editScript(module, policy, change, { vary: (response, value) => `${response}.vary(${value})` }),
});

function* readingsOf(module: EstreeModule, packages: NestPackages, events: readonly Event[], ran: Run): Generator<Reading> {
  for (const app of packages.apps) {
    const role = packages.roleOf(app);
    if (role?.is === 'app') yield* appReadings(module, packages, app, role, events);
  }
  for (const event of events) if (event.kind === 'call' && event.receiver === packages.gatewayDecorator) yield { kind: 'policy', policy: gatewayPolicy(module, event) };
  if (/access-control-/i.test(module.source.text)) for (const one of ran.classes()) yield* classReadings(module, one, packages);
}

/** OPTIONS is for the app to answer, which may have CORS of its own. */
function* classReadings(module: EstreeModule, one: ClassInView, packages: NestPackages): Generator<Reading> {
  const written = writtenBy(one, packages);
  if (written === undefined || !sendsCors(written.steps)) return;
  yield { kind: 'policy', policy: { ...shared(module, true), ...written, layer: 'route-handler', behind: { options: null }, listens: [], version: versionText(module, '@nestjs/core', 'nest', '12'), notes: [] } };
}

function* appReadings(module: EstreeModule, packages: NestPackages, app: Handle, role: NestRole & { is: 'app' }, events: readonly Event[]): Generator<Reading> {
  const created = enabledByCreate(role.options);
  const onNode = role.platform === 'express' ? onExpress(app, events, created, packages) : undefined;
  for (const gap of onNode?.gaps ?? []) yield { kind: 'gap', gap };
  const asked = [...events.flatMap((event) => enabledBy(event, app) ?? []), ...created];
  const steps = onNode?.steps ?? onFastify(asked, fastifyCorsVersion(module));
  if (asked.length === 0 && onNode?.usesCors !== true && !sendsCors(steps)) return;
  yield {
    kind: 'policy',
    policy: {
      ...shared(module, onNode?.handWritten ?? false),
      title: 'Nest app',
      at: app.at,
      steps,
      behind: { options: 404 },
      probes: [{ path: '/', methods: null, requestHeaders: onNode?.heard.has('authorization') === true ? ['authorization'] : [], at: app.at }],
      listens: events.flatMap((event) => (event.kind === 'call' && event.method === 'listen' && event.receiver === app ? portsIn(event.args[0]) : [])),
      version: versionText(module, '@nestjs/core', 'nest', '12'),
      notes: onNode?.notes ?? [],
    },
  };
}

/** `@WebSocketGateway(options)` or `@WebSocketGateway(port, options)`, on socket.io. */
function gatewayPolicy(module: EstreeModule, event: Event & { kind: 'call' }): Policy {
  const options = event.args.find(({ kind }) => kind !== 'number');
  const program = socketIoProgram(options, exchange(event.at, false).request, event.at);
  return {
    ...shared(module, false),
    title: 'WebSocket gateway',
    at: event.at,
    steps: program.steps,
    behind: { options: null },
    probes: [{ path: program.path, methods: ['GET', 'POST'], requestHeaders: [], at: event.at }],
    listens: event.args[0]?.kind === 'number' ? portsIn(event.args[0]) : [],
    version: versionText(module, 'socket.io', 'socket.io', '4'),
    notes: program.notes.map((note) => ({ ...note, path: program.path })),
  };
}

/** Which `@fastify/cors` comes with the adapter (its `dependencies`, by the registry). */
function fastifyCorsVersion(module: EstreeModule): string {
  const version = (packageVersion(module.files, module.file, '@nestjs/platform-fastify') ?? packageVersion(module.files, module.file, '@nestjs/core'))?.version;
  return isFrom(version, '11.0.12') ? '11.4' : isFrom(version, '11') ? '10.0.2' : isFrom(version, '10.3.2') ? '9.0.1' : '8.5';
}

function shared(module: EstreeModule, handWritten: boolean): Pick<Policy, 'reader' | 'layer' | 'survivesUncaught' | 'evidence'> {
  return { reader: 'nestjs', layer: 'app-middleware', survivesUncaught: true, evidence: evidenceIn(module, handWritten) };
}
