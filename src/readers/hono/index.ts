/**
 * Hono 3 and 4: `hono/cors`, hand-written middleware and handlers, mounted apps, and what the router answers itself.
 *
 * An app is one policy: its router's entries in the order in which they were added. Order is meaning here: `cors()`
 * behind a route does nothing for it, `use('/api')` covers that one path only, and a `cors()` among the handlers of a
 * route never sees a preflight. The version decides what a fixed origin, a list and `*` with credentials do.
 */
import { answerOptions } from '../../middleware/answer-options.js';
import { ALLOW_OPTIONS, editScript, type ScriptWords } from '../../middleware/edit-script.js';
import { followed } from '../../middleware/followed.js';
import { cookiesAmong } from '../../middleware/request-reads.js';
import { covering, evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import { packageVersion, portsIn, run, type EstreeModule } from '../../syntax/estree/index.js';
import { askedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { entry, type Event, type Handle, type Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { HonoPackages } from './packages.js';
import { stackOf, type Stack, type Surroundings } from './stack.js';

/** So many apps inside each other are followed. */
const MAX_NESTING = 8;

export default defineReader<EstreeModule>({
  title: 'Hono',
  language: 'estree',
  mayConcern: /['"](?:npm:|jsr:\/?|https:\/\/[\w./]*)?@?hono[/@'"]|\b(?:c|ctx|context)\.(?:header|res\.headers\.(?:set|append))\(\s*['"`]access-control-/i,

  *read(module) {
    // Others have contexts, too.
    if (!/hono/i.test(module.source.text) && packageVersion(module.files, module.file, 'hono') === undefined) return;
    const packages = new HonoPackages();
    const ran = run(module, packages.packages);
    const events = followed(ran, ({ name, type, at }) => (/^(?:app|server|router|api|hono)$/i.test(name) || /^(?:Hono|OpenAPIHono)$/.test(type ?? '') ? packages.appFor(at) : undefined));
    packages.objects.follow(events);
    const around: Surroundings = { packages, events, version: packages.specified ?? packageVersion(module.files, module.file, 'hono')?.version };
    yield* covering(module.file, readingsOf(module, around, ran.exports));
  },

  write: (module, policy, change) => (change.kind === 'answer-options' ? answerOptions(module, change.at) : editScript(module, policy, change, WORDS)),
});

const WORDS: ScriptWords = {
  vary: (receiver, value) => `${receiver.split('.')[0]!}.header('Vary', ${value}, { append: true })`,
  options: ALLOW_OPTIONS,
  passing: { parameters: ['c', 'next'], method: (first) => `${first}.req.method`, pass: () => 'next()' },
  withoutProcess: true,
};

function* readingsOf(module: EstreeModule, around: Surroundings, exported: ReadonlyMap<string, Value>): Generator<Reading> {
  const { packages, events } = around;
  const ports = portsOf(around, exported.get('default'));
  const rootOf = (value: Value): readonly Handle[] => {
    const role = value.kind === 'handle' ? packages.roleOf(value) : undefined;
    return role?.is === 'app' ? [role.root] : [];
  };
  const mounted = new Set(events.flatMap((event) => (event.kind === 'call' && event.method === 'route' ? event.args.flatMap(rootOf) : [])));
  const roots = new Set(events.flatMap((event) => (event.kind === 'call' || event.kind === 'escape' ? rootOf(event.receiver) : [])));
  for (const target of roots) {
    if (mounted.has(target)) continue;
    const stack = stackOf(target, '/', around, MAX_NESTING);
    for (const gap of stack.gaps) yield { kind: 'gap', gap };
    if (concernsCors(stack)) yield { kind: 'policy', policy: policyOf(target, stack, module, packages, ports) };
  }
  // A middleware that this file only hands out, or a function that makes one: what it would do on every request.
  if (roots.size > 0) return;
  const handedOut = new Set([...exported.values(), ...events.flatMap((event) => (event.kind === 'return' ? [event.value] : []))].flatMap(partsOf));
  for (const value of handedOut) {
    const isCors = value.kind === 'handle' && packages.roleOf(value)?.is === 'cors';
    const isMiddleware = value.kind === 'function' && value.parameters === 2;
    if (!isCors && !isMiddleware) continue;
    const target = packages.appFor(value.at);
    const use: Event = { kind: 'call', when: { c: 'true' }, receiver: target, method: 'use', args: [value], at: value.at };
    const stack = stackOf(target, '/', { ...around, events: [use] }, MAX_NESTING);
    if (concernsCors(stack)) yield { kind: 'policy', policy: policyOf(target, stack, module, packages, ports) };
  }
}

/** A value, or what an object, a list or a choice is made of. */
function partsOf(value: Value): readonly Value[] {
  if (value.kind === 'record') return value.entries.flatMap((part) => partsOf(part.value));
  if (value.kind === 'list') return value.items.flatMap(partsOf);
  return value.kind === 'either' ? value.options.flatMap((option) => partsOf(option.value)) : [value];
}

function concernsCors(stack: Stack): boolean {
  return stack.usesCors || sendsCors(stack.steps);
}

function policyOf(target: Handle, stack: Stack, module: EstreeModule, packages: HonoPackages, listens: readonly number[]): Policy {
  return {
    reader: 'hono',
    title: 'Hono app',
    layer: 'app-middleware',
    at: target.at,
    steps: stack.steps,
    behind: { options: null },
    probes: askedPaths(stack.probes, stack.steps, target.at),
    survivesUncaught: true,
    listens,
    version: packages.specified === undefined ? versionText(module, 'hono', 'hono', '4.13') : `hono ${packages.specified} (import)`,
    evidence: evidenceIn(module, stack.handWritten, cookiesAmong(stack.asked, stack.complete)),
    notes: stack.notes,
  };
}

/** Ports of `serve({ fetch: app.fetch, port })`, and of `export default { fetch: app.fetch, port }` in Bun. */
function portsOf({ events, packages }: Surroundings, whole: Value | undefined): readonly number[] {
  const served = events.flatMap((event) => (event.kind === 'call' && packages.roleOf(event.receiver)?.is === 'serve' ? event.args.slice(0, 1) : []));
  return [...served, ...(whole === undefined ? [] : [whole])].flatMap((options) => (options.kind === 'record' ? portsIn(entry(options, 'port')?.value) : []));
}
