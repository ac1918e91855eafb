/**
 * Koa 1 to 3, and Feathers on it: `@koa/cors`, `kcors`, `koa2-cors`, `koa-cors`, hand-written middleware, the routers.
 *
 * An app is one policy: its middlewares lie around each other. Order is meaning here: what stands behind a middleware
 * that answers never runs, middleware of a router sees matched routes only (no preflight), what is set after
 * `await next()` comes last, and an error takes away every header that was set by hand. The version of `@koa/cors`
 * decides what it does without an origin: before 5 it let every origin in.
 */
import { answerOptions } from '../../middleware/answer-options.js';
import { ALLOW_OPTIONS, editScript, type ScriptWords } from '../../middleware/edit-script.js';
import { returnedBy } from '../../middleware/config-module.js';
import { configured } from '../../middleware/koa/feathers.js';
import { KoaPackages } from '../../middleware/koa/packages.js';
import { stackOf, type Stack, type Surroundings } from '../../middleware/koa/stack.js';
import { followed } from '../../middleware/followed.js';
import { reachedThrough, type Listening } from '../../middleware/listening.js';
import { cookiesAmong } from '../../middleware/request-reads.js';
import { covering, evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import { askedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { packageVersion, portsIn, run, type EstreeModule } from '../../syntax/estree/index.js';
import { unknown, type Event, type Handle, type Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';

/** Current versions, where the repository names none. */
const CURRENT = { koa: '3', '@feathersjs/koa': '5', '@koa/cors': '5', kcors: '2.2', 'koa2-cors': '2.0', 'koa-cors': '0.0' } as const;

export default defineReader<EstreeModule>({
  title: 'Koa',
  language: 'estree',
  mayConcern: /['"](?:koa|@(?:koa\/(?:cors|router)|feathersjs\/koa)|kcors|koa2?-cors|koa-router)['"]|\b(?:ctx|this)(?:\.response)?\.(?:set|append)\(\s*\{?\s*['"`]access-control-/i,

  *read(module) {
    const packages = new KoaPackages();
    const ran = run(module, packages.packages);
    const isKoa = /['"](?:koa|@(?:koa|feathersjs)\/\w+|kcors|koa[2-]\S*)['"]|\bctx(?:\.response)?\.set\(/.test(module.source.text);
    const events = followed(ran, ({ name, type, at }) => {
      if (!isKoa) return undefined;
      if (/^(?:app|server|koa|application)$/i.test(name) || /^(?:Koa|Application)$/.test(type ?? '')) return packages.appFor(at);
      return name === 'router' ? packages.routerFor(undefined, at) : undefined;
    });
    const around: Surroundings = { packages, events: configured(events, packages), module, versionOf: (name) => packageVersion(module.files, module.file, name)?.version };
    yield* covering(module.file, readingsOf(around, [...ran.exports.values()]));
  },

  write: (module, policy, change) => (change.kind === 'answer-options' ? answerOptions(module, change.at) : editScript(module, policy, change, WORDS)),
});

const WORDS: ScriptWords = {
  vary: (receiver, value) => (receiver === 'res' ? `res.appendHeader('Vary', ${value})` : `${receiver.replace(/\.(?:response|res)$/, '')}.vary(${value})`),
  options: ALLOW_OPTIONS,
  // The option is one origin, or a function that gives the one to send.
  origins: (quoted) => (quoted.length === 1 ? quoted.join('') : `(ctx) => ([${quoted.join(', ')}].includes(ctx.get('Origin')) ? ctx.get('Origin') : '')`),
  passing: { parameters: ['ctx', 'next'], method: (first) => `${first}.method`, pass: () => 'next()' },
};

function* readingsOf(around: Surroundings, exported: readonly Value[]): Generator<Reading> {
  const { packages, events } = around;
  const receivers = new Set(events.flatMap((event) => (event.kind === 'call' || event.kind === 'escape' ? [event.receiver] : [])));
  const stacks = [...receivers].filter((handle) => ['app', 'router'].includes(packages.roleOf(handle)?.is ?? ''));
  const mounted = new Set(events.flatMap((event) => (event.kind === 'call' && event.method === 'use' && stacks.includes(event.receiver) ? stacksIn(event.args, packages) : [])));
  for (const target of stacks) {
    if (mounted.has(target)) continue;
    const stack = stackOf(target, around);
    for (const gap of stack.gaps) yield { kind: 'gap', gap };
    if (stack.usesCors || sendsCors(stack.steps)) yield { kind: 'policy', policy: policyOf(target, stack, around) };
  }
  if (stacks.length > 0) return;
  // A middleware that this file only hands out: what it would do on every request.
  for (const value of exported.flatMap((one) => (one.kind === 'record' ? one.entries.map((entry) => entry.value) : [one]))) {
    for (const middleware of middlewaresIn(value)) {
      const target = packages.appFor(middleware.at);
      const use: Event = { kind: 'call', when: { c: 'true' }, receiver: target, method: 'use', args: [middleware], at: middleware.at };
      const stack = stackOf(target, { ...around, events: [...events, use] });
      if (stack.usesCors || sendsCors(stack.steps)) yield { kind: 'policy', policy: policyOf(target, stack, around) };
    }
  }
}

/** The value itself, or what a function that makes middleware returns. */
function middlewaresIn(value: Value): readonly Value[] {
  if (value.kind === 'handle') return [value];
  if (value.kind !== 'function') return [];
  const returned = returnedBy(value, Array.from({ length: value.parameters }, () => unknown('parameter', 'an option', value.at)));
  return [value, returned].filter((one) => one.kind === 'function' && (one.parameters === 1 || one.parameters === 2));
}

/** Apps and routers that stand in others. */
function stacksIn(values: readonly Value[], packages: KoaPackages): readonly Handle[] {
  return values.flatMap((value): readonly Handle[] => {
    if (value.kind === 'list') return stacksIn(value.items, packages);
    const role = packages.roleOf(value);
    if (role?.is === 'routes') return [role.router];
    if (role?.is === 'composed') return stacksIn(role.list, packages);
    return value.kind === 'handle' ? [value] : [];
  });
}

function policyOf(target: Handle, stack: Stack, around: Surroundings): Policy {
  const { module } = around;
  const listening = listensOf(target, around);
  const isFeathers = module.source.text.includes('@feathersjs/koa');
  return {
    reader: 'koa',
    title: isFeathers ? 'Feathers app on Koa' : target.name === 'router' ? 'Koa router' : 'Koa app',
    layer: 'app-middleware',
    at: target.at,
    steps: stack.steps,
    behind: { options: null },
    probes: askedPaths(stack.probes, stack.steps, target.at),
    survivesUncaught: stack.survivesErrors,
    // A port from the environment counts by its default.
    listens: listening.flatMap(({ args }) => portsIn(args[0])),
    version: Object.entries(CURRENT).filter(([name]) => (name === 'koa' ? !isFeathers : module.source.text.includes(name) || (name === '@koa/cors' && isFeathers))).map(([name, current]) => versionText(module, name, name, current)).join(', '),
    evidence: { ...evidenceIn(module, stack.handWritten, cookiesAmong(stack.asked, stack.complete)), ...reachedThrough(listening) },
    notes: stack.notes,
  };
}

/** Calls of `app.listen(…)`, also of a server made of the app. */
function listensOf(target: Handle, { packages, events }: Surroundings): readonly Listening[] {
  return events.flatMap((event) => {
    if (event.kind !== 'call' || event.method !== 'listen') return [];
    const role = packages.roleOf(event.receiver);
    const own = role?.is === 'server' && role.app === target;
    return event.receiver === target || own ? [{ args: event.args, secure: own && role.secure, at: event.at }] : [];
  });
}
