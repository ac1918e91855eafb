/**
 * tRPC's standalone server: `createHTTPServer({ middleware: cors(…) })`, `createHTTPHandler`, and headers that
 * `responseMeta` adds to answers.
 *
 * Nothing of CORS comes by itself, and OPTIONS gets 415 unless the middleware answers it. The adapter writes its own
 * `Vary` over the one that middleware set: answers that depend on the Origin do not say so any more.
 */
import { editScript } from '../../middleware/edit-script.js';
import { trpcEndpoint } from '../../middleware/express/endpoints.js';
import { ExpressPackages } from '../../middleware/express/packages.js';
import { ROOT } from '../../middleware/express/paths.js';
import { stackOf, type Stack } from '../../middleware/express/stack.js';
import { followed } from '../../middleware/followed.js';
import { functionHandle, packageHandle } from '../../middleware/package-handles.js';
import { covering, evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import { returned } from '../../middleware/returned.js';
import { stepsFrom } from '../../policy/from-actions.js';
import type { Policy, Step } from '../../policy/program.js';
import { portsIn, recordWrites, run, type EstreeModule, type Packages } from '../../syntax/estree/index.js';
import { TRUE } from '../../values/condition.js';
import { entry, type Event, type Handle, type Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';

export default defineReader<EstreeModule>({
  title: 'tRPC',
  language: 'estree',
  mayConcern: /['"]@trpc\/server\/adapters\/standalone['"]/,

  *read(module) {
    const express = new ExpressPackages();
    const create = functionHandle('createHTTPServer', (_args, at) => express.appFor(at));
    const standalone = packageHandle('standalone', { createHTTPServer: create, createHTTPHandler: create }, () => undefined);
    const packages: Packages = (specifier) => (specifier === '@trpc/server/adapters/standalone' ? standalone : specifier === 'cors' ? express.packages(specifier) : undefined);
    const events = followed(run(module, packages));
    yield* covering(module.file, readingsOf(module, express, events, [create, standalone]));
  },

  write: (module, policy, change) => editScript(module, policy, change, {}),
});

function* readingsOf(module: EstreeModule, express: ExpressPackages, events: readonly Event[], makers: readonly Handle[]): Generator<Reading> {
  const seen = new Set<Handle>();
  for (const event of events) {
    if (event.kind !== 'call' || !makers.includes(event.receiver)) continue;
    const server = event.receiver.call(event.method, event.args, event.at);
    const [options] = event.args;
    if (server?.kind !== 'handle' || seen.has(server) || options?.kind !== 'record') continue;
    seen.add(server);
    const middleware = entry(options, 'middleware')?.value;
    const built = (handlers: readonly Value[]): Stack => {
      const done = handlers.map((handler): Event => ({ kind: 'call', when: event.when, receiver: server, method: 'use', args: [handler], at: event.at }));
      return stackOf(server, ROOT, { packages: express, events: done, major: undefined, heard: new Set() }, 1, done);
    };
    const before = built(middleware === undefined ? [] : [middleware]);
    const endpoint = built([express.endpointFor(trpcEndpoint(event.at), event.at)]);
    const [vary, ...answered] = endpoint.steps;
    const meta = metaSteps(entry(options, 'responseMeta')?.value);
    const steps = [...before.steps, ...(vary === undefined ? [] : [vary]), ...meta, ...answered];
    for (const gap of before.gaps) yield { kind: 'gap', gap };
    if (!before.usesCors && !sendsCors(steps)) continue;
    const listens = events.flatMap((later) => (later.kind === 'call' && later.method === 'listen' && later.receiver === server ? portsIn(later.args[0]) : []));
    yield { kind: 'policy', policy: policyOf(module, server, { ...before, steps, probes: endpoint.probes }, listens) };
  }
}

/** What `responseMeta` adds to every answer of tRPC's own but the one to HEAD. */
function metaSteps(meta: Value | undefined): readonly Step[] {
  if (meta?.kind !== 'function') return [];
  return returned(meta, [], { g: 'not', of: { g: 'method', in: ['HEAD'] } }).flatMap((way): readonly Step[] => {
    const headers = way.ends === 'returns' && way.value.kind === 'record' ? entry(way.value, 'headers')?.value : undefined;
    return headers?.kind === 'record' ? stepsFrom(recordWrites(headers, 'text', TRUE), way.when) : [];
  });
}

function policyOf(module: EstreeModule, { at }: Handle, stack: Stack, listens: readonly number[]): Policy {
  return {
    reader: 'trpc',
    title: 'tRPC server',
    layer: 'app-middleware',
    at,
    steps: stack.steps,
    behind: { options: 415 },
    probes: stack.probes,
    survivesUncaught: true,
    listens,
    version: versionText(module, '@trpc/server', '@trpc/server', '11'),
    // What code adds to `Vary` is lost.
    evidence: { ...evidenceIn(module, stack.handWritten), canAddVary: false },
    notes: stack.notes,
  };
}
