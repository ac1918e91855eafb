/**
 * LoopBack 4: the option `rest.cors` of `RestApplication`, given where the application is made or in `index.ts`, from
 * where it goes through the constructors of the author's classes.
 *
 * LoopBack always mounts npm `cors`. Its own default, `*` with credentials, is not reported: nobody wrote it, and
 * browsers refuse what it asks for.
 */
import { editScript } from '../../middleware/edit-script.js';
import { exchange } from '../../middleware/express/exchange.js';
import { followed } from '../../middleware/followed.js';
import { loopbackCors } from '../../middleware/loopback-cors.js';
import { classHandle, functionHandle } from '../../middleware/package-handles.js';
import { covering, evidenceIn, versionText } from '../../middleware/readings.js';
import type { Policy } from '../../policy/program.js';
import { portsIn, run, type EstreeModule, type Packages } from '../../syntax/estree/index.js';
import { entry, type Event, type Handle, type RecordEntry, type RecordValue } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';

export default defineReader<EstreeModule>({
  title: 'LoopBack',
  language: 'estree',
  mayConcern: /['"]@loopback\/(?:rest|core)['"]|\brest\s*:\s*\{[^]{0,4000}?\bcors\b/,

  *read(module) {
    yield* covering(module.file, readingsOf(module, followed(run(module, packages))));
  },

  write: (module, policy, change) => editScript(module, policy, change, {}),
});

/** `RestApplication` and `RestServer`, and the mixins that applications are made of: each gives the class it is given. */
const made = classHandle('RestApplication', () => undefined);
const mixin = functionHandle('a mixin', (args) => args[0]);
const loopback: Handle = { ...made, name: '@loopback', get: (property) => (/^Rest(?:Application|Server)$/.test(property) ? made : property.endsWith('Mixin') ? mixin : undefined) };
const packages: Packages = (specifier) => (specifier.startsWith('@loopback/') ? loopback : undefined);

function* readingsOf(module: EstreeModule, events: readonly Event[]): Generator<Reading> {
  for (const event of events) {
    if (event.kind !== 'call' || event.receiver !== made || event.method !== 'new') continue;
    const options = event.args.find((arg): arg is RecordValue => arg.kind === 'record');
    const rest = options === undefined ? undefined : entry(options, 'rest')?.value;
    // `RestServer` takes the section itself.
    const section = rest?.kind === 'record' ? rest : options;
    const cors = section === undefined ? undefined : entry(section, 'cors');
    if (section === undefined || cors === undefined) continue;
    if (cors.value.kind === 'unknown') yield { kind: 'gap', gap: { at: cors.value.at, reason: cors.value.reason, message: `The CORS options of LoopBack depend on ${cors.value.detail}.` } };
    yield { kind: 'policy', policy: policyOf(module, event, section, cors) };
  }
}

function policyOf(module: EstreeModule, { when }: Event, section: RecordValue, { value, at }: RecordEntry): Policy {
  const program = loopbackCors(value, when, exchange(at, false).request, at);
  return {
    reader: 'loopback',
    title: 'LoopBack application',
    layer: 'app-middleware',
    at,
    steps: program.steps,
    behind: { options: 404 },
    probes: [{ path: '/', methods: null, requestHeaders: [], at }],
    survivesUncaught: true,
    listens: portsIn(entry(section, 'port')?.value),
    version: versionText(module, '@loopback/rest', '@loopback/rest', '15'),
    evidence: evidenceIn(module, false),
    notes: program.notes.map((note) => ({ ...note, path: '/' })),
  };
}
