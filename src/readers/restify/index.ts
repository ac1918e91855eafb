/**
 * restify 5 to 11: `restify-cors-middleware2` and its forerunner, npm `cors`, and headers set by hand.
 *
 * restify has no CORS of its own any more, and answers OPTIONS with 405 where no route serves it: what `server.use` adds
 * never reaches a preflight, only what `server.pre` does. `res.header` adds a second line to a header that is there.
 */
import { editScript } from '../../middleware/edit-script.js';
import { followed } from '../../middleware/followed.js';
import { covering, evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import type { Policy } from '../../policy/program.js';
import { moduleAt, portsIn, run, type EstreeModule } from '../../syntax/estree/index.js';
import type { Event, Handle } from '../../values/value.js';
import { decline, defineReader, type Reading } from '../reader.js';
import { RestifyPackages } from './packages.js';
import { stackOf, type Stack } from './stack.js';

export default defineReader<EstreeModule>({
  title: 'restify',
  language: 'estree',
  mayConcern: /['"]restify(?:-cors-middleware2?)?['"]/,

  *read(module) {
    const packages = new RestifyPackages();
    const ran = run(module, packages.packages);
    const events = followed(ran, ({ name, at }) => (/^(?:server|app)$/i.test(name) ? packages.serverFor(at) : undefined));
    yield* covering(module.file, readingsOf(module, packages, events));
  },

  write(module, policy, change) {
    // The package makes a pattern of a text with a star: no text makes it the pattern that is wished for.
    if (change.kind === 'replace-pattern' && moduleAt(module, change.at.file)?.source.text[change.at.start] !== '/') return decline('the pattern is not written as one');
    return editScript(module, policy, change, { vary: (response, value) => `${response}.header('Vary', ${value})` });
  },
});

function* readingsOf(module: EstreeModule, packages: RestifyPackages, events: readonly Event[]): Generator<Reading> {
  for (const server of packages.servers) {
    const stack = stackOf(server, packages, events);
    for (const gap of stack.gaps) yield { kind: 'gap', gap };
    if (stack.usesCors || sendsCors(stack.steps)) yield { kind: 'policy', policy: policyOf(module, server, stack, events) };
  }
}

function policyOf(module: EstreeModule, server: Handle, stack: Stack, events: readonly Event[]): Policy {
  return {
    reader: 'restify',
    title: 'restify server',
    layer: 'app-middleware',
    at: server.at,
    steps: stack.steps,
    behind: { options: 405 },
    probes: stack.probes.length > 0 ? stack.probes : [{ path: '/', methods: null, requestHeaders: [], at: server.at }],
    survivesUncaught: true,
    listens: events.flatMap((event) => (event.kind === 'call' && event.method === 'listen' && event.receiver === server ? portsIn(event.args[0]) : [])),
    version: versionText(module, 'restify', 'restify', '11'),
    evidence: evidenceIn(module, stack.handWritten),
    notes: stack.notes,
  };
}
